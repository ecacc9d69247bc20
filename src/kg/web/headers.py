"""Headers that every answer has: what a browser may do with it, who may read it, and how long a copy is good."""

import re
from http import HTTPStatus
from typing import Final

from flask import Flask, request
from werkzeug.wrappers import Response

POLICY: Final = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
FRAMED: Final = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
"""For a page that is made to stand inside pages of other sites: it shows, and has nothing to press."""
DRAWING: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A drawing is styled where it is drawn; it holds no script and asks for nothing."""
_READABLE: Final = (
    "Accept-Ranges, Content-Disposition, Content-Encoding, Content-Location, Content-Range, ETag, Last-Modified, Link, "
    "Location, Retry-After, Vary"
)
_ASKED_WITH: Final = "Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match, If-Range, Range, *"
_WRITTEN_WITH: Final = f"{_ASKED_WITH}, Authorization, If-Match"
"""Where the write gate takes a token and the state that is meant."""
_ONE_RANGE: Final = re.compile(
    r"bytes=[ \t]*(?:(?P<first>\d{1,18})-(?P<last>\d{0,18})|-0*[1-9]\d{0,17})[ \t]*", re.IGNORECASE
)
_SAFE: Final = ("GET", "HEAD")
FOR_GOOD: Final = "public, max-age=31536000, immutable"
"""For what never changes under its address (RFC 8246)."""
A_DAY: Final = "public, max-age=86400"
"""For a redirection from a thing to its document, which does not depend on the data."""
MINUTE: Final = "public, max-age=0, s-maxage=60"
"""For all else. A cache between sends its copy for a minute, so that a crowd costs one request; a client asks each time
whether its own copy is good, so that who has just seen a release announced does not read the one before for long."""


def init_app(app: Flask) -> None:
    """Set the headers on every answer of an application."""
    app.before_request(_forget_odd_ranges)
    app.after_request(_protect)
    app.after_request(_open)
    app.after_request(_allow)
    app.after_request(_validate)


def _forget_odd_ranges() -> None:
    """Take a ``Range`` away that is not one valid range of bytes of a GET.

    Such a header has to be ignored, and several ranges may be (RFC 9110, section 14.2); the framework refuses them.
    """
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    backwards = found and found["last"] and int(found["last"]) < int(found["first"])
    if found is None or backwards or request.method != "GET":
        request.environ.pop("HTTP_RANGE", None)


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _open(response: Response) -> Response:
    """Let pages of other sites read everything: all is public, and nothing depends on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _READABLE
    # Named on every answer, also on one that is plain or that no other site asked for: a cache in between sees one rule.
    response.vary.update(["Accept-Encoding", "Origin"])
    return response


def _allow(response: Response) -> Response:
    """Tell a browser, before a page of another site asks, in which ways it may (CORS, preflight requests)."""
    if request.method == "OPTIONS" and response.status_code == HTTPStatus.OK:
        methods = response.allow
        response.status_code = HTTPStatus.NO_CONTENT
        response.headers.remove("Content-Type")
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(methods))
        response.headers["Access-Control-Allow-Headers"] = _WRITTEN_WITH if "PUT" in methods else _ASKED_WITH
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _validate(response: Response) -> Response:
    """Let a copy be kept and asked about each time.

    The tag is made of the answer's bytes, so that it holds across generations that leave the answer as it was.
    """
    if (
        response.status_code == HTTPStatus.OK
        and request.method in _SAFE
        and request.endpoint != "static"
        and not response.is_streamed
        and not response.cache_control.no_store
    ):
        response.headers.setdefault("Cache-Control", MINUTE)
        response.add_etag()
        response.make_conditional(request)
    return response
