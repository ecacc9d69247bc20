"""What the index of cells reads from the graph: the values of properties, and what is broader than what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from kg.questions import bind
from kg.vocabulary import SKOS, WK, XSD

Term = bytes
"""A term as SPARQL writes it, in UTF-8."""
Numbers = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]

NEVER: Final = 99_999_999
"""A day after all others; days are whole numbers such as 20150722."""
_QUERIES: Final = files("kg") / "cells" / "queries"
_PAIRS: Final = (_QUERIES / "pairs.rq").read_text("utf-8")
_UNNAMED: Final = (_QUERIES / "unnamed.rq").read_text("utf-8")
_DAY: Final = re.compile(rb'"(\d{4})-(\d\d)-(\d\d)"\^\^<%b>' % f"{XSD}date".encode())
_WHOLE: Final = re.compile(rb'"?([+-]?\d{1,9})(?:"\^\^<%b>)?' % f"{XSD}integer".encode())


class IrregularError(Exception):
    """A graph says something that the index has no place for, such as two directions of one finding."""


def term(iri: str) -> Term:
    """Return an IRI as a term."""
    return f"<{iri}>".encode()


def day(value: Term) -> int:
    """Return a date as a number that compares as dates do.

    Raises:
        IrregularError: it is no ``xsd:date`` without a time zone, of a year with four digits.
    """
    if not (found := _DAY.fullmatch(value)):
        raise IrregularError(f"{value.decode()} is not a date of the common form")
    return int(b"".join(found.groups()))


def whole(value: Term) -> int:
    """Return a whole number.

    Raises:
        IrregularError: it is none.
    """
    if not (found := _WHOLE.fullmatch(value)):
        raise IrregularError(f"{value.decode()} is not a whole number")
    return int(found[1])


class Reader:
    """Reads the statements of a graph, by property, from the union of its named graphs."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine

    def pairs(self, predicate: str) -> Iterable[tuple[Term, Term]]:
        """Give the subject and the value of each statement with a property."""
        found = self._engine.query(
            bind(_PAIRS, ["property"], {"property": f"<{predicate}>"}), use_default_graph_as_union=True
        )
        output = BytesIO()
        # Written by the engine in one piece and taken apart here: row by row would cost twice the time.
        if isinstance(found, ox.QuerySolutions):
            found.serialize(output, format=ox.QueryResultsFormat.TSV)
        cells = output.getvalue().replace(b"\t", b"\n").split(b"\n")[2:-1]
        return zip(cells[::2], cells[1::2], strict=True)

    def unnamed(self) -> bool:
        """Tell whether a finding or its study lacks a label in one of the languages."""
        return bool(self._engine.query(_UNNAMED, use_default_graph_as_union=True))

    def one(self, predicate: str) -> dict[Term, Term]:
        """Return the value of a property for each subject.

        Raises:
            IrregularError: a subject has two.
        """
        found: dict[Term, Term] = {}
        for subject, value in self.pairs(predicate):
            if found.setdefault(subject, value) != value:
                raise IrregularError(f"{subject.decode()} has more than one {predicate}")
        return found

    def all(self, predicate: str) -> dict[Term, tuple[Term, ...]]:
        """Return the values of a property for each subject."""
        found: dict[Term, tuple[Term, ...]] = {}
        for subject, value in self.pairs(predicate):
            have = found.get(subject, ())
            if value not in have:
                found[subject] = (*have, value)
        return found


class Hierarchy:
    """Which concept is broader than which (SKOS, section 8), every concept being broader than itself."""

    def __init__(self, reader: Reader) -> None:
        self._broader = reader.all(SKOS + "broader")
        self._narrower: dict[Term, tuple[Term, ...]] = {}
        for concept, broader in self._broader.items():
            for one in broader:
                self._narrower[one] = (*self._narrower.get(one, ()), concept)

    def broader(self, concept: Term) -> Sequence[Term]:
        """Return what is said to be broader."""
        return self._broader.get(concept, ())

    def narrower(self, concept: Term) -> Sequence[Term]:
        """Return what is said to be narrower."""
        return self._narrower.get(concept, ())

    def up(self, concepts: Iterable[Term]) -> set[Term]:
        """Return concepts and all that is broader."""
        return _reached(concepts, self._broader)

    def down(self, concepts: Iterable[Term]) -> set[Term]:
        """Return concepts and all that is narrower."""
        return _reached(concepts, self._narrower)


def _reached(first: Iterable[Term], steps: Mapping[Term, Sequence[Term]]) -> set[Term]:
    found, ahead = set(first), list(first)
    while ahead:
        new = set(steps.get(ahead.pop(), ())) - found
        found |= new
        ahead += new
    return found


@dataclass(frozen=True, slots=True)
class Values:
    """What things say in one dimension: few different sets of concepts, each with a number.

    Attributes:
        by_subject: the concepts that a thing names.
        sets: the different sets of concepts; the first is empty.
        numbers: of each set, where it stands in ``sets``.
    """

    by_subject: Mapping[Term, tuple[Term, ...]]
    sets: list[frozenset[Term]]
    numbers: dict[frozenset[Term], int]

    @classmethod
    def of(cls, reader: Reader, dimension: str) -> "Values":
        """Read a dimension."""
        return cls(reader.all(WK + dimension), [frozenset()], {frozenset(): 0})

    def numbered(self, subjects: Sequence[Term]) -> Numbers:
        """Return the number of the set of each thing."""
        of_values: dict[tuple[Term, ...], int] = {}
        found = np.empty(len(subjects), np.int32)
        for place, subject in enumerate(subjects):
            values = self.by_subject.get(subject, ())
            number = of_values.get(values)
            if number is None:
                number = of_values[values] = self._number(frozenset(values))
            found[place] = number
        return found

    def _number(self, concepts: frozenset[Term]) -> int:
        if concepts not in self.numbers:
            self.numbers[concepts] = len(self.sets)
            self.sets.append(concepts)
        return self.numbers[concepts]
