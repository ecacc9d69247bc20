"""Studies, findings and gaps as tables for people without RDF, each with a description (CSV on the Web).

A row is a thing. A property whose values are things gives three columns: their IRIs, and their names in Dutch and in
English; a property with texts gives one for each language; several values stand in one cell, with bars between them.
Which properties, and in which order, say the queries beside this file.
Source: https://www.w3.org/TR/tabular-metadata/.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final

import pyoxigraph as ox

from kg.dumps.writer import Folder
from kg.history.patch import Line
from kg.provenance import DATA_LICENCE
from kg.settings import LANGUAGES
from kg.vocabulary import XSD

TABLES: Final = ("studies", "findings", "gaps")
SEPARATOR: Final = "|"
_THING: Final = "thing"
_DATATYPES: Final = ("boolean", "date", "decimal", "integer")

Names = Mapping[tuple[str, str], str]
"""What things are called: by IRI and language."""


@dataclass(slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: its name.
        about: the property, an IRI.
        language: of its texts; empty where they have none.
        beside: whether it says nothing of the thing itself: names of other things, or what is said of those.
        cells: its texts by row.
        kind: the type of its values, a name of CSV on the Web.
    """

    name: str
    about: str
    language: str = ""
    beside: bool = False
    cells: dict[str, list[str]] = field(default_factory=dict)
    kind: str = "string"


def tables(lines: Sequence[Line], folder: Folder) -> None:
    """Write every table with its description.

    Args:
        lines: the statements of the graph as N-Quads.
        folder: where to.
    """
    store = ox.Store()
    store.bulk_load("\n".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    names = {(row["thing"].value, row["language"].value): row["one"].value for row in _asked(store, "names")}
    for name in TABLES:
        columns = _columns(_asked(store, name), names)
        things = sorted({thing for column in columns for thing in column.cells})
        folder.put(f"{name}.csv", "text/csv", _csv(things, columns), f"table/{name}")
        described = json.dumps(_metadata(name, columns, names), indent=2, ensure_ascii=False) + "\n"
        about = f"table/{name}"
        folder.put(f"{name}.csv-metadata.json", "application/csvm+json", described.encode(), about, compress=False)


def _asked(store: ox.Store, name: str) -> Iterator[ox.QuerySolution]:
    found = store.query((files("kg.dumps") / f"{name}.rq").read_text("utf-8"), use_default_graph_as_union=True)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError(f"{name}.rq is no SELECT")
    return found


def _columns(rows: Iterator[ox.QuerySolution], names: Names) -> list[Column]:
    """Lay the values out in columns; one that would be empty is left out."""
    found: dict[tuple[int, int], Column] = {}
    for row in rows:
        thing, name, about, value = row["thing"].value, row["column"].value, row["property"].value, row["value"]
        place, beside = int(row["number"].value), row["joined"] is not None
        if isinstance(value, ox.Literal) and value.language:
            number = LANGUAGES.index(value.language)
            told = Column(name + value.language.title(), about, value.language, beside=beside)
            found.setdefault((place, number), told).cells.setdefault(thing, []).append(value.value)
            continue
        column = found.setdefault((place, 0), Column(name, about, beside=beside, kind=_kind(value)))
        column.cells.setdefault(thing, []).append(value.value)
        if isinstance(value, ox.NamedNode):
            for number, language in enumerate(LANGUAGES, start=1):
                told = Column(name + language.title(), about, language, beside=True)
                named = names.get((value.value, language), "")
                found.setdefault((place, number), told).cells.setdefault(thing, []).append(named)
    return [found[place] for place in sorted(found) if any(any(cell) for cell in found[place].cells.values())]


def _kind(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if not isinstance(value, ox.Literal):
        return "anyURI"
    kind = value.datatype.value.removeprefix(XSD)
    return kind if kind in _DATATYPES else "string"


def _csv(things: Sequence[str], columns: Sequence[Column]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_THING, *(column.name for column in columns)])
    for thing in things:
        writer.writerow([thing, *(SEPARATOR.join(column.cells.get(thing, ())) for column in columns)])
    return text.getvalue().encode()


def _metadata(name: str, columns: Sequence[Column], names: Names) -> dict[str, Any]:
    first: dict[str, Any] = {"name": _THING, "titles": _THING, "datatype": "anyURI", "required": True}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{name}.csv",
        "dc:license": {"@id": DATA_LICENCE},
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {
            "aboutUrl": f"{{+{_THING}}}",
            "primaryKey": _THING,
            "columns": [first | {"suppressOutput": True}, *(_described(column, names) for column in columns)],
        },
    }


def _described(column: Column, names: Names) -> dict[str, Any]:
    """Describe a column. Its title is its name in the file, as a reader compares the two; its label stands beside it."""
    described: dict[str, Any] = {"name": column.name, "titles": column.name}
    labels = [
        {"@value": names[column.about, language], "@language": language}
        for language in LANGUAGES
        if (column.about, language) in names
    ]
    if labels:
        described["rdfs:label"] = labels
    described["datatype"] = column.kind
    if column.language:
        described["lang"] = column.language
    if column.beside:
        # Who makes RDF of the table must not say it of the thing of the row.
        described["suppressOutput"] = True
    else:
        described["propertyUrl"] = column.about
    if column.kind == "anyURI":
        described["valueUrl"] = f"{{+{column.name}}}"
    if any(len(cell) > 1 for cell in column.cells.values()):
        described["separator"] = SEPARATOR
    return described
