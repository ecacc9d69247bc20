"""The rules that data must keep (SHACL): a page with an anchor for each, and the same as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response

from kg.store import GRAPH_FORMATS
from kg.vocabulary import BASE, GRAPH, RDF, SH, shorten
from kg.web.addresses import located
from kg.web.answers import page
from kg.web.bounded import Subject, in_order
from kg.web.language import language
from kg.web.modified import dated, of_document
from kg.web.negotiate import HTML, choose
from kg.web.serialise import as_bytes
from kg.web.signposting import of_rules, signposted
from kg.web.site import select
from kg.web.statements import laid_out

room = Blueprint("rules", __name__)

IRI: Final = f"{BASE}shapes"
_FIRST: Final = f"{RDF}first"
_REST: Final = f"{RDF}rest"
_NIL: Final = f"{RDF}nil"
_MESSAGE: Final = f"{SH}message"
_UNSEEN: Final = {_MESSAGE, f"{SH}severity", f"{RDF}type", f"{SH}prefixes"}
_QUERIES: Final = {f"{SH}select", f"{SH}ask"}

Said = Mapping[str, Sequence[ox.NamedNode | ox.BlankNode | ox.Literal]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what a rule asks for: a text, an IRI, or several of them in brackets."""

    text: str
    iri: str = ""
    parts: "Sequence[Piece]" = ()


@dataclass(slots=True)
class Rule:
    """A rule as its part of the page shows it.

    Attributes:
        iri: the rule.
        message: what it tells who breaks it, in the language of the page.
        other: the same in the other language.
        asks: by property, what it asks for.
        query: the query that finds what breaks it, or the empty string.
    """

    iri: str
    message: str = ""
    other: str = ""
    asks: list[tuple[str, list[Piece]]] = field(default_factory=list)
    query: str = ""


@room.get("/shapes")
@room.get("/shapes.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show the rules file by file, or give them as data."""
    media_type = choose((HTML, *GRAPH_FORMATS), suffix)
    found = select("rules")
    by_file: dict[str, list[ox.Triple]] = {}
    for file, subject, name, value in found.rows:
        if isinstance(subject, Subject) and isinstance(name, ox.NamedNode) and value is not None and file is not None:
            by_file.setdefault(str(file.value), []).append(ox.Triple(subject, name, value))
    every = in_order(triple for triples in by_file.values() for triple in triples)
    if media_type != HTML:
        response = dated(Response(as_bytes(every, media_type), content_type=media_type), of_document(IRI))
        return located(signposted(response, of_rules()))
    files = [(iri, iri.removeprefix(f"{GRAPH}shapes."), _rules(triples)) for iri, triples in sorted(by_file.items())]
    return located(signposted(page("rules.html", files=files, laid=laid_out(every)), of_rules()))


def _rules(triples: Sequence[ox.Triple]) -> list[Rule]:
    said: dict[ox.NamedNode | ox.BlankNode, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = {}
    for triple in in_order(triples):
        if isinstance(triple.subject, Subject) and not isinstance(triple.object, ox.Triple):
            said.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    return [_rule(node.value, facts, said) for node, facts in said.items() if isinstance(node, ox.NamedNode)]


def _rule(iri: str, facts: Said, said: Mapping[ox.NamedNode | ox.BlankNode, Said]) -> Rule:
    rule = Rule(iri)
    for message in facts.get(_MESSAGE, ()):
        if isinstance(message, ox.Literal) and message.language in {language(), None}:
            rule.message = message.value
        else:
            rule.other = str(message.value)
    for name, values in facts.items():
        if name in _QUERIES:
            rule.query = str(values[0].value).strip()
        elif name not in _UNSEEN:
            rule.asks.append((name, [_piece(value, said, ()) for value in values]))
    return rule


def _piece(
    value: ox.NamedNode | ox.BlankNode | ox.Literal,
    said: Mapping[ox.NamedNode | ox.BlankNode, Said],
    above: tuple[ox.BlankNode, ...],
) -> Piece:
    """Return what a value says; of a nameless node what it holds, without going round in a ring."""
    if isinstance(value, ox.NamedNode):
        return Piece(shorten(value.value), value.value)
    if isinstance(value, ox.Literal):
        return Piece(value.value)
    if value in above:
        return Piece("…")
    inside = (*above, value)
    if _FIRST in (facts := said.get(value, {})):
        return Piece("", parts=[_piece(one, said, inside) for one in _members(value, said)])
    parts: list[Piece] = []
    for name, values in facts.items():
        parts += [Piece(shorten(name), name), *(_piece(one, said, inside) for one in values)]
    return Piece("", parts=parts)


def _members(
    head: ox.NamedNode | ox.BlankNode | ox.Literal, said: Mapping[ox.NamedNode | ox.BlankNode, Said]
) -> Sequence[ox.NamedNode | ox.BlankNode | ox.Literal]:
    members: list[ox.NamedNode | ox.BlankNode | ox.Literal] = []
    seen: set[object] = set()
    while isinstance(head, ox.BlankNode) and head not in seen:
        seen.add(head)
        members += said[head].get(_FIRST, ())
        head = next(iter(said[head].get(_REST, ())), ox.NamedNode(_NIL))
    return members
