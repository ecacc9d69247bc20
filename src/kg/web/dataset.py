"""The data set as a whole: its catalogue (DCAT-AP-NL 3.0), its releases and parts, as a page and as data."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from kg.describe.catalogue import CATALOGUE
from kg.store import GRAPH_FORMATS
from kg.vocabulary import DATASET, DCT, ID, VOID
from kg.web import resources
from kg.web.addresses import located
from kg.web.answers import page
from kg.web.bounded import in_order, triples
from kg.web.catalogue import format_decimal
from kg.web.catalogue import gettext as _
from kg.web.datasheet import DCAT, VCARD, Datasheet
from kg.web.filerows import parts, rows_of, size, sums_of
from kg.web.language import language
from kg.web.markup import markup
from kg.web.modified import of_release
from kg.web.negotiate import HTML, choose, split
from kg.web.public import public
from kg.web.serialise import as_bytes
from kg.web.served import as_served
from kg.web.signposting import of_thing, signposted
from kg.web.site import select, site
from kg.web.statements import laid_out

room = Blueprint("dataset", __name__)


def init_app(app: Flask) -> None:
    """Give the templates of an application what search engines read about the data set."""
    app.jinja_env.globals.update(dataset_markup=_for_search_engines)
    app.jinja_env.filters.update(size=size, decimal=format_decimal)


@room.get("/catalog")
@room.get("/catalog.<suffix>")
def catalogue(suffix: str | None = None) -> Response:
    """Show all forms in which the data set can be had, or give the catalogue as data."""
    media_type = choose((HTML, *GRAPH_FORMATS), suffix)
    said = _described(CATALOGUE)
    return _answer(DATASET, said, media_type)


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
    return _answer(iri, said, media_type)


def _described(iri: str) -> Sequence[ox.Triple]:
    return _once(site().generation, iri, public())


@lru_cache(maxsize=16)
def _once(_generation: str, iri: str, _root: str) -> Sequence[ox.Triple]:
    """Ask for a description; once for each address of the site, since a generation does not change."""
    return in_order(as_served(triples(select("catalog", about=iri))), iri)


def _answer(iri: str, said: Sequence[ox.Triple], media_type: str) -> Response:
    """Return a page or data, with where it is found and where a machine goes from here."""
    response = _page(iri, said) if media_type == HTML else _data(said, media_type)
    return located(signposted(response, of_thing("dataset", iri.rpartition("/")[2], iri)))


def _data(said: Sequence[ox.Triple], media_type: str) -> Response:
    response = Response(as_bytes(said, media_type), content_type=media_type)
    if modified := of_release():
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
        rows=rows_of(sheet.files),
        sums=sums_of(sheet.files),
        parts=parts() if iri == DATASET else [],
        releases=sheet.releases,
        before=next(iter([(one, sheet.value(f"{DCAT}version", one)) for one in sheet.values(f"{DCAT}prev")]), None),
        changes=_optional("changes.show"),
        subject=sheet.value(f"{DCT}subject"),
        # Who publishes what they made themselves is named once.
        same=set(sheet.values(f"{DCT}publisher")) == set(sheet.values(f"{DCT}creator")),
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


def _optional(endpoint: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def _elsewhere(address: str) -> str:
    """Return where to write to; empty where the contact is this very page."""
    return "" if address.startswith(public("catalog")) else address


def _for_search_engines() -> dict[str, object]:
    """Return the data set as search engines read it; nothing where the graph has none."""
    sheet = Datasheet.read(DATASET, language(), _described(DATASET))
    return markup(sheet) if sheet.text(f"{DCT}title") else {}


def _is_iri(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True
