"""The clients that researchers use, unchanged, against the running server."""

import pytest
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from small_server import serving

BARRIERS = "https://w3id.org/werkkennis/id/component/barriers"
LABEL = f'SELECT ?label {{ <{BARRIERS}> <{SKOS.prefLabel}> ?label FILTER(LANG(?label) = "en") }}'
ASK = f'ASK {{ <{BARRIERS}> a <{SKOS.Concept}> FILTER("a+b %20 é" = "a+b %20 é") }}'
CONSTRUCT = f"CONSTRUCT {{ <{BARRIERS}> a ?c }} WHERE {{ <{BARRIERS}> a ?c }}"
DESCRIBE = f"DESCRIBE <{BARRIERS}>"
DATA = f"""
<{BARRIERS}> <{RDF.type}> <{SKOS.Concept}> <x:graph> .
<{BARRIERS}> <{SKOS.prefLabel}> "Barriers"@en <x:graph> .
<{BARRIERS}> <{SKOS.prefLabel}> "Belemmeringen"@nl <x:graph> .
"""
WAYS = {"get": (GET, URLENCODED), "form": (POST, URLENCODED), "direct": (POST, POSTDIRECTLY)}
# SPARQLWrapper leaves its sockets to be collected, and still uses what rdflib has superseded.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore:ConjunctiveGraph:DeprecationWarning",
    "ignore:Dataset:DeprecationWarning",
)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    """The address of a running endpoint."""
    with serving(tmp_path_factory.mktemp("clients"), DATA.strip().encode() + b"\n") as (_, port):
        yield f"http://127.0.0.1:{port}/sparql"


@pytest.fixture(params=WAYS)
def wrapper(request, endpoint):
    """SPARQLWrapper, in each of the three ways of the protocol."""
    made = Wrapper(endpoint)
    made.setMethod(WAYS[request.param][0])
    made.setRequestMethod(WAYS[request.param][1])
    return made


@pytest.mark.parametrize("only_conneg", [False, True])
def test_sparqlwrapper_gets_a_table(wrapper, only_conneg):
    """A SELECT comes back in JSON, XML, CSV and TSV, whether it asks by parameter or by header alone."""
    wrapper.setOnlyConneg(only_conneg)
    wrapper.setQuery(LABEL)
    found = {}
    for form in (JSON, XML, CSV, TSV):
        wrapper.setReturnFormat(form)
        found[form] = wrapper.queryAndConvert()
    label = found[JSON]["results"]["bindings"][0]["label"]["value"]

    assert label
    assert label in found[XML].toxml()
    assert label in found[CSV].decode()
    assert f'"{label}"@en' in found[TSV].decode()


def test_sparqlwrapper_gets_yes_or_no(wrapper):
    """An ASK comes back, with every letter of the query as it was."""
    wrapper.setQuery(ASK)
    wrapper.setReturnFormat(JSON)

    assert wrapper.queryAndConvert()["boolean"] is True


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize("form", [None, XML, RDFXML, TURTLE, N3, JSONLD])
def test_sparqlwrapper_gets_a_graph(wrapper, query, form):
    """A CONSTRUCT or DESCRIBE comes back as a graph, in each format that SPARQLWrapper can ask for."""
    wrapper.setQuery(query)
    if form:
        wrapper.setReturnFormat(form)
    found = wrapper.queryAndConvert()
    graph = (
        found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle" if form == TURTLE else "n3")
    )

    assert (URIRef(BARRIERS), RDF.type, SKOS.Concept) in graph


def test_sparqlwrapper_hears_what_is_wrong(wrapper):
    """A mistake in a query comes back as SPARQLWrapper's own error, with the place."""
    wrapper.setQuery("SELECT * {")
    with pytest.raises(QueryBadFormed, match="error at 1:"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rdflib_asks_in_its_three_ways(endpoint, method, form):
    """The SPARQLStore of rdflib reads tables in each format, and walks the graph by patterns where it can.

    It reads no ASK in CSV or TSV, and asks for graphs in XML only.
    """
    store = SPARQLStore(endpoint, method=method, returnFormat=form)
    graph = Graph(store)

    assert "en" == next(iter(graph.query(LABEL)))[0].language or form == "csv"
    if form in {"json", "xml"}:
        assert graph.query(ASK).askAnswer
        assert (URIRef(BARRIERS), RDF.type, SKOS.Concept) in graph
        assert Literal("x") not in set(graph.objects(URIRef(BARRIERS), SKOS.prefLabel))
    if form == "xml":
        assert (URIRef(BARRIERS), RDF.type, SKOS.Concept) in graph.query(CONSTRUCT).graph
        assert (URIRef(BARRIERS), RDF.type, SKOS.Concept) in graph.query(DESCRIBE).graph
