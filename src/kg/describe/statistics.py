"""How much the data set holds: VoID statistics of the ontology and the data, with partitions by class and property.

The shapes and what the graph says about itself are not counted. One query a file, on a store without named graphs:
with the named graphs of the files as default graph, the query for links took twenty times as long.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files as resources
from typing import Final

import pyoxigraph as ox

from kg.parse import ParsedFile
from kg.vocabulary import DATASET, GRAPH, VOID

STATISTICS_GRAPH: Final = GRAPH + "void"
_COUNTED: Final = ("ontology", "data")
_QUERIES: Final = ("graphs", "dataset", "classes", "properties", "links", "linksets")


def describe(files: Iterable[ParsedFile]) -> Iterator[ox.Quad]:
    """Give the statistics of parsed files, in a graph of their own."""
    home = ox.NamedNode(STATISTICS_GRAPH)
    counted = [file for file in files if file.source.room in _COUNTED]
    for file in counted:
        subset = ox.NamedNode(file.source.graph)
        yield ox.Quad(ox.NamedNode(DATASET), ox.NamedNode(VOID + "subset"), subset, home)
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(triple.subject, triple.predicate, triple.object) for file in counted for triple in file.triples
    )
    for name in _QUERIES:
        found = store.query((resources("kg.describe") / f"{name}.rq").read_text("utf-8"))
        if not isinstance(found, ox.QueryTriples):
            raise TypeError(f"{name}.rq is no CONSTRUCT")
        for triple in found:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, home)
