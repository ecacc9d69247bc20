"""Read the cells of a row as its columns promise; what cannot be read is a complaint, never a guess."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from kg.importing import wordlist
from kg.importing.complaints import Complaint
from kg.importing.mapping import Cell, Column, TableMapping
from kg.importing.names import Concepts, did_you_mean, doi, fold
from kg.importing.sheets import Row, Sheet
from kg.importing.templates import slug
from kg.spoken import gettext as _
from kg.spoken import spoken

_MONTHS: Final = {"maand": 1, "maanden": 1, "month": 1, "months": 1, "jaar": 12, "jaren": 12, "year": 12, "years": 12}
_NUMBER: Final = re.compile(r"[+\-\u2212]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DUTCH_DATE: Final = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_NEARLY: Final = Decimal("0.000001")
_EARLIEST, _LATEST = 1800, 2100


class Unreadable(ValueError):
    """A cell that does not hold what its column promises; the sentence says how to mend it."""


def columns_of(sheet: Sheet, columns: Iterable[Column]) -> tuple[dict[str, str], list[Complaint]]:
    """Return the heading under which each column stands, and a complaint for each that the table lacks."""
    headings = {fold(heading): heading for heading in sheet.columns}
    found: dict[str, str] = {}
    complaints = []
    for column in columns:
        here = next((headings[fold(name)] for name in column.headings if fold(name) in headings), None)
        if here is not None:
            found[column.name] = here
        elif not column.optional:
            name = column.heading(spoken())
            sentence = _("this column is missing") + did_you_mean(name, sheet.columns)
            complaints.append(Complaint(0, name, "", sentence))
    return found, complaints


def unknown(sheet: Sheet, mapping: TableMapping, headings: Mapping[str, str]) -> list[Complaint]:
    """Return a complaint for each column of a table that a mapping does not read and does not say to leave."""
    free = [name for column in mapping.columns if column.name not in headings for name in column.headings[1:]]
    return [
        Complaint(
            0,
            name,
            "",
            _("this column is not known; take it away, or say --ignore-column %(name)r", name=name)
            + did_you_mean(name, free),
        )
        for name in sheet.columns
        if name not in headings.values() and fold(name) not in {fold(one) for one in mapping.ignore}
    ]


def read(
    row: Row, columns: Iterable[Column], headings: Mapping[str, str], empty: Iterable[str], concepts: Concepts
) -> tuple[dict[str, list[Cell]], list[Complaint]]:
    """Read one row.

    Args:
        row: of the table.
        columns: what they hold.
        headings: under which heading each stands.
        empty: texts that mean that there is no value, in any capitals.
        concepts: of the graph.

    Returns:
        The values of each column by its name, and what is wrong.
    """
    values: dict[str, list[Cell]] = {}
    complaints = []
    empty = {text.casefold() for text in empty}
    for column in columns:
        text = row.cells.get(headings.get(column.name, ""), "")
        parts = re.split(column.separator, text) if column.separator else [text]
        given = [part.strip() for part in parts if part.strip() and part.strip().casefold() not in empty]
        heading = headings.get(column.name) or column.heading(spoken())
        if column.required and not given:
            complaints.append(Complaint(row.number, heading, text, _("this must be filled in")))
        values[column.name] = []
        for part in given:
            try:
                values[column.name].append(_value(_without_sign(part, column, values, concepts), column, concepts))
            except Unreadable as error:
                complaints.append(Complaint(row.number, heading, part, str(error)))
    return values, complaints


def _without_sign(text: str, column: Column, values: Mapping[str, list[Cell]], concepts: Concepts) -> str:
    """Return a number without its per cent sign, where the other columns say that it is a percentage."""
    if not column.percent or not text.endswith("%"):
        return text
    for name, wanted in column.percent.items():
        if not any(cell[""] in wanted for cell in values.get(name, ())):
            words = ", ".join(concepts.told(one).get(spoken(), one) for one in wanted)
            raise Unreadable(
                _("is this a percentage? Leave the sign out, or choose one of %(words)s beside it", words=words)
            )
    return text.removesuffix("%").strip()


def _value(text: str, column: Column, concepts: Concepts) -> Cell:
    if column.values:
        found = {fold(name) or name: aspects for name, aspects in column.values.items()}.get(fold(text) or text)
        if found is None:
            sentence = _("choose one of %(words)s", words=", ".join(column.values))
            raise Unreadable(sentence + did_you_mean(text, column.values))
        return {"": text, **found}
    if column.concept:
        name = concepts.find(column.concept, text)
        if name is None:
            sentence = wordlist.complaint(concepts, column.concept, text)
            raise Unreadable("; ".join(part for part in (sentence, column.otherwise.get(spoken(), "")) if part))
        return {**concepts.told(name), "": name, "thing": name}
    read_text = _READERS[column.kind](text, column.unit)
    if column.past and read_text > datetime.now(tz=UTC).date().isoformat():
        raise Unreadable(_("this lies in the future"))
    number = None if column.minimum is None and column.maximum is None else Decimal(read_text)
    if number is not None and column.minimum is not None and number < Decimal(str(column.minimum)):
        raise Unreadable(_("this must be %(number)s or more", number=column.minimum))
    if number is not None and column.maximum is not None and number > Decimal(str(column.maximum)):
        raise Unreadable(_("this must be %(number)s or less", number=column.maximum))
    return {"": read_text}


def _text(text: str, _unit: str) -> str:
    return " ".join(text.split())


def _number(text: str, unit: str) -> Decimal:
    factor = 1
    written = text.removesuffix("%").strip() if unit == "percent" else text
    if unit == "months":
        written, _space, word = text.partition(" ")
        if word and fold(word) not in _MONTHS:
            raise Unreadable(_("give a number of months, or of years: 12, 12 months, 2 years"))
        factor = _MONTHS[fold(word)] if word else 1
    if not _NUMBER.fullmatch(written):
        raise Unreadable(_("this is no number; write digits, with a point for decimals"))
    if _THOUSANDS.fullmatch(written):
        one, other = written.replace(",", ""), written.replace(",", ".")
        raise Unreadable(
            _("does the comma divide thousands or decimals? Write %(one)s or %(other)s", one=one, other=other)
        )
    return Decimal(written.replace(",", ".").replace("\u2212", "-")) * factor


def _decimal(text: str, unit: str) -> str:
    return decimal(_number(text, unit))


def decimal(number: Decimal) -> str:
    """Return a number as xsd:decimal in its canonical form, as the engine keeps it: 0.43, not 0.4300."""
    shown = format(number, "f")
    whole, _, rest = shown.partition(".")
    return f"{whole}.{rest.rstrip('0') or '0'}"


def _integer(text: str, unit: str) -> str:
    number = _number(text, unit)
    nearest = number.to_integral_value()
    # What a spreadsheet counted can miss the whole number in the last digits.
    if abs(number - nearest) > _NEARLY:
        raise Unreadable(_("this must be a whole number"))
    return str(int(nearest))


def _year(text: str, unit: str) -> str:
    year = _integer(text, unit)
    if not _EARLIEST <= int(year) <= _LATEST:
        raise Unreadable(_("this is no year; write four digits: 2018"))
    return year


def _date(text: str, _unit: str) -> str:
    dutch = _DUTCH_DATE.fullmatch(text)
    written = f"{dutch[3]}-{int(dutch[2]):02}-{int(dutch[1]):02}" if dutch else text
    found = _DATE.fullmatch(written)
    try:
        date(*(int(part or 1) for part in found.groups())) if found else date.fromisoformat(written)
    except ValueError as error:
        sentence = _("this is no date; write 2018-05-31, or as much as is known: 2018-05 or 2018")
        raise Unreadable(sentence) from error
    return written


def _doi(text: str, _unit: str) -> str:
    if not doi(text):
        raise Unreadable(_("this is no DOI; write it as 10.1016/j.example.2018.01.001"))
    return doi(text)


def _address(text: str, _unit: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise Unreadable(_("this is no web address; it begins with https:// or http:// and has no spaces"))
    return text


def _name(text: str, _unit: str) -> str:
    """Return the last part of an IRI, or of a short name, as a name of one's own."""
    made = slug(re.split(r"[:/]", text)[-1])
    if not made:
        raise Unreadable(_("this is no name; write small letters, digits and hyphens: my-town-work-12-months"))
    return made


_READERS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "text": _text,
    "name": _name,
    "integer": _integer,
    "decimal": _decimal,
    "year": _year,
    "date": _date,
    "doi": _doi,
    "address": _address,
}
