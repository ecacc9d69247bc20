"""The concept schemes as a page lays them out: the narrower after their broader concept, in the scheme's order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.vocabulary import ID, WK
from kg.web.language import language
from kg.web.site import records


@dataclass(frozen=True, slots=True)
class Head:
    """A concept where it stands in its scheme.

    Attributes:
        iri: the concept.
        label: its name in the language of the page.
        depth: how many concepts stand above it.
        group: name of the collection that it or the concept above it belongs to, or the empty string.
        narrower: how many concepts stand below it, where a page can open and shut them.
        open: whether these are shown.
    """

    iri: str
    label: str
    depth: int
    group: str
    narrower: int = 0
    open: bool = True


@dataclass(frozen=True, slots=True)
class Dimension:
    """A property whose values can be the rows or columns of the map; called after the scheme of those values."""

    name: str
    scheme: str
    label: str


def dimensions() -> list[Dimension]:
    """Return the dimensions, in the order of their schemes."""
    rows = records("dimensions", lang=language())
    return [Dimension(row["dimension"].removeprefix(WK), row["scheme"], row["label"]) for row in rows]


def tree(scheme: str) -> list[Head]:
    """Return the concepts of a scheme (an IRI)."""
    rows: dict[str, Mapping[str, str]] = {}
    for row in records("concepts", scheme=scheme, lang=language()):
        rows.setdefault(row["concept"], row)
    below: dict[str, list[str]] = {}
    for iri, row in rows.items():
        below.setdefault(row["broader"] if row["broader"] in rows else "", []).append(iri)

    def walk(top: str, depth: int, group: str) -> Iterator[Head]:
        for iri in below.get(top, ()):
            head = Head(iri, rows[iri]["label"], depth, rows[iri]["groupLabel"] or group)
            yield head
            yield from walk(iri, depth + 1, head.group)

    return list(walk("", 0, ""))


def states() -> dict[str, Mapping[str, str]]:
    """Return the states of a cell of the map by notation, each with its label and definition."""
    return {row["notation"]: row for row in records("states", lang=language())}


def short(value: str) -> str:
    """Return a value as an address has it: ``component/barriers`` for an IRI of ours, ``component`` for a property."""
    return value.removeprefix(ID).removeprefix(WK).removeprefix("wk:")
