"""An answer on its way out: in memory while it is small, then in a file; more than the limit is refused."""

import os
from io import BytesIO
from pathlib import Path
from typing import IO

from kg.errors import ResultTooLarge
from kg.store.interface import Reply
from kg.store.output import INLINE


def too_large(limit: int) -> ResultTooLarge:
    """Return the error for an answer that passes the limit."""
    return ResultTooLarge(f"the answer is larger than {limit:,} bytes; ask for less of it, with LIMIT or FILTER")


class Spool:
    """Takes what a serialiser writes.

    Args:
        limit: bytes that the answer may have.
        folder: where a large answer goes; made when it is needed.
    """

    def __init__(self, limit: int, folder: Path) -> None:
        self._limit = limit
        self._folder = folder
        self._path: Path | None = None
        self._memory = BytesIO()
        self._file: IO[bytes] = self._memory
        self._size = 0

    def write(self, chunk: bytes) -> int:
        """Take some more.

        Raises:
            ResultTooLarge: the answer passes the limit.
        """
        self._size += len(chunk)
        if self._size > self._limit:
            raise too_large(self._limit)
        if self._path is None and self._size > INLINE:
            self._spill()
        return self._file.write(chunk)

    def flush(self) -> None:
        """Do nothing: :meth:`reply` closes the file."""

    def reply(self, media_type: str) -> Reply:
        """Return the whole answer."""
        if self._path is None:
            return Reply(media_type, self._memory.getvalue(), size=self._size)
        self._file.close()
        return Reply(media_type, b"", self._path, self._size)

    def discard(self) -> None:
        """Forget the answer."""
        self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _spill(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path = self._folder / f"{os.getpid()}-{os.urandom(8).hex()}"
        self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._file.write(self._memory.getvalue())
        self._memory = BytesIO()
