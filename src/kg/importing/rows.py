"""Turn the rows of a table into triples, by its mapping, beside what the graph has already."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg.importing import cells, derive, naming, origins, takeover, wordlist
from kg.importing.complaints import Complaint, NotImported
from kg.importing.mapping import Cell, TableMapping
from kg.importing.names import Concepts, Sources
from kg.importing.sheets import Row, Sheet
from kg.importing.statements import Imported, Writer
from kg.spoken import gettext as _
from kg.spoken import spoken


def convert(sheet: Sheet, mapping: TableMapping, store: ox.Store) -> Imported:
    """Convert a table.

    Args:
        sheet: the table.
        mapping: what its columns mean.
        store: the graph, to find concepts and sources in.

    Raises:
        NotImported: the table has mistakes; carries all of them.
        UsageProblem: the mapping names what does not exist.
    """
    concepts = Concepts(store)
    headings, complaints = cells.columns_of(sheet, mapping.columns)
    complaints += cells.unknown(sheet, mapping, headings)
    made = Imported()
    if not complaints:
        read, complaints = _read(sheet, mapping, headings, concepts, made)
    if not complaints:
        numbered = [(row.number, values) for row, values in read]
        for column in mapping.derived:
            if column.how == "join":
                named = origins.heading(mapping, [str(column.options.get("given", ""))], headings)
                complaints += naming.join(column, numbered, named)
    if not complaints:
        complaints = [one for row, values in read for one in _told(mapping, mapping.mistakes, row, values, headings)]
    if complaints:
        raise NotImported(sheet.name, complaints, wordlist.hints(concepts))
    made.doubts = [doubt for row, values in read for doubt in _told(mapping, mapping.doubts, row, values, headings)]
    Writer(mapping, Sources(store), made, sheet.name, headings).write(read)
    return made


def _read(
    sheet: Sheet, mapping: TableMapping, headings: Mapping[str, str], concepts: Concepts, made: Imported
) -> tuple[list[tuple[Row, dict[str, list[Cell]]]], list[Complaint]]:
    """Return the values of every row that says something, and what is wrong with any."""
    read: list[tuple[Row, dict[str, list[Cell]]]] = []
    complaints: list[Complaint] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in sheet.rows:
        if mapping.leave_out and not row.cells.get(headings.get(mapping.leave_out, ""), ""):
            made.left_out.append(row.number)
            continue
        first = seen.setdefault(tuple(row.cells.values()), row.number)
        if mapping.together and not any(row.cells.get(headings.get(name, ""), "") for name in mapping.together):
            complaints.append(Complaint(row.number, "", "", _stray(mapping, headings)))
        elif first != row.number:
            sentence = _("this row is the same as row %(row)s; take one of them away", row=first)
            complaints.append(Complaint(row.number, "", "", sentence))
        else:
            values, found = cells.read(row, mapping.columns, headings, mapping.empty, concepts)
            complaints += found or _derive(row.number, mapping, values, concepts, made)
            read.append((row, values))
    return read, complaints


def _derive(
    row: int, mapping: TableMapping, values: dict[str, list[Cell]], concepts: Concepts, made: Imported
) -> list[Complaint]:
    try:
        for column in mapping.derived:
            if column.how == "taken":
                values[column.name] = takeover.take(column, row, values, concepts, made.taken)
            elif column.how != "join":
                values[column.name] = derive.derive(column, values)
    except ValueError as error:
        return [Complaint(row, "", "", str(error))]
    return []


def _stray(mapping: TableMapping, headings: Mapping[str, str]) -> str:
    names = [
        headings.get(column.name) or column.heading(spoken())
        for column in mapping.columns
        if column.name in mapping.together
    ]
    return _(
        "this row has nothing under %(columns)s; take away what is no finding (a total, a note)",
        columns=_(" and ").join(names),
    )


def _told(
    mapping: TableMapping,
    said: Sequence[Mapping[str, Any]],
    row: Row,
    values: Mapping[str, list[Cell]],
    headings: Mapping[str, str],
) -> list[Complaint]:
    """Return what a mapping says of a row that is as it says: a mistake, or a doubt."""
    return [
        Complaint(row.number, heading, row.cells.get(heading, ""), one.get(spoken(), one["en"]))
        for one in said
        if derive.holds(one["when"], values)
        for heading in [origins.heading(mapping, [f"{{{one['column']}}}"], headings)]
    ]
