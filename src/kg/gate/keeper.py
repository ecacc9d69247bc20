"""Do work for others in a process of its own that can be ended: at any moment, and by whatever it is doing.

Each piece of work has a fork of the process that has loaded the generation, so it begins at once and shares its memory.
Nothing that a submission does can outlive its time, take more than its memory, or harm the next.
"""

import ctypes
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final, TypeVar

from kg.errors import Busy, CannotBeChecked, KgError, TooMuchMemory, TooSlow, VisitorGone
from kg.store import Visitor
from kg.store.places import Places
from kg.store.worker import address_space

T = TypeVar("T")
_PR_SET_PDEATHSIG: Final = 1
_NICE: Final = 5
_LOOK_SECONDS: Final = 0.25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may use, and how much there may be.

    Attributes:
        seconds: wall-clock time, waiting for a turn included.
        memory: bytes above what the process has when it starts.
        running: pieces at once.
        waiting: pieces that may wait for their turn.
        per_visitor: pieces at once, running or waiting, of one address.
    """

    seconds: float
    memory: int
    running: int = 2
    waiting: int = 8
    per_visitor: int = 2


class Keeper:
    """Lets functions run in processes that can be ended.

    Args:
        limits: what each may use.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places = Places(limits.running + limits.waiting, limits.per_visitor, "submissions")
        self._turns = threading.Semaphore(limits.running)
        self._context = multiprocessing.get_context("forkserver")

    @property
    def asked(self) -> int:
        """How many pieces run or wait."""
        return self._places.taken

    def run(self, visitor: Visitor | None, function: Callable[..., T], *values: object) -> T:
        """Call a function of a module with values, in a process of its own, and return what it returns.

        Args:
            visitor: who asks; None for the site itself.
            function: what to call; it, the values and what it returns are handed over as bytes (pickle).
            values: its arguments.

        Raises:
            Busy: too much waits already, or no turn came in time.
            TooManyQueries: this visitor has as many as one may have.
            TooSlow, TooMuchMemory: it passed a limit and was ended.
            VisitorGone: nobody waits any more.
            KgError: whatever the function raises of ours.
        """
        until = time.monotonic() + self._limits.seconds
        with self._places.take(visitor), self._turn(until):
            return self._watched(visitor, until, function, values)

    def _watched(
        self, visitor: Visitor | None, until: float, function: Callable[..., T], values: tuple[object, ...]
    ) -> T:
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_work, args=(sender, self._limits.memory, function, values), daemon=True)
        process.start()
        sender.close()
        try:
            while not receiver.poll(min(_LOOK_SECONDS, max(0.0, until - time.monotonic()))):
                if time.monotonic() >= until:
                    raise TooSlow(
                        f"this took longer than {self._limits.seconds:g} seconds and was given up; send less at a time"
                    )
                if visitor and visitor.gone():
                    raise VisitorGone("the client has hung up")
            outcome = receiver.recv()
        except EOFError as error:
            process.join(1)
            _log.info("a process for a submission ended by itself (%s)", process.exitcode)
            raise self._too_much() from error
        finally:
            process.kill()
            process.join()
            process.close()
            receiver.close()
        if isinstance(outcome, MemoryError):
            raise self._too_much()
        if isinstance(outcome, BaseException):
            raise outcome
        result: T = outcome
        return result

    def _too_much(self) -> TooMuchMemory:
        return TooMuchMemory(f"this needs more than {self._limits.memory:,} bytes of memory; send less at a time")

    @contextmanager
    def _turn(self, until: float) -> Iterator[None]:
        if not self._turns.acquire(timeout=max(0.0, until - time.monotonic())):
            raise Busy("no turn came in time; try again in a moment")
        try:
            yield
        finally:
            self._turns.release()


def _work(sender: Connection, memory: int, function: Callable[..., object], values: tuple[object, ...]) -> None:
    """Do one piece of work behind walls, and hand over what came of it."""
    # Whoever ends the web process takes this process with it.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.nice(_NICE)
    # What the engine says when it runs out of memory is for nobody.
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)
    space = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    outcome: Any
    try:
        outcome = function(*values)
    except KgError as error:
        outcome = error.with_traceback(None)
    except MemoryError:
        outcome = MemoryError()
    except RecursionError:
        outcome = CannotBeChecked("this is nested too deeply to be checked")
    except Exception as error:  # noqa: BLE001 - what goes wrong inside must come out as an answer
        outcome = CannotBeChecked(f"this cannot be checked ({type(error).__name__})")
    with suppress(OSError):
        sender.send(outcome)
        sender.close()
