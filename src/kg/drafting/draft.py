"""A draft: what was said of a new thing, as statements."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from kg.drafting.fields import Field, Kind
from kg.drafting.following import Following, triple
from kg.drafting.known import Known, slug
from kg.drafting.values import LANGUAGES, day, value
from kg.errors import UsageProblem
from kg.importing.templates import shortened
from kg.spoken import gettext as _
from kg.validate.report import Result
from kg.vocabulary import ID, PROV, RDF, RDFS, WK, XSD, shorten
from kg.writing import turtle

_LONGEST: Final = 60
_LABEL: Final = 140
_NEW_PUBLICATION: Final = {"title", "type", "issued", "language"}
_BROUGHT: Final = {
    "publication": ("Publication", "reportedIn", "Publicatie", "Publication"),
    "estimate": ("EffectEstimate", "estimate", "Schatting", "Estimate"),
}
_ESTIMATE: Final = {"measure", "value"}


class Draft:
    """A thing in the making.

    Args:
        kind: what is made.
        known: the graph that it will be part of.

    Attributes:
        follows: what follows from what was said.
    """

    def __init__(self, kind: Kind, known: Known) -> None:
        self.kind = kind
        self._known = known
        self._said: dict[Field, list[ox.Literal | ox.NamedNode]] = {}
        self._words: dict[Field, list[str]] = {}
        self._precision = ""
        self.follows = Following(kind, known, self._texts)

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
                ox.Literal(text, language=tag) for tag, text in zip(LANGUAGES, words, strict=True) if text
            ]
        else:
            self._said[field] = [self._term(field, word.strip()) for word in words]
        self._words[field] = list(words)

    def has(self, field: Field) -> bool:
        """Tell whether something was said of a field."""
        return bool(self._said.get(field))

    def options(self) -> list[str]:
        """Return what was said as the options of a command line."""
        return [
            word
            for field, words in self._words.items()
            for name, text in zip(
                field.options if field.kind == "texts" else field.options * len(words), words, strict=True
            )
            if text
            for word in (f"--{name}", text)
        ]

    def wrong(self, results: Iterable[Result]) -> list[Field]:
        """Return the fields that what a check found is about, by their property or because a sentence names it."""
        found = list(results)
        paths = {result.path for result in found}
        told = " ".join(result.message("en") for result in found if not result.path)
        named = set(re.findall(r"[a-z]+:[A-Za-z]+", told))
        return [field for field in self.kind.fields if field.path in paths or shorten(field.path) in named]

    def missing(self) -> list[Field]:
        """Return what still has to be said, in order."""
        return [
            field
            for field in self.kind.fields
            if (not self._said.get(field) and (field.needed or self._follows(field)))
            or (field.kind == "texts" and len(self._said.get(field, LANGUAGES)) < len(LANGUAGES))
        ]

    def _follows(self, field: Field) -> bool:
        """Tell whether a field is needed because of what was said, or not said, of others."""
        if field.of == "estimate":
            return field.option in _ESTIMATE and self.brings("estimate")
        return field.option in _NEW_PUBLICATION and not self._texts("publication")

    def brings(self, what: str) -> bool:
        """Tell whether a thing of another kind (``publication`` or ``estimate``) is described along with this one."""
        return any(field.of == what for field in self._said)

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
            raise UsageProblem(
                _("%(name)r cannot name a thing; give --name with lower-case letters, digits and hyphens", name=name)
            )
        iri = f"{ID}{self.kind.name}/{name}"
        others = {what: f"{ID}{what}/{name}" for what in ("publication", "estimate") if self.brings(what)}
        for each in (iri, *others.values()):
            if self._known.described(each):
                raise UsageProblem(_("there is a <%(iri)s> already; give another --name", iri=each))
        triples = [triple(iri, RDF + "type", ox.NamedNode(self.kind.cls))]
        for field, values in self._said.items():
            subject = others.get(field.of, iri)
            triples += [triple(subject, field.path, each) for each in self._written(field, values)]
        triples += self._others(iri, others) + self.follows.statements(iri, name)
        if self.kind.attributed:
            triples.append(triple(iri, PROV + "wasAttributedTo", ox.NamedNode(self._curator(curator))))
        return turtle(triples)

    def _written(
        self, field: Field, values: Sequence[ox.Literal | ox.NamedNode]
    ) -> Iterable[ox.Literal | ox.NamedNode]:
        """Return values as they stand in the file: a title in the language of its publication, said before or after."""
        tags = [value.value for value in self._texts("language")]
        if field.option != "title" or not tags:
            return values
        return [ox.Literal(value.value, language=tags[0]) for value in values]

    def _others(self, iri: str, others: Mapping[str, str]) -> list[ox.Triple]:
        """Return what is said of the things that come along besides their own fields; their names follow from its name."""
        triples = []
        for what, other in others.items():
            cls, path, *words = _BROUGHT[what]
            triples += [
                triple(other, RDF + "type", ox.NamedNode(WK + cls)),
                triple(iri, WK + path, ox.NamedNode(other)),
            ]
            heads = dict(zip(LANGUAGES, words, strict=True))
            triples += [
                triple(
                    other,
                    RDFS + "label",
                    ox.Literal(shortened(f"{heads[text.language]}: {text.value}", _LABEL), language=text.language),
                )
                for text in self._texts("label")
                if isinstance(text, ox.Literal) and text.language in heads
            ]
            if what == "publication":
                triples.append(triple(other, WK + "datePrecision", ox.Literal(self._precision)))
        return triples

    def _curator(self, given: str | None) -> str:
        agents = self._known.agents()
        there = ", ".join(agents) or _("none")
        if given is not None:
            iri = given if given in agents else f"{ID}{given.replace(':', '/', 1)}"
            if iri not in agents:
                raise UsageProblem(
                    _("there is no curator %(name)s; data/curators.ttl has %(there)s", name=given, there=there)
                )
            return iri
        if len(agents) != 1:
            raise UsageProblem(_("say who enters this with --curator; data/curators.ttl has %(there)s", there=there))
        return agents[0]

    def _term(self, field: Field, word: str) -> ox.Literal | ox.NamedNode:
        if field.kind == "thing":
            return ox.NamedNode(self._known.find(field, word))
        if field.kind != "date":
            return value(field, word)
        whole, precision = day(field, word)
        if field.of:
            self._precision = precision
        return ox.Literal(whole, datatype=ox.NamedNode(XSD + "date"))

    def _texts(self, option: str) -> list[ox.Literal | ox.NamedNode]:
        return next((values for field, values in self._said.items() if field.option == option), [])


def from_options(draft: Draft, given: Mapping[str, Sequence[str]]) -> None:
    """Say all that options hold: field name to values; ``texts`` come as Dutch and English.

    Raises:
        BadParameter: a value does not fit.
    """
    for field in draft.kind.fields:
        if words := given.get(field.option):
            draft.say(field, words)
