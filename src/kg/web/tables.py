"""Turn an answer into a table for a person: labels linked to what they name, dates and codes in words.

A column ``X`` with IRIs and a column ``XLabel`` become one. A date is said no more precisely than its source gives it.
A value that a leading column repeats from the row above is shown once, across those rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.store import Table, Term
from kg.vocabulary import XSD, shorten
from kg.web.captions import CODES, COLUMNS
from kg.web.catalogue import format_decimal
from kg.web.catalogue import gettext as _
from kg.web.concepts import states
from kg.web.dates import precision_of, say

_NUMBERS = {f"{XSD}{name}" for name in ("integer", "decimal", "double", "float")}
_DATE = f"{XSD}date"
_UNKNOWN = "-1"
"""The rank of a rigour that is not known; it is an order, and no number to read."""
_LONG = 36


@dataclass(slots=True)
class Entry:
    """One cell of a table: its text, where it leads, how many rows it spans; ``numeric`` aligns it."""

    text: str
    iri: str = ""
    numeric: bool = False
    span: int = 1

    @property
    def long(self) -> bool:
        """Whether the text needs a wide column."""
        return len(self.text) > _LONG


Line = list[Entry | None]


@dataclass(slots=True)
class Sheet:
    """A table to show.

    Attributes:
        headings: one per column.
        rows: entries per row; None where an entry above spans this row.
        left_out: headings of the columns in which no row has a value.
        size: how many rows the answer has, shown or not.
    """

    headings: list[str]
    rows: list[Line]
    left_out: list[str] = field(default_factory=list)
    size: int = 0


def sheet(table: Table, most: int = 2000) -> Sheet:
    """Lay out the answer to one of our questions, at most so many rows of it."""
    place = {name: position for position, name in enumerate(table.columns)}
    names = [name for name in table.columns if not _taken_up(name, place)]
    lines = [[_entry(name, row, place) for name in names] for row in table.rows[:most]]
    filled = [column for column in range(len(names)) if not lines or any(line[column].text for line in lines)]
    rows: list[Line] = [[line[column] for column in filled] for line in lines]
    _span(rows)
    left_out = [heading(name) for column, name in enumerate(names) if column not in filled]
    return Sheet([heading(names[column]) for column in filled], rows, left_out, len(table.rows))


def in_order(table: Table) -> Table:
    """Return the table with the texts of a cell in order: an engine joins them (``GROUP_CONCAT``) as it likes.

    They stand between bars, since a text may hold a comma.
    """

    def said(term: Term | None) -> Term | None:
        if isinstance(term, ox.Literal) and "|" in term.value:
            return ox.Literal(", ".join(sorted(term.value.split("|"))))
        return term

    return Table(table.columns, tuple(tuple(map(said, row)) for row in table.rows))


def plain_sheet(table: Table, most: int) -> Sheet:
    """Lay out the answer to a visitor's own query as it is: every column under its variable's name."""
    rows: list[Line] = [[_plain(term) for term in row] for row in table.rows[:most]]
    return Sheet(list(table.columns), rows, size=len(table.rows))


def heading(name: str) -> str:
    """Return what a column is called; a variable that we have no word for keeps its name."""
    return str(COLUMNS.get(name.removesuffix("Label"), name))


def _taken_up(name: str, columns: dict[str, int]) -> bool:
    """Tell whether another column shows this one: the label of an IRI, the precision of a date."""
    return _is_precision(name) or (name.endswith("Label") and name.removesuffix("Label") in columns)


def _is_precision(name: str) -> bool:
    return name.lower().endswith("precision")


def _entry(name: str, row: Sequence[Term | None], place: dict[str, int]) -> Entry:
    term = row[place[name]]
    label = row[place[f"{name}Label"]] if f"{name}Label" in place else None
    if isinstance(term, ox.NamedNode):
        return Entry(str(label.value) if label else shorten(term.value), term.value)
    if isinstance(term, ox.Literal) and term.datatype.value == _DATE:
        return Entry(say(term.value, precision_of(term.value, [str(other.value) for other in row if other], name)))
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS:
        unknown = name == "rank" and term.value == _UNKNOWN
        return Entry(_("not given")) if unknown else Entry(format_decimal(term.value), numeric=True)
    if label or not isinstance(term, ox.Literal):
        return Entry(str(label.value) if label else "")
    if name == "state" and term.value in (known := states()):
        return Entry(known[term.value]["label"])
    return Entry(term.value if term.language else str(CODES.get(term.value, term.value)))


def _plain(term: Term | None) -> Entry:
    if isinstance(term, ox.NamedNode):
        return Entry(shorten(term.value), term.value)
    if isinstance(term, ox.Literal):
        return Entry(term.value, numeric=term.datatype.value in _NUMBERS)
    return Entry(str(term) if term else "")


def _span(rows: list[Line]) -> None:
    """Let equal entries of the leading columns span their rows, as long as the columns before them are equal too."""
    above: list[Entry] = []
    for row in rows:
        whole = [entry for entry in row if entry]
        same = 0
        while same < len(above) - 1 and _repeats(whole[same], above[same]):
            above[same].span += 1
            row[same] = None
            same += 1
        above = above[:same] + whole[same:]


def _repeats(entry: Entry, above: Entry) -> bool:
    return bool(entry.text) and not entry.numeric and (entry.text, entry.iri) == (above.text, above.iri)
