"""As a SHACL validation report (SHACL section 3.6), in Turtle.

A report speaks of shapes; files that do not parse are not in it, so it is only asked for when all do.
"""

import pyoxigraph as ox

from kg.validate.report import Report, Result
from kg.vocabulary import PREFIXES, RDF, SH


def render(report: Report) -> str:
    """Return the Turtle text."""
    node = ox.BlankNode("report")
    triples = [
        ox.Triple(node, ox.NamedNode(RDF + "type"), _sh("ValidationReport")),
        ox.Triple(node, _sh("conforms"), ox.Literal(not report.results)),
    ]
    for number, result in enumerate(report.results, 1):
        one = ox.BlankNode(f"result{number}")
        triples.append(ox.Triple(node, _sh("result"), one))
        triples += [ox.Triple(one, predicate, value) for predicate, value in _terms(result)]
    return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes={"sh": SH, **PREFIXES}) or b"").decode()


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _terms(result: Result) -> list[tuple[ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]]:
    focus = ox.BlankNode(result.focus[2:]) if result.focus.startswith("_:") else ox.NamedNode(result.focus)
    terms: list[tuple[ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]] = [
        (ox.NamedNode(RDF + "type"), _sh("ValidationResult")),
        (_sh("focusNode"), focus),
        (_sh("resultSeverity"), _sh(result.severity.name)),
        (_sh("sourceConstraintComponent"), ox.NamedNode(result.component)),
    ]
    if not result.shape.startswith("_:"):
        terms.append((_sh("sourceShape"), ox.NamedNode(result.shape)))
    if result.path:
        terms.append((_sh("resultPath"), ox.NamedNode(result.path)))
    if result.value:
        # A text of several lines comes in the long form of Turtle.
        parsed = next(ox.parse(f"<x:s> <x:p> {result.value} .", format=ox.RdfFormat.TURTLE)).object
        if not isinstance(parsed, ox.Triple):
            terms.append((_sh("value"), parsed))
    terms += [
        (_sh("resultMessage"), ox.Literal(text, language=tag or None)) for tag, text in sorted(result.messages.items())
    ]
    return terms
