"""The change feed for programs: a Linked Data Event Stream, with a root page and closed pages that never change.

Who comes back asks for the root, which leads to the pages that were added since; a page once read is good for ever.
Source: https://w3id.org/ldes/specification and https://w3id.org/ldes/server-primer.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from kg.errors import NotFound
from kg.history.feed import DELETE, MOMENT, ROOT, STREAM, TREE, VERSION_OF
from kg.publication import Published
from kg.store import GRAPH_FORMATS
from kg.vocabulary import DATASET, DCT, PREFIXES, RDF, SH, XSD
from kg.web.addresses import located
from kg.web.headers import FOR_GOOD
from kg.web.negotiate import HTML, choose, split
from kg.web.public import public, published
from kg.web.releases import all_of, find, folder, summary_of

room = Blueprint("feed", __name__)

LDES: Final = "https://w3id.org/ldes#"
_PREFIXES: Final = {"ldes": LDES, "tree": TREE} | {name: PREFIXES[name] for name in ("dct", "prov", "rdf", "sh", "xsd")}
_DAY: Final = 86400
_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_TITLES: Final = {"nl": "Werkkennis: wat er is veranderd", "en": "Werkkennis: what has changed"}
Term = ox.NamedNode | ox.Literal | ox.BlankNode


@room.get("/changes/feed")
@room.get("/changes/feed.<suffix>")
def root(suffix: str | None = None) -> Response | Redirect:
    """Give the root of the event stream: what the stream is, and where its pages are."""
    # Turtle for who has no preference: a program that follows the stream may not say what it takes.
    media_type = choose((*GRAPH_FORMATS, HTML), suffix)
    if media_type == HTML:
        return redirect(url_for("changes.show"), 303)
    here = published(url_for("feed.root", suffix=suffix, lang=None))
    return _sent(list(_root(here, all_of())), media_type, all_of().releases[-1].created if all_of().releases else "")


@room.get("/changes/feed/<version>/<page>")
def closed(version: str, page: str) -> Response | Redirect:
    """Give a page of members, which never changes.

    Raises:
        NotFound: there is no such page.
    """
    number, suffix = split(page)
    release = find(version)
    media_type = choose((*GRAPH_FORMATS, HTML), suffix)
    summary = summary_of(version)
    if not number.isdecimal() or number != str(int(number)) or not 1 <= int(number) <= summary.pages:
        raise NotFound(f"release {release.version} has no such page in the change feed")
    if media_type == HTML:
        return redirect(url_for("changes.release", version=version), 303)
    here = ox.NamedNode(published(url_for("feed.closed", version=version, page=page, lang=None)))
    closing = ox.Triple(here, ox.NamedNode(f"{LDES}immutable"), _literal("true", "boolean"))
    lines = (folder() / version / f"{number}.nt").read_bytes()
    members = (quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
    response = _sent([closing, *members], media_type, release.created)
    response.headers["Cache-Control"] = FOR_GOOD
    return response


@room.get("/id/version/<version>/<path:of>")
@room.get("/doc/version/<version>/<path:of>")
def member(version: str, of: str) -> Redirect:
    """Send from a version of a thing to the page of the stream that describes it (303).

    Raises:
        NotFound: the release says nothing new about such a thing.
    """
    release = find(version)
    places = {unquote(known): page for known, page in summary_of(version).members.items()}
    if of not in places:
        raise NotFound(f"release {release.version} holds no new version of that")
    response = redirect(url_for("feed.closed", version=version, page=places[of], lang=None), 303)
    response.headers["Cache-Control"] = FOR_GOOD
    return response


def _sent(triples: list[ox.Triple], media_type: str, moment: str) -> Response:
    """Return statements in the order given: what belongs to a member stands together."""
    form = GRAPH_FORMATS[media_type]
    body = ox.serialize(triples, format=form, prefixes=_PREFIXES) or b""
    kind = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    response = located(Response(body, content_type=kind))
    if moment:
        response.last_modified = datetime.fromisoformat(moment)
    return response


def _root(here: str, all_releases: Published) -> Iterator[ox.Triple]:
    node, stream, shape = ox.NamedNode(here), ox.NamedNode(STREAM), ox.NamedNode(f"{ROOT}#shape")

    def say(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: Term) -> ox.Triple:
        return ox.Triple(subject, ox.NamedNode(predicate), value)

    yield say(stream, f"{RDF}type", ox.NamedNode(f"{LDES}EventStream"))
    for language, title in _TITLES.items():
        yield say(stream, f"{DCT}title", ox.Literal(title, language=language))
    yield say(stream, f"{DCT}source", ox.NamedNode(DATASET))
    yield say(stream, f"{DCT}license", ox.NamedNode(_LICENCE))
    yield say(stream, f"{LDES}timestampPath", ox.NamedNode(MOMENT))
    yield say(stream, f"{LDES}versionOfPath", ox.NamedNode(VERSION_OF))
    yield say(stream, f"{LDES}versionDeletePath", ox.NamedNode(f"{RDF}type"))
    yield say(stream, f"{LDES}versionDeleteObject", ox.NamedNode(DELETE))
    yield say(stream, f"{LDES}pollingInterval", _literal(str(_DAY), "integer"))
    yield say(stream, f"{TREE}shape", shape)
    yield say(stream, f"{TREE}view", node)
    yield say(shape, f"{RDF}type", ox.NamedNode(f"{SH}NodeShape"))
    moment = ("datatype", ox.NamedNode(f"{XSD}dateTime"))
    for path, (limit, value) in ((VERSION_OF, ("nodeKind", ox.NamedNode(f"{SH}IRI"))), (MOMENT, moment)):
        rule = ox.BlankNode(limit)
        yield say(shape, f"{SH}property", rule)
        yield say(rule, f"{SH}path", ox.NamedNode(path))
        yield say(rule, f"{SH}{limit}", value)
        for count in ("minCount", "maxCount"):
            yield say(rule, f"{SH}{count}", _literal("1", "integer"))
    yield say(node, f"{RDF}type", ox.NamedNode(f"{TREE}Node"))
    yield say(node, f"{RDF}type", ox.NamedNode(f"{LDES}EventSource"))
    for position, release in enumerate(all_releases.releases):
        for number in range(1, summary_of(release.version).pages + 1):
            page = ox.NamedNode(public(f"changes/feed/{release.version}/{number}"))
            for bound in ("GreaterThanOrEqualTo", "LessThanOrEqualTo"):
                relation = ox.BlankNode(f"r{position}p{number}{bound[0]}")
                yield say(node, f"{TREE}relation", relation)
                yield say(relation, f"{RDF}type", ox.NamedNode(f"{TREE}{bound}Relation"))
                yield say(relation, f"{TREE}node", page)
                yield say(relation, f"{TREE}path", ox.NamedNode(MOMENT))
                yield say(relation, f"{TREE}value", _literal(release.created, "dateTime"))


def _literal(value: str, kind: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(f"{XSD}{kind}"))
