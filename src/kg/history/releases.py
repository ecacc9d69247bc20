"""Releases: read the history of a graph, replay it, add to it."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Final

from kg.durable import write_atomically
from kg.errors import KgError, UsageProblem
from kg.history.patch import Line, Patch, between, parse
from kg.publication import BUILD
from kg.settings import LANGUAGES
from kg.spoken import gettext as _
from kg.vocabulary import BASE, DATASET, ID, WK

HISTORY: Final = "history"
_SUFFIX: Final = ".rdfp"
_VERSION: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]{0,38}[0-9A-Za-z])?")
_TAKEN: Final = ("latest", "feed", BUILD)
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Release:
    """A state of the graph that was given a version, and how it came from the one before.

    Attributes:
        version: its name, such as ``2026-11-22``.
        created: when, as ``xsd:dateTime`` in UTC.
        sha256: of its statements as sorted N-Quads.
        quads: how many they are.
        notes: what the maintainer said about it, by language; under an empty one where none was said.
        patch: from the release before, or from nothing.
    """

    version: str
    created: str
    sha256: str
    quads: int
    notes: Mapping[str, str]
    patch: Patch

    @property
    def iri(self) -> str:
        """The IRI of this version of the data set."""
        return version_iri(self.version)


def version_iri(version: str) -> str:
    """Return the IRI of a version of the data set."""
    return f"{DATASET}-{version}"


def read(graph: Path) -> list[Release]:
    """Return the releases of a graph folder, oldest first; none where it has no history.

    Raises:
        KgError: a file is damaged, or the releases do not follow one another.
    """
    found = [_release(path) for path in sorted((graph / HISTORY).glob(f"*{_SUFFIX}"))]
    found.sort(key=lambda release: release.created)
    befores = ["", *(release.iri for release in found)]
    for release, before in zip(found, befores, strict=False):
        if release.patch.header.get("prev", "") != before:
            raise KgError(
                _(
                    "%(file)s does not follow the release before it (%(before)s); "
                    "take the folder %(folder)s from the repository again",
                    file=f"{HISTORY}/{release.version}{_SUFFIX}",
                    before=before or _("it is the first"),
                    folder=HISTORY,
                )
            )
    for first, second in pairwise(found):
        if first.created == second.created:
            raise KgError(
                _("releases %(first)s and %(second)s bear the same moment", first=first.version, second=second.version)
            )
    return found


def replay(releases: Iterable[Release]) -> Iterator[tuple[Release, frozenset[Line]]]:
    """Give each release with its statements as N-Quads lines.

    Raises:
        KgError: a patch does not fit, or leads elsewhere than it says.
    """
    state: set[Line] = set()
    for release in releases:
        try:
            release.patch.apply(state)
        except KgError as error:
            raise KgError(f"{HISTORY}/{release.version}{_SUFFIX}: {error}") from error
        if fingerprint(state) != release.sha256:
            raise KgError(
                _(
                    "%(file)s leads to other statements than it says; it was changed",
                    file=f"{HISTORY}/{release.version}{_SUFFIX}",
                )
            )
        yield release, frozenset(state)


def fingerprint(state: Iterable[Line]) -> str:
    """Return the SHA-256, hexadecimal, of statements as sorted N-Quads."""
    digest = hashlib.sha256()
    for line in sorted(state):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def subjects(lines: Iterable[Line]) -> set[str]:
    """Return the IRIs of ours that statements begin at."""
    begins = f"<{BASE}"
    return {line[1 : line.index(">")] for line in lines if line.startswith(begins)}


def last_state(releases: Sequence[Release]) -> frozenset[Line]:
    """Return the statements of the last release; none where there is none."""
    state: frozenset[Line] = frozenset()
    for _release_of, state in replay(releases):  # noqa: B007 - the last is wanted
        pass
    return state


def lost(releases: Sequence[Release], state: frozenset[Line]) -> list[str]:
    """Return the things of ours that the last release describes and a state does not, sorted.

    Raises:
        KgError: the history is damaged.
    """
    return sorted(iri for iri in subjects(last_state(releases)) - subjects(state) if iri.startswith((ID, WK)))


def cut(graph: Path, state: Collection[Line], version: str | None, note: str, note_en: str = "") -> Release:
    """Add a release to the history of a graph folder.

    Args:
        graph: the graph folder.
        state: the statements of its files as N-Quads lines.
        version: its name; today's date when none is given.
        note: what is said about it in Dutch; may be empty.
        note_en: the same in English; may be empty.

    Raises:
        UsageProblem: the version is none or taken, or nothing has changed.
        KgError: the history is damaged or cannot be written.
    """
    releases = read(graph)
    before = last_state(releases)
    now = datetime.now(tz=UTC).strftime(_MOMENT)
    version = version or _today(now[:10], {release.version for release in releases})
    if version.startswith(_TAKEN):
        raise UsageProblem(
            _(
                "%(version)r is reserved: names that begin with %(names)s mean something else "
                "in addresses; take another one, such as 2026-11-22 or 1.4",
                version=version,
                names=", ".join(_TAKEN),
            )
        )
    if not _VERSION.fullmatch(version):
        raise UsageProblem(
            _(
                "%(version)r cannot name a release; take letters, digits, hyphens and dots: 2026-11-22, 1.4",
                version=version,
            )
        )
    if any(release.version == version for release in releases):
        raise UsageProblem(
            _("there is a release %(version)s; a release does not change. Name another version", version=version)
        )
    if releases and before == set(state):
        raise UsageProblem(
            _(
                "nothing has changed since release %(version)s; there is nothing to release",
                version=releases[-1].version,
            )
        )
    if releases and now <= releases[-1].created:
        raise KgError(
            _(
                "release %(version)s is from %(moment)s, not before now; see the clock",
                version=releases[-1].version,
                moment=releases[-1].created,
            )
        )
    header = {"id": version_iri(version), "version": version, "created": now}
    if releases:
        header["prev"] = releases[-1].iri
    header |= {"quads": str(len(state)), "sha256": fingerprint(state)}
    header |= {f"note-{language}": text for language, text in (("nl", note), ("en", note_en)) if text}
    patch = between(before, state, header)
    _write(graph / HISTORY / f"{version}{_SUFFIX}", patch.text())
    return _named(version, patch)


def _today(date: str, taken: Collection[str]) -> str:
    names = (date if number == 1 else f"{date}.{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def _release(path: Path) -> Release:
    name = f"{HISTORY}/{path.name}"
    try:
        patch = parse(path.read_text("utf-8"), name)
        return _named(path.name.removesuffix(_SUFFIX), patch)
    except (OSError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise KgError(
            _("%(file)s cannot be read (%(reason)s); take it from the repository again", file=name, reason=error)
        ) from error


def _named(version: str, patch: Patch) -> Release:
    header = patch.header
    if header["version"] != version:
        raise ValueError(_("it is release %(version)s under another name", version=header["version"]))
    datetime.strptime(header["created"], _MOMENT).replace(tzinfo=UTC)
    # The first releases had a note without its language.
    names = {"note": "", **{f"note-{language}": language for language in LANGUAGES}}
    notes = {language: header[name] for name, language in names.items() if name in header}
    return Release(version, header["created"], header["sha256"], int(header["quads"]), notes, patch)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, text.encode())
    except OSError as error:
        raise KgError(
            _("cannot write %(file)s: %(reason)s; no release was made", file=path, reason=error.strerror or error)
        ) from error
