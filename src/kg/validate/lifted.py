"""Shapes that mean the same and take less time: property shapes with the targets of the node shape that they belong to.

pySHACL checks a property shape of a node shape anew for each focus node, and one that has targets of its own for all of
them at once. What it says is the same: results name the property shape and the focus node (SHACL section 4.8.1).
"""

from itertools import chain
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from kg.vocabulary import OWL, RDF, RDFS, SH, XSD

TARGETS: Final = tuple(
    URIRef(f"{SH}{kind}") for kind in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
)
_PROPERTY: Final = URIRef(f"{SH}property")
_BOUND: Final = tuple(URIRef(f"{SH}{name}") for name in ("closed", "deactivated", "path"))
_FALSE: Final = Literal("false", datatype=URIRef(f"{XSD}boolean"))
_DISJOINT: Final = URIRef(f"{SH}qualifiedValueShapesDisjoint")
_CLASSES: Final = (URIRef(f"{RDFS}Class"), URIRef(f"{OWL}Class"))


def lifted(shapes: Graph) -> Graph:
    """Return shapes whose property shapes stand on their own where that means the same; the graph itself is changed.

    A property shape stays with its node shape when either is used elsewhere too, when it has targets already, and when
    the node shape looks at its property shapes together (``sh:closed``, disjoint qualified shapes).
    """
    for shape in sorted(set(shapes.subjects(_PROPERTY)), key=str):
        parts = list(shapes.objects(shape, _PROPERTY))
        targets = _targets(shapes, shape)
        if not targets or _is_used(shapes, shape) or _looks_at_all(shapes, shape, parts):
            continue
        for part in parts:
            if len(list(shapes.subject_predicates(part))) == 1 and not _targets(shapes, part):
                shapes.remove((shape, _PROPERTY, part))
                for kind, value in targets:
                    shapes.add((part, kind, value))
    return shapes


def is_a_class(shapes: Graph, shape: Node) -> bool:
    """Tell whether a shape may be about its own instances, as a class is (SHACL section 2.1.3.3)."""
    kinds = set(shapes.objects(shape, URIRef(f"{RDF}type")))
    return any(kind in _CLASSES or (kind, URIRef(f"{RDFS}subClassOf"), None) in shapes for kind in kinds)


def _targets(shapes: Graph, shape: Node) -> list[tuple[URIRef, Node]]:
    return [(kind, value) for kind in TARGETS for value in shapes.objects(shape, kind)]


def _is_used(shapes: Graph, shape: Node) -> bool:
    return is_a_class(shapes, shape) or (None, None, shape) in shapes


def _looks_at_all(shapes: Graph, shape: Node, parts: list[Node]) -> bool:
    bound = chain.from_iterable(shapes.objects(shape, name) for name in _BOUND)
    return any(value != _FALSE for value in bound) or any((part, _DISJOINT, None) in shapes for part in parts)
