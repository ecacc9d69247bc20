"""The library of questions, and each question with its answer."""

from typing import Final

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg import questions
from kg.store import GRAPH_FORMATS
from kg.vocabulary import BASE
from kg.web.answers import DATA, answer, page
from kg.web.bounded import describe
from kg.web.captions import THEMES
from kg.web.charts import tells
from kg.web.negotiate import HTML, SVG, choose, split
from kg.web.parameters import fields, given
from kg.web.serialise import as_bytes
from kg.web.site import site
from kg.web.tables import sheet

room = Blueprint("questions", __name__)

_CELL: Final = "cell-"


def shelves() -> dict[str, list[questions.Question]]:
    """Return all questions by theme, in the order of the library."""
    found: dict[str, list[questions.Question]] = {theme: [] for theme in THEMES}
    for name in questions.names():
        question = questions.find(name)
        found.setdefault(question.theme, []).append(question)
    return found


@room.get("/questions")
def library() -> Response:
    """Show all questions by theme."""
    choose((HTML,))
    return page("questions.html", shelves=shelves(), themes=THEMES)


@room.get("/questions/")
def slash() -> AnyResponse:
    """Lead from the address with a slash to the one without."""
    return redirect(url_for("questions.library"), 308)


@room.get("/questions/<name>")
def show(name: str) -> Response:
    """Show a question with a form for its parameters and the answer, or give the answer as data."""
    stem, suffix = split(name)
    question = questions.find(stem)
    media_type = choose((HTML, *DATA, *((SVG,) if question.chart else ()), *GRAPH_FORMATS), suffix)
    if media_type in GRAPH_FORMATS:
        # The page of a question is its IRI, so what is said about it is found there too.
        return Response(as_bytes(describe(f"{BASE}questions/{stem}").triples, media_type), content_type=media_type)
    values = given(question)
    if media_type != HTML:
        return answer(question, values, media_type)
    form = fields(question, values)
    if any(field.problem for field in form):
        return page("question.html", 400, question=question, form=form, themes=THEMES)
    query = question.bind(values)
    table = site().store.select(query)
    return page(
        "question.html",
        question=question,
        form=form,
        query=query,
        sheet=sheet(table),
        charted=bool(question.chart) and tells(table, question.chart),
        themes=THEMES,
    )
