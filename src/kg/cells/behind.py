"""What stands behind one cell: its first findings and studies, and what is said in the cells beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.cells import first
from kg.cells.count import Axis, Grid, by_cell, different, newest
from kg.cells.facts import Hierarchy, Term, Truths
from kg.cells.items import DIRECTIONS, UNRANKED, Listed, Reach, Sets
from kg.cells.neighbours import Neighbours


@dataclass(frozen=True, slots=True)
class Place:
    """A cell that is asked for.

    Attributes:
        rows: the dimension of the rows: the name of a property.
        columns: that of the columns.
        row: the concept of the row.
        column: that of the column.
        filters: by dimension, the concept that is asked for.
        as_of: the day, as a number such as 20150722.
        bar: the least rank of rigour with which an effect counts.
    """

    rows: str
    columns: str
    row: Term
    column: Term
    filters: Mapping[str, Term]
    as_of: int
    bar: int

    @property
    def wanted(self) -> list[tuple[str, Term]]:
        """What a thing has to be about to stand in the cell."""
        return [(self.rows, self.row), (self.columns, self.column), *self.filters.items()]


@dataclass(frozen=True, slots=True)
class Near:
    """A cell beside another, with effects that count.

    Attributes:
        near: in which way, as ``cell-nearest.rq`` calls it.
        row: of the cell.
        column: of the cell.
        country: the country that makes it another cell, or None.
        counts: effects by direction, in the order of :data:`kg.cells.items.DIRECTIONS`, and then studies.
        newest: the day of the newest, such as 20150722.
    """

    near: str
    row: Term
    column: Term
    country: Term | None
    counts: Sequence[int]
    newest: int


@dataclass(frozen=True, slots=True)
class Behind:
    """What the findings of a graph say of single cells.

    Attributes:
        listed: all findings.
        sets: by dimension, the sets of concepts that they name.
        hierarchy: of concepts.
        neighbours: of concepts.
    """

    listed: Listed
    sets: Sets
    hierarchy: Hierarchy
    neighbours: Neighbours

    def newest(self, offset: int, most: int) -> list[tuple[Term, int]]:
        """Return a part of the list of all findings (:func:`kg.cells.first.newest`)."""
        return first.newest(self.listed, offset, most)

    def findings(self, place: Place, most: int) -> list[Term]:
        """Return the findings of a cell that come first (:func:`kg.cells.first.findings`)."""
        return first.findings(self.listed, self._known(place) & self._about(place.wanted), place.bar, most)

    def studies(self, place: Place, most: int) -> list[tuple[Term, int, int]]:
        """Return the studies of a cell that come first (:func:`kg.cells.first.studies`)."""
        return first.studies(self.listed, self._known(place) & self._about(place.wanted), place.bar, most)

    def nearest(self, place: Place) -> Iterator[Near]:
        """Give the cells beside a cell that have an effect which counts."""
        sides = {"row": (place.rows, place.row), "column": (place.columns, place.column)}
        for side, other in (("row", "column"), ("column", "row")):
            dimension, concept = sides[side]
            beside = list(self.neighbours.beside(concept, dimension))
            kept = self._about([sides[other], *place.filters.items()])
            found = self._effects(place, dimension, {one for _, one in beside}, self._named, kept)
            for way, one in beside:
                if one in found:
                    row, column = (one, place.column) if side == "row" else (place.row, one)
                    yield Near(f"{way}-{side}", row, column, None, *found[one])
        if country := place.filters.get("country"):
            others = {name: concept for name, concept in place.filters.items() if name != "country"}
            kept = self._about([*sides.values(), *others.items()])
            abroad = {one for named in self.sets["country"] for one in named} - {country}
            for one, told in self._effects(place, "country", abroad, set[Term], kept).items():
                yield Near("other-country", place.row, place.column, one, *told)

    def _known(self, place: Place) -> Truths:
        return (self.listed.known > 0) & (self.listed.known <= place.as_of)

    def _about(self, wanted: Iterable[tuple[str, Term]]) -> Truths:
        return self.listed.about(wanted, self.sets, self.hierarchy.up)

    def _named(self, concepts: Iterable[Term]) -> set[Term]:
        """Return concepts that have a name, and all that is broader."""
        return self.hierarchy.up(self.neighbours.named.intersection(concepts))

    def _effects(
        self, place: Place, dimension: str, concepts: set[Term], reach: Reach, kept: Truths
    ) -> dict[Term, tuple[list[int], int]]:
        """Count the effects that count by concepts of a dimension: by direction, their studies, and the newest day."""
        listed = self.listed
        solid = kept & self._known(place) & listed.effect & (listed.rank >= place.bar) & (listed.rank != UNRANKED)
        order = sorted(concepts)
        rows = Axis.of({concept: at for at, concept in enumerate(order)}, self.sets[dimension], reach)
        # One column, in which everything stands.
        grid = Grid(rows, Axis(1, np.zeros(1, np.int32), np.ones(1, np.int32), np.zeros(1, np.int32)))
        named = listed.sets[dimension][solid]
        places = (named, np.zeros(len(named), np.int32))
        directions = by_cell(grid, *places, listed.direction[solid], len(DIRECTIONS) + 1)
        cells, _ = different(grid, *places, listed.study[solid])
        studies = np.bincount(cells, minlength=grid.size)
        days = newest(grid, *places, listed.known[solid])
        return {
            order[at]: ([*directions[at, : len(DIRECTIONS)].tolist(), int(studies[at])], int(days[at]))
            for at in np.flatnonzero(directions.sum(1)).tolist()
        }
