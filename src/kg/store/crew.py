"""The query processes: killable forks of one process that has loaded the generation.

Each stands in a pool (Pebble) of its own. Processes of one pool share a pipe and its locks: each task wakes all that
rest, and when one crashes at the wrong moment the pool gives up what the others do.
"""

import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import Final

import pebble
from pebble.common import CONSTS

from kg.errors import Busy, KgError
from kg.store import worker
from kg.store.interface import Reply, Task
from kg.store.worker import FOLDER_VARIABLE, ONDISK_VARIABLE

_START_SECONDS: Final = 120
_QUADS_A_SECOND: Final = 10_000
"""A tenth of what loading and indexing takes on a machine that has nothing else to do."""
_RENEW_SECONDS: Final = 5


class Crew:
    """The query processes of one generation, by number.

    Attributes:
        lasting: whether a process is as good as new after a query for which it gave up priority.

    Args:
        folder: of the generation.
        processes: how many.
        limits: what one query may use.
        ondisk: folder of its store on disk, where it is not to be loaded into memory.
    """

    def __init__(self, folder: Path, processes: int, limits: worker.Limits, ondisk: Path | None = None) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._closed = False
        self.lasting = False
        _sweep(limits.spool)
        limits.last_words.mkdir(parents=True, exist_ok=True)
        # How often Pebble looks whether a process has ended, or should: each look costs a tenth of a millisecond.
        CONSTS.sleep_unit = 0.15
        # A process that does not end on SIGTERM is killed this many seconds later; Pebble would wait for three.
        CONSTS.term_timeout = 0.2
        os.environ[FOLDER_VARIABLE] = str(folder)
        os.environ[ONDISK_VARIABLE] = str(ondisk or "")
        self._context = multiprocessing.get_context("forkserver")
        # What each imports, the program that we were started by included, is imported once, before the forks.
        self._context.set_forkserver_preload(["kg.cli", "pebble", "kg.store.preload"])
        self._pools = [self._pool(number) for number in range(processes)]

    @property
    def closed(self) -> bool:
        """Whether the processes are being ended."""
        return self._closed

    def start(self, quads: int) -> None:
        """Fork all processes and wait until each answers.

        Args:
            quads: how many statements have to be loaded first.

        Raises:
            KgError: one does not.
        """
        patience = _START_SECONDS + quads / _QUADS_A_SECOND
        try:
            for asked in [pool.schedule(worker.ready) for pool in self._pools]:
                self.lasting = asked.result(timeout=patience)
        except (OSError, RuntimeError, TimeoutError, CancelledError) as error:
            raise KgError(f"the query processes do not start: {error}") from error

    def schedule(self, number: int, task: Task, spooled: str) -> "pebble.ProcessFuture[Reply]":
        """Let a process answer a query.

        Args:
            number: of the process, which does nothing else.
            task: the query.
            spooled: name of the file that a large answer goes to.

        Raises:
            Busy: the processes are stopping.
        """
        self._forget(number)
        for _ in range(2):
            try:
                return self._pools[number].schedule(worker.run, args=(task, spooled))
            except RuntimeError:
                self.renew(number)
        raise Busy("the query processes are not running; try again in a moment")

    def sound(self, number: int) -> bool:
        """Tell whether a process can still answer: Pebble gives up a pool whose process ends at the wrong moment."""
        return bool(self._pools[number].active)

    def renew(self, number: int, spooled: str | None = None, then: Callable[[], None] = lambda: None) -> None:
        """Put a new process in the place of one that is to be killed, or has failed.

        Nobody waits for the end of the old one: it has little priority, and needs some time even to die.

        Args:
            number: of the process.
            spooled: name of the file that it may have left, to be removed when it is dead.
            then: is called when the new one can be asked, or will not come.
        """
        with self._lock:
            if self._closed:
                then()
                return
            old, self._pools[number] = self._pools[number], self._pool(number)
        threading.Thread(target=self._end, args=(old, spooled), name="end of a query process", daemon=True).start()
        threading.Thread(target=self._warm, args=(number, then), name="start of a query process", daemon=True).start()

    def last_words(self, number: int) -> str:
        """Return what the engine said when it ended a process."""
        try:
            return (self._limits.last_words / str(number)).read_text("utf-8", "replace")
        except OSError:
            return ""

    def spooled(self) -> int:
        """Count the bytes of answers in files."""
        total = 0
        with suppress(OSError), os.scandir(self._limits.spool) as entries:
            for entry in entries:
                with suppress(OSError):
                    total += entry.stat().st_size if entry.is_file() else 0
        return total

    def close(self) -> None:
        """End all processes and remove what they left."""
        with self._lock:
            self._closed = True
        for pool in self._pools:
            pool.stop()
        for pool in self._pools:
            pool.join()
        shutil.rmtree(self._limits.spool, ignore_errors=True)

    def _warm(self, number: int, then: Callable[[], None]) -> None:
        """Start a process before it is needed; one at a time, so that others have something of the machine as well."""
        try:
            with self._starting, suppress(OSError, RuntimeError, TimeoutError, CancelledError):
                self._pools[number].schedule(worker.ready).result(timeout=_RENEW_SECONDS)
        finally:
            then()

    def _end(self, pool: pebble.ProcessPool, spooled: str | None) -> None:
        with suppress(OSError, RuntimeError):
            pool.stop()
            pool.join()
        if spooled:
            (self._limits.spool / spooled).unlink(missing_ok=True)

    def _forget(self, number: int) -> None:
        path = self._limits.last_words / str(number)
        with suppress(OSError):
            if path.stat().st_size:
                os.truncate(path, 0)

    def _pool(self, number: int) -> pebble.ProcessPool:
        return pebble.ProcessPool(
            max_workers=1, context=self._context, initializer=worker.enter, initargs=(self._limits, number)
        )


def _sweep(spool: Path) -> None:
    """Remove what web processes left that were killed; each has a folder with its number for a name."""
    if spool.name.isdecimal() and spool.parent.is_dir():
        for folder in spool.parent.iterdir():
            if folder.name.isdecimal() and not Path("/proc", folder.name).exists():
                shutil.rmtree(folder, ignore_errors=True)
