"""How much the data set holds, as VoID statistics: as many statements as its dumps hold, the rules included.

A part of it, the ontology and the data without the rules, has a count of its own; the partitions by class and property
are of that part. What the graph says about itself is not counted. One query a file, on a store without named graphs:
with the named graphs of the files as default graph, the query for links took twenty times as long.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files as resources
from typing import Final

import pyoxigraph as ox

from kg.parse import ParsedFile
from kg.vocabulary import BASE, DATASET, GRAPH, RDF, RDFS, VOID

STATISTICS_GRAPH: Final = GRAPH + "void"
_COUNTED: Final = ("ontology", "data")
_QUERIES: Final = ("graphs", "classes", "properties", "links", "linksets")
_CONTENT: Final = f"{BASE}.well-known/void#content"
_NAMES: Final = {"nl": "Ontologie en data, zonder de regels", "en": "Ontology and data, without the rules"}


def describe(files: Iterable[ParsedFile]) -> Iterator[ox.Quad]:
    """Give the statistics of parsed files, in a graph of their own."""
    files = list(files)
    home, content = ox.NamedNode(STATISTICS_GRAPH), ox.NamedNode(_CONTENT)
    counted = [file for file in files if file.source.room in _COUNTED]
    for file in counted:
        subset = ox.NamedNode(file.source.graph)
        yield ox.Quad(ox.NamedNode(DATASET), ox.NamedNode(VOID + "subset"), subset, home)
    store, whole = _without_graphs(counted), _without_graphs(files)
    amount = ox.Literal(len(store))
    yield ox.Quad(ox.NamedNode(DATASET), ox.NamedNode(VOID + "subset"), content, home)
    yield ox.Quad(content, ox.NamedNode(RDF + "type"), ox.NamedNode(VOID + "Dataset"), home)
    yield ox.Quad(content, ox.NamedNode(VOID + "triples"), amount, home)
    for language, text in _NAMES.items():
        yield ox.Quad(content, ox.NamedNode(RDFS + "label"), ox.Literal(text, language=language), home)
    for name, asked in (("dataset", whole), *((name, store) for name in _QUERIES)):
        found = asked.query((resources("kg.describe") / f"{name}.rq").read_text("utf-8"))
        if not isinstance(found, ox.QueryTriples):
            raise TypeError(f"{name}.rq is no CONSTRUCT")
        for triple in found:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, home)


def _without_graphs(files: Iterable[ParsedFile]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(triple.subject, triple.predicate, triple.object) for file in files for triple in file.triples
    )
    return store
