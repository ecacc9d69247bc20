"""A server of this machine that notes what it is asked for, and gives nothing: for what should ask nobody."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from surroundings import UNCALLED


@contextmanager
def listening():
    """Give the address of a server, and the list of the paths that it is asked for."""
    asked = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)

    server = HTTPServer((UNCALLED, 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{UNCALLED}:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
