"""Write so that what was written survives a crash of the machine."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


def sweep(folder: Path) -> None:
    """Make a folder if there is none, and remove what was left of folders that were being made in it.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(".new-*"):
        shutil.rmtree(stale, ignore_errors=True)


@contextmanager
def made(place: Path) -> Iterator[Path]:
    """Give a new folder to write in; at the end it takes its place in one step, or leaves no trace.

    Raises:
        OSError: it cannot be written.
    """
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    try:
        new.chmod(0o755)
        yield new
        flush(new)
        shutil.rmtree(place, ignore_errors=True)
        new.rename(place)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    flush(place.parent)
