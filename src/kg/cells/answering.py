"""Put what the index counts into the question that asks for it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np

from kg import questions
from kg.cells.behind import Place
from kg.cells.count import Counts
from kg.cells.facts import IrregularError, Term, day, whole
from kg.cells.index import Asked, Cells
from kg.vocabulary import WK, XSD

_AXES: Final = ("rows", "columns")
_TOPS: Final = ("rowTop", "columnTop")
_BESIDE: Final = frozenset({*_AXES, *_TOPS, "row", "column", "asOf", "minRigour", "lang"})
_COUNTED: Final = (
    "favourable", "none", "unfavourable", "mixed", "findings", "empirical", "studies", "reviews", "loose", "gaps",
    "contested", "projects", "searches",
)  # fmt: skip
_NEAR: Final = ("near", "nearRow", "nearColumn", "nearCountry", *_COUNTED[:4], "studies", "newest")
_LONGEST_PAGE: Final = 1_000
"""A list of more findings is left to the engine: named one by one, they take it far longer (:mod:`kg.cells.first`)."""
_NAMED: Final = {f'"{language}"' for language in questions.LANGUAGES}
_FINDINGS: Final = (f"<{WK}Finding>", '"finding"')
_PREFIX: Final = re.compile(r"^PREFIX ([\w-]*): <([^<>]*)>$", re.MULTILINE)
_PREFIXED: Final = re.compile(r"(?:(?<=\^\^)|^)([\w-]*):([\w.-]+)$")
_KIND: Final = re.compile(r'"([a-z-]+)"')
_CUT: Final = re.compile(r"^( *(?:LIMIT|OFFSET)) (\d{1,9})$", re.MULTILINE)

Terms = Mapping[str, str]
Numbers = Sequence[int]


def counted(query: str, cells: Cells) -> str:
    """Return a query with counts of the index in place of the part that counts, where it is a question that has one.

    Args:
        query: any query.
        cells: an index of the graph that is asked.

    Returns:
        A query with the same answer; the very query where it is another, or asks what the index does not know.
    """
    for known in _KNOWN:
        # The first is cheap, and false for nearly every query.
        if known.mark in query and (asked := known.asked_in(query)) is not None:
            terms, numbers = asked
            try:
                written = known.block(known.whole(terms), numbers, cells)
            except (IrregularError, LookupError):
                return query
            before, after = known.part.split(query, maxsplit=1)
            return before + written + after
    return query


@dataclass(frozen=True, slots=True)
class _Known:
    """A query that the index knows.

    Attributes:
        text: the query as its file has it.
        mark: a piece of it that no other query has.
        names: what its ``VALUES`` clauses bind.
        part: what the index writes instead.
        block: writes that, of the terms that are bound, the numbers of ``LIMIT`` and ``OFFSET``, and the index.
    """

    text: str
    mark: str
    names: tuple[str, ...]
    part: re.Pattern[str]
    block: Callable[[Terms, Numbers, Cells], str]

    @classmethod
    def question(cls, name: str, part: str, block: Callable[[Terms, Numbers, Cells], str]) -> "_Known":
        """Know a question."""
        found = questions.find(name)
        names = tuple(parameter.name for parameter in found.parameters)
        return cls(found.text, found.asks["en"], names, _part(part), block)

    @classmethod
    def listed(cls, name: str, names: tuple[str, ...], block: Callable[[Terms, Numbers, Cells], str]) -> "_Known":
        """Know a query of pages, by the comment with which it begins; the index writes what stands in its braces."""
        text = (files("kg") / "cells" / "queries" / f"{name}.rq").read_text("utf-8")
        return cls(text, text.partition("\n")[0], names, _part(r"^  \{\n.*?^  \}\n"), block)

    def asked_in(self, query: str) -> tuple[Terms, Numbers] | None:
        """Return the terms and the numbers with which a query asks this one; None where it is another."""
        own = iter([number for _, number in _CUT.findall(self.text)])
        numbers = [int(number) for _, number in _CUT.findall(query)]
        plain = _CUT.sub(lambda found: f"{found[1]} {next(own, '')}", query)
        terms = questions.terms_in(self.text, self.names, plain)
        return None if terms is None else (terms, numbers)

    def whole(self, terms: Terms) -> Terms:
        """Return terms with each name that has a prefix of this query written in full.

        Raises:
            LookupError: the query declares no such prefix.
        """
        spaces = dict(_PREFIX.findall(self.text))
        return {
            name: _PREFIXED.sub(lambda found: f"<{spaces[found[1]]}{found[2]}>", term) for name, term in terms.items()
        }


def _part(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE | re.DOTALL)


def _of_the_map(terms: Terms, _numbers: Numbers, cells: Cells) -> str:
    """Count what fills each cell."""
    rows = _rows(*cells.count(_asked(terms, cells)))
    names = " ".join(f"?{name}" for name in ("row", "column", *_COUNTED, "latest"))
    return "".join(("  VALUES ?asOf { ", terms["asOf"], " }\n  VALUES (", names, ") {\n", *rows, "  }\n\n"))


def _of_gaps(terms: Terms, _numbers: Numbers, cells: Cells) -> str:
    """Count the gaps that name each concept of a dimension."""
    found = cells.stated(_dimension(terms["rows"], cells), _day(terms))
    return _values(("concept", "gaps"), (f"{concept.decode()} {gaps}" for concept, gaps in found.items()))


def _of_the_nearest(terms: Terms, _numbers: Numbers, cells: Cells) -> str:
    """Count what is said in the cells beside one."""
    rows = (
        f'"{one.near}" {one.row.decode()} {one.column.decode()} {(one.country or b"UNDEF").decode()} '
        f"{' '.join(map(str, one.counts))} {_written(one.newest)}"
        for one in cells.behind.nearest(_place(terms, cells))
    )
    return _values(_NEAR, rows)


def _of_findings(terms: Terms, numbers: Numbers, cells: Cells) -> str:
    """Name the findings of a cell that come first."""
    first = cells.behind.findings(_place(terms, cells), _most(terms, numbers))
    return _values(["finding"], (finding.decode() for finding in first))


def _of_studies(terms: Terms, numbers: Numbers, cells: Cells) -> str:
    """Count what the studies give to a cell that come first."""
    first = cells.behind.studies(_place(terms, cells), _most(terms, numbers))
    rows = (f"{study.decode()} {own} {counting}" for study, own, counting in first)
    return _values(("study", "findings", "counting"), rows)


def _of_the_list(terms: Terms, numbers: Numbers, cells: Cells) -> str:
    """Name the findings on a page of the list of all findings, with their days."""
    if (terms["class"], terms["kind"]) != _FINDINGS:
        raise LookupError(terms["class"])
    most, offset = numbers
    if most > _LONGEST_PAGE:
        raise LookupError(most)
    kind = f"<{XSD}date>"
    rows = cells.behind.newest(offset, most)
    named = (f"{thing.decode()} {_written(day, kind) if day else 'UNDEF'}" for thing, day in rows)
    return _values(("thing", "date"), named)


def _of_the_kinds(_terms: Terms, _numbers: Numbers, cells: Cells) -> str:
    """Count the things of each kind."""
    return _values(("kind", "things"), (f'"{kind}" {things}' for kind, things in cells.kinds.things.items()))


def _of_a_kind(terms: Terms, _numbers: Numbers, cells: Cells) -> str:
    """Count the things of one class and kind."""
    kind = _KIND.fullmatch(terms["kind"])
    if kind is None:
        raise LookupError(terms["kind"])
    return _values(["things"], [str(cells.kinds.of_class.get((_iri(terms["class"]), kind[1]), 0))])


_TWO: Final = r"^ *# 1\. .*?(?=^ *# 2\. )"
_KNOWN: Final = (
    _Known.question("gap-map", _TWO, _of_the_map),
    _Known.question("gaps-by-concept", r"^  # Count once, .*?(?=^  # Words and order\.)", _of_gaps),
    _Known.question("cell-nearest", _TWO, _of_the_nearest),
    _Known.question("cell-findings", _TWO, _of_findings),
    _Known.question("cell-studies", _TWO, _of_studies),
    _Known.listed("things-of-kind", ("class", "kind", "lang"), _of_the_list),
    _Known.listed("things-counted", ("class", "kind"), _of_a_kind),
    _Known.listed("kinds-counted", (), _of_the_kinds),
)
"""Queries, read before a query process is closed off from all files."""


def _values(names: Iterable[str], rows: Iterable[str]) -> str:
    head = " ".join(f"?{name}" for name in names)
    return "".join((f"  VALUES ({head}) {{\n", *(f"({row})\n" for row in rows), "  }\n"))


def _most(terms: Terms, numbers: Numbers) -> int:
    """Return how many things of a list are asked for.

    Raises:
        LookupError: in a language in which nobody looked for names.
    """
    if terms["lang"] not in _NAMED:
        raise LookupError(terms["lang"])
    return numbers[0]


def _place(terms: Terms, cells: Cells) -> Place:
    """Read the terms to which a question on a cell is bound.

    Raises: as :func:`_asked`.
    """
    rows, columns = (_dimension(terms[name], cells) for name in _AXES)
    row, column = (_iri(terms[name]) for name in ("row", "column"))
    return Place(rows, columns, row, column, _filters(terms), _day(terms), whole(terms["minRigour"].encode()))


def _filters(terms: Terms) -> dict[str, Term]:
    return {name: concept for name in terms.keys() - _BESIDE if (concept := _maybe(terms[name]))}


def _asked(terms: Terms, cells: Cells) -> Asked:
    """Read the terms to which the question of the map is bound.

    Raises:
        IrregularError: one is of a form that is not read here.
        LookupError: the rows or columns are no dimension.
    """
    rows, columns = (_dimension(terms[name], cells) for name in _AXES)
    tops = (_maybe(terms[name]) for name in _TOPS)
    return Asked(
        rows, columns, next(tops), next(tops), _filters(terms), _day(terms), whole(terms["minRigour"].encode())
    )


def _dimension(written: str, cells: Cells) -> str:
    """Read the name of a dimension.

    Raises:
        LookupError: the index does not know it.
    """
    name = _iri(written).decode()[1:-1].removeprefix(WK)
    if name not in cells.dimensions:
        raise LookupError(name)
    return name


def _day(terms: Terms) -> int:
    return day(terms["asOf"].encode())


def _maybe(written: str) -> Term | None:
    return None if written.upper() == "UNDEF" else _iri(written)


def _iri(written: str) -> Term:
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
        yield f"({rows[row].decode()} {names[column]} {values} {_written(latest[place])})\n"


def _written(number: int, kind: str = "xsd:date") -> str:
    """Write a day as a date; no day is one before all others, as in the question."""
    text = f"{number or 10101:08}"
    return f'"{text[:4]}-{text[4:6]}-{text[6:]}"^^{kind}'
