"""Turn what an engine sent into the format that is wanted, and see on the way that it is whole.

An engine may break off in the middle of an answer that began with status 200, and some end the transfer as if all were
well. So everything is read, whatever format is wanted, and nothing is passed on that cannot be read to its end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, cast

import pyoxigraph as ox

from kg.errors import StoreUnusable
from kg.store.embedded import wanted
from kg.store.endpoint import Answer
from kg.store.interface import BOOLEAN_FORMATS, GRAPH_FORMATS, RESULT_FORMATS, Forms, Reply
from kg.store.spool import Spool
from kg.vocabulary import PREFIXES

_RESULTS: Final = "application/sparql-results+json"


def rewrite(answer: Answer, forms: Forms, spool: Spool) -> Reply:
    """Write an answer in the wanted format.

    Raises:
        NotAcceptable: no format is wanted for this form of query.
        ResultTooLarge: the answer passes the limit.
        StoreUnusable: the answer is none, or breaks off.
    """
    output = cast("IO[bytes]", spool)
    try:
        with answer.body, _whole():
            if answer.media_type != _RESULTS:
                media_type = wanted(forms.graph, tuple(GRAPH_FORMATS), "a graph")
                ox.serialize(_triples(answer), output, format=GRAPH_FORMATS[media_type], prefixes=PREFIXES)
            else:
                found = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
                if isinstance(found, ox.QueryBoolean):
                    media_type = wanted(forms.boolean, BOOLEAN_FORMATS, "yes or no")
                else:
                    media_type = wanted(forms.table, tuple(RESULT_FORMATS), "a table")
                found.serialize(output, format=RESULT_FORMATS[media_type])
    except BaseException:
        spool.discard()
        raise
    return spool.reply(media_type)


@contextmanager
def _whole() -> Iterator[None]:
    """Say of an answer that cannot be read to its end that it is of no use."""
    try:
        yield
    except (SyntaxError, ValueError) as error:
        raise StoreUnusable(
            "the store behind this site gave an answer that is no SPARQL result or breaks off; "
            "it may have stopped the query: ask for less"
        ) from error


def _triples(answer: Answer) -> Iterator[ox.Triple]:
    form = next((form for name, form in GRAPH_FORMATS.items() if name == answer.media_type), None)
    if form is None:
        raise ValueError("not of a type that was asked for")
    return (quad.triple for quad in ox.parse(answer.body, format=form))
