"""A draft: what was said of a new thing, as statements."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import pyoxigraph as ox

from kg.drafting.fields import Field, Kind
from kg.drafting.known import Known, slug
from kg.errors import BadParameter, UsageProblem
from kg.vocabulary import ID, PROV, RDF, RDFS, WK, XSD
from kg.writing import turtle

_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|^`\\]+")
_LANGUAGES: Final = ("nl", "en")
_LONGEST: Final = 60


class Draft:
    """A thing in the making.

    Args:
        kind: what is made.
        known: the graph that it will be part of.
    """

    def __init__(self, kind: Kind, known: Known) -> None:
        self.kind = kind
        self._known = known
        self._said: dict[Field, list[ox.Literal | ox.NamedNode]] = {}
        self._precision = ""

    def say(self, field: Field, words: Sequence[str]) -> None:
        """Say something of the thing.

        Args:
            field: what is said.
            words: the value, or several where the field can have more; Dutch and English for ``texts``.

        Raises:
            BadParameter: a value is not of the field's kind, or names nothing that there is.
        """
        if field.kind == "texts":
            self._said[field] = [
                ox.Literal(text, language=tag) for tag, text in zip(_LANGUAGES, words, strict=True) if text
            ]
            return
        self._said[field] = [self._term(field, word.strip()) for word in words]

    def missing(self) -> list[Field]:
        """Return what still has to be said, in order."""
        new = not any(field.option == "publication" for field in self._said)
        return [
            field
            for field in self.kind.fields
            if (
                not self._said.get(field)
                and (field.needed or (new and field.option in {"title", "type", "issued", "language"}))
            )
            or (field.kind == "texts" and len(self._said.get(field, _LANGUAGES)) < len(_LANGUAGES))
        ]

    def name(self) -> str:
        """Return the name that the thing gets in its IRI: its English label, shortened at a word."""
        texts = [
            value.value for value in self._texts("label") if isinstance(value, ox.Literal) and value.language == "en"
        ]
        whole = slug(texts[0]) if texts else ""
        return whole if len(whole) <= _LONGEST else whole[: _LONGEST + 1].rpartition("-")[0] or whole[:_LONGEST]

    def text(self, name: str, curator: str | None) -> str:
        """Return the file.

        Args:
            name: of the thing in its IRI.
            curator: IRI of who enters it; the only one that the graph knows when none is given.

        Raises:
            UsageProblem: the name is none or taken, or it is not known who enters it.
        """
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise UsageProblem(f"{name!r} cannot name a thing; give --name with lower-case letters, digits and hyphens")
        iri = f"{ID}{self.kind.name}/{name}"
        publication = f"{ID}publication/{name}"
        brings = any(field.of for field in self._said)
        for each in (iri, publication) if brings else (iri,):
            if self._known.described(each):
                raise UsageProblem(f"there is a <{each}> already; give another --name")
        triples = [_triple(iri, RDF + "type", ox.NamedNode(self.kind.cls))]
        for field, values in self._said.items():
            triples += [_triple(publication if field.of else iri, field.path, value) for value in values]
        if brings:
            triples += self._publication(iri, publication)
        if self._precision:
            triples.append(_triple(publication, WK + "datePrecision", ox.Literal(self._precision)))
        if self.kind.name == "study" and not self._texts("rigour"):
            triples += self._rigour(iri)
        if self.kind.attributed:
            triples.append(_triple(iri, PROV + "wasAttributedTo", ox.NamedNode(self._curator(curator))))
        return turtle(triples)

    def _publication(self, iri: str, publication: str) -> list[ox.Triple]:
        """Return what is said of the new publication besides its own fields."""
        found = [
            _triple(publication, RDF + "type", ox.NamedNode(WK + "Publication")),
            _triple(iri, WK + "reportedIn", ox.NamedNode(publication)),
        ]
        for value in self._texts("label"):
            if isinstance(value, ox.Literal):
                what = {"nl": "Publicatie", "en": "Publication"}[value.language or "nl"]
                found.append(
                    _triple(publication, RDFS + "label", ox.Literal(f"{what}: {value.value}", language=value.language))
                )
        return found

    def _rigour(self, iri: str) -> list[ox.Triple]:
        """Return the rigour of the design, where that is all there is to know."""
        design = next((value.value for value in self._texts("design")), "")
        level = self._known.value(design, WK + "rigour")
        return [_triple(iri, WK + "rigour", ox.NamedNode(level))] if level else []

    def _curator(self, given: str | None) -> str:
        agents = self._known.agents()
        if given is not None:
            iri = given if given in agents else f"{ID}{given.replace(':', '/', 1)}"
            if iri not in agents:
                raise UsageProblem(f"there is no curator {given}; data/curators.ttl has {', '.join(agents) or 'none'}")
            return iri
        if len(agents) != 1:
            raise UsageProblem(
                f"say who enters this with --curator; data/curators.ttl has {', '.join(agents) or 'none'}"
            )
        return agents[0]

    def _texts(self, option: str) -> list[ox.Literal | ox.NamedNode]:
        return next((values for field, values in self._said.items() if field.option == option and not field.of), [])

    def _term(self, field: Field, word: str) -> ox.Literal | ox.NamedNode:
        if field.kind == "thing":
            return ox.NamedNode(self._known.find(field, word))
        if field.kind == "date":
            whole, precision = _date(field, word)
            if field.of:
                self._precision = precision
            elif precision != "day":
                raise BadParameter(f"{field.option}: {word!r}: a full date such as 2024-05-31 is needed here")
            return ox.Literal(whole, datatype=ox.NamedNode(XSD + "date"))
        if field.kind == "integer":
            if not re.fullmatch(r"[0-9]{1,12}", word):
                raise BadParameter(f"{field.option}: {word!r}: a whole number is needed")
            return ox.Literal(int(word))
        if field.kind == "address":
            if not _ADDRESS.fullmatch(word):
                raise BadParameter(f"{field.option}: {word!r}: an address that begins with https:// is needed")
            return ox.NamedNode(word)
        if field.option == "language" and word not in _LANGUAGES:
            raise BadParameter(f"language: {word!r}: nl or en is needed")
        tags = [value.value for other, values in self._said.items() if other.option == "language" for value in values]
        return ox.Literal(word, language=tags[0]) if field.option == "title" and tags else (
            ox.Literal(word, language="nl") if field.option == "short" else ox.Literal(word)
        )  # fmt: skip


def _date(field: Field, word: str) -> tuple[str, str]:
    """Return a whole date and how precisely it is known."""
    match = _DATE.fullmatch(word)
    try:
        year, month, day = match.groups() if match else ("", "", "")
        precision = "day" if day else "month" if month else "year"
        return date(int(year), int(month or 1), int(day or 1)).isoformat(), precision
    except ValueError as error:
        raise BadParameter(f"{field.option}: {word!r}: a date such as 2024-05-31, 2024-05 or 2024 is needed") from error


def _triple(subject: str, predicate: str, value: ox.Literal | ox.NamedNode) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def from_options(draft: Draft, given: Mapping[str, Sequence[str]]) -> None:
    """Say all that options hold: field name to values; ``texts`` come as Dutch and English.

    Raises:
        BadParameter: a value does not fit.
    """
    # The language first: it decides how the title is tagged.
    for field in sorted(draft.kind.fields, key=lambda field: field.option != "language"):
        if words := given.get(field.option):
            draft.say(field, words)
