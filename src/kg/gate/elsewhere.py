"""Write to an engine elsewhere: the same gate, with one SPARQL Update in place of a file.

The update changes the graph only if its fingerprint is still the one that is meant, so that two who write at once are
told apart by the engine itself. The files that it was loaded from do not change; the audit log holds every patch.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Final

import httpx
import pyoxigraph as ox

from kg.errors import NotSupported, StateChanged, StoreUnavailable
from kg.files import SourceFile
from kg.gate.changes import Operation, Prepared
from kg.gate.desk import Condition, Desk, Outcome, hold
from kg.gate.names import new_file
from kg.questions import bind
from kg.settings import Settings
from kg.store import Store
from kg.vocabulary import GRAPH
from kg.writing import turtle

_SECONDS: Final = 60
Prepare = Callable[[bytes, SourceFile, bytes | None, Operation], Prepared]


def quads_of(store: Store) -> bytes:
    """Return all that a store holds, as N-Quads."""
    quads = []
    for graph, subject, name, value in store.select(_query("quads.rq")).rows:
        if isinstance(graph, ox.NamedNode) and isinstance(name, ox.NamedNode):
            quads.append(ox.Quad(subject, name, value, graph))  # type: ignore[arg-type]
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""


class Elsewhere:
    """The gate to an engine elsewhere.

    Args:
        desk: holds the lock and the log.
        store: the engine.
        config: the settings, which name its update endpoint.
    """

    def __init__(self, desk: Desk, store: Store, config: Settings) -> None:
        self._desk = desk
        self._store = store
        self._config = config

    def source_of(self, graph: str) -> SourceFile:
        """Return the file that a named graph of the engine was made of, or would be.

        Raises:
            NotWritable: the graph is none of a data file, and its IRI can be none.
        """
        folder = self._config.graph
        rows = list(_asked(self._store, "state.rq", graph))
        name = str(getattr(rows[0][0], "value", "")) if rows else ""
        if name.startswith("data/") and graph.startswith(GRAPH):
            return SourceFile(name, folder / name, "data")
        return new_file(graph, folder, known=bool(name))

    def write(
        self, source: SourceFile, operation: Operation, condition: Condition, prepare: Prepare, who: str
    ) -> Outcome:
        """Write to a named graph of the engine.

        Args:
            source: the file that the graph was made of, or would be.
            operation: the write.
            condition: the state that is meant.
            prepare: works out the new state, from all that the engine holds, and checks it.
            who: the name of the token.

        Raises:
            NotSupported: the settings name no update endpoint.
            StateChanged, StateUnknown, NotFound: the state is not the one that is meant, or none is named.
            StoreUnavailable: the engine does not take the update; whether it was done can be seen from the graph.
            KgError: whatever ``prepare`` raises.
        """
        if not self._config.store_update:
            raise NotSupported(
                "this site stands over an engine elsewhere and knows no update endpoint of it (KG_STORE_UPDATE)"
            )
        with self._desk.turn(recover=False):
            old = _state(self._store, source.graph)
            hold(condition, old, operation)
            before = turtle(_triples(self._store, source.graph)).encode() if old else None
            prepared = prepare(quads_of(self._store), source, before, operation)
            if not prepared.verdict.conforms or prepared.same:
                return Outcome(prepared, old, created=False)
            new = hashlib.sha256(prepared.text.encode()).hexdigest() if prepared.text is not None else ""
            told = {"who": who, "method": operation.method, "graph": source.graph, "file": source.name, "before": old}
            audit = self._desk.audit
            name = audit.begin(
                **told, after=new, check=prepared.verdict.counts, patch=prepared.patch, store="elsewhere"
            )
            try:
                _send(self._config, _update(source, old, new, prepared.text))
            except StoreUnavailable:
                # An engine that broke off may have written before it did; the graph tells.
                if _state(self._store, source.graph) != new:
                    raise
            if _state(self._store, source.graph) != new:
                audit.end(name, "given up")
                raise StateChanged("another has written since; ask for the graph again, and name its new state")
            audit.end(name, "written")
            return Outcome(prepared, new, created=not old)


def _update(source: SourceFile, old: str, new: str, text: str | None) -> str:
    graph = f"<{ox.NamedNode(source.graph).value}>"
    terms = {
        "graph": graph,
        "old": str(ox.Literal(old)),
        "new": str(ox.Literal(new)),
        "name": str(ox.Literal(source.name)),
    }
    if text is None:
        return bind(_query("remove.ru"), terms, terms)
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    terms["count"] = str(ox.Literal(len(triples)))
    rows = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    bound = bind(_query("replace.ru" if old else "create.ru"), terms, terms)
    return bound.replace("  # statements\n", f"  GRAPH {graph} {{\n{rows}  }}\n")


def _send(config: Settings, update: str) -> None:
    user = httpx.BasicAuth(config.store_user, config.store_password) if config.store_user else None
    headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
    try:
        found = httpx.post(config.store_update, content=update.encode(), headers=headers, auth=user, timeout=_SECONDS)
    except httpx.HTTPError as error:
        raise StoreUnavailable(
            "the store behind this site does not answer; ask for the graph again to see whether this was written"
        ) from error
    if found.is_error:
        raise StoreUnavailable(f"the store behind this site does not take the update (status {found.status_code})")


def _state(store: Store, graph: str) -> str:
    rows = list(_asked(store, "state.rq", graph))
    return str(getattr(rows[0][1], "value", "")) if rows else ""


def _triples(store: Store, graph: str) -> list[ox.Triple]:
    return [ox.Triple(*row) for row in _asked(store, "alone.rq", graph)]  # type: ignore[arg-type]


def _asked(store: Store, name: str, graph: str) -> Iterable[tuple[object, ...]]:
    terms = {"graph": str(ox.NamedNode(graph))}
    return store.select(bind(_query(name), terms, terms)).rows


@cache
def _query(name: str) -> str:
    return (files("kg.gate") / "queries" / name).read_text("utf-8")
