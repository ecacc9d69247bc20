"""Files to download: made when a generation is built, for each release and for what is served, never on request.

::

    var/dumps/<label>/werkkennis.nq.gz …   what is in them stands in files.json beside them
"""

import json
import re
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from kg.dumps.tables import tables
from kg.dumps.writer import Folder, schemes, whole
from kg.durable import made, put, sweep
from kg.history import Release, replay
from kg.history.patch import Line
from kg.history.releases import fingerprint
from kg.history.traces import resources_changed
from kg.publication import BUILD, DumpFile, Published, Released, files_of

__all__ = ["LIST", "contents", "prune", "publish"]

LIST: Final = "files.json"
"""What is in a folder of dumps; a file that is not named there is not served."""
_FORM: Final = 2
"""Of the dumps: a higher number makes all of them anew."""
_NAME_LENGTH: Final = 16
_LABEL: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")


def publish(var: Path, releases: Collection[Release], state: frozenset[Line]) -> tuple[Published, frozenset[Line]]:
    """Make the dumps that are not there yet: of every release, and of the files if they are no release.

    Args:
        var: the folder for what is built.
        releases: the history, oldest first.
        state: the statements of the files.

    Returns:
        what was published, and the statements of the last release.

    Raises:
        KgError: the history is damaged.
        OSError: the folder cannot be written.
    """
    folder = var / "dumps"
    sweep(folder)
    told = []
    last: frozenset[Line] = frozenset()
    for release, last in replay(releases):
        files = _made(folder, release.version, release.sha256, last)
        patch = release.patch
        told.append(
            Released(
                release.version, release.created, release.quads, release.sha256,
                len(patch.added), len(patch.removed), release.notes, files,
            )
        )  # fmt: skip
    if told and last == state:
        return Published(told[-1].version, 0, folder, told[-1].files, tuple(told)), last
    digest = fingerprint(state)
    label = BUILD + digest[:_NAME_LENGTH]
    files = _made(folder, label, digest, state)
    return Published(label, len(resources_changed(last, state)), folder, files, tuple(told)), last


def prune(var: Path, kept: Collection[str]) -> None:
    """Remove the dumps of builds whose label is not among those to keep; releases stay for good."""
    for folder in (var / "dumps").glob(f"{BUILD}*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def contents(folder: Path, label: str) -> Mapping[str, DumpFile]:
    """Return the files that can be downloaded under a label, by name; none where there is no such label.

    Args:
        folder: the folder with a folder of dumps for each label.
        label: version of a release, or name of a build.
    """
    if not _LABEL.fullmatch(label):
        return {}
    with suppress(OSError, ValueError, KeyError, TypeError):
        listed = (folder / label / LIST).read_bytes()
        return {file.name: file for file in files_of(json.loads(listed)["files"])}
    return {}


def _made(folder: Path, label: str, digest: str, state: frozenset[Line]) -> tuple[DumpFile, ...]:
    """Return the dumps of a state, made now unless they are there and whole."""
    place = folder / label
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((place / LIST).read_text("utf-8"))
        files = files_of(kept["files"])
        sizes = [(place / file.name).stat().st_size for file in files]
        if (kept["form"], kept["sha256"]) == (_FORM, digest) and sizes == [file.bytes for file in files]:
            return files
    with made(place) as new:
        files = _write(Folder(new), sorted(state))
        listed: Mapping[str, object] = {"form": _FORM, "sha256": digest, "files": [asdict(file) for file in files]}
        put(new / LIST, (json.dumps(listed, indent=1) + "\n").encode())
    return files


def _write(folder: Folder, lines: list[Line]) -> tuple[DumpFile, ...]:
    for part in (partial(whole, lines), partial(schemes, lines), partial(tables, lines)):
        part(folder)
    return folder.close()
