"""Check data against the rules of this graph, for people and for programs; nothing is stored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, json, request

from kg.errors import NotFound, UnsupportedMediaType, UsageProblem
from kg.gate.checking import FORMS, Submission, Verdict, check
from kg.gate.tables import TABLES, Table, check_table, mappings
from kg.importing.complaints import Complaint
from kg.store import GRAPH_FORMATS
from kg.validate.reports.data import render
from kg.web import bodies, checks, uploads
from kg.web.answers import page
from kg.web.language import language
from kg.web.listing import laid_out
from kg.web.negotiate import HTML, TURTLE, choose
from kg.web.serialise import as_bytes
from kg.web.site import records, site
from kg.web.visitor import visitor

room = Blueprint("validate", __name__)

TEXT: Final = "text/plain"
PLAIN_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"
_FORMS_OF_FORM: Final = {"multipart/form-data", "application/x-www-form-urlencoded"}
_BY_ENDING: Final = {".ttl": TURTLE, ".nt": "application/n-triples", ".jsonld": "application/ld+json"} | {
    ".json": "application/ld+json",
    ".rdf": "application/rdf+xml",
    ".xml": "application/rdf+xml",
}
_BY_NAME: Final = {"ttl": TURTLE, "nt": "application/n-triples", "jsonld": "application/ld+json"} | {
    "rdf": "application/rdf+xml"
}
_REPORTS: Final = {"ttl": TURTLE, "json": PLAIN_JSON, "txt": TEXT, "html": HTML}
OFFERED: Final = (TURTLE, *(name for name in GRAPH_FORMATS if name != TURTLE), PLAIN_JSON, TEXT, HTML)
_DATA: Final = "data"
"""The form that gives what was sent, as Turtle, and no report."""
_ECHOED: Final = 500_000
"""Bytes up to which a submission is put back into the form."""


@room.get("/validate")
def show() -> Response:
    """Show the form."""
    return page("validate.html", **_form())


@room.post("/validate")
def answer() -> Response:
    """Check what is sent, and answer with the report.

    The status is 200 when it could be taken into the graph, 422 when not, 400 when it cannot be read.

    Raises:
        UnsupportedMediaType, PayloadTooLarge: the body is none that is read here.
        UsageProblem: nothing was sent.
        NotFound: the file that it takes the place of, or the mapping of the table, is not there.
    """
    sent, wanted = _submitted()
    if wanted and wanted not in {*_REPORTS, _DATA}:
        raise UsageProblem(f"a report can be given as {', '.join(_REPORTS)}; the data as {_DATA}")
    media_type = _REPORTS.get(wanted, TURTLE) if wanted else choose(OFFERED)
    response = _of_table(sent, wanted, media_type) if isinstance(sent, Table) else _of_data(sent, wanted, media_type)
    if wanted in _REPORTS and media_type != HTML:
        response.headers["Content-Disposition"] = f'attachment; filename="report.{wanted}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _of_data(submission: Submission, wanted: str, media_type: str) -> Response:
    verdict = checks.keeper().run(visitor(), check, *checks.base(site()), submission, checks.shapes(site()))
    if wanted == _DATA and not verdict.report.problems:
        return uploads.turtle(submission, _status(verdict))
    return _shown_page(verdict, submission) if media_type == HTML else as_data(verdict, media_type)


def _of_table(table: Table, wanted: str, media_type: str) -> Response:
    generation, _ = checks.base(site())
    outcome = checks.keeper().run(visitor(), check_table, generation, table, checks.shapes(site()))
    if not outcome.verdict or not outcome.submission:
        if media_type != HTML:
            return uploads.as_data(table, outcome, media_type)
        return page("validate.html", HTTPStatus.UNPROCESSABLE_ENTITY, **_form(), **uploads.shown(table, outcome))
    if wanted == _DATA:
        return uploads.turtle(outcome.submission, _status(outcome.verdict))
    if media_type != HTML:
        return as_data(outcome.verdict, media_type, outcome.doubts)
    return _shown_page(outcome.verdict, outcome.submission, **uploads.shown(table, outcome))


def _shown_page(verdict: Verdict, submission: Submission, **more: Any) -> Response:  # noqa: ANN401
    return page("validate.html", _status(verdict), **_form(), **_shown(verdict, submission), **more)


def _status(verdict: Verdict) -> int:
    if verdict.conforms:
        return HTTPStatus.OK
    return HTTPStatus.BAD_REQUEST if verdict.report.problems else HTTPStatus.UNPROCESSABLE_ENTITY


def as_data(verdict: Verdict, media_type: str, doubts: Sequence[Complaint] = ()) -> Response:
    """Return a verdict for a program, with the status that says what it is.

    Args:
        verdict: of a check.
        media_type: one of ``OFFERED`` but HTML.
        doubts: what is no mistake in a table, and may be meant otherwise. JSON has it as ``doubts``, text at its end; a
            SHACL report has no place for it.
    """
    report, status = verdict.report, _status(verdict)
    if media_type == TEXT:
        return Response(report.text(language()) + uploads.asked(doubts, language()), status, mimetype=TEXT)
    if media_type == PLAIN_JSON:
        more = {"doubts": [asdict(doubt) for doubt in doubts]} if doubts else {}
        return Response(render(report, **more) + "\n", status, mimetype=PLAIN_JSON)
    if report.problems:
        return _unreadable(verdict)
    if media_type == TURTLE:
        return Response(report.turtle(), status, content_type=f"{TURTLE}; charset=utf-8")
    statements = [quad.triple for quad in ox.parse(report.turtle(), format=ox.RdfFormat.TURTLE)]
    return Response(as_bytes(statements, media_type), status, content_type=media_type)


def _unreadable(verdict: Verdict) -> Response:
    """Tell, as a problem document, where a submission cannot be read."""
    problem = verdict.report.problems[0]
    told = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": problem.message}
    told |= {"line": problem.line, "column": problem.column}
    return Response(json.dumps(told) + "\n", HTTPStatus.BAD_REQUEST, mimetype=_PROBLEM)


def _submitted() -> tuple[Submission | Table, str]:
    """Return what was sent, and in what form its report is asked for by name."""
    limit = site().config.validate_bytes
    kind = request.mimetype
    if kind in _FORMS_OF_FORM:
        bodies.form(limit)
        sent = _of_form()
        return sent, request.form.get("format", "") or request.args.get("format", "")
    if kind not in {*FORMS, *TABLES}:
        raise UnsupportedMediaType(
            f"{kind or 'a body without a type'} is not read here; send {', '.join((*FORMS, *TABLES))} or a form"
        )
    content = bodies.whole(limit)
    if not content.strip():
        raise UsageProblem("nothing was sent; put the data into the body")
    if kind in TABLES:
        table = uploads.of_body(content, kind, request.args)
        return replace(table, replaces=_replaced(request.args)), request.args.get("format", "")
    return Submission("submission", content, kind, _replaced(request.args)), request.args.get("format", "")


def _of_form() -> Submission | Table:
    given = request.files.get("file")
    text = request.form.get("text", "").replace("\r\n", "\n")
    name, content = "submission", text.encode("utf-8", "replace")
    ending = ".ttl"
    if given and given.filename:
        name, content = _plain_name(given.filename), given.read()
        ending = Path(name).suffix.lower()
    if not content.strip():
        raise UsageProblem("nothing was sent; paste data into the form or choose a file")
    table = uploads.of_form(name, content, request.form)
    if table:
        return replace(table, replaces=_replaced(request.form))
    asked = request.form.get("type", "")
    kind = _BY_NAME.get(asked) or _BY_ENDING.get(ending, TURTLE)
    return Submission(name, content, kind, _replaced(request.form))


def _replaced(fields: Mapping[str, str]) -> str:
    """Return the name of the file that a submission takes the place of, which may be named by its graph."""
    asked = fields.get("replaces", "")
    if not asked:
        return ""
    known = files(site().generation)
    name = known.get(asked, asked)
    if name not in known.values():
        raise NotFound(f"the graph has no data file {asked[:200]} that this could take the place of")
    return name


@lru_cache(maxsize=2)
def files(_generation: str) -> dict[str, str]:
    """Return the data files, name by IRI of their graph; a generation does not change, so once is enough."""
    return {row["graph"]: row["name"] for row in records("data-files")}


def _plain_name(name: str) -> str:
    return re.sub(r"[^\w.() -]+", "", name.replace("\\", "/").rpartition("/")[2])[:100].strip(". ") or "submission"


def _form() -> dict[str, Any]:
    config = site().config
    return {
        "files": list(files(site().generation).values()),
        "megabytes": config.validate_bytes // 1_000_000,
        "seconds": config.validate_seconds,
        "kinds": _BY_NAME,
        "mappings": mappings(config.graph),
        "chosen_mapping": request.form.get("mapping", ""),
        "chosen_file": request.form.get("replaces", "") if request.method == "POST" else "",
    }


def _shown(verdict: Verdict, submission: Submission) -> dict[str, Any]:
    text = submission.content.decode("utf-8", "replace")
    kind = next(name for name, media_type in _BY_NAME.items() if media_type == submission.media_type)
    return {
        "verdict": verdict,
        "laid": laid_out(verdict.report, submission.name, text, language()),
        "name": submission.name,
        "text": text if len(submission.content) <= _ECHOED else "",
        "echoed": len(submission.content) <= _ECHOED,
        "kind": kind,
    }
