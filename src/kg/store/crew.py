"""The query processes: pools of killable forks of one process that has loaded the generation.

Pebble's pool wakes every idle process for each task, so a large pool is slow at small tasks. The processes stand in
groups of a few; whoever gives out the work fills the first group first.
"""

import multiprocessing
import os
import shutil
import threading
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import Final

import pebble
from pebble.common import CONSTS

from kg.errors import Busy, KgError
from kg.store import worker
from kg.store.interface import Reply, Task
from kg.store.preload import FOLDER_VARIABLE

_GROUP: Final = 4
_START_SECONDS: Final = 120


class Crew:
    """The query processes of one generation.

    Args:
        folder: of the generation.
        processes: how many.
        limits: what one query may use.
    """

    def __init__(self, folder: Path, processes: int, limits: worker.Limits) -> None:
        self.groups = tuple(min(_GROUP, processes - first) for first in range(0, processes, _GROUP))
        self._limits = limits
        self._lock = threading.Lock()
        self._closed = False
        _sweep(limits.spool)
        limits.last_words.mkdir(parents=True, exist_ok=True)
        # A process that does not end on SIGTERM is killed this many seconds later; Pebble would wait for three.
        CONSTS.term_timeout = 0.2
        os.environ[FOLDER_VARIABLE] = str(folder)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["kg.store.preload"])
        self._pools = [self._pool(size) for size in self.groups]

    def start(self) -> None:
        """Fork all processes and wait until each group answers.

        Raises:
            KgError: one does not.
        """
        for asked in [pool.schedule(worker.ready) for pool in self._pools]:
            try:
                asked.result(timeout=_START_SECONDS)
            except (OSError, RuntimeError, TimeoutError, CancelledError) as error:
                raise KgError(f"the query processes do not start: {error}") from error

    def schedule(self, group: int, task: Task, spooled: str) -> "pebble.ProcessFuture[Reply]":
        """Let a process of a group answer a query.

        Args:
            group: its number; it should have a free process.
            task: the query.
            spooled: name of the file that a large answer goes to.

        Raises:
            Busy: the processes are stopping.
        """
        for _ in range(2):
            pool = self._pools[group]
            try:
                return pool.schedule(worker.run, args=(task, spooled))
            except RuntimeError:
                # Pebble gives a pool up when a process is killed while none has work.
                self.renew(group, pool)
        raise Busy("the query processes are not running; try again in a moment")

    def renew(self, group: int, broken: pebble.ProcessPool | None = None) -> None:
        """Put a new pool in the place of one that has failed, unless another has done so."""
        with self._lock:
            if self._closed or (broken is not None and self._pools[group] is not broken):
                return
            old, self._pools[group] = self._pools[group], self._pool(self.groups[group])
        threading.Thread(target=_end, args=(old,), name="old query processes", daemon=True).start()

    def remove(self, spooled: str) -> None:
        """Remove what a process left that was killed."""
        (self._limits.spool / spooled).unlink(missing_ok=True)
        for words in self._limits.last_words.iterdir():
            if not Path("/proc", words.name).exists():
                words.unlink(missing_ok=True)

    def last_words(self, process: int) -> str:
        """Return what the engine said when it ended a process, and forget it."""
        path = self._limits.last_words / str(process)
        try:
            return path.read_text("utf-8", "replace")
        except OSError:
            return ""
        finally:
            path.unlink(missing_ok=True)

    def spooled(self) -> int:
        """Count the bytes of answers that wait in files to be sent."""
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

    def _pool(self, size: int) -> pebble.ProcessPool:
        return pebble.ProcessPool(
            max_workers=size, context=self._context, initializer=worker.enter, initargs=(self._limits,)
        )


def _sweep(spool: Path) -> None:
    """Remove what web processes left that were killed; each has a folder with its number for a name."""
    if spool.name.isdecimal() and spool.parent.is_dir():
        for folder in spool.parent.iterdir():
            if folder.name.isdecimal() and not Path("/proc", folder.name).exists():
                shutil.rmtree(folder, ignore_errors=True)


def _end(pool: pebble.ProcessPool) -> None:
    with suppress(OSError, RuntimeError):
        pool.stop()
        pool.join()
