"""Where stated gaps and the map differ, where sources differ, and which advice has no known follow-up."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

from flask import Blueprint, Response

from kg import questions
from kg.web.answers import page
from kg.web.gaps import ask
from kg.web.negotiate import HTML, choose
from kg.web.parameters import fields, given

room = Blueprint("differences", __name__)

_BRANCHES: Final = ("component", "target-group", "outcome")
Row = Mapping[str, str]


@room.get("/gaps/differences")
def show() -> Response:
    """Show where stated gaps and the map differ, where sources differ, and which advice has no known follow-up."""
    choose((HTML,))
    values = given(questions.find("stated-versus-computed-gaps"))
    dated = {"asOf": values["asOf"]}
    map_ = ask("stated-versus-computed-gaps", values)
    empty = [row for row in map_.rows if row["code"] == "empty-not-stated"]
    sources = ask("sources-that-disagree", dated)
    advice = ask("recommendations-without-follow-up", dated)
    # A recommendation to several addressees has a row for each.
    advised = _grouped(advice.rows, "recommendation")
    return page(
        "differences.html",
        form=fields(map_.question, values),
        map=map_,
        stated=[row for row in map_.rows if row["code"] == "stated-but-evidence"],
        empty=_grouped(sorted(empty, key=lambda row: _BRANCHES.index(row["dimension"])), "dimension"),
        empty_number=len(empty),
        sources=sources,
        opposed=_grouped(sources.rows, "statement"),
        advice=advice,
        advised=groupby(advised, key=lambda recommendation: recommendation[1][0]["publicationLabel"]),
        advice_number=len(advised),
        values=values,
    )


def _grouped(rows: list[dict[str, str]], column: str) -> list[tuple[str, list[Row]]]:
    """Put rows that follow each other with the same value together."""
    return [(value, list(members)) for value, members in groupby(rows, key=lambda row: row[column])]
