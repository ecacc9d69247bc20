"""The gap map: any two dimensions against each other."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import BadParameter
from kg.store import GRAPH_FORMATS
from kg.web import folding
from kg.web.answers import DATA, answer, page
from kg.web.concepts import states
from kg.web.figures import figures
from kg.web.grid import fold
from kg.web.headers import FRAMED
from kg.web.language import language
from kg.web.negotiate import HTML, choose
from kg.web.parameters import fields, given
from kg.web.picture import FORMATS, draw
from kg.web.site import records
from kg.web.view import BESIDES, FILTERS, View, chosen, question, viewed

room = Blueprint("map", __name__)


def shown(view: View) -> dict[str, Any]:
    """Return what a page needs to show a map: as a whole, with the branches that are open, and its words.

    Raises:
        BadParameter: the levels to open are no number.
        NotFound: a branch that is asked for alone does not exist.
    """
    asked, branches = folding.asked(), chosen(view)
    whole = view.draw()[0]
    grid = fold(whole, asked)
    depth = max(folding.depth(heads) for heads in whole.sides)
    return {
        "view": view,
        "branches": branches,
        "whole": whole,
        "grid": grid,
        "folding": asked,
        "depth": depth,
        "opened": asked.levels or (depth if len(grid) == len(whole) else None),
        "stated": view.stated(),
        "states": states(),
        "levels": records("levels", lang=language()),
        "query": question().bind(view.values),
    }


@room.get("/")
def front() -> Response | AnyResponse:
    """Show the map and the ways in; send a program that knows only the host, and wants RDF, to the catalogue (303)."""
    if choose((HTML, *GRAPH_FORMATS)) != HTML:
        return redirect(url_for("dataset.catalogue"), 303)
    view = viewed(given(question(), BESIDES))
    parts = shown(view)
    return page("front.html", figures=figures(view.values["asOf"]), **parts)


@room.get("/map/")
def slash() -> AnyResponse:
    """Lead from the address with a slash to the one without."""
    asked: dict[str, Any] = request.args.to_dict(flat=False)
    return redirect(url_for("map.show", **asked), 308)


@room.get("/map")
@room.get("/map.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show the map of two dimensions, as a page or as a picture, or give it as data."""
    media_type = choose((HTML, *DATA, *FORMATS), suffix)
    asked = given(question(), BESIDES)
    if media_type in DATA:
        view = viewed(asked)
        chosen(view)
        return answer(question(), view.values, media_type)
    form = {field.parameter.name: field for field in fields(question(), asked)}
    narrowed = [form[name] for name in FILTERS if asked.get(name)]
    if wrong := [field for field in form.values() if field.problem]:
        if media_type != HTML:
            raise BadParameter(f"{wrong[0].parameter.name}: {wrong[0].problem}")
        return page("map.html", 400, form=form, filters=FILTERS, narrowed=narrowed, view=None)
    view = viewed(asked)
    context = shown(view) | {"form": form, "filters": FILTERS, "narrowed": narrowed}
    if media_type != HTML:
        return draw(media_type, context)
    if request.args.get("embed"):
        response = page("embed.html", **context)
        response.headers["Content-Security-Policy"] = FRAMED
        return response
    return page("map.html", **context)
