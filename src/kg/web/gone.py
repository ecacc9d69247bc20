"""Things that were here and are no more: 410, with the reason and what replaced them, for people and for programs.

A thing is gone when it was in a release and is not in the data, or when ``data/withdrawn.ttl`` says that it was
withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import pyoxigraph as ox
from flask import Response

from kg.store import GRAPH_FORMATS
from kg.vocabulary import BASE, DCT, ID, PROV, RDF, SKOS, WK
from kg.web.addresses import address
from kg.web.answers import page
from kg.web.bounded import Description, in_order, triples
from kg.web.negotiate import HTML, choose
from kg.web.serialise import as_bytes
from kg.web.site import select
from kg.web.statements import laid_out

_TYPE = ox.NamedNode(f"{RDF}type")
_REPLACED: set[str] = {f"{DCT}isReplacedBy"}
_NAMES = {"http://www.w3.org/2000/01/rdf-schema#label", f"{SKOS}prefLabel", f"{DCT}title"}


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
        said = [
            triple.object
            for triple in self.triples
            if triple.subject == ox.NamedNode(self.iri)
            and triple.predicate.value == name
            and isinstance(triple.object, ox.Literal)
        ]
        return [one.value for one in said if one.language in {language, None}] or [one.value for one in said]


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
    media_type = choose((HTML, *GRAPH_FORMATS), suffix)
    if media_type == HTML:
        names = {
            triple.subject.value: triple.object.value
            for triple in found.triples
            if isinstance(triple.subject, ox.NamedNode)
            and triple.predicate.value in _NAMES
            and isinstance(triple.object, ox.Literal)
        }
        response = page("gone.html", HTTPStatus.GONE, gone=found, names=names, laid=laid_out(found.triples))
    else:
        response = Response(as_bytes(found.triples, media_type), HTTPStatus.GONE, content_type=media_type)
    if found.replacements:
        response.headers["Link"] = ", ".join(f'<{address(iri)}>; rel="successor-version"' for iri in found.replacements)
    return response
