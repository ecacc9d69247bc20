"""One cell of the map: what is known, which gaps are stated, who searched, what is near, and who could fill it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, Response, url_for

from kg import questions
from kg.errors import BadParameter, NotFound
from kg.questions import Question
from kg.store import Table
from kg.vocabulary import ID
from kg.web import forest, references
from kg.web.answers import DATA, answer, page
from kg.web.captions import CODES
from kg.web.cellrows import each_once
from kg.web.concepts import short, states
from kg.web.estimates import panels
from kg.web.language import language
from kg.web.negotiate import HTML, SVG, choose
from kg.web.parameters import Field, complete, fields, given
from kg.web.site import page_query, select, site
from kg.web.tables import Sheet, sheet
from kg.web.verdict import verdict
from kg.web.view import BESIDES, FILTERS, View, question, viewed

room = Blueprint("cell", __name__)

Place = Mapping[str, str]

_PARTS: Final = (
    "findings", "estimates", "studies", "gaps", "projects", "searches", "nearest", "organisations",
)  # fmt: skip
_WEAK: Final = {"too-weak", "untested", "searched-nothing", "never-searched"}
_FEW: Final = 10
_SHOWN: Final = 10
_LARGEST: Final = 250
"""Rows of a table that stand on the page, folded in or not; the data files have all."""
_WIDEST: Final = 5_000_000
"""Statements up to which organisations are looked for: all studies of a row and of a column are gone through for them."""
_ALL: Final = "LIMIT 1000000"
"""How a question gives all things of a list that can be very long; a page asks for the first of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a cell's page answers.

    Attributes:
        question: the question.
        values: its parameters, for the links to its answer as data.
        query: the bound query.
        table: the answer; of a very long list no more than the page shows.
        records: the answer's rows.
        size: how many things the whole list has; None where nothing is left out.
    """

    question: Question
    values: Mapping[str, str]
    query: str
    table: Table
    records: list[dict[str, str]]
    size: int | None = None

    @property
    def sheet(self) -> Sheet:
        """The answer as a table to show; of organisations those that come first."""
        found = sheet(self.table, _FEW if self.question.name == "cell-organisations" else _LARGEST)
        found.size = self.size or found.size
        return found

    def number(self, column: str) -> int:
        """Return how many different things stand in a column, the one that the list is of."""
        return self.size or len({row[column] for row in self.records if row[column]})

    def by(self, column: str) -> list[tuple[str, list[dict[str, str]]]]:
        """Return the rows in the groups that a column makes; rows of a group stand together already."""
        return [(value, list(rows)) for value, rows in groupby(self.records, key=lambda row: row[column])]


@room.get("/map/cell")
@room.get("/map/cell.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show what stands behind one cell; as data, its findings, its references or its estimates as a picture."""
    media_type = choose((HTML, *DATA, *references.FORMATS, SVG), suffix)
    asked = given(question(), BESIDES)
    place = {name: short(asked.pop(name, "")).replace(":", "/", 1) for name in ("row", "column")}
    if missing := [name for name, value in place.items() if not value]:
        raise BadParameter(f"what is missing is: {' and '.join(missing)}; each cell of the map links here with both")
    # Of the map only this cell is asked for, and what is narrower.
    view = viewed(asked | {"whole": "1", "rowTop": place["row"], "columnTop": place["column"]})
    values = {name: value for name, value in view.values.items() if name not in {"rowTop", "columnTop"}} | place
    values |= {"rows": view.rows.name, "columns": view.columns.name}
    if media_type in DATA:
        return answer(questions.find("cell-findings"), values, media_type)
    if media_type in references.FORMATS:
        behind = [_part(name, values) for name in ("findings", "gaps")]
        return references.answer(_publications(behind), media_type, "cell-references")
    if media_type == SVG:
        return _picture(values, place)
    return _page(view, values, place)


def _page(view: View, values: Mapping[str, str], place: Place) -> Response:
    grid, answers = view.draw()
    pair = (ID + place["row"], ID + place["column"])
    if pair not in grid.cells:
        raise NotFound("the map of these dimensions has no such cell")
    record = next(row for row in answers if (row["row"], row["column"]) == pair)
    weak, very_many = record["state"] in _WEAK, int(record["findings"]) > _LARGEST
    left = set()
    if very_many and not weak:
        # Beside such a cell stand more, and what is found there is of little use to it.
        left.add("nearest")
    if len(site().store) > _WIDEST:
        left.add("organisations")
    parts = {name: _part(name, values, _LARGEST) for name in _PARTS if name not in left}
    elsewhere = {name: _elsewhere(name, values) for name in left}
    rows = {name: part.records for name, part in parts.items()}
    findings = each_once(rows["findings"])
    if very_many:
        summed = _summed(parts["findings"].query)
        parts["findings"] = replace(parts["findings"], size=int(record["findings"]))
        parts["studies"] = replace(parts["studies"], size=sum(int(row["studies"]) for row in summed))
        rows["findings"] = _newest(summed)
    narrowed = _narrowed(values)
    return page(
        "cell.html",
        cell=grid.cells[pair],
        sentences=verdict(record, rows, view.bar, narrowed=bool(narrowed)),
        weak=weak,
        parts_of=parts,
        findings=findings,
        panels=panels(rows["estimates"]),
        most=_SHOWN,
        largest=_LARGEST,
        beside=_beside(parts, values["asOf"]),
        publications=_publications(parts.values()),
        very_many=very_many,
        elsewhere=elsewhere,
        narrowed=narrowed,
        view=view,
        place=place,
        states=states(),
        as_of=values["asOf"],
        codes=CODES,
        bar=view.bar,
    )


def _picture(values: Mapping[str, str], place: Place) -> Response:
    drawn = panels(_part("estimates", values).records)
    if not drawn:
        raise NotFound("no finding of this cell comes with a number, so there is nothing to draw")
    response = Response(forest.draw(drawn, f"{place['row']}, {place['column']}"), mimetype=SVG)
    response.headers["Content-Disposition"] = 'inline; filename="cell-estimates.svg"'
    return response


def _part(name: str, values: Mapping[str, str], most: int | None = None) -> Part:
    """Answer one of the questions of a cell.

    Args:
        name: the last word of the question's name.
        values: as many of these are bound as it has parameters for.
        most: of a list that can be very long, so many things are asked for; None for all.
    """
    found = questions.find(f"cell-{name}")
    bound = complete(found, _its_own(found, values))
    query = found.bind(bound)
    table = site().store.select(query.replace(_ALL, f"LIMIT {most}") if most else query)
    return Part(found, bound, query, table, table.records())


def _elsewhere(name: str, values: Mapping[str, str]) -> str:
    """Return the address where a question of a cell is answered that its page leaves out."""
    found = questions.find(f"cell-{name}")
    return url_for("questions.show", name=found.name, **_its_own(found, values))


def _its_own(found: Question, values: Mapping[str, str]) -> dict[str, Any]:
    known = {parameter.name for parameter in found.parameters}
    return {key: value for key, value in values.items() if key in known}


def _summed(query: str) -> list[Mapping[str, str]]:
    """Sum up the findings of a cell, of which its page shows some: one row for each rigour of their studies.

    Args:
        query: ``cell-findings``, bound to the cell.
    """
    terms = questions.find("cell-findings").terms_in(query) or {}
    return list(site().store.select(questions.bind(page_query("cell-summed"), terms, terms)).records())


def _newest(summed: Collection[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the newest findings of each rigour, those that count first, as rows of ``cell-findings`` for the verdict."""
    found: list[dict[str, str]] = []
    for column, counts in (("newestCounting", "true"), ("newest", "false")):
        for row in summed:
            issued, _space, publication = row[column].partition(" ")
            if issued:
                found.append({"rank": row["rank"], "counts": counts, "issued": issued, "publication": publication})
    return found


def _beside(parts: Mapping[str, Part], as_of: str) -> Sheet:
    """Return the projects that take up a gap of the list and are no project of the cell itself.

    Such a gap names only the row or only the column. A project of which no date is known is known all the same.
    """
    listed = {row["gap"] for row in parts["gaps"].records if row["scope"] != "cell"}
    own = {row["project"] for row in parts["projects"].records}
    table = select("gap-projects", asOf=as_of, lang=language())
    pairs = zip(table.rows, table.records(), strict=True)
    rows = tuple(row for row, found in pairs if found["gap"] in listed and found["project"] not in own)
    return sheet(Table(table.columns, rows), _LARGEST)


def _publications(parts: Collection[Part]) -> set[str]:
    """Return the publications behind the findings and the gaps."""
    behind = [part for part in parts if part.question.name in {"cell-findings", "cell-gaps"}]
    return {row["publication"] for part in behind for row in part.records}


def _narrowed(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the filters in force, each with the name of what it is set to."""
    if not any(values.get(name) for name in FILTERS):
        return []
    form: dict[str, Field] = {field.parameter.name: field for field in fields(question(), _asked(values))}
    names = {name: {option.value: option.label for option in form[name].options} for name in FILTERS}
    return [
        (form[name].label, names[name].get(form[name].value, form[name].value)) for name in FILTERS if values.get(name)
    ]


def _asked(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in {"row", "column"}}
