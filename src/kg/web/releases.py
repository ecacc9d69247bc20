"""The releases that a site tells about, what each of them changed, and what is different between any two."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from kg.describe import authorities
from kg.dumps.reading import statements
from kg.errors import NotFound
from kg.history.differences import compare
from kg.history.pages import Summary, summary
from kg.history.patch import Line
from kg.history.sentences import Account, accounts
from kg.publication import Published, Released
from kg.web.language import language
from kg.web.site import records, site
from kg.web.terms import TERMS

LATEST: Final = "latest"
"""Stands for what is served now, which may be no release."""


def all_of() -> Published:
    """Return what was published of the graph that is served.

    Raises:
        NotFound: the graph comes from an engine elsewhere, and nothing is known of its past.
    """
    published = site().published
    if published is None:
        raise NotFound("this site stands over an engine elsewhere, and does not know what changed in it")
    return published


def find(version: str) -> Released:
    """Return a release.

    Raises:
        NotFound: there is no such release.
    """
    for release in all_of().releases:
        if release.version == version:
            return release
    raise NotFound("there is no such release")


def folder() -> Path:
    """Return the folder with a folder for what each release changed."""
    return all_of().folder.parent / "changes"


def summary_of(version: str) -> Summary:
    """Return how much a release changed, and on which page of the feed.

    Args:
        version: of a release.

    Raises:
        NotFound: the files that say so are missing.
    """
    found = _summary(folder(), version, find(version).sha256)
    if found is None:
        raise NotFound(f"what release {version} changed is not written down here; build anew")
    return found


def label(version: str) -> str:
    """Return under which label the dumps of a release are, or of what is served now.

    Raises:
        NotFound: there is no such release.
    """
    return all_of().label if version == LATEST else find(version).version


def before(version: str) -> str:
    """Return the release before another; the empty string for the first."""
    versions = ["", *(release.version for release in all_of().releases)]
    return versions[versions.index(version) - 1]


def between(older: str, newer: str) -> tuple[Account, ...]:
    """Tell what is different between two releases, in the language of the page.

    Args:
        older: label of the first; empty for nothing at all.
        newer: label of the second.
    """
    return _told(all_of().folder, older, newer, language())


def gone(told: Iterable[Account]) -> frozenset[str]:
    """Return the IRIs of the things that are not there now, which no page links as if they were.

    Args:
        told: what became of things; what it tells to be gone is not looked for.
    """
    return _gone(site().generation) | {one.iri for one in told if one.kind in {"withdrawn", "removed"}}


def lines(version: str) -> list[Line]:
    """Return the statements under a label as N-Quads lines."""
    return _lines(all_of().folder, version)


@lru_cache(maxsize=256)
def _summary(changes: Path, version: str, _sha256: str) -> Summary | None:
    """Read a summary; what a release changed does not change."""
    return summary(changes, version)


@lru_cache(maxsize=16)
def _told(dumps: Path, older: str, newer: str, language: str) -> tuple[Account, ...]:
    """Tell once: what stands under a label does not change."""
    compared = compare(_lines(dumps, older), _lines(dumps, newer))
    return tuple(accounts(compared, language, lambda iri: str(TERMS.get(iri, "")) or authorities.name(iri, language)))


@lru_cache(maxsize=2)
def _gone(_generation: str) -> frozenset[str]:
    return frozenset(row["thing"] for row in records("gone-things"))


def _lines(dumps: Path, version: str) -> list[Line]:
    return statements(dumps, version) if version else []
