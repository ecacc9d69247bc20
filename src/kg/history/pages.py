"""The closed pages of the change feed, written once for each release when a generation is built.

::

    var/changes/<version>/1.nt 2.nt …    the members, in N-Triples
    var/changes/<version>/release.rdfp   the release's patch, as it stands in the history
    var/changes/<version>/summary.json   how many pages, which member is on which, how much was added, changed …
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from kg.durable import made, put, sweep
from kg.history.differences import KINDS, Comparison, compare
from kg.history.feed import MOST, members
from kg.history.names import Names
from kg.history.releases import Release, replay
from kg.settings import LANGUAGES

PATCH: Final = "release.rdfp"
_SUMMARY: Final = "summary.json"
_FORM: Final = 2
"""Of the summary: a higher number makes the folders anew. The members and their pages must stay as they are."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things of a class a release added, changed, withdrew and removed.

    Attributes:
        type: IRI of the class; empty for things without one.
        names: what the class is called, by language; empty where the graph has no name for it.
    """

    type: str
    names: Mapping[str, str]
    added: int
    changed: int
    withdrawn: int
    removed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a release changed.

    Attributes:
        tallies: by class.
        pages: how many pages of the feed it has.
        members: the page on which a member stands, by its name.
    """

    tallies: tuple[Tally, ...]
    pages: int
    members: Mapping[str, int]


def publish(var: Path, releases: Sequence[Release]) -> None:
    """Write the pages of every release that has none yet.

    Args:
        var: the folder for what is built.
        releases: the history, oldest first.

    Raises:
        KgError: the history is damaged.
        OSError: the folder cannot be written.
    """
    folder = var / "changes"
    sweep(folder)
    befores = ["", *(release.sha256 for release in releases)]
    if all(_kept(folder, release, before) for release, before in zip(releases, befores, strict=False)):
        return
    last: frozenset[str] = frozenset()
    for (release, state), before in zip(replay(releases), befores, strict=False):
        if not _kept(folder, release, before):
            _write(folder, release, before, compare(last, state))
        last = state


def summary(folder: Path, version: str) -> Summary | None:
    """Return what a release changed; None where nothing is known of it.

    Args:
        folder: the folder with a folder for each release.
        version: of a release that is known to be one.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((folder / version / _SUMMARY).read_text("utf-8"))
        return Summary(tuple(Tally(**one) for one in kept["tallies"]), kept["pages"], kept["members"])
    return None


def _kept(folder: Path, release: Release, before: str) -> bool:
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((folder / release.version / _SUMMARY).read_text("utf-8"))
        return bool(kept["key"] == _key(release, before))
    return False


def _key(release: Release, before: str) -> list[Any]:
    """Return what the pages of a release depend on."""
    return [_FORM, before, release.sha256, release.created]


def _write(folder: Path, release: Release, before: str, comparison: Comparison) -> None:
    with made(folder / release.version) as new:
        places: dict[str, int] = {}
        waiting = members(release, comparison)
        page = 0
        while batch := list(islice(waiting, MOST)):
            page += 1
            put(new / f"{page}.nt", "".join(f"{line}\n" for member in batch for line in member.lines).encode())
            places |= {member.name: page for member in batch}
        put(new / PATCH, release.patch.text().encode())
        kept = {
            "key": _key(release, before),
            "tallies": [asdict(tally) for tally in _tallies(comparison)],
            "pages": page,
            "members": places,
        }
        put(new / _SUMMARY, (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode())


def _tallies(comparison: Comparison) -> list[Tally]:
    names = Names(comparison.before.lines, comparison.after.lines)
    counts: dict[str, dict[str, int]] = {}
    for thing in comparison.things:
        counts.setdefault(thing.type, dict.fromkeys(KINDS, 0))[thing.kind] += 1
    return [
        Tally(iri, {language: names.of(iri, language) for language in LANGUAGES}, **counts[iri])
        for iri in sorted(counts)
    ]
