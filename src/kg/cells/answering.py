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
_PART: Final = re.compile(r"^  # 1\. .*?(?=^  # 2\. )", re.MULTILINE | re.DOTALL)
"""The part of the question that counts: all else follows from the counts."""


def counted(query: str, cells: Cells) -> str:
    """Return a query with counts of the index in place of the part that counts, where it is the question of the map.

    Args:
        query: any query.
        cells: an index of the graph that is asked.

    Returns:
        A query with the same answer; the very query where it is another, or asks what the index does not know.
    """
    # The first is cheap, and false for nearly every query.
    if _MAP.asks["en"] not in query or (terms := _MAP.terms_in(query)) is None:
        return query
    try:
        asked = _asked(terms, cells)
    except (IrregularError, LookupError):
        return query
    rows = _rows(*cells.count(asked))
    names = " ".join(f"?{name}" for name in ("row", "column", *_COUNTED, "latest"))
    block = ("  VALUES ?asOf { ", terms["asOf"], " }\n  VALUES (", names, ") {\n", *rows, "  }\n\n")
    return _PART.sub(lambda _: "".join(block), query)


def _asked(terms: Mapping[str, str], cells: Cells) -> Asked:
    """Read the terms to which the question of the map is bound.

    Raises:
        IrregularError: one is of a form that is not read here.
        LookupError: the rows or columns are no dimension.
    """
    rows, columns = (_iri(terms[name]).decode()[1:-1].removeprefix(WK) for name in _AXES)
    if not {rows, columns} <= cells.dimensions:
        raise LookupError(rows, columns)
    tops = (_maybe(terms[name]) for name in _TOPS)
    filters = {name: concept for name in terms.keys() - _BESIDE if (concept := _maybe(terms[name]))}
    as_of = day(terms["asOf"].replace("^^xsd:date", f"^^<{XSD}date>").encode())
    return Asked(rows, columns, next(tops), next(tops), filters, as_of, whole(terms["minRigour"].encode()))


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
