"""What crawlers read first: which pages there are (sitemaps.org 0.9), and which not to walk through (RFC 9309).

A sitemap that grows past its limit becomes an index of parts. The part of a thing follows from its IRI alone: a
thing that comes or goes changes one part, and the others keep their date.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, render_template, request, url_for

from kg import questions
from kg.errors import NotFound
from kg.questions import LANGUAGES
from kg.vocabulary import ID
from kg.web.kinds import BY_NAME
from kg.web.modified import of_release
from kg.web.public import public, published
from kg.web.site import records

room = Blueprint("sitemap", __name__)

MOST: Final = 10_000
"""Addresses in one file; the standard allows 50,000, which are slow to make."""
_FULL: Final = 0.8
"""How full the parts are on average, since chance does not make them equal."""
_PAGES: Final = (
    "map.front", "map.show", "gaps.show", "since.show", "differences.show", "questions.library", "browse.shelves",
    "compare.ways", "compare.interventions", "compare.dates", "compare.ratings", "ontology.show", "rules.show",
    "dataset.catalogue", "changes.show", "sparql.endpoint", "api.show",
)  # fmt: skip
_XML: Final = "application/xml"


@dataclass(frozen=True, slots=True)
class Entry:
    """An address in a sitemap.

    Attributes:
        address: absolute.
        modified: when what stands there last changed, or the empty string where nobody knows; never later than the
            ``Last-Modified`` of its data, which also counts the names of its neighbours.
        languages: the address of each language of it.
    """

    address: str
    modified: str = ""
    languages: tuple[tuple[str, str], ...] = ()


def init_app(app: Flask) -> None:
    """Let the pages of an application say, as its sitemap does, where they are in each language."""
    app.jinja_env.globals["languages_here"] = languages_here


def languages_here() -> tuple[tuple[str, str], ...]:
    """Return the address of this page in each language, and that which chooses; none where the address has choices."""
    if not request.endpoint or set(request.args) - {"lang"}:
        return ()
    address = published(url_for(request.endpoint, lang=None, **(request.view_args or {})))
    return (*_entry(address).languages, ("x-default", address))


@room.get("/sitemap.xml")
def whole() -> Response:
    """Give all pages, or where their parts are when there are many."""
    fixed = list(_pages())
    digits = _digits(len(fixed))
    if not digits:
        return _written("sitemap.xml", [*fixed, *_things("")])
    parts = [Entry(public("sitemap-pages.xml"))]
    for row in records("sitemap-parts", digits=str(digits)):
        modified = row["newest"] if row["known"] == row["things"] else of_release()
        parts.append(Entry(public(f"sitemap-{row['part']}.xml"), modified))
    return _written("sitemap-index.xml", parts)


@room.get("/sitemap-<part>.xml")
def one(part: str) -> Response:
    """Give one part of a large sitemap.

    Raises:
        NotFound: there is no such part now.
    """
    fixed = list(_pages())
    if part == "pages":
        return _written("sitemap.xml", fixed)
    if not part or len(part) != _digits(len(fixed)) or set(part) - set("0123456789abcdef"):
        raise NotFound("the sitemap has no such part; sitemap.xml names those that there are")
    return _written("sitemap.xml", list(_things(part)))


@room.get("/robots.txt")
def robots() -> Response:
    """Let crawlers in, tell them where the sitemap is, and keep them off addresses without end."""
    folder = urlsplit(public()).path.rstrip("/")
    return Response(render_template("robots.txt", folder=folder, sitemap=public("sitemap.xml")), mimetype="text/plain")


def _digits(pages: int) -> int:
    """Return how many hexadecimal digits name a part, so that each is within the limit; 0 where one file holds all."""
    total = sum(int(row["things"]) for row in records("sitemap-parts", digits="0"))
    if pages + total <= MOST:
        return 0
    return next(digits for digits in range(1, 9) if total <= _FULL * MOST * 16**digits)


def _things(part: str) -> Iterator[Entry]:
    documents = public("doc/")
    for row in records("sitemap", part=part):
        path = row["thing"].removeprefix(ID)
        yield _entry(documents + path, row["modified"] or of_release())


def _pages() -> Iterator[Entry]:
    """Give the pages that describe no single thing, and those of the gaps' lives."""
    kinds = {row["kind"] for row in records("kinds-counted")}
    wanted: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in _PAGES]
    wanted += [("browse.one", {"name": name}) for name in BY_NAME if name in kinds]
    wanted += [("questions.show", {"name": name}) for name in questions.names()]
    gaps = (row["gap"].rpartition("/")[2] for row in records("sitemap-gaps"))
    wanted += [("gap.show", {"slug": slug}) for slug in gaps]
    for endpoint, values in wanted:
        # Each release is told in the catalogue; what the other pages stand on is more than the data.
        modified = of_release() if endpoint == "dataset.catalogue" else ""
        yield _entry(published(url_for(endpoint, lang=None, **values)), modified)


def _entry(address: str, modified: str = "") -> Entry:
    return Entry(address, modified, tuple((code, f"{address}?lang={code}") for code in LANGUAGES))


def _written(template: str, entries: list[Entry]) -> Response:
    return Response(render_template(template, entries=entries), mimetype=_XML)
