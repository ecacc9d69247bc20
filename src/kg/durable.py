"""Write so that what was written survives a crash of the machine."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_NEW: Final = ".new-"
_STALE_SECONDS: Final = 3600


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


def write_atomically(path: Path, content: bytes, mode: int | None = None, prefix: str = _NEW) -> None:
    """Write a file in one step (rename(2)): killed at any moment, it holds what it held or the new content, whole.

    Args:
        path: the file; its folder is there.
        content: what it will hold.
        mode: its rights; when none are given those of the file that is there, else 0644.
        prefix: how the name begins that it has while it is being written.

    Raises:
        OSError: it cannot be written; unless the last step failed, the flush of its name, it is as it was.
    """
    if mode is None:
        mode = path.stat().st_mode & 0o7777 if path.exists() else 0o644
    with beside(path, content, mode, prefix) as new:
        new.replace(path)


@contextmanager
def beside(path: Path, content: bytes, mode: int = 0o644, prefix: str = _NEW) -> Iterator[Path]:
    """Give a whole file of another name in the same folder, to be renamed or linked to its own; the name then lasts.

    Nobody but its owner can read it before it has its rights.

    Args:
        path: what it will be called.
        content: what it holds.
        mode: its rights.
        prefix: how its name begins until then.

    Raises:
        OSError: it cannot be written; nothing is left of it.
    """
    _sweep_files(path.parent, prefix)
    handle, name = tempfile.mkstemp(prefix=prefix, dir=path.parent)
    os.close(handle)
    new = Path(name)
    try:
        put(new, content)
        new.chmod(mode)
        yield new
        flush(path.parent)
    finally:
        with suppress(OSError):
            new.unlink()


def _sweep_files(folder: Path, prefix: str) -> None:
    """Remove files that runs that were killed left behind; what is young may be somebody's at work."""
    for stale in folder.glob(f"{prefix}*"):
        with suppress(OSError):
            if time.time() - stale.stat().st_mtime > _STALE_SECONDS:
                stale.unlink()


def sweep(folder: Path) -> None:
    """Make a folder if there is none, and remove what was left of folders that were being made in it.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(f"{_NEW}*"):
        shutil.rmtree(stale, ignore_errors=True)


@contextmanager
def made(place: Path) -> Iterator[Path]:
    """Give a new folder to write in; at the end it takes its place in one step, or leaves no trace.

    Raises:
        OSError: it cannot be written.
    """
    new = Path(tempfile.mkdtemp(prefix=_NEW, dir=place.parent))
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
