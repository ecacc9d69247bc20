"""Which nameless things are written inside the statement that they belong to, and which need a label."""

from collections import Counter
from collections.abc import Mapping

import pyoxigraph as ox

from kg.vocabulary import RDF
from kg.writing.source import Node, Term

_FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))


class Nesting:
    """Sorts out the blank nodes of a graph.

    Args:
        statements: subject to predicate to values.
        labels: the names that nodes have; a node without one is not part of a ring.
    """

    def __init__(
        self, statements: Mapping[Node, Mapping[ox.NamedNode, list[Term]]], labels: Mapping[ox.BlankNode, str]
    ) -> None:
        self._statements = statements
        uses = Counter(
            value
            for predicates in statements.values()
            for values in predicates.values()
            for value in values
            if isinstance(value, ox.BlankNode)
        )
        self.labelled = {node for node, number in uses.items() if number > 1}
        self._nested = {node for node, number in uses.items() if number == 1}
        reached: set[Node] = set()
        self._reach(reached, [node for node in statements if node not in self._nested])
        # A ring has no statement to be written inside of: one of it gets a label, and the others hang on that.
        for node in sorted(labels, key=lambda node: labels[node]):
            if node in statements and node not in reached:
                self.labelled.add(node)
                self._reach(reached, [node])
        self._nested -= self.labelled

    def is_nested(self, node: Term) -> bool:
        """Tell whether a node is written inside the one statement that points at it."""
        return node in self._nested

    def items(self, node: Node) -> list[Term] | None:
        """Return the items when a node is a list that can be written as ``( … )``, else None."""
        found: list[Term] = []
        while node != _NIL:
            content = self._statements.get(node, {})
            first, rest = content.get(_FIRST, []), content.get(_REST, [])
            if node not in self._nested or len(content) != 2 or len(first) != 1 or len(rest) != 1:  # noqa: PLR2004
                return None
            if isinstance(rest[0], ox.Literal):
                return None
            found.append(first[0])
            node = rest[0]
        return found

    def _reach(self, found: set[Node], waiting: list[Node]) -> None:
        while waiting:
            node = waiting.pop()
            if node in found:
                continue
            found.add(node)
            for values in self._statements.get(node, {}).values():
                waiting += [value for value in values if isinstance(value, ox.BlankNode)]
