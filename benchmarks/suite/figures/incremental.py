"""The check of fifty new findings beside graphs of any size: without a mistake, and with ten of ten kinds."""

from collections.abc import Iterator

import pyoxigraph as ox

from kg.files import find
from kg.parse import read_all
from kg.validate.incremental import Shapes, examine
from suite.context import ROOT, Context
from suite.figures.submission import submission
from suite.measuring import Row, in_turn, timed


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure a check after start: rules read and graph loaded."""
    files, _ = read_all(source for source in find(ROOT) if source.room == "shapes")
    shapes = Shapes(triple for file in files for triple in file.triples)
    store = ox.Store()
    store.bulk_load(path=str(context.generation(size) / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    for case, added in (
        ("50 new findings, no mistake", submission(mistakes=False)),
        ("50 new findings, 10 mistakes", submission()),
    ):
        row = Row("incremental", case, size, "s")
        row.missing["plain pySHACL"] = "it has no check of a change: see the full check"
        examine(store, shapes, (), added)  # what is compiled and imported at the first check is not what is measured
        yield in_turn(
            row, {"ours": lambda added=added: timed(lambda: examine(store, shapes, (), added))}, context.rounds
        )
