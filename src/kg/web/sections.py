"""The tables on the page of a thing: what refers to it, kind by kind, and what only things of its class have."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final

from kg import questions
from kg.questions import Question
from kg.store import Table
from kg.vocabulary import ID, SH, SKOS, WK
from kg.web.catalogue import LazyString
from kg.web.catalogue import lazy_gettext as _
from kg.web.facts import Thing
from kg.web.kinds import BY_NAME, KINDS
from kg.web.language import language
from kg.web.parameters import complete
from kg.web.site import bound, records, site
from kg.web.tables import Sheet, in_order, sheet

Row = Mapping[str, str]

_MOST: Final = 100
"""Rows that are shown; the queries of tables that can be long look the words up for so many only."""
_NEAREST: Final = 10
_ORGANISATION: Final = "http://www.w3.org/ns/org#Organization"
_CONCEPT: Final = f"{SKOS}Concept"
_ELSEWHERE: Final = {f"{SKOS}broader", f"{SKOS}related", f"{SKOS}topConceptOf"}
"""What refers by these stands among the neighbours, or does so by another property too; so ``referring-kinds.rq``."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table on the page of a thing.

    Attributes:
        name: the anchor.
        title: its heading.
        note: how to read it, or the empty string.
        sheet: the table.
        query: the bound query.
        question: the question of the library that it answers, or None where the query is the page's own.
        values: the parameters of that question.
    """

    name: str
    title: LazyString
    note: LazyString | str
    sheet: Sheet
    query: str
    question: Question | None = None
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """Things of one kind that refer to a thing by one property, where there is no table for that kind."""

    kind: str
    property: str
    things: Sequence[Row]


def own(thing: Thing) -> tuple[list[Section], list[Section]]:
    """Return the tables that only things of this class have: those before and those after what refers to it.

    A table without a row is left out.
    """
    classes = [kind.iri for kind in thing.kinds if kind.iri != _CONCEPT or _is_of_a_dimension(thing.iri)]
    places = [[maker for name in classes for maker in _OWN.get(name, ((), ()))[place]] for place in (0, 1)]
    before, after = ([table for maker in makers if (table := maker(thing)).sheet.size] for makers in places)
    return before, after


def referring(thing: Thing, word: Callable[[str, str], str], besides: str = "") -> tuple[list[Section], list[Members]]:
    """Return what refers to a thing: a table for each kind that has one, a list for each other kind and property.

    Args:
        thing: the thing.
        word: gives the name of a class or property from its IRI and its label.
        besides: a property of which the page shows elsewhere what refers by it.
    """
    counts = {row["kind"]: int(row["things"]) for row in records("referring-kinds", subject=thing.iri, besides=besides)}
    tables = [
        _plain(kind.name, kind.label, kind.table, thing, things=partial(counts.__getitem__, kind.iri))
        for kind in KINDS
        if kind.iri in counts
    ]
    rest = groupby(
        (row for row in _others(thing, {*_ELSEWHERE, besides}) if not row["kind"].startswith(SH)),
        key=lambda row: (row["kind"], row["kindLabel"], row["property"], row["propertyLabel"]),
    )
    lists = [Members(word(kind, label), word(name, said), list(found)) for (kind, label, name, said), found in rest]
    return [table for table in tables if table.sheet.size], lists


def _others(thing: Thing, unseen: Collection[str]) -> list[Row]:
    """Return what refers to a thing and is of a class without a table, but by properties that are shown elsewhere."""
    return [row for row in records("incoming", subject=thing.iri, lang=language()) if row["property"] not in unseen]


def _is_of_a_dimension(iri: str) -> bool:
    return iri.removeprefix(ID).partition("/")[0] in BY_NAME


def _plain(  # noqa: PLR0913, PLR0917 - a table has a name, a heading, a text and its rows
    name: str,
    title: LazyString,
    query: str,
    thing: Thing,
    things: Callable[[], int],
    note: LazyString | str = "",
) -> Section:
    """Return a table of a page query.

    Args:
        name: the anchor.
        title: its heading.
        query: the query; it may give only the first rows that are shown.
        thing: what the page is about.
        things: counts all things that the table is about; is asked where there may be more than are shown.
        note: how to read it.
    """
    text = bound(query, subject=thing.iri, lang=language())
    found = _laid_out(in_order(site().store.select(text)), thing)
    if found.size >= _MOST:
        found.size = max(found.size, things())
    return Section(name, title, note, found, text)


def _laid_out(table: Table, thing: Thing) -> Sheet:
    """Lay out a table without what is the same in each row: the thing itself, and the role in which it is named."""
    dull: set[str] = set()
    found = table.records()
    for name in (name for name in table.columns if not name.endswith("Label")):
        values = {record[name] for record in found}
        if values in ({thing.iri}, {thing.title}) or (name == "role" and len(values) == 1):
            dull |= {name, f"{name}Label"}
    if "publication" in dull:
        dull |= {"issued", "statedOn"}
    return _bare(_only(table, [name for name in table.columns if name not in dull]))


def _only(table: Table, columns: Sequence[str]) -> Table:
    places = [table.columns.index(name) for name in columns]
    return Table(tuple(columns), tuple(tuple(row[place] for place in places) for row in table.rows))


def _bare(table: Table, most: int = _MOST) -> Sheet:
    """Lay out a table; columns without a value just do not stand there."""
    found = sheet(table, most)
    found.left_out = []
    return found


def _library(
    asked: Question, title: LazyString, note: LazyString, kept: Callable[[Table], Table], most: int = _MOST
) -> Section:
    """Return those rows and columns of a library question's answer that are about a thing."""
    values = complete(asked, {})
    query = asked.bind(values)
    table = kept(site().store.select(query))
    return Section(asked.name, title, note, _bare(table, most), query, asked, values)


def _studies(thing: Thing) -> Section:
    note = _("Studies of which a finding names this or something narrower, the most rigorous first.")
    return _plain(
        "studies-behind", _("Studies behind it"), "studies-behind", thing, _counting("studies-behind", thing), note
    )


def _sources(thing: Thing) -> Section:
    note = _("Where something is said about it. Each statement above names its place in the source.")
    return _plain("sources", _("Sources"), "sources", thing, _counting("sources", thing), note)


def _counting(query: str, thing: Thing) -> Callable[[], int]:
    return lambda: int(records(f"{query}-counted", subject=thing.iri)[0]["things"])


def _nearest_gaps(thing: Thing) -> Section:
    def kept(table: Table) -> Table:
        rows = [
            (int(record["sharedConcepts"]), row)
            for row, record in zip(table.rows, table.records(), strict=True)
            if record["organisation"] == thing.iri
        ]
        nearest = tuple(row for _shared, row in sorted(rows, key=lambda pair: -pair[0]))
        columns = ("gap", "gapLabel", "sharedConcepts", "gapConcepts", "studies", "projects")
        return _only(Table(table.columns, nearest), columns)

    note = _(
        "Gaps without a full answer on subjects that its studies and projects touched. This points to who has "
        "worked on it before; it is no judgement of fitness."
    )
    asked = questions.find("who-could-fill-it")
    return _library(asked, _("Open gaps it stands nearest to"), note, kept, _NEAREST)


def _lines(thing: Thing) -> Section:
    themes = {value.iri for fact in thing.facts if fact.iri == f"{WK}theme" for value in fact.values}

    def kept(table: Table) -> Table:
        rows = tuple(
            row
            for row, record in zip(table.rows, table.records(), strict=True)
            if record["code"] == "line" and record["theme"] in themes
        )
        columns = ("theme", "themeLabel", "statedGaps", "gapsWithoutProject", "projects")
        return _only(Table(table.columns, rows), columns)

    note = _("What sources state as a gap, and how much of it a project has taken up.")
    return _library(questions.find("funding-against-gaps"), _("Gaps in each programme line"), note, kept)


_OWN: Final[Mapping[str, tuple[tuple[Callable[[Thing], Section], ...], tuple[Callable[[Thing], Section], ...]]]] = {
    _CONCEPT: ((_studies,), (_sources,)),
    _ORGANISATION: ((), (_nearest_gaps, _sources)),
    f"{WK}Programme": ((_lines,), (_sources,)),
    f"{WK}FundingRound": ((), (_sources,)),
    f"{WK}Project": ((), (_sources,)),
    f"{WK}Event": ((), (_sources,)),
}
"""By class: the tables that only its things have, before and after what refers to them."""
