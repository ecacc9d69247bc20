"""One query process, and the line to it.

A line of its own for each: the thread that asks writes and reads by itself, so that a small query passes through no
other thread of this process on its way.
"""

from multiprocessing.context import ForkServerContext
from typing import Final

from kg.store import worker
from kg.store.interface import Task
from kg.store.limits import Limits

_END_SECONDS: Final = 1.0


class Ended(Exception):
    """A query process ended by itself.

    Attributes:
        code: its exit code, negative for a signal; None when it is not known.
    """

    def __init__(self, code: int | None) -> None:
        super().__init__(f"a query process ended with {code}")
        self.code = code


class QueryProcess:
    """A fork of the process that has loaded the generation; it is used by one thread at a time.

    Args:
        context: what forks it.
        limits: what one query may use.
        number: of the process, under which it leaves its last words.

    Raises:
        OSError, EOFError: it cannot be forked.
    """

    def __init__(self, context: ForkServerContext, limits: Limits, number: int) -> None:
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=worker.serve, args=(theirs, limits, number), daemon=True)
        try:
            self._process.start()
        except BaseException:
            self._line.close()
            raise
        finally:
            # With no other end open here, the line tells when the process is gone.
            theirs.close()

    def ready(self, seconds: float) -> bool:
        """Wait until it can be asked; tell whether it is as good as new after a query for which it gave up priority.

        Raises:
            TimeoutError: it is not ready in time.
            EOFError, OSError: it ended instead.
        """
        if not self._line.poll(seconds):
            raise TimeoutError(f"no sign within {seconds:g} seconds")
        return bool(self._line.recv())

    def ask(self, task: Task, spooled: str) -> None:
        """Hand over a query.

        Args:
            task: the query.
            spooled: name of the file that a large answer goes to.

        Raises:
            OSError: the process is gone.
        """
        self._line.send((task, spooled))

    def answered(self, seconds: float) -> bool:
        """Wait for the answer; tell whether it, or the end of the process, has come."""
        return self._line.poll(seconds)

    def answer(self) -> worker.Answer:
        """Return the answer.

        Raises:
            Ended: the process has gone without one.
        """
        try:
            answer: worker.Answer = self._line.recv()
        except (EOFError, OSError) as error:
            self._process.join(_END_SECONDS)
            raise Ended(self._process.exitcode) from error
        return answer

    def kill(self) -> None:
        """End it, whatever it does, and wait until it is gone."""
        # Of one that has ended by itself the number may be another program's by now.
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._line.close()
