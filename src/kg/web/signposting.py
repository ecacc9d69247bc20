"""Signposting (https://signposting.org/FAIR/): where a machine goes from here, without reading the page.

Level 1 stands in the ``Link`` header of each answer (RFC 8288); level 2 is all of it as a link set (RFC 9264), in
JSON and in the form of the header, at an address of its own.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import Response, url_for

from kg.store import GRAPH_FORMATS
from kg.vocabulary import BASE, DATASET, SCHEMA
from kg.web.addresses import address
from kg.web.negotiate import HTML, SUFFIX
from kg.web.public import published
from kg.web.served import is_document
from kg.web.site import records, site

LINKSET_JSON: Final = "application/linkset+json"
LINKSET: Final = "application/linkset"
_DATA: Final = tuple(name for name in GRAPH_FORMATS if name not in {"application/trig", "application/n-quads"})
_MOST: Final = 20
"""Links of one relation in a header; the link set has all."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A link to somewhere.

    Attributes:
        target: an address of this site without its host, or an IRI.
        relation: as registered with IANA.
        media_type: of what is there.
        language: of what is there.
    """

    target: str
    relation: str
    media_type: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """The links of one page.

    Attributes:
        page: the address of the page without a host.
        name: under which its link set is found.
        signs: all links, but those to its own link set.
    """

    page: str
    name: str
    signs: Sequence[Sign]


def of_thing(kind: str, slug: str, iri: str) -> Signs:
    """Return the links of the document about a thing."""
    said = records("signs", thing=iri)
    licence = next((row["value"] for row in said if row["role"] == "license"), site().config.licence)
    more = [
        Sign(address(row["value"]) if is_document(row["value"]) else row["value"], row["role"], row["mediaType"])
        for row in said
        if row["role"] != "license"
    ]
    page = url_for("resources.document", kind=kind, slug=slug)
    # Data is the same in every language of a page.
    suffixed = [
        (name, url_for("resources.document", kind=kind, slug=f"{slug}.{SUFFIX[name]}", lang=None)) for name in _DATA
    ]
    if iri != DATASET:
        more.append(Sign(DATASET, "collection"))
    return Signs(page, f"doc/{kind}/{slug}", [*_common(page, suffixed, iri, licence), *more])


def of_ontology() -> Signs:
    """Return the links of the page of the ontology."""
    return _of_vocabulary("ontology.show", "def")


def of_rules() -> Signs:
    """Return the links of the page of the rules."""
    return _of_vocabulary("rules.show", "shapes")


def _of_vocabulary(endpoint: str, name: str) -> Signs:
    page = url_for(endpoint)
    suffixed = [(media_type, url_for(endpoint, suffix=SUFFIX[media_type], lang=None)) for media_type in _DATA]
    return Signs(page, name, _common(page, suffixed, BASE + name, site().config.licence))


def _common(page: str, suffixed: Iterable[tuple[str, str]], iri: str, licence: str) -> list[Sign]:
    return [
        Sign(iri, "cite-as"),
        Sign(page, "canonical"),
        *(Sign(address, relation, name) for relation in ("alternate", "describedby") for name, address in suffixed),
        Sign(page, "alternate", HTML),
        Sign(f"{SCHEMA}AboutPage", "type"),
        *([Sign(licence, "license")] if licence else []),
    ]


def signposted(response: Response, signs: Signs) -> Response:
    """Put the links of a page into the header of an answer, and to where its link set is."""
    given: dict[str, int] = {}
    kept = []
    told = signs.signs if response.mimetype == HTML else _of_data(signs)
    for sign in told:
        given[sign.relation] = given.get(sign.relation, 0) + 1
        if given[sign.relation] <= _MOST:
            kept.append(sign)
    for media_type, suffix in ((LINKSET_JSON, "json"), (LINKSET, "txt")):
        kept.append(Sign(url_for("linkset.show", name=f"{signs.name}.{suffix}", lang=None), "linkset", media_type))
    response.headers["Link"] = ", ".join(_written(sign) for sign in kept)
    return response


def _of_data(signs: Signs) -> list[Sign]:
    """Return the links of a page as its data has them: it describes the page, and is no page about something."""
    of_pages = {f"{SCHEMA}AboutPage"}
    kept = [sign for sign in signs.signs if sign.relation != "describedby" and sign.target not in of_pages]
    return [*kept, Sign(signs.page, "describes", HTML)]


def as_json(signs: Signs) -> str:
    """Return the links of a page as a link set in JSON (RFC 9264, section 4.2); all addresses are absolute."""
    found: dict[str, list[dict[str, object]]] = {}
    for sign in signs.signs:
        target: dict[str, object] = {"href": _absolute(sign.target)}
        if sign.media_type:
            target["type"] = sign.media_type
        if sign.language:
            target["hreflang"] = [sign.language]
        found.setdefault(sign.relation, []).append(target)
    return json.dumps({"linkset": [{"anchor": _absolute(signs.page), **found}]}, indent=1) + "\n"


def as_links(signs: Signs) -> str:
    """Return the links of a page as a link set in the form of the header (RFC 9264, section 4.1)."""
    anchor = f'; anchor="{_absolute(signs.page)}"'
    return ",\n".join(_written(sign, absolute=True) + anchor for sign in signs.signs) + "\n"


def _written(sign: Sign, *, absolute: bool = False) -> str:
    target = _absolute(sign.target) if absolute else sign.target
    media_type = f'; type="{sign.media_type}"' if sign.media_type else ""
    language = f'; hreflang="{sign.language}"' if sign.language else ""
    return f'<{_ascii(target)}>; rel="{sign.relation}"{media_type}{language}'


def _absolute(target: str) -> str:
    return published(target) if target.startswith("/") else target


def _ascii(iri: str) -> str:
    """Return an IRI as an address: a header holds no other letters (RFC 8288, section 3.1)."""
    return quote(iri, safe="/:@!$&'()*+,;=~?#[]%")
