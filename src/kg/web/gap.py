"""One stated gap: who states it, how it stands and why, what happened since, and what stands beside it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response

from kg import questions
from kg.errors import BadParameter, NotFound
from kg.web.answers import DATA, answer, page
from kg.web.concepts import dimensions, short, states
from kg.web.facts import read as read_facts
from kg.web.gaps import about, ask
from kg.web.language import language
from kg.web.lives import read, statuses, strengths, why
from kg.web.negotiate import HTML, choose, split
from kg.web.parameters import given
from kg.web.since import tell
from kg.web.site import records, select

room = Blueprint("gap", __name__)

_OURS: Final = {"asOf", "lang"}
_SLUG: Final = re.compile(r"[a-z0-9-]+")
_MOST_CELLS: Final = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the map where two subjects of a gap meet, and its state.

    Attributes:
        row: IRI of the subject that is the row.
        row_label: what it is called.
        column: IRI of the subject that is the column.
        column_label: what it is called.
        state: notation of the cell's state.
        address: what the link to the cell carries.
    """

    row: str
    row_label: str
    column: str
    column_label: str
    state: str
    address: Mapping[str, str]


@room.get("/gaps/<slug>")
def show(slug: str) -> Response:
    """Show the life of one gap, or give it as data."""
    stem, suffix = split(slug)
    media_type = choose((HTML, *DATA), suffix)
    question = questions.find("gap-lifecycle")
    values = given(question)
    if unknown := sorted(set(values) - _OURS):
        raise BadParameter(f"the page of a gap has no parameter {', '.join(unknown)}; it has asOf and lang")
    if not _SLUG.fullmatch(stem):
        raise NotFound("there is no gap of that name")
    values |= {"gap": f"gap/{stem}"}
    if media_type != HTML:
        return answer(question, values, media_type)
    lived = ask("gap-lifecycle", values)
    if not lived.rows:
        raise NotFound(f"no source had stated a gap {stem} by {values['asOf']}")
    life = read(lived.rows)[0]
    as_of = values["asOf"]
    dated = {"asOf": as_of}
    subjects = about(as_of, [life.iri])[life.iri].subjects
    later = ask("what-do-we-know-now", dated | {"gap": values["gap"], "statedBefore": life.stated_on})
    # Only a gap that a finding contests can stand in the answer; the question is not asked for the others.
    against = ask("sources-that-disagree", dated) if life.of("contests") else None
    computed = ask("stated-versus-computed-gaps", dated)
    return page(
        "gap.html",
        life=life,
        standing=statuses()[life.status],
        why=why(life),
        strengths=strengths([life.iri]),
        thing=read_facts(select("facts", subject=life.iri, lang=language()).rows, language())[0],
        places=_places(subjects, as_of),
        states=states(),
        subjects=subjects,
        lived=lived,
        unjudged=[row for story in tell(later.rows) for row in story.unjudged],
        later=later,
        fitting=next((row for row in computed.rows if row["gap"] == life.iri), None),
        computed=computed,
        against=against,
        opposed=[row for row in against.rows if row["statement"] == life.iri] if against else [],
        near=ask("who-could-fill-it", dated | {"gap": values["gap"]}),
        beside=records("gap-neighbours", gap=life.iri, asOf=as_of, lang=language()),
        as_of=as_of,
    )


def _places(subjects: Sequence[tuple[str, str, str]], as_of: str) -> list[Place]:
    """Return the cells of the map where the gap's subjects of its first two dimensions meet."""
    known = [dimension.name for dimension in dimensions()]
    named: dict[str, list[tuple[str, str]]] = {}
    for name, iri, label in subjects:
        if name in known:
            named.setdefault(name, []).append((iri, label))
    if len(named) < 2:  # noqa: PLR2004 - a cell has a row and a column
        return []
    rows, columns = list(named)[:2]
    axes = {"rows": rows, "columns": columns, "asOf": as_of}
    # With one row or one column the map need not be asked for the others.
    tops = {top: named[axis][0][0] for top, axis in (("rowTop", rows), ("columnTop", columns)) if len(named[axis]) == 1}
    found = {(row["row"], row["column"]): row["state"] for row in ask("gap-map", axes | tops).rows}
    return [
        Place(
            row,
            row_label,
            column,
            column_label,
            found[row, column],
            axes | {"row": short(row), "column": short(column)},
        )
        for row, row_label in named[rows]
        for column, column_label in named[columns]
        if (row, column) in found
    ][:_MOST_CELLS]
