"""Read back a table that is described as CSV on the Web, such as those that ``kg export`` writes.

Source: https://www.w3.org/TR/csv2rdf/ (minimal mode), with what our own tables use of it: ``aboutUrl``, ``propertyUrl``,
``valueUrl``, ``datatype``, ``lang``, ``separator``, ``suppressOutput`` and virtual columns.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.errors import UsageProblem
from kg.importing.cells import Unreadable
from kg.importing.complaints import Complaint, NotImported
from kg.importing.names import did_you_mean, iri
from kg.importing.sheets import Row, Sheet
from kg.importing.statements import Imported
from kg.spoken import gettext as _
from kg.vocabulary import XSD

_VARIABLE: Final = re.compile(r"\{\+?(\w+)\}")
_LEXICAL: Final[Mapping[str, tuple[re.Pattern[str], Callable[[], str]]]] = {
    "integer": (re.compile(r"[+-]?[0-9]+"), lambda: _("write a whole number")),
    "decimal": (re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?"), lambda: _("write a number with a point for decimals")),
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), lambda: _("write a date such as 2018-05-31")),
    "boolean": (re.compile(r"true|false"), lambda: _("write true or false")),
}
_IRI: Final = re.compile(r"[A-Za-z][\w+.-]*:[^\s<>\"{}|\\^`]+")


def beside(table: Path) -> Path | None:
    """Return the description that stands beside a table under its usual name, if there is one."""
    found = table.with_name(f"{table.name}-metadata.json")
    return found if found.is_file() else None


def convert(sheet: Sheet, path: Path) -> Imported:
    """Convert a table by its description.

    Args:
        sheet: the table.
        path: its description.

    Raises:
        NotImported: cells that are not what their column promises; all of them.
        UsageProblem: the description cannot be read.
    """
    columns, about = _schema(path)
    names = [column["name"] for column in columns if not column.get("virtual")]
    missing = [name for name in names if name not in sheet.columns]
    if missing:
        found = [
            Complaint(0, name, "", _("this column is missing") + did_you_mean(name, sheet.columns)) for name in missing
        ]
        raise NotImported(sheet.name, found)
    made = Imported()
    complaints: list[Complaint] = []
    for row in sheet.rows:
        try:
            thing = _filled(about, row)
        except Unreadable as error:
            complaints.append(
                Complaint(
                    row.number, _VARIABLE.sub(r"\1", about), row.cells.get(_VARIABLE.sub(r"\1", about), ""), str(error)
                )
            )
            continue
        made.rows.setdefault(thing, []).append(row.number)
        for column in columns:
            if column.get("suppressOutput"):
                continue
            try:
                subject = ox.NamedNode(_filled(column["aboutUrl"], row) if "aboutUrl" in column else thing)
                predicate = ox.NamedNode(iri(column["propertyUrl"]))
                made.triples += [ox.Triple(subject, predicate, value) for value in _values(column, row)]
            except Unreadable as error:
                complaints.append(Complaint(row.number, column["name"], row.cells.get(column["name"], ""), str(error)))
    if complaints:
        raise NotImported(sheet.name, complaints)
    return made


def _schema(path: Path) -> tuple[list[Mapping[str, Any]], str]:
    try:
        schema = json.loads(path.read_text("utf-8"))["tableSchema"]
        found = schema["columns"], schema["aboutUrl"]
    except OSError as error:
        raise UsageProblem(
            _("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror or error)
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageProblem(_("%(file)s is no description of a table (CSV on the Web)", file=path)) from error
    return found


def _values(column: Mapping[str, Any], row: Row) -> list[ox.NamedNode | ox.Literal]:
    if column.get("virtual"):
        return [ox.NamedNode(iri(column["valueUrl"]))]
    text = row.cells.get(column["name"], "")
    parts = text.split(column["separator"]) if "separator" in column else [text]
    return [_value(part, column) for part in parts if part]


def _value(text: str, column: Mapping[str, Any]) -> ox.NamedNode | ox.Literal:
    kind = column.get("datatype", "string")
    if "valueUrl" in column:
        return ox.NamedNode(_thing(text))
    if column.get("lang"):
        return ox.Literal(text, language=column["lang"])
    if kind in _LEXICAL and not _LEXICAL[kind][0].fullmatch(text):
        raise Unreadable(_LEXICAL[kind][1]())
    return ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{kind}"))


def _filled(template: str, row: Row) -> str:
    found = _VARIABLE.fullmatch(template)
    text = row.cells.get(found[1], "") if found else template
    if not text:
        raise Unreadable(_("give the thing that this row is about, such as finding:my-finding"))
    return _thing(text)


def _thing(text: str) -> str:
    if not _IRI.fullmatch(text):
        raise Unreadable(_("this is no thing; write its address, or a short name such as outcome:finding-work"))
    return iri(text)
