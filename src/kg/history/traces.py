"""What the history says about the documents: when each last changed, and which are about something that is gone."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from kg.history.differences import compare
from kg.history.patch import Line
from kg.history.releases import Release, subjects
from kg.vocabulary import BASE, DCT, GRAPH, ID, PROV, XSD

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
        changed |= dict.fromkeys(_documents((*patch.removed, *patch.added)), release.created)
        removed |= dict.fromkeys(subjects(patch.removed), release.created)
    here = subjects(state)
    known = {document_of(iri) for iri in here} - _documents(released ^ state)
    said = [(document, DCT + "modified", moment) for document, moment in changed.items() if document in known]
    said += [
        (document_of(iri), PROV + "invalidatedAtTime", moment)
        for iri, moment in removed.items()
        if iri.startswith(ID) and iri not in here
    ]
    home, kind = ox.NamedNode(HISTORY_GRAPH), ox.NamedNode(XSD + "dateTime")
    for document, predicate, moment in sorted(said):
        yield ox.Quad(ox.NamedNode(document), ox.NamedNode(predicate), ox.Literal(moment, datatype=kind), home)


def document_of(iri: str) -> str:
    """Return the IRI of the document about a thing of ours: ``doc/…`` for ``id/…``, what stands before # for a term."""
    return f"{BASE}doc/{iri[len(ID) :]}" if iri.startswith(ID) else iri.partition("#")[0]


def resources_changed(before: frozenset[Line], after: frozenset[Line]) -> set[str]:
    """Return the IRIs of the things about which two states say different things."""
    return {thing.iri for thing in compare(before, after).things}


def _documents(lines: Iterable[Line]) -> set[str]:
    """Return the IRIs of the documents that statements stand in: on a page of terms, only those that begin there."""
    found = set()
    for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASE):
            found.add(document_of(quad.subject.value))
        elif isinstance(quad.subject, ox.BlankNode) and str(quad.graph_name).startswith(f"<{GRAPH}shapes."):
            found.add(f"{BASE}shapes")
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(ID):
            found.add(document_of(quad.object.value))
    return found
