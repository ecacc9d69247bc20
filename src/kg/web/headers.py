"""Headers that every answer has: what a browser may do with it, who may read it, and how long a copy is good."""

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
    "Content-Disposition, Content-Encoding, Content-Location, ETag, Last-Modified, Link, Location, Retry-After, Vary"
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
    app.after_request(_protect)
    app.after_request(_open)
    app.after_request(_validate)


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
