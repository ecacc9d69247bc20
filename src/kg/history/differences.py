"""What is different between two states of the graph, thing by thing.

A thing is what an IRI names that statements begin at; to it belong those statements and all that is said of the blank
nodes they lead to. In which file a statement stands makes no difference to a thing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import pyoxigraph as ox

from kg.history.nodes import State, stable
from kg.history.patch import Line, Patch, between
from kg.vocabulary import RDF, WK

Kind = Literal["added", "changed", "withdrawn", "removed"]
KINDS: Final[tuple[Kind, ...]] = ("added", "changed", "withdrawn", "removed")
_TYPE: Final = f"{RDF}type"
_WITHDRAWN: Final = f"{WK}Withdrawn"


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing about which two states do not say the same.

    Attributes:
        iri: the thing.
        before: what the first state says of it; nothing when it is new.
        after: what the second state says of it; nothing when it is gone.
    """

    iri: str
    before: frozenset[ox.Triple]
    after: frozenset[ox.Triple]

    @property
    def kind(self) -> Kind:
        """Whether the thing was added, changed, withdrawn or removed."""
        if self.withdrawn and _WITHDRAWN not in _types(self.before):
            return "withdrawn"
        return "added" if not self.before else "changed" if self.after else "removed"

    @property
    def withdrawn(self) -> bool:
        """Whether the second state says no more of the thing than that, and why, it was withdrawn."""
        return _WITHDRAWN in _types(self.after)

    @property
    def type(self) -> str:
        """The IRI of its class, one of ours if it has one; of what was withdrawn that from before; empty without one."""
        types = _types(self.before if self.kind == "withdrawn" and self.before else self.after or self.before)
        return min(types, key=lambda iri: (not iri.startswith(WK), iri), default="")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states and what is different between them.

    Attributes:
        before: the first state.
        after: the second.
        things: what differs, by IRI.
        patch: what leads from the first to the second, blank nodes under lasting names.
        moved: how many statements stand in another file and are otherwise the same.
    """

    before: State
    after: State
    things: tuple[Difference, ...]
    patch: Patch
    moved: int

    @property
    def equal(self) -> bool:
        """Whether the states say the same, in the same files."""
        return not self.patch.added and not self.patch.removed


def compare(before: Collection[Line], after: Collection[Line], header: Mapping[str, str] | None = None) -> Comparison:
    """Compare two states of the graph.

    Where one of them has no named graphs, as a file by itself has none, they are compared without.

    Args:
        before: the first, as N-Quads lines.
        after: the second.
        header: what the patch says about itself.
    """
    if not (_in_graphs(before) and _in_graphs(after)):
        before, after = _without_graphs(before), _without_graphs(after)
    old, new = stable(before), stable(after)
    patch = between(old.lines, new.lines, header or {})
    touched = {state.thing(line) for state, lines in ((old, patch.removed), (new, patch.added)) for line in lines}
    then, now = _described(old, touched), _described(new, touched)
    pairs = ((iri, then.get(iri, frozenset()), now.get(iri, frozenset())) for iri in sorted(touched - {""}))
    things = tuple(Difference(iri, *both) for iri, *both in pairs if both[0] != both[1])
    gone, come = ({quad.triple for quad in parsed(lines)} for lines in (patch.removed, patch.added))
    return Comparison(old, new, things, patch, len(gone & come))


def own(statements: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    """Return the statements that begin at the thing itself, and not at a blank node of it."""
    return (statement for statement in statements if isinstance(statement.subject, ox.NamedNode))


def _types(statements: Iterable[ox.Triple]) -> list[str]:
    return [str(each.object)[1:-1] for each in own(statements) if each.predicate.value == _TYPE]


def parsed(lines: Iterable[Line]) -> Iterable[ox.Quad]:
    """Return N-Quads lines as quads."""
    return ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)


def _in_graphs(lines: Collection[Line]) -> bool:
    """Tell whether statements stand in named graphs; those of one state are all alike."""
    first = next(iter(lines), None)
    return first is None or isinstance(next(iter(parsed([first]))).graph_name, ox.NamedNode)


def _without_graphs(lines: Iterable[Line]) -> set[Line]:
    return {f"{quad.triple} ." for quad in parsed(lines)}


def _described(state: State, wanted: Collection[str]) -> dict[str, frozenset[ox.Triple]]:
    lines: dict[str, list[Line]] = {}
    for line in state.lines:
        thing = state.thing(line)
        if thing in wanted:
            lines.setdefault(thing, []).append(line)
    return {thing: frozenset(quad.triple for quad in parsed(each)) for thing, each in lines.items()}
