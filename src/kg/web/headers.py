"""Headers that every answer has: what a browser may do with it, and how long a copy is good."""

from http import HTTPStatus
from typing import Final

from flask import Flask, request
from werkzeug.wrappers import Response

_POLICY: Final = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_SAFE: Final = ("GET", "HEAD")


def init_app(app: Flask) -> None:
    """Set the headers on every answer of an application."""
    app.after_request(_protect)
    app.after_request(_validate)


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
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
    ):
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response
