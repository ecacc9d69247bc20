"""What is said about a thing, put in the order in which a person reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kg.store import Term
from kg.vocabulary import DCT, PROV, RDF, RDFS, SKOS, WK, XSD, shorten
from kg.web.captions import CODES
from kg.web.catalogue import format_decimal
from kg.web.dates import say
from kg.web.terms import TERMS

Row = tuple[Term | None, ...]

_TITLES: Final = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCT}title")
_DEFINING: Final = (f"{SKOS}definition", f"{DCT}description")
_LEADS: Final = (*_DEFINING, f"{RDFS}comment")
_NUMBERS: Final = {f"{XSD}{name}" for name in ("integer", "decimal", "double", "float")}
_TYPE: Final = f"{RDF}type"
_UNSEEN: Final = {f"{SKOS}notation", f"{RDFS}isDefinedBy", f"{SKOS}topConceptOf", f"{WK}order", f"{WK}datePrecision"}
_BESIDE: Final = {f"{SKOS}broader", f"{SKOS}narrower", f"{SKOS}related"}
"""Shown as the neighbours of a concept."""
_SOURCE: Final = [f"{WK}reportedIn", f"{WK}statedIn", f"{WK}locator", f"{WK}extractedFrom", f"{PROV}wasAttributedTo"]
_FIRST: Final = [f"{DCT}{name}" for name in ("title", "creator", "issued", "type", "publisher")] + [
    f"{WK}{name}"
    for name in [
        "findingKind",
        "direction",
        "magnitude",
        "sign",
        "hedged",
        "condition",
        "intervention",
        "comparator",
        "component",
        "contextFactor",
        "targetGroup",
        "outcome",
        "horizon",
        "gapKind",
        "gapReason",
        "assertionKind",
        "about",
        "study",
        "design",
        "rigour",
        "country",
        "sector",
        "theme",
        "level",
        "sampleSize",
        "project",
        "evaluates",
        "addressesGap",
        "opened",
        "closed",
        "applications",
        "granted",
        "grantedAmount",
        "startDate",
        "endDate",
        "budgetAmount",
        "initiatedBy",
        "commissionedBy",
        "carriedOutBy",
        "executedBy",
        "partner",
        "fundedBy",
        "product",
    ]
]
_TECHNICAL: Final = [
    f"{SKOS}inScheme",
    f"{SKOS}exactMatch",
    f"{SKOS}closeMatch",
    f"{WK}closeMatch",
    f"{SKOS}broadMatch",
    f"{SKOS}relatedMatch",
    f"{SKOS}hiddenLabel",
    f"{DCT}created",
    f"{DCT}license",
    f"{DCT}identifier",
    f"{WK}tooi",
    f"{WK}ror",
    f"{WK}wikidata",
]
"""What programs and librarians look for; it stands last."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its text, the IRI that it links to, and its language where that is not the page's."""

    text: str
    iri: str = ""
    language: str = ""


@dataclass(slots=True)
class Fact:
    """A property and its values."""

    iri: str
    label: str
    values: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Thing:
    """A thing as its page shows it.

    Attributes:
        iri: the thing.
        title: its name.
        leads: sentences that say what it is.
        kinds: its classes.
        facts: what is said about it.
        source: where that stands and who entered it.
        technical: identifiers, and what links it to schemes and vocabularies.
        defined: whether the first of the leads says what it is; else they are remarks of the curator.
    """

    iri: str
    title: str
    leads: list[Value]
    kinds: list[Value]
    facts: list[Fact]
    source: list[Fact]
    technical: list[Fact] = field(default_factory=list)
    defined: bool = True


def read(rows: Iterable[Row], language: str) -> list[Thing]:
    """Read the rows of a facts query: subject, property, its label, value, its label; one thing per subject."""
    said: dict[str, list[Row]] = {}
    for row in rows:
        if row[0] is not None:
            said.setdefault(str(row[0].value), []).append(row[1:])
    return [_thing(iri, found, language) for iri, found in said.items()]


def _thing(iri: str, rows: Sequence[Row], language: str) -> Thing:
    precision = next(
        (value.value for name, _, value, _ in rows if name and value and name.value == f"{WK}datePrecision"), ""
    )
    facts: dict[str, Fact] = {}
    for name, label, value, value_label in rows:
        if name is None or value is None:
            continue
        word = str(label.value) if label else str(TERMS.get(str(name.value), shorten(str(name.value))))
        found = facts.setdefault(str(name.value), Fact(str(name.value), word))
        found.values.append(_value(value, value_label, language, str(precision)))
    for fact in facts.values():
        fact.values = _in_language(fact.values)
    title = next((facts.pop(name).values[0].text for name in _TITLES if name in facts), shorten(iri))
    defined = any(name in facts for name in _DEFINING)
    leads = [value for name in _LEADS if name in facts for value in facts.pop(name).values]
    kinds = facts.pop(_TYPE, Fact(_TYPE, "")).values
    source = [facts.pop(name) for name in _SOURCE if name in facts]
    first = [facts.pop(name) for name in _FIRST if name in facts]
    technical = [facts.pop(name) for name in _TECHNICAL if name in facts]
    unseen = _UNSEEN | _BESIDE
    rest = sorted((fact for fact in facts.values() if fact.iri not in unseen), key=lambda fact: fact.label.casefold())
    return Thing(iri, title, leads, kinds, first + rest, source, technical, defined)


def _value(value: Term, label: Term | None, language: str, precision: str) -> Value:
    if not isinstance(value, ox.Literal):
        text = str(label.value) if label else str(TERMS.get(str(value.value), shorten(str(value.value))))
        return Value(text, str(value.value) if isinstance(value, ox.NamedNode) else "")
    if value.datatype.value == f"{XSD}date":
        return Value(say(value.value, precision))
    if value.datatype.value == f"{XSD}boolean":
        return Value(str(CODES[value.value]))
    if value.datatype.value in _NUMBERS:
        return Value(format_decimal(value.value))
    return Value(value.value, language=value.language if value.language and value.language != language else "")


def _in_language(values: list[Value]) -> list[Value]:
    """Keep what is said in the page's language or in none; where nothing is, keep all, marked as of another one."""
    return [value for value in values if not value.language] or values
