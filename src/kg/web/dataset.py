"""The data set as a whole: its catalogue (DCAT-AP-NL 3.0), its releases and parts, as a page and as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from kg.describe.catalogue import CATALOGUE
from kg.store import GRAPH_FORMATS
from kg.vocabulary import BASE, DATASET, DCT, ID, VOID
from kg.web import resources
from kg.web.answers import page
from kg.web.bounded import in_order, triples
from kg.web.catalogue import format_decimal
from kg.web.catalogue import gettext as _
from kg.web.datasheet import DCAT, VCARD, Datasheet, File
from kg.web.language import language
from kg.web.markup import markup
from kg.web.negotiate import HTML, choose, split
from kg.web.public import public
from kg.web.serialise import as_bytes
from kg.web.served import as_served
from kg.web.signposting import of_thing, signposted
from kg.web.site import records, select, site
from kg.web.statements import laid_out

room = Blueprint("dataset", __name__)

_KILO: Final = 1000
_EXACT: Final = 10
"""From here on a size needs no decimals."""


@dataclass(slots=True)
class Row:
    """A row of the table of files: a file as it is, and packed.

    Attributes:
        name: of the plain file.
        form: what people call its format.
        title: what it holds.
        plain: as it is.
        packed: as a gzip file.
    """

    name: str
    form: str
    title: str
    plain: File | None = None
    packed: File | None = None


@dataclass(slots=True)
class Part:
    """A part of the data set that can be had by itself, with its files."""

    iri: str
    scheme: str
    title: str
    files: list[Mapping[str, str]] = field(default_factory=list)


def init_app(app: Flask) -> None:
    """Give the templates of an application what search engines read about the data set."""
    app.jinja_env.globals.update(dataset_markup=_for_search_engines)
    app.jinja_env.filters.update(size=size)


@room.get("/catalog")
@room.get("/catalog.<suffix>")
def catalogue(suffix: str | None = None) -> Response:
    """Show all forms in which the data set can be had, or give the catalogue as data."""
    media_type = choose((HTML, *GRAPH_FORMATS), suffix)
    said = _described(CATALOGUE)
    if media_type == HTML:
        return _page(DATASET, said)
    return _data(said, media_type, DATASET)


@room.get("/.well-known/datacatalog")
def discovered() -> Redirect:
    """Lead the crawlers of the Network of Digital Heritage, and browsers, to the catalogue (302)."""
    return redirect(url_for("dataset.catalogue"), 302)


@room.get("/doc/dataset/<slug>")
def one(slug: str) -> Response:
    """Show the data set, a release or a part of it, or give what is said about it as data."""
    stem, suffix = split(slug)
    media_type = choose((HTML, *GRAPH_FORMATS), suffix)
    iri = f"{ID}dataset/{stem}"
    said = _described(iri) if _is_iri(iri) else []
    if not any(triple.subject == ox.NamedNode(iri) for triple in said):
        # It was withdrawn, or never was.
        return resources.document("dataset", slug)
    response = _page(iri, said) if media_type == HTML else _data(said, media_type, iri)
    return signposted(response, of_thing("dataset", stem, iri))


def size(count: int | str) -> str:
    """Return a size in bytes as a person says it."""
    number = float(count)
    units = ["bytes", "kB", "MB", "GB"]
    while number >= _KILO and units[1:]:
        number /= _KILO
        del units[0]
    unit = units[0]
    exact = unit == "bytes" or number >= _EXACT
    return f"{format_decimal(f'{number:.{0 if exact else 1}f}')} {unit}"


def _described(iri: str) -> Sequence[ox.Triple]:
    return in_order(as_served(triples(select("catalog", about=iri))), iri)


def _data(said: Sequence[ox.Triple], media_type: str, iri: str) -> Response:
    response = Response(as_bytes(said, media_type), content_type=media_type)
    modified = Datasheet.read(iri, language(), said).value(f"{DCT}modified")
    if modified:
        response.last_modified = datetime.fromisoformat(modified)
    return response


def _page(iri: str, said: Sequence[ox.Triple]) -> Response:
    sheet = Datasheet.read(iri, language(), said)
    contact = sheet.value(f"{DCAT}contactPoint")
    return page(
        "catalog.html",
        iri=iri,
        main=iri == DATASET,
        title=sheet.text(f"{DCT}title"),
        about=sheet.text(f"{DCT}description"),
        edition=sheet.value(f"{DCAT}version"),
        issued=sheet.value(f"{DCT}issued" if iri != DATASET else f"{DCT}modified"),
        released=sheet.value(f"{DCT}issued"),
        note=sheet.text("http://www.w3.org/ns/adms#versionNotes"),
        amount=format_decimal(sheet.value(f"{VOID}triples")) if sheet.value(f"{VOID}triples") else "",
        rows=_rows(sheet.files),
        sums=_sums(sheet.files),
        parts=_parts() if iri == DATASET else [],
        releases=sheet.releases,
        before=next(iter([(one, sheet.value(f"{DCAT}version", one)) for one in sheet.values(f"{DCAT}prev")]), None),
        changes=_optional("changes.show"),
        subject=sheet.value(f"{DCT}subject"),
        publishers=[(one, sheet.name(one)) for one in sheet.values(f"{DCT}publisher")],
        editors=[(one, sheet.name(one)) for one in sheet.values(f"{DCT}creator")],
        mail=sheet.value(f"{VCARD}hasEmail", contact).removeprefix("mailto:"),
        form=_elsewhere(sheet.value(f"{VCARD}hasURL", contact)),
        licences=[(one, sheet.name(one)) for one in sheet.values(f"{DCT}license")],
        facts=_facts(sheet),
        markup=markup(sheet),
        endpoint=public("sparql"),
        laid=laid_out(said),
    )


def _facts(sheet: Datasheet) -> list[tuple[str, str]]:
    """Return what else a reader wants to know, in words."""
    period = sheet.value(f"{DCT}temporal")
    ends = [sheet.value(f"{DCAT}{name}", period)[:4] for name in ("startDate", "endDate")]
    told = [
        (_("Languages"), ", ".join(sheet.named(f"{DCT}language"))),
        (_("Country"), ", ".join(sheet.named(f"{DCT}spatial"))),
        (_("Years that it tells of"), "\N{EN DASH}".join(ends) if period else ""),
        (_("Who may use it"), ", ".join(sheet.named(f"{DCT}accessRights"))),
        (_("How often it changes"), ", ".join(sheet.named(f"{DCT}accrualPeriodicity"))),
        (_("Subject"), ", ".join(sheet.named(f"{DCAT}theme"))),
        (_("Keywords"), ", ".join(sheet.keywords(language()))),
    ]
    return [(name, value) for name, value in told if value]


def _rows(files: Sequence[File]) -> list[Row]:
    """Return each file with its packed twin beside it."""
    found: dict[str, Row] = {}
    for file in files:
        name = file.name.removesuffix(".gz") if file.packed else file.name
        row = found.setdefault(name, Row(name, file.form, file.title))
        if file.packed:
            row.packed = file
        else:
            row.plain, row.title = file, file.title
    return list(found.values())


def _sums(files: Sequence[File]) -> str:
    """Return where the fingerprints of all files of a folder stand."""
    return f"{files[0].download.rpartition('/')[0]}/SHA256SUMS" if files else ""


def _parts() -> list[Part]:
    found: dict[str, Part] = {}
    for row in records("catalog-parts", lang=language()):
        part = found.setdefault(row["part"], Part(row["part"], row["scheme"], row["title"]))
        part.files.append({**row, "download": public(row["download"].removeprefix(BASE))})
    return list(found.values())


def _optional(endpoint: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def _elsewhere(address: str) -> str:
    """Return where to write to; empty where the contact is this very page."""
    return "" if address.startswith(public("catalog")) else address


def _for_search_engines() -> dict[str, object]:
    """Return the data set as search engines read it; nothing where the graph has none."""
    return _marked_up(site().generation, language(), public())


@lru_cache(maxsize=8)
def _marked_up(_generation: str, spoken: str, _root: str) -> dict[str, object]:
    """Mark up the data set; once for each language and address, since a generation does not change."""
    sheet = Datasheet.read(DATASET, spoken, _described(DATASET))
    return markup(sheet) if sheet.text(f"{DCT}title") else {}


def _is_iri(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True
