"""What is different between two states of the graph, in words: made of the labels that the graph itself has.

"Direction: now no effect, was favourable." No property has a sentence of its own, so that a property that is added to
the ontology tomorrow is told as well.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.history.differences import Comparison, Difference, Kind, own
from kg.history.names import Names
from kg.vocabulary import DCT, RDF, RDFS, SKOS, XSD, shorten

Word = Callable[[str], str]
"""Names a class or property of another vocabulary; empty when it has no name for it."""

_FORMS: Final = {
    "nl": {
        "added": "Nieuw: {type} “{name}”.",
        "changed": "Veranderd: {type} “{name}”.",
        "withdrawn": "Ingetrokken: {type} “{name}”.",
        "removed": "Weg: {type} “{name}”.",
        "reason": "Reden: {reason}",
        "instead": "In plaats daarvan: {instead}.",
        "replaced": "{property}: nu {now}, was {was}.",
        "come": "{property}: erbij gekomen: {now}.",
        "gone": "{property}: niet langer {was}.",
        "details": "Onderdelen zonder eigen naam zijn veranderd.",
        "true": "ja",
        "false": "nee",
        "nothing": "Er is geen verschil.",
        "moved": "In een ander bestand, verder gelijk: {number}.",
        "thing": "ding",
    },
    "en": {
        "added": "New: {type} “{name}”.",
        "changed": "Changed: {type} “{name}”.",
        "withdrawn": "Withdrawn: {type} “{name}”.",
        "removed": "Gone: {type} “{name}”.",
        "reason": "Reason: {reason}",
        "instead": "Instead: {instead}.",
        "replaced": "{property}: now {now}, was {was}.",
        "come": "{property}: added: {now}.",
        "gone": "{property}: no longer {was}.",
        "details": "Parts without a name of their own have changed.",
        "true": "yes",
        "false": "no",
        "nothing": "There is no difference.",
        "moved": "In another file and otherwise the same: {number}.",
        "thing": "thing",
    },
}
_REASON: Final = f"{SKOS}changeNote"
_INSTEAD: Final = f"{DCT}isReplacedBy"
_FIRST: Final = (f"{RDF}type", f"{RDFS}label", f"{SKOS}prefLabel")


@dataclass(frozen=True, slots=True)
class Value:
    """What a property says.

    Attributes:
        text: in words.
        iri: the thing that it is; empty for a text, number or date.
    """

    text: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """What is different about one property of a thing.

    Attributes:
        property: its IRI; empty for parts without a name.
        name: what it is called.
        language: of the texts; empty for what is no text in a language.
        now: values that are new.
        was: values that are gone.
    """

    property: str
    name: str
    language: str
    now: tuple[Value, ...]
    was: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What is different about a thing.

    Attributes:
        iri: the thing.
        name: what it is called.
        kind: whether it was added, changed, withdrawn or removed.
        type: IRI of its class; empty when it has none.
        type_name: what that is called.
        points: property by property; of what was withdrawn only why, and what is there instead.
    """

    iri: str
    name: str
    kind: Kind
    type: str
    type_name: str
    points: tuple[Point, ...]

    def reasons(self, language: str) -> tuple[Value, ...]:
        """Return why it was withdrawn, in a language where it is said in that; nothing for what was not."""
        said = [point for point in self.points if self.kind == "withdrawn" and point.property == _REASON]
        return next((point.now for point in said if point.language == language), said[0].now if said else ())

    @property
    def instead(self) -> tuple[Value, ...]:
        """What is there instead of what was withdrawn."""
        said = (point.now for point in self.points if self.kind == "withdrawn" and point.property == _INSTEAD)
        return next(said, ())


def accounts(comparison: Comparison, language: str, word: Word) -> list[Account]:
    """Tell what is different, by kind of thing and name.

    Args:
        comparison: of two states.
        language: ``nl`` or ``en``.
        word: names what the graph itself does not name.
    """
    names = Names(comparison.before.lines, comparison.after.lines)

    def name(iri: str) -> str:
        return names.of(iri, language) or word(iri) or shorten(iri)

    told = []
    for thing in comparison.things:
        kind = name(thing.type) if thing.type else _FORMS[language]["thing"]
        points = tuple(_points(thing, language, name))
        told.append(Account(thing.iri, name(thing.iri), thing.kind, thing.type, kind, points))
    return sorted(told, key=lambda account: (account.type_name.lower(), account.name.lower(), account.iri))


def head(account: Account, language: str) -> str:
    """Return the sentence that says what became of a thing; of what was withdrawn also why, and what is there instead."""
    # Our classes are written as names, with a capital.
    kind = account.type_name[:1].lower() + account.type_name[1:]
    told = [_FORMS[language][account.kind].format(type=kind, name=account.name)]
    if reasons := account.reasons(language):
        told.append(_FORMS[language]["reason"].format(reason=_ended(" ".join(value.text for value in reasons))))
    if account.instead:
        told.append(
            _FORMS[language]["instead"].format(instead=", ".join(f"“{value.text}”" for value in account.instead))
        )
    return " ".join(told)


def sentence(point: Point, language: str) -> str:
    """Return the sentence that says what is different about a property."""
    if not point.property:
        return _FORMS[language]["details"]
    form = "replaced" if point.now and point.was else "come" if point.now else "gone"
    label = f"{point.name} ({point.language})" if point.language else point.name
    quoted = "“{}”" if point.language else "{}"
    now, was = (", ".join(quoted.format(value.text) for value in values) for values in (point.now, point.was))
    return _FORMS[language][form].format(property=label[:1].upper() + label[1:], now=now, was=was)


def text(comparison: Comparison, language: str, word: Word) -> Iterator[str]:
    """Give the lines of a report in words; what is new or gone is named, what changed is told in full.

    Args:
        comparison: of two states.
        language: ``nl`` or ``en``.
        word: names what the graph itself does not name.
    """
    for account in accounts(comparison, language, word):
        yield head(account, language)
        if account.kind == "changed":
            yield from (f"  {sentence(point, language)}" for point in account.points)
    if comparison.moved:
        yield _FORMS[language]["moved"].format(number=comparison.moved)
    if comparison.equal:
        yield _FORMS[language]["nothing"]


def _points(thing: Difference, language: str, name: Callable[[str], str]) -> Iterator[Point]:
    gone, come = thing.before - thing.after, thing.after - thing.before
    if thing.kind == "withdrawn":
        gone, come = frozenset(), frozenset(one for one in come if one.predicate.value in {_REASON, _INSTEAD})
    then, now = (_values(own(statements), language, name) for statements in (gone, come))
    keys = sorted(then.keys() | now.keys(), key=lambda key: (key[0] not in _FIRST, name(key[0]).lower(), key))
    for key in keys:
        yield Point(key[0], name(key[0]), key[1], tuple(now.get(key, ())), tuple(then.get(key, ())))
    if thing.kind == "changed" and any(_blank(statement) for statement in gone | come):
        yield Point("", "", "", (), ())


def _values(
    statements: Iterable[ox.Triple], language: str, name: Callable[[str], str]
) -> dict[tuple[str, str], list[Value]]:
    found: dict[tuple[str, str], list[Value]] = {}
    for statement in statements:
        term = statement.object
        if isinstance(term, ox.NamedNode):
            value, tongue = Value(name(term.value), term.value), ""
        elif isinstance(term, ox.Literal):
            value, tongue = Value(_literal(term, language)), term.language or ""
        else:
            continue
        found.setdefault((statement.predicate.value, tongue), []).append(value)
    for values in found.values():
        values.sort(key=lambda value: (value.text.lower(), value.iri))
    return found


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _literal(term: ox.Literal, language: str) -> str:
    boolean = term.datatype.value == f"{XSD}boolean"
    return _FORMS[language].get(term.value, term.value) if boolean else term.value


def _blank(statement: ox.Triple) -> bool:
    return isinstance(statement.subject, ox.BlankNode) or isinstance(statement.object, ox.BlankNode)
