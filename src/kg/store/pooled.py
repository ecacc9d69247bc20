"""The engine in query processes that share one loaded generation and can be killed.

Nothing inside a process can stop a query of the engine: it takes no time-out. So each query runs in a process forked
from one that has loaded the generation once (the standard library's ``forkserver`` with a preload). What passes a limit
is killed, and another is forked.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from kg import ondisk
from kg.errors import Busy, EngineFailed, KgError, TooMuchMemory, TooSlow, VisitorGone
from kg.generations import Generation
from kg.store import worker
from kg.store.crew import Crew
from kg.store.embedded import only_tables
from kg.store.endings import Course, Teller, silent, told
from kg.store.interface import Choice, Forms, Reply, Table, Task, Visitor, read_table
from kg.store.limits import Limits
from kg.store.places import Bounds, Places
from kg.store.process import Ended, QueryProcess
from kg.store.turns import Turn, Turns

_LOOK_SECONDS: Final = 0.2
_RELIEF_SECONDS: Final = 5.0
_PANIC: Final = "panicked at"
_NO_MEMORY: Final = "memory allocation of"


@dataclass(frozen=True, slots=True)
class Load:
    """How much is going on.

    Attributes:
        running: queries that have a process.
        waiting: queries that wait for one.
        spooled: bytes of answers in files.
    """

    running: int
    waiting: int
    spooled: int


class PooledStore:
    """A generation, queried in a pool of killable processes.

    Args:
        generation: what to query.
        bounds: how much the pool takes on.
        limits: what one query may use.
        on_end: is told how each query ended.
        memory: bytes that the graph itself may take; one that needs more is read from its store on disk, which
            :func:`kg.ondisk.ready` has made.
    """

    def __init__(
        self,
        generation: Generation,
        bounds: Bounds,
        limits: Limits,
        on_end: Teller = silent,
        memory: int = sys.maxsize,
    ) -> None:
        self._quads = int(generation.manifest["quads"])
        self._bounds = bounds
        self._limits = limits
        self._tell = on_end
        self._places = Places(bounds.processes + bounds.queue, bounds.per_visitor)
        place = ondisk.place(generation) if ondisk.needed(generation, memory) else None
        # Until this process ends no build removes it.
        self._kept = ondisk.hold(place) if place else None
        self._crew = Crew(generation.folder, bounds.processes, limits, place)
        self._turns = Turns(bounds.processes)
        self._heavy: dict[int, float] = {}
        self._closing = threading.Event()

    def __len__(self) -> int:
        """Count the quads."""
        return self._quads

    @property
    def waiting(self) -> int:
        """How many queries run or wait."""
        return self._places.taken

    def load(self) -> Load:
        """Tell how much is going on."""
        return Load(self._turns.running, self._turns.waiting, self._crew.spooled())

    def start(self) -> None:
        """Fork the query processes and wait until they answer.

        Raises:
            KgError: they do not.
        """
        self._crew.start(self._quads)
        threading.Thread(target=self._relieve, name="relief", daemon=True).start()

    def close(self) -> None:
        """End all query processes and remove what they spooled."""
        self._closing.set()
        self._crew.close()
        if self._kept:
            self._kept.close()

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
        with told(self._tell, visitor) as course:
            task = Task(query, Forms.of(choose), tuple(default_graphs), tuple(named_graphs))
            if self._crew.spooled() > self._limits.spool_bytes:
                raise Busy("too many large answers are on their way; try again in a moment")
            with self._places.take(visitor):
                return self._run(task, visitor, course)

    def select(self, query: str) -> Table:
        """See :meth:`Store.select`."""
        with told(self._tell, None) as course, self._places.take(None), only_tables():
            return read_table(self._run(Task(query, Forms.table_only()), None, course).read())

    def _run(self, task: Task, visitor: Visitor | None, course: Course) -> Reply:
        begun = time.monotonic()
        until = begun + self._bounds.seconds(visitor)
        turn = self._turns.take(visitor, until)
        course.waited = time.monotonic() - begun
        spooled = os.urandom(8).hex()
        try:
            process = self._crew.ask(turn.process, task, spooled)
            stop = self._watch(process, turn, visitor, until, course)
            if stop is not None:
                turn.must_stop.set()
                raise stop
            answer = self._answer(process, turn)
            if answer.heavy:
                self._heavy.setdefault(turn.process, time.monotonic())
            return self._given(answer)
        finally:
            course.killed = turn.must_stop.is_set()
            if course.killed or not self._as_new(turn):
                # Nobody is given a process that has yet to start.
                self._heavy.pop(turn.process, None)
                self._crew.renew(turn.process, spooled if course.killed else None, partial(self._turns.end, turn))
            else:
                self._turns.end(turn)

    def _watch(
        self, process: QueryProcess, turn: Turn, visitor: Visitor | None, until: float, course: Course
    ) -> KgError | None:
        """Wait for an answer; return the reason why not to wait any longer."""
        while not process.answered(min(_LOOK_SECONDS, max(0.0, until - time.monotonic()))):
            if time.monotonic() >= until:
                waited = f", of which it waited {course.waited:.1f}," if course.waited > _LOOK_SECONDS else ""
                return TooSlow(
                    f"the query took longer than {self._bounds.seconds(visitor):g} seconds{waited} and was stopped; "
                    "ask for less"
                )
            if visitor and visitor.gone():
                return VisitorGone("the client has hung up")
            if turn.must_stop.is_set():
                return Busy("this query ran long while others waited, and was stopped; try again in a moment")
        return None

    def _answer(self, process: QueryProcess, turn: Turn) -> worker.Answer:
        try:
            return process.answer()
        except Ended as error:
            if self._crew.closed:
                raise Busy("the query processes are stopping; try again in a moment") from error
            turn.must_stop.set()
            raise self._ended(error.code, turn) from error

    def _given(self, answer: worker.Answer) -> Reply:
        """Return the answer, or raise what went wrong in the process."""
        if isinstance(answer.outcome, MemoryError):
            raise self._too_much() from answer.outcome
        if isinstance(answer.outcome, Exception):
            raise answer.outcome
        return answer.outcome

    def _relieve(self) -> None:
        """Put new processes in the place of those that copied much of the graph, when these have nothing to do.

        One at a time, and not after each query: who asks for much asks again, and would have it all copied again.
        """
        while not self._closing.wait(_RELIEF_SECONDS):
            before = time.monotonic() - _RELIEF_SECONDS
            for number in [number for number, since in list(self._heavy.items()) if since < before]:
                if turn := self._turns.claim(number):
                    self._heavy.pop(number, None)
                    self._crew.renew(number, then=partial(self._turns.end, turn))
                    break

    def _as_new(self, turn: Turn) -> bool:
        """Tell whether a process is fit for the next query after one that it answered."""
        return self._crew.lasting or time.monotonic() - turn.begun < worker.SPENT_SECONDS

    def _ended(self, code: int | None, turn: Turn) -> KgError:
        """Say why a query process ended by itself: the engine aborts when it gets no more memory, or has a fault.

        Args:
            code: the exit code, if it is known.
            turn: of the query.
        """
        words = self._crew.last_words(turn.process)
        if _PANIC in words:
            return EngineFailed("the engine failed on this query and gave it up; write it in another way")
        if _NO_MEMORY in words or code == -signal.SIGKILL:
            return self._too_much()
        return TooMuchMemory(
            "the query nests more deeply, or needs more memory, than the engine can follow; write it more flatly"
        )

    def _too_much(self) -> TooMuchMemory:
        return TooMuchMemory(
            f"the query needed more than {self._limits.memory:,} bytes of memory and was stopped; ask for less"
        )
