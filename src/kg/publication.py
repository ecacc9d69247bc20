"""What was published of a generation: its dumps and the releases before it; kept in the generation's manifest."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

BUILD: Final = "build-"
"""How the label of a generation begins that is no release."""


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file to download.

    Attributes:
        name: its name, such as ``werkkennis.nt.gz``.
        media_type: of its content, uncompressed.
        compressed: whether it is a gzip file of that.
        bytes: its size.
        sha256: its fingerprint, hexadecimal.
        about: what it holds: empty for the whole graph, ``scheme/<slug>``, ``table/<name>``, or ``sums``
            for the fingerprints of the others.
    """

    name: str
    media_type: str
    compressed: bool
    bytes: int
    sha256: str
    about: str


@dataclass(frozen=True, slots=True)
class Released:
    """A release as its readers know it.

    Attributes:
        version: its name.
        created: when, as ``xsd:dateTime`` in UTC.
        quads: how many statements it has.
        sha256: of these as sorted N-Quads.
        added: how many are new since the release before.
        removed: how many of that are gone.
        notes: what the maintainer said about it, by language; under an empty one where none was said.
        files: its dumps.
    """

    version: str
    created: str
    quads: int
    sha256: str
    added: int
    removed: int
    notes: Mapping[str, str]
    files: tuple[DumpFile, ...]

    def note(self, language: str) -> tuple[str, str]:
        """Return what was said about it and the language of that: the one wanted, else another; empty without a note."""
        return note_in(self.notes, language)


@dataclass(frozen=True, slots=True)
class Published:
    """What was published of a generation.

    Attributes:
        label: where its dumps are: the version of a release, or ``build-<16 hexadecimal digits>``.
        changed: resources of ours that differ from the last release; 0 for a release.
        folder: the folder with a folder of dumps for each label.
        files: its dumps.
        releases: all releases, oldest first.
    """

    label: str
    changed: int
    folder: Path
    files: tuple[DumpFile, ...]
    releases: tuple[Released, ...]

    @property
    def released(self) -> bool:
        """Whether it is the last release."""
        return not self.label.startswith(BUILD)

    def manifest(self) -> dict[str, Any]:
        """Return what a manifest keeps of this: all but the folder."""
        kept = asdict(self)
        del kept["folder"]
        return kept

    @classmethod
    def of(cls, kept: Mapping[str, Any], folder: Path) -> "Published":
        """Make it anew from a manifest.

        Raises:
            KeyError, TypeError: the manifest is not one.
        """
        releases = tuple(_released(one) for one in kept["releases"])
        return cls(**{**kept, "folder": folder, "files": files_of(kept["files"]), "releases": releases})


def note_in(notes: Mapping[str, str], language: str) -> tuple[str, str]:
    """Return the note in a language, else in another, and which that is; twice nothing where there is no note."""
    found = language if language in notes else next(iter(notes), "")
    return notes.get(found, ""), found


def _released(kept: Mapping[str, Any]) -> Released:
    """Return a release from what a manifest keeps of it; an older one keeps a note without its language."""
    said = dict(kept)
    note = said.pop("note", "")
    return Released(**{"notes": {"": note} if note else {}, **said, "files": files_of(said["files"])})


def files_of(kept: list[dict[str, Any]]) -> tuple[DumpFile, ...]:
    """Return dumps from what a manifest keeps of them."""
    return tuple(DumpFile(**one) for one in kept)
