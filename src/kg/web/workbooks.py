"""An answer as a workbook (Office Open XML), for who opens it in a spreadsheet: numbers are numbers, dates are dates."""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyoxigraph as ox

from kg.store import Table, Term
from kg.vocabulary import XSD
from kg.web.catalogue import gettext as _

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_WHOLE: Final = f"{XSD}integer"
_NUMBERS: Final = {f"{XSD}decimal", f"{XSD}double", f"{XSD}float"}
_LONGEST: Final = 32_767
"""Characters that a cell can hold (ECMA-376)."""
_WHEN: Final = (2000, 1, 1, 0, 0, 0)
"""The date in every workbook: equal answers are equal bytes."""


def workbook(table: Table, about: Mapping[str, str]) -> bytes:
    """Return the answer on one sheet and what it is on another.

    Args:
        table: the answer.
        about: caption to text: the question, its parameters, its address.

    Returns:
        The bytes of an ``.xlsx`` file; equal for equal answers.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - only where a workbook is wanted

    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = datetime(*_WHEN)  # noqa: DTZ001 - the format knows no zones
    sheet = book.create_sheet(_("Answer"))
    sheet.freeze_panes = "A2"
    sheet.append(list(table.columns))
    for row in table.rows:
        sheet.append([_value(term, sheet) for term in row])
    note = book.create_sheet(_("About"))
    note.column_dimensions["A"].width, note.column_dimensions["B"].width = 24, 100
    for caption, text in about.items():
        note.append([caption, _text(text, note)])
    return _packed(book)


def _packed(book: "Workbook") -> bytes:
    """Write a workbook without the moment of writing, which ``Workbook.save`` and the archive would put into it."""
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415

    dated, written = BytesIO(), BytesIO()
    ExcelWriter(book, ZipFile(dated, "w")).save()  # closes the archive
    with ZipFile(dated) as parts, ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for part in parts.infolist():
            archive.writestr(ZipInfo(part.filename, _WHEN), parts.read(part), ZIP_DEFLATED)
    return written.getvalue()


def _value(term: Term | None, sheet: "WriteOnlyWorksheet") -> "str | int | float | date | bool | Cell | None":
    if not isinstance(term, ox.Literal):
        return None if term is None else _text(term.value, sheet)
    kind = term.datatype.value
    try:
        if kind == _WHOLE:
            return int(term.value)
        if kind in _NUMBERS:
            return float(term.value)
        if kind == f"{XSD}date":
            return date.fromisoformat(term.value)
    except ValueError:
        return _text(term.value, sheet)
    return term.value == "true" if kind == f"{XSD}boolean" else _text(term.value, sheet)


def _text(text: str, sheet: "WriteOnlyWorksheet") -> "str | Cell":
    """Return a text that a spreadsheet takes as text: never as a formula, and without control characters."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    plain = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    if not plain.startswith("="):
        return plain
    cell = WriteOnlyCell(sheet, plain)
    cell.data_type = "s"
    return cell
