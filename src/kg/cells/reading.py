"""Read what fills the cells of the map from the graph."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from kg.cells.facts import NEVER, IrregularError, Numbers, Reader, Term, Truths, Values, day, term, whole
from kg.cells.items import DIRECTIONS, UNRANKED, Effects, Findings, Gaps, Listed, Projects, Searches, Studies
from kg.cells.kinds import Kinds
from kg.vocabulary import DCT, ID, RDF, WK

_OTHER: Final = len(DIRECTIONS)
_NOT_STATED: Final = term(f"{ID}direction/not-stated")
_OTHER_DATES: Final = (DCT + "issued", *(WK + name for name in ("statedIn", "opened", "date", "startDate", "on")))
"""What else can say when a thing is from, in a list of things."""


class Reading:
    """Reads the things that fill cells.

    Args:
        reader: of the graph.
        values: what things say, by dimension.

    Raises:
        IrregularError: the graph says something that there is no place for.
    """

    def __init__(self, reader: Reader, values: Mapping[str, Values]) -> None:
        self._reader = reader
        self._values = values
        self._issued = reader.all(DCT + "issued")
        self._reported = reader.all(WK + "reportedIn")
        self._day_of: dict[Term, int] = {}
        self._things: dict[Term, list[Term]] = {}
        for thing, kind in reader.pairs(RDF + "type"):
            self._things.setdefault(kind, []).append(thing)

    def kinds(self) -> Kinds:
        """Return how many things there are of each kind."""
        return Kinds.of(self._things)

    def findings(self) -> Findings:
        """Return the findings that name what they rest on."""
        bases = self._reader.all(WK + "basis")
        things = [thing for thing in self._of("Finding") if thing in bases and self._day(thing)]
        empirical = term(f"{ID}basis/empirical")
        return Findings(self._sets(things), self._days(things), _truths(empirical in bases[thing] for thing in things))

    def effects(self) -> tuple[Effects, Studies]:
        """Return the findings on an effect that state a direction, of studies of which the rigour is known, and these."""
        effect = term(f"{ID}finding-kind/effect")
        kinds, directions, studies, ranks = self._kinds, self._directions, self._study_of, self._ranks
        designs = self._reader.one(WK + "design")
        ceilings = {design for design, value in self._reader.pairs(WK + "rigourIsCeiling") if b"true" in value}
        reviewed = self._reviewed()
        numbers: dict[Term, int] = {}
        things = sorted(
            (
                thing
                for thing, values in kinds.items()
                if effect in values
                and directions.get(thing, _NOT_STATED) != _NOT_STATED
                and (study := studies.get(thing)) in ranks
                and study in designs
                and self._day(thing)
            ),
            key=lambda thing: numbers.setdefault(studies[thing], len(numbers)),
        )
        of_study = [studies[thing] for thing in things]
        places = {term(f"{ID}direction/{name}"): place for place, name in enumerate(DIRECTIONS)}
        effects = Effects(
            self._sets(things),
            self._days(things),
            _numbers(places.get(directions[thing], _OTHER) for thing in things),
            _numbers(numbers[study] for study in of_study),
            _numbers(ranks[study] for study in of_study),
        )
        return effects, Studies(
            _truths(designs[study] in ceilings for study in numbers),
            _numbers(reviewed.get(study, NEVER) for study in numbers),
        )

    def listed(self) -> Listed:
        """Return all findings, in the order of lists."""
        effect, prefix = term(f"{ID}finding-kind/effect"), term(f"{ID}finding/")[:-1]
        kinds, directions, ranks, classed = self._kinds, self._directions, self._ranks, set(self._of("Finding"))
        days = {thing: self._day(thing) for thing in classed | kinds.keys()}
        # By address without the bracket that ends it, which stands behind some letters; then by day, which keeps that.
        things = sorted(sorted(days, key=lambda thing: thing[:-1]), key=days.__getitem__, reverse=True)
        numbers: dict[Term, int] = {}
        studies = [self._study_of.get(thing) for thing in things]
        places = {term(f"{ID}direction/{name}"): place for place, name in enumerate(DIRECTIONS)}
        stated = [directions.get(thing, _NOT_STATED) for thing in things]
        dated = not any(thing in days for predicate in _OTHER_DATES for thing, _ in self._reader.pairs(predicate))
        return Listed(
            self._sets(things),
            _numbers(days[thing] for thing in things),
            things,
            _truths(thing in classed and thing.startswith(prefix) for thing in things),
            _truths(
                thing in classed and thing in kinds and thing in directions and days[thing] > 0 for thing in things
            ),
            _truths(
                effect in kinds.get(thing, ()) and direction != _NOT_STATED
                for thing, direction in zip(things, stated, strict=True)
            ),
            _numbers(places.get(direction, _OTHER) for direction in stated),
            _numbers(-1 if study is None else numbers.setdefault(study, len(numbers)) for study in studies),
            _numbers(UNRANKED if study is None else ranks.get(study, UNRANKED) for study in studies),
            list(numbers),
            not self._reader.unnamed(),
            dated,
        )

    def searches(self) -> Searches:
        """Return the searches."""
        depths, until = self._reader.one(WK + "depth"), self._reader.one(WK + "until")
        things = [thing for thing in self._of("Search") if thing in depths and thing in until and self._day(thing)]
        systematic = term(f"{ID}search-depth/systematic")
        return Searches(
            self._sets(things),
            self._days(things),
            _numbers(day(until[thing]) for thing in things),
            _truths(depths[thing] == systematic for thing in things),
        )

    def gaps(self) -> Gaps:
        """Return the stated gaps."""
        stated = self._reader.one(WK + "statedIn")
        things = [thing for thing in self._of("KnowledgeGap") if thing in stated and stated[thing] in self._issued]
        denied = self._denied()
        return Gaps(
            self._sets(things),
            _numbers(self._single(stated[thing]) for thing in things),
            _numbers(denied.get(thing, NEVER) for thing in things),
        )

    def projects(self) -> Projects:
        """Return the projects that have begun."""
        begun, ended = self._reader.one(WK + "startDate"), self._reader.one(WK + "endDate")
        things = [thing for thing in self._of("Project") if thing in begun]
        return Projects(
            self._sets(things),
            _numbers(day(begun[thing]) for thing in things),
            _numbers(day(ended[thing]) if thing in ended else NEVER for thing in things),
        )

    @cached_property
    def _kinds(self) -> Mapping[Term, Sequence[Term]]:
        return self._reader.all(WK + "findingKind")

    @cached_property
    def _directions(self) -> Mapping[Term, Term]:
        return self._reader.one(WK + "direction")

    @cached_property
    def _study_of(self) -> Mapping[Term, Term]:
        return self._reader.one(WK + "study")

    @cached_property
    def _ranks(self) -> Mapping[Term, int]:
        """The rank of the rigour of each study."""
        ranks = self._reader.one(WK + "rank")
        return {
            study: whole(ranks[rigour]) for study, rigour in self._reader.one(WK + "rigour").items() if rigour in ranks
        }

    def _of(self, kind: str) -> Sequence[Term]:
        return list(dict.fromkeys(self._things.get(term(WK + kind), ())))

    def _sets(self, things: Sequence[Term]) -> dict[str, Numbers]:
        return {name: values.numbered(things) for name, values in self._values.items()}

    def _days(self, things: Sequence[Term]) -> Numbers:
        return _numbers(self._day(thing) for thing in things)

    def _day(self, thing: Term) -> int:
        """Return the day on which the publication of a thing was issued; 0 where none is said."""
        found = self._day_of.get(thing)
        if found is None:
            found = self._day_of[thing] = self._read_day(thing)
        return found

    def _read_day(self, thing: Term) -> int:
        days = {self._single(place) for place in self._reported.get(thing, ()) if place in self._issued}
        if len(days) > 1:
            raise IrregularError(f"{thing.decode()} is reported on more than one day")
        return next(iter(days), 0)

    def _single(self, publication: Term) -> int:
        values = self._issued[publication]
        if len(values) > 1:
            raise IrregularError(f"{publication.decode()} was issued on more than one day")
        return day(values[0])

    def _reviewed(self) -> dict[Term, int]:
        """Return the first day on which a review is known, for each study that one includes."""
        return self._first(self._reader.pairs(WK + "includesStudy"))

    def _denied(self) -> dict[Term, int]:
        """Return the first day on which a finding is known that contests it, for each gap that one contests."""
        contests = term(f"{ID}bearing-kind/contests")
        denying = {bearing for bearing, kind in self._reader.pairs(WK + "bearingKind") if kind == contests}
        findings = self._reader.all(WK + "finding")
        gaps = [(bearing, gap) for bearing, gap in self._reader.pairs(WK + "gap") if bearing in denying]
        return self._first((finding, gap) for bearing, gap in gaps for finding in findings.get(bearing, ()))

    def _first(self, pairs: Iterable[tuple[Term, Term]]) -> dict[Term, int]:
        """Return the first day on which a thing was reported that is about another, for each other."""
        found: dict[Term, int] = {}
        for thing, other in pairs:
            for publication in self._reported.get(thing, ()):
                for value in self._issued.get(publication, ()):
                    found[other] = min(found.get(other, NEVER), day(value))
        return found


def _numbers(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, np.int32)


def _truths(values: Iterable[bool]) -> Truths:
    return np.fromiter(values, np.bool_)
