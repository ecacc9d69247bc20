"""Bring what was written into the next generation, in the background; one server process at a time."""

import fcntl
import logging
import multiprocessing
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from kg import generations
from kg.describe import Imprint
from kg.errors import InvalidGraph, KgError, NoGeneration
from kg.gate.audit import Audit
from kg.gate.desk import FOLDER
from kg.settings import Settings

_LOOK_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


class Builder:
    """Builds whenever the log tells of a write that the current generation does not hold.

    Args:
        config: the settings.
    """

    def __init__(self, config: Settings) -> None:
        self._config = config
        self._audit = Audit(config.var / FOLDER / "audit.jsonl")
        self._failed: dict[str, str] = {}
        self.wake = threading.Event()

    def begin(self) -> None:
        """Look from now on, now and then and when woken."""
        threading.Thread(target=self._follow, name="builds", daemon=True).start()

    def _follow(self) -> None:
        while True:
            self.wake.wait(_LOOK_SECONDS)
            self.wake.clear()
            with suppress(OSError, KgError):
                if self._behind():
                    self._build()

    def _behind(self) -> bool:
        written = dict(self._audit.heads().content)
        if not written or written == self._failed:
            return False
        try:
            held = generations.current(self._config.var).manifest["files"]
        except NoGeneration:
            held = {}
        return any(held.get(name, "") != state for name, state in written.items()) and _differ(
            self._config.graph, written, held
        )

    def _build(self) -> None:
        """Build in a process of its own; the pages go on meanwhile."""
        written = dict(self._audit.heads().content)
        with (self._config.var / FOLDER / "build.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            process = multiprocessing.get_context("forkserver").Process(target=_work, args=(self._config,), daemon=True)
            process.start()
            process.join()
            # What fails once is not tried again until something else is written.
            self._failed = written if process.exitcode else {}


def _differ(graph: Path, written: dict[str, str], held: dict[str, str]) -> bool:
    """Tell whether a file is there as it was written and not yet held, or taken away and still held."""
    return any(
        held.get(name, "") != state and (graph / name).is_file() == bool(state) for name, state in written.items()
    )


def _work(config: Settings) -> None:
    try:
        generations.build(config.graph, config.var, config.keep_generations, Imprint.of(config))
    except InvalidGraph as error:
        _log.error("what was written is not served yet, because the files have mistakes: %s", error.args[0])
        raise SystemExit(1) from error
    except KgError as error:
        _log.error("what was written is not served yet: %s", error)
        raise SystemExit(1) from error
