"""What the parent and its web processes tell each other: which generation is served, and what is wrong with another.

It stands in memory that they share, so that it can be told on a machine whose disk is full.
"""

import json
import mmap
from contextlib import suppress
from typing import Final

from flask import Flask, current_app

_NAME: Final = "kg.notice"
_SIZE: Final = 4096
_LONGEST: Final = 600


class Notice:
    """One notice, shared with every process that is forked after it was made."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _SIZE)

    def write(self, generation: str, warning: str = "", process: int = 0) -> None:
        """Put up another notice.

        Args:
            generation: the name of the one that is served.
            warning: why it is not the current one; empty when it is.
            process: the web process that serves it; the one before when none is named.
        """
        told = json.dumps([generation, warning[:_LONGEST], process or self.process]).encode()
        self._memory[:] = told.ljust(_SIZE, b"\0")

    def read(self) -> tuple[str, str]:
        """Return the generation and the warning; both are empty before anything was written."""
        generation, warning, _process = self._read()
        return generation, warning

    @property
    def process(self) -> int:
        """The web process that began to serve last; 0 before the first."""
        return self._read()[2]

    def _read(self) -> tuple[str, str, int]:
        # Another process may be writing: what is half written is no JSON, and whole in a moment.
        for _ in range(3):
            with suppress(ValueError):
                generation, warning, process = json.loads(self._memory[:].rstrip(b"\0"))
                return generation, warning, process
        return "", "", 0

    def init_app(self, app: Flask) -> None:
        """Let an application tell it."""
        app.extensions[_NAME] = self


def warning() -> str:
    """Return why the current application serves another generation than the current one; empty when it does not."""
    notice: Notice | None = current_app.extensions.get(_NAME)
    return notice.read()[1] if notice else ""
