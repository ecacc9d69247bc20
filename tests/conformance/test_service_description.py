"""The W3C's tests of the SPARQL 1.1 Service Description, put to the running server."""

import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pyshacl import validate
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF

SUITE = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "w3c-sparql-tests" / "service-description"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SCHEMA = Path(__file__).with_name("service-description.shapes.ttl")

if not (SUITE / "manifest.ttl").is_file():
    pytest.skip("the W3C's service description tests are not here", allow_module_level=True)

MANIFEST = Graph().parse(SUITE / "manifest.ttl")
ENTRIES = [
    str(test).rpartition("#")[2]
    for test in Collection(MANIFEST, MANIFEST.value(MANIFEST.value(None, RDF.type, MF.Manifest), MF.entries))
]


def returns_rdf(address):
    """GET on the endpoint returns RDF, without any preference."""
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert "text/turtle" == answer.headers.get_content_type()
        assert len(Graph().parse(data=answer.read(), format="turtle"))


def has_endpoint_triple(address):
    """The endpoint that is described is the one that was asked, and it answers queries."""
    found = set(Graph().parse(address, format="turtle").objects(None, SD.endpoint))

    assert {URIRef(address)} == found
    with urllib.request.urlopen(f"{address}?{urlencode({'query': 'ASK {}'})}", timeout=20) as answer:
        assert b"true" in answer.read()


def conforms_to_schema(address):
    """Every class and property is used as the recommendation defines it."""
    description = Graph().parse(address, format="turtle")
    conforms, _, text = validate(description, shacl_graph=Graph().parse(SCHEMA))

    assert conforms, text


CHECKS = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


def test_every_test_of_the_suite_is_run():
    """The suite's three tests are the three that are run here."""
    assert set(CHECKS) == set(ENTRIES)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_service_description(server, name):
    """Each test of the suite passes."""
    CHECKS[name](f"{server}/sparql")


@pytest.mark.parametrize(
    "mistake",
    [
        "<x:s> a sd:Service .",
        "<x:s> a sd:Service ; sd:endpoint 'text' .",
        "<x:s> a sd:Service ; sd:endpoint <x:e> , <x:f> .",
        "<x:s> a sd:Service ; sd:endpoint <x:e> ; sd:feature sd:Fast .",
        "<x:s> a sd:Service ; sd:endpoint <x:e> ; sd:defaultDataset <x:d> .",
        "<x:s> a sd:Service ; sd:endpoint <x:e> ; sd:supports <x:e> .",
        "<x:d> a sd:Dataset ; sd:namedGraph <x:n> . <x:n> a sd:NamedGraph .",
        "<x:n> a sd:NamedGraph ; sd:name 'name' .",
        "<x:d> a sd:Graph ; sd:endpoint <x:e> .",
    ],
)
def test_the_schema_can_be_broken(mistake):
    """A description that misuses the vocabulary does not conform."""
    data = Graph().parse(data=f"PREFIX sd: <{SD}>\n{mistake}", format="turtle")

    assert not validate(data, shacl_graph=Graph().parse(SCHEMA))[0]
