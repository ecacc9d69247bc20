"""The SPARQL endpoint (SPARQL 1.1 Protocol, query operation), with a form for people."""

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response, request

from kg.errors import BadQuery, NotAcceptable, NotFound, UsageProblem
from kg.store import GRAPH_FORMATS, RESULT_FORMATS, Choice, Reply, read_table
from kg.store.interface import Forms
from kg.web import description, editor
from kg.web.answers import page, sent
from kg.web.negotiate import HTML, JSON, SUFFIXES, TURTLE, choose
from kg.web.protocol import Operation, explain, read
from kg.web.site import site
from kg.web.tables import plain_sheet
from kg.web.tags import tag
from kg.web.visitor import visitor

room = Blueprint("sparql", __name__)

_SHOWN: Final = 1000
_MOST: Final = 2_000_000


@room.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
@room.route("/sparql.<suffix>", methods=["GET", "POST"])
def endpoint(suffix: str | None = None) -> Response:
    """Answer a query; show the form to a browser that sends none."""
    if suffix is not None and suffix not in SUFFIXES:
        raise NotFound(f"no format is called {suffix}; these are known: {', '.join(SUFFIXES)}")
    operation = read(suffix)
    if operation:
        return _answer(operation)
    if described := description.service(suffix):
        return described
    if not _wants_page(suffix):
        raise UsageProblem("one query is needed; none was sent")
    return editor.start()


def _answer(operation: Operation) -> Response:
    """Answer a query as data, or on a page with the form."""
    as_page: set[str] = set()

    def pick(offered: Sequence[str]) -> str:
        """Let a browser have a page; the page is made from JSON or Turtle."""
        chosen = choose((*offered, HTML), operation.form)
        if chosen == HTML:
            chosen = next(name for name in offered if name in {JSON, TURTLE})
            as_page.add(chosen)
        return chosen

    forms = Forms.of(pick)
    if forms == Forms(None, None, None):
        raise NotAcceptable(f"an answer can be given as {', '.join((*RESULT_FORMATS, *GRAPH_FORMATS, HTML))}")
    tagged = tag(site().generation, operation, forms) if request.method != "POST" else None
    known = request.if_none_match
    # A star fits whatever there is, so it must first be seen whether there is an answer.
    if tagged and not as_page and not known.star_tag and known.contains_weak(tagged):
        return _dated(Response(status=304), tagged)
    try:
        reply = _ask(operation, pick)
    except BadQuery as error:
        if not _wants_page(operation.form):
            raise
        return page("sparql.html", 400, query=operation.query, problem=str(error))
    if reply.media_type not in as_page:
        return _named(_dated(sent(reply), tagged), operation)
    shown = _shown(operation.query, reply)
    return shown if tagged else _dated(shown, None)


def _ask(operation: Operation, pick: Choice) -> Reply:
    try:
        return site().store.reply(
            operation.query,
            pick,
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
            visitor=visitor(),
        )
    except BadQuery as error:
        raise explain(operation.query, error) from error


def _dated(response: Response, tagged: str | None) -> Response:
    """Let a client keep an answer and ask each time whether it is still good; without a tag, not keep it at all."""
    if tagged is None:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(tagged, weak=True)
    response.make_conditional(request)
    return response


def _named(response: Response, operation: Operation) -> Response:
    """Give an answer whose format was asked for by name, as people do, a name to save it under."""
    if operation.form:
        suffix = next(name for name, media_types in SUFFIXES.items() if response.mimetype == media_types[0])
        response.headers["Content-Disposition"] = f'inline; filename="answer.{suffix}"'
    return response


def _wants_page(form: str | None) -> bool:
    try:
        return choose((JSON, HTML), form) == HTML
    except NotAcceptable:
        return False


def _shown(query: str, reply: Reply) -> Response:
    """Show a reply on the page with the form, unless it is too much for a page."""
    if reply.size > _MOST:
        reply.discard()
        return page("sparql.html", query=query, too_large=True)
    body = reply.read()
    if reply.media_type == TURTLE:
        return page("sparql.html", query=query, graph=body.decode())
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return page("sparql.html", query=query, verdict=bool(found))
    return page("sparql.html", query=query, sheet=plain_sheet(read_table(body, JSON), _SHOWN))
