"""Rules with a query, once per rule in the engine, held against pySHACL, which runs them for every focus node."""

import os
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import DCTERMS, RDF, RDFS, SH, Graph, Literal, URIRef

from kg.files import find
from kg.parse import read_all
from kg.validate import rules
from kg.vocabulary import WK, XSD

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "shapes"
WKS = "https://w3id.org/werkkennis/shapes#"
TARGETS = {SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf}
RULE_PARTS = TARGETS | {
    RDF.type, SH.sparql, SH.severity, SH.message, SH.deactivated, SH.select, SH.prefixes, SH.declare, SH.prefix, SH.namespace,
}  # fmt: skip


def triples_of(paths):
    """Read Turtle files that may say the same."""
    return {triple.triple for path in paths for triple in ox.parse(path=path, format=ox.RdfFormat.TURTLE)}


def shapes_with_queries():
    """Return the shapes that have a query and nothing else of them, with the prefixes."""
    shapes = triples_of((ROOT / "shapes").glob("*.ttl"))
    sparql = ox.NamedNode(str(SH.sparql))
    wanted = {t.subject for t in shapes if t.predicate == sparql} | {t.object for t in shapes if t.predicate == sparql}
    for part in (SH.prefixes, SH.declare):
        wanted |= {t.object for t in shapes if t.predicate.value == str(part)}
    return [t for t in shapes if t.subject in wanted and URIRef(t.predicate.value) in RULE_PARTS]


SHAPES = shapes_with_queries()
RULES = {t.object.value for t in SHAPES if t.predicate.value == str(SH.sparql)}


def well_typed(triples):
    """Leave out dates and numbers of a wrong type: core shapes refuse them, and engines differ in comparing them."""
    ranges = {
        t.subject: t.object for t in triples_of([ROOT / "ontology/kg.ttl"]) if t.predicate.value == str(RDFS.range)
    }
    ranges[ox.NamedNode(str(DCTERMS.issued))] = ox.NamedNode(XSD + "date")

    def fits(triple):
        wanted = ranges.get(triple.predicate)
        if wanted is None or not wanted.value.startswith(XSD):
            return True
        literal = Literal(triple.object.value, datatype=URIRef(wanted.value))
        return isinstance(triple.object, ox.Literal) and triple.object.datatype == wanted and not literal.ill_typed

    return [triple for triple in triples if fits(triple)]


def by_the_engine(triples, shapes=SHAPES):
    """Return the results of all rules, each run once."""
    stores = ox.Store(), ox.Store()
    for store, part in zip(stores, (triples, shapes), strict=True):
        store.bulk_extend(ox.Quad(*triple) for triple in part)
    return {
        (
            result.focus,
            result.path,
            result.value,
            result.severity.name,
            frozenset(result.messages.values()),
            result.shape,
        )
        for result in rules.validate(*stores)
    }


def by_pyshacl(triples, shapes=SHAPES):
    """Return the results of all rules, each run for every focus node."""
    graphs = (Graph().parse(data=ox.serialize(part, format=ox.RdfFormat.N_TRIPLES)) for part in (triples, shapes))
    data, shacl = graphs
    _, report, _ = pyshacl.validate(data, shacl_graph=shacl, inplace=True)
    return {
        (
            str(report.value(node, SH.focusNode)),
            None if (path := report.value(node, SH.resultPath)) is None else str(path),
            report.value(node, SH.value).n3(),
            str(report.value(node, SH.resultSeverity)).removeprefix(str(SH)),
            frozenset(str(text) for text in report.objects(node, SH.resultMessage)),
            str(report.value(node, SH.sourceConstraint)),
        )
        for node in report.subjects(RDF.type, SH.ValidationResult)
    }


# What these rules find hangs on the rest of the graph, so that in all examples together they find nothing.
ALONE = ("rigour-under-ceiling", "rigour-follows-design", "property-of-its-class", "publication-issued-when-used")


@pytest.mark.parametrize("name", ALONE)
def test_a_rule_gives_the_same_results_both_ways(name):
    """On its good and its bad example a rule gives the same results in the engine and in pySHACL, messages too."""
    [owner] = [t.subject for t in SHAPES if t.predicate.value == str(SH.sparql) and t.object.value.endswith(f"#{name}")]
    shapes = [
        t
        for t in SHAPES
        if t.subject == owner or t.predicate.value not in {str(part) for part in TARGETS | {SH.sparql}}
    ]
    said = {str(part) for part in (RDFS.domain, RDFS.subClassOf)} | {
        WK + part for part in ("rigour", "rank", "rigourIsCeiling")
    }
    words = {triple for triple in triples_of((ROOT / "ontology").glob("*.ttl")) if triple.predicate.value in said}
    for kind in ("good", "bad"):
        triples = words | triples_of([EXAMPLES / "context.ttl", EXAMPLES / f"dataset/{name}.{kind}.ttl"])
        found = by_the_engine(triples, shapes)
        assert found == by_pyshacl(triples, shapes)
        assert bool(found) is (kind == "bad")


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_all_examples_together_give_the_same_results_both_ways(kind):
    """On all examples of all shapes as one graph the rules give the same results in the engine and in pySHACL."""
    paths = [EXAMPLES / "context.ttl", *sorted(EXAMPLES.glob(f"*/*.{kind}.ttl"))]
    assert len(paths) >= 270
    triples = well_typed(triples_of(paths))
    found = by_the_engine(triples)
    assert found == by_pyshacl(triples)
    if kind == "bad":
        assert {result[-1] for result in found} | {f"{WKS}{name}" for name in ALONE} >= RULES


LARGE = 100_000
EVERY = 6
"""So many times as many files would take pySHACL more than ten minutes."""


@pytest.mark.skipif("CI" not in os.environ, reason="pySHACL needs more than a minute for the rules on the real graph")
def test_the_real_graph_gives_the_same_results_both_ways():
    """On the words of this repository and every sixth file of its facts the rules give the same results both ways.

    What such a part refers to and does not hold breaks rules, so there is something to compare.
    """
    found = [source for source in find(ROOT) if source.room != "shapes"]
    words = [source for source in found if source.room == "ontology"]
    facts = [source for source in found if source.room == "data" and source.path.stat().st_size < LARGE][::EVERY]
    assert len(facts) >= 20
    files, _ = read_all([*words, *facts])
    triples = [triple for file in files for triple in file.triples]
    assert by_the_engine(triples) == by_pyshacl(triples)
