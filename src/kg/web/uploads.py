"""Tables that are sent to be checked: which they are, and what is told of their mistakes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Response, json

from kg.errors import NotFound, UsageProblem
from kg.gate.checking import Submission
from kg.gate.tables import TABLES, Outcome, Table, mappings
from kg.importing.complaints import Complaint
from kg.importing.complaints import lines as complaint_lines
from kg.spoken import gettext as _
from kg.spoken import speaking
from kg.vocabulary import shorten
from kg.web.language import language
from kg.web.site import site

ENDINGS: Final = {ending: media_type for media_type, ending in TABLES.items()}
_CSV: Final = "text/csv"
_USUAL: Final = "findings"
"""What the columns of a table mean when a person does not say: what the workbook to fill in has."""
_SHOWN: Final = 200
_FEW: Final = 8


def of_body(content: bytes, media_type: str, fields: Mapping[str, str]) -> Table:
    """Return the table that a program sends.

    Raises:
        UsageProblem, NotFound: no mapping of the graph is named.
    """
    return Table(f"table{TABLES[media_type]}", content, media_type, _mapping(fields), language())


def of_form(name: str, content: bytes, fields: Mapping[str, str]) -> Table | None:
    """Return the table that a person chooses, or pastes and says what its columns mean; None when it is none.

    Args:
        name: of the file; without an ending where it is pasted.
        content: the bytes.
        fields: of the form.

    Raises:
        UsageProblem, NotFound: no mapping of the graph is named.
    """
    ending = Path(name).suffix.lower()
    if ending in ENDINGS or (not ending and fields.get("mapping")):
        name = name if ending else f"{name}.csv"
        return Table(name, content, ENDINGS.get(ending, _CSV), _mapping(fields, _USUAL), language())
    return None


def _mapping(fields: Mapping[str, str], usual: str = "") -> Path:
    graph = site().config.graph
    known = mappings(graph)
    asked = fields.get("mapping", "") or (usual if usual in known else "")
    with speaking(language()):
        there = ", ".join(known) or _("none")
        if not asked:
            raise UsageProblem(
                _("say what the columns of the table mean (mapping); the graph has %(there)s", there=there)
            )
        if asked not in known:
            raise NotFound(_("the graph has no mapping %(name)s; it has %(there)s", name=asked[:100], there=there))
    return graph / "data" / "mappings" / f"{asked}.toml"


def as_data(table: Table, outcome: Outcome, media_type: str) -> Response:
    """Tell the mistakes of a table to a program: as text, as JSON, or as a problem document (RFC 9457)."""
    told: dict[str, Any] = {"table": table.name, "mistakes": [asdict(mistake) for mistake in outcome.mistakes]}
    told |= {"hints": outcome.hints} if outcome.hints else {}
    if media_type == "text/plain":
        with speaking(table.language):
            lines = [table.name, *complaint_lines(outcome.mistakes), *outcome.hints]
        return Response("\n".join(lines) + "\n", HTTPStatus.UNPROCESSABLE_ENTITY, mimetype=media_type)
    if media_type != "application/json":
        count = len(outcome.mistakes)
        told |= {"type": "about:blank", "title": "Unprocessable Entity", "status": 422}
        told["detail"] = f"the table has {count} mistake{'s' if count > 1 else ''}"
        media_type = "application/problem+json"
    return Response(json.dumps(told) + "\n", HTTPStatus.UNPROCESSABLE_ENTITY, mimetype=media_type)


def asked(doubts: Sequence[Complaint], language: str) -> str:
    """Return what is no mistake in a table, and may be meant otherwise, as lines for the end of a text."""
    with speaking(language):
        lines = [_("please look once more: %(doubt)s", doubt=doubt.told().strip()) for doubt in doubts]
    return "".join(f"{line}\n" for line in lines)


def shown(table: Table, outcome: Outcome) -> dict[str, Any]:
    """Return what the page tells of a table: its mistakes, or which rows speak of what."""
    return {
        "table": {
            "name": table.name,
            "mapping": table.mapping.stem,
            "mistakes": outcome.mistakes[:_SHOWN],
            "count": len(outcome.mistakes),
            "hints": outcome.hints[:_FEW],
            "doubts": outcome.doubts[:_SHOWN],
            "rows": {shorten(iri): _few(numbers) for iri, numbers in outcome.rows.items()},
            "left_out": _few(outcome.left_out),
        }
    }


def _few(numbers: list[int] | tuple[int, ...]) -> str:
    different = list(dict.fromkeys(numbers))
    return ", ".join(map(str, different[:_FEW])) + (" …" if len(different) > _FEW else "")


def turtle(submission: Submission, status: int) -> Response:
    """Give the Turtle itself, to be saved."""
    response = Response(submission.content, status, content_type="text/turtle; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{Path(submission.name).stem}.ttl"'
    return response
