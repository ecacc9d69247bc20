"""Suspects: of all focus nodes of a shape, those that pySHACL may find fault with.

Nearly all nodes of a graph are as they should be, and pySHACL takes long to say so. Here each constraint looks at all
nodes at once and says of each that it passes, that it fails, or neither (three values, after Kleene). Only what does
not surely pass is for pySHACL, whose report stands: to judge too strictly here costs time, and no result. A shape with
anything that is not understood leaves all its focus nodes under suspicion. What passes rests on SHACL sections 2 to 4
and on what pySHACL does.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.validate.indexed import Indexed, Values
from kg.validate.lifted import TARGETS
from kg.validate.paths import as_engine_term
from kg.validate.statements import Term
from kg.validate.values import TESTS, NotUnderstoodError, Test, members, number
from kg.vocabulary import SH

_SILENT: Final = {
    "path", "message", "severity", "name", "description", "order", "group", "defaultValue",
    *(target.removeprefix(SH) for target in TARGETS),
}  # fmt: skip
_COUNTS: Final = {"qualifiedMinCount", "qualifiedMaxCount"}
"""They count what another parameter, ``sh:qualifiedValueShape``, chooses."""
_SEVERAL: Final = {
    "class", "pattern", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "hasValue",
    "node", "property", "not", "and", "or", "xone",
}  # fmt: skip
"""Parameters that may have several values, and then mean each of them."""
_DEEPEST: Final = 10
"""How many shapes may ask after each other in a row; pySHACL gives up at fifteen."""


class Verdict(NamedTuple):
    """What is known of nodes.

    Attributes:
        failing: those that may fail.
        passing: those that may pass. Of one that is among both nobody knows.
    """

    failing: set[Term]
    passing: set[Term]


class Judge:
    """Judges the nodes of a graph by shapes.

    Attributes:
        shapes: the shapes, without constraints that need a query.
    """

    def __init__(self, graph: Indexed, shapes: Graph) -> None:
        self._graph = graph
        self.shapes = shapes
        self._open: list[Node] = []

    def suspects(self, shape: Node) -> set[Term]:
        """Return the focus nodes of a shape that may fail it."""
        nodes: set[Term] = set()
        for kind in TARGETS:
            for value in self.shapes.objects(shape, kind):
                nodes |= self._graph.focus_nodes(kind, as_engine_term(value))
        try:
            return self._shape(shape, nodes).failing
        except NotUnderstoodError:
            return nodes

    def _shape(self, shape: Node, nodes: set[Term]) -> Verdict:
        """Judge nodes by all that a shape says.

        Raises:
            NotUnderstoodError: that is for pySHACL.
        """
        if not nodes:
            return Verdict(set(), set())
        said = {str(name).removeprefix(SH) for name in self.shapes.predicates(shape) if str(name).startswith(SH)}
        if shape in self._open or len(self._open) == _DEEPEST or (shape, None, None) not in self.shapes:
            raise NotUnderstoodError
        self._open.append(shape)
        try:
            links = self._links(shape, nodes) if "path" in said else {node: {node} for node in nodes}
            values: set[Term] = set().union(*links.values())
            if said & _COUNTS:
                said = said - _COUNTS | {"qualifiedValueShape"}
            return _all([self._constraint(name, shape, links, values) for name in sorted(said - _SILENT)], nodes)
        finally:
            self._open.pop()

    def _constraint(self, name: str, shape: Node, links: Values, values: set[Term]) -> Verdict:
        parameters = list(self.shapes.objects(shape, URIRef(SH + name)))
        if not parameters or (len(parameters) > 1 and name not in _SEVERAL):
            raise NotUnderstoodError
        if name in {"minCount", "maxCount", "hasValue", "uniqueLang", "qualifiedValueShape"}:
            # Of all these, a node shape can have sh:hasValue alone.
            if name != "hasValue" and (shape, URIRef(SH + "path"), None) not in self.shapes:
                raise NotUnderstoodError
            return _all([self._of_focus(name, each, shape, links) for each in parameters], set(links))
        return _each(_all([self._of_values(name, each, values) for each in parameters], values), links, values)

    def _of_values(self, name: str, parameter: Node, values: set[Term]) -> Verdict:
        """Judge values by a constraint on each of them."""
        match name:
            case "class":
                passing = values & self._graph.instances(as_engine_term(parameter))
                return Verdict(values - passing, passing)
            case "node" | "property":
                if ((parameter, URIRef(SH + "path"), None) in self.shapes) != (name == "property"):
                    raise NotUnderstoodError
                return self._shape(parameter, values)
            case "not":
                return Verdict(*reversed(self._shape(parameter, values)))
            case "and" | "or" | "xone":
                verdicts = [self._shape(each, values) for each in members(self.shapes, parameter)]
                return {"and": _all, "or": _any, "xone": _one}[name](verdicts, values)
        if name in TESTS:
            return _tested(TESTS[name](self.shapes, parameter), values)
        raise NotUnderstoodError

    def _of_focus(self, name: str, parameter: Node, shape: Node, links: Values) -> Verdict:
        """Judge focus nodes by a constraint on all their values together."""
        match name:
            case "minCount":
                return _counted({node: (len(values),) * 2 for node, values in links.items()}, number(parameter), None)
            case "maxCount":
                return _counted({node: (len(values),) * 2 for node, values in links.items()}, None, number(parameter))
            case "hasValue":
                value = as_engine_term(parameter)
                passing = {node for node, values in links.items() if value in values}
            case "uniqueLang":
                if parameter != Literal(True):  # noqa: FBT003 - rdflib's
                    raise NotUnderstoodError
                passing = {node for node, values in links.items() if _one_per_language(values)}
            case _:
                return self._qualified(parameter, shape, links)
        return Verdict(links.keys() - passing, passing)

    def _qualified(self, parameter: Node, shape: Node, links: Values) -> Verdict:
        least, most = (list(self.shapes.objects(shape, URIRef(SH + name))) for name in sorted(_COUNTS, reverse=True))
        if max(len(least), len(most)) > 1 or not least + most:
            raise NotUnderstoodError
        failing, passing = self._shape(parameter, set().union(*links.values()))
        surely = passing - failing
        counts = {node: (len(values & surely), len(values & passing)) for node, values in links.items()}
        return _counted(counts, *(number(bound[0]) if bound else None for bound in (least, most)))

    def _links(self, shape: Node, nodes: set[Term]) -> Values:
        paths = list(self.shapes.objects(shape, URIRef(SH + "path")))
        if len(paths) > 1:
            raise NotUnderstoodError
        found = [self._step(path) for path in self._alternatives(paths[0])]
        if len(found) == 1:
            return {node: found[0].get(node, set()) for node in nodes}
        return {node: set().union(*(values.get(node, ()) for values in found)) for node in nodes}

    def _alternatives(self, path: Node) -> list[Node]:
        said = list(self.shapes.predicate_objects(path)) if isinstance(path, BNode) else []
        if len(said) == 1 and said[0][0] == URIRef(SH + "alternativePath"):
            return members(self.shapes, said[0][1])
        return [path]

    def _step(self, path: Node) -> Values:
        """Return where a path of one predicate, forward or back, leads from each node."""
        said = list(self.shapes.predicate_objects(path)) if isinstance(path, BNode) else []
        if isinstance(path, URIRef):
            return self._graph.values(as_engine_term(path))
        if len(said) == 1 and said[0][0] == URIRef(SH + "inversePath") and isinstance(said[0][1], URIRef):
            return self._graph.subjects(as_engine_term(said[0][1]))
        raise NotUnderstoodError


def _all(verdicts: Iterable[Verdict], nodes: set[Term]) -> Verdict:
    verdicts = list(verdicts)
    return Verdict(
        set().union(*(each.failing for each in verdicts)), nodes.intersection(*(v.passing for v in verdicts))
    )


def _any(verdicts: list[Verdict], nodes: set[Term]) -> Verdict:
    return Verdict(nodes.intersection(*(v.failing for v in verdicts)), set().union(*(v.passing for v in verdicts)))


def _one(verdicts: list[Verdict], nodes: set[Term]) -> Verdict:
    """Judge by how many shapes a node surely passes, and how many it may."""
    may = Counter(node for each in verdicts for node in each.passing)
    surely = Counter(node for each in verdicts for node in each.passing - each.failing)
    return _counted({node: (surely[node], may[node]) for node in nodes}, 1, 1)


def _counted(counts: dict[Term, tuple[int, int]], least: int | None, most: int | None) -> Verdict:
    """Judge by counts, of which only bounds are known."""
    low, high = least or 0, float("inf") if most is None else most
    return Verdict(
        {node for node, (fewest, largest) in counts.items() if fewest < low or largest > high},
        {node for node, (fewest, largest) in counts.items() if largest >= low and fewest <= high},
    )


def _tested(test: Test, values: set[Term]) -> Verdict:
    found = {value: test(value) for value in values}
    return Verdict(
        {v for v, good in found.items() if good is not True}, {v for v, good in found.items() if good is not False}
    )


def _each(verdict: Verdict, links: Values, values: set[Term]) -> Verdict:
    """Judge focus nodes by their values: each has to pass."""
    failing, wrong = verdict.failing, values - verdict.passing
    return Verdict(
        {node for node, found in links.items() if not failing.isdisjoint(found)} if failing else set(),
        {node for node, found in links.items() if wrong.isdisjoint(found)} if wrong else set(links),
    )


def _one_per_language(values: set[Term]) -> bool:
    languages = [value.language for value in values if isinstance(value, ox.Literal) and value.language]
    return len(set(languages)) == len(languages)
