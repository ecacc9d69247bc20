"""How many things there are of each kind."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kg.cells.facts import Term, term
from kg.vocabulary import ID, WK

_OURS: Final = term(ID)[:-1]
_WITHDRAWN: Final = term(WK + "Withdrawn")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The numbers of things whose IRIs are of this graph's own namespace; those of one kind share a prefix.

    Attributes:
        things: by kind; what is withdrawn and nothing else is not counted.
        of_class: by class and kind.
    """

    things: Mapping[str, int]
    of_class: Mapping[tuple[Term, str], int]

    @classmethod
    def of(cls, instances: Mapping[Term, Iterable[Term]]) -> "Kinds":
        """Count the instances of each class."""
        ours = {name: {thing for thing in things if thing.startswith(_OURS)} for name, things in instances.items()}
        present = set[Term]().union(*(things for name, things in ours.items() if name != _WITHDRAWN))
        of_class = Counter((name, _kind(thing)) for name, things in ours.items() for thing in things)
        return cls(Counter(map(_kind, present)), of_class)


def _kind(thing: Term) -> str:
    kind, slash, _ = thing.removeprefix(_OURS).partition(b"/")
    return kind.decode() if slash else ""
