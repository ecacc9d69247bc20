"""What is said of a query that cannot be read: where, why or what stands there; in one line, and no guesses."""

import pyoxigraph as ox
import pytest

from kg import questions
from kg.store.complaint import shortened
from kg.store.spread import spread
from kg.vocabulary import BASE, ID, RDF
from sparql_corpus import QUERIES

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
BEFORE = "put this before the query: PREFIX"


@pytest.fixture(scope="module")
def engine():
    """A store with one gap in it."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(f"{ID}gap/one"), ox.NamedNode(f"{RDF}type"), ox.NamedNode("x:y")))
    return store


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "1:1: the query is empty"),
        ("ASK {", "1:6: the query ends too early, after “ASK {”"),
        ("SELECT * { ?s ?p }", "1:18: cannot be read from “}” on, after “SELECT * { ?s ?p”"),
        ("ASK { ?s ?p ?o } x", "1:18: cannot be read from “x” on, after “ASK { ?s ?p ?o }”"),
        ("ASK {\n  ?s ?p ?o\n  FILTR(?o)\n}", "3:3: cannot be read from “FILTR(?o)” on, after “?s ?p ?o”"),
        ("SELCT * { }", "1:1: cannot be read from “SELCT * { }” on, at the beginning"),
        ("ASK{?s ?p ?o FILTER(REGX(?o))}", "1:21: cannot be read from “REGX(?o))}” on, after “ASK{?s ?p ?o FILTER(”"),
        ("ASK { } # so\nORDR BY ?s", "2:1: cannot be read from “ORDR BY ?s” on, after “ASK { } # so”"),
        ("SELECT ?s WHERE ?s", '1:17: cannot be read from “?s” on, after “SELECT ?s WHERE”; expected "{"'),
        (
            "ASK { ?s ?p 'no }\n}",
            "1:13: the text that begins with “'no }” is not closed, or holds an escape that is none",
        ),
        ("ASK { <x> ?p }", "1:14: cannot be read from “}” on, after “ASK { <x> ?p”"),
        (
            "SELECT ?s (COUNT(*) AS ?n) { }",
            "1:31: The SELECT contains a variable that is unbound; near “SELECT ?s (COUNT(*) AS ?n) { }”",
        ),
    ],
)
def test_a_complaint_is_a_line(engine, query, expected):
    """The word that cannot be read is named with its place; what the engine was looking for there is left out."""
    assert f"error at {expected}" == shortened(complaint(query), query, engine)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { ?a a foo:b }", "1:12: the prefix “foo:” is not declared"),
        ("ASK { ?a a foo:b. }", "1:12: the prefix “foo:” is not declared"),
        ("ASK { ?a rdfs:label ?b }", f"1:10: the prefix “rdfs:” is not declared; {BEFORE} rdfs: <{RDFS}>"),
        ("ASK { ?a a wk:Gap ; a x:y }", f"1:12: the prefix “wk:” is not declared; {BEFORE} wk: <{BASE}def#>"),
        ("ASK { GRAPH wk:a { } }", f"1:13: the prefix “wk:” is not declared; {BEFORE} wk: <{BASE}def#>"),
        ("ASK { gap:one a ?b }", f"1:7: the prefix “gap:” is not declared; {BEFORE} gap: <{ID}gap/>"),
        ("prefix rdfs: <x:>\nASK { ?a rdfs:x ?b . c:d ?e ?f }", "2:22: the prefix “c:” is not declared"),
    ],
)
def test_a_prefix_that_is_not_declared_is_named(engine, query, expected):
    """The line names the prefix, and gives the declaration of those that are known or that things here have."""
    assert f"error at {expected}" == shortened(complaint(query), query, engine)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * { ?s ?p }", "1:19: this cannot be read; near “SELECT * { ?s ?p }”, at the end of the query"),
        ("ASK { ?a a foo:b }", "1:17: Prefix not found; near “ASK { ?a a foo:b }”"),
        ("SELECT ?s WHERE ?s", '1:17: expected "{"; near “SELECT ?s WHERE ?s”'),
    ],
)
def test_an_engine_elsewhere_tells_less(query, expected):
    """Where the query cannot be read again, the line tells what stands near the engine's place, without guesses."""
    assert f"error at {expected}" == shortened(complaint(query), query)


def test_room_between_the_words_changes_nothing():
    """Every query that can be read can still be read when it is spread."""
    for query in [*QUERIES, *(questions.find(name).bind({}) for name in questions.names())]:
        text, places, _ = spread(query)
        if not complaint(query):
            assert "" == complaint(text[:-1]), query
            assert all(query[at] == text[place] for place, at in places[:-1])


def test_a_message_of_another_form_is_kept():
    """What is no list of tokens is passed on, cut when it is very long."""
    assert "No scheme found" == shortened("No scheme found", "")
    assert 302 == len(shortened("x" * 5000, ""))


def test_every_cut_query_is_told_in_a_short_line(engine):
    """Each query of the corpus, cut anywhere in its last line, is told in at most 300 characters with its place."""
    for query in QUERIES:
        for end in range(len(query) - 8, len(query)):
            if said := complaint(query[:end]):
                for line in (shortened(said, query[:end], engine), shortened(said, query[:end])):
                    assert line.startswith("error at ")
                    assert len(line) < 300
                    assert "\n" not in line


def complaint(query):
    """Return what the engine says of a query; nothing when it can be read."""
    try:
        ox.Store().query(query, base_iri=BASE)
    except SyntaxError as error:
        return str(error)
    return ""
