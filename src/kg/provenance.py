"""What the graph says about itself: for every named graph the file it was made from.

Only what follows from the content stands here, no moment of building, so that equal files give an equal graph.
"""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.parse import ParsedFile
from kg.vocabulary import DCT, GRAPH, ID, PROV, RDF, SCHEMA, VOID, XSD

PROVENANCE_GRAPH = GRAPH + "provenance"
DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_OWN = {RDF + "type", PROV + "wasAttributedTo"}


def describe(files: Iterable[ParsedFile]) -> Iterator[ox.Quad]:
    """Give the quads that describe each file's named graph (VoID, PROV-O), in a graph of their own."""
    home = ox.NamedNode(PROVENANCE_GRAPH)
    curator = ox.NamedNode(f"{ID}curator/werkkennis-editors")
    for file in files:
        graph = ox.NamedNode(file.source.graph)
        count = ox.Literal(str(len(file.triples)), datatype=ox.NamedNode(XSD + "integer"))
        for predicate, value in (
            (RDF + "type", ox.NamedNode(VOID + "Dataset")),
            (DCT + "title", ox.Literal(file.source.name)),
            (DCT + "license", ox.NamedNode(DATA_LICENCE)),
            (PROV + "wasAttributedTo", curator),
            (SCHEMA + "sha256", ox.Literal(file.sha256)),
            (VOID + "triples", count),
        ):
            told = ox.Quad(graph, ox.NamedNode(predicate), value, home)
            # A file can say itself what it is and who answers for it; no statement stands twice.
            if predicate not in _OWN or told.triple not in file.triples:
                yield told
