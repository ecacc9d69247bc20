"""The W3C's tests of the SPARQL 1.1 Protocol, sent to the running server over the tests' own data."""

from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS

from small_server import serving

SUITE = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "w3c-sparql-tests" / "protocol"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UPDATES = {
    "update_base_uri",
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_full",
    "update_dataset_named_graphs",
    "update_post_direct",
    "update_post_form",
}
"""The tests that need an update to succeed; this endpoint takes none."""
BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
FORMATS = {
    "boolean": BOOLEAN,
    "tabular": BOOLEAN | {"text/csv", "text/tab-separated-values"},
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml"},
}

if not (SUITE / "manifest.ttl").is_file():
    pytest.skip("the W3C's protocol tests are not here", allow_module_level=True)

MANIFEST = Graph().parse(SUITE / "manifest.ttl")
TESTS = {
    str(test).rpartition("#")[2]: test
    for test in Collection(MANIFEST, MANIFEST.value(MANIFEST.value(None, RDF.type, MF.Manifest), MF.entries))
}


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The port of a server that holds each graph that the tests name."""
    graphs = {
        (MANIFEST.value(data, RDFS.label), Path(urlsplit(str(MANIFEST.value(data, UT.graph))).path).name)
        for data in MANIFEST.objects(None, UT.graphData)
    }
    quads = [
        ox.Quad(*quad.triple, ox.NamedNode(str(name)))
        for name, file in graphs
        for quad in ox.parse(path=SUITE / file, format=ox.RdfFormat.N_TRIPLES)
    ]
    assert 3 == len(quads)
    with serving(tmp_path_factory.mktemp("protocol"), ox.serialize(quads, format=ox.RdfFormat.N_QUADS)) as (_, port):
        yield port


def test_every_test_of_the_suite_is_run_or_named():
    """Of the 34 tests of the suite 27 are run; the other seven, each named here, are updates that must succeed."""
    assert 34 == len(TESTS)
    assert 27 == len(TESTS.keys() - UPDATES)
    assert set(TESTS) >= UPDATES


@pytest.mark.parametrize("name", sorted(TESTS.keys() - UPDATES))
def test_the_protocol(port, name):
    """Each request of a test has the status, the format and the answer that the suite expects."""
    action = MANIFEST.value(TESTS[name], MF.action)
    requests = list(Collection(MANIFEST, MANIFEST.value(action, HT.requests)))

    assert requests
    for request in requests:
        expected = MANIFEST.value(request, HT.resp)
        status, media_type, body = send(port, request)

        assert f"{status // 100}xx" in {str(each)[-3:] for each in MANIFEST.objects(expected, MF.expectedStatus)}
        if (form := MANIFEST.value(expected, MF.expectedFormat)) is not None:
            assert media_type in FORMATS[str(form)]
        if (answer := MANIFEST.value(expected, MF.expectedBoolean)) is not None:
            assert answer.toPython() is bool(ox.parse_query_results(body, format=FORMS[media_type]))


FORMS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
}


def send(port, request):
    """Send a request of the manifest to our endpoint; give status, media type and body."""
    path = str(MANIFEST.value(request, HT.absolutePath))
    assert path.startswith("/sparql/")
    headers = {
        str(MANIFEST.value(header, HT.fieldName)): str(MANIFEST.value(header, HT.fieldValue))
        for listed in MANIFEST.objects(request, HT.headers)
        for header in Collection(MANIFEST, listed)
    }
    body = MANIFEST.value(request, HT.body)
    content = None
    if body is not None:
        content = str(MANIFEST.value(body, CNT.chars)).encode(str(MANIFEST.value(body, CNT.characterEncoding)))
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        method = str(MANIFEST.value(request, HT.methodName))
        connection.request(method, "/sparql" + path.removeprefix("/sparql/"), content, headers)
        response = connection.getresponse()
        return response.status, response.headers.get_content_type(), response.read()
    finally:
        connection.close()
