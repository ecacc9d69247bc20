"""Addresses on this site: of a thing, of this page in another language, of this page as data."""

from urllib.parse import urlencode

from flask import Flask, request, url_for
from werkzeug.datastructures import MultiDict

from kg.vocabulary import ID, WK
from kg.web.concepts import short
from kg.web.negotiate import split


def init_app(app: Flask) -> None:
    """Give the templates of an application its addresses."""
    app.jinja_env.globals.update(here=here, twin=twin)
    app.jinja_env.filters.update(address=address, short=short, anchor=anchor)


def address(iri: str) -> str:
    """Return where this site describes an IRI; the IRI itself where it does not."""
    if iri.startswith(ID):
        kind, _, slug = iri[len(ID) :].partition("/")
        if kind and slug and "/" not in slug:
            return url_for("resources.document", kind=kind, slug=slug)
    if iri.startswith(WK):
        return url_for("resources.ontology", _anchor=anchor(iri))
    return iri if iri.startswith(("https://", "http://")) else "#"


def anchor(iri: str) -> str:
    """Return the name of a term of ours: its anchor on the page of the ontology."""
    return iri.removeprefix(WK)


def here(**changes: str) -> str:
    """Return the address of this page with some of its query changed."""
    query = MultiDict(request.args)
    for name, value in changes.items():
        query.setlist(name, [value])
    return _joined(request.path, query)


def twin(suffix: str) -> str:
    """Return the address of this page in another format."""
    query = MultiDict(request.args)
    query.poplist("format")
    return _joined(f"{split(request.path)[0]}.{suffix}", query)


def _joined(path: str, query: MultiDict[str, str]) -> str:
    text = urlencode(list(query.items(multi=True)))
    return f"{path}?{text}" if text else path
