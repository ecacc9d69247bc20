"""Where a query process puts an answer."""

import os
from io import BytesIO
from typing import TYPE_CHECKING, Final

from kg.errors import ResultTooLarge
from kg.store.interface import Reply
from kg.store.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

INLINE: Final = 262_144
"""Bytes up to which an answer is handed over in memory; a larger one goes through a file."""


class Slot:
    """The one slot for a file descriptor that a query process keeps free for an answer's file, by holding it."""

    def __init__(self) -> None:
        self._held = os.open(os.devnull, os.O_RDONLY)

    @property
    def number(self) -> int:
        """The number of the slot; the system gives out the lowest that is free."""
        return self._held

    def give(self) -> None:
        """Free it, for a file that is opened next."""
        os.close(self._held)
        self._held = -1

    def take(self) -> None:
        """Hold it again, if it is not held."""
        if self._held < 0:
            self._held = os.open(os.devnull, os.O_RDONLY)


class Output:
    """Takes the engine's output: in memory while it is small, then in a file; refuses more than the limit.

    Args:
        limits: how large it may be, and where the file goes.
        spooled: the name of that file.
        slot: for that file.

    Attributes:
        failed: whether the file could not be made or written.
    """

    def __init__(self, limits: Limits, spooled: str, slot: Slot) -> None:
        self._limits = limits
        self._spooled = spooled
        self._slot = slot
        self._memory = BytesIO()
        self._file = -1
        self._path: Path | None = None
        self._size = 0
        self.failed = False

    def write(self, chunk: bytes) -> int:
        """Take a piece.

        Raises:
            ResultTooLarge: all pieces together pass the limit.
            OSError: the file cannot be made or written.
        """
        self._size += len(chunk)
        if self._size > self._limits.result:
            raise ResultTooLarge(
                f"the answer is larger than {self._limits.result:,} bytes; ask for less of it, with LIMIT or FILTER"
            )
        if self._path is None and self._size > INLINE:
            self._spill()
        if self._path is None:
            return self._memory.write(chunk)
        self._put(chunk)
        return len(chunk)

    def flush(self) -> None:
        """Keep nothing back, so there is nothing to flush."""

    def reply(self, media_type: str) -> Reply:
        """Return what was taken."""
        self._release()
        return Reply(media_type, b"" if self._path else self._memory.getvalue(), self._path, self._size)

    def discard(self) -> None:
        """Throw away what was taken."""
        self._release()
        if self._path:
            self._path.unlink(missing_ok=True)

    def _spill(self) -> None:
        """Go on in a file, in the one slot that was kept for it."""
        self._slot.give()
        self._path = self._limits.spool / self._spooled
        try:
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            self.failed = True
            raise
        self._put(self._memory.getvalue())
        self._memory = BytesIO()

    def _put(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            self.failed = True
            raise

    def _release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._slot.take()
