"""Statements as bytes, in any of the formats of RDF; equal statements give equal bytes, so that a tag can be strong."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import pyoxigraph as ox
from flask import url_for

from kg.describe.context import Context, context, query
from kg.store import GRAPH_FORMATS
from kg.vocabulary import PREFIXES, RDF, XSD
from kg.web.public import published
from kg.web.site import site

_JSON_LD: Final = "application/ld+json"
_TYPE: Final = f"{RDF}type"
_NATIVE: Final = {
    f"{XSD}boolean": re.compile("true|false"),
    # Larger ones lose digits in a reader whose numbers are those of JavaScript.
    f"{XSD}integer": re.compile("0|-?[1-9][0-9]{0,14}"),
}
"""By datatype, what stands in JSON as it stands in RDF."""
Statements = Sequence[ox.Triple] | Sequence[ox.Quad]


def as_bytes(statements: Statements, media_type: str) -> bytes:
    """Return statements in a media type of ``GRAPH_FORMATS``; JSON-LD is compact, with our own context by address."""
    if media_type == _JSON_LD:
        return (json.dumps(compact(statements), ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    form = GRAPH_FORMATS[media_type]
    text = b"" if form in {ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS} else repr(statements).encode()
    used = {prefix: namespace for prefix, namespace in PREFIXES.items() if namespace.encode() in text}
    return ox.serialize(statements, format=form, prefixes=used) or b""


def compact(statements: Statements) -> dict[str, Any]:
    """Return statements as compact JSON-LD 1.1; its ``@context`` is the address of the one that it was made with."""
    # Its parser of HTML takes a while to load, which who wants no JSON-LD need not wait for.
    from pyld import jsonld  # type: ignore[import-untyped]  # noqa: PLC0415

    used = current()
    expanded = _typed(json.loads(ox.serialize(statements, format=ox.RdfFormat.JSON_LD) or b"[]"))
    options = {"documentLoader": _refuse, "skipExpansion": True, "compactArrays": True}
    made: dict[str, Any] = jsonld.compact(expanded, {"@context": used.terms}, options)
    made.pop("@context", None)
    return {"@context": published(url_for("ontology.kept_context", name=used.name))} | made


def current() -> Context:
    """Return the context of the generation that is served."""
    return _context(site().generation)


@lru_cache(maxsize=2)
def _context(_generation: str) -> Context:
    """Read the ontology; a generation does not change, so once is enough."""
    return context(site().store.select(query()).records())


def _typed(nodes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return expanded nodes with their classes under ``@type``, where readers of JSON-LD look for them."""
    return [_with_type({name: _native(value) for name, value in node.items()}) for node in nodes]


def _native(values: Any) -> Any:  # noqa: ANN401 - a value of JSON
    """Return the values of a property with booleans and integers as those of JSON, where these are written the same.

    The datatype stays beside it, so that a short name is still found that stands for values of just that datatype.
    """
    if not isinstance(values, list):
        return values
    return [
        one | {"@value": json.loads(one["@value"])}
        if isinstance(one, dict) and one.get("@type") in _NATIVE and _NATIVE[one["@type"]].fullmatch(one["@value"])
        else one
        for one in values
    ]


def _with_type(node: Mapping[str, Any]) -> dict[str, Any]:
    given = node.get(_TYPE, ())
    if not given or not all("@id" in one for one in given):
        return dict(node)
    rest = {name: value for name, value in node.items() if name not in {"@id", _TYPE}}
    return {"@id": node["@id"], "@type": [one["@id"] for one in given]} | rest


def _refuse(_address: str, _options: object) -> None:
    raise ValueError("no document is fetched to write JSON-LD")
