"""Dates in words, no more precise than the source is."""

import re
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


def precision_of(value: str, things: Iterable[str], column: str = "") -> str:
    """Return how precise a date is that one of the things bears, or its publication; empty where it is exact.

    Args:
        value: the date.
        things: what stands in the same row.
        column: what the date is called there; where a thing bears the same date twice, as a search that ended on the
            day its publication came out, ``searchedUntil`` is the one of ``wk:until``.
    """
    known = _precisions(site().generation)
    for thing in things:
        if found := known.get((thing, value)):
            named = (precision for name, precision in found.items() if name in column.lower())
            return next(named, None) or found.get("issued") or next(iter(found.values()))
    return ""


@lru_cache(maxsize=2)
def _precisions(_generation: str) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Read all inexact dates by the local name of their property; a generation does not change, so once is enough."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in records("precisions"):
        name = re.split("[#/]", row["property"])[-1].lower()
        found.setdefault((row["thing"], row["date"]), {})[name] = row["precision"]
    return found
