"""Dates in words, no more precise than the source is."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from kg.web.catalogue import format_date
from kg.web.catalogue import gettext as _
from kg.web.site import records, site


def say(value: str, precision: str = "") -> str:
    """Return an ISO date as a person says it.

    Args:
        value: an ``xsd:date``; anything else comes back as it is.
        precision: what ``wk:datePrecision`` says of it, or the empty string.
    """
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    if precision == "year":
        return format_date(day, "yyyy")
    if precision == "month":
        return format_date(day, "MMMM yyyy")
    whole = format_date(day, "d MMMM yyyy")
    if precision == "not-before":
        return _("%(date)s at the earliest", date=whole)
    if precision == "not-after":
        return _("%(date)s at the latest", date=whole)
    return whole


def precision_of(value: str, things: Iterable[str]) -> str:
    """Return how precise a date is that one of the things bears, or its publication; empty where it is exact."""
    known = _precisions(site().generation)
    return next((known[thing, value] for thing in things if (thing, value) in known), "")


@lru_cache(maxsize=2)
def _precisions(_generation: str) -> Mapping[tuple[str, str], str]:
    """Read all inexact dates; a generation does not change, so once is enough."""
    return {(row["thing"], row["date"]): row["precision"] for row in records("precisions")}
