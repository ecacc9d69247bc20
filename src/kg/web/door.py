"""Who takes new connections: one web process at a time, so that no answer is older than one that somebody had before.

Both of two web processes listen at one socket while one follows the other. If both took connections, a visitor who was
answered from the new generation could be answered from the old one next.
"""

import fcntl
import time
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final
from weakref import finalize

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - the files there are of one server alone
IN_MEMORY: Final = str(_MEMORY) if _MEMORY.is_dir() else None
"""Where a small file stands that is to be had on a machine whose disk is full; None where there is no such place."""
_TRY_EVERY: Final = 0.002
_PATIENCE_SECONDS: Final = 5.0


class Door:
    """A door that one process holds; the kernel opens it when that process has died.

    It is made before the processes are forked that share it.
    """

    def __init__(self) -> None:
        # Locked by process and not by file, so that it is not handed on to the query processes.
        self._file = TemporaryFile(dir=IN_MEMORY)  # noqa: SIM115 - for as long as this lives
        finalize(self, self._file.close)

    def hold(self, seconds: float = _PATIENCE_SECONDS) -> bool:
        """Wait until no other process holds it, and hold it.

        Args:
            seconds: the longest wait; one that hangs must not keep the site from being served.

        Returns:
            Whether it is held.
        """
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    return False
                time.sleep(_TRY_EVERY)
            else:
                return True

    def leave(self) -> None:
        """Hold it no longer."""
        fcntl.lockf(self._file, fcntl.LOCK_UN)
