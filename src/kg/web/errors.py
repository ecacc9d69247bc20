"""What a visitor sees when something is wrong: a page, or a problem document (RFC 9457) for a program.

No trace of the program and no markup of the visitor's is ever shown.
"""

import logging
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, json, render_template
from flask_babel import force_locale  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from kg.errors import KgError, NotAcceptable
from kg.web.catalogue import gettext as _
from kg.web.negotiate import HTML, choose

_PROBLEM: Final = "application/problem+json"
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_ENGLISH: Final = "en"
_LATER: Final = {429, 503}
_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Let an application answer every error in one way."""
    app.register_error_handler(KgError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: KgError) -> Response:
    response = _respond(error.status, str(error.args[0]) if error.args else "")
    if error.status in _LATER:
        response.headers["Retry-After"] = "5"
    return response


def _http(error: HTTPException) -> Response:
    given = error.get_response()
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return Response(given.get_data(), status, given.headers)
    response = _respond(status, "")
    for name in ("Allow", "Content-Range", "Retry-After"):
        if name in given.headers:
            response.headers[name] = given.headers[name]
    return response


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected error", exc_info=error)
    return _respond(500, "")


def _respond(status: int, detail: str) -> Response:
    """Answer with a page where the client wants one; a client that names no format gets the problem document.

    A page speaks the visitor's language. The problem document is English, and says so: most of its sentences are those
    of the errors, which know no other language, and a document in two of them helps nobody.
    """
    try:
        media_type = choose((_PROBLEM, "application/json", HTML))
    except NotAcceptable:
        media_type = _PROBLEM
    if media_type == HTML:
        title, advice = _words(status)
        body = render_template("error.html", status=status, title=title, advice=advice, detail=detail)
        return Response(body, status, mimetype=HTML)
    if not detail:
        with force_locale(_ENGLISH):
            detail = _words(status)[1]
    problem = {"type": "about:blank", "title": _PHRASES.get(status, "Error"), "status": status, "detail": detail}
    response = Response(json.dumps(problem) + "\n", status, mimetype=_PROBLEM)
    response.headers["Content-Language"] = _ENGLISH
    return response


def _words(status: int) -> tuple[str, str]:
    """Return a heading and a sentence of advice."""
    known = {
        400: (_("This request cannot be read"), _("Look at the address or the form and try again.")),
        401: (_("You have to say who you are"), _("Writing here needs a token of the maintainers.")),
        403: (_("This is not allowed here"), _("What you ask is not allowed, or not allowed to you.")),
        404: (_("There is nothing here"), _("Check the address, or start from the map or the questions.")),
        405: (_("This cannot be done here"), _("Use one of the methods that the answer's Allow header names.")),
        406: (_("Not in this format"), _("Ask for one of the formats that are offered.")),
        409: (_("This does not fit"), _("Ask for the newest state, and base your change on that.")),
        410: (
            _("This is no longer here"),
            _("It was part of the data, and was taken out. Its identifier will never mean anything else."),
        ),
        412: (_("Another was there before you"), _("Ask for the newest state, and base your change on that.")),
        413: (_("This is too much"), _("Send less at a time.")),
        415: (_("This kind of content is not read here"), _("Send a query as the SPARQL protocol says.")),
        422: (_("The engine fails on this query"), _("Write the query in another way.")),
        428: (_("Which state do you mean?"), _("Ask for the newest state, and name its ETag in If-Match.")),
        429: (_("You ask too much at once"), _("Wait for one of your queries to end.")),
        501: (_("This site cannot do this"), _("The maintainers have not set it up for this.")),
        502: (_("The store behind this site gives no usable answer"), _("It is not your fault. Try again later.")),
        503: (_("This cannot be answered now"), _("Try again in a moment.")),
        504: (_("This takes too long"), _("Ask for less, or narrow the query.")),
        507: (_("This is too large"), _("Ask for less, or narrow the query.")),
    }
    return known.get(status, (_("Something went wrong"), _("It is not your fault. Try again later.")))
