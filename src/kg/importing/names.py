"""Find concepts and publications of the graph by what people call them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from kg.spoken import gettext as _
from kg.vocabulary import DCT, ID, PREFIXES, SKOS, WK, shorten

_ALIKE: Final = 0.6
_DOI: Final = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>]+")
_SUGGESTED: Final = 3


def fold(text: str) -> str:
    """Return a name without capitals, accents and marks, so that ways of writing it are equal."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign))))


def doi(text: str) -> str:
    """Return the DOI in a text (a DOI, or an address with one in it) as it is kept; empty when there is none."""
    found = _DOI.search(text.strip())
    return found[0].rstrip(".,;").lower() if found else ""


def alike(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that look most like a text, at most three."""
    written = {fold(name): name for name in names}
    return [written[near] for near in get_close_matches(fold(text), written, _SUGGESTED, _ALIKE)]


def did_you_mean(text: str, names: Iterable[str]) -> str:
    """Return the end of a sentence that names what looks like it; empty when nothing does."""
    return or_else(alike(text, names))


def or_else(near: Sequence[str]) -> str:
    """Return the end of a sentence that names what may be meant; empty when there is nothing."""
    return _("; did you mean %(names)s?", names=_(" or ").join(repr(name) for name in near)) if near else ""


def iri(name: str) -> str:
    """Return the IRI of a short name: ``study:slug`` of ours, ``wk:Study``, or an address as it is."""
    prefix, colon, local = name.partition(":")
    if not colon or local.startswith("//"):
        return name
    return f"{PREFIXES[prefix]}{local}" if prefix in PREFIXES else f"{ID}{prefix}/{local}"


@dataclass(frozen=True, slots=True)
class Word:
    """A concept as people find it: its short name, its label by language, what else it is called, what it means.

    ``tongues`` has the language of each of the other names.
    """

    name: str
    labels: Mapping[str, str]
    others: tuple[str, ...]
    means: Mapping[str, str]
    tongues: Mapping[str, str] = field(default_factory=dict)

    def called(self, language: str = "") -> list[str]:
        """Return all that it is called, or what it is called in a language."""
        labels = [text for tag, text in self.labels.items() if language in {"", tag}]
        return [*labels, *(text for text in self.others if language in {"", self.tongues.get(text)})]


class Concepts:
    """The concepts of a graph by scheme and label, in both languages.

    Args:
        store: the graph, each file in a named graph of its own.

    Attributes:
        missed: texts that were complained about, by scheme.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._schemes: dict[str, dict[str, str]] = {}
        self.missed: dict[str, list[str]] = {}

    def find(self, scheme: str, text: str) -> str | None:
        """Return the short name of the concept that is called so; None when none or more than one is."""
        found = self._labels(scheme).get(fold(text))
        return found or self._labels(scheme).get(fold(text.removeprefix(ID).replace(":", " ").replace("/", " ")))

    def schemes(self) -> list[str]:
        """Return the names of the concept schemes."""
        quads = self._store.quads_for_pattern(None, ox.NamedNode(f"{SKOS}inScheme"), None)
        return sorted({quad.object.value.rpartition("/")[2] for quad in quads if isinstance(quad.object, ox.NamedNode)})

    def words(self, scheme: str) -> list[Word]:
        """Return the concepts of a scheme with all that people call them, in the order of the scheme."""
        found: list[tuple[int, Word]] = []
        home = ox.NamedNode(f"{ID}scheme/{scheme}")
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(f"{SKOS}inScheme"), home):
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            said = {
                name: self._values(quad.subject, SKOS + name)
                for name in ("prefLabel", "altLabel", "hiddenLabel", "definition")
            }
            tongues = {
                value.value: value.language or "" for name in ("altLabel", "hiddenLabel") for value in said[name]
            }
            labels, means = (
                {value.language or "": value.value for value in said[name]} for name in ("prefLabel", "definition")
            )
            order = next((int(value.value) for value in self._values(quad.subject, f"{WK}order")), 0)
            found.append((order, Word(shorten(quad.subject.value), labels, tuple(tongues), means, tongues)))
        return [word for _order, word in sorted(found, key=lambda one: (one[0], one[1].name))]

    def told(self, name: str) -> dict[str, str]:
        """Return what a concept says: its label by language, and each thing that a property of ours names."""
        concept = ox.NamedNode(iri(name))
        said = {value.language or "": value.value for value in self._values(concept, f"{SKOS}prefLabel")}
        for quad in self._store.quads_for_pattern(concept, None, None):
            if quad.predicate.value.startswith(WK) and isinstance(quad.object, ox.NamedNode):
                said[quad.predicate.value.removeprefix(WK)] = shorten(quad.object.value)
        return said

    def points(self, name: str, path: str) -> list[str]:
        """Return the short names of all that a concept names with a property of ours."""
        quads = self._store.quads_for_pattern(ox.NamedNode(iri(name)), ox.NamedNode(f"{WK}{path}"), None)
        return sorted({shorten(quad.object.value) for quad in quads if isinstance(quad.object, ox.NamedNode)})

    def alike(self, text: str) -> str:
        """Return the end of a sentence that names concepts of any scheme that look like a text; else nothing."""
        quads = self._store.quads_for_pattern(None, ox.NamedNode(f"{SKOS}prefLabel"), None)
        return did_you_mean(text, [quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)])

    def _labels(self, scheme: str) -> dict[str, str]:
        if scheme not in self._schemes:
            labels: dict[str, set[str]] = {}
            home = ox.NamedNode(f"{ID}scheme/{scheme}")
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(f"{SKOS}inScheme"), home):
                if not isinstance(quad.subject, ox.NamedNode):
                    continue
                name = shorten(quad.subject.value)
                named = [
                    value.value
                    for kind in ("prefLabel", "altLabel", "hiddenLabel")
                    for value in self._values(quad.subject, SKOS + kind)
                ]
                codes = [value.value for value in self._values(quad.subject, f"{SKOS}notation")]
                for text in [*named, *codes, name]:
                    labels.setdefault(fold(text), set()).add(name)
            self._schemes[scheme] = {text: min(names) for text, names in labels.items() if len(names) == 1}
        return self._schemes[scheme]

    def _values(self, subject: ox.NamedNode, predicate: str) -> list[ox.Literal]:
        quads = self._store.quads_for_pattern(subject, ox.NamedNode(predicate), None)
        return [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]


class Sources:
    """The publications and studies of a graph, by DOI and by title and year.

    Args:
        store: the graph.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._dois = {doi(value): name for name, value in self._all(f"{WK}doi")}
        years = {name: value[:4] for name, value in self._all(f"{DCT}issued")}
        self._titles = {(fold(value), years.get(name, "")): name for name, value in self._all(f"{DCT}title")}

    def publication(self, number: str, title: str, year: str) -> str | None:
        """Return the short name of the publication with this DOI, else with this title and year."""
        found = self._dois.get(doi(number)) if number else None
        return found or (self._titles.get((fold(title), year[:4])) if title and year else None)

    def study(self, publication: str) -> str | None:
        """Return the short name of the study that a publication reports, when it is the only one."""
        target = ox.NamedNode(iri(publication))
        found = {
            quad.subject.value
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(f"{WK}reportedIn"), target)
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(f"{ID}study/")
        }
        return shorten(found.pop()) if len(found) == 1 else None

    def _all(self, predicate: str) -> Iterable[tuple[str, str]]:
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(predicate), None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                yield shorten(quad.subject.value), quad.object.value
