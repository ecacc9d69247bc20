"""Two schemes of rating side by side: which level a thing has in each. Rank is never compared across schemes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.vocabulary import ID
from kg.web.dates import precision_of, say
from kg.web.facts import Value
from kg.web.language import language
from kg.web.site import bound, records, site, today

Row = Mapping[str, str]


@dataclass(slots=True)
class Scheme:
    """A scheme of levels.

    Attributes:
        iri: the scheme.
        label: its name.
        definition: what it is.
        levels: its levels from low to high, each with its definition.
    """

    iri: str
    label: str
    definition: str
    levels: list[tuple[Value, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last part of its IRI, as an address has it."""
        return self.iri.removeprefix(f"{ID}scheme/")


@dataclass(frozen=True, slots=True)
class Given:
    """A level that was given.

    Attributes:
        level: the level.
        by: who gave it; None where nobody is named.
        on: the date, in words.
        until: up to when it holds, in words.
        expired: whether that day has passed.
        publication: where it stands; None where no source is named.
    """

    level: Value
    by: Value | None
    on: str
    until: str
    expired: bool
    publication: Value | None


@dataclass(slots=True)
class Rated:
    """A thing with its levels in two schemes."""

    thing: Value
    kind: str
    levels: dict[str, list[Given]]


def schemes() -> list[Scheme]:
    """Return the schemes of levels with a rank."""
    found: dict[str, Scheme] = {}
    for row in records("rating-schemes", lang=language()):
        iri = row["scheme"]
        scheme = found.setdefault(iri, Scheme(iri, row["schemeLabel"], row["schemeDefinition"]))
        scheme.levels.append((Value(row["levelLabel"], row["level"]), row["definition"]))
    return list(found.values())


def rated(first: Scheme, second: Scheme) -> tuple[Sequence[Rated], str]:
    """Return what has a level in either scheme, those with a level in both first; and the bound query."""
    query = bound("rated", first=first.iri, second=second.iri, lang=language())
    found: dict[str, Rated] = {}
    for row in site().store.select(query).records():
        thing = Value(row["thingLabel"] or row["thing"], row["thing"])
        one = found.setdefault(row["thing"], Rated(thing, row["kindLabel"], {first.iri: [], second.iri: []}))
        one.levels[row["scheme"]].append(_given(row))
    return sorted(found.values(), key=lambda one: not all(one.levels.values())), query


def _given(row: Row) -> Given:
    return Given(
        Value(row["levelLabel"], row["level"]),
        _named(row, "by"),
        say(row["on"], precision_of(row["on"], [row["publication"]])) if row["on"] else "",
        say(row["validUntil"]) if row["validUntil"] else "",
        bool(row["validUntil"]) and row["validUntil"] < today(),
        _named(row, "publication"),
    )


def _named(row: Row, column: str) -> Value | None:
    return Value(row[f"{column}Label"] or row[column], row[column]) if row[column] else None
