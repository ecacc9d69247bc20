"""Read what a person writes as a value of RDF: numbers, dates, yes or no, addresses."""

import re
from datetime import date
from typing import Final

import pyoxigraph as ox

from kg.drafting.fields import Field
from kg.errors import BadParameter
from kg.spoken import gettext as _
from kg.vocabulary import XSD

LANGUAGES: Final = ("nl", "en")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|^`\\]+")
_NUMBER: Final = re.compile(r"([+-]?)([0-9]{1,12})(?:[.,]([0-9]{1,12}))?")
# One comma and three digits: a thousand to some, a decimal fraction to others.
_UNCLEAR: Final = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_YES_NO: Final = dict.fromkeys(("yes", "y", "true", "ja", "j"), "true") | dict.fromkeys(
    ("no", "n", "false", "nee"), "false"
)


def value(field: Field, word: str) -> ox.Literal | ox.NamedNode:
    """Return a value that is no thing of the graph and no date.

    Args:
        field: what is said.
        word: the value as it was written.

    Raises:
        BadParameter: it is not of the field's kind.
    """
    if field.kind == "decimal":
        return ox.Literal(_decimal(field, word), datatype=ox.NamedNode(XSD + "decimal"))
    if field.kind == "integer" and not re.fullmatch(r"[0-9]{1,12}", word):
        raise _refused(field, word, _("a whole number is needed"))
    if field.kind == "boolean" and word.lower() not in _YES_NO:
        raise _refused(field, word, _("yes or no is needed"))
    if field.kind == "address" and not _ADDRESS.fullmatch(word):
        raise _refused(field, word, _("an address that begins with https:// is needed"))
    if field.option == "language" and word not in LANGUAGES:
        raise _refused(field, word, _("nl or en is needed"))
    if field.kind == "address":
        return ox.NamedNode(word)
    if field.kind == "boolean":
        return ox.Literal(_YES_NO[word.lower()] == "true")
    if field.kind == "integer":
        return ox.Literal(int(word))
    return ox.Literal(word, language="nl") if field.option == "short" else ox.Literal(word)


def day(field: Field, word: str) -> tuple[str, str]:
    """Return a whole date and how precisely it is known; only that of a publication may be less than a day.

    Raises:
        BadParameter: it is no date, or not precise enough.
    """
    match = _DATE.fullmatch(word)
    try:
        year, month, number = match.groups() if match else ("", "", "")
        whole = date(int(year), int(month or 1), int(number or 1)).isoformat()
    except ValueError as error:
        raise _refused(field, word, _("a date such as 2024-05-31, 2024-05 or 2024 is needed")) from error
    precision = "day" if number else "month" if month else "year"
    if not field.of and precision != "day":
        raise _refused(field, word, _("a full date such as 2024-05-31 is needed here"))
    return whole, precision


def _decimal(field: Field, word: str) -> str:
    """Return a number with a point, in the digits in which it was said."""
    # A page or a word processor writes a minus sign where Turtle has a hyphen.
    plain = word.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    match = _NUMBER.fullmatch(plain)
    if not match or _UNCLEAR.fullmatch(plain):
        raise _refused(field, word, _("a number such as 6, -0.35 or 1.5 is needed"))
    sign, whole, rest = match.groups()
    return f"{sign.replace('+', '')}{whole}.{rest or '0'}"


def _refused(field: Field, word: str, needed: str) -> BadParameter:
    return BadParameter(f"{field.option}: {word!r}: {needed}")
