"""The audit log: who wrote what, when, and how it was checked. Lines of JSON that are only ever added to.

A write has two lines: one before the file is touched, with all that is needed to see what was meant, and one after. So
the log also says, after a crash, whether what a file holds has been checked.
"""

import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kg.durable import flush

_BLOCK: Final = 1 << 20


@dataclass(slots=True)
class Heads:
    """What the log says of each file.

    Attributes:
        content: by file, the fingerprint (SHA-256) of what was meant to be written last; empty for a file taken away.
        open: the writes that have no last line, by their names.
        read: bytes of the log that this was read from.
    """

    content: dict[str, str] = field(default_factory=dict)
    open: dict[str, dict[str, Any]] = field(default_factory=dict)
    read: int = 0


class Audit:
    """A log in a file.

    Args:
        path: the file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._heads = Heads()

    def begin(self, **told: object) -> str:
        """Write the first line of a write, so that it lasts; give the write's name.

        Raises:
            OSError: it cannot be written; then nothing is left of it.
        """
        name = secrets.token_hex(8)
        self._append({"write": name, "at": _now(), "state": "begun", **told})
        return name

    def end(self, name: str, state: str) -> None:
        """Write the last line of a write.

        Args:
            name: of the write.
            state: ``written``, ``given up``, or ``found written`` and ``found not written`` after a crash.

        Raises:
            OSError: it cannot be written.
        """
        self._append({"write": name, "at": _now(), "state": state})

    def heads(self) -> Heads:
        """Return what the log says of each file, reading only what was added since the last look."""
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._heads.read:
                    self._heads = Heads()
                file.seek(self._heads.read)
                rest = file.read()
        except FileNotFoundError:
            self._heads = Heads()
            return self._heads
        whole = rest[: rest.rfind(b"\n") + 1]
        for row in whole.splitlines():
            self._take(row)
        self._heads.read += len(whole)
        return self._heads

    def _take(self, row: bytes) -> None:
        try:
            told = json.loads(row)
        except ValueError:
            # A line that broke off; the next one began on a line of its own.
            return
        if told.get("state") == "begun":
            self._heads.open[told["write"]] = told
            self._heads.content[told["file"]] = told["after"]
        else:
            begun = self._heads.open.pop(told.get("write", ""), None)
            if begun and told["state"] in {"given up", "found not written"}:
                self._heads.content[begun["file"]] = begun["before"]

    def _append(self, told: dict[str, object]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = not self._path.exists()
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            torn = size and os.pread(handle, 1, size - 1) != b"\n"
            line = (b"\n" if torn else b"") + json.dumps(told, ensure_ascii=False).encode() + b"\n"
            try:
                while line:
                    line = line[os.write(handle, line[:_BLOCK]) :]
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)
        if new:
            flush(self._path.parent)


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
