"""The query processes: killable forks of one process that has loaded the generation.

The fork server of the standard library loads the generation once; each process is a fork of it, with a line of its own.
What is to end is killed, and another is forked in its place.
"""

import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Final

from kg.errors import Busy, KgError
from kg.store.interface import Task
from kg.store.limits import Limits
from kg.store.process import QueryProcess
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

    def __init__(self, folder: Path, processes: int, limits: Limits, ondisk: Path | None = None) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._closed = False
        self.lasting = False
        _sweep(limits.spool)
        limits.last_words.mkdir(parents=True, exist_ok=True)
        os.environ[FOLDER_VARIABLE] = str(folder)
        os.environ[ONDISK_VARIABLE] = str(ondisk or "")
        self._context = multiprocessing.get_context("forkserver")
        # What each imports, the program that we were started by included, is imported once, before the forks.
        self._context.set_forkserver_preload(["kg.cli", "kg.store.preload"])
        self._processes: list[QueryProcess | None] = [None] * processes

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
        started: Future[None] = Future()

        def start() -> None:
            try:
                for number in range(len(self._processes)):
                    self._start(number, patience)
            except (OSError, EOFError) as error:
                started.set_exception(error)
            else:
                started.set_result(None)

        # The first fork waits for the loading, for which the fork server sets no time.
        threading.Thread(target=start, name="start of the query processes", daemon=True).start()
        try:
            started.result(timeout=patience)
        except (OSError, EOFError) as error:
            said = self.last_words(0).strip().rpartition("\n")[2] or str(error) or type(error).__name__
            raise KgError(f"the query processes do not start: {said}") from error

    def ask(self, number: int, task: Task, spooled: str) -> QueryProcess:
        """Hand a query to a process that does nothing else, and return that process.

        Args:
            number: of the process.
            task: the query.
            spooled: name of the file that a large answer goes to.

        Raises:
            Busy: the processes are stopping, or a new one does not come soon.
        """
        self._forget(number)
        for _ in range(2):
            if process := self._processes[number]:
                with suppress(OSError):
                    process.ask(task, spooled)
                    return process
            # It ended while it had nothing to do.
            self._revive(number)
        raise Busy("the query processes are not running; try again in a moment")

    def renew(self, number: int, spooled: str | None = None, then: Callable[[], None] = lambda: None) -> None:
        """Put a new process in the place of one that is to be killed, or has failed.

        Nobody waits for the end of the old one: it has little priority, and needs some time even to die.

        Args:
            number: of the process.
            spooled: name of the file that it may have left, to be removed when it is dead.
            then: is called when the new one can be asked, or will not come.
        """
        old = self._take(number)
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
        for number in range(len(self._processes)):
            self._end(self._take(number))
        shutil.rmtree(self._limits.spool, ignore_errors=True)

    def _start(self, number: int, patience: float) -> QueryProcess:
        """Fork a process and wait until it can be asked; one at a time, so that others have something of the machine.

        Raises:
            OSError, EOFError: it does not come, or the processes are being ended.
        """
        with self._starting:
            if there := self._processes[number]:
                return there
            process = QueryProcess(self._context, self._limits, number)
            try:
                self.lasting = process.ready(patience)
                self._put(number, process)
            except BaseException:
                process.kill()
                raise
        return process

    def _revive(self, number: int) -> None:
        """Wait a moment for a new process; with a fork server that was killed as well, the graph is loaded again first."""
        if self._closed or not self._starting.acquire(timeout=_RENEW_SECONDS):
            return
        self._starting.release()
        came = threading.Event()
        self.renew(number, then=came.set)
        came.wait(_RENEW_SECONDS)

    def _put(self, number: int, process: QueryProcess) -> None:
        """Put a process in its place."""
        with self._lock:
            if self._closed:
                raise OSError("the query processes are stopping")
            self._processes[number] = process

    def _take(self, number: int) -> QueryProcess | None:
        """Take a process out of its place, for it to be ended."""
        with self._lock:
            old, self._processes[number] = self._processes[number], None
        return old

    def _warm(self, number: int, then: Callable[[], None]) -> None:
        """Start a process before it is needed."""
        try:
            with suppress(OSError, EOFError):
                if not self._closed:
                    self._start(number, _RENEW_SECONDS)
        finally:
            then()

    def _end(self, process: QueryProcess | None, spooled: str | None = None) -> None:
        if process is not None:
            process.kill()
        if spooled:
            (self._limits.spool / spooled).unlink(missing_ok=True)

    def _forget(self, number: int) -> None:
        path = self._limits.last_words / str(number)
        with suppress(OSError):
            if path.stat().st_size:
                os.truncate(path, 0)


def _sweep(spool: Path) -> None:
    """Remove what web processes left that were killed; each has a folder with its number for a name."""
    if spool.name.isdecimal() and spool.parent.is_dir():
        for folder in spool.parent.iterdir():
            if folder.name.isdecimal() and not Path("/proc", folder.name).exists():
                shutil.rmtree(folder, ignore_errors=True)
