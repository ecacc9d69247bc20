"""Two dates side by side: which cells of the map changed their state, and what came out in between."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg import questions
from kg.questions import Question
from kg.store import Table
from kg.web.catalogue import LazyString
from kg.web.catalogue import lazy_gettext as _
from kg.web.concepts import Head, tree
from kg.web.language import language
from kg.web.parameters import complete
from kg.web.site import bound, select, site
from kg.web.tables import Sheet, sheet
from kg.web.view import View, viewed

_NEW: Final[Mapping[str, LazyString]] = {
    "finding": _("Findings"),
    "gap": _("Stated gaps"),
    "recommendation": _("Recommendations"),
    "search": _("Searches"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A cell whose state is not the same on both dates."""

    row: Head
    column: Head
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two dates.

    Attributes:
        before: the map at the first date.
        after: the map at the second.
        queries: the bound queries of both.
        cells: how many cells the map has.
        changes: those whose state differs, in the order of the map.
        asked: the question that gives what came out.
        values: its parameters.
        query: that question, bound.
        new: what came out in between: its kind, and a table.
        projects: projects that began in between.
        projects_query: the query that gives them.
        undated: how many projects there are of which no source says when they began.
    """

    before: View
    after: View
    queries: tuple[str, str]
    cells: int
    changes: Sequence[Change]
    asked: Question
    values: Mapping[str, str]
    query: str
    new: Sequence[tuple[str, LazyString, Sheet]]
    projects: Sheet
    projects_query: str
    undated: int

    @property
    def moves(self) -> list[tuple[tuple[str, str], int]]:
        """How many cells went from which state to which, the most first."""
        return Counter((change.before, change.after) for change in self.changes).most_common()


def differ(start: str, end: str, axes: Mapping[str, str]) -> Difference:
    """Return what differs between two dates.

    Args:
        start: the first date.
        end: the second.
        axes: rows, columns and bar of the map, as ``gap-map`` has them.

    Raises:
        BadParameter: rows or columns are no dimension.
    """
    gap_map = questions.find("gap-map")
    views = [viewed(complete(gap_map, {**axes, "asOf": day})) for day in (start, end)]
    queries = (gap_map.bind(views[0].values), gap_map.bind(views[1].values))
    then, now = (
        {(row["row"], row["column"]): row["state"] for row in site().store.select(query).records()} for query in queries
    )
    changes = [
        Change(row, column, then[row.iri, column.iri], now[row.iri, column.iri])
        for row in tree(views[0].rows.scheme)
        for column in tree(views[0].columns.scheme)
        if then.get((row.iri, column.iri)) != now.get((row.iri, column.iri))
    ]
    asked = questions.find("changed-between")
    values = complete(asked, {"from": start, "to": end})
    query = asked.bind(values)
    found = site().store.select(query)
    projects_query = bound("projects-between", **{"from": start, "to": end, "lang": language()})
    return Difference(
        views[0],
        views[1],
        queries,
        len(now),
        changes,
        asked,
        values,
        query,
        [(code, label, table) for code, label in _NEW.items() if (table := _of(found, code)).size],
        sheet(site().store.select(projects_query)),
        projects_query,
        len(select("projects-undated", lang=language()).rows),
    )


def _of(table: Table, code: str) -> Sheet:
    """Lay out the rows of one kind, without the column that says the kind."""
    place = table.columns.index("code")
    rows = [row for row, record in zip(table.rows, table.records(), strict=True) if record["code"] == code]
    columns = table.columns[:place] + table.columns[place + 1 :]
    return sheet(Table(columns, tuple(row[:place] + row[place + 1 :] for row in rows)))
