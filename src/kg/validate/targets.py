"""Targets: which nodes of a graph a shape is about (SHACL section 2.1.3)."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import pyoxigraph as ox

from kg.validate.paths import OBJECT, SUBJECT, Route, Step, along
from kg.validate.statements import Term, objects, statements, subjects
from kg.vocabulary import OWL, RDF, RDFS, SH

_KINDS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_TYPE, _WIDER, _CLASS = RDF + "type", RDFS + "subClassOf", RDFS + "Class"


class Target(NamedTuple):
    """One target of a shape: the property that declares it, without its namespace, and that property's value."""

    kind: str
    value: Term

    def selects(self, store: ox.Store, node: Term) -> bool:
        """Tell whether a node is a focus node by this target."""
        match self.kind:
            case "targetNode":
                return node == self.value
            case "targetSubjectsOf":
                return any(True for _ in statements(store, node, self.value))
            case "targetObjectsOf":
                return any(True for _ in statements(store, None, self.value, node))
        return self.value in _closure(objects(store, node, _TYPE), lambda kind: objects(store, kind, _WIDER))

    def nodes(self, store: ox.Store) -> set[Term]:
        """Return every focus node of the store by this target."""
        match self.kind:
            case "targetNode":
                return {self.value}
            case "targetSubjectsOf":
                return {subject for subject, _, _ in statements(store, None, self.value)}
            case "targetObjectsOf":
                return {value for _, _, value in statements(store, None, self.value)}
        narrower = _closure({self.value}, lambda kind: subjects(store, _WIDER, kind))
        return {node for kind in narrower for node in subjects(store, _TYPE, kind)}

    def reads(self) -> tuple[Route | None, bool]:
        """Return the path from a node by which it is decided, and whether one statement there is as good as many."""
        if self.kind == "targetNode":
            return None, False
        if self.kind == "targetClass":
            return ("sequence", along(_TYPE), ("star", along(_WIDER))), False
        ends = (SUBJECT, OBJECT) if self.kind == "targetSubjectsOf" else (OBJECT, SUBJECT)
        return Step((None, self.value, None), *ends), True


def targets(shapes: ox.Store, shape: Term) -> list[Target]:
    """Return the targets of a shape; one that is also a class is about its instances (SHACL section 2.1.3.3)."""
    found = [Target(kind, value) for kind in _KINDS for value in sorted(objects(shapes, shape, SH + kind), key=str)]
    a_class = ox.NamedNode(_CLASS)
    classes = {a_class, ox.NamedNode(OWL + "Class"), *subjects(shapes, _WIDER, a_class)}
    if isinstance(shape, ox.NamedNode) and not classes.isdisjoint(objects(shapes, shape, _TYPE)):
        found.append(Target("targetClass", shape))
    return found


def _closure(start: Iterable[Term], further: Callable[[Term], set[Term]]) -> set[Term]:
    found = set(start)
    waiting = list(found)
    while waiting:
        new = further(waiting.pop()) - found
        found |= new
        waiting += new
    return found
