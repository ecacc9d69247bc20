"""The W3C's tests of the SPARQL 1.1 Graph Store HTTP Protocol, sent to a running server over a small graph.

Three rules of the gate are kept on the way: a graph is called ``id/graph/data.…``, so the names of the tests are put in
that form; a token is shown; and who changes what is there names its state (``If-Match``), which is asked for first.
A graph's own address leads to the document about it, which says more than the graph, so what the tests read at the
graph's own address is read by its name.
"""

import os
import re
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.namespace import RDF

from kg import settings
from kg.gate.tokens import Tokens
from kg.vocabulary import GRAPH
from small_graph import write_graph
from surroundings import await_answer, free_port

SUITE = (
    Path(os.environ.get("KG_CONFORMANCE", Path(__file__).resolve().parents[3] / "shared" / "conformance"))
    / "w3c-sparql-tests"
    / "graph-store-protocol"
)
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
MANIFESTS = ("manifest-indirect.ttl", "manifest-direct.ttl")
LEFT_OUT = {
    "put_get_default": "the default graph is the union of all named graphs; it is read, and never written",
    "post_get_new_graph": "a graph is a file with a name that people read, which the server does not make up",
    "put_get_uri_pct_encoded_twice": "a percent sign cannot stand in the name of a graph that is written here",
}
"""The tests that the rules of the gate do not allow, each with its reason."""

if not SUITE.is_dir():
    pytest.skip("the W3C's tests of the Graph Store Protocol are not here", allow_module_level=True)


def _tests():
    for manifest in MANIFESTS:
        graph = Graph().parse(SUITE / manifest)
        for test in graph.subjects(RDF.type, MF.GraphStoreProtocolTest):
            yield str(test).rpartition("#")[2], (graph, test)


TESTS = dict(_tests())


@pytest.fixture(scope="module")
def gate(tmp_path_factory, catalogues):
    """The address of a server over a small graph, and a token for it."""
    folder = tmp_path_factory.mktemp("gate")
    write_graph(folder / "graph")
    token = Tokens.of(settings.load(var=folder / "var")).new("w3c", ("*",))
    port = free_port()
    command = [sys.executable, "-c", "from kg.cli import main; main()", "--graph", str(folder / "graph")]
    more = {"KG_PROCESSES": "2", "KG_VALIDATE_SECONDS": "120"}
    process = subprocess.Popen(
        [*command, "--var", str(folder / "var"), "serve", "--port", str(port)], env=os.environ | more
    )
    try:
        await_answer(process, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}", token
    finally:
        process.terminate()
        process.wait(timeout=40)


def test_every_test_of_the_suite_is_run_or_named():
    """Of the 14 tests of the suite eleven are run; the other three are left out, each for a rule of the gate."""
    assert 14 == len(TESTS)
    assert 11 == len(TESTS.keys() - LEFT_OUT.keys())
    assert set(TESTS) > set(LEFT_OUT)


@pytest.mark.parametrize("name", sorted(TESTS.keys() - LEFT_OUT.keys()))
def test_the_protocol(gate, name):
    """Each request of a test has a status that the suite expects, and what is read is what was written."""
    address, token = gate
    graph, test = TESTS[name]
    requests = list(Collection(graph, graph.value(graph.value(test, MF.action), HT.requests)))
    used = set()
    with httpx.Client(base_url=address, timeout=130, follow_redirects=False) as client:
        try:
            assert requests
            for request in requests:
                used.add(iri := named(str(graph.value(request, HT.absolutePath)), name))
                response = send(client, token, graph, request, iri)
                expected = graph.value(request, HT.resp)
                statuses = {str(each).rpartition("#")[2] for each in graph.objects(expected, MF.expectedStatus)}
                told = HTTPStatus(response.status_code).phrase.replace(" ", "")

                assert told in statuses, response.text
                if (body := graph.value(expected, HT.body)) is not None:
                    assert "text/turtle" == response.headers["Content-Type"].partition(";")[0]
                    assert canonical(str(graph.value(body, CNT.chars))) == canonical(response.text)
        finally:
            for iri in used:
                client.delete("/graphs", params={"graph": iri}, headers=bearer(token) | {"If-Match": "*"})


def named(path, test):
    """Return the IRI of the graph of ours that stands for one of the suite's."""
    person = re.search(r"person(?:/|%2F)(\d)\.ttl", path)[1]
    return f"{GRAPH}data.{test.replace('_', '-')}.person-{person}"


def send(client, token, graph, request, iri):
    """Send a request of the manifest."""
    path, method = str(graph.value(request, HT.absolutePath)), str(graph.value(request, HT.methodName))
    headers = {
        str(graph.value(header, HT.fieldName)).lower(): str(graph.value(header, HT.fieldValue))
        for listed in graph.objects(request, HT.headers)
        for header in Collection(graph, listed)
    }
    body = graph.value(request, HT.body)
    content = None if body is None else str(graph.value(body, CNT.chars)).encode()
    # The suite names a graph with its letters escaped or not; so do we.
    by_name = f"/graphs?graph={quote(iri, safe='') if '%' in path else iri}"
    where = by_name if "?" in path or method in {"GET", "HEAD"} else f"/id/graph/{iri.removeprefix(GRAPH)}"
    if method not in {"GET", "HEAD"}:
        headers |= bearer(token)
        state = client.head(by_name, headers={"Accept": "text/turtle"}).headers.get("ETag")
        headers |= {"If-Match": state} if state else {}
    return client.request(method, where, content=content, headers=headers)


def bearer(token):
    """Return the header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def canonical(text):
    """Return a graph so that equal ones are equal."""
    graph = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return graph
