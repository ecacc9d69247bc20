"""Two to four interventions side by side: what they are, what stands behind them, and their effects by outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from kg import questions
from kg.web.catalogue import LazyString
from kg.web.catalogue import lazy_gettext as _
from kg.web.concepts import Head, tree
from kg.web.dates import precision_of, say
from kg.web.facts import Value
from kg.web.language import language
from kg.web.parameters import complete
from kg.web.site import bound, site
from kg.web.view import View, viewed

Row = Mapping[str, str]

ASPECTS: Final[Mapping[str, LazyString]] = {
    "component": _("Works through"),
    "contextFactor": _("Context factor"),
    "targetGroup": _("Meant for"),
    "studiedGroup": _("Studied with"),
    "theme": _("Theme"),
    "country": _("Countries"),
    "study": _("Studies"),
    "rating": _("Ratings"),
    "search": _("Searches"),
    "gap": _("Stated gaps"),
}
EMPTY: Final = {"never-searched"}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many effect findings have one direction."""

    direction: str
    findings: int


@dataclass(frozen=True, slots=True)
class Effects:
    """What is known about an intervention and an outcome.

    Attributes:
        state: notation of the state of that cell of the map; empty where the effects name no outcome.
        counted: effects at or above the bar, by direction.
        below: effects below the bar, by direction.
        findings: findings of any kind.
    """

    state: str
    counted: Sequence[Tally]
    below: Sequence[Tally]
    findings: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Interventions side by side.

    Attributes:
        heads: the interventions.
        aspects: by aspect, one list of rows for each intervention.
        outcomes: the outcomes of which something is known for one of them, each with one cell per intervention.
        unnamed: effects for which the source names no outcome, per intervention; empty where there are none.
        empty: the outcomes of which nothing is known and nobody searched, for any of them.
        view: the map of interventions and outcomes.
        query: the bound query of that map.
        queries: the bound queries that give the other rows, for each intervention.
    """

    heads: Sequence[Head]
    aspects: Sequence[tuple[str, LazyString, Sequence[Sequence[Row]]]]
    outcomes: Sequence[tuple[Head, Sequence[Effects]]]
    unnamed: Sequence[Effects]
    empty: Sequence[Head]
    view: View
    query: str
    queries: Sequence[tuple[Head, Sequence[str]]]


def compare(heads: Sequence[Head], as_of: str, bar: str) -> Comparison:
    """Return what is known of some interventions by a date, with an effect counting from a rigour on."""
    asked = questions.find("gap-map")
    wanted = {"rows": "intervention", "columns": "outcome", "asOf": as_of, "minRigour": bar}
    view = viewed(complete(asked, wanted))
    query = asked.bind(view.values)
    cells = {(row["row"], row["column"]): row for row in site().store.select(query).records()}
    about = [bound("compared-intervention", subject=head.iri, asOf=as_of, lang=language()) for head in heads]
    of_effects = [
        bound("compared-effects", subject=head.iri, asOf=as_of, minRigour=bar, lang=language()) for head in heads
    ]
    said = [_by(site().store.select(text).records(), "aspect") for text in about]
    effects = [_by(site().store.select(text).records(), "outcome") for text in of_effects]
    outcomes, empty = [], []
    for outcome in tree(view.columns.scheme):
        if not all((head.iri, outcome.iri) in cells for head in heads):
            continue
        found = [
            _effects(cells[head.iri, outcome.iri], own.get(outcome.iri, []))
            for head, own in zip(heads, effects, strict=True)
        ]
        if all(one.state in EMPTY for one in found):
            empty.append(outcome)
        else:
            outcomes.append((outcome, found))
    unnamed = [_effects({}, own.get("", [])) for own in effects] if any("" in own for own in effects) else []
    aspects = [(name, label, [own.get(name, []) for own in said]) for name, label in ASPECTS.items()]
    shown = [aspect for aspect in aspects if any(aspect[2])]
    return Comparison(
        heads,
        shown,
        outcomes,
        unnamed,
        empty,
        view,
        query,
        list(zip(heads, zip(about, of_effects, strict=True), strict=True)),
    )


def link(row: Row) -> Value:
    """Return what a row of an aspect names, with its label."""
    return Value(row["label"] or row["value"], row["value"])


def when(row: Row, column: str) -> str:
    """Return a date of a row in words, no more precise than its source gives it; empty where there is none."""
    return say(row[column], precision_of(row[column], [row["value"]], column)) if row[column] else ""


def _by(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    ordered = sorted(rows, key=lambda row: row[name])
    return {key: list(members) for key, members in groupby(ordered, key=lambda row: row[name])}


def _effects(cell: Row, rows: Sequence[Row]) -> Effects:
    tallies = [
        (row["atBar"] == "true", Tally(row["directionLabel"] or row["direction"], int(row["findings"]))) for row in rows
    ]
    return Effects(
        cell.get("state", ""),
        [tally for counts, tally in tallies if counts],
        [tally for counts, tally in tallies if not counts],
        int(cell.get("findings", "0")),
    )
