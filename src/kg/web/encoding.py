"""Pack answers for clients that ask for it (Flask-Compress): zstd, Brotli or gzip, large answers while they stream."""

from functools import lru_cache
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from kg.store import GRAPH_FORMATS, RESULT_FORMATS

_PLAIN: Final = "identity"
_STATIC: Final = "static"
_ENCODINGS: Final = ("zstd", "br", "gzip")
_PAGES: Final = (
    "text/html", "text/css", "text/javascript", "text/plain", "text/xml", "application/javascript",
    "application/json", "application/xml", "application/atom+xml", "application/sparql-query", "image/svg+xml",
)  # fmt: skip
_WORTH: Final = 1000
"""Bytes from which packing is worth it: a smaller answer fits one packet of the network either way."""


def init_app(app: Flask) -> None:
    """Pack the answers of an application; to be called before all others, so that it is done last."""
    app.config["COMPRESS_MIMETYPES"] = [*_PAGES, *RESULT_FORMATS, *GRAPH_FORMATS]
    app.config["COMPRESS_ALGORITHM"] = app.config["COMPRESS_ALGORITHM_STREAMING"] = list(_ENCODINGS)
    app.config["COMPRESS_MIN_SIZE"] = _WORTH
    _Pack(app)


class _Pack(Compress):
    """Packs what was made for this request, and leaves alone what can be had in parts: a part of a packed file is none."""

    def after_request(self, response: Response | None) -> Response:
        """Pack one answer."""
        if response is not None and "Accept-Ranges" in response.headers:
            if request.endpoint != _STATIC or response.status_code != HTTPStatus.OK:
                return response
            # A style sheet is had whole, and is a quarter as large when packed.
            del response.headers["Accept-Ranges"]
            response.direct_passthrough = False
            response.make_sequence()
        kept: Response = super().after_request(response)
        return kept


@lru_cache(maxsize=256)
def agreed(accepted: str) -> str:
    """Return the one encoding that answers an ``Accept-Encoding`` header; one that has weight 0 is never chosen."""
    return parse_accept_header(accepted, Accept).best_match([*_ENCODINGS, _PLAIN]) or _PLAIN
