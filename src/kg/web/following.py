"""The site over an engine elsewhere, whose generation can change, or be out of reach, while the site runs."""

import logging
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kg.errors import KgError
from kg.settings import Settings
from kg.store.remote import RemoteStore
from kg.web import create_app
from kg.web.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LOOK_EVERY: Final = 5.0
_LOOK_AGAIN: Final = 1.0
_UNKNOWN: Final = "unknown"
_log = logging.getLogger(__name__)


class Following:
    """The site over whatever generation the engine holds; a WSGI application.

    While the engine has not answered yet, the site is there and each page says that its store is not.

    Args:
        config: the settings.
        store: the engine.
        metrics: where requests are counted; made here when none is given.
    """

    def __init__(self, config: Settings, store: RemoteStore, metrics: Metrics | None = None) -> None:
        self._config = config
        self._store = store
        self._done = threading.Event()
        self._name = _UNKNOWN
        self._told = ""
        self._metrics = metrics or Metrics()
        self._site = create_app(config, store, _UNKNOWN, self._metrics)
        self._sound = self._look()
        threading.Thread(target=self._follow, name="generations", daemon=True).start()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request from the newest site."""
        if self._name == _UNKNOWN and self._store.known:
            self._look()
        return self._site(environ, start_response)

    def close(self) -> None:
        """Look no more."""
        self._done.set()

    def _follow(self) -> None:
        while not self._done.wait(_LOOK_EVERY if self._sound else _LOOK_AGAIN):
            self._sound = self._look()

    def _look(self) -> bool:
        """Make the site anew when the engine holds another generation; tell whether it holds one."""
        try:
            name = self._store.look().name
        except KgError as error:
            if str(error) != self._told:
                _log.warning("%s: %s (%s)", self._store.address, error, error.__cause__ or "no more is known")
            self._told = str(error)
            return False
        if self._told:
            _log.warning("%s: the store answers again", self._store.address)
        self._told = ""
        if name != self._name:
            self._site, self._name = create_app(self._config, self._store, name, self._metrics), name
            self._metrics.serve(name, len(self._store))
        return True
