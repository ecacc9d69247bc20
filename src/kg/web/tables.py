"""Turn an answer into a table for a person: labels linked to what they name, dates and codes in words.

A column ``X`` with IRIs and a column ``XLabel`` become one, as do a date and the column that says how precise it is.
A value that a leading column repeats from the row above is shown once, across those rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask_babel import format_decimal

from kg.store import Table, Term
from kg.vocabulary import XSD, shorten
from kg.web.dates import say
from kg.web.words import CODES, COLUMNS

_NUMBERS = {f"{XSD}{name}" for name in ("integer", "decimal", "double", "float")}
_DATE = f"{XSD}date"


@dataclass(slots=True)
class Entry:
    """One cell of a table: its text, where it leads, how many rows it spans; ``numeric`` aligns it."""

    text: str
    iri: str = ""
    numeric: bool = False
    span: int = 1


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
    rows: list[list[Entry | None]]
    left_out: list[str] = field(default_factory=list)
    size: int = 0


def sheet(table: Table, *, hide: Sequence[str] = (), most: int = 2000) -> Sheet:
    """Lay out an answer.

    Args:
        table: the answer.
        hide: columns not to show.
        most: rows to show at most.
    """
    place = {name: position for position, name in enumerate(table.columns)}
    names = [name for name in _leading(table.columns) if name not in hide]
    rows = table.rows[:most]
    entries = [[_entry(name, row, place) for name in names] for row in rows]
    filled = [column for column in range(len(names)) if not rows or any(row[column].text for row in entries)]
    shown = Sheet(
        [heading(names[column]) for column in filled],
        [[row[column] for column in filled] for row in entries],
        [heading(names[column]) for column in range(len(names)) if column not in filled],
        len(table.rows),
    )
    _span(shown.rows)
    return shown


def heading(name: str) -> str:
    """Return what a column is called; a variable that we have no word for keeps its name."""
    return str(COLUMNS.get(name.removesuffix("Label"), name))


def _leading(columns: Sequence[str]) -> list[str]:
    """Leave out the columns that another one takes up: labels of an IRI, precisions of a date."""
    labels = {f"{name}Label" for name in columns}
    return [name for name in columns if name not in labels and not name.lower().endswith("precision")]


def _entry(name: str, row: Sequence[Term | None], place: dict[str, int]) -> Entry:
    term = row[place[name]]
    label = row[place[f"{name}Label"]] if f"{name}Label" in place else None
    if isinstance(term, ox.Literal) and term.datatype.value == _DATE:
        following = list(place)[place[name] + 1 : place[name] + 2]
        precise = row[place[following[0]]] if following and following[0].lower().endswith("precision") else None
        return Entry(say(term.value, precise.value if precise else ""))
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS:
        return Entry(format_decimal(term.value), numeric=True)
    if isinstance(term, ox.NamedNode):
        return Entry(label.value if label else shorten(term.value), term.value)
    text = (label or term).value if label or term else ""
    return Entry(str(CODES.get(text, text)))


def _span(rows: list[list[Entry | None]]) -> None:
    """Let equal entries of the leading columns span their rows, as long as the columns before them are equal too."""
    above: list[Entry | None] = []
    for row in rows:
        for column, entry in enumerate(row):
            other = above[column] if column < len(above) else None
            if entry is None or other is None or not entry.text or entry.numeric or _same(entry, other) is False:
                above = above[:column] + list(row[column:])
                break
            other.span += 1
            row[column] = None


def _same(one: Entry, other: Entry) -> bool:
    return (one.text, one.iri) == (other.text, other.iri)
