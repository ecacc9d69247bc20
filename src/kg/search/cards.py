"""What is known of a thing by its words: one card for each, made of the rows of one query."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from kg.store import Term
from kg.vocabulary import DCT, ID, OWL, PROV, RDF, RDFS, SH, SKOS, WK

Row = tuple[Term | None, ...]
Words = dict[str, str]

QUESTION: Final = "Question"
TERM: Final = "Term"
_KINDS: Final[dict[str, tuple[str, int]]] = {
    f"{WK}Intervention": ("Intervention", 0),
    f"{WK}KnowledgeGap": ("KnowledgeGap", 0),
    f"{SH}SPARQLExecutable": (QUESTION, 0),
    f"{WK}Programme": ("Programme", 0),
    f"{WK}Project": ("Project", 0),
    f"{WK}Study": ("Study", 0),
    f"{WK}Publication": ("Publication", 0),
    "http://www.w3.org/ns/org#Organization": ("Organization", 0),
    f"{SKOS}Concept": ("Concept", 0),
    f"{WK}FundingRound": ("FundingRound", 1),
    f"{WK}Event": ("Event", 1),
    f"{WK}Recommendation": ("Recommendation", 1),
    f"{SKOS}ConceptScheme": ("ConceptScheme", 1),
    f"{SKOS}Collection": ("Collection", 1),
    f"{WK}Finding": ("Finding", 2),
    f"{WK}Assertion": ("Assertion", 2),
    f"{WK}Search": ("Search", 2),
    f"{WK}Bearing": ("Bearing", 2),
    f"{OWL}Class": (TERM, 3),
    f"{OWL}ObjectProperty": (TERM, 3),
    f"{OWL}DatatypeProperty": (TERM, 3),
    f"{PROV}Agent": ("Agent", 3),
}
"""Kinds of things in the order in which they are listed, and how far back each stands for the same match."""
_OTHER_TIER: Final = 2
_NAMES: Final = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCT}title")
_MAKERS: Final = (f"{DCT}creator", f"{DCT}publisher", f"{WK}carriedOutBy")
_ALSO: Final = (*_NAMES, f"{SKOS}altLabel", f"{SKOS}hiddenLabel", f"{DCT}identifier", *_MAKERS)
_TEXTS: Final = tuple(
    f"{SKOS}definition {DCT}description {RDFS}comment {SKOS}scopeNote {SKOS}example {WK}condition".split()
)
_SUBJECTS: Final = tuple(
    f"{WK}{name}" for name in ["component", "contextFactor", "intervention", "targetGroup", "outcome", "theme"]
)
_NOTATION: Final = f"{SKOS}notation"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and its language; a text without one has the empty string."""

    text: str
    language: str


@dataclass(slots=True)
class Card:
    """A thing as it can be found.

    Attributes:
        iri: the thing.
        kind: what it is, by a short name.
        tier: how far back it stands among things that match equally well.
        names: what it is called, by language.
        schemes: slugs of the concept schemes that it stands in.
        also: other names, and the names of who made it.
        texts: what is said about it, and what it is about.
        notations: codes by which it may be known; searched, never shown.
    """

    iri: str
    kind: str
    tier: int
    names: Words
    schemes: list[str] = field(default_factory=list)
    also: list[Passage] = field(default_factory=list)
    texts: list[Passage] = field(default_factory=list)
    notations: list[str] = field(default_factory=list)

    def name(self, language: str) -> Passage:
        """Return the name in a language, else in another, else the end of the IRI."""
        for found in (language, *self.names):
            if found in self.names:
                return Passage(self.names[found], found)
        return Passage(self.iri.rpartition("/")[2], "")

    def plain(self) -> dict[str, Any]:
        """Return the card as plain data, from which :meth:`again` makes it."""
        return asdict(self)

    @classmethod
    def again(cls, plain: Mapping[str, Any]) -> "Card":
        """Make a card from plain data."""
        passages = {name: [Passage(**passage) for passage in plain[name]] for name in ("also", "texts")}
        return cls(**{**plain, **passages})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All cards, and what the kinds and schemes on them are called, by language; kinds in their order."""

    cards: list[Card]
    kinds: dict[str, Words]
    schemes: dict[str, Words]


def read(rows: Iterable[Row]) -> Catalogue:
    """Make the cards from rows of thing, property and value."""
    said: dict[str, dict[str, list[Term]]] = {}
    for thing, name, value in rows:
        if thing is not None and name is not None and value is not None:
            said.setdefault(str(thing.value), {}).setdefault(str(name.value), []).append(value)
    names = {iri: _name(facts) for iri, facts in said.items()}
    cards = [card for iri, facts in said.items() if (card := _card(iri, facts, names))]
    order = {kind: place for place, (kind, _tier) in enumerate(_KINDS.values())}
    classes = {kind: iri for iri, (kind, _tier) in reversed(_KINDS.items())}
    kinds = sorted({card.kind for card in cards}, key=lambda kind: (order.get(kind, len(order)), kind))
    schemes = sorted({slug for card in cards for slug in card.schemes})
    return Catalogue(
        cards,
        {kind: names.get(classes.get(kind, WK + kind), {}) for kind in kinds},
        {slug: names.get(f"{ID}scheme/{slug}", {}) for slug in schemes},
    )


def _card(iri: str, facts: Mapping[str, list[Term]], names: Mapping[str, Words]) -> Card | None:
    """Return the card of a thing; None for one that is of no kind that is listed here."""
    kind = _kind([str(value.value) for value in facts.get(f"{RDF}type", ())])
    if kind is None:
        return None
    card = Card(iri, *kind, names[iri])
    card.schemes = [str(value.value).rpartition("/")[2] for value in facts.get(f"{SKOS}inScheme", ())]
    card.notations = [str(value.value) for value in facts.get(_NOTATION, ())]
    for name in _ALSO:
        for value in facts.get(name, ()):
            found = _passages(value, names)
            card.also += [passage for passage in found if passage.text not in card.names.values()]
    card.texts = [passage for name in _TEXTS for value in facts.get(name, ()) for passage in _passages(value, {})]
    card.texts += [
        passage for name in _SUBJECTS for value in facts.get(name, ()) for passage in _passages(value, names)
    ]
    return card


def _kind(classes: list[str]) -> tuple[str, int] | None:
    """Return the first kind in our order; a class of ours that is not in it counts under its own name."""
    for iri, kind in _KINDS.items():
        if iri in classes:
            return kind
    return next(((iri.removeprefix(WK), _OTHER_TIER) for iri in classes if iri.startswith(WK)), None)


def _name(facts: Mapping[str, list[Term]]) -> Words:
    found: Words = {}
    for name in _NAMES:
        for value in facts.get(name, ()):
            if isinstance(value, ox.Literal):
                found.setdefault(value.language or "", value.value)
    return found


def _passages(value: Term, names: Mapping[str, Words]) -> list[Passage]:
    """Return the texts of a value: a literal's own, or the names of a thing."""
    if isinstance(value, ox.Literal):
        return [Passage(value.value, value.language or "")]
    return [Passage(text, language) for language, text in names.get(str(value.value), {}).items()]
