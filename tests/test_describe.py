"""What the data set says about itself at build time: statistics, questions, prefixes."""

import re

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, VOID

from kg import questions
from kg.describe.examples import declared
from kg.generations import build
from kg.vocabulary import BASE, DATASET, GRAPH, PREFIXES, SH
from small_graph import write_graph

STATISTICS, EXAMPLES = f"{GRAPH}void", f"{GRAPH}sparql-examples"
VOID_EXT = "http://ldf.fi/void-ext#"
RULES = "PREFIX void: <http://rdfs.org/ns/void#>\nPREFIX sh: <http://www.w3.org/ns/shacl#>\n"
PARTITIONS = [
    ("classPartition", "class", "entities", "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) { ?s a ?of } GROUP BY ?of"),
    ("classPartition", "class", "triples", "SELECT ?of (COUNT(*) AS ?n) { ?s a ?of ; ?p ?o } GROUP BY ?of"),
    ("propertyPartition", "property", "triples", "SELECT ?of (COUNT(*) AS ?n) { ?s ?of ?o } GROUP BY ?of"),
    (
        "propertyPartition",
        "property",
        "distinctSubjects",
        "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) { ?s ?of ?o } GROUP BY ?of",
    ),
    (
        "propertyPartition",
        "property",
        "distinctObjects",
        "SELECT ?of (COUNT(DISTINCT ?o) AS ?n) { ?s ?of ?o } GROUP BY ?of",
    ),
]


@pytest.fixture(scope="session")
def graph(generation):
    """The built graph as rdflib knows it, without named graphs: ontology and data alone, and the statistics alone."""
    loaded = generation.load()
    names = {quad.graph_name.value for quad in loaded}
    counted = [name for name in names if name.startswith((f"{GRAPH}ontology.", f"{GRAPH}data."))]
    return as_rdflib(loaded, counted), as_rdflib(loaded, [STATISTICS])


@pytest.fixture(scope="session")
def whole(generation):
    """All statements of the files, the rules included, as rdflib knows them."""
    loaded = generation.load()
    rooms = tuple(f"{GRAPH}{room}." for room in ("ontology", "shapes", "data"))
    return as_rdflib(loaded, [name for name in {quad.graph_name.value for quad in loaded} if name.startswith(rooms)])


def as_rdflib(store, names):
    """Return the union of named graphs as an rdflib graph."""
    found = [quad.triple for name in names for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name))]
    return Graph().parse(data=ox.serialize(found, format=ox.RdfFormat.N_TRIPLES), format="nt")


def test_the_totals_are_what_another_engine_counts(graph, whole, generation):
    """Statements, things, classes, properties, subjects and values are counted right."""
    counted, told = whole, graph[1]
    expected = {
        "triples": len(counted),
        "entities": len({s for s in counted.subjects() if isinstance(s, URIRef) and s.startswith(BASE)}),
        "classes": len(set(counted.objects(None, RDF.type))),
        "properties": len(set(counted.predicates())),
        "distinctSubjects": len(set(counted.subjects())),
        "distinctObjects": len(set(counted.objects())),
    }

    lines = (generation.published.folder / generation.published.label / "werkkennis.nt").read_bytes().splitlines()
    content = URIRef(f"{BASE}.well-known/void#content")

    assert len(lines) == expected["triples"]
    assert len(graph[0]) == int(told.value(content, VOID.triples))
    assert content in told.objects(URIRef(DATASET), VOID.subset)
    assert expected == {name: int(told.value(URIRef(DATASET), VOID[name])) for name in expected}


@pytest.mark.parametrize(("partition", "of", "number", "query"), PARTITIONS, ids=lambda value: value[:20])
def test_the_partitions_are_what_another_engine_counts(graph, partition, of, number, query):
    """Each class and each property that is used has one partition, with the right numbers."""
    counted, told = graph
    expected = {row["of"]: int(row["n"]) for row in counted.query(query)}
    parts = list(told.objects(URIRef(DATASET), VOID[partition]))
    found = {told.value(part, VOID[of]): int(told.value(part, VOID[number])) for part in parts}

    assert expected
    assert expected == found
    assert len(parts) == len(found)


def test_the_links_between_classes_are_those_of_the_data(graph):
    """For each class its properties, with the classes of things and the datatypes of values that they lead to."""
    counted, told = graph
    kinds = {s: set(counted.objects(s, RDF.type)) for s in set(counted.subjects())}
    expected = set()
    for s, p, o in counted:
        if isinstance(o, Literal):
            ends = {o.datatype or (RDF.langString if o.language else URIRef("http://www.w3.org/2001/XMLSchema#string"))}
        else:
            ends = kinds.get(o, set())
        expected |= {(kind, p, end) for kind in kinds[s] for end in ends}
    found = {
        (row["kind"], row["p"], row["end"])
        for row in told.query(
            f"""{RULES} PREFIX ext: <{VOID_EXT}> SELECT ?kind ?p ?end {{
              ?part void:class ?kind ; void:propertyPartition ?of . ?of void:property ?p .
              {{ ?of void:classPartition/void:class ?end }} UNION {{ ?of ext:datatypePartition/ext:datatype ?end }} }}"""
        )
    }

    assert 200 < len(expected)
    assert expected == found


def test_the_vocabularies_are_those_of_the_terms(graph, whole):
    """Every class and property is of a vocabulary that is named, and each that is named is used."""
    counted, told = whole, graph[1]
    terms = {*counted.predicates(), *counted.objects(None, RDF.type)}
    vocabularies = {str(found) for found in told.objects(URIRef(DATASET), VOID.vocabulary)}

    assert vocabularies == {re.sub(r"[^/#]*$", "", term) for term in terms}


def test_no_statement_stands_twice(generation):
    """No statement stands in two named graphs: the engine would count it twice."""
    triples = [quad.triple for quad in generation.load()]

    assert len(set(map(str, triples))) == len(triples)


def test_a_statement_of_the_files_is_not_said_again(tmp_path):
    """What a file says of the data set already is left to the file."""
    line = f"<{DATASET}> a <http://rdfs.org/ns/void#Dataset> ."
    built = build(write_graph(tmp_path / "graph", more=line), tmp_path / "var", 1)[1].load()
    homes = built.quads_for_pattern(ox.NamedNode(DATASET), ox.NamedNode(str(RDF.type)), ox.NamedNode(str(VOID.Dataset)))

    assert [f"{GRAPH}data.more"] == [quad.graph_name.value for quad in homes]


def test_the_description_has_no_blank_node(generation):
    """Every node of the description has an IRI, so that equal files give equal bytes."""
    loaded = generation.load()
    quads = [
        q for name in (STATISTICS, EXAMPLES) for q in loaded.quads_for_pattern(None, None, None, ox.NamedNode(name))
    ]

    assert 1000 < len(quads)
    assert not [q for q in quads if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]


def test_equal_files_describe_themselves_equally(config, generation, tmp_path):
    """Another build of the same files, elsewhere, gives the same generation, its description included."""
    again = build(config.graph, tmp_path, 1)[1]

    assert generation.name == again.name
    assert generation.manifest == again.manifest


def test_each_question_is_an_example_that_runs(store):
    """Every question stands in the graph with its words in two languages, and its text gives the question's answer."""
    query = f"""{RULES} PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX schema: <https://schema.org/>
      SELECT * {{ GRAPH <{EXAMPLES}> {{
        ?question a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ; sh:select ?text ; sh:prefixes ?prefixes ;
          rdfs:label ?nl, ?en ; rdfs:comment ?explained ; schema:keywords ?theme .
        FILTER(LANG(?nl) = "nl" && LANG(?en) = "en" && LANG(?explained) = "en" && !REGEX(?theme, "^CQ")) }} }}"""
    rows = {row["question"].removeprefix(f"{BASE}questions/"): row for row in store.select(query).records()}

    assert set(questions.names()) == set(rows)
    for name, row in rows.items():
        question = questions.find(name)
        assert (question.asks["nl"], question.asks["en"]) == (row["nl"], row["en"])
        assert (question.explains["en"], question.theme) == (row["explained"], row["theme"])
        assert "#+" not in row["text"]
        assert store.select(question.text).rows == store.select(row["text"]).rows


def test_the_prefixes_are_declared(store):
    """Every prefix that we know or that a question uses is declared once, where the questions say."""
    query = f"""{RULES} SELECT DISTINCT ?prefix ?namespace {{ GRAPH <{EXAMPLES}> {{
      ?question sh:prefixes/sh:declare [ sh:prefix ?prefix ; sh:namespace ?namespace ] }} }}"""
    rows = store.select(query).records()
    found = {row["prefix"]: row["namespace"] for row in rows}
    used = {
        match for name in questions.names() for match in re.findall(r"PREFIX (\S+): <(.*)>", questions.find(name).text)
    }

    assert len(rows) == len(found)
    assert found.items() >= used | set(PREFIXES.items())
    assert len(found) == len(dict(used) | PREFIXES)


def test_a_prefix_with_two_meanings_is_refused():
    """A question that gives a known prefix another meaning does not get into the description."""
    question = questions.read(
        "odd",
        "".join(
            f"#+ {key}: x\n" for key in ("question@nl", "question@en", "explain@nl", "explain@en", "answers", "theme")
        )
        + f"PREFIX sh: <{SH}other>\nSELECT * {{}}",
    )

    with pytest.raises(ValueError, match="odd: sh: stands for"):
        declared([question])
