"""Whole answers, kept as bytes and sent before anything is routed, bound or asked.

An application serves one generation, which does not change: what it answered stays its answer, but for pages that
stand on today's date, so that the date is part of what a request is known by. An answer says itself that it may be
kept: it has a tag (ETag) and no ``no-store``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache
from werkzeug.datastructures import Headers
from werkzeug.http import is_resource_modified, remove_entity_headers

from kg.web import site
from kg.web.encoding import agreed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LARGEST: Final = 1_000_000
_SAFE: Final = ("GET", "HEAD")
_KNOWN_BY: Final = (
    "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING",
    "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE",
    "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_PROTO",
)  # fmt: skip
"""All of a request that an answer may depend on; a page names this host in its links."""

Pairs = list[tuple[str, str]]
Key = tuple[str, ...]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is kept.

    Attributes:
        headers: all but the time.
        unchanged: those of them for a client that holds a copy (304).
        tag: the ETag.
        modified: the Last-Modified, or None.
        body: the bytes.
        size: of all this and of what it is known by.
    """

    headers: tuple[tuple[str, str], ...]
    unchanged: tuple[tuple[str, str], ...]
    tag: str
    modified: str | None
    body: bytes
    size: int


class AnswerCache:
    """Stands before an application (WSGI) and sends what it has answered before.

    Attributes:
        hits: requests that were answered from here.
        misses: requests that might have been.

    Args:
        app: the application.
        most: bytes to keep; what was asked for longest ago goes first.
    """

    def __init__(self, app: "WSGIApplication", most: int) -> None:
        self._app = app
        self._lock = Lock()
        self._answers: LRUCache[Key, Answer] = LRUCache(most, getsizeof=lambda answer: answer.size)
        self.hits = self.misses = 0

    @property
    def size(self) -> float:
        """How many bytes are kept."""
        return self._answers.currsize

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        # One word for the encoding instead of a browser's whole list, so that all browsers share an answer.
        environ["HTTP_ACCEPT_ENCODING"] = agreed(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if environ["REQUEST_METHOD"] not in _SAFE or "HTTP_RANGE" in environ:
            return self._app(environ, start_response)
        key = (site.today(), *(environ.get(name, "") for name in _KNOWN_BY))
        with self._lock:
            answer = self._answers.get(key)
            self.hits += answer is not None
            self.misses += answer is None
        if answer is not None:
            return _send(answer, environ, start_response)
        return self._ask(key, environ, start_response)

    def _ask(self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let the application answer, and keep the answer if it may be kept."""
        told: list[tuple[str, Pairs]] = []

        def hear(status: str, headers: Pairs, exc_info: ExcInfo | None = None, /) -> Callable[[bytes], object]:
            told[:] = [(status, headers)]
            return start_response(status, headers, exc_info)

        chunks = self._app(environ, hear)
        status, headers = told[-1] if told else ("", [])
        if environ["REQUEST_METHOD"] != "GET" or not _may_be_kept(status, Headers(headers)):
            return chunks
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        answer = _answer(key, headers, body)
        if answer.size <= self._answers.maxsize:
            with self._lock:
                self._answers[key] = answer
        return [body]


def _may_be_kept(status: str, headers: Headers) -> bool:
    """Tell whether an answer is whole, small, and one that the next who asks may have."""
    length = headers.get("Content-Length", "")
    return (
        status.startswith("200")
        and "ETag" in headers
        and "Set-Cookie" not in headers
        and "no-store" not in headers.get("Cache-Control", "")
        and length.isdecimal()
        and int(length) <= _LARGEST
    )


def _answer(key: Key, headers: Pairs, body: bytes) -> Answer:
    kept = Headers(headers)
    # The server says when it sends an answer.
    kept.remove("Date")
    unchanged = Headers(kept)
    remove_entity_headers(unchanged)
    size = len(body) + sum(map(len, key)) + 2 * sum(len(name) + len(value) for name, value in kept)
    return Answer(tuple(kept), tuple(unchanged), kept["ETag"], kept.get("Last-Modified"), body, size)


def _send(answer: Answer, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    if not is_resource_modified(environ, answer.tag, last_modified=answer.modified):
        start_response("304 NOT MODIFIED", list(answer.unchanged))
        return []
    start_response("200 OK", list(answer.headers))
    return [answer.body] if environ["REQUEST_METHOD"] == "GET" else []
