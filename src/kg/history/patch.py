"""RDF Patch, as Apache Jena and RDF Delta write it: header rows, then one transaction of deletions and additions.

A row about a statement is that statement as N-Quads after ``A`` or ``D``, so a set of N-Quads lines is all that is
needed to apply one. Source: https://afs.github.io/rdf-patch/.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kg.errors import KgError
from kg.spoken import gettext as _

MEDIA_TYPE: Final = "application/rdf-patch"
Line = str
"""One statement in N-Quads, without the line end."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What is different between two states of a graph.

    Attributes:
        header: what the patch says about itself, by name; IRIs and texts alike as plain text.
        removed: statements that are no longer there, sorted.
        added: statements that are new, sorted.
    """

    header: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[Line, ...] = ()
    added: tuple[Line, ...] = ()

    def apply(self, state: set[Line]) -> None:
        """Change a state into the next one.

        Raises:
            KgError: the state is not the one that the patch was made for.
        """
        missing = next((line for line in self.removed if line not in state), None)
        present = next((line for line in self.added if line in state), None)
        if missing or present:
            raise KgError(
                _("the patch does not fit: %(statement)s is not there", statement=missing)
                if missing
                else _("the patch does not fit: %(statement)s is already there", statement=present)
            )
        state.difference_update(self.removed)
        state.update(self.added)

    def text(self) -> str:
        """Return the patch as text."""
        rows = [f"H {name} {_term(value)} ." for name, value in self.header.items()]
        rows += ["TX .", *(f"D {line}" for line in self.removed), *(f"A {line}" for line in self.added), "TC ."]
        return "\n".join(rows) + "\n"


def between(before: Iterable[Line], after: Iterable[Line], header: Mapping[str, str]) -> Patch:
    """Return the patch that leads from one state to another."""
    old, new = set(before), set(after)
    return Patch(dict(header), tuple(sorted(old - new)), tuple(sorted(new - old)))


def parse(text: str, name: str) -> Patch:
    """Read a patch of one transaction.

    Args:
        text: the patch.
        name: of the file, for the error.

    Raises:
        KgError: a row is none, or the patch does not end.
    """
    header: dict[str, str] = {}
    rows: dict[str, list[Line]] = {"D": [], "A": []}
    ended = False
    # Not splitlines: a statement may hold other line ends, which N-Quads does not escape.
    for number, row in enumerate(text.removesuffix("\n").split("\n"), start=1):
        kind, _space, rest = row.partition(" ")
        if ended or kind not in {"H", "TX", "TC", "A", "D"} or not rest.endswith("."):
            raise KgError(
                _(
                    "%(file)s, line %(line)s: this is no row of an RDF Patch: %(row)s",
                    file=name,
                    line=number,
                    row=row[:80],
                )
            )
        if kind == "H":
            key, _space, value = rest.removesuffix(" .").partition(" ")
            header[key] = _value(value, f"{name}, line {number}")
        elif kind in rows:
            rows[kind].append(rest)
        ended = kind == "TC"
    if not ended:
        raise KgError(_("%(file)s breaks off before its last row (TC .); take it from the repository again", file=name))
    return Patch(header, tuple(rows["D"]), tuple(rows["A"]))


def lines_of(quads: Iterable[ox.Quad]) -> list[Line]:
    """Return quads as N-Quads lines, sorted."""
    written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return sorted(written.decode().removesuffix("\n").split("\n")) if written else []


def as_served(quads: Iterable[ox.Quad]) -> list[Line]:
    """Return what was read from files as N-Quads lines, as it is released and served.

    The engine keeps the value of a number, not the digits in which a file gives it: 1.0 and 1 are one decimal there. So
    what is read from files goes through the engine too, and a number that did not change is no difference.
    """
    store = ox.Store()
    store.bulk_extend(quads)
    return lines_of(store)


def _term(value: str) -> str:
    return str(ox.NamedNode(value) if "://" in value and " " not in value else ox.Literal(value))


def _value(term: str, place: str) -> str:
    try:
        quad = next(iter(ox.parse(f"<x:s> <x:p> {term} .", format=ox.RdfFormat.N_QUADS)))
    except (SyntaxError, StopIteration) as error:
        raise KgError(_("%(place)s: %(term)s is neither an IRI nor a text", place=place, term=term)) from error
    return quad.object.value if isinstance(quad.object, ox.NamedNode | ox.Literal) else ""
