"""The server: one parent that holds the generation, workers forked from it, and a new family for a new generation.

The parent loads the graph once; the workers share its memory. A build that points ``current`` elsewhere makes the
parent load the new generation and fork new workers before the old ones finish what they are doing.
"""

import os
import signal
import sys
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from gunicorn.app.base import BaseApplication

from kg import generations
from kg.errors import KgError
from kg.settings import Settings
from kg.store import EmbeddedStore
from kg.web import create_app
from kg.web.deadline import Deadline

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_GRACE: Final = 35
_BACKSTOP: Final = 10
_LOOK_EVERY: Final = 1.0
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own file there, under a name of its own


def run(config: Settings) -> None:
    """Serve the current generation until told to stop.

    Raises:
        NoGeneration: nothing has been built, or what was built cannot be read.
    """
    Server(config).run()


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told everything by our settings.

    Args:
        config: the settings.
    """

    def __init__(self, config: Settings) -> None:
        self._config = config
        self._served = ""
        super().__init__()
        self.callable = self.load()

    def load_config(self) -> None:
        """Tell gunicorn what the settings say; it reads no file and no environment."""
        config = self._config
        host = f"[{config.host}]" if ":" in config.host else config.host
        told: dict[str, Any] = {
            "bind": f"{host}:{config.port}",
            "workers": config.workers,
            "worker_class": "sync",
            "preload_app": True,
            # The deadline answers first; this is for a worker that cannot even do that.
            "timeout": config.query_seconds + _BACKSTOP,
            "graceful_timeout": _GRACE,
            "limit_request_line": 8190,
            "loglevel": "warning",
            "proc_name": "werkkennis",
            "when_ready": self._watch,
            "worker_tmp_dir": str(_MEMORY) if _MEMORY.is_dir() else None,
            "control_socket_disable": True,
        }
        for name, value in told.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        """Load the current generation and make the site over it."""
        generation = generations.current(self._config.var)
        app = create_app(self._config, EmbeddedStore(generation.load()), generation.name)
        self._served = generation.name
        return Deadline(app, self._config.query_seconds)

    def reload(self) -> None:
        """Take over the current generation; one that cannot be loaded leaves the old one serving."""
        super().reload()
        try:
            self.callable = self.load()
        except KgError as error:
            print(f"kg: {error}; generation {self._served} goes on serving", file=sys.stderr, flush=True)  # noqa: T201

    def _watch(self, arbiter: Any) -> None:  # noqa: ANN401 - gunicorn has no types
        Thread(target=self._follow, args=(arbiter.pid,), name="generations", daemon=True).start()

    def _follow(self, parent: int) -> None:
        """Ask the parent to reload when another generation becomes current."""
        link = self._config.var / "current"
        seen = self._served
        while True:
            time.sleep(_LOOK_EVERY)
            try:
                name = link.readlink().name
            except OSError:
                continue
            if name != seen:
                seen = name
                os.kill(parent, signal.SIGHUP)
