"""The SPARQL 1.1 Protocol towards an engine elsewhere: one request, inside limits, and what came back.

Requests run on an event loop in a thread of its own, because only there can one be ended at any moment: when its time
is over, or when nobody waits for it any more. Ending it closes its connection. A request is sent once; only a
connection that could not be made is tried again.
"""

import asyncio
import json
import logging
import re
import ssl
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Final
from urllib.parse import urlencode, urlsplit

import httpx

from kg import __version__
from kg.errors import (
    BadQuery,
    Busy,
    KgError,
    StoreUnavailable,
    StoreUnusable,
    TooSlow,
    UsageProblem,
    VisitorGone,
)
from kg.store.interface import Task
from kg.store.output import INLINE
from kg.store.spool import too_large

_LOOK_SECONDS: Final = 0.25
_CONNECT_SECONDS: Final = 5
_SENTENCE: Final = 1_000
_REFUSED: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_SLOW: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT}
# An engine takes from these what the form of the query needs. Each can be read back, so that a broken one is seen.
_ACCEPT: Final = "application/sparql-results+json, application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
# Virtuoso gives part of an answer with status 200 and tells so in these only.
_PARTIAL: Final = ("X-SQL-State", "X-SPARQL-MaxRows")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine sent.

    Attributes:
        media_type: what it says it is.
        body: all of it, to be closed by whoever reads it; in memory while it is small.
    """

    media_type: str
    body: IO[bytes]


class Endpoint:
    """A query endpoint.

    Args:
        url: its address.
        user: name to log in with; empty when none is needed.
        password: for that name.
        running: requests that may run at once.
        largest: bytes that an answer may have.

    Raises:
        UsageProblem: the address is none that can be asked, or holds credentials.
    """

    def __init__(self, url: str, user: str, password: str, running: int, largest: int) -> None:
        self._url = _checked(url)
        self._largest = largest
        self._slots = asyncio.Semaphore(running)
        self._client = httpx.AsyncClient(
            auth=httpx.BasicAuth(user, password) if user else None,
            headers={"Accept": _ACCEPT, "Accept-Encoding": "identity", "User-Agent": f"werkkennis/{__version__}"},
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            transport=httpx.AsyncHTTPTransport(
                verify=ssl.create_default_context(),
                limits=httpx.Limits(max_connections=running, max_keepalive_connections=running),
                retries=1,
            ),
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="endpoint", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Host and port, for a log."""
        return urlsplit(self._url).netloc

    def close(self) -> None:
        """Close all connections."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def ask(self, task: Task, seconds: float, gone: Callable[[], bool] | None) -> Answer:
        """Send a query and wait for the whole answer.

        Args:
            task: the query and its data set.
            seconds: wall-clock time that it may take.
            gone: tells whether nobody waits any more.

        Raises:
            BadQuery: the engine cannot read the query.
            StoreUnavailable: the engine cannot be reached, or is in trouble.
            StoreUnusable: what answers is no engine as this site needs it.
            TooSlow, ResultTooLarge, Busy: a limit was passed.
            VisitorGone: nobody waits any more.
        """
        fields = {
            "query": task.query,
            "default-graph-uri": task.default_graphs,
            "named-graph-uri": task.named_graphs,
        }
        try:
            form = urlencode(fields, doseq=True).encode("ascii")
        except UnicodeEncodeError as error:
            raise BadQuery("the query holds characters that cannot be sent") from error
        future: Future[Answer] = asyncio.run_coroutine_threadsafe(self._turn(form, seconds), self._loop)
        while not wait([future], timeout=_LOOK_SECONDS if gone else None).done:
            if gone and gone():
                future.cancel()
                raise VisitorGone("the client has hung up")
        return future.result()

    async def _turn(self, form: bytes, seconds: float) -> Answer:
        """Wait for a turn, no longer than a query may take, and take it."""
        try:
            await asyncio.wait_for(self._slots.acquire(), seconds)
        except TimeoutError as error:
            raise Busy("too many queries wait for the store; try again in a moment") from error
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(form)
        except TimeoutError as error:
            raise _too_slow(f"{seconds:g} seconds") from error
        except (httpx.ConnectTimeout, httpx.ConnectError) as error:
            raise _trouble("cannot be reached") from error
        except httpx.HTTPError as error:
            raise _trouble("broke the connection off") from error
        finally:
            self._slots.release()

    async def _exchange(self, form: bytes) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        async with self._client.stream("POST", self._url, content=form, headers=headers) as response:
            if response.status_code != HTTPStatus.OK:
                raise await self._refusal(response)
            if partial := [name for name in _PARTIAL if name in response.headers]:
                _log.info("the store gave part of an answer (%s)", ", ".join(partial))
                raise StoreUnusable("the store behind this site gave only part of the answer; ask for less")
            body = tempfile.SpooledTemporaryFile(max_size=INLINE)  # noqa: SIM115 - given to the caller
            try:
                async for chunk in response.aiter_bytes():
                    if body.tell() + len(chunk) > self._largest:
                        raise too_large(self._largest)  # noqa: TRY301 - the body is closed on any way out
                    body.write(chunk)
            except BaseException:
                body.close()
                raise
            body.seek(0)
            return Answer(_media_type(response), body)

    async def _refusal(self, response: httpx.Response) -> KgError:
        """Say what a status other than 200 means."""
        status = response.status_code
        if status == HTTPStatus.BAD_REQUEST:
            return BadQuery(await _sentence(response))
        if status in _SLOW:
            return _too_slow("the store allows")
        _log.info("the store answered with status %d", status)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return Busy("the store behind this site takes no more queries now; try again in a moment")
        if status in _REFUSED:
            return StoreUnusable(
                "the store behind this site refuses our credentials (KG_STORE_USER, KG_STORE_PASSWORD)"
            )
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return StoreUnavailable(
                f"the store behind this site is in trouble (status {status}); try again in a moment"
            )
        return StoreUnusable(f"what answers behind this site is no SPARQL query endpoint (status {status})")

    async def _close(self) -> None:
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._client.aclose()


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    # What was given is not repeated: it may hold a password.
    if not sound:
        raise UsageProblem("KG_STORE is not the address of a query endpoint, such as https://host/sparql")
    if "@" in parts.netloc:
        raise UsageProblem("KG_STORE holds credentials; give them in KG_STORE_USER and KG_STORE_PASSWORD")
    return url


def _trouble(what: str) -> StoreUnavailable:
    """Tell a visitor no more than that there is a store; its address is for the log."""
    return StoreUnavailable(f"the store behind this site {what}; try again in a moment")


def _too_slow(limit: str) -> TooSlow:
    return TooSlow(f"the query took longer than {limit} and was given up; ask for less")


def _media_type(response: httpx.Response) -> str:
    return str(response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


async def _sentence(response: httpx.Response) -> str:
    """Return what an engine says is wrong with a query, as plain text of a bounded length."""
    said = b""
    async for chunk in response.aiter_bytes():
        said += chunk
        if len(said) > _SENTENCE * 4:
            break
    text = said.decode("utf-8", "replace")
    media_type = _media_type(response)
    if media_type.endswith("json"):
        text = _told(text)
    elif media_type not in {"", "text/plain"}:
        text = ""
    text = re.sub(r"(?:[^\S\n]|[\x00-\x09\x0b-\x1f\x7f])+", " ", text).strip()[:_SENTENCE]
    return text or "the store cannot read this query and does not say why"


def _told(text: str) -> str:
    """Return the sentence in a problem document (RFC 9457) or what engines use in its place."""
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    return next((str(found[name]) for name in ("detail", "exception", "message", "title") if found.get(name)), "")
