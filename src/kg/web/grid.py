"""Lay the answer of ``gap-map`` out as a table: heads from the concept schemes, one cell for every pair of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from kg.web.concepts import Head
from kg.web.folding import Folding

Row = Mapping[str, str]

DIRECTIONS: Final = {"favourable": "effect", "none": "no-effect", "unfavourable": "harm", "mixed": "mixed"}
"""The directions in which the answer counts findings, each with the state of a cell that has no other."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known at a row and a column.

    Attributes:
        row: the concept of the row.
        column: the concept of the column.
        state: notation of one of the cell states.
        studies: studies at or above the bar.
        findings: findings of any kind.
        spread: how many effect findings at or above the bar point to each direction.
        gaps: gaps that sources state.
        contested: those of them that a finding contests.
        projects: projects under way.
        newest: date of the newest finding or search; empty where there is none. Sources may be less precise than the day.
        one_study_deep: whether all effects rest on one study.
        synthesis_gap: whether there are studies enough for a review that is missing.
        stale: whether the newest finding or search is over five years old.
    """

    row: Head
    column: Head
    state: str
    studies: int
    findings: int
    spread: Mapping[str, int]
    gaps: int
    contested: int
    projects: int
    newest: str
    one_study_deep: bool
    synthesis_gap: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class Band:
    """Rows or columns that belong to one collection; the collection's name is empty where there is none."""

    label: str
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The map: bands of rows, bands of columns, and the cell of each pair."""

    rows: tuple[Band, ...]
    columns: tuple[Band, ...]
    cells: Mapping[tuple[str, str], Cell]

    @property
    def heads(self) -> tuple[Head, ...]:
        """All columns, in order."""
        return tuple(head for band in self.columns for head in band.heads)

    def __len__(self) -> int:
        """How many cells are shown; those of branches that are shut are not."""
        rows, columns = self.sides
        return len(rows) * len(columns)

    def across(self, row: Head) -> list[Cell]:
        """Return the cells of one row, in the order of the columns."""
        return [self.cells[row.iri, column.iri] for column in self.heads]

    @property
    def sides(self) -> tuple[list[Head], list[Head]]:
        """All rows and all columns, in order."""
        return [head for band in self.rows for head in band.heads], list(self.heads)

    @property
    def states(self) -> Counter[str]:
        """How many cells have each state."""
        return Counter(cell.state for cell in self.cells.values())


def fold(grid: Grid, folding: Folding) -> Grid:
    """Return the map without the rows and columns of shut branches; its cells stay the same."""
    rows, columns = (folding.apply(heads) for heads in grid.sides)
    return Grid(_bands(rows), _bands(columns), grid.cells)


def lay_out(answer: Iterable[Row], rows: Sequence[Head], columns: Sequence[Head]) -> Grid:
    """Return the map for the answer's rows; concepts that the answer does not hold are left out."""
    known = {(row["row"], row["column"]): row for row in answer}
    shown_rows = _shown(rows, {row for row, _ in known})
    shown_columns = _shown(columns, {column for _, column in known})
    cells = {
        (row.iri, column.iri): _cell(row, column, known[row.iri, column.iri])
        for row in shown_rows
        for column in shown_columns
    }
    return Grid(_bands(shown_rows), _bands(shown_columns), cells)


def _shown(heads: Sequence[Head], wanted: set[str]) -> list[Head]:
    """Keep what is wanted, and count depth from the top of what is kept."""
    kept = [head for head in heads if head.iri in wanted]
    top = min((head.depth for head in kept), default=0)
    return [Head(head.iri, head.label, head.depth - top, head.group) for head in kept]


def _bands(heads: Sequence[Head]) -> tuple[Band, ...]:
    return tuple(Band(label, tuple(members)) for label, members in groupby(heads, key=lambda head: head.group))


def _cell(row: Head, column: Head, found: Row) -> Cell:
    return Cell(
        row,
        column,
        found["state"],
        studies=int(found["studies"]),
        findings=int(found["findings"]),
        spread={name: int(found[name]) for name in DIRECTIONS},
        gaps=int(found["gaps"]),
        contested=int(found["contested"]),
        projects=int(found["projects"]),
        newest=found["newest"],
        one_study_deep=found["oneStudyDeep"] == "true",
        synthesis_gap=found["synthesisGap"] == "true",
        stale=found["stale"] == "true",
    )
