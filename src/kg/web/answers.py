"""Answers as they go out: a page, or a question's answer as data."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask import Response, render_template, request

from kg.errors import NotAcceptable
from kg.questions import Question, refuse_unknown
from kg.store import Choice, Reply
from kg.store.interface import Forms
from kg.web.catalogue import gettext as _
from kg.web.charts import bars
from kg.web.headers import DRAWING, MINUTE
from kg.web.language import language
from kg.web.negotiate import CSV, JSON, QUERY, SVG, XLSX
from kg.web.protocol import Operation
from kg.web.site import site
from kg.web.tags import tag
from kg.web.workbooks import workbook

DATA: Final = (CSV, JSON, QUERY, XLSX)
_SUFFIX: Final = {CSV: "csv", JSON: "json", QUERY: "rq", XLSX: "xlsx", SVG: "svg"}


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


def _tagged(reply: Reply, query: str, media_type: str) -> Response:
    """Return an answer to a question; one too large to be read for its tag has that of its query."""
    response = sent(reply)
    if reply.path is not None:
        asked = tag(site().generation, Operation(query, (), (), None), Forms.of(exactly(media_type)))
        if asked is not None:
            response.headers["Cache-Control"] = MINUTE
            response.set_etag(asked, weak=True)
            response.make_conditional(request)
    return response


def exactly(media_type: str) -> Choice:
    """Return the choice of one media type and no other."""

    def choose(offered: Sequence[str]) -> str:
        if media_type not in offered:
            raise NotAcceptable(f"this can be given as {', '.join(offered)}")
        return media_type

    return choose


def answer(question: Question, values: Mapping[str, str], media_type: str) -> Response:
    """Return a question's answer as data or as a chart, or the query that gives it.

    Raises:
        BadParameter: a value cannot be used, or names what is not there.
    """
    query = question.bind(values)
    refuse_unknown(question, values, site().store)
    if media_type == QUERY:
        response = Response(query, mimetype=QUERY)
    elif media_type == XLSX:
        response = Response(workbook(site().store.select(query), _about(question, values)), mimetype=XLSX)
    elif media_type == SVG:
        source = _("Werkkennis, %(place)s", place=request.base_url)
        drawn = bars(site().store.select(query), question.chart, question.asks[language()], source)
        response = Response(drawn, mimetype=SVG)
        response.headers["Content-Security-Policy"] = DRAWING
    else:
        response = _tagged(site().store.reply(query, exactly(media_type)), query, media_type)
    name = f"{question.name}.{_SUFFIX[media_type]}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _about(question: Question, values: Mapping[str, str]) -> dict[str, str]:
    """Return what stands beside an answer in a workbook: what was asked, and where it comes from."""
    labels = {parameter.name: parameter.labels[language()] for parameter in question.parameters}
    return {
        _("Question"): question.asks[language()],
        _("How to read it"): question.explains[language()],
        **{labels[name]: value for name, value in values.items()},
        _("Dates"): _(
            "A date can be the earliest or the latest that its source allows; the page of the thing says which."
        ),
        _("Address"): request.url,
        _("Generation"): site().generation,
        _("Licence"): "CC BY 4.0",
    }
