"""Choose the media type of an answer: what the address asks for, else what the client accepts.

The order of what is offered is ours: the first stands for a client that has no preference.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from flask import g, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from kg.errors import NotAcceptable

HTML: Final = "text/html"
CSV: Final = "text/csv"
JSON: Final = "application/sparql-results+json"
QUERY: Final = "application/sparql-query"
TURTLE: Final = "text/turtle"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SVG: Final = "image/svg+xml"
PNG: Final = "image/png"
RIS: Final = "application/x-research-info-systems"
BIBTEX: Final = "application/x-bibtex"
PLAIN_JSON: Final = "application/json"
ATOM: Final = "application/atom+xml"
PATCH: Final = "application/rdf-patch"
_TSV: Final = "text/tab-separated-values"
_XML: Final = "application/sparql-results+xml"
_TRIPLES: Final = "application/n-triples"
_QUADS: Final = "application/n-quads"
_RDF: Final = "application/rdf+xml"
_JSON_LD: Final = "application/ld+json"
_TRIG: Final = "application/trig"

SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    "html": (HTML,),
    "csv": (CSV,),
    "tsv": (_TSV,),
    "json": (JSON, _JSON_LD, PLAIN_JSON),
    "xml": (_XML, _RDF),
    "rq": (QUERY,),
    "xlsx": (XLSX,),
    "svg": (SVG,),
    "png": (PNG,),
    "ris": (RIS,),
    "bib": (BIBTEX,),
    "ttl": (TURTLE,),
    "nt": (_TRIPLES,),
    "nq": (_QUADS,),
    "rdf": (_RDF,),
    "jsonld": (_JSON_LD,),
    "trig": (_TRIG,),
    "atom": (ATOM,),
    "rdfp": (PATCH,),
}
SUFFIX: Final = {names[-1] if suffix == "xml" else names[0]: suffix for suffix, names in SUFFIXES.items()} | {
    _RDF: "rdf",
    PLAIN_JSON: "json",
}
"""By media type, what an address ends in that gives just that."""
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "turtle": (TURTLE,),
    "n3": (TURTLE,),
    "n-triples": (_TRIPLES,),
    "n-quads": (_QUADS,),
    "rdf+xml": (_RDF,),
    "json-ld": (_JSON_LD,),
}
"""What clients, SPARQLWrapper first, write as ``format=`` beside the suffixes."""
_ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "application/json": (JSON, _JSON_LD),
    "application/xhtml+xml": (HTML,),
    "application/xml": (_XML, _RDF),
    "text/xml": (_XML, _RDF),
    "application/x-turtle": (TURTLE,),
    "text/plain": (_TRIPLES,),
}

_LONGEST_KEPT: Final = 500


def choose(offered: Sequence[str], suffix: str | None = None) -> str:
    """Return the media type to answer in.

    Args:
        offered: media types that can be given, our preference first.
        suffix: what the address ends in, such as ``csv``; wins over ``?format=``, which wins over ``Accept``.

    Raises:
        NotAcceptable: none of them fits what was asked for.
    """
    asked = suffix or request.args.get("format") or ""
    g.by_accept = g.get("by_accept", False) or not asked
    accepted = request.headers.get("Accept", "")
    find = _found if len(accepted) <= _LONGEST_KEPT else _found.__wrapped__
    found = find(tuple(offered), asked, accepted)
    if found is None:
        raise NotAcceptable(f"this can be given as {', '.join(offered)}")
    return found


@lru_cache(maxsize=1024)
def _found(offered: tuple[str, ...], asked: str, accepted: str) -> str | None:
    """Return what fits; kept, because a tiny query spent a third of its time here."""
    if asked:
        # A plus sign that nobody escaped has become a space.
        asked = asked.replace(" ", "+").lower()
        wanted = SUFFIXES.get(asked) or _NAMES.get(asked) or _ALIASES.get(asked) or (asked,)
        return _first(wanted, offered)
    given = parse_accept_header(accepted, MIMEAccept)
    if not given:
        return offered[0]
    also = {name: fit for name, fits in _ALIASES.items() if name not in offered and (fit := _first(fits, offered))}
    # Without parameters such as a character set: we have one form of each type.
    plain = MIMEAccept([(parse_options_header(name)[0], quality) for name, quality in given])
    found = plain.best_match([*offered, *also])
    return also.get(found, found) if found else None


def _first(names: Sequence[str], offered: Sequence[str]) -> str | None:
    return next((name for name in names if name in offered), None)


def split(name: str) -> tuple[str, str | None]:
    """Split a known suffix from the last part of an address: ``barriers.ttl`` into ``barriers`` and ``ttl``."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, suffix) if dot and suffix in SUFFIXES else (name, None)
