"""Any engine that speaks the SPARQL 1.1 Protocol, as a store: its own limits stand behind ours.

The engine must hold one generation, and nothing else, in named graphs, and show their union as its default graph.
Whether it does is asked before the first query and again now and then (:meth:`RemoteStore.look`).
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadQuery, Busy, KgError, StoreUnusable
from kg.federation import refuse_federation
from kg.store.complaint import shortened
from kg.store.dataset import graphs_named, with_base
from kg.store.embedded import only_tables
from kg.store.endings import Teller, silent, told
from kg.store.endpoint import Answer, Endpoint
from kg.store.interface import Choice, Forms, Reply, Table, Task, Visitor, read_table
from kg.store.limits import Limits
from kg.store.places import Bounds, Places
from kg.store.pooled import Load
from kg.store.rewrite import rewrite
from kg.store.spool import Spool

_NAME_LENGTH = 16
Graphs = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What an engine holds.

    Attributes:
        name: made from the fingerprints of the files that the graphs were made of; equal files give an equal name.
        quads: how many.
    """

    name: str
    quads: int


class RemoteStore:
    """An engine elsewhere.

    Args:
        endpoint: its query endpoint.
        bounds: how much it is asked at once, and how long a query may take.
        limits: bytes of an answer, and the folder for large ones; memory is the engine's own affair.
        on_end: is told how each query ended.
    """

    def __init__(self, endpoint: Endpoint, bounds: Bounds, limits: Limits, on_end: Teller = silent) -> None:
        self._tell = on_end
        self._endpoint = endpoint
        self._bounds = bounds
        self._limits = limits
        self._places = Places(bounds.processes + bounds.queue, bounds.per_visitor)
        self._held: Held | None = None
        self._fault: KgError | None = None

    def __len__(self) -> int:
        """Count the quads.

        Raises:
            KgError: the last look at the engine found a fault.
        """
        if self._fault is not None:
            raise type(self._fault)(*self._fault.args)
        return self._sure().quads

    @property
    def address(self) -> str:
        """Host and port of the engine, for a log."""
        return self._endpoint.address

    @property
    def known(self) -> bool:
        """Whether the engine has told what it holds."""
        return self._held is not None

    @property
    def waiting(self) -> int:
        """How many queries run or wait."""
        return self._places.taken

    def load(self) -> Load:
        """Tell how much is going on."""
        taken = self._places.taken
        running = min(taken, self._bounds.processes)
        return Load(running, taken - running, sum(_size(file) for file in self._limits.spool.glob("*")))

    def close(self) -> None:
        """Close all connections and remove what was spooled."""
        self._endpoint.close()
        shutil.rmtree(self._limits.spool, ignore_errors=True)

    def look(self) -> Held:
        """Ask the engine what it holds.

        Raises:
            StoreUnusable: it holds no whole generation, or does not show the union of its graphs.
            KgError: it does not answer.
        """
        try:
            held = self._examined()
        except Busy:
            raise
        except KgError as error:
            if isinstance(error, StoreUnusable):
                self._held = None
            self._fault = error
            raise
        self._held, self._fault = held, None
        return held

    def reply(
        self,
        query: str,
        choose: Choice,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        visitor: Visitor | None = None,
    ) -> Reply:
        """See :meth:`Store.reply`."""
        with told(self._tell, visitor), self._places.take(visitor):
            refuse_federation(query)
            self._sure()
            if self.load().spooled > self._limits.spool_bytes:
                raise Busy("too many large answers are on their way; try again in a moment")
            forms = Forms.of(choose)
            task = Task(query, forms, *_data_set(query, default_graphs, named_graphs))
            return rewrite(self._ask(task, visitor), forms, Spool(self._limits.result, self._limits.spool))

    def select(self, query: str) -> Table:
        """See :meth:`Store.select`."""
        with told(self._tell, None), self._places.take(None), only_tables():
            refuse_federation(query)
            self._sure()
            return self._table(query)

    def _sure(self) -> Held:
        """Return what the engine holds; look when it is not known."""
        return self._held or self.look()

    def _ask(self, task: Task, visitor: Visitor | None) -> Answer:
        sent = replace(task, query=with_base(task.query))
        try:
            return self._endpoint.ask(sent, self._bounds.seconds(visitor), visitor.gone if visitor else None)
        except BadQuery as error:
            raise BadQuery(shortened(str(error), sent.query)) from error

    def _table(self, query: str) -> Table:
        forms = Forms.table_only()
        task = Task(query, forms, *_data_set(query, (), ()))
        reply = rewrite(self._ask(task, None), forms, Spool(self._limits.result, self._limits.spool))
        return read_table(reply.read())

    def _examined(self) -> Held:
        with only_tables():
            rows = self._table(_own("identity")).records()
            if not rows:
                raise StoreUnusable(
                    "the store behind this site holds no generation; load graph.nq.gz of one, as it is, with its graphs"
                )
            if not all(row["seen"] for row in rows):
                raise StoreUnusable(
                    "the default graph of the store behind this site is not the union of its named graphs; start it "
                    "so (oxigraph: --union-default-graph, Jena: tdb2:unionDefaultGraph true)"
                )
            lines = sorted({f"{row['graph']} {row['sha256']}\n" for row in rows})
            name = hashlib.sha256("".join(lines).encode()).hexdigest()[:_NAME_LENGTH]
            if self._held and self._held.name == name:
                return self._held
            count = self._table(_own("held")).records()[0]
        described = sum(int(row["triples"]) for row in rows)
        if int(count["described"]) != described:
            raise StoreUnusable(
                f"the store behind this site holds {count['described']} statements where its provenance tells of "
                f"{described}; load one whole generation into an empty store"
            )
        return Held(name, int(count["all"]))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # It has gone out in the meantime.
        return 0


def _data_set(query: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> tuple[Graphs, Graphs]:
    """Return the graphs to send beside a query: those of the request, else those that the query names.

    Raises:
        BadQuery: one is no IRI, or cannot be told.
    """
    if not (default_graphs or named_graphs):
        default_graphs, named_graphs = graphs_named(query)
    try:
        for iri in (*default_graphs, *named_graphs):
            ox.NamedNode(iri)
    except ValueError as error:
        raise BadQuery(str(error)) from error
    return tuple(default_graphs), tuple(named_graphs)


@cache
def _own(name: str) -> str:
    """Return the text of one of this store's own queries."""
    return (files("kg.store") / "queries" / f"{name}.rq").read_text("utf-8")
