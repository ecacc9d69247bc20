"""Words in the language of the page: the catalogue's texts, dates and numbers."""

from datetime import date

import flask_babel  # type: ignore[import-untyped]
from flask_babel.speaklater import LazyString  # type: ignore[import-untyped]

__all__ = ["LazyString", "format_date", "format_decimal", "gettext", "lazy_gettext", "ngettext"]


def gettext(text: str, **values: object) -> str:
    """Return the catalogue's text, with the values in it."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the catalogue's text for a number, with the number and the values in it."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(text: str) -> LazyString:
    """Return a text that is looked up when it is shown."""
    return flask_babel.lazy_gettext(text)


def format_date(day: date, pattern: str) -> str:
    """Return a date after a CLDR pattern."""
    return str(flask_babel.format_date(day, pattern))


def format_decimal(number: str) -> str:
    """Return a number as people write it."""
    return str(flask_babel.format_decimal(number))
