"""One cell of the map: what is known, which gaps are stated, who searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response

from kg import questions
from kg.errors import BadParameter, NotFound
from kg.questions import Question
from kg.vocabulary import ID
from kg.web.answers import DATA, answer, page
from kg.web.concepts import Head, short, states, tree
from kg.web.grid import Cell, Grid
from kg.web.map import question, viewed
from kg.web.negotiate import HTML, choose
from kg.web.parameters import complete, given
from kg.web.site import site
from kg.web.tables import Sheet, sheet
from kg.web.verdict import verdict

room = Blueprint("cell", __name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a cell's page answers.

    Attributes:
        question: the question.
        values: its parameters, for the links to its answer as data.
        query: the bound query.
        sheet: the answer as a table.
        records: the answer's rows.
    """

    question: Question
    values: Mapping[str, str]
    query: str
    sheet: Sheet
    records: list[dict[str, str]]


_PLACE: Final = ("row", "column")
_PARTS: Final = ("findings", "gaps", "searches")


@room.get("/map/cell")
@room.get("/map/cell.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show what stands behind one cell; as data, its findings."""
    media_type = choose((HTML, *DATA), suffix)
    asked = given(question())
    place = {name: short(asked.pop(name, "")).replace(":", "/", 1) for name in _PLACE}
    if missing := [name for name, value in place.items() if not value]:
        raise BadParameter(f"what is missing is: {' and '.join(missing)}; each cell of the map links here with both")
    view = viewed(asked | {"whole": "1"})
    values = {name: value for name, value in view.values.items() if name not in {"rowTop", "columnTop"}} | place
    values |= {"rows": view.rows.name, "columns": view.columns.name}
    if media_type != HTML:
        return answer(questions.find("cell-findings"), values, media_type)
    grid, answers = view.draw()
    pair = (ID + place["row"], ID + place["column"])
    if pair not in grid.cells:
        raise NotFound("the map of these dimensions has no such cell")
    parts = {name: _part(f"cell-{name}", values) for name in _PARTS}
    bar = values.get("minRigour") or next(p.default for p in question().parameters if p.name == "minRigour")
    record = next(row for row in answers if (row["row"], row["column"]) == pair)
    return page(
        "cell.html",
        cell=grid.cells[pair],
        sentences=verdict(record, parts["findings"].records, parts["searches"].records, bar),
        parts_of=parts,
        near=_near(grid, grid.cells[pair], tree(view.rows.scheme), tree(view.columns.scheme)),
        view=view,
        states=states(),
        as_of=values["asOf"],
        bar=bar,
    )


def _part(name: str, values: Mapping[str, str]) -> Part:
    found = questions.find(name)
    bound = complete(found, values)
    query = found.bind(bound)
    table = site().store.select(query)
    return Part(found, bound, query, sheet(table), table.records())


def _near(grid: Grid, cell: Cell, rows: list[Head], columns: list[Head]) -> list[Cell]:
    """Return the cells of the wider row, the wider column, or both."""
    above = {
        (row, column)
        for row in (cell.row.iri, *_wider(rows, cell.row.iri))
        for column in (cell.column.iri, *_wider(columns, cell.column.iri))
    }
    return [found for pair, found in grid.cells.items() if pair in above and found is not cell]


def _wider(heads: list[Head], iri: str) -> list[str]:
    """Return the concepts above one, by walking up the scheme as it is laid out."""
    found: list[str] = []
    depth = -1
    for head in reversed(heads):
        if head.iri == iri:
            depth = head.depth
        elif 0 <= head.depth < depth:
            found.append(head.iri)
            depth = head.depth
    return found
