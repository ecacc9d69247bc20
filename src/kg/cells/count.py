"""Count, in columns of numbers, what fills each cell of a grid."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kg.cells.facts import NEVER, Numbers, Term

Counts = npt.NDArray[np.int64]
_CHUNK: Final = 1 << 20
"""So many entries are looked at in one go, so that memory stays small however many there are."""
_DAYS: Final = NEVER + 1


@dataclass(frozen=True, slots=True)
class Axis:
    """The rows, or the columns, in which each set of concepts counts.

    Attributes:
        size: how many rows, or columns, there are.
        begin: for each set, where its own begin in ``places``.
        many: for each set, how many it has.
        places: rows, or columns.
    """

    size: int
    begin: Numbers
    many: Numbers
    places: Numbers

    @classmethod
    def of(
        cls, concepts: Mapping[Term, int], sets: Sequence[Iterable[Term]], reach: Callable[[Iterable[Term]], set[Term]]
    ) -> "Axis":
        """Lay the sets of a dimension along an axis.

        Args:
            concepts: of the axis, with the place of each.
            sets: of concepts that things name.
            reach: gives the concepts in which a thing counts that names those of a set.
        """
        found = [sorted(concepts[one] for one in reach(named) if one in concepts) for named in sets]
        many = np.array([len(places) for places in found], np.int32)
        flat = np.array([place for places in found for place in places], np.int32)
        return cls(len(concepts), (np.cumsum(many) - many).astype(np.int32), many, flat)


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a map, numbered row by row."""

    rows: Axis
    columns: Axis

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.rows.size * self.columns.size

    def spread(self, rows: Numbers, columns: Numbers) -> Iterator[tuple[Counts, Counts]]:
        """Give the cells in which things count, in pieces: of each entry the thing's position, and the cell.

        Args:
            rows: for each thing, the number of its set of concepts in the dimension of the rows.
            columns: the same for the columns.
        """
        many = self.rows.many[rows].astype(np.int64) * self.columns.many[columns]
        before = np.cumsum(many) - many
        first = 0
        while first < len(many):
            last = max(first + 1, int(np.searchsorted(before, before[first] + _CHUNK)))
            yield self._entries(first, rows[first:last], columns[first:last], many[first:last])
            first = last

    def _entries(self, first: int, rows: Numbers, columns: Numbers, many: Counts) -> tuple[Counts, Counts]:
        things = np.repeat(np.arange(len(many)), many)
        nth = np.arange(len(things)) - np.repeat(np.cumsum(many) - many, many)
        down, across = np.divmod(nth, self.columns.many[columns][things])
        row = self.rows.places[self.rows.begin[rows][things] + down]
        column = self.columns.places[self.columns.begin[columns][things] + across]
        return things + first, row.astype(np.int64) * self.columns.size + column


def by_cell(grid: Grid, rows: Numbers, columns: Numbers, kinds: Numbers, most: int) -> Counts:
    """Count things by cell and kind; one thing counts once in a cell, whatever it names.

    Args:
        grid: the cells.
        rows: for each thing, the number of its set of concepts in the dimension of the rows.
        columns: the same for the columns.
        kinds: of each thing, below ``most``.
        most: how many kinds there are.

    Returns:
        Counts, of shape (cells, kinds).
    """
    # Many things name the same sets: each of these pairs is spread once.
    wide = len(grid.columns.many)
    keys = np.sort((rows.astype(np.int64) * wide + columns) * most + kinds)
    last = _last(keys)
    times = np.diff(last, prepend=-1)
    pairs, kinds_of = np.divmod(keys[last], most)
    found = np.zeros(grid.size * most, np.int64)
    for things, cells in grid.spread(*(part.astype(np.int32) for part in np.divmod(pairs, wide))):
        np.add.at(found, cells * most + kinds_of[things], times[things])
    return found.reshape(grid.size, most)


def newest(grid: Grid, rows: Numbers, columns: Numbers, days: Numbers) -> Counts:
    """Return the last of the days of the things in each cell; 0 where there is none."""
    wide = len(grid.columns.many)
    keys = np.sort((rows.astype(np.int64) * wide + columns) * _DAYS + days)
    pairs, latest = np.divmod(keys, _DAYS)
    last = _last(pairs)
    found = np.zeros(grid.size, np.int64)
    for things, cells in grid.spread(*(part.astype(np.int32) for part in np.divmod(pairs[last], wide))):
        np.maximum.at(found, cells, latest[last][things])
    return found


def different(grid: Grid, rows: Numbers, columns: Numbers, owners: Numbers) -> tuple[Counts, Counts]:
    """Return the different owners of the things in each cell, such as the studies of findings.

    Args:
        grid: the cells.
        rows: for each thing, the number of its set of concepts in the dimension of the rows.
        columns: the same for the columns.
        owners: of each thing; things of one owner stand together.

    Returns:
        Cells, and the owner in each; every pair of these once.
    """
    found: list[Counts] = [np.empty(0, np.int64)]
    for things, cells in grid.spread(rows, columns):
        keys = np.sort(owners[things].astype(np.int64) * grid.size + cells)
        found.append(keys[_last(keys)])
    # An owner may stand in two pieces.
    keys = np.sort(np.concatenate(found))
    owner, cell = np.divmod(keys[_last(keys)], max(grid.size, 1))
    return cell, owner


def _last(ordered: Counts) -> Counts:
    """Return where the last of each run of equal numbers stands: a sort and this cost a tenth of ``np.unique``."""
    return np.flatnonzero(np.diff(ordered, append=-1))
