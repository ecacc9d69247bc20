"""The engine in query processes that share one loaded generation and can be killed.

Nothing inside a process can stop a query of the engine: it takes no time-out, and no signal handler runs before it is
done. So each query runs in a process of a pool (Pebble), forked from one that has loaded the generation once (the
standard library's ``forkserver`` with a preload). What passes a limit is killed, and the pool forks another.
"""

import multiprocessing
import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pebble
from pebble.common import CONSTS

from kg.errors import Busy, KgError, TooManyQueries, TooMuchMemory, TooSlow, VisitorGone
from kg.federation import refuse_federation
from kg.generations import Generation
from kg.store import worker
from kg.store.embedded import only_tables
from kg.store.interface import Choice, Forms, Reply, Table, Task, Visitor, read_table
from kg.store.preload import FOLDER_VARIABLE

_LOOK_SECONDS: Final = 0.25
_SITE: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much the pool takes on.

    Attributes:
        processes: queries that run at once.
        queue: queries that may wait for a process.
        per_visitor: queries at once for one address.
        query_seconds: wall-clock time for a visitor's query.
        page_seconds: wall-clock time for a query of the site itself.
    """

    processes: int
    queue: int
    per_visitor: int
    query_seconds: float
    page_seconds: float


class PooledStore:
    """A generation, queried in a pool of killable processes.

    Args:
        generation: what to query.
        bounds: how much the pool takes on.
        limits: what one query may use.
    """

    def __init__(self, generation: Generation, bounds: Bounds, limits: worker.Limits) -> None:
        self._quads = int(generation.manifest["quads"])
        self._bounds = bounds
        self._limits = limits
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        limits.spool.mkdir(parents=True, exist_ok=True)
        # A process that does not end on SIGTERM is killed this many seconds later; Pebble would wait for three.
        CONSTS.term_timeout = 0.2
        os.environ[FOLDER_VARIABLE] = str(generation.folder)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["kg.store.preload"])
        self._pool = pebble.ProcessPool(
            max_workers=bounds.processes, context=context, initializer=worker.enter, initargs=(limits,)
        )

    def __len__(self) -> int:
        """Count the quads."""
        return self._quads

    @property
    def waiting(self) -> int:
        """How many queries run or wait."""
        return self._asked.total()

    def start(self) -> None:
        """Fork the query processes and wait until they answer.

        Raises:
            KgError: they do not.
        """
        self.select("SELECT * {}")

    def close(self) -> None:
        """End all query processes and remove what they spooled."""
        self._pool.stop()
        self._pool.join()
        shutil.rmtree(self._limits.spool, ignore_errors=True)

    def reply(
        self,
        query: str,
        choose: Choice,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        visitor: Visitor | None = None,
    ) -> Reply:
        """See :meth:`Store.reply`."""
        refuse_federation(query)
        task = Task(query, Forms.of(choose), tuple(default_graphs), tuple(named_graphs))
        with self._place(visitor):
            return self._run(task, visitor)

    def select(self, query: str) -> Table:
        """See :meth:`Store.select`."""
        with self._place(None), only_tables():
            return read_table(self._run(Task(query, Forms.table_only()), None).read())

    @contextmanager
    def _place(self, visitor: Visitor | None) -> Iterator[None]:
        """Take a place among the queries that run or wait."""
        name = visitor.address if visitor else _SITE
        with self._lock:
            if self._asked.total() >= self._bounds.processes + self._bounds.queue:
                raise Busy("too many queries wait; try again in a moment")
            if visitor and self._asked[name] >= self._bounds.per_visitor:
                raise TooManyQueries(
                    f"{self._bounds.per_visitor} queries of your address are running; wait for one to end"
                )
            self._asked[name] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asked[name] -= 1
                if not self._asked[name]:
                    del self._asked[name]

    def _run(self, task: Task, visitor: Visitor | None) -> Reply:
        seconds = self._bounds.query_seconds if visitor else self._bounds.page_seconds
        try:
            future = self._pool.schedule(worker.run, args=(task,), timeout=seconds)
        except RuntimeError as error:
            raise Busy("the query processes are not running; try again in a moment") from error
        while not wait([future], timeout=_LOOK_SECONDS if visitor else None).done:
            if visitor and visitor.gone():
                future.cancel()
                raise VisitorGone("the client has hung up")
        try:
            reply: Reply = future.result()
        except TimeoutError as error:
            raise TooSlow(f"the query took longer than {seconds:g} seconds and was stopped; ask for less") from error
        except (MemoryError, pebble.ProcessExpired) as error:
            raise self._ended(error) from error
        except (CancelledError, RuntimeError) as error:
            raise Busy("the query processes are stopping; try again in a moment") from error
        return reply

    def _ended(self, error: BaseException) -> KgError:
        """Say why a query process ended by itself: the engine aborts when it gets no more memory."""
        code = getattr(error, "exitcode", None)
        if code is None or code in {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGKILL}:
            return TooMuchMemory(
                f"the query needed more than {self._limits.memory:,} bytes of memory and was stopped; ask for less"
            )
        return KgError(f"the query process ended unexpectedly (exit code {code})")
