"""A table of the graph for a spreadsheet, which can be read back without loss."""

import csv
import io
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.dumps.tables import tables
from kg.dumps.writer import Folder
from kg.errors import KgError
from kg.history.patch import lines_of
from kg.importing import csvw, sheets
from kg.spoken import gettext as _
from kg.vocabulary import RDF, WK, shorten

CLASSES: Final = {"studies": "Study", "findings": "Finding", "gaps": "KnowledgeGap"}


@dataclass(frozen=True, slots=True)
class Exported:
    """A table and its description, as bytes, and how many rows it has."""

    content: bytes
    described: bytes
    rows: int


def table(store: ox.Store, name: str, form: str, called: str) -> Exported:
    """Make a table.

    Args:
        store: a generation.
        name: ``studies``, ``findings`` or ``gaps``.
        form: ``csv`` or ``xlsx``.
        called: the name that its file will have.

    Raises:
        KgError: what is read back would not be what stands in the graph.
    """
    with tempfile.TemporaryDirectory() as place:
        tables(sorted(lines_of(store)), Folder(Path(place)))
        content = (Path(place) / f"{name}.csv").read_bytes()
        described = json.loads((Path(place) / f"{name}.csv-metadata.json").read_bytes())
        described["url"] = called
        # Not a column of the file: it says of what class every row is, so that new rows can be taken over too.
        described["tableSchema"]["columns"].append(
            {"name": "class", "virtual": True, "propertyUrl": f"{RDF}type", "valueUrl": f"{WK}{CLASSES[name]}"}
        )
        if form == "xlsx":
            content = _workbook(content, name)
        written = Path(place) / called
        description = written.with_name(f"{called}-metadata.json")
        written.write_bytes(content)
        description.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", "utf-8")
        sheet = sheets.read(written)
        _compare(csvw.convert(sheet, description).triples, store, described, sheet)
        return Exported(content, description.read_bytes(), len(sheet.rows))


def _compare(back: list[ox.Triple], store: ox.Store, described: dict[str, Any], sheet: sheets.Sheet) -> None:
    """Make sure that the table says what the graph says: nothing is lost, and nothing taken apart wrongly."""
    columns = [column for column in described["tableSchema"]["columns"] if not column.get("suppressOutput")]
    wanted = set()
    for row in sheet.rows:
        thing = ox.NamedNode(next(iter(row.cells.values())))
        for column in columns:
            for quad in store.quads_for_pattern(thing, ox.NamedNode(column["propertyUrl"]), None, None):
                wanted.add(ox.Triple(quad.subject, quad.predicate, quad.object))
    lost = {shorten(triple.subject.value) for triple in wanted ^ set(back) if isinstance(triple.subject, ox.NamedNode)}
    if lost:
        raise KgError(
            _(
                "the table would lose something of %(things)s: a text with a bar, a line end or spaces "
                "at its ends cannot stand in a cell",
                things=", ".join(sorted(lost)[:3]),
            )
        )


def _workbook(content: bytes, name: str) -> bytes:
    """Return a table as a workbook whose cells are all texts, so that no program changes a number or a date."""
    from openpyxl import Workbook  # noqa: PLC0415 - half a second to import
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for line in csv.reader(io.StringIO(content.decode(), newline="")):
        cells = []
        for text in line:
            cell = WriteOnlyCell(sheet, text)
            # A text that begins with = is no formula.
            cell.data_type, cell.number_format = "s", "@"
            cells.append(cell)
        sheet.append(cells)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
