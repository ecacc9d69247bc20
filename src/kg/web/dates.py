"""Dates in words, no more precise than the source is."""

from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _


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
    whole = format_date(day, "long")
    if precision == "not-before":
        return _("%(date)s at the earliest", date=whole)
    if precision == "not-after":
        return _("%(date)s at the latest", date=whole)
    return whole
