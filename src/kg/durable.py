"""Write so that what was written survives a crash of the machine."""

import os
from pathlib import Path


def put(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on disk.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush(folder: Path) -> None:
    """Wait until the names in a folder are on disk.

    Raises:
        OSError: it cannot be read.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
