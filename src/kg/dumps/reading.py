"""Read the statements of a release or build back from its dump."""

import gzip
import zlib
from pathlib import Path
from typing import Final

from kg.errors import KgError
from kg.history.patch import Line

_DUMP: Final = "werkkennis.nq.gz"


def statements(folder: Path, label: str) -> list[Line]:
    """Return what was dumped under a label, as N-Quads lines.

    Args:
        folder: the folder with a folder of dumps for each label.
        label: version of a release, or name of a build.

    Raises:
        KgError: the dump is missing or damaged.
    """
    try:
        text = gzip.decompress((folder / label / _DUMP).read_bytes()).decode()
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise KgError(f"the statements of {label} cannot be read ({error}); run: kg build") from error
    # Not splitlines: a text may hold other line ends, which N-Quads does not escape.
    return text.removesuffix("\n").split("\n") if text else []
