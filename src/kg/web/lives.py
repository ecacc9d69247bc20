"""The life of each stated gap, read from the rows of ``gap-lifecycle``: its status, and the steps that led to it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kg.vocabulary import ID
from kg.web.catalogue import gettext as _
from kg.web.catalogue import ngettext
from kg.web.dates import precision_of, say
from kg.web.language import language
from kg.web.site import among, records, site
from kg.web.tables import in_order

Row = Mapping[str, str]

_STARTED: Final = "project"
_ENDED: Final = "project-ended"
_HEAD: Final = re.compile(r"^SELECT DISTINCT .*?(?=^WHERE)", re.MULTILINE | re.DOTALL)
_STEPS: Final = re.compile(r"^  # The steps in its life\..*", re.MULTILINE | re.DOTALL)
# How much of an ISO date is known where the source does not give the day.
_KNOWN: Final = {"year": 4, "month": 7}


@dataclass(frozen=True, slots=True)
class Status:
    """A status that a gap can have, in the words of the graph."""

    iri: str
    notation: str
    label: str
    definition: str

    @property
    def value(self) -> str:
        """The status as an address has it."""
        return self.iri.removeprefix(ID)


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation that took a step, and in which role."""

    iri: str
    label: str
    role: str


@dataclass(slots=True)
class Step:
    """Something that happened to a gap.

    Attributes:
        kind: ``stated``, ``project``, ``project-ended``, or what a finding does to the gap, such as ``answers``.
        on: an ISO date; empty where nobody gives one.
        thing: the publication, project or finding.
        label: its name.
        parties: who did it.
    """

    kind: str
    on: str
    thing: str
    label: str
    parties: list[Party] = field(default_factory=list)

    @property
    def date(self) -> str:
        """The date as a person says it; empty where nobody gives one."""
        return say(self.on, precision_of(self.on, [self.thing])) if self.on else ""


@dataclass(slots=True)
class Life:
    """A stated gap and what came of it.

    Attributes:
        iri: the gap.
        label: what is not known, in one sentence.
        status: IRI of its status.
        stated_on: when the source that states it came out.
        steps: what happened, in the order of the question.
    """

    iri: str
    label: str
    status: str
    stated_on: str
    steps: list[Step] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.iri.removeprefix(f"{ID}gap/")

    @property
    def stated(self) -> Step:
        """The step with which it begins."""
        return next(step for step in self.steps if step.kind == "stated")

    def of(self, *kinds: str) -> list[Step]:
        """Return the steps of some kinds."""
        return [step for step in self.steps if step.kind in kinds]

    def older(self, step: Step) -> bool:
        """Whether a step had been taken already when the source wrote that nobody knew."""
        began = self.stated
        return older(step.on, precision_of(step.on, [step.thing]), began.on, precision_of(began.on, [began.thing]))

    def in_time(self) -> list[Step]:
        """Return the steps from the first to the last: what is older, the statement, what came after.

        What bears no date comes at the end.
        """

        def place(step: Step) -> tuple[bool, bool, bool, str]:
            after = not self.older(step)
            return after, after and step.kind != "stated", not step.on, step.on

        return sorted(self.steps, key=place)


def statuses() -> dict[str, Status]:
    """Return the statuses by IRI, in their order."""
    return {
        row["status"]: Status(row["status"], row["notation"], row["label"], row["definition"])
        for row in records("gap-statuses", lang=language())
    }


def read(rows: Iterable[Row]) -> list[Life]:
    """Read the rows of ``gap-lifecycle``, which has one for each step and each of its parties."""
    found: dict[str, Life] = {}
    steps: dict[tuple[str, ...], Step] = {}
    for row in rows:
        life = found.setdefault(row["gap"], Life(row["gap"], row["gapLabel"], row["status"], row["statedOn"]))
        key = (row["gap"], row["step"], row["on"], row["thing"])
        if key not in steps:
            steps[key] = Step(row["step"], row["on"], row["thing"], row["thingLabel"])
            life.steps.append(steps[key])
        if row["organisationLabel"]:
            steps[key].parties.append(Party(row["organisation"], row["organisationLabel"], row["role"]))
    return list(found.values())


def standing(query: str) -> list[Life]:
    """Ask only how gaps stand, without the steps that led to it: a long list has room for those of a few.

    Args:
        query: ``gap-lifecycle``, bound.
    """
    whole = _HEAD.sub("SELECT DISTINCT ?gap ?gapLabel ?status ?statedOn\n", query)
    brief = _STEPS.sub("}\nORDER BY ?statedOn ?gapLabel ?gap\n", whole)
    rows = site().store.select(brief).records()
    return [Life(row["gap"], row["gapLabel"], row["status"], row["statedOn"]) for row in rows]


def older(on: str, precision: str, stated_on: str, stated_precision: str) -> bool:
    """Whether something surely came before a gap was stated, with each date no more precise than it is known.

    Args:
        on: the ISO date of the thing; empty where nobody gives one.
        precision: what ``wk:datePrecision`` says of it, or the empty string.
        stated_on: the ISO date of the statement.
        stated_precision: the same of that date.
    """
    if not on or precision == "not-before" or stated_precision == "not-after":
        return False
    known = min(_KNOWN.get(precision, len(on)), _KNOWN.get(stated_precision, len(stated_on)))
    return on[:known] < stated_on[:known]


def strengths(gaps: Iterable[str]) -> dict[str, Row]:
    """Return the rigour, direction and countries of each finding judged to bear on some gaps."""
    found = in_order(among("bearing-strengths", "gap", gaps, lang=language()))
    return {row["finding"]: row for row in found.records()}


def why(life: Life) -> list[str]:
    """Say in sentences what a gap's status rests on."""
    ended = {step.thing for step in life.of(_ENDED)}
    going = [step for step in life.of(_STARTED) if step.thing not in ended]
    running = sum(1 for step in going if step.on)
    counted = [
        (len(life.of("contests")), _contested),
        (len(life.of("answers")), _answered),
        (len(life.of("partly-answers")), _partly),
        (running, _running),
        (len(going) - running, _undated),
        (len(ended), _over),
        (len(life.of("confirms")), _confirmed),
    ]
    return [say_it(number) for number, say_it in counted if number] or [
        _("No project in here works on it, and no finding has been judged to answer, confirm or contest it.")
    ]


def _contested(number: int) -> str:
    return ngettext("%(num)d finding contests it.", "%(num)d findings contest it.", number)


def _answered(number: int) -> str:
    return ngettext("%(num)d finding answers it.", "%(num)d findings answer it.", number)


def _partly(number: int) -> str:
    return ngettext("%(num)d finding answers part of it.", "%(num)d findings answer part of it.", number)


def _running(number: int) -> str:
    return ngettext("%(num)d project on it is under way.", "%(num)d projects on it are under way.", number)


def _undated(number: int) -> str:
    return ngettext(
        "%(num)d project took it up without saying when, so it does not count as under way.",
        "%(num)d projects took it up without saying when, so they do not count as under way.",
        number,
    )


def _over(number: int) -> str:
    return ngettext("%(num)d project on it has ended.", "%(num)d projects on it have ended.", number)


def _confirmed(number: int) -> str:
    return ngettext("%(num)d finding confirms it.", "%(num)d findings confirm it.", number)
