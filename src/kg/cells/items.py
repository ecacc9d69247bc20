"""What fills the cells of the map, as columns of numbers: findings, effects, searches, gaps, projects."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kg.cells.facts import Numbers, Term, Truths

Reach = Callable[[Iterable[Term]], set[Term]]
"""Gives the concepts in which a thing counts that names some."""
Sets = Mapping[str, Sequence[frozenset[Term]]]
"""By dimension, the different sets of concepts that things name."""

DIRECTIONS: Final = ("favourable", "none", "unfavourable", "mixed")
UNRANKED: Final = -1 << 30
"""The rank of what has none: below all others."""


@dataclass(frozen=True, slots=True)
class Items:
    """Things of one kind; one row each.

    Attributes:
        sets: by dimension, the number of the set of concepts that a thing names (see :class:`kg.cells.facts.Values`).
        known: the day from which a thing is known.
    """

    sets: Mapping[str, Numbers]
    known: Numbers

    def about(self, wanted: Iterable[tuple[str, Term]], sets: Sets, reach: Reach) -> Truths:
        """Tell which things pass filters: those that reach, in each dimension, the concept that is asked for."""
        kept = np.ones(len(self.known), np.bool_)
        for name, concept in wanted:
            passing = np.array([concept in reach(named) for named in sets[name]])
            kept &= passing[self.sets[name]]
        return kept


@dataclass(frozen=True, slots=True)
class Findings(Items):
    """Findings that name what they rest on.

    Attributes:
        empirical: whether that is, among others, observation.
    """

    empirical: Truths


@dataclass(frozen=True, slots=True)
class Effects(Items):
    """Findings on an effect that state a direction, sorted by study.

    Attributes:
        direction: place in :data:`DIRECTIONS`, or one beyond.
        study: the number of the study.
        rank: of the rigour of that study.
    """

    direction: Numbers
    study: Numbers
    rank: Numbers


@dataclass(frozen=True, slots=True)
class Studies:
    """The studies of effects, by their numbers.

    Attributes:
        review: whether a study is a review.
        reviewed: the day from which a review that includes the study is known.
    """

    review: Truths
    reviewed: Numbers


@dataclass(frozen=True, slots=True)
class Searches(Items):
    """Searches.

    Attributes:
        until: the day until which was searched.
        systematic: whether a search covers what is narrower too.
    """

    until: Numbers
    systematic: Truths


@dataclass(frozen=True, slots=True)
class Gaps(Items):
    """Stated gaps.

    Attributes:
        denied: the day from which a finding is known that contests it.
    """

    denied: Numbers


@dataclass(frozen=True, slots=True)
class Projects(Items):
    """Projects, known from the day they start.

    Attributes:
        end: the day they end.
    """

    end: Numbers


@dataclass(frozen=True, slots=True)
class Listed(Items):
    """All findings, those of the newest day first, on a day in the order of their IRIs.

    Attributes:
        iris: the findings.
        own: whether it is a finding of this graph's own namespace: whether it stands in the list of all.
        whole: whether it is a finding with a kind, a direction and a day: whether it can stand in a cell.
        effect: whether it is on an effect and states a direction.
        direction: place in :data:`DIRECTIONS`, or one beyond.
        study: the place of its study in ``studies``, or -1.
        rank: of the rigour of that study, or :data:`UNRANKED`.
        studies: their studies.
        named: whether all these have a label in each language.
        dated: whether each has the day of its publication and no other.
    """

    iris: Sequence[Term]
    own: Truths
    whole: Truths
    effect: Truths
    direction: Numbers
    study: Numbers
    rank: Numbers
    studies: Sequence[Term]
    named: bool
    dated: bool
