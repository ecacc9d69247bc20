"""Which map a request asks for: its rows, columns, filters, date and bar, and the addresses of maps like it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import request, url_for

from kg import questions
from kg.errors import BadParameter, NotFound
from kg.questions import Question
from kg.web.concepts import Dimension, dimensions, short, tree
from kg.web.folding import FOLD, LEVELS
from kg.web.grid import Grid, lay_out
from kg.web.site import site

AXES: Final = ("rows", "columns")
FILTERS: Final = (
    "component", "contextFactor", "intervention", "targetGroup", "outcome", "horizon", "country", "sector", "theme",
)  # fmt: skip
BESIDES: Final = ("format", LEVELS, FOLD, "embed")
"""What the address of a map may have besides the parameters of its question: how it is shown."""
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
        asked = {name: request.args.get(name, "") for name in ("asOf", "minRigour", *FILTERS, _WHOLE)}
        axes = {"rows": self.rows.name, "columns": self.columns.name}
        return axes | {name: value for name, value in asked.items() if value}

    @property
    def kept(self) -> dict[str, Any]:
        """All that the address says of this map, for an address that shows the same."""
        besides = {"embed", "format", "row", "column"}
        kept = {name: request.args.getlist(name) for name in request.args if name not in besides}
        return kept | {"rows": [self.rows.name], "columns": [self.columns.name]}

    def along(self, side: str, iri: str) -> dict[str, Any]:
        """Return what a link to a whole row or column carries: its side, its concept, and all of this map."""
        return {**self.kept, side: short(iri)}

    def alone(self, side: str, iri: str) -> dict[str, Any]:
        """Return what a link to the map of one branch of its rows or columns carries."""
        return {**self.kept, _TOPS[f"{side}s"]: short(iri)}

    def opened(self, level: int) -> str:
        """Return the address of this map with so many levels open."""
        kept = {name: values for name, values in self.kept.items() if name != FOLD}
        return url_for("map.show", _anchor="map", **(kept | {LEVELS: [str(level)]}))

    def without(self, name: str) -> str:
        """Return the address of this map without one of its filters."""
        return url_for("map.show", **{other: values for other, values in self.kept.items() if other != name})

    @property
    def branched(self) -> bool:
        """Whether a dimension has branches beside the first."""
        return bool({self.rows.name, self.columns.name} & set(_FIRST_BRANCH))

    @property
    def bar(self) -> str:
        """The least rigour with which an effect counts."""
        return self.values.get("minRigour") or _default("minRigour")

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
    found = {}
    for name in AXES:
        value = values.get(name) or _default(name)
        if short(value) not in known:
            raise BadParameter(f"{name}={value!r}: one of {', '.join(known)} is needed")
        found[name] = known[short(value)]
    kept = {name: value for name, value in values.items() if name != _WHOLE}
    if not values.get(_WHOLE):
        for name, top in _TOPS.items():
            kept.setdefault(top, _FIRST_BRANCH.get(found[name].name, ""))
    return View(kept, found["rows"], found["columns"])


def chosen(view: View) -> dict[str, str]:
    """Return the branches that the address asks for alone: by parameter, what each is called.

    Raises:
        NotFound: a branch is none of the concepts of the rows or columns.
    """
    found = {}
    for (axis, top), dimension in zip(_TOPS.items(), (view.rows, view.columns), strict=True):
        if branch := short(request.args.get(top, "")).replace(":", "/", 1):
            labels = {short(head.iri): head.label for head in tree(dimension.scheme)}
            if branch not in labels:
                raise NotFound(f"there is no {branch} among the {axis} of this map")
            found[top] = labels[branch]
    return found


def _default(name: str) -> str:
    return next(parameter.default for parameter in question().parameters if parameter.name == name)
