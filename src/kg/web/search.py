"""Search: a page of results with facets, the same as data, and suggestions while somebody types."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import Blueprint, Flask, Response, json, request

from kg.errors import BadParameter
from kg.search import Asked, Card, Found, Piece, passage, pieces, wanted
from kg.web import lookup, paging
from kg.web.answers import page
from kg.web.language import language
from kg.web.lookup import Lookup, link
from kg.web.negotiate import HTML, JSON, choose

room = Blueprint("search", __name__)

LONGEST: Final = 200
_PAGE: Final = 20
_SUGGESTIONS: Final = 10
_LONGEST_TYPED: Final = 80
_FEWEST_LETTERS: Final = 2
_EXAMPLES: Final = {
    "nl": ("schuldhulp", "first place, then train", "discriminatie", "Movisie"),
    "en": ("debts", "first place, then train", "discrimination", "Movisie"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """A thing that was found.

    Attributes:
        iri: the thing.
        url: the page about it.
        kind: what it is, in the language of the page.
        scheme: the scheme of a concept, else the empty string.
        name: what it is called, in pieces.
        name_language: of the name, where it is not that of the page.
        text: the passage that was found, in pieces.
        text_language: of the passage, where it is not that of the page.
    """

    iri: str
    url: str
    kind: str
    scheme: str
    name: list[Piece]
    name_language: str
    text: list[Piece]
    text_language: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A choice that narrows the results: its value in the address, its name, how many results it leaves."""

    value: str
    label: str
    count: int


def init_app(app: Flask) -> None:
    """Give an application what its searches need."""
    lookup.init_app(app)
    app.jinja_env.globals["search_longest"] = LONGEST


@room.get("/search")
@room.get("/search.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show what is found, or give it as data; without a query show how to search, and what there is."""
    media_type = choose((HTML, JSON), suffix)
    known = lookup.lookup()
    query = " ".join(request.args.get("q", "").split())[:LONGEST]
    # What holds no word asks for nothing.
    query = query if wanted(query) else ""
    kind = _one_of("kind", known.catalogue.kinds)
    scheme = _one_of("scheme", known.catalogue.schemes)
    asked = Asked(query, language(), kind, scheme)
    found, said = _find(known, asked, (paging.asked() - 1) * _PAGE)
    these = paging.paged(found.total, _PAGE)
    results = [_result(known, card, found) for card in found.cards if lookup.shown(card)]
    told: dict[str, Any] = {
        "query": query,
        "corrected": said,
        "whole": found.whole,
        "left_out": found.left_out,
        "total": found.total,
        "page": these.number,
        "pages": these.pages,
        "kinds": _facets(found.kinds, list(known.catalogue.kinds), known.kind),
        "schemes": sorted(
            _facets(found.schemes, list(found.schemes), known.scheme), key=lambda one: one.label.casefold()
        ),
        "results": results,
    }
    if media_type == JSON:
        return Response(json.dumps(_plain(told)), mimetype="application/json")
    examples = _EXAMPLES[language()]
    return page("search.html", **told, kind=kind, scheme=scheme, known=known, around=these.around, examples=examples)


@room.get("/search/suggest")
def suggest() -> Response:
    """Give the names that begin like what somebody types, for the search box."""
    typed = request.args.get("q", "")[:_LONGEST_TYPED].strip()
    known = lookup.lookup() if len(typed) >= _FEWEST_LETTERS else None
    cards = known.index.names(typed, language(), _SUGGESTIONS) if known else []
    found = [
        {"label": card.name(language()).text, "kind": known.kind(card.kind), "url": link(card)}
        for card in cards
        if known and lookup.shown(card)
    ]
    return Response(json.dumps(found), mimetype="application/json")


def _find(known: Lookup, asked: Asked, offset: int) -> tuple[Found, str]:
    """Return what is found and the query that found it, where that is another than was asked: one spelled better."""
    found = known.index.find(asked, offset, _PAGE)
    if found.total and found.whole:
        return found, ""
    corrected = known.index.corrected(asked.query)
    if not corrected:
        return found, ""
    better = known.index.find(Asked(corrected, asked.language, asked.kind, asked.scheme), offset, _PAGE)
    return (better, corrected) if better.total and (better.whole or not found.total) else (found, "")


def _result(known: Lookup, card: Card, found: Found) -> Result:
    name, text = card.name(language()), passage(card, found.wanted, language())
    return Result(
        card.iri,
        link(card),
        known.kind(card.kind),
        known.scheme(card.schemes[0]) if card.kind == "Concept" and card.schemes else "",
        pieces(name.text, found.wanted),
        _foreign(name.language),
        pieces(text.text, found.wanted),
        _foreign(text.language),
    )


def _foreign(spoken: str) -> str:
    return spoken if spoken != language() else ""


def _facets(counts: Mapping[str, int], order: Sequence[str], label: Callable[[str], str]) -> list[Facet]:
    return [Facet(value, label(value), counts[value]) for value in order if counts.get(value)]


def _one_of(name: str, allowed: Collection[str]) -> str:
    """Return a value of the address that has to be one of a list, or the empty string.

    Raises:
        BadParameter: it is none of them.
    """
    value = request.args.get(name, "").strip()
    if value and value not in allowed:
        raise BadParameter(f"{name}: one of {', '.join(allowed)} is needed")
    return value


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer as a program reads it: texts without marks."""
    facets = {name: [asdict(one) for one in told[name]] for name in ("kinds", "schemes")}
    results = [
        {
            **{name: getattr(one, name) for name in ("iri", "url", "kind", "scheme")},
            "label": "".join(piece.text for piece in one.name),
            "text": "".join(piece.text for piece in one.text),
        }
        for one in told["results"]
    ]
    return {**told, **facets, "results": results}
