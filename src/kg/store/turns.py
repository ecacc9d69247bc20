"""Whose turn it is: which queries have a process, which wait for one, and which must make room.

Every query may run for a second. Beyond that, half of the processes may be kept by long queries while others wait; the
youngest above that half, of whoever has most running, makes room. So nobody waits long, however many run away.
"""

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

from kg.errors import Busy, VisitorGone
from kg.store.interface import Visitor

_LOOK_SECONDS: Final = 0.1
_LONG_SECONDS: Final = 1.0
_SITE: Final = ""


@dataclass(slots=True, eq=False)
class Turn:
    """One query's turn.

    Attributes:
        name: whose query it is: an address, or nothing for the site itself.
        process: the number of the process that runs it.
        begun: when it came to run.
        called: set when it may run.
        must_stop: set when it has to make room, and when its process is killed.
    """

    name: str
    process: int = -1
    begun: float = 0.0
    called: threading.Event = field(default_factory=threading.Event)
    must_stop: threading.Event = field(default_factory=threading.Event)


class Turns:
    """Gives turns to queries.

    The process that was free last is used first, so that the others rest unless there is much to do; one that was
    killed comes last, because it has to start again. One process is kept for the site's own pages.

    Args:
        processes: how many there are.
    """

    def __init__(self, processes: int) -> None:
        self._free = deque(range(processes))
        self._for_visitors = max(1, processes - 1)
        self._most_long = max(1, processes // 2)
        self._lock = threading.Lock()
        self._waiting: list[Turn] = []
        self._running: list[Turn] = []

    @property
    def waiting(self) -> int:
        """How many queries wait for a process."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many queries have a process."""
        return len(self._running)

    def take(self, visitor: Visitor | None, until: float) -> Turn:
        """Wait for a process; the turn lasts until it is given to :meth:`end`.

        Args:
            visitor: who asks.
            until: the moment, on the monotonic clock, at which waiting ends.

        Raises:
            Busy: no process was free in time.
            VisitorGone: nobody waits for the answer any more.
        """
        turn = Turn(visitor.address if visitor else _SITE)
        with self._lock:
            self._waiting.append(turn)
            self._call()
        while not turn.called.wait(min(_LOOK_SECONDS, max(0.0, until - time.monotonic()))):
            late = time.monotonic() >= until
            if late or (visitor and visitor.gone()):
                self.end(turn)
                raise (
                    Busy("no query process was free in time; try again in a moment")
                    if late
                    else VisitorGone("the client has hung up")
                )
            self._make_room()
        return turn

    def claim(self, process: int) -> Turn | None:
        """Take a process that is free, by its number, to do something about it; None when it is not."""
        with self._lock:
            if process not in self._free:
                return None
            self._free.remove(process)
            turn = Turn(_SITE, process, time.monotonic())
            self._running.append(turn)
        return turn

    def end(self, turn: Turn) -> None:
        """Give a turn back, whether it came to run or still waited."""
        with self._lock:
            if turn in self._running:
                self._running.remove(turn)
                if turn.must_stop.is_set():
                    self._free.append(turn.process)
                else:
                    self._free.appendleft(turn.process)
            elif turn in self._waiting:
                self._waiting.remove(turn)
            self._call()

    def _call(self) -> None:
        """Let those who wait run while a process is free: the site first, then whoever has least running."""
        running = Counter(turn.name for turn in self._running)
        while self._free and self._waiting:
            first = min(self._waiting, key=lambda turn: (turn.name != _SITE, running[turn.name]))
            if first.name != _SITE and len(self._running) - running[_SITE] >= self._for_visitors:
                return
            first.process = self._free.popleft()
            first.begun = time.monotonic()
            self._waiting.remove(first)
            self._running.append(first)
            running[first.name] += 1
            first.called.set()

    def _make_room(self) -> None:
        """Tell a long query to stop when more run than may be kept while others wait."""
        with self._lock:
            before = time.monotonic() - _LONG_SECONDS
            stopping = sum(turn.must_stop.is_set() for turn in self._running)
            long = [
                turn
                for turn in self._running
                if turn.name != _SITE and turn.begun < before and not turn.must_stop.is_set()
            ]
            if stopping < len(self._waiting) and len(long) > self._most_long:
                running = Counter(turn.name for turn in self._running)
                max(long, key=lambda turn: (running[turn.name], turn.begun)).must_stop.set()
