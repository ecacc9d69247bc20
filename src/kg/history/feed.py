"""The members of the change feed: for each release a version of every thing that it added, changed or removed.

A member is an IRI of its own that says what the release says of the thing, with the member in the place of the thing,
of which thing it is a version, and when that was released; a thing that is gone has a member that says just that, and
one that was withdrawn a member that says that and why.
Made of the history alone, so that the same history gives the same members, in the same order, on the same pages.
Source: https://w3id.org/ldes/specification.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.history.differences import Comparison, Difference
from kg.history.releases import Release
from kg.vocabulary import BASE, DCT, ID, PROV, RDF, XSD

ROOT: Final = f"{BASE}changes/feed"
STREAM: Final = f"{ROOT}#stream"
"""The event stream, which has one view: the pages under the root."""
VERSION: Final = f"{ID}version/"
VERSION_OF: Final = f"{DCT}isVersionOf"
MOMENT: Final = f"{PROV}generatedAtTime"
DELETE: Final = "https://www.w3.org/ns/activitystreams#Delete"
TREE: Final = "https://w3id.org/tree#"
MOST: Final = 250
"""Members on a page. Another number would give other pages, and pages never change."""
_NAME_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Member:
    """A version of a thing.

    Attributes:
        name: what its IRI ends in, after the release.
        lines: what it says, as N-Triples lines; the first makes it a member of the stream.
    """

    name: str
    lines: tuple[str, ...]


def members(release: Release, comparison: Comparison) -> Iterator[Member]:
    """Give the members of a release, by the IRI of the thing.

    Args:
        release: which one.
        comparison: of the release before with it.
    """
    for thing in comparison.things:
        name = local(thing.iri)
        version = ox.NamedNode(f"{VERSION}{release.version}/{name}")
        yield Member(name, tuple(f"{triple} ." for triple in _said(thing, version, release.created)))


def local(iri: str) -> str:
    """Return what the IRIs of all versions of a thing end in: ``id/finding/x``, ``def/Finding``, ``other/<16 hex>``."""
    if iri.startswith(BASE):
        return iri.removeprefix(BASE).replace("#", "/")
    return f"other/{hashlib.sha256(iri.encode()).hexdigest()[:_NAME_LENGTH]}"


def _said(thing: Difference, version: ox.NamedNode, moment: str) -> Iterator[ox.Triple]:
    subject = ox.NamedNode(thing.iri)
    yield ox.Triple(ox.NamedNode(STREAM), ox.NamedNode(f"{TREE}member"), version)
    yield ox.Triple(version, ox.NamedNode(VERSION_OF), subject)
    yield ox.Triple(version, ox.NamedNode(MOMENT), ox.Literal(moment, datatype=ox.NamedNode(f"{XSD}dateTime")))
    # What is withdrawn is no longer there, whoever reads it; what the data still says of it goes along.
    if thing.withdrawn or thing.kind == "removed":
        yield ox.Triple(version, ox.NamedNode(f"{RDF}type"), ox.NamedNode(DELETE))
    for triple in sorted(thing.after, key=str):
        yield ox.Triple(version if triple.subject == subject else triple.subject, triple.predicate, triple.object)
