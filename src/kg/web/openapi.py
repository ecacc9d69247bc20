"""Everything that can be asked of this site, as an OpenAPI 3.1 description, made from the routes and the questions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

from flask import current_app
from werkzeug.routing import Rule

from kg import __version__, questions
from kg.questions import Parameter, Question
from kg.vocabulary import ID
from kg.web.catalogue import gettext as _
from kg.web.concepts import dimensions, short, tree
from kg.web.language import language
from kg.web.negotiate import HTML, SUFFIXES, SVG
from kg.web.parameters import plain
from kg.web.public import public
from kg.web.schemas import PROBLEM, SCHEMAS, content
from kg.web.site import site
from kg.web.surface import (
    EVERYTHING,
    LANGUAGE,
    LINKS,
    LINKSET,
    OPERATIONS,
    PARTS,
    PLAIN_JSON,
    SHELVES,
    Input,
    Operation,
)

_VARIABLE: Final = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
_QUERY: Final = "sparql.endpoint"
_QUESTION: Final = "questions.show"
_ALWAYS: Final = (400, 503, 504)
_OF_A_QUERY: Final = (403, 404, 422, 429, 507)
_OF_A_BODY: Final = (413, 415)
_OF_THE_GATE: Final = (401, 409, 411, 412, 428, 500, 501)
_SUFFIXES: Final = {known[0]: name for name, known in SUFFIXES.items()} | {
    PLAIN_JSON: "json",
    LINKSET: "json",
    LINKS: "txt",
}
_NO_FORMAT: Final = {LINKSET, LINKS, EVERYTHING}
"""Media types that no parameter names, as one may name all others."""
Json = dict[str, Any]


def document() -> Json:
    """Return the description in the language of the request, with the address of this site as its server."""
    paths: dict[str, Json] = {}
    for rule in _rules():
        operation = OPERATIONS.get(rule.endpoint)
        for path, told, question in _paths(rule, operation) if operation else ():
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                paths.setdefault(path, {})[method.lower()] = _operation(path, method, rule.endpoint, told, question)
    order = list(SHELVES)
    shelf = {str(label): order.index(name) for name, label in SHELVES.items()}
    return {
        "openapi": "3.1.1",
        "info": _info(),
        "servers": [{"url": public().rstrip("/")}],
        "tags": [{"name": str(label)} for label in SHELVES.values()],
        "paths": dict(
            sorted(paths.items(), key=lambda item: (shelf[next(iter(item[1].values()))["tags"][0]], item[0]))
        ),
        "components": {"schemas": SCHEMAS, "responses": dict(_refusals())},
    }


def _info() -> Json:
    told: Json = {
        "title": "Werkkennis",
        "version": __version__,
        "summary": _("What works for whom in work and income, according to which source, and where nobody knows."),
        "description": _(
            "All is public and may be read without a key. Each answer to GET can be had by HEAD too, has a tag (ETag) "
            "to ask again with, and names in Vary what it depends on. The form of an answer follows from Accept, from "
            "a suffix of the address or from format. An error is a problem document (RFC 9457), or a page for who "
            "wants pages."
        ),
        "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
    }
    contact = site().config.contact
    if contact:
        told["contact"] = {"url": contact} if contact.startswith("http") else {"email": contact}
    return told


def _rules() -> Iterator[Rule]:
    return (rule for rule in current_app.url_map.iter_rules() if rule.endpoint != "static")


def _paths(rule: Rule, operation: Operation) -> Iterator[tuple[str, Operation, Question | None]]:
    """Give the addresses of a route; those of the questions one by one, since each has parameters of its own."""
    path = _VARIABLE.sub(r"{\1}", rule.rule)
    if rule.endpoint != _QUESTION:
        question = questions.find(operation.question) if operation.question else None
        yield path, operation, question
        if operation.suffixed:
            yield f"{path}.{{suffix}}", operation, question
        return
    for name in questions.names():
        question = questions.find(name)
        gives = (*operation.gives, SVG) if question.chart else operation.gives
        yield path.replace("{name}", name), operation.giving(gives), question
    yield path.replace("{name}", "{question}.{suffix}"), operation.giving((*operation.gives, SVG)), None


def _operation(path: str, method: str, endpoint: str, told: Operation, question: Question | None) -> Json:
    named = endpoint == _QUESTION and question is not None
    gives = [media_type for media_type in told.gives if media_type != HTML] if "{suffix}" in path else list(told.gives)
    name = re.sub(r"\W+", "-", f"{method.lower()}{path}")
    found: Json = {
        "operationId": name,
        "tags": [str(SHELVES[told.shelf])],
        "summary": question.asks[language()] if named and question else str(told.says),
        "parameters": [*_parts(path, gives), *_inputs(method, path, told, question)],
        "responses": dict(_responses(method, path, endpoint, told, gives)),
    }
    if named and question:
        found["description"] = question.explains[language()]
    if method == "POST":
        found["requestBody"] = _taken(told) if told.takes else _body()
    return found


def _parts(path: str, gives: Iterable[str]) -> Iterator[Json]:
    """Give the changing parts of an address."""
    for name in re.findall(r"{(\w+)}", path):
        if name == "suffix":
            known = _suffixes(gives)
            one = Input(name, _("the form of the answer"), {"type": "string", "enum": known}, example=known[0])
        else:
            one = PARTS[name]
        yield _parameter(one, "path") | {"required": True}


def _inputs(method: str, path: str, told: Operation, question: Question | None) -> Iterator[Json]:
    """Give what may stand in the query of an address."""
    if method == "POST" and not told.takes:
        return
    given = {one.name for one in told.inputs}
    for one in told.inputs:
        yield _parameter(one, "query")
    for parameter in question.parameters if question else ():
        if (
            parameter.kind != "language"
            and parameter.name not in given
            and parameter.name in (told.only or parameter.name)
        ):
            yield _of_question(parameter)
    if told.gives and EVERYTHING not in told.gives:
        yield _parameter(LANGUAGE, "query")
    if len(told.gives) > 1 and "{suffix}" not in path and "format" not in given and not set(told.gives) & _NO_FORMAT:
        forms = {"type": "string", "enum": _suffixes(told.gives)}
        yield _parameter(Input("format", _("the form of the answer"), forms), "query")


def _parameter(one: Input, place: str) -> Json:
    found: Json = {"name": one.name, "in": place, "description": str(one.says), "schema": dict(one.schema)}
    if one.required:
        found["required"] = True
    if one.example:
        found["example"] = [one.example] if one.schema.get("type") == "array" else one.example
    return found


def _of_question(parameter: Parameter) -> Json:
    kind, _separator, more = parameter.kind.partition(":")
    schema: Json = {"type": "string"}
    default = plain(parameter.default)
    if kind == "date":
        schema |= {"format": "date"}
    elif kind == "integer":
        schema = {"type": "integer"}
        if more:
            least, _separator, most = more.partition("-")
            schema |= {"minimum": int(least), "maximum": int(most)}
    elif kind == "dimension":
        schema |= {"enum": list(_dimensions(site().generation))}
    elif kind == "concept":
        schema |= {"examples": list(_concepts(site().generation, more))}
    if default and kind != "date":
        schema |= {"default": int(default) if kind == "integer" else short(default)}
    return {"name": parameter.name, "in": "query", "description": parameter.labels[language()], "schema": schema}


@lru_cache(maxsize=2)
def _dimensions(_generation: str) -> tuple[str, ...]:
    """Return the dimensions; a generation does not change, so once is enough, as below."""
    return tuple(dimension.name for dimension in dimensions())


@lru_cache(maxsize=64)
def _concepts(_generation: str, scheme: str) -> tuple[str, ...]:
    """Return two concepts of a scheme, to show what a value looks like."""
    return tuple(short(head.iri) for head in tree(f"{ID}scheme/{scheme}")[:2])


def _responses(
    method: str, path: str, endpoint: str, told: Operation, gives: Iterable[str]
) -> Iterator[tuple[str, Json]]:
    if gives := list(gives):
        yield "200", {"description": str(told.says), "content": content(gives, told.schema)}
    if gives and method == "GET":
        yield "304", {"description": _("You have it already.")}
    if told.leads:
        where = {"description": _("where it is"), "schema": {"type": "string", "format": "uri-reference"}}
        yield str(told.leads), {"description": _("It is elsewhere."), "headers": {"Location": where}}
    refused = {*_ALWAYS}
    if "{" in path or told.missing:
        refused.add(404)
    if told.gone:
        refused.add(410)
    if len(told.gives) > 1 or HTML in told.gives:
        refused.add(406)
    if endpoint == _QUERY:
        refused |= {*_OF_A_QUERY, *(_OF_A_BODY if method == "POST" else ())}
    refused |= {*told.refuses}
    for status in told.reports:
        refusal = content([PROBLEM], "Problem")
        yield str(status), {"description": HTTPStatus(status).phrase, "content": content(gives, told.schema) | refusal}
    for status in sorted(refused - {*told.reports}):
        yield str(status), {"$ref": f"#/components/responses/{_name(status)}"}


def _refusals() -> Iterator[tuple[str, Json]]:
    """Give every way in which a request can be refused."""
    body = {name: {"schema": {"$ref": "#/components/schemas/Problem"}} for name in (PROBLEM,)}
    for status in sorted({*_ALWAYS, *_OF_THE_GATE, *_OF_A_QUERY, *_OF_A_BODY, 404, 406, 410}):
        yield _name(status), {"description": HTTPStatus(status).phrase, "content": body | content([HTML], "")}


def _name(status: int) -> str:
    return re.sub(r"\W", "", HTTPStatus(status).phrase.title())


def _suffixes(media_types: Iterable[str]) -> list[str]:
    """Return what an address ends in for each media type."""
    return [_SUFFIXES[media_type] for media_type in media_types]


def _taken(told: Operation) -> Json:
    """Return what a request may send that is no query."""
    bodies: Json = {name: {"schema": {"type": "string"}} for name in told.takes}
    if told.fields:
        bodies["multipart/form-data"] = {"schema": {"type": "object", "properties": dict(told.fields)}}
    return {"required": True, "content": bodies}


def _body() -> Json:
    fields: Mapping[str, Any] = {
        "query": {"type": "string"},
        "default-graph-uri": {"type": "array", "items": {"type": "string"}},
        "named-graph-uri": {"type": "array", "items": {"type": "string"}},
        "format": {"type": "string", "enum": _suffixes(OPERATIONS[_QUERY].gives)},
    }
    form = {"schema": {"type": "object", "required": ["query"], "properties": fields}}
    return {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": form,
            "application/sparql-query": {"schema": {"type": "string"}},
        },
    }
