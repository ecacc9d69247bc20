"""The gap map: any two dimensions against each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from kg import questions
from kg.errors import BadParameter
from kg.questions import Question
from kg.web.answers import DATA, answer, page
from kg.web.concepts import Dimension, dimensions, short, states, tree
from kg.web.grid import Grid, lay_out
from kg.web.negotiate import HTML, choose
from kg.web.parameters import fields, given
from kg.web.site import site

room = Blueprint("map", __name__)

AXES: Final = ("rows", "columns")
FILTERS: Final = (
    "component", "contextFactor", "intervention", "targetGroup", "outcome", "horizon", "country", "sector", "theme",
)  # fmt: skip
_TOPS: Final = {"rows": "rowTop", "columns": "columnTop"}
_FIRST_BRANCH: Final = {"targetGroup": "target-group/jobseekers", "outcome": "outcome/client-outcomes"}
_WHOLE: Final = "whole"


@dataclass(frozen=True, slots=True)
class View:
    """A map that was asked for.

    Attributes:
        values: the parameters of ``gap-map``.
        rows: the dimension of the rows.
        columns: the dimension of the columns.
    """

    values: Mapping[str, str]
    rows: Dimension
    columns: Dimension

    @property
    def carried(self) -> dict[str, str]:
        """What a link from this map to one of its cells carries along."""
        asked = {name: request.args.get(name, "") for name in ("asOf", "minRigour", *FILTERS)}
        axes = {"rows": self.rows.name, "columns": self.columns.name}
        return axes | {name: value for name, value in asked.items() if value}

    @property
    def branched(self) -> bool:
        """Whether a dimension has branches beside the first."""
        return bool({self.rows.name, self.columns.name} & set(_FIRST_BRANCH))

    def draw(self) -> tuple[Grid, list[Mapping[str, str]]]:
        """Ask the graph; give the map and the rows of the answer."""
        answers = list(site().store.select(question().bind(self.values)).records())
        return lay_out(answers, tree(self.rows.scheme), tree(self.columns.scheme)), list(answers)

    def stated(self) -> dict[str, int]:
        """Count, for each concept of the rows and columns, the gaps that name it, whatever else they name."""
        asked = questions.find("gaps-by-concept")
        counts = {}
        for dimension in (self.rows, self.columns):
            values = {"rows": dimension.name} | {name: self.values[name] for name in ("asOf",) if name in self.values}
            for row in site().store.select(asked.bind(values)).records():
                counts[row["concept"]] = int(row["gaps"])
        return counts


def question() -> Question:
    """Return the question that the map answers."""
    return questions.find("gap-map")


def viewed(values: Mapping[str, str]) -> View:
    """Return the map for the values of a request; unless all branches are asked for, the first of each is shown.

    Raises:
        BadParameter: rows or columns are no dimension.
    """
    known = {dimension.name: dimension for dimension in dimensions()}
    asked = {parameter.name: parameter.default for parameter in question().parameters if parameter.name in AXES}
    asked |= {name: values[name] for name in AXES if name in values}
    found = {}
    for name, value in asked.items():
        if short(value) not in known:
            raise BadParameter(f"{name}={value!r}: one of {', '.join(known)} is needed")
        found[name] = known[short(value)]
    kept = {name: value for name, value in values.items() if name != _WHOLE}
    if not values.get(_WHOLE):
        for name, top in _TOPS.items():
            kept.setdefault(top, _FIRST_BRANCH.get(found[name].name, ""))
    return View(kept, found["rows"], found["columns"])


@room.get("/")
def front() -> Response:
    """Show the map and the ways in."""
    choose((HTML,))
    view = viewed(given(question()))
    return page("front.html", view=view, grid=view.draw()[0], stated=view.stated(), states=states())


@room.get("/map")
@room.get("/map.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show the map of two dimensions, or give it as data."""
    media_type = choose((HTML, *DATA), suffix)
    asked = given(question())
    if media_type != HTML:
        return answer(question(), viewed(asked).values, media_type)
    form = {field.parameter.name: field for field in fields(question(), asked)}
    narrowed = [name for name in FILTERS if asked.get(name)]
    if any(field.problem for field in form.values()):
        return page("map.html", 400, form=form, filters=FILTERS, narrowed=narrowed, view=None)
    view = viewed(asked)
    grid, _ = view.draw()
    return page(
        "map.html",
        form=form,
        filters=FILTERS,
        narrowed=narrowed,
        view=view,
        grid=grid,
        stated=view.stated(),
        states=states(),
    )
