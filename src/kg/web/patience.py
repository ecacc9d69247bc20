"""How long the server waits for a client that sends or reads slowly, so that few can not hold all its threads."""

from typing import TYPE_CHECKING, Final

from flask import Flask, request

from kg.web.site import site

if TYPE_CHECKING:
    import socket

_SOCKET: Final = "gunicorn.socket"


def init_app(app: Flask) -> None:
    """Let an application lose its patience."""
    app.before_request(_limit)


def _limit() -> None:
    """Give each piece of the request and of the answer its time; the server breaks off when it has passed."""
    client: socket.socket | None = request.environ.get(_SOCKET)
    if client is not None:
        client.settimeout(site().config.client_seconds)
