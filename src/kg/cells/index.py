"""The index of cells of one graph, and the counts of a map that was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyoxigraph as ox
import structlog

from kg import questions
from kg.cells.behind import Behind
from kg.cells.count import Axis, Counts, Grid, by_cell, different, newest
from kg.cells.facts import Hierarchy, IrregularError, Numbers, Reader, Term, Truths, Values, term
from kg.cells.items import DIRECTIONS, Items, Reach
from kg.cells.neighbours import Neighbours
from kg.cells.reading import Reading
from kg.vocabulary import SKOS, WK

Places = Mapping[Term, int]

LAYOUT = 3
"""Grows with each change of what an index holds, so that one that an older version kept is made anew."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A map that is asked for.

    Attributes:
        rows: the dimension of the rows: the name of a property.
        columns: that of the columns.
        row_top: the concept under which the rows are; None for all of the scheme.
        column_top: that of the columns.
        filters: by dimension, the concept that is asked for.
        as_of: the day, as a number such as 20150722.
        bar: the least rank of rigour with which an effect counts.
    """

    rows: str
    columns: str
    row_top: Term | None
    column_top: Term | None
    filters: Mapping[str, Term]
    as_of: int
    bar: int


class Cells:
    """An index of the cells of all maps of one graph.

    Args:
        engine: the graph, in named graphs.

    Attributes:
        behind: what stands behind one cell, and the list of all findings.
        kinds: how many things there are of each kind.

    Raises:
        IrregularError: the graph says something that the index has no place for.
    """

    def __init__(self, engine: ox.Store) -> None:
        reader = Reader(engine)
        names = [each.name for each in questions.find("gap-map").parameters if each.kind.startswith("concept:")]
        self._hierarchy = Hierarchy(reader)
        self._schemes = _in_schemes(reader, names)
        values = {name: Values.of(reader, name) for name in names}
        reading = Reading(reader, values)
        self.kinds = reading.kinds()
        self._findings, self._searches = reading.findings(), reading.searches()
        self._gaps, self._projects = reading.gaps(), reading.projects()
        self._effects, self._studies = reading.effects()
        self._sets = {name: found.sets for name, found in values.items()}
        self.behind = Behind(reading.listed(), self._sets, self._hierarchy, Neighbours(reader, self._hierarchy))

    @property
    def dimensions(self) -> frozenset[str]:
        """The names of the dimensions."""
        return frozenset(self._sets)

    def count(self, asked: Asked) -> tuple[list[Term], list[Term], dict[str, Counts]]:
        """Count what fills each cell of a map.

        Args:
            asked: the map; its dimensions are among :attr:`dimensions`.

        Returns:
            The concepts of the rows, those of the columns, and by name one number for each cell, row by row: the
            numbers that ``gap-map.rq`` calls so, and ``latest`` as a day such as 20150722, or 0.
        """
        rows, columns = self._along(asked.rows, asked.row_top), self._along(asked.columns, asked.column_top)
        grid = self._grid(asked, rows, columns, self._hierarchy.up)
        known, searched = self._known(asked, grid), self._searched(asked, rows, columns)
        latest = np.maximum(known.pop("latest"), searched.pop("latest"))
        counts = known | searched | self._effective(asked, grid) | self._open(asked, grid) | {"latest": latest}
        return list(rows), list(columns), counts

    def stated(self, dimension: str, as_of: int) -> dict[Term, int]:
        """Count the gaps that sources had stated by a day, by each concept that they name or that is broader.

        Args:
            dimension: one of :attr:`dimensions`.
            as_of: a day such as 20150722.

        Returns:
            A number for every concept of the dimension's schemes, and for what is broader elsewhere.
        """
        numbers = self._gaps.sets[dimension][self._gaps.known <= as_of]
        counts = dict.fromkeys(self._schemes[dimension], 0)
        for named, gaps in zip(self._sets[dimension], np.bincount(numbers).tolist(), strict=False):
            for concept in self._hierarchy.up(named) if gaps else ():
                counts[concept] = counts.get(concept, 0) + gaps
        return counts

    def _known(self, asked: Asked, grid: Grid) -> dict[str, Counts]:
        """Count findings, in the cells of their own concepts and of everything broader."""
        findings = self._findings
        known = (findings.known <= asked.as_of) & findings.about(asked.filters.items(), self._sets, self._hierarchy.up)
        axes = _axes(asked, findings, known)
        by_basis = by_cell(grid, *axes, findings.empirical[known].astype(np.int32), 2)
        latest = newest(grid, *axes, findings.known[known])
        return {"findings": by_basis.sum(1), "empirical": by_basis[:, 1], "latest": latest}

    def _effective(self, asked: Asked, grid: Grid) -> dict[str, Counts]:
        """Count effect findings of studies at or above the bar, and those studies."""
        effects = self._effects
        solid = (effects.known <= asked.as_of) & (effects.rank >= asked.bar)
        solid &= effects.about(asked.filters.items(), self._sets, self._hierarchy.up)
        axes = _axes(asked, effects, solid)
        by_direction = by_cell(grid, *axes, effects.direction[solid], len(DIRECTIONS) + 1)
        counts = {name: by_direction[:, place] for place, name in enumerate(DIRECTIONS)}
        cells, studies = different(grid, *axes, effects.study[solid])
        of_them = {
            "studies": cells,
            "reviews": cells[self._studies.review[studies]],
            "loose": cells[self._studies.reviewed[studies] > asked.as_of],
        }
        return counts | {name: np.bincount(found, minlength=grid.size) for name, found in of_them.items()}

    def _searched(self, asked: Asked, rows: Places, columns: Places) -> dict[str, Counts]:
        """Count searches that cover both concepts: a scan covers what it names, a systematic search the narrower too."""
        counts = {"searches": np.zeros(len(rows) * len(columns), np.int64)}
        counts["latest"] = counts["searches"].copy()
        for systematic, reach in ((True, self._hierarchy.down), (False, set[Term])):
            grid = self._grid(asked, rows, columns, reach)
            chosen = (self._searches.known <= asked.as_of) & (self._searches.systematic == systematic)
            chosen &= self._searches.about(asked.filters.items(), self._sets, reach)
            axes = _axes(asked, self._searches, chosen)
            counts["searches"] += by_cell(grid, *axes, np.zeros(len(axes[0]), np.int32), 1)[:, 0]
            counts["latest"] = np.maximum(counts["latest"], newest(grid, *axes, self._searches.until[chosen]))
        return counts

    def _open(self, asked: Asked, grid: Grid) -> dict[str, Counts]:
        """Count the gaps that a source states, those of them that a known finding denies, and the projects under way."""
        gaps, projects = self._gaps, self._projects
        stated = (gaps.known <= asked.as_of) & gaps.about(asked.filters.items(), self._sets, self._hierarchy.up)
        denied = (gaps.denied[stated] <= asked.as_of).astype(np.int32)
        by_denial = by_cell(grid, *_axes(asked, gaps, stated), denied, 2)
        running = (projects.known <= asked.as_of) & (projects.end >= asked.as_of)
        running &= projects.about(asked.filters.items(), self._sets, self._hierarchy.up)
        axes = _axes(asked, projects, running)
        under_way = by_cell(grid, *axes, np.zeros(len(axes[0]), np.int32), 1)
        return {"gaps": by_denial.sum(1), "contested": by_denial[:, 1], "projects": under_way[:, 0]}

    def _along(self, name: str, top: Term | None) -> Places:
        """Return the concepts of an axis, with their places."""
        concepts = self._schemes[name]
        if top is not None:
            below = self._hierarchy.down([top])
            concepts = [concept for concept in concepts if concept in below]
        return {concept: place for place, concept in enumerate(concepts)}

    def _grid(self, asked: Asked, rows: Places, columns: Places, reach: Reach) -> Grid:
        down = Axis.of(rows, self._sets[asked.rows], reach)
        across = Axis.of(columns, self._sets[asked.columns], reach)
        return Grid(down, across)


def indexed(engine: ox.Store) -> Cells | None:
    """Return the index of a graph, or None, with a word in the log, where the graph says what has no place in it."""
    try:
        return Cells(engine)
    except IrregularError as error:
        structlog.get_logger().warning("no index of cells: the map is counted by the engine", reason=str(error))
        return None


def _axes(asked: Asked, items: Items, chosen: Truths) -> tuple[Numbers, Numbers]:
    """Return the sets of concepts that the chosen things name in the dimensions of the rows and the columns."""
    return items.sets[asked.rows][chosen], items.sets[asked.columns][chosen]


def _in_schemes(reader: Reader, names: Iterable[str]) -> dict[str, list[Term]]:
    """Return the concepts of the schemes from which each dimension takes its values."""
    members: dict[Term, list[Term]] = {}
    for concept, scheme in reader.pairs(SKOS + "inScheme"):
        members.setdefault(scheme, []).append(concept)
    schemes = reader.all(WK + "valuesFrom")
    return {
        name: list(dict.fromkeys(one for scheme in schemes.get(term(WK + name), ()) for one in members.get(scheme, ())))
        for name in names
    }
