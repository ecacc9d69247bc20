"""What stands next to a concept: wider, narrower, beside it, related; and its row of the gap map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from kg import questions
from kg.questions import Question
from kg.vocabulary import ID
from kg.web.catalogue import LazyString
from kg.web.catalogue import lazy_gettext as _
from kg.web.concepts import tree
from kg.web.grid import Cell, lay_out
from kg.web.language import language
from kg.web.parameters import complete
from kg.web.site import records, site
from kg.web.view import View, viewed

_RELATIONS: Final[Mapping[str, LazyString]] = {
    "broader": _("Wider"),
    "narrower": _("Narrower"),
    "beside": _("Beside it"),
    "group": _("In the same group"),
    "related": _("Related"),
}
_ACROSS: Final = {
    "component": ("component", "targetGroup"),
    "context-factor": ("contextFactor", "outcome"),
    "intervention": ("intervention", "outcome"),
    "target-group": ("targetGroup", "component"),
    "outcome": ("outcome", "component"),
    "theme": ("theme", "component"),
    "horizon": ("horizon", "component"),
    "country": ("country", "component"),
    "sector": ("sector", "component"),
}
"""By kind of concept: the dimension that it belongs to, and the one that its row of the map is set against."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of the gap map.

    Attributes:
        view: the map that it is a row of.
        cells: its cells, in the order of the columns.
        question: the question that the map answers.
        query: that question with its parameters bound.
    """

    view: View
    cells: Sequence[Cell]
    question: Question
    query: str


def neighbours(iri: str) -> list[tuple[str, LazyString, list[Mapping[str, str]]]]:
    """Return the concepts next to one, by how they stand to it (a code, and words), in the order of a page."""
    rows = records("neighbours", subject=iri, lang=language())
    found = {relation: list(members) for relation, members in groupby(rows, key=lambda row: row["relation"])}
    return [(relation, label, found[relation]) for relation, label in _RELATIONS.items() if relation in found]


def strip(kind: str, slug: str) -> Strip | None:
    """Return the row of the gap map for a concept; None for what is no concept of a dimension."""
    if kind not in _ACROSS:
        return None
    rows, columns = _ACROSS[kind]
    asked = questions.find("gap-map")
    # The filter leaves this row as it is, and spares the engine what stands in none of its cells.
    narrowed = {"rowTop": f"{kind}/{slug}", rows: f"{kind}/{slug}"}
    view = viewed(complete(asked, {"rows": rows, "columns": columns, **narrowed}))
    query = asked.bind(view.values)
    iri = f"{ID}{kind}/{slug}"
    answer = [row for row in site().store.select(query).records() if row["row"] == iri]
    heads = [head for head in tree(view.rows.scheme) if head.iri == iri]
    if not answer or not heads:
        return None
    grid = lay_out(answer, heads, tree(view.columns.scheme))
    return Strip(view, grid.across(heads[0]), asked, query)
