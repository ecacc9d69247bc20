"""SHACL Core constraints, by pySHACL (the reference implementation).

pySHACL is given an rdflib graph, never the engine's store: on a store it was seen to call invalid data valid.
Constraints that need a query are taken out of the shapes first; :mod:`kg.validate.rules` evaluates them.
"""

import logging
from collections.abc import Iterable

import pyoxigraph as ox
import pyshacl
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.validate.lifted import lifted
from kg.validate.paths import as_rdflib_term
from kg.validate.report import Result, Severity
from kg.validate.statements import Term
from kg.vocabulary import RDF, SH

# rdflib logs a traceback for each ill-typed literal; the shapes say so in a sentence.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


def as_rdflib(triples: Iterable[ox.Triple]) -> Graph:
    """Copy triples into an rdflib graph, lexical forms untouched, so that an ill-typed literal stays visible."""
    graph = Graph(bind_namespaces="none")
    known: dict[ox.NamedNode | ox.BlankNode | ox.Literal, Node] = {}
    for triple in triples:
        subject, predicate, value = (
            known.get(term) or known.setdefault(term, as_rdflib_term(term))  # type: ignore[arg-type]
            for term in (triple.subject, triple.predicate, triple.object)
        )
        graph.add((subject, predicate, value))
    return graph


def core_shapes(shapes: Iterable[ox.Triple]) -> Graph:
    """Return shapes without the constraints that need a query."""
    return as_rdflib(triple for triple in shapes if triple.predicate.value != SH + "sparql")


def validate(
    triples: Iterable[ox.Triple], shapes: Iterable[ox.Triple] | Graph, about: Iterable[Term] | None = None
) -> list[Result]:
    """Return the results of all core constraints, in no particular order, without places.

    Args:
        triples: the graph to validate.
        shapes: the shapes, or what :func:`core_shapes` and :func:`lifted` made of them.
        about: give only the results about these focus nodes.
    """
    shacl = shapes if isinstance(shapes, Graph) else lifted(core_shapes(shapes))
    return results(as_rdflib(triples), shacl, about)


def results(graph: Graph, shapes: Graph, about: Iterable[Term] | None = None) -> list[Result]:
    """Return what pySHACL says of a graph, see :func:`validate`."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    wanted = None if about is None else {as_rdflib_term(node) for node in about}
    return [
        _result(report, node)
        for node in report.objects(None, URIRef(SH + "result"))
        if (None, URIRef(SH + "detail"), node) not in report
        and (wanted is None or report.value(node, URIRef(SH + "focusNode")) in wanted)
    ]


def _result(report: Graph, node: Node) -> Result:
    def one(name: str) -> Node | None:
        return report.value(node, URIRef(SH + name))

    path = one("resultPath")
    value = one("value")
    messages = list(report.objects(node, URIRef(SH + "resultMessage")))
    return Result(
        severity=Severity[str(one("resultSeverity")).removeprefix(SH)],
        focus=_plain(one("focusNode")),
        path=_first_step(report, path),
        value=None if value is None else value.n3(),
        messages={message.language or "": str(message) for message in messages if isinstance(message, Literal)},
        shape=_plain(one("sourceShape")),
        component=str(one("sourceConstraintComponent")),
    )


def _plain(term: Node | None) -> str:
    return f"_:{term}" if isinstance(term, BNode) else str(term)


def _first_step(report: Graph, path: Node | None) -> str | None:
    """Return the predicate that a path begins with: the one that stands at the focus node in the file."""
    while isinstance(path, BNode):
        path = report.value(path, URIRef(RDF + "first"))
    return None if path is None else str(path)
