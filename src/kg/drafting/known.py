"""Find a concept or thing of a graph by what a person calls it: its name in either language, its short name, its IRI."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from kg.drafting.fields import Field
from kg.errors import BadParameter
from kg.vocabulary import ID, RDF, RDFS, SKOS, WK, shorten

_SHOWN: Final = 6
_NAMES: Final = (SKOS + "prefLabel", SKOS + "altLabel", SKOS + "notation", RDFS + "label")


class Known:
    """The things of a graph and their names.

    Args:
        triples: the graph.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._store = ox.Store()
        self._store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
        self._choices: dict[tuple[str, str], dict[str, list[str]]] = {}

    def described(self, iri: str) -> bool:
        """Tell whether the graph describes a thing."""
        return any(True for _ in self._store.quads_for_pattern(ox.NamedNode(iri), None, None))

    def find(self, field: Field, word: str) -> str:
        """Return the IRI of the thing that is called so, among those that fit a field.

        Raises:
            BadParameter: none or more than one is; names those that look like it.
        """
        choices = self._of(field)
        fitting = {iri for names in choices.values() for iri in names}
        short = f"{ID}{word.replace(':', '/', 1)}"
        for iri in (word, short):
            if iri in fitting:
                return iri
        found = choices.get(_key(word), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise BadParameter(f"{field.option}: {word!r} is the name of {self._told(found)}; write which")
        near = [iri for name in get_close_matches(_key(word), choices, _SHOWN) for iri in choices[name]]
        parts = [iri for name, iris in choices.items() if _key(word) and _key(word) in name for iri in iris]
        looks = list(dict.fromkeys(near + parts))[:_SHOWN]
        if looks:
            raise BadParameter(f"{field.option}: there is no {word!r}; did you mean {self._told(looks)}?")
        some = sorted(fitting)
        hint = (
            f"there are {self._told(some[:_SHOWN])}{' …' if len(some) > _SHOWN else ''}"
            if some
            else "there are none yet"
        )
        raise BadParameter(f"{field.option}: there is no {word!r}; {hint}")

    def choices(self, field: Field) -> list[str]:
        """Return what fits a field, as people write it, sorted."""
        return sorted({shorten(iri) for iris in self._of(field).values() for iri in iris})

    def value(self, subject: str, predicate: str) -> str | None:
        """Return the one thing that a property of a thing points at, None when there is none or more."""
        found = list(self._objects(subject, predicate))
        return found[0] if len(found) == 1 else None

    def agents(self) -> list[str]:
        """Return the curators that the graph knows."""
        return sorted(
            iri for iri in self._subjects(RDF + "type", "http://www.w3.org/ns/prov#Agent") if f"{ID}curator/" in iri
        )

    def _told(self, iris: Iterable[str]) -> str:
        return ", ".join(f"{shorten(iri)} ({name})" if (name := self._name(iri)) else shorten(iri) for iri in iris)

    def _name(self, iri: str) -> str:
        texts = [
            quad.object.value
            for name in (_NAMES[0], _NAMES[3])
            for quad in self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(name), None)
            if isinstance(quad.object, ox.Literal)
        ]
        return " / ".join(sorted(set(texts)))

    def _of(self, field: Field) -> dict[str, list[str]]:
        key = (field.path, field.among)
        if key not in self._choices:
            found: dict[str, list[str]] = {}
            for iri in sorted(set(self._fitting(field))):
                for name in {_key(iri.rpartition("/")[2]), *self._names(iri)}:
                    found.setdefault(name, []).append(iri)
            self._choices[key] = found
        return self._choices[key]

    def _fitting(self, field: Field) -> Iterator[str]:
        if field.among:
            yield from self._subjects(SKOS + "inScheme", field.among)
            yield from self._subjects(RDF + "type", field.among)
            return
        schemes = list(self._objects(field.path, WK + "valuesFrom"))
        for scheme in schemes:
            yield from self._subjects(SKOS + "inScheme", scheme)
        if not schemes:
            for kind in self._objects(field.path, RDFS + "range"):
                yield from self._subjects(RDF + "type", kind)

    def _names(self, iri: str) -> Iterator[str]:
        for name in _NAMES:
            for quad in self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(name), None):
                if isinstance(quad.object, ox.Literal):
                    yield _key(quad.object.value)

    def _objects(self, subject: str, predicate: str) -> Iterator[str]:
        for quad in self._store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None):
            if isinstance(quad.object, ox.NamedNode):
                yield quad.object.value

    def _subjects(self, predicate: str, value: str) -> Iterator[str]:
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(value)):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value


def slug(text: str) -> str:
    """Return a name for in an IRI: lower-case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _key(text: str) -> str:
    """Return a name without what people write differently: capitals, accents, spaces and marks."""
    return slug(text)
