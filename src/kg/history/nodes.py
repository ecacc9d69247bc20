"""Blank nodes under names that follow from what is said of them, so that two states can be compared line by line.

A blank node belongs to the thing with an IRI from which it is reached. Its name is made of that IRI and of its place
in the canonical form of what is said there: a line that moved in a file is no difference.
Source: https://www.w3.org/TR/rdf-canon/.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

import pyoxigraph as ox

from kg.history.patch import Line, lines_of

_NAME_LENGTH: Final = 12
_BLANK: Final = "_:"
_Term = TypeVar("_Term")


@dataclass(frozen=True, slots=True)
class State:
    """A state of the graph whose blank nodes have lasting names.

    Attributes:
        lines: its statements as N-Quads lines.
        owners: the IRI of the thing to which a blank node (``_:name``) belongs; empty where no IRI leads to it.
    """

    lines: frozenset[Line]
    owners: Mapping[str, str] = field(default_factory=dict)

    def thing(self, line: Line) -> str:
        """Return the IRI of the thing that a line describes; empty where there is none."""
        subject = line.partition(" ")[0]
        return self.owners.get(subject, "") if subject.startswith(_BLANK) else subject[1:-1]


def stable(lines: Collection[Line]) -> State:
    """Name the blank nodes of a state anew.

    Args:
        lines: its statements as N-Quads lines.
    """
    # A text may hold these characters too; such a statement comes out as it was.
    linked = [line for line in lines if f" {_BLANK}" in f" {line}"]
    written = set(lines).difference(linked)
    owners: dict[str, str] = {}
    for owner, quads in _parts(ox.parse("\n".join(linked), format=ox.RdfFormat.N_QUADS)):
        part = ox.Dataset(quads)
        part.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        canonical = sorted(part, key=str)
        known_by = owner or "\n".join(lines_of(canonical))
        stem = "b" + hashlib.sha256(known_by.encode()).hexdigest()[:_NAME_LENGTH]
        for quad in canonical:
            named = ox.Quad(_named(quad.subject, stem), quad.predicate, _named(quad.object, stem), quad.graph_name)
            written.add(f"{named} .")
            owners |= {str(node): owner for node in (named.subject, named.object) if isinstance(node, ox.BlankNode)}
    return State(frozenset(written), owners)


def _parts(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, list[ox.Quad]]]:
    """Give what hangs together by blank nodes, each with the first of the IRIs that lead there, or an empty string."""
    above: dict[str, str] = {}

    def top(node: str) -> str:
        while (up := above.setdefault(node, node)) != node:
            above[node] = node = above[up]
        return node

    found = list(quads)
    for quad in found:
        if isinstance(quad.object, ox.BlankNode):
            # IRIs sort before blank nodes, so that an IRI stays on top.
            first, second = sorted((top(str(quad.subject)), top(str(quad.object))))
            above[second] = first
    parts: dict[str, list[ox.Quad]] = {}
    for quad in found:
        parts.setdefault(top(str(quad.subject)), []).append(quad)
    for node, part in parts.items():
        yield ("" if node.startswith(_BLANK) else node[1:-1]), part


def _named(term: _Term, stem: str) -> _Term | ox.BlankNode:
    return ox.BlankNode(stem + term.value.removeprefix("c14")) if isinstance(term, ox.BlankNode) else term
