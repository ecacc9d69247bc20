"""The estimates of a cell by measure, as its page and its picture say them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from babel.numbers import get_decimal_symbol

from kg.web.catalogue import format_decimal
from kg.web.catalogue import gettext as _
from kg.web.dates import precision_of, say
from kg.web.language import language

Row = Mapping[str, str]

_UNKNOWN: Final = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate: the row of ``cell-estimates``, and what is said of it on page and picture."""

    row: Row
    source: str

    @property
    def name(self) -> str:
        """The study, or the finding where there is none."""
        return self.row["studyLabel"] or self.row["findingLabel"]

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
    """The estimates of one measure.

    Attributes:
        measure: its name.
        no_effect: the value that means no effect, as a text; empty where the measure has none.
        estimates: those that count first.
    """

    measure: str
    no_effect: str
    estimates: tuple[Estimate, ...]

    @property
    def logarithmic(self) -> bool:
        """Whether half as much and twice as much lie equally far from no effect: so for a ratio of positive numbers."""
        return self.no_effect == "1" and min(self.numbers()) > 0

    def numbers(self) -> list[float]:
        """Return every number that has to fit in the picture; no effect among them, and else nought."""
        names = ("value", "lower", "upper")
        found = [float(one.row[name]) for one in self.estimates for name in names if one.row[name]]
        return [*found, float(self.no_effect or 0)]


def said(number: str) -> str:
    """Return a number as people write it, with as many digits as it has."""
    return number.replace("-", "\N{MINUS SIGN}").replace(".", get_decimal_symbol(language()))


def panels(rows: Iterable[Row]) -> list[Panel]:
    """Return the panels for the rows of ``cell-estimates``, which stand by measure."""
    found = []
    for _measure, members in groupby(rows, key=lambda row: row["measure"]):
        told = list(members)
        estimates = tuple(Estimate(row, _source(row)) for row in told)
        found.append(Panel(told[0]["measureLabel"], told[0]["noEffect"], estimates))
    return found


def _source(row: Row) -> str:
    date = say(row["issued"], precision_of(row["issued"], [row["publication"]], "issued"))
    return f"{row['publicationLabel']}, {date}"
