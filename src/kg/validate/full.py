"""The core constraints of a whole graph: pySHACL's results, in a fraction of its time.

pySHACL asks each shape of each focus node anew. Here it asks each shape of its suspects only: what cannot fail is left
out (:mod:`kg.validate.suspects`). It sees the whole graph, so what it says of a node is what it would have said.
"""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.validate import core
from kg.validate.constraints import foreign_components
from kg.validate.indexed import Indexed
from kg.validate.lifted import TARGETS, is_a_class, lifted
from kg.validate.paths import as_rdflib_term
from kg.validate.report import Result
from kg.validate.suspects import Judge
from kg.vocabulary import SH


def validate(triples: Iterable[ox.Triple], shapes: Iterable[ox.Triple]) -> list[Result]:
    """Return what :func:`kg.validate.core.validate` finds, in no particular order.

    Args:
        triples: the graph to validate.
        shapes: the shapes.
    """
    graph = Indexed(triples)
    return core.results(graph.graph(), narrowed(lifted(core.core_shapes(shapes)), graph))


def narrowed(shapes: Graph, graph: Indexed) -> Graph:
    """Let shapes be about their suspects in a graph only, where it can be told; the shapes themselves are changed.

    It cannot where a kind of constraint is defined by a query, nor of a shape whose target is that it is a class.
    """
    if foreign_components(shapes):
        return shapes
    judge = Judge(graph, shapes)
    targets = {(shape, kind, value) for kind in TARGETS for shape, value in shapes.subject_objects(kind)}
    suspects = {
        shape: judge.suspects(shape) for shape in {shape for shape, _, _ in targets} if not is_a_class(shapes, shape)
    }
    for shape, kind, value in targets:
        if shape in suspects:
            shapes.remove((shape, kind, value))
    for shape, nodes in suspects.items():
        for node in nodes:
            shapes.add((shape, URIRef(SH + "targetNode"), as_rdflib_term(node)))
    return shapes
