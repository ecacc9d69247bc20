"""Every statement of a description, laid out for a page: what programs get, people can read too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kg.store import Term
from kg.vocabulary import RDF, XSD, shorten

_PLAIN: Final = {f"{XSD}string", f"{RDF}langString"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as a page shows it.

    Attributes:
        text: what it is called, or what it says.
        iri: the IRI that it stands for, or the empty string.
        anchor: for a nameless node: where on the page it is described.
        language: of a text.
        datatype: of a value, as people write it; empty for a text.
    """

    text: str
    iri: str = ""
    anchor: str = ""
    language: str = ""
    datatype: str = ""


@dataclass(slots=True)
class Said:
    """A property and its values."""

    property: Entry
    values: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class About:
    """All that is said about one subject."""

    subject: Entry
    said: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Laid:
    """Statements as a page shows them; ``size`` counts them."""

    about: Sequence[About]
    size: int


def laid_out(statements: Iterable[ox.Triple]) -> Laid:
    """Lay out statements by subject and property, in the order in which they come."""
    names: dict[str, str] = {}
    found: dict[Term, tuple[About, dict[str, Said]]] = {}
    size = 0
    for subject, name, value in statements:
        if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
            raise TypeError("a statement about a statement is not shown here")
        size += 1
        about, said = found.setdefault(subject, (About(_entry(subject, names)), {}))
        if name.value not in said:
            said[name.value] = Said(_entry(name, names))
            about.said.append(said[name.value])
        said[name.value].values.append(_entry(value, names))
    return Laid([about for about, _ in found.values()], size)


def _entry(term: Term, names: dict[str, str]) -> Entry:
    if isinstance(term, ox.NamedNode):
        return Entry(shorten(term.value), term.value)
    if isinstance(term, ox.BlankNode):
        name = names.setdefault(term.value, f"node-{len(names) + 1}")
        return Entry(f"_:{name}", anchor=name)
    datatype = "" if term.datatype.value in _PLAIN else shorten(term.datatype.value)
    return Entry(term.value, language=term.language or "", datatype=datatype)
