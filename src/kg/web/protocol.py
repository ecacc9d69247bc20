"""Read a query operation of the SPARQL 1.1 Protocol from a request (section 2.1).

Each of its three forms is decoded once and strictly: what is not UTF-8 is refused, never repaired, because a repaired
query asks something else.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from flask import request
from werkzeug.datastructures import MultiDict

from kg.errors import BadQuery, UnsupportedMediaType, UpdateRefused, UsageProblem
from kg.web import bodies
from kg.web.site import site
from kg.words import words

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_FIELDS: Final = 1000
_START: Final = 20_000
"""Characters in which an update must show itself: reading on would hold up all other requests."""
_BEGINS_QUERY: Final = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_BEGINS_UPDATE: Final = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
_HEAD: Final = 20_000
"""Characters within which the first keyword of a query is looked for."""
_REFUSAL: Final = "this endpoint answers queries; it takes no updates"
_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation.

    Attributes:
        query: SPARQL.
        default_graphs: IRIs of the graphs that make up the default graph.
        named_graphs: IRIs of the named graphs.
        form: the name of the format that was asked for beside ``Accept``.
    """

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    form: str | None


def read(suffix: str | None) -> Operation | None:
    """Return the operation that a request asks for; None for a GET without one.

    Args:
        suffix: what the address ends in; wins over a ``format`` parameter.

    Raises:
        PayloadTooLarge: the body is larger than the limit.
        UnsupportedMediaType: the body is neither a form nor a query, or is packed, or is in another character set.
        UpdateRefused: the request is an update.
        UsageProblem: there is no query, or more than one, or it is not UTF-8.
    """
    fields = _fields(request.query_string, "address")
    queries = []
    if request.method == "POST":
        kind = _kind_of_body()
        if kind == _FORM:
            fields.update(_fields(bodies.whole(site().config.body_bytes), "form"))
        else:
            queries.append(_text(bodies.whole(site().config.body_bytes)))
    if "update" in fields:
        raise UpdateRefused(_REFUSAL)
    queries += fields.getlist("query")
    if not queries and request.method != "POST":
        return None
    if len(queries) != 1:
        raise UsageProblem(f"one query is needed; {len(queries) or 'none'} {'were' if queries else 'was'} sent")
    query = queries[0].removeprefix(_MARK)
    if not query.strip():
        raise UsageProblem("the query is empty")
    return Operation(
        query,
        tuple(fields.getlist("default-graph-uri")),
        tuple(fields.getlist("named-graph-uri")),
        suffix or fields.get("format") or None,
    )


def explain(query: str, error: BadQuery) -> BadQuery | UpdateRefused:
    """Return the error for a query that the engine cannot read: an update has one of its own."""
    known = ((token["word"] or "").upper() for token in words(query[:_START]))
    first = next((word for word in known if word in _BEGINS_QUERY | _BEGINS_UPDATE), "")
    return UpdateRefused(_REFUSAL) if first in _BEGINS_UPDATE else error


def _kind_of_body() -> str:
    """Return the media type of a body that can be read."""
    kind = request.mimetype
    if kind == _UPDATE:
        raise UpdateRefused(_REFUSAL)
    if kind not in {_FORM, _QUERY}:
        raise UnsupportedMediaType(f"{kind or 'a body without a type'} is not read here; send {_FORM} or {_QUERY}")
    bodies.plain()
    return kind


def _fields(encoded: bytes, where: str) -> MultiDict[str, str]:
    try:
        found = parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError as error:
        raise UsageProblem(f"the {where} is not UTF-8") from error
    except ValueError as error:
        raise UsageProblem(f"the {where} holds more than {_FIELDS} fields") from error
    return MultiDict(found)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise UsageProblem("the query is not UTF-8") from error
