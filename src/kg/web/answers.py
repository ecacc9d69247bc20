"""Answers as they go out: a page, or a question's answer as data."""

from collections.abc import Mapping
from typing import Final

from flask import Response, render_template

from kg.questions import Question
from kg.web.negotiate import CSV, JSON, QUERY
from kg.web.site import site

DATA: Final = (CSV, JSON, QUERY)
_SUFFIX: Final = {CSV: "csv", JSON: "json", QUERY: "rq"}


def page(template: str, status: int = 200, **context: object) -> Response:
    """Return an HTML page."""
    return Response(render_template(template, **context), status, mimetype="text/html")


def answer(question: Question, values: Mapping[str, str], media_type: str) -> Response:
    """Return a question's answer as data, or the query that gives it.

    Raises:
        BadParameter: a value cannot be used.
    """
    query = question.bind(values)
    body = query.encode() if media_type == QUERY else site().store.reply(query, lambda _: media_type).body
    response = Response(body, content_type=f"{media_type}; charset=utf-8" if media_type != JSON else JSON)
    name = f"{question.name}.{_SUFFIX[media_type]}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
