"""The door to the graph: any query, in any format, over the graphs that it names."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadQuery, NotAcceptable
from kg.store import GRAPH_FORMATS, RESULT_FORMATS, EmbeddedStore, Table, read_table
from kg.vocabulary import XSD

DATA = """
<x:a> <x:p> "a, \\"één\\"\\n"@nl <x:graph-a> .
<x:b> <x:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <x:graph-b> .
<x:b> <x:q> <x:a> <x:graph-b> .
<x:c> <x:p> "c" <x:graph-c> .
<https://w3id.org/werkkennis/id/thing/d> <http://www.w3.org/2004/02/skos/core#broader> _:e <x:graph-d> .
"""
SUBJECTS = "SELECT DISTINCT ?s {} WHERE {{ ?s <x:p> ?o }} ORDER BY ?s"
NAMED = "SELECT DISTINCT ?s {} WHERE {{ GRAPH ?g {{ ?s <x:p> ?o }} }} ORDER BY ?s"


@pytest.fixture(scope="module")
def store():
    """A store with a few statements, each in a named graph."""
    engine = ox.Store()
    engine.bulk_load(DATA.encode(), format=ox.RdfFormat.N_QUADS)
    return EmbeddedStore(engine)


def first(offered):
    """Take the first format that is offered."""
    return offered[0]


def taking(media_type):
    """Take this format or none."""

    def choose(offered):
        if media_type not in offered:
            raise NotAcceptable(", ".join(offered))
        return media_type

    return choose


def found(store, query, **graphs):
    """Return the values of the only column of a query's answer."""
    reply = store.reply(query, taking("text/csv"), **graphs)
    return [row[0] for row in list(csv.reader(io.StringIO(reply.body.decode())))[1:]]


def test_a_select_is_a_table(store):
    """A SELECT gives its columns in the order of the query and its rows in the order asked for."""
    table = store.select("SELECT ?o ?s ?none WHERE { ?s <x:p> ?o } ORDER BY ?s")
    assert table == Table(
        ("o", "s", "none"),
        (
            (ox.Literal('a, "één"\n', language="nl"), ox.NamedNode("x:a"), None),
            (ox.Literal(2), ox.NamedNode("x:b"), None),
            (ox.Literal("c"), ox.NamedNode("x:c"), None),
        ),
    )
    assert table.records()[1] == {"o": "2", "s": "x:b", "none": ""}


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.builds(ox.Literal, st.text()),
            st.builds(ox.Literal, st.text(), language=st.sampled_from(["nl", "en", "en-gb"])),
            st.builds(
                ox.Literal,
                st.text(st.sampled_from("01.+-e aINF"), max_size=5),
                datatype=st.sampled_from(
                    [ox.NamedNode(XSD + name) for name in ("integer", "decimal", "double", "date")]
                ),
            ),
            st.sampled_from([ox.NamedNode("https://example.org/é?a=%20b"), ox.Literal(value=True)]),
        ),
        max_size=6,
    )
)
def test_a_table_is_read_as_it_was_whatever_it_holds(store, terms):
    rows = " ".join("UNDEF" if term is None else str(term) for term in terms)
    query = f"SELECT ?x {{ VALUES ?x {{ {rows} }} }}"
    expected = Table(("x",), tuple((term,) for term in terms))
    assert store.select(query) == expected
    media_type = "application/sparql-results+json"
    assert read_table(store.reply(query, taking(media_type)).read(), media_type) == expected


def test_a_statement_about_a_statement_is_not_read(store):
    with pytest.raises(TypeError, match="about a statement"):
        store.select("SELECT ?x { BIND(<<( <x:a> <x:p> <x:b> )>> AS ?x) }")


def test_the_store_counts_its_statements(store):
    """The store knows how many statements it holds."""
    assert len(store) == 5


def test_the_default_graph_is_the_union(store):
    """A query that names no graph sees every graph, and GRAPH still tells which is which."""
    assert found(store, SUBJECTS.format("")) == ["x:a", "x:b", "x:c"]
    query = "SELECT ?g WHERE { GRAPH ?g { <x:b> ?p ?o } <x:a> <x:p> ?label }"
    assert found(store, query) == ["x:graph-b", "x:graph-b"]


@pytest.mark.parametrize(
    ("pattern", "clause", "expected"),
    [
        (SUBJECTS, "FROM <x:graph-a>", ["x:a"]),
        (SUBJECTS, "from<x:graph-a>FROM <x:graph-b>", ["x:a", "x:b"]),
        (SUBJECTS, "# FROM\nFROM # <\n <x:graph-a>", ["x:a"]),
        (SUBJECTS, "FROM NAMED <x:graph-a>", []),
        (SUBJECTS, "FROMNAMED <x:graph-a>", []),
        (SUBJECTS, "FROM <x:graph-b> FROM NAMED <x:graph-a>", ["x:b"]),
        (SUBJECTS, "FROM <x:unknown>", []),
        (NAMED, "", ["x:a", "x:b", "x:c"]),
        (NAMED, "FROM <x:graph-a>", []),
        (NAMED, "FROM NAMED <x:graph-a>", ["x:a"]),
        (NAMED, "FROM <x:graph-b> FROM NAMED <x:graph-a> FROM NAMED <x:graph-c>", ["x:a", "x:c"]),
        ("PREFIX ex: <x:> " + SUBJECTS, "FROM ex:graph-c", ["x:c"]),
        ("PREFIX named: <x:> " + SUBJECTS, "FROM named:graph-c", ["x:c"]),
        ("PREFIX ex: <x:> " + NAMED, "FROM NAMED ex:graph-c", ["x:c"]),
    ],
)
def test_the_data_set_of_the_query_is_respected(store, pattern, clause, expected):
    """FROM and FROM NAMED in a query choose what it reads, exactly as SPARQL 1.1 says (section 13.2)."""
    assert found(store, pattern.format(clause)) == expected


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?s WHERE { ?s <x:p> "c" } # FROM <x:graph-a>',
        'SELECT ?s WHERE { ?s <x:p> "c" , ?o FILTER(?o != " FROM <x:graph-a> ") }',
        "SELECT ?s WHERE { ?s <x:p> ?from FILTER(STR(?from) = 'c') }",
        "PREFIX from: <x:> SELECT ?s WHERE { ?s from:p ?o FILTER(?s = from:c) }",
        "PREFIX ex: <x:> SELECT ?s WHERE { ?s ex:p ?o FILTER(?s = ex:c && ?s != ex:from) }",
        "SELECT ?s WHERE { ?s <x:p> ?o FILTER(?s = <x:c> && ?s != <x:from#>) }",
        "SELECT ?s WHERE { ?s <x:p> ?o FILTER(?s = <x:c> && LANG(?o) != 'from') }",
    ],
)
def test_what_only_looks_like_a_data_set_is_none(store, query):
    """The word FROM in a comment, a string, an IRI, a variable or a name leaves the union as it is."""
    assert found(store, query) == ["x:c"]


@pytest.mark.parametrize(
    ("pattern", "graphs", "expected"),
    [
        (SUBJECTS.format(""), {"default_graphs": ["x:graph-a"]}, ["x:a"]),
        (SUBJECTS.format(""), {"default_graphs": ["x:graph-a", "x:graph-c"]}, ["x:a", "x:c"]),
        (SUBJECTS.format(""), {"named_graphs": ["x:graph-a"]}, []),
        (NAMED.format(""), {"default_graphs": ["x:graph-a"]}, []),
        (NAMED.format(""), {"named_graphs": ["x:graph-a", "x:graph-b"]}, ["x:a", "x:b"]),
        (NAMED.format(""), {"default_graphs": ["x:graph-c"], "named_graphs": ["x:graph-b"]}, ["x:b"]),
        (SUBJECTS.format("FROM <x:graph-a>"), {"default_graphs": ["x:graph-b"]}, ["x:b"]),
        (NAMED.format("FROM NAMED <x:graph-a>"), {"default_graphs": ["x:graph-b"]}, []),
        (SUBJECTS.format("FROM <x:graph-a>"), {"named_graphs": ["x:graph-b"]}, []),
    ],
)
def test_the_data_set_of_the_request_goes_first(store, pattern, graphs, expected):
    """Graphs named in the request are the data set, whatever the query says (SPARQL 1.1 Protocol, section 2.1.4)."""
    assert found(store, pattern, **graphs) == expected


def test_a_graph_that_is_no_iri_is_refused(store):
    """A graph name in the request that is no IRI is the caller's mistake."""
    with pytest.raises(BadQuery, match="IRI"):
        store.reply(SUBJECTS.format(""), first, default_graphs=["no iri"])


def read_json(body):
    """Read the values of a column from JSON."""
    return [row["o"]["value"] for row in json.loads(body)["results"]["bindings"]]


def read_xml(body):
    """Read the values of a column from XML."""
    name = "{http://www.w3.org/2005/sparql-results#}binding"
    return ["".join(binding.itertext()) for binding in ET.fromstring(body).iter(name)]  # noqa: S314 - our own


def read_csv(body):
    """Read the values of a column from CSV."""
    return [row["o"] for row in csv.DictReader(io.StringIO(body.decode(), newline=""))]


def read_tsv(body):
    """Read the values of a column from TSV, whose terms are written as in SPARQL."""
    lines = body.decode().splitlines()
    triples = (next(ox.parse(f"<x:s> <x:p> {line} .", format=ox.RdfFormat.TURTLE)) for line in lines[1:])
    return [triple.object.value for triple in triples]


READERS = {
    "application/sparql-results+json": read_json,
    "application/sparql-results+xml": read_xml,
    "text/csv": read_csv,
    "text/tab-separated-values": read_tsv,
}


@pytest.mark.parametrize("media_type", RESULT_FORMATS)
def test_a_table_in_every_format(store, media_type):
    """Each format of a table holds the same values, quotes and line ends too, and bears its media type."""
    reply = store.reply("SELECT ?o WHERE { ?s <x:p> ?o } ORDER BY ?s", taking(media_type))
    assert reply.media_type == media_type
    assert READERS[media_type](reply.body) == ['a, "één"\n', "2", "c"]


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
@pytest.mark.parametrize("query", ["CONSTRUCT { ?s <x:p> ?o } WHERE { ?s <x:p> ?o }", "DESCRIBE <x:a> <x:b> <x:c>"])
def test_a_graph_in_every_format(store, media_type, query):
    """Each format of a graph can be read back to the same statements."""
    reply = store.reply(query, taking(media_type))
    assert reply.media_type == media_type
    triples = [quad.triple for quad in ox.parse(reply.body, format=GRAPH_FORMATS[media_type])]
    expected = {
        ox.Triple(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.Literal('a, "één"\n', language="nl")),
        ox.Triple(ox.NamedNode("x:b"), ox.NamedNode("x:p"), ox.Literal(2)),
        ox.Triple(ox.NamedNode("x:c"), ox.NamedNode("x:p"), ox.Literal("c")),
    }
    assert expected <= set(triples)
    assert len(triples) == len(set(triples)) == (3 if query.startswith("CONSTRUCT") else 4)


def test_turtle_uses_the_prefixes_that_people_know(store):
    """A graph in Turtle is written with our prefixes."""
    body = store.reply(
        "CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p ?o FILTER(ISBLANK(?o)) }", taking("text/turtle")
    ).body.decode()
    assert "@prefix skos: <http://www.w3.org/2004/02/skos/core#> ." in body
    assert "skos:broader" in body


@pytest.mark.parametrize(("pattern", "expected"), [("<x:a> ?p ?o", True), ("<x:z> ?p ?o", False)])
def test_a_yes_or_no(store, pattern, expected):
    """ASK answers in JSON and XML, and is not offered as a table."""
    query = f"ASK {{ {pattern} }}"
    assert json.loads(store.reply(query, taking("application/sparql-results+json")).body)["boolean"] is expected
    body = store.reply(query, taking("application/sparql-results+xml")).body
    assert ET.fromstring(body).findtext("{*}boolean") == str(expected).lower()  # noqa: S314 - our own
    for media_type in ("text/csv", "text/tab-separated-values", "text/turtle"):
        with pytest.raises(NotAcceptable, match=r"json, application/sparql-results\+xml$"):
            store.reply(query, taking(media_type))


@pytest.mark.parametrize("query", ["ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <x:a>"])
def test_only_a_select_is_a_table(store, query):
    """Asking for a table of another kind of query is refused in words."""
    with pytest.raises(BadQuery, match="a SELECT query is needed"):
        store.select(query)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * {\n  ?s ?p ?o\n  FLITER(?o)\n}", "3:"),
        ("", "1:1"),
        ("SELECT * { ?s unknown:p ?o }", "1:"),
        ("SELECT ?s { ?s ?p", "1:18"),
        ("SELECT (COUNT(?s) AS ?n) ?s { ?s ?p ?o } GROUP BY ?o", "SELECT"),
    ],
)
def test_a_query_that_cannot_be_read_is_told_with_its_place(store, query, place):
    """A mistake in a query gives the engine's sentence, with line and column where it has them."""
    with pytest.raises(BadQuery, match=place):
        store.select(query)
    with pytest.raises(BadQuery, match=place):
        store.reply(query, first)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <x:a> <x:p> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP GRAPH <x:graph-a>",
        "LOAD <file:///etc/passwd>",
        "CREATE GRAPH <x:new>",
        "SELECT * {} ; CLEAR ALL",
    ],
)
def test_updates_are_refused_and_change_nothing(store, update):
    """Nothing can be written through a query: an update is no query, and every statement is still there."""
    with pytest.raises(BadQuery):
        store.reply(update, first)
    assert len(store) == 5
