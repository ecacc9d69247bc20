"""Read a table as people have it: CSV as spreadsheets write it, or a sheet of a workbook."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from kg.errors import UsageProblem
from kg.spoken import gettext as _

WORKBOOKS: Final = (".xlsx", ".xlsm")
_WHOLE_DAY: Final = "00:00:00"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        number: its number as a spreadsheet shows it; the heading is row 1.
        cells: the text of each column, without spaces around it.
    """

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that was read: the file's name, its columns in their order, and its rows without the empty ones."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read(path: Path, sheet: str | None = None) -> Sheet:
    """Read a table.

    Args:
        path: a CSV file (with commas, semicolons or tabs; UTF-8), or a workbook (.xlsx).
        sheet: name of the sheet of a workbook; the first when none is given.

    Raises:
        UsageProblem: the file cannot be read, or its first row is no heading.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageProblem(
            _("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror or error)
        ) from error
    return read_content(path, content, sheet)


def read_content(path: Path, content: bytes, sheet: str | None = None) -> Sheet:
    """Read what stands in a file, or would; see :func:`read`. Only the name of the path is looked at."""
    workbook = path.suffix.lower() in WORKBOOKS
    if sheet and not workbook:
        raise UsageProblem(_("%(file)s is no workbook and has no sheets; leave --sheet out", file=path))
    lines = list(_of_a_workbook(path, content, sheet) if workbook else _of_text(path, content))
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        raise UsageProblem(_("%(file)s is empty; a table has a heading and rows", file=path))
    first, heading = filled[0]
    columns = tuple(heading[: len(heading) - _empty_at_the_end(heading)])
    _refuse_heading(path, first, columns)
    rows = []
    for number, cells in filled[1:]:
        if any(cells[len(columns) :]):
            raise UsageProblem(
                _(
                    "%(file)s, row %(row)s: more cells than the heading has columns; is there a stray comma?",
                    file=path,
                    row=number,
                )
            )
        padded = [*cells, *[""] * len(columns)][: len(columns)]
        rows.append(Row(number, dict(zip(columns, padded, strict=True))))
    return Sheet(path.name, columns, tuple(rows))


def _of_text(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageProblem(_("%(file)s is not UTF-8; in a spreadsheet, save it as 'CSV UTF-8'", file=path)) from error
    heading = text.partition("\n")[0]
    # A spreadsheet with decimal commas separates by semicolons.
    delimiter = max(",;\t", key=heading.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise UsageProblem(_("%(file)s is no CSV: %(reason)s", file=path, reason=error)) from error


def _of_a_workbook(path: Path, content: bytes, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    # Half a second to import, only for workbooks.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise UsageProblem(_("%(file)s is no workbook: %(reason)s", file=path, reason=error)) from error
    try:
        if sheet and sheet not in book.sheetnames:
            raise UsageProblem(
                _(
                    "%(file)s has no sheet %(sheet)r; it has %(names)s",
                    file=path,
                    sheet=sheet,
                    names=", ".join(book.sheetnames),
                )
            )
        chosen = book[sheet or book.sheetnames[0]]
        for number, cells in enumerate(chosen.iter_rows(values_only=True), 1):
            yield number, [_text(cell) for cell in cells]
    finally:
        book.close()


def _text(value: Any) -> str:  # noqa: ANN401 - what a cell can hold
    """Return what a cell shows: a whole number without a point, a day without a time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time().isoformat() == _WHOLE_DAY:
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _empty_at_the_end(cells: Sequence[str]) -> int:
    return next((count for count, cell in enumerate(reversed(cells)) if cell), len(cells))


def _refuse_heading(path: Path, number: int, columns: Sequence[str]) -> None:
    twice = [name for name, count in Counter(columns).items() if count > 1 and name]
    if twice:
        raise UsageProblem(
            _(
                "%(file)s, row %(row)s: the column %(column)r stands twice in the heading",
                file=path,
                row=number,
                column=twice[0],
            )
        )
    if "" in columns:
        raise UsageProblem(
            _(
                "%(file)s, row %(row)s: column %(column)s has no name in the heading",
                file=path,
                row=number,
                column=columns.index("") + 1,
            )
        )
