"""Addresses on this site: of a thing, of this page in another language, of this page as data."""

from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from flask import Flask, Response, request, url_for
from werkzeug.datastructures import MultiDict

from kg.vocabulary import BASE, ID, shorten
from kg.web.concepts import short
from kg.web.language import language
from kg.web.negotiate import HTML, SUFFIX, split
from kg.web.served import is_document
from kg.web.terms import TERMS

_PLACES: Final = (
    ("def", "ontology.show", ""),
    ("def", "ontology.version", "number"),
    ("shapes", "rules.show", ""),
    (".well-known/void", "description.statistics", ""),
    (".well-known/sparql-examples", "description.examples", ""),
    ("questions", "questions.show", "name"),
    ("changes/feed", "feed.root", ""),
)
"""What of our IRIs is no ``id/…``: how it begins, the page that tells of it, and what that page calls the rest."""
_SAFE: Final = "/:@!$&'()*+,;=~"


def init_app(app: Flask) -> None:
    """Give the templates of an application its addresses."""
    app.jinja_env.globals.update(here=here, twin=twin)
    app.jinja_env.filters.update(address=address, short=short, anchor=anchor, term_word=term_word)


def address(iri: str) -> str:
    """Return where this site describes an IRI; the IRI itself where it does not."""
    if not iri.startswith(BASE):
        return iri if iri.startswith(("https://", "http://")) else "#"
    kind, _, slug = unquote(iri.removeprefix(ID)).partition("/")
    if iri.startswith(ID) and kind and slug:
        return url_for("resources.document", kind=kind, slug=slug)
    path, _, fragment = unquote(iri.removeprefix(BASE)).partition("#")
    for first, endpoint, last in _PLACES:
        if path == first or (last and path.startswith(f"{first}/")):
            values: dict[str, Any] = {last: path[len(first) + 1 :]} if last else {}
            return url_for(endpoint, **values) + (f"#{quote(fragment, safe=_SAFE)}" if fragment else "")
    return f"{request.script_root}/{iri.removeprefix(BASE)}" if is_document(iri) else iri


def anchor(iri: str) -> str:
    """Return the name of a term or rule of ours: its anchor on the page that defines it."""
    return iri.rpartition("#")[2]


def term_word(iri: str) -> str:
    """Return what a property of another vocabulary is called on a page."""
    return str(TERMS.get(iri, shorten(iri)))


def here(**changes: str) -> str:
    """Return the address of this page with some of its query changed."""
    query = MultiDict(request.args)
    for name, value in changes.items():
        query.setlist(name, [value])
    return _joined(_path(), query)


def twin(suffix: str, **changes: str) -> str:
    """Return the address of this page in another format, with some of its query changed."""
    query = MultiDict(request.args)
    query.poplist("format")
    for name, value in changes.items():
        query.setlist(name, [value])
    return _joined(f"{split(_path())[0]}.{suffix}", query)


def located(response: Response) -> Response:
    """Say which of its formats, and in which language, an answer is that was chosen for a client (RFC 9110, 8.7)."""
    if not split(request.path)[1] and "format" not in request.args:
        spoken = {"lang": language()} if response.mimetype == HTML else {}
        response.headers["Content-Location"] = twin(SUFFIX[response.mimetype or HTML], **spoken)
    return response


def _path() -> str:
    return quote(request.script_root + request.path, safe=_SAFE)


def _joined(path: str, query: MultiDict[str, str]) -> str:
    text = urlencode(list(query.items(multi=True)))
    return f"{path}?{text}" if text else path
