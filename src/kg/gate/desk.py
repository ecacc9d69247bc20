"""Write to the files of the graph: one writer at a time, checked, and lasting before it is said to be done.

A write goes through these steps, and may be killed between any two of them:

1. the lock is taken: other writers wait, in this process and in others;
2. what the last writer left open is closed: its line in the log tells what the file should be;
3. the state of the file is held against the one that the writer means;
4. the new state is worked out and checked, in a process of its own;
5. a line with all this goes to the audit log, and lasts;
6. the new text is written under another name, lasts, and takes the place of the old in one step, which lasts;
7. a second line goes to the log, and the writer is told.

So the file always holds the old state or the new one, and one that was acknowledged is there.
"""

import errno
import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.durable import flush, write_atomically
from kg.errors import Busy, KgError, NoRoom, NotFound, NotWritten, StateChanged, StateUnknown
from kg.files import SourceFile
from kg.gate.audit import Audit
from kg.gate.changes import Operation, Prepared

FOLDER: Final = "gate"
_NEW: Final = ".new-gate-"
_LOOK_SECONDS: Final = 0.02
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
Prepare = Callable[[SourceFile, bytes | None, Operation], Prepared]


@dataclass(frozen=True, slots=True)
class Condition:
    """Which state of a graph a writer means.

    Attributes:
        states: fingerprints of states; empty when none was named.
        existing: any state will do, as long as there is one (``If-Match: *``).
        absent: only where there is no such graph (``If-None-Match: *``).
    """

    states: tuple[str, ...] = ()
    existing: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a write.

    Attributes:
        prepared: what it would make; not written when its verdict does not conform.
        state: fingerprint of the state that is there now; empty when there is no such graph.
        created: whether the graph was not there before.
    """

    prepared: Prepared
    state: str
    created: bool


class Desk:
    """The one place where files of the graph are written on behalf of others.

    Args:
        graph: the graph folder.
        var: the folder for what is built; the log and the lock are kept there.
        waiting: writes that may wait.
        seconds: how long one waits at most.
    """

    def __init__(self, graph: Path, var: Path, waiting: int = 16, seconds: float = 30) -> None:
        self._graph = graph
        self._folder = var / FOLDER
        self._places = threading.Semaphore(waiting + 1)
        self._seconds = seconds
        self.audit = Audit(self._folder / "audit.jsonl")

    def write(
        self, source: SourceFile, operation: Operation, condition: Condition, prepare: Prepare, who: str
    ) -> Outcome:
        """Write to a file of the graph.

        Args:
            source: the file.
            operation: the write.
            condition: the state that is meant.
            prepare: works out the new state and checks it.
            who: the name of the token, for the log.

        Raises:
            Busy: too many wait, or no turn came in time.
            StateChanged, StateUnknown, NotFound: the state is not the one that is meant, or none is named.
            NotWritten: it cannot be kept; all is as it was.
            KgError: whatever ``prepare`` raises.
        """
        with self.turn():
            before = _content(source.path)
            hold(condition, state_of(before), operation)
            prepared = prepare(source, before, operation)
            if not prepared.verdict.conforms:
                return Outcome(prepared, state_of(before), created=False)
            if prepared.same:
                return Outcome(prepared, state_of(before), created=False)
            after = None if prepared.text is None else prepared.text.encode()
            told: dict[str, object] = {
                "who": who,
                "method": operation.method,
                "graph": source.graph,
                "file": source.name,
                "before": state_of(before),
                "after": state_of(after),
                "check": prepared.verdict.counts,
                "patch": prepared.patch,
            }
            self._keep(source, after, told)
            return Outcome(prepared, state_of(after), created=before is None)

    def vouched(self, source: SourceFile) -> bytes | None:
        """Return what a file holds if it was written here, and so was checked; else None."""
        known = self.audit.heads().content.get(source.name)
        content = _content(source.path)
        return content if content is not None and known == state_of(content) else None

    def gone(self, source: SourceFile) -> bool:
        """Tell whether a file was taken away here, and is not there."""
        return self.audit.heads().content.get(source.name) == "" and not source.path.exists()

    def _keep(self, source: SourceFile, after: bytes | None, told: dict[str, object]) -> None:
        name = ""
        try:
            name = self.audit.begin(**told)
            if after is None:
                source.path.unlink()
                flush(source.path.parent)
            else:
                _replace(source.path, after, self._graph)
        except OSError as error:
            if name:
                with suppress(OSError):
                    self.audit.end(name, "given up" if state_of(_content(source.path)) == told["before"] else "written")
            if name and state_of(_content(source.path)) == told["after"]:
                raise NotWritten("the disk fails: ask for the graph again to see whether this was written") from error
            kind = NoRoom if error.errno in _FULL else NotWritten
            what = "there is no room on the disk" if kind is NoRoom else (error.strerror or "the disk fails").lower()
            raise kind(f"nothing was written: {what}; the graph is as it was") from error
        with suppress(OSError):
            self.audit.end(name, "written")

    @contextmanager
    def turn(self, *, recover: bool = True) -> Iterator[None]:
        """Hold the right to write, alone.

        Args:
            recover: first close what a writer left open that was killed.

        Raises:
            Busy: too many wait, or no turn came in time.
            NotWritten: the lock cannot be taken.
        """
        if not self._places.acquire(blocking=False):
            raise Busy("too many writes wait; try again in a moment")
        try:
            with self._locked() as lock:
                until = time.monotonic() + self._seconds
                while True:
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        break
                    except BlockingIOError:
                        if time.monotonic() > until:
                            raise Busy("another write takes long; try again in a moment") from None
                        time.sleep(_LOOK_SECONDS)
                if recover:
                    self._recover()
                yield
        finally:
            self._places.release()

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NotWritten(f"nothing was written: {(error.strerror or 'the disk fails').lower()}") from error
        try:
            yield lock
        finally:
            os.close(lock)

    def _recover(self) -> None:
        """Close what a writer left open that was killed."""
        for name, told in list(self.audit.heads().open.items()):
            path = self._graph / told["file"]
            with suppress(OSError):
                if path.parent.is_dir():
                    for stale in path.parent.glob(f"{_NEW}*"):
                        stale.unlink()
                found = state_of(_content(path)) == told["after"]
                self.audit.end(name, "found written" if found else "found not written")


def state_of(content: bytes | None) -> str:
    """Return the fingerprint of a file's content; empty when there is no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise KgError(f"{path.name} cannot be read: {error.strerror or error}") from error


def hold(condition: Condition, state: str, operation: Operation) -> None:
    """Make sure that the state of a graph is the one that is meant.

    Args:
        condition: what is meant.
        state: its fingerprint; empty when there is no such graph.
        operation: the write.

    Raises:
        StateChanged, StateUnknown, NotFound: it is not.
    """
    named = bool(condition.states) or condition.existing
    if not state:
        if named:
            raise StateChanged("there is no such graph (any more), so its state is not the one that you name")
        if operation.method in {"DELETE", "PATCH"}:
            raise NotFound("there is no such graph")
        return
    if condition.absent:
        raise StateChanged("there is such a graph already; ask for it, and name its state (ETag) in If-Match")
    if not named:
        raise StateUnknown("there is such a graph; ask for it, and name its state (ETag) in If-Match")
    if not condition.existing and state not in condition.states:
        raise StateChanged("another has written since; ask for the graph again, and name its new state in If-Match")


def _replace(path: Path, content: bytes, root: Path) -> None:
    """Put a file in its place in one step, lasting."""
    made = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists() and root in folder.parents]
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in made:
        flush(folder.parent)
    write_atomically(path, content, prefix=_NEW)
