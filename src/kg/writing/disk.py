"""Put text on disk so that a file is there whole or not at all, whatever happens in between."""

from pathlib import Path

from kg.durable import beside, write_atomically
from kg.errors import KgError, UsageProblem


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
    try:
        write_atomically(path.resolve(), text.encode())
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
        with beside(path, text.encode()) as new:
            # Unlike a rename, a link is refused where there is a file.
            path.hardlink_to(new)
    except FileExistsError as error:
        raise UsageProblem(f"{path} is there already; nothing was written") from error
    except OSError as error:
        raise KgError(f"{path} cannot be written ({error.strerror or error})") from error
