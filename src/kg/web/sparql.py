"""The SPARQL endpoint (SPARQL 1.1 Protocol, query operation), with a form for people."""

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden

from kg.errors import BadQuery, UnsupportedMediaType, UsageProblem
from kg.questions import find
from kg.store import Reply, read_table
from kg.web.answers import page, sent
from kg.web.negotiate import HTML, JSON, TURTLE, choose
from kg.web.site import site
from kg.web.tables import plain_sheet
from kg.web.visitor import visitor

room = Blueprint("sparql", __name__)

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_SHOWN: Final = 1000
_MOST: Final = 2_000_000
_EXAMPLE: Final = "gaps-by-concept"


@room.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query; show the form to a browser that sends none."""
    if request.method == "GET" and not request.args.getlist("query") and _wants_page() and "update" not in request.args:
        return page("sparql.html", query="", example=find(_EXAMPLE).text)
    query, dataset = _asked()
    as_page: set[str] = set()

    def pick(offered: Sequence[str]) -> str:
        """Let a browser have a page; the page is made from JSON or Turtle."""
        chosen = choose((*offered, HTML), request.form.get("format"))
        if chosen == HTML:
            chosen = next(name for name in offered if name in {JSON, TURTLE})
            as_page.add(chosen)
        return chosen

    try:
        reply = site().store.reply(
            query,
            pick,
            default_graphs=dataset.getlist("default-graph-uri"),
            named_graphs=dataset.getlist("named-graph-uri"),
            visitor=visitor(),
        )
    except BadQuery as error:
        if not _wants_page():
            raise
        return page("sparql.html", 400, query=query, problem=str(error))
    return _shown(query, reply) if reply.media_type in as_page else sent(reply)


@room.after_request
def _open(response: Response) -> Response:
    """Let pages of other sites ask."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    return response


def _asked() -> tuple[str, MultiDict[str, str]]:
    """Return the query of a request and the parameters that name its data set.

    Raises:
        Forbidden: the request is an update.
        UnsupportedMediaType: the body is neither a form nor a query.
        UsageProblem: there is no query, or more than one, or it is not UTF-8.
    """
    fields: MultiDict[str, str] = request.args
    queries: list[str] = []
    if request.method == "POST":
        if request.mimetype == _FORM:
            fields = request.form
        elif request.mimetype == _QUERY:
            queries = [_text(request.get_data())]
        elif request.mimetype == _UPDATE:
            raise Forbidden("this endpoint answers queries; it takes no updates")
        else:
            raise UnsupportedMediaType(f"{request.mimetype or 'no type'} is not read here; send {_FORM} or {_QUERY}")
    if "update" in fields or "update" in request.args:
        raise Forbidden("this endpoint answers queries; it takes no updates")
    queries += fields.getlist("query")
    if len(queries) != 1 or not queries[0].strip():
        raise UsageProblem("one query is needed; " + (f"{len(queries)} were sent" if queries else "none was sent"))
    return queries[0], fields


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise UsageProblem("the query is not UTF-8") from error


def _wants_page() -> bool:
    asked = request.args.get("format") or request.form.get("format")
    return asked == "html" or (not asked and request.accept_mimetypes.best_match([JSON, HTML]) == HTML)


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
    return page("sparql.html", query=query, sheet=plain_sheet(read_table(body), _SHOWN))
