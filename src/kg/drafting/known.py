"""Find a concept or thing of a graph by what a person calls it: its name in either language, its short name, its IRI."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from kg.drafting.fields import Field
from kg.errors import BadParameter
from kg.spoken import gettext as _
from kg.spoken import spoken
from kg.vocabulary import ID, RDF, RDFS, SKOS, WK, shorten

_SHOWN: Final = 6
_FAR: Final = 5
_LAST: Final = 1_000_000
_NAMES: Final = (SKOS + "prefLabel", SKOS + "altLabel", SKOS + "notation", RDFS + "label")
_LABELS: Final = (SKOS + "prefLabel", RDFS + "label")
_TOLD: Final = (SKOS + "definition", RDFS + "comment")


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
            told = self.told(found)
            raise BadParameter(
                _(
                    "%(option)s: %(word)r is the name of %(told)s; write which",
                    option=field.option,
                    word=word,
                    told=told,
                )
            )
        near = self.near(field, word)
        if near:
            told = self.told(near[:_SHOWN])
            raise BadParameter(
                _("%(option)s: there is no %(word)r; did you mean %(told)s?", option=field.option, word=word, told=told)
            )
        some = self.choices(field)
        more = _("; and %(number)s more", number=len(some) - _SHOWN) if len(some) > _SHOWN else ""
        raise BadParameter(
            _("%(option)s: there is no %(word)r; there are %(told)s", option=field.option, word=word,
              told=self.told(some[:_SHOWN]) + more)
            if some
            else _("%(option)s: there is no %(word)r; there are none yet", option=field.option, word=word)
        )  # fmt: skip

    def near(self, field: Field, word: str) -> list[str]:
        """Return the IRIs of what looks like a word, nearest first.

        First what a name begins with, then what a word of a name does, what holds it, what is spelt nearly so, and what
        has it in its definition.
        """
        key = _key(word)
        if not key:
            return []
        names = self._of(field)
        close = get_close_matches(key, names, _SHOWN)
        ranks: dict[str, int] = {}
        for name, iris in names.items():
            rank = _rank(key, name, close)
            for iri in iris:
                ranks[iri] = min(rank, ranks.get(iri, _FAR))
        for iri in (iri for iri, rank in ranks.items() if rank == _FAR):
            words = "-".join(_key(text) for path in _TOLD for text in self._said(iri, path))
            if _begins_a_word(key, words):
                ranks[iri] = _FAR - 1
        found = [iri for iri, rank in ranks.items() if rank < _FAR]
        return sorted(found, key=lambda iri: (ranks[iri], self.name(iri).lower(), iri))

    def choices(self, field: Field) -> list[str]:
        """Return the IRIs of what fits a field, in the order of their scheme, else by name."""
        fitting = {iri for iris in self._of(field).values() for iri in iris}
        return sorted(fitting, key=lambda iri: (self._place(iri), self.name(iri).lower(), iri))

    def told(self, iris: Iterable[str], between: str = ", ") -> str:
        """Return things by their names in the language that is spoken, each with its short name."""
        return between.join(f"{name} ({shorten(iri)})" if (name := self.name(iri)) else shorten(iri) for iri in iris)

    def value(self, subject: str, predicate: str) -> str | None:
        """Return the one thing that a property of a thing points at, None when there is none or more."""
        found = list(self._objects(subject, predicate))
        return found[0] if len(found) == 1 else None

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the things that a property of a thing points at."""
        return sorted(self._objects(subject, predicate))

    def agents(self) -> list[str]:
        """Return the curators that the graph knows."""
        return sorted(
            iri for iri in self._subjects(RDF + "type", "http://www.w3.org/ns/prov#Agent") if f"{ID}curator/" in iri
        )

    def name(self, iri: str) -> str:
        """Return what a thing is called in the language that is spoken; empty when it has no name."""
        texts = {
            quad.object.language or "": quad.object.value
            for name in _LABELS
            for quad in self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(name), None)
            if isinstance(quad.object, ox.Literal)
        }
        return texts.get(spoken()) or next(iter(texts.values()), "")

    def _place(self, iri: str) -> int:
        return next((int(text) for text in self._said(iri, WK + "order") if text.isdecimal()), _LAST)

    def _said(self, iri: str, predicate: str) -> Iterator[str]:
        for quad in self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None):
            if isinstance(quad.object, ox.Literal):
                yield quad.object.value

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
        return (_key(text) for name in _NAMES for text in self._said(iri, name))

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


def _rank(key: str, name: str, close: Collection[str]) -> int:
    """Return how near a name is to what was written, the nearest 0."""
    if name.startswith(key):
        return 0
    if _begins_a_word(key, name):
        return 1
    return 2 if key in name else 3 if name in close else _FAR


def _begins_a_word(key: str, text: str) -> bool:
    return f"-{key}" in f"-{text}"
