"""Start a table: its headings, what each column means, and a workbook with the words to choose from."""

import io
from collections.abc import Sequence
from typing import Any, Final

from kg.importing import wordlist
from kg.importing.mapping import Column, TableMapping
from kg.importing.names import Concepts
from kg.spoken import gettext as _
from kg.spoken import spoken

_ROWS: Final = 500
"""How far down a workbook offers words to choose from."""
_WIDTH: Final = 18


def headings(told: TableMapping) -> str:
    """Return the heading of a table in CSV, as a spreadsheet in the language of the call reads it."""
    # A Dutch spreadsheet has commas in its numbers and reads semicolons between cells.
    return (";" if spoken() == "nl" else ",").join(column.heading(spoken()) for column in told.columns)


def explained(told: TableMapping, concepts: Concepts) -> str:
    """Return for each column whether it is required, what it means and which words may stand in it."""
    lines = []
    for column in told.columns:
        lines.append(f"{column.heading(spoken())} ({_needed(column)})")
        words = _words(column, concepts)
        shown = ", ".join(words)
        if column.concept:
            shown += " " + _("(with their meaning: kg import --words %(scheme)s)", scheme=column.concept)
        lines += [f"    {text}" for text in (column.about.get(spoken(), ""), shown) if text.strip()]
    return "\n".join(lines)


def workbook(told: TableMapping, concepts: Concepts) -> bytes:
    """Return a workbook: a sheet to fill in, with words to choose from; a sheet that explains it; a sheet of the words."""
    from openpyxl import Workbook  # noqa: PLC0415 - half a second to import
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    book = Workbook()
    table: Any = book.active
    table.title = _("Table")
    explanation, choices = book.create_sheet(_("Explanation")), book.create_sheet(_("Words"))
    table.freeze_panes = "A2"
    explanation.append([_("Column"), _("Needed"), _("What it means"), _("Words to choose from")])
    for number, column in enumerate(told.columns, 1):
        name, words, letter = column.heading(spoken()), _words(column, concepts), get_column_letter(number)
        table.cell(1, number, name).font = Font(bold=column.required)
        table.column_dimensions[letter].width = _WIDTH
        # What is typed stays as it was typed: no date is made of 2024-05, no number of a DOI.
        for row in range(2, _ROWS + 1) if column.kind in {"text", "date", "doi", "address", "name"} else ():
            table.cell(row, number).number_format = "@"
        explanation.append([name, _needed(column), column.about.get(spoken(), ""), ", ".join(words)])
        for row, word in enumerate([name, *words] if words else [], 1):
            choices.cell(row, number, word)
        if words:
            # Other words are let through: kg import knows both languages, and several in one cell where that is meant.
            choice = DataValidation(
                type="list",
                formula1=f"'{choices.title}'!${letter}$2:${letter}${len(words) + 1}",
                allow_blank=True,
                showErrorMessage=False,
            )
            table.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{_ROWS}")
    _set_out(explanation, Font(bold=True), Alignment(wrap_text=True, vertical="top"))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _set_out(sheet: Any, bold: Any, wrapped: Any) -> None:  # noqa: ANN401 - openpyxl tells no types
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCD", (22, 12, 60, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = wrapped
    for cell in sheet[1]:
        cell.font = bold


def _needed(column: Column) -> str:
    return _("needed") if column.required else _("may be empty")


def _words(column: Column, concepts: Concepts) -> Sequence[str]:
    return wordlist.labels(concepts, column.concept) if column.concept else list(column.values)
