"""Each constraint in ``shapes/`` has a good and a bad example in ``tests/shapes/``, and they differ in that constraint only."""

from collections import Counter
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "shapes"
ID = "https://w3id.org/werkkennis/id/"
WK = Namespace("https://w3id.org/werkkennis/def#")
WKS = Namespace("https://w3id.org/werkkennis/shapes#")

STEMS = sorted(path.stem for path in (ROOT / "shapes").glob("*.ttl"))
PAIRS = [
    (path.parent.name, path.name.removesuffix(".good.ttl")) for path in sorted(EXAMPLES.glob("*/*.good.ttl"))
]
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
PARTS = (SH.property, SH.sparql)  # a shape that is used for these speaks for itself
ASKED = (SH.node, SH["not"], SH["or"], SH.xone, SH.qualifiedValueShape)  # for these, the shape that asks speaks


@cache
def read(folder: str) -> Graph:
    """Parse all Turtle files of a folder into one graph."""
    graph = Graph()
    for path in sorted((ROOT / folder).glob("*.ttl")):
        graph.parse(path)
    return graph


@cache
def shapes_of(stem: str) -> Graph:
    """Parse one shapes file, with the named shapes of other files that it asks after, without their targets."""
    chosen = Graph().parse(ROOT / "shapes" / f"{stem}.ttl")
    described = set(chosen.subjects())
    wanted = list(chosen.objects())
    while wanted:
        node = wanted.pop()
        if node in described or not isinstance(node, URIRef | BNode):
            continue
        described.add(node)
        for predicate, value in read("shapes").predicate_objects(node):
            if predicate not in TARGETS:
                chosen.add((node, predicate, value))
                wanted.append(value)
    return chosen


@cache
def core_shapes() -> Graph:
    """Give all shapes but those that are written as queries."""
    core = Graph()
    for stem in STEMS:
        if stem != "dataset":
            core.parse(ROOT / "shapes" / f"{stem}.ttl")
    return core


def constraints(graph: Graph) -> set[Node]:
    """List what can be broken: property shapes, queries and node shapes that constrain their focus node, when they speak."""
    silent = helpers(graph)
    found = set(graph.subjects(RDF.type, SH.PropertyShape)) | set(graph.subjects(RDF.type, SH.SPARQLConstraint))
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        said = set(graph.predicates(shape)) - {RDF.type, RDFS.label, RDFS.comment, SH.severity, *TARGETS, *PARTS}
        if said:
            found.add(shape)
    return found - silent


def helpers(graph: Graph) -> set[Node]:
    """List the shapes that only other shapes ask after; a result never comes from them."""
    found: set[Node] = set()
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        asked = any(True for _ in graph.subjects(None, shape))
        targeted = any(graph.value(shape, target) for target in TARGETS)
        if asked and not targeted:
            found |= {shape, *graph.objects(shape, SH.property)}
    return found


def with_neighbours(example: Graph) -> Graph:
    """Add the context and what the ontology says about the terms that the example uses, but not the whole ontology."""
    graph = Graph()
    graph.parse(EXAMPLES / "context.ttl")
    graph += example
    ontology = read("ontology")
    known: set[Node] = set()
    wanted = set(graph.predicates()) | set(graph.objects())
    while wanted:
        node = wanted.pop()
        if node in known or not isinstance(node, URIRef) or (node, None, None) not in ontology:
            continue
        known.add(node)
        for follow in (RDF.type, RDFS.subClassOf, RDFS.domain, SKOS.inScheme, SKOS.broader, WK.rigour):
            wanted |= set(ontology.objects(node, follow))
    for node in known:
        for predicate, value in ontology.predicate_objects(node):
            ours = isinstance(value, URIRef) and (value.startswith(ID) or value in WK)
            if not ours or value in known or (value, None, None) in graph:
                graph.add((node, predicate, value))
    return graph


def results(data: Graph, shapes: Graph) -> list[tuple[Node, Node, list[str]]]:
    """Validate, and give for each result the constraint that it comes from, its severity and its messages."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    return [
        (
            report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape),
            report.value(result, SH.resultSeverity),
            [str(message) for message in report.objects(result, SH.resultMessage)],
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]


def described(graph: Graph, subject: Node) -> str:
    """Name a shape as its file does."""
    return str(subject).removeprefix(str(WKS)) if isinstance(subject, URIRef) else graph.serialize()


def test_every_constraint_has_a_pair() -> None:
    """Every constraint in a shapes file has one good and one bad example in the folder named as the file, and no other exists."""
    expected = {
        (stem, described(graph, constraint))
        for stem in STEMS
        for graph in [Graph().parse(ROOT / "shapes" / f"{stem}.ttl")]
        for constraint in constraints(graph)
        if constraint not in helpers(read("shapes"))
    }
    bad = {(path.parent.name, path.name.removesuffix(".bad.ttl")) for path in EXAMPLES.glob("*/*.bad.ttl")}
    assert set(PAIRS) == expected
    assert bad == expected
    assert len(PAIRS) == 273


def test_every_constraint_speaks_both_languages() -> None:
    """Every constraint has exactly one Dutch and one English message, and a severity (a query: that of its shape)."""
    graph = read("shapes")
    for constraint in constraints(graph):
        messages = Counter(message.language for message in graph.objects(constraint, SH.message) if isinstance(message, Literal))
        assert messages == {"nl": 1, "en": 1}, constraint
        owner = graph.value(None, SH.sparql, constraint) or constraint
        severities = set(graph.objects(owner, SH.severity))
        assert len(severities) == 1, constraint
        assert severities <= {SH.Violation, SH.Warning, SH.Info}, constraint


def test_every_shape_has_a_name() -> None:
    """Only members of sh:or and sh:xone lists are shapes without an IRI, so that a report can always say which rule spoke."""
    graph = read("shapes")
    for kind in (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint):
        for shape in graph.subjects(RDF.type, kind):
            assert shape in WKS, shape
    for part in PARTS:
        for shape in graph.objects(None, part):
            assert shape in WKS, shape


def test_every_helper_is_used() -> None:
    """No shape is left over: each one has a target or is asked after by another shape."""
    graph = read("shapes")
    used = set(graph.objects())
    for kind in (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint):
        for shape in graph.subjects(RDF.type, kind):
            assert shape in used or any(graph.value(shape, target) for target in TARGETS), shape


def test_the_context_is_good() -> None:
    """The things that all examples refer to break no rule themselves."""
    data = with_neighbours(Graph())
    assert [result for result in results(data, read("shapes")) if result[1] == SH.Violation] == []


@pytest.mark.parametrize(("stem", "name"), PAIRS)
def test_good_example_passes(stem: str, name: str) -> None:
    """The good example has no result from its own constraint, and no violation of any rule of its own file or of the core shapes."""
    data = with_neighbours(Graph().parse(EXAMPLES / stem / f"{name}.good.ttl"))
    found = results(data, core_shapes()) + (results(data, shapes_of(stem)) if stem == "dataset" else [])
    assert [result for result in found if result[0] == WKS[name] or result[1] == SH.Violation] == []


@pytest.mark.parametrize(("stem", "name"), PAIRS)
def test_bad_example_is_caught(stem: str, name: str) -> None:
    """The bad example has a result from exactly its own constraint, with a filled-in message in each language.

    pySHACL drops the language of messages that come from a query; that both are there shows in their number.
    """
    path = EXAMPLES / stem / f"{name}.bad.ttl"
    breaks, why = path.read_text(encoding="utf-8").splitlines()[:2]
    assert breaks == f"# breaks: {name}"
    assert why.startswith("# ")
    shapes = shapes_of(stem)
    caught = [result for result in results(with_neighbours(Graph().parse(path)), shapes) if result[0] == WKS[name]]
    assert caught
    for _, _, messages in caught:
        assert len(messages) == 2
        assert not any("{?" in message or "{$" in message for message in messages)
