"""The estimates of a cell by measure and outcome, as its page and its picture say them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from babel.numbers import get_decimal_symbol

from kg.vocabulary import ID
from kg.web.catalogue import format_decimal
from kg.web.catalogue import gettext as _
from kg.web.dates import precision_of, say
from kg.web.language import language

Row = Mapping[str, str]

_UNKNOWN: Final = "\N{EN DASH}"
_FAVOURABLE: Final = f"{ID}direction/favourable"
_UNFAVOURABLE: Final = f"{ID}direction/unfavourable"
_SYMBOLS: Final = {
    _FAVOURABLE: "\N{BLACK UP-POINTING TRIANGLE}",
    _UNFAVOURABLE: "\N{BLACK DOWN-POINTING TRIANGLE}",
    f"{ID}direction/none": "\N{WHITE CIRCLE}",
    f"{ID}direction/mixed": "\N{BLACK DIAMOND}",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate: a row of ``cell-estimates``, the outcomes that it is on, and what is said of it."""

    row: Row
    source: str
    outcomes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What was found; a study may have many numbers, which only this tells apart."""
        return self.row["findingLabel"]

    @property
    def direction(self) -> str:
        """What it means to the client, as a symbol and in a word."""
        return f"{_SYMBOLS.get(self.row['direction'], _UNKNOWN)} {self.row['directionLabel']}"

    @property
    def outcome(self) -> str:
        """What it is on, in words; empty where its finding names nothing."""
        return ", ".join(self.outcomes)

    @property
    def counts(self) -> bool:
        """Whether it is an effect at or above the bar."""
        return self.row["counts"] == "true"

    def said(self, column: str) -> str:
        """Return a number as people write it, with the digits that the source gives; empty where it gives none."""
        return said(self.row[column])

    def many(self, column: str) -> str:
        """Return a whole number as people write it; empty where the source gives none."""
        return format_decimal(self.row[column]) if self.row[column] else ""

    @property
    def interval(self) -> str:
        """The bounds, with a dash for the one that is missing; empty where both are."""
        lower, upper = self.said("lower"), self.said("upper")
        return _("%(lower)s to %(upper)s", lower=lower or _UNKNOWN, upper=upper or _UNKNOWN) if lower or upper else ""


@dataclass(frozen=True, slots=True)
class Panel:
    """The estimates of one measure on one outcome.

    Attributes:
        measure: its name.
        outcome: that of what it is on; empty where no finding names it.
        no_effect: the value that means no effect, as a text; empty where the measure has none.
        estimates: those that count first.
    """

    measure: str
    outcome: str
    no_effect: str
    estimates: tuple[Estimate, ...]

    @property
    def title(self) -> str:
        """The measure and the outcome."""
        return f"{self.measure}: {self.outcome}" if self.outcome else self.measure

    @property
    def favours(self) -> str:
        """Say on which side the findings call a number favourable; where they differ, that; empty where none says."""
        sides = {side for one in self.estimates if (side := self._favourable(one))}
        if len(sides) > 1:
            return _("The findings do not agree on which side is favourable.")
        if not sides:
            return ""
        return (
            _("A higher number is favourable here.") if "higher" in sides else _("A lower number is favourable here.")
        )

    @property
    def logarithmic(self) -> bool:
        """Whether half as much and twice as much lie equally far from no effect: so for a ratio of positive numbers."""
        return self.no_effect == "1" and min(self.numbers()) > 0

    def numbers(self) -> list[float]:
        """Return every number that has to fit in the picture; no effect among them, and else nought."""
        names = ("value", "lower", "upper")
        found = [float(one.row[name]) for one in self.estimates for name in names if one.row[name]]
        return [*found, float(self.no_effect or 0)]

    def _favourable(self, one: Estimate) -> str:
        """Return whether more or less is favourable, going by what one finding says of its number; empty: it does not."""
        above = float(one.row["value"]) - float(self.no_effect or 0)
        if not self.no_effect or not above or one.row["direction"] not in {_FAVOURABLE, _UNFAVOURABLE}:
            return ""
        return "higher" if (above > 0) == (one.row["direction"] == _FAVOURABLE) else "lower"


def said(number: str) -> str:
    """Return a number as people write it, with as many digits as it has."""
    return number.replace("-", "\N{MINUS SIGN}").replace(".", get_decimal_symbol(language()))


def panels(rows: Iterable[Row]) -> list[Panel]:
    """Return the panels for the rows of ``cell-estimates``: measures as they come, then outcomes by name.

    An estimate stands once, also where its finding is on several outcomes.
    """
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["finding"], row["estimate"]), []).append(row)
    groups: dict[tuple[str, str, tuple[str, ...]], list[Estimate]] = {}
    for same in found.values():
        outcomes = tuple(dict.fromkeys(row["onOutcomeLabel"] for row in same if row["onOutcomeLabel"]))
        key = (same[0]["measure"], same[0]["measureLabel"], outcomes)
        groups.setdefault(key, []).append(Estimate(same[0], _source(same[0]), outcomes))
    measures = list(dict.fromkeys(measure for measure, _name, _outcomes in groups))
    keys = sorted(groups, key=lambda key: (measures.index(key[0]), key[2]))
    return [Panel(key[1], ", ".join(key[2]), groups[key][0].row["noEffect"], tuple(groups[key])) for key in keys]


def _source(row: Row) -> str:
    date = say(row["issued"], precision_of(row["issued"], [row["publication"]], "issued"))
    return f"{row['publicationLabel']}, {date}"
