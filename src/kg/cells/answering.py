"""Put what the index counts into the question that asks for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from kg import questions
from kg.cells.count import Counts
from kg.cells.facts import IrregularError, Term, day, term, whole
from kg.cells.index import Asked, Cells
from kg.vocabulary import WK, XSD

_MAP: Final = questions.find("gap-map")
"""Read before a query process is closed off from all files."""
_AXES: Final = ("rows", "columns")
_TOPS: Final = ("rowTop", "columnTop")
_BESIDE: Final = frozenset({*_AXES, *_TOPS, "asOf", "minRigour", "lang"})
_COUNTED: Final = (
    "favourable", "none", "unfavourable", "mixed", "findings", "empirical", "studies", "reviews", "loose", "gaps",
    "contested", "projects", "searches",
)  # fmt: skip


def counted(query: str, cells: Cells) -> str:
    """Return a query with counts of the index in place of the part that counts, where it is a question that has one.

    Args:
        query: any query.
        cells: an index of the graph that is asked.

    Returns:
        A query with the same answer; the very query where it is another, or asks what the index does not know.
    """
    for question, part, block in _COUNTING:
        # The first is cheap, and false for nearly every query.
        if question.asks["en"] in query and (terms := question.terms_in(query)) is not None:
            try:
                written = block(terms, cells)
            except (IrregularError, LookupError):
                return query
            before, after = part.split(query, maxsplit=1)
            return before + written + after
    return query


def _of_the_map(terms: Mapping[str, str], cells: Cells) -> str:
    """Count what fills each cell."""
    rows = _rows(*cells.count(_asked(terms, cells)))
    names = " ".join(f"?{name}" for name in ("row", "column", *_COUNTED, "latest"))
    return "".join(("  VALUES ?asOf { ", terms["asOf"], " }\n  VALUES (", names, ") {\n", *rows, "  }\n\n"))


def _of_gaps(terms: Mapping[str, str], cells: Cells) -> str:
    """Count the gaps that name each concept of a dimension."""
    found = cells.stated(_dimension(terms["rows"], cells), _day(terms))
    rows = "\n".join(f"({concept.decode()} {gaps})" for concept, gaps in found.items())
    return f"  VALUES (?concept ?gaps) {{\n{rows}\n  }}\n"


_COUNTING: Final = (
    (_MAP, re.compile(r"^  # 1\. .*?(?=^  # 2\. )", re.MULTILINE | re.DOTALL), _of_the_map),
    (
        questions.find("gaps-by-concept"),
        re.compile(r"^  # Count once, .*?(?=^  # Words and order\.)", re.MULTILINE | re.DOTALL),
        _of_gaps,
    ),
)
"""Questions, the part of each that counts (all else follows from that), and what writes its counts."""


def _asked(terms: Mapping[str, str], cells: Cells) -> Asked:
    """Read the terms to which the question of the map is bound.

    Raises:
        IrregularError: one is of a form that is not read here.
        LookupError: the rows or columns are no dimension.
    """
    rows, columns = (_dimension(terms[name], cells) for name in _AXES)
    tops = (_maybe(terms[name]) for name in _TOPS)
    filters = {name: concept for name in terms.keys() - _BESIDE if (concept := _maybe(terms[name]))}
    return Asked(rows, columns, next(tops), next(tops), filters, _day(terms), whole(terms["minRigour"].encode()))


def _dimension(written: str, cells: Cells) -> str:
    """Read the name of a dimension.

    Raises:
        LookupError: the index does not know it.
    """
    name = _iri(written).decode()[1:-1].removeprefix(WK)
    if name not in cells.dimensions:
        raise LookupError(name)
    return name


def _day(terms: Mapping[str, str]) -> int:
    return day(terms["asOf"].replace("^^xsd:date", f"^^<{XSD}date>").encode())


def _maybe(written: str) -> Term | None:
    return None if written.upper() == "UNDEF" else _iri(written)


def _iri(written: str) -> Term:
    if written.startswith("wk:"):
        return term(WK + written.removeprefix("wk:"))
    if not written.startswith("<"):
        raise IrregularError(f"{written} is not written as an IRI")
    return written.encode()


def _rows(rows: Sequence[Term], columns: Sequence[Term], counts: Mapping[str, Counts]) -> Iterator[str]:
    """Give one row for each cell, as SPARQL writes them."""
    numbers = np.stack([counts[name] for name in _COUNTED], axis=1).tolist()
    names = [concept.decode() for concept in columns]
    latest = counts["latest"].tolist()
    for place, own in enumerate(numbers):
        row, column = divmod(place, len(names))
        values = " ".join(map(str, own))
        yield f'({rows[row].decode()} {names[column]} {values} "{_written(latest[place])}"^^xsd:date)\n'


def _written(number: int) -> str:
    """Write a day as a date; no day is one before all others, as in the question."""
    text = f"{number or 10101:08}"
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"
