"""One whole row or column of the map: all its cells in a list, and what is narrower."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from kg import questions
from kg.errors import BadParameter, NotFound
from kg.web.answers import DATA, answer, page
from kg.web.concepts import Head, short, states, tree
from kg.web.grid import Cell, Grid
from kg.web.language import language
from kg.web.negotiate import HTML, choose
from kg.web.parameters import given
from kg.web.site import records
from kg.web.view import BESIDES, question, viewed

room = Blueprint("line", __name__)

_SIDES: Final = {"row": ("rows", "rowTop"), "column": ("columns", "columnTop")}


@dataclass(frozen=True, slots=True)
class Line:
    """A row or column of the map.

    Attributes:
        head: its concept.
        cells: each with the concept that it stands against, in the order of their scheme.
    """

    head: Head
    cells: tuple[tuple[Head, Cell], ...]

    @property
    def states(self) -> Counter[str]:
        """How many cells have each state."""
        return Counter(cell.state for _, cell in self.cells)


@room.get("/map/line")
@room.get("/map/line.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show a row or column; as data, the map of it and what is narrower."""
    media_type = choose((HTML, *DATA), suffix)
    asked = given(question(), (*BESIDES, *_SIDES))
    named = {side: short(request.args[side]).replace(":", "/", 1) for side in _SIDES if request.args.get(side)}
    if len(named) != 1:
        raise BadParameter("a row or a column is needed, and not both; each head of the map links here with one")
    ((side, concept),) = named.items()
    axis, top = _SIDES[side]
    view = viewed(asked | {top: concept})
    of, against = (view.rows, view.columns) if axis == "rows" else (view.columns, view.rows)
    if concept not in {short(head.iri) for head in tree(of.scheme)}:
        raise NotFound(f"there is no {concept} among the {axis} of this map")
    if media_type != HTML:
        return answer(question(), view.values, media_type)
    grid, _ = view.draw()
    line, *narrower = _lines(grid, axis)
    followed = questions.find("gap-lifecycle")
    return page(
        "line.html",
        view=view,
        side=side,
        of=of,
        against=against,
        line=line,
        narrower=narrower,
        stated=view.stated()[line.head.iri],
        followed={of.name: concept} if of.name in {parameter.name for parameter in followed.parameters} else None,
        states=states(),
        levels=records("levels", lang=language()),
        query=question().bind(view.values),
    )


def _lines(grid: Grid, axis: str) -> list[Line]:
    rows, columns = grid.sides
    if axis == "rows":
        return [Line(row, tuple((column, grid.cells[row.iri, column.iri]) for column in columns)) for row in rows]
    return [Line(column, tuple((row, grid.cells[row.iri, column.iri]) for row in rows)) for column in columns]
