"""One door to the graph: run a query, get bytes in the format asked for, or a table.

Everything above this module speaks to :class:`Store` and never to the engine, so that another engine can stand behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from kg.errors import BadQuery
from kg.federation import refuse_federation
from kg.vocabulary import PREFIXES
from kg.words import words

Term = ox.NamedNode | ox.BlankNode | ox.Literal
RESULT_FORMATS: dict[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS: dict[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
_TABULAR = {"text/csv", "text/tab-separated-values"}


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT.

    Attributes:
        columns: variable names, in the order of the query.
        rows: one tuple per solution, a term or None per column.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def records(self) -> list[dict[str, str]]:
        """Return the rows as dictionaries of column to plain text; an unbound column is the empty string."""
        return [
            dict(zip(self.columns, ("" if term is None else str(term.value) for term in row), strict=True))
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it goes out: its media type and its bytes."""

    media_type: str
    body: bytes


class Formats(Protocol):
    """Chooses a media type once the form of the query is known."""

    def __call__(self, offered: Sequence[str]) -> str:
        """Return one of the offered media types.

        Raises:
            NotAcceptable: the client takes none of them.
        """


class Store(Protocol):
    """What every store can do."""

    def __len__(self) -> int:
        """Count the quads."""

    def reply(
        self, query: str, choose: Formats, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> Reply:
        """Answer any SPARQL 1.1 query in the format that ``choose`` picks.

        The default graph is the union of all named graphs unless ``default_graphs`` or ``named_graphs`` (IRIs) name
        the data set (SPARQL 1.1 Protocol, section 2.1.4), or else ``FROM`` in the query does.

        Raises:
            BadQuery: the query cannot be read.
            FederationRefused: the query would make this server call another one.
            NotAcceptable: from ``choose``.
        """

    def select(self, query: str) -> Table:
        """Answer a SELECT as a table.

        Raises:
            BadQuery: the query cannot be read or is no SELECT.
        """


class EmbeddedStore:
    """The engine in this process, over a generation in memory."""

    def __init__(self, engine: ox.Store) -> None:
        """Take a loaded engine store; nothing is written to it."""
        self._engine = engine

    def __len__(self) -> int:
        """Count the quads."""
        return len(self._engine)

    def reply(
        self, query: str, choose: Formats, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> Reply:
        """See :meth:`Store.reply`."""
        found = self._run(query, default_graphs, named_graphs)
        if isinstance(found, ox.QueryTriples):
            media_type = choose(tuple(GRAPH_FORMATS))
            # Prefixes are for Turtle and the other formats that have them; the engine ignores them elsewhere.
            body = ox.serialize(found, format=GRAPH_FORMATS[media_type], prefixes=PREFIXES)
        else:
            tabular = isinstance(found, ox.QuerySolutions)
            media_type = choose([name for name in RESULT_FORMATS if tabular or name not in _TABULAR])
            body = found.serialize(format=RESULT_FORMATS[media_type])
        return Reply(media_type, body or b"")

    def select(self, query: str) -> Table:
        """See :meth:`Store.select`."""
        found = self._run(query, (), ())
        if not isinstance(found, ox.QuerySolutions):
            raise BadQuery("a SELECT query is needed here")
        names = tuple(variable.value for variable in found.variables)
        return Table(names, tuple(tuple(solution[name] for name in names) for solution in found))

    def _run(
        self, query: str, default_graphs: Sequence[str], named_graphs: Sequence[str]
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        refuse_federation(query)
        given = bool(default_graphs or named_graphs)
        try:
            return self._engine.query(
                query,
                # The engine would ignore FROM beside the union.
                use_default_graph_as_union=not (given or _names_data_set(query)),
                default_graph=[ox.NamedNode(iri) for iri in default_graphs] if given else None,
                named_graphs=[ox.NamedNode(iri) for iri in named_graphs] if given else None,
            )
        except (SyntaxError, ValueError) as error:
            raise BadQuery(str(getattr(error, "msg", None) or error)) from error


def _names_data_set(query: str) -> bool:
    """Tell whether a query says itself which graphs it reads: a bare word ``FROM`` can mean nothing else."""
    return any((token["word"] or token["before"] or "").upper().startswith("FROM") for token in words(query))
