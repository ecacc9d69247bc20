"""How long the server waits for clients that send or read slowly, so that a few can not hold all that it has."""

import json
import select
from http import HTTPStatus
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, request
from gunicorn import util
from gunicorn.http.errors import (
    ExpectationFailed,
    ForbiddenProxyRequest,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.workers.gthread import ThreadWorker

from kg.web.site import site

if TYPE_CHECKING:
    import socket

LONGEST_LINE: Final = 32_768
"""Bytes of a request line: every question of the library must fit into a GET, percent signs and all."""
_SOCKET: Final = "gunicorn.socket"
_LINGER_SECONDS: Final = 0.5
_SIGN_SECONDS: Final = 5.0
_NEXT_MILLISECONDS: Final = 20
_GARBLED: Final = (400, "this is no request of HTTP/1.1 (RFC 9112)")
_UNREADABLE: Final = {
    LimitRequestLine: (
        414,
        f"the first line of a request may have {LONGEST_LINE:,} bytes; send a longer query by POST",
    ),
    LimitRequestHeaders: (431, "the headers of a request are too many or too long"),
    ExpectationFailed: (417, "no other expectation is met than 100-continue"),
    UnsupportedTransferCoding: (501, "a body can be sent whole or chunked, in no other coding"),
    ForbiddenProxyRequest: (403, "this server is no proxy"),
}
"""What a client is told whose request the server cannot read."""


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

    def load_wsgi(self) -> None:
        """Load the site, however long a large graph takes: the parent ends whoever gives no sign for a minute."""
        loaded = Event()

        def give_signs() -> None:
            while not loaded.wait(_SIGN_SECONDS):
                self.notify()

        Thread(target=give_signs, name="signs", daemon=True).start()
        try:
            super().load_wsgi()
        finally:
            loaded.set()

    def run(self) -> None:
        """Take connections as soon as the web process before this one takes none; the parent is ending that one."""
        if not self.app.door.hold():
            self.log.warning("the web process before this one still takes connections")
        super().run()

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn calls it so
        """Take new connections or none; at the end of this process the next one takes them."""
        super().set_accept_enabled(enabled)
        if not (enabled or self.alive):
            self.app.door.leave()

    def handle(self, conn: Any) -> object:  # noqa: ANN401 - gunicorn has no types
        """Answer the requests of a connection that follow at once, and close it when that was the last.

        Given back to the main loop after each answer, a connection would go from thread to thread four times a request.
        """
        kept: object = super().handle(conn)
        while kept is True and self._next_is_there(conn):
            kept = super().handle(conn)
        if kept is False:
            conn.sock.settimeout(_LINGER_SECONDS)
            util.close_graceful(conn.sock, timeout=_LINGER_SECONDS)
            conn.close = _is_closed
        return kept

    def _next_is_there(self, conn: Any) -> bool:  # noqa: ANN401
        """Wait a moment for the next request, unless another connection waits for this thread."""
        busy = self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns)
        if not self.alive or conn.is_http2 or busy > self.cfg.threads:
            return False
        if conn.parser.unreader.buf.getvalue():
            return True
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(_NEXT_MILLISECONDS))

    def handle_error(self, req: Any, client: "socket.socket", addr: Any, exc: BaseException) -> None:  # noqa: ANN401
        """Tell a program in its own form that a request cannot be read, and say nothing of it back; leave the rest."""
        if not isinstance(exc, ParseException) or isinstance(exc, (InvalidResponseHeader, InvalidResponseHeaderName)):
            super().handle_error(req, client, addr, exc)
            return
        status, detail = next((told for kind, told in _UNREADABLE.items() if isinstance(exc, kind)), _GARBLED)
        self.log.warning("a request cannot be read: %s", type(exc).__name__)
        title = HTTPStatus(status).phrase
        body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}) + "\n"
        head = (
            f"HTTP/1.1 {status} {title}",
            "Connection: close",
            "Content-Type: application/problem+json",
            f"Content-Length: {len(body)}",
            "Access-Control-Allow-Origin: *",
            "X-Content-Type-Options: nosniff",
        )
        try:
            util.write_nonblock(client, "\r\n".join((*head, "", body)).encode())
        except OSError:
            self.log.debug("the client has gone")


def _is_closed(*, graceful: bool = False) -> None:
    """Do nothing more."""
