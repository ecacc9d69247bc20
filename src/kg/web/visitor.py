"""Who asks: an address, and whether anyone still waits at the other end of the line."""

import select
import socket
from typing import Final

from flask import request

from kg.store import Visitor

_SOCKET: Final = "gunicorn.socket"


def visitor() -> Visitor:
    """Return the visitor of this request."""
    client: socket.socket | None = request.environ.get(_SOCKET)
    return Visitor(request.remote_addr or "", lambda: client is not None and _hung_up(client))


def _hung_up(client: socket.socket) -> bool:
    """Tell whether the other end has closed: then its end of the stream can be read, and nothing is in it."""
    try:
        readable, _, _ = select.select([client], [], [], 0)
        return bool(readable) and client.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
