"""The SPARQL endpoint: the protocol, as a table of requests and what they must give."""

from urllib.parse import quote

import pyoxigraph as ox
import pytest

SELECT = "SELECT * { ?s ?p ?o } LIMIT 1"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"
DESCRIBE = "DESCRIBE <https://w3id.org/werkkennis/id/component/barriers>"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
QUERY, FORM, UPDATE = "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update"
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, None, JSON),
        (SELECT, "*/*", JSON),
        (SELECT, JSON, JSON),
        (SELECT, "application/json", JSON),
        (SELECT, XML, XML),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "text/csv;q=0.5, " + XML, XML),
        (SELECT, "*/*, application/sparql-results+json;q=0", XML),
        (SELECT, "application/sparql-results+json;q=0.2, */*;q=0.1", JSON),
        (SELECT, CHROMIUM, "text/html"),
        (ASK, None, JSON),
        (ASK, XML, XML),
        (ASK, CHROMIUM, "text/html"),
        (CONSTRUCT, None, "text/turtle"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (DESCRIBE, "text/turtle;q=0.4, application/ld+json;q=0.9", "application/ld+json"),
        (CONSTRUCT, CHROMIUM, "text/html"),
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_formats(client, way, query, accept, media_type):
    """Each query form answers in the format asked for, whatever the way in which the query comes."""
    headers = {"Accept": accept} if accept else {}
    if way == "get":
        found = client.get("/sparql", query_string={"query": query}, headers=headers)
    elif way == "form":
        found = client.post("/sparql", data={"query": query}, headers=headers)
    else:
        found = client.post("/sparql", data=query, content_type=QUERY, headers=headers)

    assert 200 == found.status_code
    assert media_type == found.mimetype
    assert "*" == found.headers["Access-Control-Allow-Origin"]


@pytest.mark.parametrize(
    ("query", "form", "suffix"),
    [(SELECT, "csv", "csv"), (ASK, "xml", "xml"), (CONSTRUCT, "json", "jsonld"), (CONSTRUCT, "xml", "rdf")],
)
def test_a_file_has_the_name_of_its_format(client, query, form, suffix):
    """What is asked for by the name of a format is saved under what it is: a graph as XML is RDF/XML, and so on."""
    found = client.get("/sparql", query_string={"query": query, "format": form})

    assert f'inline; filename="answer.{suffix}"' == found.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("method", "arguments", "status"),
    [
        ("get", {"query_string": {}, "headers": {"Accept": JSON}}, 400),
        ("get", {"query_string": {"query": ""}}, 400),
        ("get", {"query_string": {"query": "SELECT"}}, 400),
        ("get", {"query_string": "query=ASK%7B%7D&query=ASK%7B%7D"}, 400),
        ("get", {"query_string": {"query": ASK, "format": "csv"}}, 406),
        ("get", {"query_string": {"query": SELECT}, "headers": {"Accept": "image/png"}}, 406),
        ("get", {"query_string": {"query": CONSTRUCT}, "headers": {"Accept": "text/csv"}}, 406),
        ("get", {"query_string": {"query": "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"}}, 403),
        ("get", {"query_string": {"query": "SELECT * { SERVICE SILENT <http://example.org/> { ?s ?p ?o } }"}}, 403),
        ("get", {"query_string": {"update": "CLEAR ALL"}}, 403),
        ("get", {"query_string": {"query": "INSERT DATA { <a:a> <a:a> <a:a> }"}}, 403),
        ("post", {"data": {"update": "CLEAR ALL"}}, 403),
        ("post", {"data": "CLEAR ALL", "content_type": UPDATE}, 403),
        ("post", {"data": {}}, 415),
        ("post", {"data": "x=1", "content_type": FORM}, 400),
        ("post", {"data": b"", "content_type": QUERY}, 400),
        ("post", {"data": b"ASK { ?s ?p '\xff' }", "content_type": QUERY}, 400),
        ("post", {"data": "{}", "content_type": "application/json"}, 415),
        ("post", {"data": "ASK {}", "content_type": "text/plain"}, 415),
        ("post", {"data": b"#" * 2_000_001, "content_type": QUERY}, 413),
        ("post", {"data": {"query": "#" * 2_000_001}}, 413),
        ("put", {"data": ASK, "content_type": QUERY}, 405),
        ("delete", {}, 405),
    ],
)
def test_what_is_refused(client, method, arguments, status):
    """A request that is wrong has the status that says how, and a problem document with a sentence."""
    found = getattr(client, method)("/sparql", **arguments)

    assert status == found.status_code
    assert "application/problem+json" == found.mimetype
    assert found.json["detail"]


def test_a_syntax_error_says_where(client):
    """The engine's message with line and column comes back."""
    found = client.get("/sparql", query_string={"query": "SELECT *\n{ ?s ?p }"})

    assert 400 == found.status_code
    assert "2:" in found.json["detail"]


def test_a_syntax_error_is_said_at_the_field_of_the_form(client):
    """In a browser the query stays in the form and the message stands at it."""
    page = client.post("/sparql", data={"query": "SELECT <b>", "format": "html"})

    assert 400 == page.status_code
    assert "SELECT &lt;b&gt;" in page.text
    assert 'aria-describedby="problem"' in page.text


def test_head_and_options(client):
    """HEAD and OPTIONS answer without a body and let other sites ask."""
    head, options = (getattr(client, name)("/sparql", query_string={"query": ASK}) for name in ("head", "options"))

    assert [(200, b""), (204, b"")] == [(found.status_code, found.data) for found in (head, options)]
    assert "*" == head.headers["Access-Control-Allow-Origin"]
    assert "POST" in options.headers["Access-Control-Allow-Methods"]


def test_a_default_graph_narrows_the_data(client):
    """With ``default-graph-uri`` only that graph is asked; two of them are merged."""
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g LIMIT 2"
    found = client.get("/sparql", query_string={"query": graphs}).json["results"]["bindings"]
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def size(*names):
        query = f"query={quote(count)}" + "".join(f"&default-graph-uri={quote(name)}" for name in names)
        return int(client.get(f"/sparql?{query}").json["results"]["bindings"][0]["n"]["value"])

    one, other = (row["g"]["value"] for row in found)
    assert size(one) + size(other) == size(one, other) < size()


def test_a_named_graph_narrows_the_data(client):
    """With ``named-graph-uri`` only that graph can be named, in the address and beside a posted query."""
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    name = "https://w3id.org/werkkennis/id/graph/ontology.kg"
    by_get = client.get("/sparql", query_string={"query": query, "named-graph-uri": name})
    by_post = client.post(f"/sparql?named-graph-uri={quote(name)}", data=query, content_type=QUERY)

    assert [name] == [row["g"]["value"] for row in by_get.json["results"]["bindings"]]
    assert by_get.json == by_post.json


def test_percent_signs_are_decoded_once(client):
    """An IRI with an escaped space stays as it is."""
    query = "SELECT (<http://e/a%20b> AS ?x) {}"
    found = client.get(f"/sparql?query={quote(query)}").json

    assert "http://e/a%20b" == found["results"]["bindings"][0]["x"]["value"]


def test_the_word_service_in_a_text_is_no_call(client):
    """A query that speaks of SERVICE in a string or a comment is answered."""
    assert 200 == client.get("/sparql", query_string={"query": 'ASK { ?s ?p "SERVICE" } # SERVICE'}).status_code


def test_a_browser_without_a_query_gets_a_form_with_an_example(client):
    """The form has a label for each field, and its example runs."""
    page = client.get("/sparql", headers={"Accept": CHROMIUM, "Accept-Language": "nl"})

    assert 200 == page.status_code
    assert '<label for="query">' in page.text
    assert "gaps-by-concept" in page.text or "SELECT" in page.text


def test_a_browser_sees_the_answer_as_a_table(client):
    """The rows of a SELECT stand in a table under the names of their variables, with links to things."""
    query = "SELECT ?thing { VALUES ?thing { <https://w3id.org/werkkennis/id/component/barriers> } }"
    page = client.post("/sparql", data={"query": query, "format": "html"}).text

    assert '<th scope="col">thing</th>' in page
    assert '<a href="/doc/component/barriers">component:barriers</a>' in page


def test_markup_in_an_answer_is_text(client):
    """What a query makes up is shown, never run."""
    query = 'SELECT ("<script>alert(1)</script>" AS ?x) (<javascript:alert(1)> AS ?y) {}'
    page = client.post("/sparql", data={"query": query, "format": "html"}).text

    assert "<script>" not in page
    assert 'href="javascript' not in page


def test_the_results_are_read_by_an_engine(client):
    """Every graph format parses to the same number of triples."""
    for suffix, form in {"ttl": "TURTLE", "nt": "N_TRIPLES", "rdf": "RDF_XML", "jsonld": "JSON_LD"}.items():
        body = client.get("/sparql", query_string={"query": DESCRIBE, "format": suffix}).data
        found = list(ox.parse(body, format=getattr(ox.RdfFormat, form)))
        assert len(found) == len(
            list(ox.parse(client.get("/sparql", query_string={"query": DESCRIBE}).data, format=ox.RdfFormat.TURTLE))
        )


def test_an_answer_too_large_for_a_page(client):
    """A browser that asks for everything is told to take another form; as data it gets everything."""
    query = "SELECT * { ?s ?p ?o }"
    page = client.post("/sparql", data={"query": query, "format": "html"}, headers={"Accept-Language": "en"})

    assert "too large for a page" in page.text
    assert 2_000_000 < len(client.post("/sparql", data={"query": query, "format": "json"}).data)
