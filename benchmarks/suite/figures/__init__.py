"""The figures: each measures rows of one kind at one size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from suite.context import Context
from suite.figures import (
    check,
    importing,
    incremental,
    load,
    memory,
    pages,
    questions,
    request,
    runaways,
    sparql,
    start,
)
from suite.measuring import Row

SMALL = (1_000, 10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        title: in words.
        peer: the contender to which ratios are taken.
        sizes: findings, when none are asked for; 0 is the graph of this repository.
        measure: gives its rows at one size.
    """

    title: str
    peer: str
    sizes: tuple[int, ...]
    measure: Callable[[Context, int], Iterator[Row]]


FIGURES = {
    "start": Figure("Commands and start, on the real graph", "", (0,), start.measure),
    "load": Figure("Build and load", "oxigraph load, disk", SMALL, load.measure),
    "questions": Figure("Every question, cold and warm", "oxigraph disk", (0, *SMALL), questions.measure),
    "sparql": Figure("SPARQL over HTTP", "oxigraph disk", (10_000, 100_000), sparql.measure),
    "request": Figure("Where the time of a tiny request goes", "", (10_000,), request.measure),
    "check": Figure("The full check", "pySHACL, core shapes", (0, 1_000, 10_000), check.measure),
    "incremental": Figure("The check of a change", "plain pySHACL", SMALL, incremental.measure),
    "import": Figure("Import of a table", "", (100, 1_000, 10_000), importing.measure),
    "pages": Figure("Pages", "", (0, 10_000, 100_000), pages.measure),
    "runaways": Figure("Runaway queries beside a normal visitor", "", (0,), runaways.measure),
    "memory": Figure("Memory", "", (10_000, 100_000), memory.measure),
}
