"""Things that were here and are no more: 410, with the reason and what replaced them, for people and for programs.

A thing is gone when it was in a release and is not in the data, or when ``data/withdrawn.ttl`` says that it was
withdrawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import pyoxigraph as ox
from flask import Response

from kg.errors import NotAcceptable
from kg.history.pages import PATCH
from kg.store import GRAPH_FORMATS
from kg.vocabulary import BASE, DCT, ID, PROV, RDF, RDFS, SKOS, WK
from kg.web import releases
from kg.web.addresses import address
from kg.web.answers import page
from kg.web.bounded import Description, in_order, triples
from kg.web.negotiate import HTML, choose
from kg.web.serialise import as_bytes
from kg.web.site import select, site
from kg.web.statements import laid_out

_TYPE = ox.NamedNode(f"{RDF}type")
_REPLACED: set[str] = {f"{DCT}isReplacedBy"}
_NAMES: Final = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCT}title")


@dataclass(frozen=True, slots=True)
class Gone:
    """What is known of a thing that is gone.

    Attributes:
        iri: the thing.
        triples: why, since when, what replaced it, and the names of that.
        replacements: IRIs of what replaced it.
        since: the moment of the release that was the first without it, or the empty string.
    """

    iri: str
    triples: tuple[ox.Triple, ...]
    replacements: Sequence[str]
    since: str

    def words(self, name: str, language: str) -> list[str]:
        """Return what is said of it by a property in a language, or in any where nothing is in that one."""
        return _in(language, _said(self.triples, self.iri, (name,)))

    def names(self, language: str) -> dict[str, str]:
        """Return what that is called which replaced it, by IRI, in a language or in any where it has no such name."""
        told = {iri: _in(language, _said(self.triples, iri, _NAMES)) for iri in self.replacements}
        return {iri: words[0] for iri, words in told.items() if words}

    def called(self, language: str) -> str:
        """Return what it was called when it was last released; the empty string where nobody knows."""
        return next(iter(_in(language, _last_names(self.iri))), "")


def find(iri: str) -> Gone | None:
    """Return what is known of a thing that is gone; None for one that is here, or never was."""
    document = f"{BASE}doc/{iri.removeprefix(ID)}"
    said = in_order(triples(select("gone", thing=iri, document=document)), iri)
    withdrawn = any(triple.object == ox.NamedNode(f"{WK}Withdrawn") for triple in said)
    since = next((str(t.object.value) for t in said if t.predicate.value == f"{PROV}invalidatedAtTime"), "")  # type: ignore[union-attr]
    if not withdrawn and not since:
        return None
    replacements = [
        triple.object.value
        for triple in said
        if triple.predicate.value in _REPLACED and isinstance(triple.object, ox.NamedNode)
    ]
    return Gone(iri, said, replacements, since)


def is_withdrawn(found: Description) -> bool:
    """Tell whether a description is that of a thing that the data says to be withdrawn."""
    return ox.Triple(ox.NamedNode(found.iri), _TYPE, ox.NamedNode(f"{WK}Withdrawn")) in found.triples


def answer(found: Gone, suffix: str | None) -> Response:
    """Say that a thing is gone (RFC 9110, section 15.5.11), and lead to what replaced it (RFC 5829)."""
    try:
        media_type = choose((HTML, *GRAPH_FORMATS), suffix)
    except NotAcceptable:
        # A reference to what is gone cannot be given; that it is gone says more than that.
        media_type = HTML
    if media_type == HTML:
        response = page("gone.html", HTTPStatus.GONE, gone=found, laid=laid_out(found.triples))
    else:
        response = Response(as_bytes(found.triples, media_type), HTTPStatus.GONE, content_type=media_type)
    if found.replacements:
        response.headers["Link"] = ", ".join(f'<{address(iri)}>; rel="successor-version"' for iri in found.replacements)
    return response


def _said(triples: Iterable[ox.Triple], iri: str, names: Sequence[str]) -> list[ox.Literal]:
    return [
        triple.object
        for triple in triples
        if triple.subject == ox.NamedNode(iri)
        and triple.predicate.value in names
        and isinstance(triple.object, ox.Literal)
    ]


def _in(language: str, said: Sequence[ox.Literal]) -> list[str]:
    """Return the texts in a language or in none; all of them where there are no such texts."""
    return [one.value for one in said if one.language in {language, None}] or [one.value for one in said]


def _last_names(iri: str) -> list[ox.Literal]:
    """Return the names that the last release with any gave or took away: what is gone is named in the history only."""
    past = site().published
    for release in reversed(past.releases if past else ()):
        path = releases.folder() / release.version / PATCH
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        about = [line for line in lines if line[1:].startswith(tuple(f" <{iri}> <{name}> " for name in _NAMES))]
        for mark in "AD":
            kept = "\n".join(line[2:] for line in about if line.startswith(mark))
            named = _said((quad.triple for quad in ox.parse(kept, format=ox.RdfFormat.N_QUADS)), iri, _NAMES)
            if named:
                return named
    return []
