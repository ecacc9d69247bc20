"""Things by their IRI: ``/id/…`` is the thing, ``/doc/…`` the document about it, ``/def`` the ontology."""

import re
from typing import Final

from flask import Blueprint, Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from kg.errors import NotFound
from kg.store import GRAPH_FORMATS
from kg.vocabulary import BASE, DCT, ID, shorten
from kg.web import references
from kg.web.answers import exactly, page, sent
from kg.web.concepts import states
from kg.web.facts import Thing, read
from kg.web.kinds import BY_NAME
from kg.web.language import language
from kg.web.negotiate import HTML, choose, split
from kg.web.neighbours import neighbours, strip
from kg.web.sections import own, referring
from kg.web.site import bound, records, select, site
from kg.web.terms import TERMS
from kg.web.timeline import timeline

room = Blueprint("resources", __name__)

_SLUG: Final = re.compile(r"[A-Za-z0-9._~-]+")


@room.get("/id/<kind>/<slug>")
def thing(kind: str, slug: str) -> Redirect:
    """Send from a thing to the document about it (303)."""
    return redirect(url_for("resources.document", kind=kind, slug=slug), 303)


@room.get("/doc/<kind>/<slug>")
def document(kind: str, slug: str) -> Response:
    """Show what is known about a thing, or give it as data."""
    stem, suffix = split(slug)
    media_type = choose((HTML, *GRAPH_FORMATS, *references.FORMATS), suffix)
    iri = f"{ID}{kind}/{stem}"
    named = _SLUG.fullmatch(kind) and _SLUG.fullmatch(stem)
    found = read(select("facts", subject=iri, lang=language()).rows, language()) if named else []
    if not found:
        raise NotFound(f"nothing is known about {kind}/{stem}")
    publications = [row["publication"] for row in records("publications-of", subject=iri)]
    if media_type in references.FORMATS:
        if not publications:
            raise NotFound(f"no publication is known of {kind}/{stem}")
        return references.answer(publications, media_type, stem)
    if media_type != HTML:
        return sent(site().store.reply(bound("thing", subject=iri), exactly(media_type)))
    moments = timeline(iri)
    tables, lists = referring(found[0], _word, {f"{DCT}isPartOf"} if moments else ())
    before, after = own(found[0])
    row = strip(kind, stem)
    return page(
        "thing.html",
        thing=found[0],
        kind=BY_NAME.get(kind),
        neighbours=neighbours(iri),
        strip=row,
        states=states() if row else {},
        moments=moments,
        before=before,
        after=after,
        tables=tables,
        lists=lists,
        life=_life(kind, stem),
        publications=len(publications),
    )


@room.get("/def")
@room.get("/def.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """Show the classes and properties, or give the ontology as data."""
    media_type = choose((HTML, *GRAPH_FORMATS), suffix)
    if media_type != HTML:
        return sent(site().store.reply(bound("ontology"), exactly(media_type)))
    terms = read(select("definitions", lang=language()).rows, language())
    head = read(select("facts", subject=BASE + "def", lang=language()).rows, language())
    classes = [term for term in terms if _is_class(term)]
    properties = [term for term in terms if not _is_class(term)]
    return page(
        "definitions.html",
        head=head[0] if head else None,
        schemes=records("schemes", lang=language()),
        classes=classes,
        properties=properties,
    )


def _is_class(term: Thing) -> bool:
    return shorten(term.iri).rpartition(":")[2][:1].isupper()


def _life(kind: str, slug: str) -> str:
    """Return the address of the page that follows a stated gap, or the empty string."""
    followed = kind == "gap" and "gap.show" in current_app.view_functions
    return url_for("gap.show", slug=slug) if followed else ""


def _word(iri: str, label: str) -> str:
    return label or str(TERMS.get(iri, shorten(iri)))
