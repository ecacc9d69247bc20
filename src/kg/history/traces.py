"""What the history says about the documents: when each last changed, and which are about something that is gone."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from kg.history.differences import compare
from kg.history.patch import Line
from kg.history.releases import Release, subjects
from kg.vocabulary import BASE, DCT, GRAPH, ID, PROV, WK, XSD

HISTORY_GRAPH: Final = GRAPH + "history"


def describe(releases: Sequence[Release], released: frozenset[Line], state: frozenset[Line]) -> Iterator[ox.Quad]:
    """Give the moments at which documents changed or lost their thing, in a graph of their own.

    A document changes when a statement does that begins or ends at its thing. What changed since the last release has
    no moment yet.

    Args:
        releases: the history, oldest first.
        released: the statements of the last release.
        state: the statements of the files.
    """
    changed: dict[str, str] = {}
    removed: dict[str, str] = {}
    for release in releases:
        patch = release.patch
        for iri in _ends(_parsed((*patch.removed, *patch.added))):
            changed[iri] = release.created
        removed |= dict.fromkeys(subjects(patch.removed), release.created)
    here = subjects(state)
    fresh = _ends(_parsed(released ^ state))
    home = ox.NamedNode(HISTORY_GRAPH)
    documents: dict[tuple[str, str], str] = {}
    for iri, moment in changed.items():
        if iri in here and iri not in fresh:
            key = document_of(iri), DCT + "modified"
            documents[key] = max(moment, documents.get(key, ""))
    if any(iri.startswith(WK) for iri in fresh):
        documents.pop((document_of(WK), DCT + "modified"), None)
    for iri, moment in removed.items():
        if iri.startswith(ID) and iri not in here:
            documents[document_of(iri), PROV + "invalidatedAtTime"] = moment
    kind = ox.NamedNode(XSD + "dateTime")
    for (document, predicate), moment in sorted(documents.items()):
        yield ox.Quad(ox.NamedNode(document), ox.NamedNode(predicate), ox.Literal(moment, datatype=kind), home)


def document_of(iri: str) -> str:
    """Return the IRI of the document about a thing of ours: ``doc/…`` for ``id/…``, what stands before # for a term."""
    return f"{BASE}doc/{iri[len(ID) :]}" if iri.startswith(ID) else iri.partition("#")[0]


def resources_changed(before: frozenset[Line], after: frozenset[Line]) -> set[str]:
    """Return the IRIs of the things about which two states say different things."""
    return {thing.iri for thing in compare(before, after).things}


def _parsed(lines: Iterable[Line]) -> Iterator[ox.Quad]:
    return ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)


def _ends(quads: Iterable[ox.Quad]) -> set[str]:
    """Return the IRIs of ours whose document such statements stand in: on a page of terms, only those of the terms."""
    begins, ends = set(), set()
    for quad in quads:
        begins |= {quad.subject.value} if isinstance(quad.subject, ox.NamedNode) else set()
        ends |= {quad.object.value} if isinstance(quad.object, ox.NamedNode) else set()
    return {iri for iri in begins if iri.startswith(BASE)} | {iri for iri in ends if iri.startswith(ID)}
