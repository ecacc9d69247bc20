"""What programs read first: service description, statistics and example queries, as they are served."""

import pyoxigraph as ox
import pytest

from kg import questions
from kg.errors import UsageProblem
from kg.settings import load
from kg.store import GRAPH_FORMATS, RESULT_FORMATS
from kg.vocabulary import BASE, DATASET
from kg.web import create_app

SD, VOID, SCHEMA = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#", "https://schema.org/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DOCUMENTS = ["/sparql", "/.well-known/void", "/.well-known/sparql-examples"]
HERE = "http://localhost/sparql"
FORMATS = "http://www.w3.org/ns/formats/"
NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
}
"""What the W3C calls each format (https://www.w3.org/ns/formats/)."""


def read(response):
    """Return the triples of an answer."""
    return list(ox.parse(response.data, format=GRAPH_FORMATS[response.mimetype]))


def values(response, predicate):
    """Return the values of a property in an answer."""
    return {triple.object.value for triple in read(response) if triple.predicate.value == predicate}


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
def test_every_format(client, path, media_type):
    """Each description comes in each format for RDF, and says the same in all."""
    found = client.get(path, headers={"Accept": media_type})
    turtle = client.get(path)

    assert (200, media_type) == (found.status_code, found.mimetype)
    assert {str(quad.triple) for quad in read(turtle)} == {str(quad.triple) for quad in read(found)}


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize(
    "accept", [None, "*/*", "text/turtle", "text/html;q=0.1, text/turtle", "text/turtle, text/html;q=0.5"]
)
def test_a_machine_gets_turtle(client, path, accept):
    """Who has no preference, or one for Turtle, gets Turtle, by GET and by HEAD."""
    headers = {"Accept": accept} if accept else {}
    found = client.get(path, headers=headers)
    head = client.head(path, headers=headers)

    assert (200, "text/turtle") == (found.status_code, found.mimetype) == (head.status_code, head.mimetype)
    assert b"" == head.data
    assert "Accept" in found.headers["Vary"]
    assert "*" == found.headers["Access-Control-Allow-Origin"]


def test_a_browser_gets_a_page(client):
    """A browser gets the editor at the endpoint, and is led to pages that exist by the descriptions."""
    assert "text/html" == client.get("/sparql", headers={"Accept": BROWSER}).mimetype
    for path, page in zip(DOCUMENTS[1:], ["/doc/dataset/werkkennis", "/questions"], strict=True):
        found = client.get(path, headers={"Accept": BROWSER})
        assert (303, page) == (found.status_code, found.headers["Location"])
        assert 200 == client.get(page, headers={"Accept": BROWSER}).status_code


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/.well-known/void", "image/png", 406),
        ("/.well-known/sparql-examples", "text/csv", 406),
        ("/sparql", "application/sparql-results+json", 400),
        ("/sparql", "text/csv", 400),
    ],
)
def test_what_is_no_description(client, path, accept, status):
    """A format that no description has is refused; at the endpoint what lacks then is a query."""
    assert status == client.get(path, headers={"Accept": accept}).status_code


def test_the_service_says_what_it_can(client, store):
    """The formats and graphs that are described are those that there are; nothing is claimed that is refused."""
    found = client.get("/sparql")
    graphs = {row["g"] for row in store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").records()}

    assert {FORMATS + name for name in NAMES.values()} == values(found, SD + "resultFormat")
    assert set(NAMES) == {*RESULT_FORMATS, *GRAPH_FORMATS}
    assert graphs == values(found, SD + "name")
    assert {HERE} == values(found, SD + "endpoint") == values(found, VOID + "sparqlEndpoint")
    assert {SD + "SPARQL11Query"} == values(found, SD + "supportedLanguage")
    assert {SD + "UnionDefaultGraph"} == values(found, SD + "feature")
    assert set() == values(found, SD + "inputFormat")


def test_the_descriptions_name_the_endpoint(client):
    """The statistics and each question say where the endpoint is."""
    statistics = client.get("/.well-known/void")
    targets = {t.subject.value for t in read(client.get("/.well-known/sparql-examples")) if t.object.value == HERE}

    assert {HERE} == values(statistics, VOID + "sparqlEndpoint")
    assert {DATASET} == {t.subject.value for t in read(statistics) if t.predicate.value == VOID + "sparqlEndpoint"}
    assert {f"{BASE}questions/{name}" for name in questions.names()} == targets


@pytest.mark.parametrize(
    "public_url", ["https://example.org", "https://example.org/", "https://example.org/werk/kennis"]
)
def test_behind_a_proxy(config, store, generation, public_url):
    """With a public URL the endpoint is there, whatever host a request names."""
    client = create_app(config.replace(public_url=public_url), store, generation.name).test_client()

    for path, name in zip(DOCUMENTS, [SD + "endpoint", VOID + "sparqlEndpoint", SCHEMA + "target"], strict=True):
        found = client.get(path, headers={"Host": "inside:8000"})
        assert {public_url.rstrip("/") + "/sparql"} == values(found, name)
        assert b"inside" not in found.data


def test_the_host_of_the_request(client):
    """Without a public URL the endpoint is where the request was sent, and no other host's answer is given."""
    for host in ("one.example", "two.example:8080", "[::1]:8000"):
        assert {f"http://{host}/sparql"} == values(client.get("/sparql", headers={"Host": host}), SD + "endpoint")


@pytest.mark.parametrize("host", ["a b", 'x"> .', "a>b", "a/b?c#d", "[::"])
def test_a_host_that_is_none(client, host):
    """A Host header that names no host is refused, and never gets into a query."""
    assert 400 == client.get("/sparql", headers={"Host": host}).status_code


@pytest.mark.parametrize("path", DOCUMENTS)
def test_an_unchanged_description_is_not_sent_again(client, path):
    """Who holds a description is told that it is still good."""
    tag = client.get(path).headers["ETag"]

    assert 304 == client.get(path, headers={"If-None-Match": tag}).status_code


@pytest.mark.parametrize(
    "address", ["example.org", "ftp://example.org", "https://", "https://a b", 'https://a">', "https://a?b"]
)
def test_a_public_url_that_is_none(address):
    """A public URL that no client could ask is refused at the start."""
    with pytest.raises(UsageProblem, match="KG_PUBLIC_URL"):
        load(public_url=address)
