"""A few figures about what is not known, each the number of rows of the question that it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kg import questions
from kg.web.catalogue import LazyString
from kg.web.catalogue import lazy_gettext as _
from kg.web.language import language
from kg.web.site import site

_COUNTED: Final[Mapping[str, LazyString]] = {
    "gaps-without-project": _("stated gaps without a known project"),
    "outcomes-never-measured": _("outcomes without a known measured effect"),
    "interventions-never-evaluated": _("interventions without a known result of an evaluation"),
}
_MOST: Final = 500_000
"""Statements up to which is counted: each figure is a pass over all findings, and the front page waits for it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of rows, of what, and the question whose answer these rows are."""

    number: int
    words: LazyString
    question: str


def figures(as_of: str) -> list[Figure]:
    """Return the figures of a date; none of a graph so large that a visitor would wait for them."""
    if len(site().store) > _MOST:
        return []
    values = {"asOf": as_of, "lang": language()}
    asked = {name: questions.find(name).bind(values) for name in _COUNTED}
    return [Figure(len(site().store.select(asked[name]).rows), words, name) for name, words in _COUNTED.items()]
