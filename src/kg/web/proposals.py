"""Suggest a study: a form whose answers wait for a maintainer as a file, checked, and are never served before that."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, request, url_for

from kg.errors import NotFound, TooManyQueries, UnsupportedMediaType
from kg.gate.checking import Submission, check
from kg.gate.names import NotWritable
from kg.gate.proposals import Proposals, Study, name_for, text_of
from kg.gate.tally import Tally
from kg.vocabulary import ID
from kg.web import bodies, checks
from kg.web.answers import page
from kg.web.catalogue import gettext as _
from kg.web.concepts import Head, tree
from kg.web.language import language
from kg.web.listing import laid_out
from kg.web.site import records, site, today
from kg.web.visitor import visitor

room = Blueprint("proposals", __name__)

_MOST_BYTES: Final = 50_000
_AN_HOUR: Final = 3_600
_PER_HOUR: Final = 5
_LONGEST: Final = {"title": 300, "link": 500, "why": 2_000}
_DOI: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`/?#]+\.[^\s<>\"{}|\\^`]+")
_FORMS: Final = {"application/x-www-form-urlencoded", "multipart/form-data"}


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in.

    Attributes:
        study: what it tells.
        link: where the publication is, as it was typed.
        problems: what is wrong, by field.
    """

    study: Study
    link: str
    problems: Mapping[str, str]


def init_app(app: Flask) -> None:
    """Give an application its memory of who suggested what, and its templates the address of the form."""
    app.extensions["kg-suggested"] = Tally(_PER_HOUR, _AN_HOUR)
    taken = app.extensions["kg"].config.proposals > 0

    def suggest() -> str:
        """Return the address of the form; empty where no suggestions are taken."""
        return url_for("proposals.show") if taken else ""

    app.jinja_env.globals.update(suggest=suggest)


@room.get("/suggest")
def show() -> Response:
    """Show the form.

    Raises:
        NotFound: no suggestions are taken here.
    """
    _taken()
    return _page(Filled(Study("", language(), "", f"{ID}design/unknown"), "", {}))


@room.post("/suggest")
def answer() -> Response:
    """Keep a suggestion for the maintainers, if it keeps all rules.

    Raises:
        NotFound: no suggestions are taken here.
        NotWritable: the form was sent from another site.
        TooManyQueries: this visitor has suggested much already.
        Busy, NoRoom: it cannot be kept now.
    """
    kept = _taken()
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotWritable("this form is sent from its own page only")
    if request.mimetype not in _FORMS:
        raise UnsupportedMediaType("send the form")
    bodies.form(_MOST_BYTES)
    filled = _filled()
    if filled.problems:
        return _page(filled, 422)
    if request.form.get("website"):
        # A field that people do not see: who fills it in is a program.
        return page("suggest.html", done=True)
    _count()
    known = _known(filled.study)
    if known:
        return _page(filled, 422, known=known)
    name = _free(name_for(filled.study.title))
    text = text_of(filled.study, name)
    verdict = checks.keeper().run(
        visitor(), check, *checks.base(site()), Submission("suggestion", text.encode()), checks.shapes(site())
    )
    if not verdict.conforms:
        return _page(filled, 422, marks=laid_out(verdict.report, "suggestion", text, language()).marks)
    kept.add(name, text)
    return page("suggest.html", done=True)


def _taken() -> Proposals:
    if not site().config.proposals:
        raise NotFound("no suggestions are taken here")
    return Proposals.of(site().config)


def _filled() -> Filled:
    """Read the form, and say of each field what is wrong with it."""
    given = {name: " ".join(request.form.get(name, "").split())[:5_000] for name in ("title", "spoken", "year", "link")}
    why = request.form.get("why", "").strip()
    problems = {}
    for name, longest in _LONGEST.items():
        if len(why if name == "why" else given[name]) > longest:
            problems[name] = _("This is too long; %(number)d characters at most.", number=longest)
    if len(given["title"]) < 3 or not any(letter.isalpha() for letter in given["title"]):  # noqa: PLR2004
        problems["title"] = _("Give the title as it is printed.")
    doi = _DOI.fullmatch(given["link"])
    if not doi and not (_ADDRESS.fullmatch(given["link"]) and _is_iri(given["link"])):
        problems["link"] = _("Give the address of the publication (https://…) or its DOI (10.…).")
    if given["year"] and not (re.fullmatch(r"(19|20)[0-9]{2}", given["year"]) and given["year"] <= today()[:4]):
        problems["year"] = _("Give the year of publication in four digits, or leave it open.")
    kind, design = request.form.get("kind", ""), request.form.get("design", "")
    for name, value, offered in (("kind", kind, _kinds()), ("design", design, _designs())):
        if value not in {head.iri for head in offered}:
            problems[name] = _("Choose one.")
    spoken = given["spoken"] if given["spoken"] in {"nl", "en"} else ""
    if not spoken:
        problems["spoken"] = _("Choose one.")
    address = "" if doi else given["link"]
    found = Study(given["title"], spoken, kind, design, given["year"], address, doi[1].lower() if doi else "", why)
    return Filled(found, given["link"], problems)


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _count() -> None:
    """Count what a visitor suggests.

    Raises:
        TooManyQueries: it is much.
    """
    suggested: Tally = current_app.extensions["kg-suggested"]
    address = request.remote_addr or ""
    if suggested.full(address):
        raise TooManyQueries("thank you; your address has suggested much already, try again in an hour")
    suggested.count(address)


def _known(study: Study) -> str:
    """Return the IRI of a publication of the graph with the same address or DOI; empty when there is none."""
    found = records("publication-known", url=study.url or "https://example.org/", doi=study.doi or "-")
    return found[0]["publication"] if found else ""


def _free(name: str) -> str:
    """Return a name that no study or publication of the graph has, and no suggestion that waits."""
    waiting = {each.name for each in Proposals.of(site().config).all()}
    number, found = 1, name
    while found in waiting or records("name-taken", study=f"{ID}study/{found}", publication=f"{ID}publication/{found}"):
        number += 1
        found = f"{name}-{number}"
    return found


def _kinds() -> list[Head]:
    return tree(f"{ID}scheme/publication-kinds")


def _designs() -> list[Head]:
    return tree(f"{ID}scheme/study-designs")


def _page(filled: Filled, status: int = 200, **more: object) -> Response:
    told = {"filled": filled, "kinds": _kinds(), "designs": _designs(), "longest": _LONGEST, **more}
    response = page("suggest.html", status, **told)
    response.headers["Cache-Control"] = "no-store"
    return response
