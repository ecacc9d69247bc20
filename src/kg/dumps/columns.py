"""What the columns of a table mean: its description as CSV on the Web, for programs and for people.

Source: https://www.w3.org/TR/tabular-metadata/.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kg.provenance import DATA_LICENCE
from kg.settings import LANGUAGES

SEPARATOR: Final = "|"
THING: Final = "thing"

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
        stem: its name without a language.
        naming: whether it holds names of things in place of their IRIs.
        cells: its texts by row.
        kind: the type of its values, a name of CSV on the Web.
    """

    name: str
    about: str
    language: str = ""
    beside: bool = False
    stem: str = ""
    naming: bool = False
    cells: dict[str, list[str]] = field(default_factory=dict)
    kind: str = "string"


def metadata(name: str, columns: Sequence[Column], names: Names, definitions: Names) -> dict[str, Any]:
    """Return the description of a table.

    Args:
        name: of the table.
        columns: its columns, without the first.
        names: what properties are called.
        definitions: what properties mean.
    """
    first = {"name": THING, "titles": THING, **_words(THING), "datatype": "anyURI", "required": True}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{name}.csv",
        "dc:license": {"@id": DATA_LICENCE},
        "rdfs:comment": _words("")["rdfs:label"],
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {
            "aboutUrl": f"{{+{THING}}}",
            "primaryKey": THING,
            "columns": [
                first | {"suppressOutput": True},
                *(_described(column, names, definitions) for column in columns),
            ],
        },
    }


def _described(column: Column, names: Names, definitions: Names) -> dict[str, Any]:
    """Describe a column. Its title is its name in the file, as a reader compares the two; its label stands beside it."""
    described: dict[str, Any] = {"name": column.name, "titles": column.name}
    known = _words(column.stem) if column.stem in _texts() else _words_of(column.about, names, definitions)
    described |= _naming(column, known) if column.naming else known
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


@cache
def _texts() -> Mapping[str, Mapping[str, list[str]]]:
    """Return label and explanation, in each language, of the columns that the ontology does not explain."""
    texts: Mapping[str, Mapping[str, list[str]]] = json.loads((files("kg.dumps") / "columns.json").read_text("utf-8"))
    return texts


def _words(stem: str) -> dict[str, Any]:
    texts = _texts()[stem]
    labels, comments = ({one: texts[one][place] for one in LANGUAGES} for place in (0, 1))
    return {"rdfs:label": _tagged(labels), "rdfs:comment": _tagged(comments)}


def _words_of(about: str, names: Names, definitions: Names) -> dict[str, Any]:
    said = {"rdfs:label": names, "rdfs:comment": definitions}
    tagged = {key: _tagged({one: told.get((about, one), "") for one in LANGUAGES}) for key, told in said.items()}
    return {key: texts for key, texts in tagged.items() if texts}


def _naming(column: Column, known: Mapping[str, list[dict[str, str]]]) -> dict[str, Any]:
    """Return the words for a column with the names of what stands in another one."""
    labels, comments = {}, {}
    for text in known.get("rdfs:label", ()):
        told = text["@language"]
        of_the_names = _texts()["language"][told][LANGUAGES.index(column.language)]
        label, comment = _texts()["name"][told]
        labels[told] = f"{text['@value']}: {label.format(of_the_names)}"
        comments[told] = comment.format(column.stem)
    return {"rdfs:label": _tagged(labels), "rdfs:comment": _tagged(comments)}


def _tagged(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in texts.items() if text]
