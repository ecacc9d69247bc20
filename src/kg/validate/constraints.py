"""What the core constraints of shapes look at (SHACL section 4), as reach.

Constraints that only look at a value itself (its type, its text, its place in a list) need no statement beyond the path
that leads to it, and do not occur here.
"""

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from kg.validate.paths import Step, along, as_engine_term, of_shape
from kg.validate.reach import Reach
from kg.validate.targets import targets
from kg.vocabulary import RDF, RDFS, SH

_SHAPES = ("node", "not", "qualifiedValueShape")
_LISTS = ("and", "or", "xone")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_CLASS = ("sequence", along(RDF + "type"), ("star", along(RDFS + "subClassOf")))
_ANYTHING = Step((None, None, None))


def reach_of_core(shapes: Graph, stored: ox.Store) -> Reach:
    """Return the reach of the core constraints of every shape that has a target.

    Args:
        shapes: the shapes.
        stored: the same in the engine.
    """
    reach = Reach()
    for shape in sorted(set(shapes.subjects()), key=str):
        for target in targets(stored, as_engine_term(shape)):
            _Reader(shapes, reach).shape(shape, reach.root(target))
    return reach


def foreign_components(shapes: Graph) -> list[str]:
    """Return the constraint components that are defined by queries of their own (SHACL section 6): nobody knows what they read."""
    component = URIRef(SH + "ConstraintComponent")
    kinds = {component, *shapes.subjects(URIRef(RDFS + "subClassOf"), component)}
    found = {str(node) for kind in kinds for node in shapes.subjects(URIRef(RDF + "type"), kind)}
    return sorted(name for name in found if not name.startswith(SH))


class _Reader:
    """Reads one shape and the shapes it asks after; one that asks after itself becomes a loop."""

    def __init__(self, shapes: Graph, reach: Reach) -> None:
        self._shapes = shapes
        self._reach = reach
        self._open: dict[Node, int] = {}

    def shape(self, shape: Node, state: int, *, heard: bool = True) -> None:
        """Add what a shape looks at, standing in a state.

        Args:
            shape: the shape.
            state: where its focus node is.
            heard: whether its results stand in the report, as those of a property shape do, and not only below another.
        """
        if shape in self._open:
            self._reach.same(state, self._open[shape])
            return
        self._open[shape] = state
        path = self._one(shape, "path")
        values = state if path is None else self._reach.path(state, of_shape(self._shapes, path))
        for predicate in self._all(shape, *_PAIRS):
            self._reach.path(state, along(str(predicate)))
        if any(True for _ in self._all(shape, "class")):
            self._reach.path(values, _CLASS)
        if isinstance(closed := self._one(shape, "closed"), Literal) and closed.value is not False:
            self._reach.path(values, _ANYTHING)
        for inner in self._all(shape, "property"):
            if heard and path is not None:
                self._reach.speaks(values)
            self.shape(inner, values, heard=heard)
        for other in self._others(shape):
            self.shape(other, values, heard=False)
        del self._open[shape]

    def _others(self, shape: Node) -> Iterator[Node]:
        yield from self._all(shape, *_SHAPES)
        for members in self._all(shape, *_LISTS):
            yield from self._shapes.items(members)
        if self._one(shape, "qualifiedValueShapesDisjoint") is not None:
            for parent in self._shapes.subjects(URIRef(SH + "property"), shape):
                for sibling in self._all(parent, "property"):
                    yield from self._all(sibling, "qualifiedValueShape")

    def _all(self, shape: Node, *names: str) -> Iterator[Node]:
        for name in names:
            yield from self._shapes.objects(shape, URIRef(SH + name))

    def _one(self, shape: Node, name: str) -> Node | None:
        return self._shapes.value(shape, URIRef(SH + name), any=True)
