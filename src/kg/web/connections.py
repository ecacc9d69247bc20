"""How long the server waits for clients that send or read slowly, so that a few can not hold all that it has."""

import json
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, request
from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from kg.web.site import site

if TYPE_CHECKING:
    import socket

LONGEST_LINE: Final = 32_768
"""Bytes of a request line: every question of the library must fit into a GET, percent signs and all."""
_SOCKET: Final = "gunicorn.socket"
_LINGER_SECONDS: Final = 0.5


def init_app(app: Flask) -> None:
    """Let an application lose its patience."""
    app.before_request(_limit)


def _limit() -> None:
    """Give each piece of the request and of the answer its time; the server breaks off when it has passed."""
    client: socket.socket | None = request.environ.get(_SOCKET)
    if client is not None:
        client.settimeout(site().config.client_seconds)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's web process with threads, whose main loop waits for nobody.

    When a connection ends, the other side has a moment to read and to close as well. Gunicorn waits for it in its main
    loop, two seconds for each client that does not, and takes no other connection meanwhile; here the thread waits.
    """

    def handle(self, conn: Any) -> object:  # noqa: ANN401 - gunicorn has no types
        """Answer one request, and close the connection when that was the last."""
        kept: object = super().handle(conn)
        if kept is False:
            conn.sock.settimeout(_LINGER_SECONDS)
            util.close_graceful(conn.sock, timeout=_LINGER_SECONDS)
            conn.close = _is_closed
        return kept

    def handle_error(self, req: Any, client: "socket.socket", addr: Any, exc: BaseException) -> None:  # noqa: ANN401
        """Tell a program in its own form that its address is too long, and what to do; leave the rest to gunicorn."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("a request line has more than %s bytes", LONGEST_LINE)
        detail = f"the first line of a request may have {LONGEST_LINE:,} bytes; send a longer query by POST"
        problem = {"type": "about:blank", "title": "URI Too Long", "status": 414, "detail": detail}
        body = json.dumps(problem) + "\n"
        head = (
            "HTTP/1.1 414 URI Too Long",
            "Connection: close",
            "Content-Type: application/problem+json",
            f"Content-Length: {len(body)}",
            "Access-Control-Allow-Origin: *",
        )
        try:
            util.write_nonblock(client, "\r\n".join((*head, "", body)).encode())
        except OSError:
            self.log.debug("the client has gone")


def _is_closed(*, graceful: bool = False) -> None:
    """Do nothing more."""
