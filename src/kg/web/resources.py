"""Things by their IRI: ``/id/…`` is the thing, ``/doc/…`` the document about it (HTTP range 14, Cool URIs)."""

from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from kg.errors import NotFound, Withdrawn
from kg.store import GRAPH_FORMATS
from kg.vocabulary import DCT, GRAPH, ID, shorten
from kg.web import gone, graphs, references
from kg.web.addresses import located
from kg.web.answers import page
from kg.web.bounded import Description, describe
from kg.web.concepts import states, tree
from kg.web.facts import read
from kg.web.headers import A_DAY
from kg.web.kinds import BY_NAME
from kg.web.language import language
from kg.web.modified import dated, of_document, of_thing
from kg.web.negotiate import HTML, choose, split
from kg.web.neighbours import neighbours, strip
from kg.web.rigour import with_rigour
from kg.web.sections import own, referring
from kg.web.serialise import as_bytes, compact
from kg.web.signposting import Signs, signposted
from kg.web.signposting import of_thing as signs_of_thing
from kg.web.site import records, select
from kg.web.statements import laid_out
from kg.web.terms import TERMS
from kg.web.timeline import timeline

room = Blueprint("resources", __name__)

_SAFE: Final = "/:@!$&'()*+,;=~"
_ONTOLOGY: Final = "https://w3id.org/werkkennis/def"
_JSON_LD: Final = "application/ld+json"


@room.get("/id/<kind>/<path:slug>")
def thing(kind: str, slug: str) -> Redirect:
    """Send from a thing to the document about it (303), which is the same for everybody and stays where it is."""
    response = redirect(url_for("resources.document", kind=kind, slug=slug, lang=None), 303)
    response.headers["Cache-Control"] = A_DAY
    return response


@room.get("/doc/<kind>/<path:slug>")
def document(kind: str, slug: str) -> Response:
    """Show what is known about a thing, or give it as data.

    Raises:
        NotFound: nothing is known about it, and nothing ever was.
    """
    stem, suffix = split(slug)
    media_type = choose((HTML, *GRAPH_FORMATS, *references.FORMATS), suffix)
    after = request.args.get("after", "")
    for name, ending in dict.fromkeys(((stem, suffix), (slug, None))):
        for iri in _candidates(kind, name):
            if found := _answer(
                kind, name, iri, media_type if ending == suffix else choose((HTML, *GRAPH_FORMATS)), after
            ):
                return found
            if lost := gone.find(iri):
                return gone.answer(lost, ending)
    raise NotFound(f"nothing is known about {kind}/{stem}")


def signs_of(kind: str, slug: str) -> Signs:
    """Return the signposts of the document about a thing.

    Raises:
        NotFound: nothing is known about it.
        Withdrawn: it was here and is no more.
    """
    for iri in _candidates(kind, slug):
        if gone.find(iri):
            raise Withdrawn(f"{kind}/{slug} was part of the data, and was taken out")
        if describe(iri).triples or select("graph", graph=iri, after="").rows:
            return signs_of_thing(kind, slug, iri)
    raise NotFound(f"nothing is known about {kind}/{slug}")


def _candidates(kind: str, slug: str) -> tuple[str, ...]:
    """Return the IRIs that an address can stand for: as it is read, and with its letters escaped."""
    name = f"{kind}/{slug}"
    if not all(part not in {"", ".", ".."} for part in name.split("/")):
        return ()
    return tuple(dict.fromkeys(f"{ID}{one}" for one in (name, quote(name, safe=_SAFE)) if _is_name(one)))


def _is_name(text: str) -> bool:
    """Tell whether an IRI can end in a text."""
    try:
        ox.NamedNode(f"{ID}{text}")
    except ValueError:
        return False
    return True


def _answer(kind: str, slug: str, iri: str, media_type: str, after: str) -> Response | None:
    """Return the answer about a thing; None when nothing is known about it."""
    if iri.startswith(GRAPH) and media_type not in references.FORMATS:
        graph = graphs.answer(iri, media_type, after)
        return located(signposted(graph, signs_of_thing(kind, slug, iri))) if graph else None
    if media_type in references.FORMATS:
        return _references(kind, slug, iri, media_type)
    found = describe(iri, after)
    if not found.triples or gone.is_withdrawn(found):
        return None
    following = url_for("resources.document", kind=kind, slug=slug, after=found.following) if found.following else ""
    if media_type == HTML:
        response = _page(kind, slug, found, following)
    else:
        response = Response(as_bytes(found.triples, media_type), content_type=media_type)
        # The context that compact JSON-LD names goes with the ontology.
        moments = [of_thing(iri), *([of_document(_ONTOLOGY)] if media_type == _JSON_LD else [])]
        dated(response, *moments)
    signposted(response, signs_of_thing(kind, slug, iri))
    if following:
        response.headers["Link"] += f', <{following}>; rel="next"'
    return located(response)


def _references(kind: str, slug: str, iri: str, media_type: str) -> Response | None:
    publications = [row["publication"] for row in records("publications-of", subject=iri)]
    if publications:
        return references.answer(publications, media_type, slug)
    found = describe(iri)
    if found.triples and not gone.is_withdrawn(found):
        raise NotFound(f"no publication is known of {kind}/{slug}")
    return None


def _page(kind: str, slug: str, found: Description, following: str) -> Response:
    iri = found.iri
    told: dict[str, Any] = {"laid": laid_out(found.triples), "graph": compact(found.triples), "following": following}
    read_facts = read(select("facts", subject=iri, lang=language()).rows, language())
    if not found.first:
        return page("further.html", thing=read_facts[0] if read_facts else None, iri=iri, **told)
    moments = timeline(iri)
    fact = with_rigour(read_facts[0])
    tables, lists = referring(fact, _word, f"{DCT}isPartOf" if moments else "")
    before, after = own(fact)
    row = strip(kind, slug)
    return page(
        "thing.html",
        thing=fact,
        kind=BY_NAME.get(kind),
        neighbours=neighbours(iri),
        strip=row,
        states=states() if row else {},
        moments=moments,
        before=before,
        after=after,
        tables=tables,
        lists=lists,
        life=_life(kind, slug),
        concepts=tree(iri) if kind == "scheme" else [],
        publications=int(records("publications-of-counted", subject=iri)[0]["things"]),
        **told,
    )


def _life(kind: str, slug: str) -> str:
    """Return the address of the page that follows a stated gap, or the empty string."""
    followed = kind == "gap" and "gap.show" in current_app.view_functions
    return url_for("gap.show", slug=slug) if followed else ""


def _word(iri: str, label: str) -> str:
    return label or str(TERMS.get(iri, shorten(iri)))
