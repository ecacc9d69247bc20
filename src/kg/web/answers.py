"""Answers as they go out: a page, or a question's answer as data."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask import Response, render_template

from kg.errors import NotAcceptable
from kg.questions import Question
from kg.store import Choice, Reply
from kg.web.negotiate import CSV, JSON, QUERY
from kg.web.site import site

DATA: Final = (CSV, JSON, QUERY)
_SUFFIX: Final = {CSV: "csv", JSON: "json", QUERY: "rq"}


def page(template: str, status: int = 200, **context: object) -> Response:
    """Return an HTML page."""
    return Response(render_template(template, **context), status, mimetype="text/html")


def sent(reply: Reply) -> Response:
    """Return the store's reply as it is; a large one goes out in pieces."""
    kind = f"{reply.media_type}; charset=utf-8" if reply.media_type.startswith("text/") else reply.media_type
    if reply.path is None:
        return Response(reply.body, content_type=kind)
    response = Response(reply.chunks(), content_type=kind)
    response.content_length = reply.size
    # Nobody reads the body of an answer to HEAD, or that the client has already.
    response.call_on_close(reply.discard)
    return response


def exactly(media_type: str) -> Choice:
    """Return the choice of one media type and no other."""

    def choose(offered: Sequence[str]) -> str:
        if media_type not in offered:
            raise NotAcceptable(f"this can be given as {', '.join(offered)}")
        return media_type

    return choose


def answer(question: Question, values: Mapping[str, str], media_type: str) -> Response:
    """Return a question's answer as data, or the query that gives it.

    Raises:
        BadParameter: a value cannot be used.
    """
    query = question.bind(values)
    if media_type == QUERY:
        response = Response(query, mimetype=QUERY)
    else:
        response = sent(site().store.reply(query, exactly(media_type)))
    name = f"{question.name}.{_SUFFIX[media_type]}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
