"""A wall clock for every request.

Nothing inside a process can interrupt the engine while it works, so a request that takes too long is answered with
504 from a second thread (the engine lets other threads run), and the process that holds it ends; the server starts a
fresh one in its place. Other requests are in other processes and go on.
"""

import json
import os
import socket
from collections.abc import Iterable
from threading import Lock, Timer
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SOCKET: Final = "gunicorn.socket"


class Deadline:
    """A WSGI application that gives another one so many seconds for each answer.

    Args:
        app: the application.
        seconds: how long a request may take.
    """

    def __init__(self, app: "WSGIApplication", seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or end this process with an honest status."""
        answered = Lock()
        timer = Timer(self._seconds, self._give_up, (answered, environ[_SOCKET]))
        timer.daemon = True
        timer.start()
        try:
            return self._app(environ, start_response)
        finally:
            # Whoever takes the lock first answers; it is never given back.
            answered.acquire()
            timer.cancel()

    def _give_up(self, answered: Lock, client: socket.socket) -> None:
        if answered.acquire(blocking=False):
            try:
                client.settimeout(1)
                client.sendall(_too_slow(self._seconds))
                client.shutdown(socket.SHUT_RDWR)
            finally:
                os._exit(1)


def _too_slow(seconds: float) -> bytes:
    """Return the whole answer as it goes over the wire."""
    problem = {
        "type": "about:blank",
        "title": "Gateway Timeout",
        "status": 504,
        "detail": f"This took more than {seconds:g} seconds and was ended. Ask for less, or narrow the query.",
    }
    body = json.dumps(problem).encode() + b"\n"
    head = (
        "HTTP/1.1 504 Gateway Timeout\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
