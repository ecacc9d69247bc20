"""The server: a parent that listens, a web process with threads, and the query processes of its store.

The web process is light: each query runs in a query process, so a thread only waits. When a build points ``current``
at another generation, the parent starts a new web process, with query processes of its own, beside the old one, which
finishes what it is doing.
"""

import errno
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from gunicorn.app.base import BaseApplication
from gunicorn.http import message

from kg import ondisk
from kg.errors import KgError, StoreUnusable, UsageProblem
from kg.generations import Generation
from kg.lastgood import Found, LastGood, mark, standing_in
from kg.settings import Settings
from kg.spoken import speaking
from kg.store import heap
from kg.store.endings import Ending, Teller
from kg.store.opening import bounds_of, limits_of, open_remote
from kg.store.pooled import PooledStore
from kg.web import create_app, gate, logs, lookup, picture, watching
from kg.web.connections import LONGEST_LINE, Worker
from kg.web.door import IN_MEMORY, Door
from kg.web.following import Following
from kg.web.metrics import Metrics
from kg.web.notice import Notice

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from kg.store.remote import RemoteStore

_log = logging.getLogger(__name__)

_GRACE: Final = 35
_SWITCH_SECONDS: Final = 0.001
_SILENT_SECONDS: Final = 60
# Longer than programs that harvest keep a connection (httpx: 5 seconds): whoever closes first must not be the side that
# is asked, or a request that is under way meets a closed door.
_KEPT_SECONDS: Final = 10
_SPARE_THREADS: Final = 32
_LOOK_EVERY: Final = 1.0


def run(config: Settings, ready: Callable[[], None], good: LastGood | None = None) -> None:
    """Serve the last good generation, or what the engine at ``KG_STORE`` holds, until told to stop.

    Args:
        config: the settings.
        ready: is called when the port is ours.
        good: what has looked for that generation; made here when none is given.

    Raises:
        NoGeneration: nothing has been built, or nothing of it can be read.
        StoreUnusable: the engine holds no generation, or not as the site needs it.
    """
    good = good or LastGood(config.var)
    if config.store:
        _try_store(config)
    else:
        ondisk.ready(good.find().generation, config.memory_limit)
    logs.configure(config.log_level)
    Server(config, ready, good).run()


def try_port(config: Settings) -> None:
    """Make sure, before anything is started, that the address can be listened on.

    Raises:
        UsageProblem: another program listens there, or this machine has no such address.
    """
    # A name is looked up as gunicorn does.
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        _, kind, _, _, address = socket.getaddrinfo(config.host, config.port, family, socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # The look-up takes a port that is too large for another one.
            tried.bind((address[0], config.port, *address[2:]))
    except (OSError, OverflowError) as error:
        place = f"port {config.port} on {config.host}"
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise UsageProblem(f"{place} is in use; choose another with --port") from error
        raise UsageProblem(f"{place} cannot be served: {getattr(error, 'strerror', None) or error}") from error


def _try_store(config: Settings) -> None:
    """Refuse an engine that is not fit; one that does not answer yet may do so later."""
    with closing(open_remote(config)) as store:
        try:
            store.look()
        except StoreUnusable:
            raise
        except KgError:
            # The site says on each page that its store does not answer, until it does.
            return


def open_store(config: Settings, generation: Generation, metrics: Metrics) -> PooledStore:
    """Open a generation in query processes, within the limits of the settings; each query is counted and logged."""
    store = PooledStore(generation, bounds_of(config), limits_of(config), _teller(metrics), config.memory_limit)
    metrics.watch(store.load)
    metrics.serve(generation.name, len(store))
    return store


def _teller(metrics: Metrics) -> Teller:
    """Return what counts and logs how queries end."""

    def ended(ending: Ending) -> None:
        metrics.query_ended(ending)
        watching.query_ended(ending)

    return ended


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told everything by our settings.

    Args:
        config: the settings.
        ready: is called when the port is ours.
        good: finds the generation to serve.

    Attributes:
        door: held by the web process that takes new connections.
    """

    def __init__(self, config: Settings, ready: Callable[[], None], good: LastGood) -> None:
        self._config = config
        self._ready = ready
        self._good = good
        self._notice = Notice()
        self.door = Door()
        self._store: PooledStore | RemoteStore | None = None
        self._following: Following | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what the settings say; it reads no file and no environment."""
        config = self._config
        # Gunicorn takes its own 8190 for whatever is set above it.
        message.MAX_REQUEST_LINE = LONGEST_LINE
        host = f"[{config.host}]" if ":" in config.host else config.host
        told: dict[str, Any] = {
            "bind": f"{host}:{config.port}",
            "workers": 1,
            "worker_class": Worker,
            "threads": config.processes + config.queue + _SPARE_THREADS,
            "timeout": _SILENT_SECONDS,
            "graceful_timeout": _GRACE,
            "keepalive": _KEPT_SECONDS,
            "limit_request_line": LONGEST_LINE,
            "loglevel": "warning",
            "logger_class": logs.ServerLog,
            "proc_name": "werkkennis",
            "when_ready": self._watch,
            "worker_exit": self._close,
            "worker_tmp_dir": IN_MEMORY,
            "control_socket_disable": True,
        }
        for name, value in told.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        """Open the current generation or the engine elsewhere, in the web process, and make the site over it."""
        heap.keep_small(arenas=2)
        # Many threads wait here and few work: whoever has something to do comes to its turn sooner.
        sys.setswitchinterval(_SWITCH_SECONDS)
        metrics = Metrics()
        if self._config.store:
            self._store = open_remote(self._config, _teller(metrics))
            metrics.watch(self._store.load)
            self._following = Following(self._config, self._store, metrics)
            return self._following
        # What stands in the log and at /health is English, whatever language the command spoke.
        with speaking("en"):
            store, found = self._open(metrics)
            told = standing_in(found) if found.complaint else ""
        if told:
            _log.error(told)
        generation = found.generation
        app = create_app(self._config, store, generation.name, metrics, generation.published)
        self._notice.write(generation.name, told, os.getpid())
        self._notice.init_app(app)
        metrics.degraded(lambda: bool(self._notice.read()[1]))
        # One after the other, and after the start: each takes the time of requests that come meanwhile.
        lookup.begin(app).add_done_callback(lambda _: picture.prepare())
        gate.begin(app)
        return app

    def _open(self, metrics: Metrics) -> tuple[PooledStore, Found]:
        """Open the last good generation in query processes; give them and what was found.

        Raises:
            KgError: none can be opened.
        """
        found = self._good.find()
        self._store = store = open_store(self._config, found.generation, metrics)
        try:
            store.start()
        except KgError:
            # What was whole when it was last read need not be so now.
            store.close()
            found = self._good.find(anew=True)
            self._store = store = open_store(self._config, found.generation, metrics)
            store.start()
        return store, found

    def _close(self, arbiter: Any, process: Any) -> None:  # noqa: ANN401, ARG002 - gunicorn has no types
        if self._following is not None:
            self._following.close()
        if self._store is not None:
            self._store.close()

    def _watch(self, arbiter: Any) -> None:  # noqa: ANN401
        self._ready()
        # What is there now stays shared with the web process: a look by the collector would copy it.
        gc.freeze()
        if self._config.store:
            return
        Thread(target=self._follow, args=(arbiter.pid,), name="generations", daemon=True).start()

    def _follow(self, parent: int) -> None:
        """Ask the parent for a new web process when another generation becomes current and is sound."""
        current = self._config.var / "current"
        seen = mark(current)
        while True:
            time.sleep(_LOOK_EVERY)
            # A damaged generation that is built again has the same name, and other files.
            if (now := mark(current)) == seen:
                continue
            seen = now
            try:
                ondisk.ready(self._good.current(), self._config.memory_limit)
            except KgError as error:
                served, _ = self._notice.read()
                own = current.resolve().name == served
                told = f"{error}; {'what was read of it before' if own else f'generation {served}'} goes on serving"
                _log.warning(told)
                self._notice.write(served, told)
            else:
                self._swap(parent)

    def _swap(self, parent: int) -> None:
        """Let the parent start another web process beside the one that serves, and end that one when the other is there.

        On SIGHUP gunicorn would end the old one at once, and visitors would wait for as long as the new one loads.
        """
        old = self._notice.process
        os.kill(parent, signal.SIGTTIN)
        while self._notice.process == old:
            time.sleep(_LOOK_EVERY / 10)
        os.kill(parent, signal.SIGTTOU)
