"""Constraints that look at one value at a time and at nothing else (SHACL sections 4.1, 4.3, 4.4, 4.5 and 4.8).

For each there is a test that says of a value True (pySHACL finds no fault with it), False (it does) or None: that is for
pySHACL to say. Whatever is unusual is None: how a date is written, or how numbers of two kinds compare, has one judge.
"""

import operator
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pyoxigraph as ox
from rdflib import Graph, Literal
from rdflib.term import Node

from kg.validate.paths import as_engine_term, as_rdflib_term
from kg.validate.statements import Term
from kg.vocabulary import RDFS, SH, XSD

Test = Callable[[Term], bool | None]
_KINDS: Final = {ox.NamedNode: "IRI", ox.BlankNode: "BlankNode", ox.Literal: "Literal"}
_ALL_KINDS: Final = {*_KINDS.values(), "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"}
_ANY_LITERAL: Final = (ox.NamedNode(RDFS + "Literal"), ox.NamedNode(RDFS + "Datatype"))
_TEXT: Final = ox.NamedNode(XSD + "string")
_NUMBERS: Final = {
    ox.NamedNode(XSD + "integer"): re.compile(r"[+-]?[0-9]{1,18}"),
    ox.NamedNode(XSD + "decimal"): re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"),
}


class NotUnderstoodError(Exception):
    """A constraint that is written in a way that only pySHACL judges: it may well be an error in the shape."""


def _datatype(_: Graph, parameter: Node) -> Test:
    wanted = as_engine_term(parameter)
    if wanted in _ANY_LITERAL:
        raise NotUnderstoodError

    def test(value: Term) -> bool | None:
        if not isinstance(value, ox.Literal) or value.datatype != wanted:
            return False
        if wanted == _TEXT or value.language:
            return True
        return as_rdflib_term(value).ill_typed is False or None  # type: ignore[attr-defined]  # a literal's

    return test


def _node_kind(_: Graph, parameter: Node) -> Test:
    wanted = str(parameter).removeprefix(SH)
    if wanted not in _ALL_KINDS:
        raise NotUnderstoodError
    kinds = wanted.split("Or")
    return lambda value: _KINDS[type(value)] in kinds


def _pattern(_: Graph, parameter: Node) -> Test:
    try:
        pattern = re.compile(str(parameter))
    except re.error as error:
        raise NotUnderstoodError from error
    return lambda value: not isinstance(value, ox.BlankNode) and bool(pattern.search(_text(value)))


def _length(fits: Callable[[int, int], bool]) -> Callable[[Graph, Node], Test]:
    def of(_: Graph, parameter: Node) -> Test:
        bound = number(parameter)
        if bound == 0:
            raise NotUnderstoodError
        return lambda value: not isinstance(value, ox.BlankNode) and fits(len(_text(value)), bound)

    return of


def _range(fits: Callable[[Decimal, Decimal], bool]) -> Callable[[Graph, Node], Test]:
    def of(_: Graph, parameter: Node) -> Test:
        bound = _decimal(as_engine_term(parameter))
        if bound is None:
            raise NotUnderstoodError

        def test(value: Term) -> bool | None:
            one = _decimal(value)
            return None if one is None else fits(one, bound)

        return test

    return of


def _in(shapes: Graph, parameter: Node) -> Test:
    return {as_engine_term(each) for each in members(shapes, parameter)}.__contains__


def _language_in(shapes: Graph, parameter: Node) -> Test:
    wanted = {str(each).lower() for each in members(shapes, parameter)}

    def test(value: Term) -> bool:
        language = (isinstance(value, ox.Literal) and value.language) or ""
        return bool(language) and not wanted.isdisjoint(("*", language, language.partition("-")[0]))

    return test


TESTS: Final[dict[str, Callable[[Graph, Node], Test]]] = {
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "pattern": _pattern,
    "minLength": _length(operator.ge),
    "maxLength": _length(operator.le),
    "minInclusive": _range(operator.ge),
    "maxInclusive": _range(operator.le),
    "minExclusive": _range(operator.gt),
    "maxExclusive": _range(operator.lt),
    "in": _in,
    "languageIn": _language_in,
}
"""By the name of the parameter: what makes a test of the shapes and the parameter's value."""


def number(parameter: Node) -> int:
    """Return a whole number, of zero or more, that a shape gives."""
    if isinstance(parameter, Literal) and str(parameter.datatype) == XSD + "integer" and str(parameter).isdecimal():
        return int(parameter)
    raise NotUnderstoodError


def members(shapes: Graph, parameter: Node) -> list[Node]:
    """Return what stands in a list that a shape gives, if it is one and not empty."""
    try:
        found = list(shapes.items(parameter))
    except ValueError as error:
        raise NotUnderstoodError from error
    if not found:
        raise NotUnderstoodError
    return found


def _text(value: Term) -> str:
    return "" if isinstance(value, ox.Triple) else value.value


def _decimal(value: Term) -> Decimal | None:
    """Return a number that is written plainly."""
    if isinstance(value, ox.Literal) and (form := _NUMBERS.get(value.datatype)) and form.fullmatch(value.value):
        return Decimal(value.value)
    return None
