"""Put text on disk so that a file is there whole or not at all, whatever happens in between."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kg.durable import flush
from kg.errors import KgError, UsageProblem

_NEW: Final = ".new-"
_STALE_SECONDS: Final = 3600


class FormatProblem(KgError):
    """A file that cannot be brought into the form, or be written; nothing was changed."""

    status = 422


def replace_text(path: Path, name: str, text: str) -> None:
    """Write a file in the place of what is there; its rights stay, and a link stays a link.

    Args:
        path: the file.
        name: what it is called in an error.
        text: its new content.

    Raises:
        FormatProblem: it cannot be written.
    """
    path = path.resolve()
    try:
        with _beside(path, text, path.stat().st_mode & 0o7777 if path.exists() else 0o644) as new:
            new.replace(path)
    except OSError as error:
        raise FormatProblem(f"{name}: cannot be written ({error.strerror or error}); it was left as it is") from error


def create_text(path: Path, text: str) -> None:
    """Write a file where none is.

    Raises:
        UsageProblem: there is one.
        KgError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _beside(path, text, 0o644) as new:
            # Unlike a rename, a link is refused where there is a file.
            path.hardlink_to(new)
    except FileExistsError as error:
        raise UsageProblem(f"{path} is there already; nothing was written") from error
    except OSError as error:
        raise KgError(f"{path} cannot be written ({error.strerror or error})") from error


@contextmanager
def _beside(path: Path, text: str, mode: int) -> Iterator[Path]:
    """Write text to a file of another name in the same folder, to be given its own name; remove what is left of it."""
    _sweep(path.parent)
    handle, name = tempfile.mkstemp(prefix=_NEW, dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        yield new
        flush(path.parent)
    finally:
        with suppress(OSError):
            new.unlink()


def _sweep(folder: Path) -> None:
    """Remove what runs that were killed left behind; what is young may be somebody's at work."""
    for stale in folder.glob(f"{_NEW}*"):
        with suppress(OSError):
            if time.time() - stale.stat().st_mtime > _STALE_SECONDS:
                stale.unlink()
