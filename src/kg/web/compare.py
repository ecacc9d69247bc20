"""Compare: interventions side by side, two dates side by side, two schemes of rating side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request

from kg import questions
from kg.errors import BadParameter
from kg.vocabulary import ID
from kg.web.answers import page
from kg.web.catalogue import gettext as _
from kg.web.concepts import Head, short, states, tree
from kg.web.negotiate import HTML, choose
from kg.web.parameters import Field, fields
from kg.web.ratings import rated, schemes
from kg.web.sidebyside import compare, link, when
from kg.web.site import today
from kg.web.thenandnow import differ

room = Blueprint("compare", __name__)

MOST: Final = 4
THEN: Final = "2015-12-31"
"""The first of two dates where none is given: what the QuickScan of 2015 knew."""
_BAR: Final = ("minRigour", "asOf")
_AXES: Final = ("rows", "columns", "minRigour")


@room.get("/compare")
def ways() -> Response:
    """Show what can be compared, each with its form."""
    choose((HTML,))
    _refuse_others(())
    return page(
        "compare.html",
        heads=_interventions(),
        chosen=[],
        bar=_form("gap-map", _BAR, {}),
        dates=_date_form({}),
        axes=_form("gap-map", _AXES, {}),
        schemes=schemes(),
    )


@room.get("/compare/interventions")
def interventions() -> Response:
    """Show two to four interventions side by side."""
    choose((HTML,))
    values = _given(_BAR, besides=("intervention",))
    heads = _interventions()
    names = list(dict.fromkeys(short(name) for name in request.args.getlist("intervention") if name.strip()))
    known = {short(head.iri): head for head in heads}
    bar = _form("gap-map", _BAR, values)
    problem = _problem(names, known)
    if problem or any(field.problem for field in bar):
        return page("compare-interventions.html", 400, heads=heads, chosen=names, bar=bar, problem=problem)
    if not names:
        return page("compare-interventions.html", heads=heads, chosen=[], bar=bar, problem="")
    day, least = (next(field.value for field in bar if field.parameter.name == name) for name in ("asOf", "minRigour"))
    found = compare([known[name] for name in names], day, least)
    return page(
        "compare-interventions.html",
        heads=heads,
        chosen=names,
        bar=bar,
        problem="",
        found=found,
        link=link,
        when=when,
        states=states(),
        as_of=day,
        least=least,
        now=today(),
    )


@room.get("/compare/dates")
def dates() -> Response:
    """Show what changed between two dates."""
    choose((HTML,))
    values = _given((*_AXES, "from", "to"))
    when, axes = _date_form(values), _form("gap-map", _AXES, values)
    start, end = (field.value for field in when)
    wrong = any(field.problem for field in (*when, *axes))
    problem = _("The first date must come before the second.") if not wrong and start >= end else ""
    if wrong or problem:
        return page("compare-dates.html", 400, dates=when, axes=axes, problem=problem)
    found = differ(start, end, {field.parameter.name: field.value for field in axes})
    return page(
        "compare-dates.html",
        dates=when,
        axes=axes,
        problem="",
        found=found,
        states=states(),
        start=start,
        end=end,
        least=next(field.value for field in axes if field.parameter.name == "minRigour"),
    )


@room.get("/compare/ratings")
def ratings() -> Response:
    """Show the levels that things have in two schemes of rating."""
    choose((HTML,))
    values = _given(("first", "second"))
    known = {scheme.name: scheme for scheme in schemes()}
    names = [values.get(name, default) for name, default in zip(("first", "second"), known, strict=False)]
    problem = ""
    if unknown := [name for name in names if name not in known]:
        problem = _("There is no such scheme of rating: %(name)s.", name=", ".join(unknown))
    elif len(set(names)) < 2:  # noqa: PLR2004 - two schemes
        problem = _("Choose two different schemes.")
    if problem:
        return page("compare-ratings.html", 400, schemes=known.values(), chosen=names, problem=problem)
    pair = [known[name] for name in names]
    things, query = rated(*pair)
    return page(
        "compare-ratings.html",
        schemes=known.values(),
        chosen=names,
        problem="",
        pair=pair,
        things=things,
        query=query,
    )


def _interventions() -> list[Head]:
    return tree(f"{ID}scheme/interventions")


def _problem(names: Sequence[str], known: Mapping[str, Head]) -> str:
    """Say what is wrong with a choice of interventions, or return the empty string."""
    if unknown := [name for name in names if name not in known]:
        return _("There is no such intervention: %(name)s.", name=", ".join(unknown))
    if len(names) == 1:
        return _("Choose a second intervention to compare it with.")
    if len(names) > MOST:
        return _("Choose at most %(most)s interventions.", most=MOST)
    return ""


def _given(names: Sequence[str], besides: Sequence[str] = ()) -> dict[str, str]:
    """Return the values of the address; an empty one counts as not given.

    Raises:
        BadParameter: the address has a name that means nothing here.
    """
    _refuse_others((*names, *besides))
    return {name: request.args[name].strip() for name in names if request.args.get(name, "").strip()}


def _refuse_others(names: Sequence[str]) -> None:
    known = {*names, "lang", "format"}
    if unknown := sorted(set(request.args) - known):
        raise BadParameter(f"this page has no {', '.join(unknown)}; it has {', '.join(names) or 'no parameters'}")


def _date_form(values: Mapping[str, str]) -> list[Field]:
    return _form("changed-between", ("from", "to"), {"from": THEN, "to": today(), **values})


def _form(name: str, wanted: Sequence[str], values: Mapping[str, str]) -> list[Field]:
    """Return the fields of some parameters of a question, today as the date where none is given."""
    asked = questions.find(name)
    some = replace(asked, parameters=tuple(p for p in asked.parameters if p.name in wanted))
    kept = {key: value for key, value in values.items() if key in wanted}
    if "asOf" in wanted:
        kept.setdefault("asOf", today())
    return fields(some, kept)
