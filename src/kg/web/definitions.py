"""The classes and properties of the ontology, put together for their page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kg.vocabulary import BASE, DCT, OWL, RDF, RDFS, SKOS, WK, shorten
from kg.web.language import language
from kg.web.site import records
from kg.web.terms import TERMS

IRI: Final = f"{BASE}def"
_TYPE: Final = f"{RDF}type"
_CLASSES: Final = {f"{OWL}Class", f"{RDFS}Class"}
_WORDS: Final = (f"{RDFS}label", f"{SKOS}definition", f"{SKOS}example", f"{DCT}title", f"{DCT}description")
_DULL: Final = {f"{RDFS}isDefinedBy"}
_BACK: Final = {f"{RDFS}subClassOf": "narrower", f"{RDFS}subPropertyOf": "narrower", f"{RDFS}domain": "fitting"}


@dataclass(slots=True)
class Link:
    """A thing that a page of the ontology points to."""

    iri: str
    text: str


@dataclass(slots=True)
class Term:
    """A class or property of ours, as its part of the page shows it.

    Attributes:
        iri: the term.
        words: by property IRI, then by language, what is said in words.
        facts: by name of the property, what it points to, or plain values.
        narrower: terms that are a kind of this one.
        fitting: for a class: the properties that are said of it.
        uses: how often the data uses it.
        rules: the rules that are about it, each with its message.
    """

    iri: str
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: dict[str, list[Link]] = field(default_factory=dict)
    narrower: list[Link] = field(default_factory=list)
    fitting: list[Link] = field(default_factory=list)
    uses: int = 0
    rules: Sequence[Mapping[str, str]] = ()
    is_class: bool = False

    def said(self, name: str) -> tuple[str, str]:
        """Return what is said by a property in the language of the page, and in the other."""
        words = self.words.get(name, {})
        here = words.get(language(), "") or words.get("", "")
        other = next((text for code, text in words.items() if code and code != language()), "")
        return (here, other) if here else (other, "")

    @property
    def title(self) -> tuple[str, str]:
        """Its title in both languages, where it is the ontology itself."""
        return self.said(_WORDS[3])

    @property
    def about(self) -> tuple[str, str]:
        """What the ontology is, in both languages."""
        return self.said(_WORDS[4])

    @property
    def label(self) -> tuple[str, str]:
        """Its name in both languages."""
        return self.said(_WORDS[0])

    @property
    def definition(self) -> tuple[str, str]:
        """What it means, in both languages."""
        return self.said(_WORDS[1])

    @property
    def example(self) -> tuple[str, str]:
        """An example, in both languages; often empty."""
        return self.said(_WORDS[2])


def read(statements: Iterable[ox.Triple]) -> dict[str, Term]:
    """Return the ontology itself and its terms by IRI, in the order of their labels."""
    terms: dict[str, Term] = {}
    links: list[tuple[Term, str, str]] = []
    for subject, name, value in statements:
        if not isinstance(subject, ox.NamedNode):
            continue
        term = terms.setdefault(subject.value, Term(subject.value))
        if isinstance(value, ox.NamedNode):
            links.append((term, name.value, value.value))
        elif isinstance(value, ox.Literal) and name.value in _WORDS:
            term.words.setdefault(name.value, {})[value.language or ""] = value.value
        elif isinstance(value, ox.Literal):
            term.facts.setdefault(name.value, []).append(Link("", value.value))
    for term, name, iri in links:
        _connect(terms, term, name, iri)
    ours = [term for iri, term in terms.items() if iri == IRI or iri.startswith(WK)]
    _count(ours)
    return {term.iri: term for term in sorted(ours, key=lambda term: term.label[0].casefold())}


def _connect(terms: Mapping[str, Term], term: Term, name: str, iri: str) -> None:
    """Say on both sides that a term points to another."""
    term.is_class |= name == _TYPE and iri in _CLASSES
    if name not in _DULL:
        term.facts.setdefault(name, []).append(Link(iri, _word(terms, iri)))
    if iri in terms and name in _BACK:
        getattr(terms[iri], _BACK[name]).append(Link(term.iri, _word(terms, term.iri)))


def _count(terms: Iterable[Term]) -> None:
    """Add how often the data uses each term, and which rules are about it."""
    uses = {row["term"]: int(row["uses"]) for row in records("uses")}
    rules: dict[str, list[Mapping[str, str]]] = {}
    for row in records("rules-of", lang=language()):
        rules.setdefault(row["term"], []).append(row)
    for term in terms:
        term.uses, term.rules = uses.get(term.iri, 0), rules.get(term.iri, ())


def _word(terms: Mapping[str, Term], iri: str) -> str:
    known = terms.get(iri)
    return (known and (known.label[0] or known.title[0])) or str(TERMS.get(iri, shorten(iri)))
