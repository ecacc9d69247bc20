"""A named graph by its IRI: the statements of one file, or of one of the graphs that a build adds."""

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from flask import Response, url_for

from kg.errors import BadParameter
from kg.store import GRAPH_FORMATS
from kg.vocabulary import GRAPH
from kg.web.answers import page
from kg.web.bounded import describe, in_order, triples
from kg.web.facts import read
from kg.web.language import language
from kg.web.negotiate import HTML
from kg.web.serialise import as_bytes, compact
from kg.web.site import select
from kg.web.statements import laid_out

PAGE: Final = 100
"""Things on a page; ``graph.rq`` asks for one more, to see whether there is a next page."""
_QUADS: Final = {ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS}


@dataclass(frozen=True, slots=True)
class _Part:
    triples: tuple[ox.Triple, ...]
    following: str


def answer(iri: str, media_type: str, after: str) -> Response | None:
    """Return a named graph as a page or as data; None when there is no such graph.

    As data it holds all of its statements, and what is said about the graph itself; TriG and N-Quads tell the two apart.

    Args:
        iri: the graph.
        media_type: HTML or one of ``GRAPH_FORMATS``.
        after: the last thing that the page before shows; for HTML only.

    Raises:
        BadParameter: ``after`` is no IRI.
    """
    if media_type != HTML:
        quads = _quads(iri)
        if not quads:
            return None
        statements = quads if GRAPH_FORMATS[media_type] in _QUADS else in_order(quad.triple for quad in quads)
        return Response(as_bytes(statements, media_type), content_type=media_type)
    part = _part(iri, after)
    if not part.triples:
        return None
    head = read(select("facts", subject=iri, lang=language()).rows, language())
    # Of what others say about it, without the names that a description has.
    ends = (ox.NamedNode(iri),)
    own = [] if after else [one for one in describe(iri).triples if one.subject in ends or one.object in ends]
    kind, slug = "graph", iri.removeprefix(GRAPH)
    following = url_for("resources.document", kind=kind, slug=slug, after=part.following) if part.following else ""
    shown = in_order((*own, *part.triples), iri)
    return page(
        "graph.html",
        name=slug,
        iri=iri,
        head=head[0] if head else None,
        laid=laid_out(shown),
        graph=compact(shown),
        following=following,
        further=bool(after),
    )


def _quads(iri: str) -> list[ox.Quad]:
    found = {
        ox.Quad(subject, name, value, home)
        for subject, name, value, home in select("graph-quads", graph=iri).rows
        if not isinstance(subject, ox.Literal)
        and isinstance(name, ox.NamedNode)
        and isinstance(home, ox.NamedNode)
        and subject is not None
        and value is not None
    }
    return sorted(found, key=lambda quad: (str(quad.graph_name), str(quad.triple)))


def _part(iri: str, after: str) -> _Part:
    try:
        ox.NamedNode(after or iri)
    except ValueError as error:
        raise BadParameter("after is the address of a thing; follow the link to the next page") from error
    found = triples(select("graph", graph=iri, after=after))
    subjects = sorted({triple.subject.value for triple in found if isinstance(triple.subject, ox.NamedNode)})
    if len(subjects) <= PAGE:
        return _Part(tuple(found), "")
    last = subjects[PAGE - 1]
    kept = [triple for triple in found if not isinstance(triple.subject, ox.NamedNode) or triple.subject.value <= last]
    return _Part(tuple(kept), last)
