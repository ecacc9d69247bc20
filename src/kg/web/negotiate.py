"""Choose the media type of an answer: what the address asks for, else what the client accepts.

The order of what is offered is ours: the first stands for a client that has no preference.
"""

from collections.abc import Sequence
from typing import Final

from flask import request

from kg.errors import NotAcceptable

HTML: Final = "text/html"
CSV: Final = "text/csv"
JSON: Final = "application/sparql-results+json"
QUERY: Final = "application/sparql-query"
TURTLE: Final = "text/turtle"

SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    "html": (HTML,),
    "csv": (CSV,),
    "tsv": ("text/tab-separated-values",),
    "json": (JSON, "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "rq": (QUERY,),
    "ttl": (TURTLE,),
    "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml",),
    "jsonld": ("application/ld+json",),
}
_ALIASES: Final = {
    "application/json": JSON,
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "application/x-turtle": TURTLE,
    "text/plain": "application/n-triples",
}


def choose(offered: Sequence[str], suffix: str | None = None) -> str:
    """Return the media type to answer in.

    Args:
        offered: media types that can be given, our preference first.
        suffix: what the address ends in, such as ``csv``; wins over ``?format=``, which wins over ``Accept``.

    Raises:
        NotAcceptable: none of them fits what was asked for.
    """
    asked = suffix or request.args.get("format")
    if asked:
        wanted = SUFFIXES.get(asked, (asked,))
        found = next((media_type for media_type in wanted if media_type in offered), None)
    elif not request.accept_mimetypes:
        return offered[0]
    else:
        aliases = [alias for alias, media_type in _ALIASES.items() if media_type in offered]
        found = request.accept_mimetypes.best_match([*offered, *aliases])
        found = _ALIASES.get(found, found) if found else None
    if found is None:
        raise NotAcceptable(f"this can be given as {', '.join(offered)}")
    return found


def split(name: str) -> tuple[str, str | None]:
    """Split a known suffix from the last part of an address: ``barriers.ttl`` into ``barriers`` and ``ttl``."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, suffix) if dot and suffix in SUFFIXES else (name, None)
