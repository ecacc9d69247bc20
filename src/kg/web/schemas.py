"""What the JSON of this site looks like (JSON Schema 2020-12, as OpenAPI 3.1 has it)."""

from collections.abc import Iterable
from typing import Any, Final

from kg.web.negotiate import JSON

PROBLEM: Final = "application/problem+json"
_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_TEXTS: Final = {"type": "array", "items": _TEXT}


def _object(required: str, **properties: object) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(of: object) -> dict[str, Any]:
    return {"type": "array", "items": of}


_TERM: Final = _object("type value", type={"enum": ["uri", "literal", "bnode"]}, value=_TEXT, datatype=_TEXT)
_TERM["properties"]["xml:lang"] = _TEXT
_FACET: Final = _object("value label count", value=_TEXT, label=_TEXT, count=_COUNT)
_RESULT: Final = _object("iri url kind label", iri=_TEXT, url=_TEXT, kind=_TEXT, scheme=_TEXT, label=_TEXT, text=_TEXT)
_LINK: Final = {"type": "array", "items": _object("href", href=_TEXT, type=_TEXT)}

SCHEMAS: Final[dict[str, Any]] = {
    "Results": _object(
        "head",
        head={"type": "object", "properties": {"vars": _TEXTS}},
        boolean={"type": "boolean"},
        results=_object("bindings", bindings=_list({"type": "object", "additionalProperties": _TERM})),
    ),
    "Problem": _object("type title status", type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT),
    "Health": _object("status", status={"enum": ["ok", "degraded"]}, generation=_TEXT, warning=_TEXT),
    "Words": _object("prefixes", prefixes={"type": "object", "additionalProperties": _TEXT}),
    "Found": _object(
        "query total page pages results",
        query=_TEXT,
        corrected=_TEXT,
        total=_COUNT,
        page=_COUNT,
        pages=_COUNT,
        kinds=_list(_FACET),
        schemes=_list(_FACET),
        results=_list(_RESULT),
    ),
    "Suggestions": _list(_object("label kind url", label=_TEXT, kind=_TEXT, url=_TEXT)),
    "OpenAPI": _object(
        "openapi info paths", openapi={"type": "string", "pattern": r"^3\.1\."}, paths={"type": "object"}
    ),
    "Linkset": _object("linkset", linkset=_list({"type": "object", "properties": {"anchor": _TEXT, "item": _LINK}})),
}


def content(media_types: Iterable[str], schema: str) -> dict[str, Any]:
    """Return the bodies of an answer by media type.

    Args:
        media_types: those in which it is given.
        schema: the name of what its JSON looks like, where that is not a table of results.
    """
    return {name: {"schema": _schema(name, schema)} for name in media_types}


def _schema(media_type: str, schema: str) -> dict[str, Any]:
    if media_type == JSON and not schema:
        return {"$ref": "#/components/schemas/Results"}
    if media_type.endswith("json") and schema:
        return {"$ref": f"#/components/schemas/{schema}"}
    if media_type == "application/ld+json":
        return {"type": ["object", "array"]}
    return {"type": "string"} if media_type.startswith("text/") or media_type.endswith("xml") else {}
