"""Find what was changed in a table of ``kg export``: cell by cell beside the same table of the graph as it is now."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.dumps.columns import SEPARATOR
from kg.dumps.tables import tables
from kg.dumps.writer import Folder
from kg.exporting import CLASSES
from kg.history.patch import lines_of
from kg.importing.checked import Surroundings, made_from
from kg.importing.complaints import Complaint
from kg.importing.names import iri
from kg.importing.sheets import Sheet
from kg.locate import Places
from kg.parse import ParsedFile
from kg.spoken import gettext as _
from kg.vocabulary import WK, shorten


def find(sheet: Sheet, path: Path, around: Surroundings) -> list[Complaint]:
    """Return every cell that differs from the graph, with what the graph says and where.

    A row about a thing that the graph does not have is new and no correction; a thing without a row stays.

    Args:
        sheet: the table.
        path: its description, which ``convert`` has read already.
        around: the graph.
    """
    columns = json.loads(path.read_text("utf-8"))["tableSchema"]["columns"]
    kinds = {column.get("valueUrl") for column in columns if column.get("virtual")}
    name = next((name for name, kind in CLASSES.items() if f"{WK}{kind}" in kinds), "")
    if not name:
        return []
    whole = ox.Store()
    whole.bulk_extend([*around.store, *around.before])
    with tempfile.TemporaryDirectory() as folder:
        tables(sorted(lines_of(whole)), Folder(Path(folder)))
        text = (Path(folder) / f"{name}.csv").read_text("utf-8")
    now = list(csv.DictReader(io.StringIO(text, newline="")))
    first = columns[0]["name"]
    known = {row[first]: row for row in now}
    said = {column["name"]: column for column in columns if not column.get("virtual")}
    complaints = []
    for row in sheet.rows:
        thing = iri(row.cells.get(first, ""))
        for column, text in row.cells.items():
            # A column that no row of the graph fills in does not stand in its table.
            before = known.get(thing, {}).get(column, "")
            if thing in known and column in said and column != first and _parts(text) != _parts(before):
                named = column[:-2] if said[column].get("suppressOutput") else ""
                if named in said:
                    sentence = _(
                        "this only shows the name of what stands under %(column)s; change it there", column=named
                    )
                    complaints.append(Complaint(row.number, column, text, sentence))
                    continue
                sentence = _where(thing, said[column], before, around.files, whole)
                complaints.append(Complaint(row.number, column, text, sentence))
    return complaints


def _parts(text: str) -> list[str]:
    return sorted(shorten(iri(part.strip())) for part in text.split(SEPARATOR))


def _where(thing: str, column: Mapping[str, Any], before: str, files: Sequence[ParsedFile], whole: ox.Store) -> str:
    """Return what the graph says in place of a cell, and how to change it: in its table, or by hand on a line."""
    said = _("the graph says %(text)r", text=" | ".join(_parts(before))) if before else _("the graph says nothing here")
    for about, predicate in _statements(thing, column, before, whole):
        home = next((file for file in files if any(one.subject == ox.NamedNode(about) for one in file.triples)), None)
        if home is None:
            continue
        places = Places(home.text)
        told = {"said": said, "file": home.source.name, "line": places.line(about, predicate) or places.line(about)}
        table = made_from(home.text)
        if table:
            return _(
                "%(said)s; %(file)s:%(line)s is made from %(table)s: change it in that table and import that",
                table=table,
                **told,
            )
        return _("%(said)s; change it by hand in %(file)s:%(line)s", **told)
    return _("%(said)s; this column follows from others, change it there", said=said)


def _statements(thing: str, column: Mapping[str, Any], before: str, whole: ox.Store) -> Iterator[tuple[str, str]]:
    """Give subject and property of what stands in a cell: of the thing, or of what it refers to (its estimate)."""
    if "propertyUrl" in column:
        yield thing, column["propertyUrl"]
        return
    parts = set(_parts(before))
    for link in whole.quads_for_pattern(ox.NamedNode(thing), None, None):
        if isinstance(link.object, ox.NamedNode):
            for quad in whole.quads_for_pattern(link.object, None, None):
                if not isinstance(quad.object, ox.BlankNode | ox.Triple) and shorten(quad.object.value) in parts:
                    yield link.object.value, quad.predicate.value
