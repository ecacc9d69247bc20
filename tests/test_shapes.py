"""Each constraint in ``shapes/`` has a good and a bad example in ``tests/shapes/``, and they differ in that constraint only."""

from collections import Counter
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "shapes"
ID = "https://w3id.org/werkkennis/id/"
WK = Namespace("https://w3id.org/werkkennis/def#")
WKS = Namespace("https://w3id.org/werkkennis/shapes#")

STEMS = sorted(path.stem for path in (ROOT / "shapes").glob("*.ttl"))
PAIRS = [(path.parent.name, path.name.removesuffix(".good.ttl")) for path in sorted(EXAMPLES.glob("*/*.good.ttl"))]
RULES = [name for stem, name in PAIRS if stem == "dataset"]
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
PARTS = (SH.property, SH.sparql)  # what these name speaks for itself; what sh:node and the like name does not
COUNT = 290


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


@cache
def rule_shapes(name: str) -> Graph:
    """Give the one shape of ``dataset.ttl`` that has this query, with the query and its prefixes."""
    rules = read("shapes")
    chosen = Graph()
    for subject in (
        rules.value(None, SH.sparql, WKS[name]),
        WKS[name],
        WKS.prefixes,
        *rules.objects(WKS.prefixes, SH.declare),
    ):
        for predicate, value in rules.predicate_objects(subject):
            chosen.add((subject, predicate, value))
    return chosen


def shapes_of_pair(stem: str, name: str) -> Graph:
    """Give the shapes that an example is checked with: those of its file or, as queries take long, its own query."""
    return rule_shapes(name) if stem == "dataset" else shapes_of(stem)


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


@cache
def surroundings() -> Graph:
    """Give what examples may refer to: the ontology, and the things in ``context.ttl``."""
    return read("ontology") + Graph().parse(EXAMPLES / "context.ttl")


def with_neighbours(example: Graph) -> Graph:
    """Add to an example what it refers to, and what that refers to in turn, but not the whole ontology."""
    around = surroundings()
    graph = Graph()
    graph += example
    known: set[Node] = set()
    wanted = set(example.predicates()) | set(example.objects())
    while wanted:
        node = wanted.pop()
        if node in known or not isinstance(node, URIRef) or (node, None, None) not in around:
            continue
        known.add(node)
        ontological = node in WK or (node, RDF.type, SKOS.ConceptScheme) in around
        for predicate, value in around.predicate_objects(node):
            wanted.add(predicate)
            if not ontological or predicate in (RDF.type, RDFS.subClassOf, RDFS.domain):
                wanted.add(value)
    for node in known:
        for predicate, value in around.predicate_objects(node):
            ours = isinstance(value, URIRef) and (value.startswith(ID) or value in WK)
            if not ours or value in known or (value, None, None) in example:
                graph.add((node, predicate, value))
    return graph


def results(data: Graph, shapes: Graph) -> list[tuple[Node, Node, Node, list[str]]]:
    """Validate, and give for each result its focus node, the constraint that it comes from, its severity and its messages."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    return [
        (
            report.value(result, SH.focusNode),
            report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape),
            report.value(result, SH.resultSeverity),
            [str(message) for message in report.objects(result, SH.resultMessage)],
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]


@cache
def prologue() -> str:
    """Give the PREFIX lines that the queries of ``dataset.ttl`` are written with."""
    rules = read("shapes")
    return "".join(
        f"PREFIX {rules.value(node, SH.prefix)}: <{rules.value(node, SH.namespace)}>\n"
        for node in rules.objects(WKS.prefixes, SH.declare)
    )


def stored(data: Graph) -> Store:
    """Load a graph into Oxigraph."""
    store = Store()
    store.load(data.serialize(format="nt", encoding="utf-8"), format=RdfFormat.N_TRIPLES)
    return store


def rows(data: Graph, store: Store, name: str) -> set[tuple[str, str | None]]:
    """Run a query of ``dataset.ttl`` once over a whole graph in Oxigraph, and give the rows about its focus nodes."""
    rules = read("shapes")
    found = store.query(prologue() + str(rules.value(WKS[name], SH.select)))
    valued = "value" in {variable.value for variable in found.variables}
    focus = focus_nodes(data, rules.value(None, SH.sparql, WKS[name]))
    return {
        (row["this"].value, row["value"].value if valued else None)
        for row in found
        if URIRef(row["this"].value) in focus
    }


def focus_nodes(data: Graph, shape: Node) -> set[Node]:
    """List the nodes of a graph that a shape of ``dataset.ttl`` is about."""
    rules = read("shapes")
    focus: set[Node] = set()
    for kind in rules.objects(shape, SH.targetClass):
        focus |= set(data.subjects(RDF.type, kind))
    for predicate in rules.objects(shape, SH.targetSubjectsOf):
        focus |= set(data.subjects(predicate))
    return focus


def test_every_constraint_has_a_pair() -> None:
    """Every constraint in a shapes file has one good and one bad example in the folder named as the file, and no other exists."""
    silent = helpers(read("shapes"))
    expected = {
        (stem, str(constraint).removeprefix(str(WKS)))
        for stem in STEMS
        for constraint in constraints(Graph().parse(ROOT / "shapes" / f"{stem}.ttl")) - silent
    }
    bad = {(path.parent.name, path.name.removesuffix(".bad.ttl")) for path in EXAMPLES.glob("*/*.bad.ttl")}
    assert set(PAIRS) == expected
    assert bad == expected
    assert len(PAIRS) == COUNT


def test_every_constraint_speaks_both_languages() -> None:
    """Every constraint has exactly one Dutch and one English message, and a severity (a query: that of its shape)."""
    graph = read("shapes")
    for constraint in constraints(graph):
        messages = Counter(message.language for message in graph.objects(constraint, SH.message))
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


def test_every_shape_is_used() -> None:
    """No shape is left over: each one has a target or is asked after by another shape."""
    graph = read("shapes")
    used = set(graph.objects())
    for kind in (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint):
        for shape in graph.subjects(RDF.type, kind):
            assert shape in used or any(graph.value(shape, target) for target in TARGETS), shape


def test_queries_stand_in_one_file() -> None:
    """Rules that need a query are all in dataset.ttl, so that the other files can be checked without a query engine."""
    assert set(core_shapes().subject_objects(SH.sparql)) == set()


def test_context_is_good() -> None:
    """The things that all examples refer to break no rule themselves."""
    data = with_neighbours(Graph().parse(EXAMPLES / "context.ttl"))
    assert results(data, core_shapes()) == []
    store = stored(data)
    for rule in RULES:
        assert rows(data, store, rule) == set(), rule


@pytest.mark.parametrize(("stem", "name"), PAIRS)
def test_good_example_passes(stem: str, name: str) -> None:
    """The good example has no result from its own constraint, and breaks no rule of any file that would block it."""
    data = with_neighbours(Graph().parse(EXAMPLES / stem / f"{name}.good.ttl"))
    found = results(data, core_shapes())
    if stem == "dataset":
        found += results(data, rule_shapes(name))
    assert [result for result in found if result[1] == WKS[name] or result[2] == SH.Violation] == []
    store = stored(data)
    for rule in RULES:
        if read("shapes").value(read("shapes").value(None, SH.sparql, WKS[rule]), SH.severity) == SH.Violation:
            assert rows(data, store, rule) == set(), rule


@pytest.mark.parametrize(("stem", "name"), PAIRS)
def test_bad_example_is_caught(stem: str, name: str) -> None:
    """The bad example has a result from exactly its own constraint, with a filled-in message in each language.

    pySHACL drops the language of messages that come from a query; that both are there shows in their number.
    """
    path = EXAMPLES / stem / f"{name}.bad.ttl"
    breaks, why = path.read_text(encoding="utf-8").splitlines()[:2]
    assert breaks == f"# breaks: {name}"
    assert why.startswith("# ")
    found = results(with_neighbours(Graph().parse(path)), shapes_of_pair(stem, name))
    caught = [messages for _, constraint, _, messages in found if constraint == WKS[name]]
    assert caught
    for messages in caught:
        assert len(messages) == 2
        assert not any("{?" in message or "{$" in message for message in messages)


@pytest.mark.parametrize("name", RULES)
def test_query_means_the_same_in_both_engines(name: str) -> None:
    """A query finds the same nodes and values when pySHACL runs it for each focus node as when Oxigraph runs it once over all."""
    data = with_neighbours(Graph().parse(EXAMPLES / "dataset" / f"{name}.bad.ttl"))
    _, report, _ = pyshacl.validate(data, shacl_graph=rule_shapes(name), inplace=True)
    valued = "?value" in str(read("shapes").value(WKS[name], SH.select)).partition("WHERE")[0]
    reported = {
        (str(report.value(result, SH.focusNode)), str(report.value(result, SH.value)) if valued else None)
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }
    assert reported == rows(data, stored(data), name)
    assert reported
