"""Studies, findings and gaps as tables for people without RDF.

A row is a thing. A property whose values are things gives three columns: their IRIs, and their names in Dutch and in
English; a property with texts gives one for each language; several values stand in one cell, with bars between them.
Which properties, and in which order, say the queries beside this file.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from kg.dumps.columns import SEPARATOR, THING, Column, Names, metadata
from kg.dumps.writer import Folder
from kg.history.patch import Line
from kg.settings import LANGUAGES
from kg.vocabulary import XSD

TABLES: Final = ("studies", "findings", "gaps")
_DATATYPES: Final = ("boolean", "date", "decimal", "integer")


def tables(lines: Sequence[Line], folder: Folder) -> None:
    """Write every table with its description.

    Args:
        lines: the statements of the graph as N-Quads.
        folder: where to.
    """
    store = ox.Store()
    store.bulk_load("\n".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    names, definitions = _told(store, "names"), _told(store, "definitions")
    for name in TABLES:
        columns = _columns(_asked(store, name), names)
        things = sorted({thing for column in columns for thing in column.cells})
        folder.put(f"{name}.csv", "text/csv", _csv(things, columns), f"table/{name}")
        described = json.dumps(metadata(name, columns, names, definitions), indent=2, ensure_ascii=False) + "\n"
        about = f"table/{name}"
        folder.put(f"{name}.csv-metadata.json", "application/csvm+json", described.encode(), about, compress=False)


def _told(store: ox.Store, name: str) -> Names:
    return {(row["thing"].value, row["language"].value): row["one"].value for row in _asked(store, name)}


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
            told = Column(name + value.language.title(), about, value.language, beside=beside, stem=name)
            found.setdefault((place, number), told).cells.setdefault(thing, []).append(value.value)
            continue
        column = found.setdefault((place, 0), Column(name, about, beside=beside, kind=_kind(value), stem=name))
        column.cells.setdefault(thing, []).append(value.value)
        if isinstance(value, ox.NamedNode):
            for number, language in enumerate(LANGUAGES, start=1):
                told = Column(name + language.title(), about, language, beside=True, naming=True, stem=name)
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
    writer.writerow([THING, *(column.name for column in columns)])
    for thing in things:
        writer.writerow([thing, *(SEPARATOR.join(column.cells.get(thing, ())) for column in columns)])
    return text.getvalue().encode()
