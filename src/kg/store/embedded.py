"""The engine in this process: for the command line and for tests. A server uses the pool."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import IO

import pyoxigraph as ox

from kg.errors import BadQuery, NotAcceptable
from kg.federation import refuse_federation
from kg.store.complaint import shortened
from kg.store.interface import (
    BOOLEAN_FORMATS,
    GRAPH_FORMATS,
    RESULT_FORMATS,
    Choice,
    Forms,
    Reply,
    Table,
    Task,
    Visitor,
    read_table,
)
from kg.vocabulary import BASE, PREFIXES
from kg.words import words


class EmbeddedStore:
    """The engine in this process, over a graph in memory; nothing limits a query."""

    def __init__(self, engine: ox.Store) -> None:
        """Take a loaded engine store; nothing is written to it."""
        self._engine = engine

    def __len__(self) -> int:
        """Count the quads."""
        return len(self._engine)

    def reply(
        self,
        query: str,
        choose: Choice,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        visitor: Visitor | None = None,  # noqa: ARG002 - nobody waits in this process
    ) -> Reply:
        """See :meth:`Store.reply`."""
        output = BytesIO()
        task = Task(query, Forms.of(choose), tuple(default_graphs), tuple(named_graphs))
        media_type = answer(self._engine, task, output)
        return Reply(media_type, output.getvalue(), size=output.tell())

    def select(self, query: str) -> Table:
        """See :meth:`Store.select`."""
        output = BytesIO()
        with only_tables():
            answer(self._engine, Task(query, Forms.table_only()), output)
        return read_table(output.getvalue())


def answer(engine: ox.Store, task: Task, output: IO[bytes], in_its_place: str | None = None) -> str:
    """Run a query in the engine and write the answer.

    Query and serialisation happen in one thread: the engine's results may not pass to another.

    Args:
        engine: the graph.
        task: the query; what it may not do is looked for in its text.
        output: where the answer goes.
        in_its_place: a query of ours with the same answer. It can be a thousand times as long, with counts that were
            looked up, and reading it word by word would take longer than answering it.

    Returns:
        The media type of what was written.

    Raises:
        BadQuery: the query cannot be read, or fails while it runs.
        FederationRefused: the query would make this server call another one.
        NotAcceptable: no format is wanted for this form of query.
    """
    refuse_federation(task.query)
    given = bool(task.default_graphs or task.named_graphs)
    try:
        found = engine.query(
            in_its_place or task.query,
            base_iri=BASE,
            # The engine would ignore FROM beside the union.
            use_default_graph_as_union=not (given or _names_data_set(task.query)),
            default_graph=[ox.NamedNode(iri) for iri in task.default_graphs] if given else None,
            named_graphs=[ox.NamedNode(iri) for iri in task.named_graphs] if given else None,
        )
        if isinstance(found, ox.QueryTriples):
            media_type = wanted(task.forms.graph, tuple(GRAPH_FORMATS), "a graph")
            # Prefixes are for the formats that have them; the engine ignores them elsewhere.
            ox.serialize(found, output, format=GRAPH_FORMATS[media_type], prefixes=PREFIXES)
        elif isinstance(found, ox.QueryBoolean):
            media_type = wanted(task.forms.boolean, BOOLEAN_FORMATS, "yes or no")
            found.serialize(output, format=RESULT_FORMATS[media_type])
        else:
            media_type = wanted(task.forms.table, tuple(RESULT_FORMATS), "a table")
            found.serialize(output, format=RESULT_FORMATS[media_type])
    except (SyntaxError, ValueError) as error:
        raise BadQuery(shortened(str(getattr(error, "msg", None) or error), task.query, engine)) from error
    return media_type


@contextmanager
def only_tables() -> Iterator[None]:
    """Say of a query that is no SELECT that one is needed."""
    try:
        yield
    except NotAcceptable as error:
        raise BadQuery("a SELECT query is needed here") from error


def wanted(media_type: str | None, offered: Sequence[str], what: str) -> str:
    """Return the media type that is wanted.

    Raises:
        NotAcceptable: the client takes none of those offered.
    """
    if media_type is None:
        raise NotAcceptable(f"the answer is {what}; this can be given as {', '.join(offered)}")
    return media_type


def _names_data_set(query: str) -> bool:
    """Tell whether a query says itself which graphs it reads: a bare word ``FROM`` can mean nothing else."""
    return any((token["word"] or token["before"] or "").upper().startswith("FROM") for token in words(query))
