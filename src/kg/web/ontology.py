"""The ontology: a page with an anchor for each term, the same as data, and the JSON-LD context that is made from it."""

from typing import Final

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from kg.describe.context import kept
from kg.errors import NotFound
from kg.store import GRAPH_FORMATS
from kg.vocabulary import OWL
from kg.web.addresses import located
from kg.web.answers import page
from kg.web.bounded import in_order, triples
from kg.web.definitions import IRI, Term, read
from kg.web.headers import FOR_GOOD
from kg.web.language import language
from kg.web.modified import dated, of_document
from kg.web.negotiate import HTML, choose
from kg.web.serialise import as_bytes, compact, current
from kg.web.signposting import of_ontology, signposted
from kg.web.site import records, select, site
from kg.web.statements import laid_out

room: Final = Blueprint("ontology", __name__)


@room.get("/def")
@room.get("/def.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show the classes and properties, or give the ontology as data."""
    media_type = choose((HTML, *GRAPH_FORMATS), suffix)
    said = in_order(triples(select("ontology")), IRI)
    if media_type != HTML:
        response = dated(Response(as_bytes(said, media_type), content_type=media_type), of_document(IRI))
        return located(signposted(response, of_ontology()))
    terms = read(said)
    head = terms.pop(IRI, Term(IRI))
    shown = page(
        "definitions.html",
        head=head,
        terms=terms,
        title=head.title,
        about=head.about,
        schemes=records("schemes", lang=language()),
        classes=[term for term in terms.values() if term.is_class],
        properties=[term for term in terms.values() if not term.is_class],
        context=current(),
        laid=laid_out(said),
        graph=compact(said),
    )
    return located(signposted(shown, of_ontology()))


@room.get("/def/context.jsonld")
def context() -> Redirect:
    """Send to the context that is used now (302)."""
    return redirect(url_for("ontology.kept_context", name=current().name), 302)


@room.get("/def/context-<name>.jsonld")
def kept_context(name: str) -> Response:
    """Give a context, of the present ontology or of one that was released; it never changes.

    Raises:
        NotFound: no context of ours had that name.
    """
    used = current()
    document = used.document if name == used.name else kept(site().config.graph).get(name)
    if document is None:
        raise NotFound("no context of this name is kept; the one that is used now is at /def/context.jsonld")
    response = Response(document, content_type="application/ld+json")
    response.headers["Cache-Control"] = FOR_GOOD
    return response


@room.get("/def/<path:number>")
def version(number: str) -> Redirect:
    """Send from the IRI of the ontology's present version to the ontology (303).

    Raises:
        NotFound: it is not the present version.
    """
    stem = number.partition(".ttl")[0]
    found = records("facts", subject=IRI, lang=language())
    if not any(row["property"] == f"{OWL}versionIRI" and row["value"] == f"{IRI}/{stem}" for row in found):
        raise NotFound("this is not the version of the ontology that is served")
    return redirect(url_for("ontology.show"), 303)
