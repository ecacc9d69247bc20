"""Each request, from its first byte to its last: a name for it, a line in the log, and a place in the figures."""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import structlog
from flask import Flask
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars
from werkzeug.exceptions import HTTPException

from kg.store.endings import Ending
from kg.web.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER: Final = "X-Request-ID"
_SANE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_ERROR: Final = 400
_log = structlog.get_logger()


def query_ended(ending: Ending) -> None:
    """Keep for the log how a query of the present request ended."""
    bind_contextvars(outcome=ending.outcome)


class Watched:
    """Stands before an application (WSGI), and before whatever answers in its place.

    Args:
        app: the application; its routes name the requests.
        metrics: where they are counted.
    """

    def __init__(self, app: Flask, metrics: Metrics) -> None:
        self._app: WSGIApplication = app.wsgi_app
        self._metrics = metrics
        routes = app.url_map.bind("localhost")

        @lru_cache(maxsize=2048)
        def route(path: str, method: str) -> str:
            try:
                rule, _ = routes.match(path, "GET" if method == "HEAD" else method, return_rule=True)
            except HTTPException:
                return "unmatched"
            return rule.rule

        self._route = route

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        begun = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        name = given if _SANE.fullmatch(given) else secrets.token_hex(8)
        clear_contextvars()
        bind_contextvars(request_id=name)
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        _log.debug("asked", address=environ.get("REMOTE_ADDR"), path=path, query=environ.get("QUERY_STRING"))
        told = ["500"]

        def hear(status: str, headers: list[tuple[str, str]], *more: object) -> Callable[[bytes], object]:
            told[0] = status[:3]
            return start_response(status, [*headers, (HEADER, name)], *more)  # type: ignore[arg-type]

        def end(*, whole: bool) -> None:
            took, status, route = time.perf_counter() - begun, int(told[0]), self._route(path, method)
            self._metrics.request_ended(method, route, status, took, whole=whole)
            outcome = get_contextvars().get("outcome", "ok" if status < _ERROR else "error")
            if outcome == "ok" and not whole:
                outcome = "cut"
            _log.info("request", method=method, route=route, status=status, ms=round(took * 1000, 1), outcome=outcome)
            clear_contextvars()

        try:
            return _Sending(self._app(environ, hear), end)
        except BaseException:
            end(whole=False)
            raise


class _Sending:
    """The chunks of an answer; tells, once, when they have gone out or were given up."""

    def __init__(self, chunks: Iterable[bytes], end: Callable[..., None]) -> None:
        self._given = chunks
        self._chunks = iter(chunks)
        self._end = end
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            # The server asks for the next chunk when it has sent the one before.
            return next(self._chunks)
        except StopIteration:
            self._whole = True
            raise

    def close(self) -> None:
        try:
            getattr(self._given, "close", lambda: None)()
        finally:
            end, self._end = self._end, _nothing
            end(whole=self._whole)


def _nothing(*, whole: bool) -> None:
    """Tell nothing."""
