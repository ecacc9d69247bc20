"""Refusing federated queries, held against how the engine itself reads a query."""

import re
import time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import FederationRefused
from kg.federation import refuse_federation
from kg.store import EmbeddedStore
from kg.words import readings
from surroundings import ROOT

ENGINE = ox.Store()
P = "PREFIX ex: <x:> PREFIX : <y:> "


def parses(query):
    """Tell whether the engine can read a query."""
    try:
        ENGINE.query(query)
    except SyntaxError:
        return False
    except (OSError, RuntimeError):  # it was read, and running it failed
        return True
    return True


def is_call(query):
    """Tell whether the engine reads a service call in a query.

    In a name, a string or a comment another word may stand; where the engine needs the keyword, none may.
    """
    return parses(query) and not parses(re.sub("service", "sxrvice", query, flags=re.IGNORECASE))


def refused(query):
    """Tell whether we refuse a query."""
    try:
        refuse_federation(query)
    except FederationRefused:
        return True
    return False


CALLS = {
    "plain": "SELECT * { SERVICE <x:y> { ?s ?p ?o } }",
    "lower case": "select * { service <x:y> { ?s ?p ?o } }",
    "mixed case": "SELECT * { sErViCe <x:y> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <x:y> { ?s ?p ?o } }",
    "variable": "SELECT * { ?s ?p ?u SERVICE ?u { ?a ?b ?c } }",
    "dollar variable": "SELECT * { SERVICE $u { ?a ?b ?c } }",
    "prefixed name": P + "SELECT * { SERVICE ex:y { ?s ?p ?o } }",
    "relative IRI": "BASE <x:y> SELECT * { SERVICE <> {} }",
    "nested": "SELECT * { { { OPTIONAL { SERVICE <x:y> { ?s ?p ?o } } } } }",
    "sub-select": "SELECT * { { SELECT ?s { SERVICE <x:y> { ?s ?p ?o } } } }",
    "in exists": "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <x:y> { ?s ?p ?o } } }",
    "in not exists in an expression": "SELECT (NOT EXISTS { SERVICE <x:y> {} } AS ?x) {}",
    "in a graph": "SELECT * { GRAPH ?g { SERVICE <x:y> { ?s ?p ?o } } }",
    "in minus": "SELECT * { MINUS { SERVICE <x:y> { ?s ?p ?o } } }",
    "in union": "SELECT * { {} UNION { SERVICE <x:y> { ?s ?p ?o } } }",
    "in a service": "SELECT * { SERVICE <x:y> { SERVICE <x:z> {} } }",
    "ask": "ASK { SERVICE <x:y> { ?s ?p ?o } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <x:y> { ?s ?p ?o } }",
    "construct where": "CONSTRUCT { <x:a> <x:b> 1 } { { SERVICE SILENT <x:y> {} } }",
    "describe": "DESCRIBE ?s { SERVICE <x:y> { ?s ?p ?o } }",
    "glued to the brace": "SELECT*{SERVICE<x:y>{}}",
    "glued to a variable": "SELECT * {SERVICE?u{}}",
    "glued to silent": "SELECT * { SERVICESILENT <x:y> {} }",
    "glued to an empty prefix": P + "SELECT * { SERVICE:y {} }",
    "glued to a prefix": P + "SELECT * { SERVICEex:y {} }",
    "glued to silent and a prefix": P + "SELECT * { SERVICESILENTex:y {} }",
    "a prefix of that name": "PREFIX service: <x:> PREFIX : <y:> SELECT * { service:y { ?s ?p ?o } }",
    "glued to a number": "SELECT * { ?s ?p 1SERVICE <x:y> {} }",
    "glued to an exponent": "SELECT * { ?s ?p 1e5SERVICE <x:y> {} }",
    "glued to true": "SELECT * { ?s ?p trueSERVICE <x:y> {} }",
    "glued on both sides": P + "SELECT * { ?s ?p trueSERVICEex:y {} }",
    "glued to a string": "SELECT * { ?s ?p 'x'SERVICE <x:y> {} }",
    "glued to an IRI": "SELECT * { ?s ?p <x:y>SERVICE <x:y> {} }",
    "glued to a dot": "SELECT * { ?s ?p ?o.SERVICE <x:y> {} }",
    "a dot after an empty name": P + "SELECT * { ?s ?p ex:.SERVICE <x:y> {} }",
    "after a comment": "SELECT * { # nothing\n SERVICE <x:y> {} }",
    "after a comment that a return ends": "SELECT * { # nothing\rSERVICE <x:y> {} }",
    "comments in between": "SELECT * { SERVICE # {\n SILENT#<x:z>\r\n\t<x:y> # }\n # }\n {} }",
    "a comment with a quote": "SELECT * { # '''\n SERVICE <x:y> {} # '''\n }",
    "a comment with a bracket": "SELECT * { #<\n SERVICE <x:y> {} #>\n }",
    "after less than": "SELECT * { FILTER(1<2)SERVICE#>\n<x:y>{} }",
    "a comment after less than": "SELECT * { FILTER(1<2)#>'''\nSERVICE <x:y> {} #'''\n}",
    "between less and more": "SELECT * { FILTER(?a<?b) SERVICE<x:y>{} FILTER(?a>?b) }",
    "in a triple": "SELECT * { <<?a#>'''\n ?b ?c >> ?p ?o . SERVICE <x:y> {} #'''\n}",
    "an IRI with an escape": "SELECT * { ?s <x:y#\\u0041> '\\u0027' . SERVICE <x:y> {} #'''\n}",
    "after a long string": 'SELECT * { ?s ?p """a"b""c\\"""" SERVICE <x:y> {} }',
    "after a string with an escaped quote": "SELECT * { ?s ?p 'it\\'s' SERVICE <x:y> {} #'\n}",
    "after an escaped backslash": "SELECT * { ?s ?p '\\\\' SERVICE <x:y> {} #'\n}",
    "a long string that is none": "SELECT * { ?s ?p ('''a' #\\q\n) . SERVICE <x:y> {} #'''\n}",
    "a long string with half a character": "SELECT * { ?s ?p ('''a' #\\uD800\n) . SERVICE <x:y> {} #'''\n}",
    "after a language": "SELECT * { ?s ?p 'x'@en SERVICE <x:y> {} }",
    "after a name with a dot": P + "SELECT * { ?s ?p ex:a.b . SERVICE <x:y> {} }",
}  # fmt: skip

LOOK_ALIKES = {
    "a string": 'SELECT * { ?s ?p "SERVICE <x:y> {}" }',
    "a string with the other quote": "SELECT * { ?s ?p \"it's\" ; ?q 'SERVICE <x:y> {}' }",
    "a string with an escaped quote": 'SELECT * { ?s ?p "\\" SERVICE <x:y> {}" }',
    "a long string": "SELECT * { ?s ?p '''\n' SERVICE <x:y> {} ''\n''' }",
    "a comment": "SELECT * { ?s ?p ?o } # SERVICE <x:y> {}",
    "a comment after an IRI with a hash": "SELECT * { ?s <x:y#z> ?o # SERVICE <x:y> {}\n }",
    "an IRI": "SELECT * { ?s <http://example.org/SERVICE> ?o }",
    "an IRI with a hash": "SELECT * { GRAPH <http://example.org/service#> { ?s ?p ?o } }",
    "an IRI with a port": "SELECT * { GRAPH <http://service:8080/> { ?s ?p ?o } }",
    "an IRI of another scheme": "SELECT * { GRAPH <urn:service:x> { ?s ?p ?o } }",
    "a graph of that name": "SELECT * { GRAPH <http://example.org/service> { ?s ?p ?o } }",
    "a prefix": "PREFIX service: <x:> SELECT * { ?s service:x ?o . service:y service: service:z }",
    "a prefix of a graph": "PREFIX service: <x:> SELECT * { GRAPH service:x { ?s ?p ?o } }",
    "a prefix of a data set": "PREFIX service: <x:> SELECT * FROM service:x FROM NAMED service:y { ?s ?p ?o }",
    "a prefix that is described": "PREFIX service: <x:> DESCRIBE service:x { ?s ?p ?o }",
    "part of a prefix": "PREFIX my-service.v1: <x:> SELECT * { ?s my-service.v1:x ?o }",
    "a local name": P + "SELECT * { ?s ex:service ?o ; ex:my.service ex:a-service , ex:a%20service , ex:a\\,service }",
    "a local name with a mark": P + "SELECT * { ?s ex:e\u0301service ?o }",
    "variables": "SELECT ?service { ?service ?serviceKind $service }",
    "a variable with a mark": "SELECT ?x\u203fservice { ?x·service ?p ?o }",
    "a language": "SELECT * { ?s ?p 'x'@service , 'y'@en-service }",
    "a datatype": P + "SELECT * { ?s ?p '1'^^ex:service , '1'^^<x:service> }",
    "a blank node": "SELECT * { _:service ?p _:a.service }",
    "a new variable": "SELECT (COUNT(*) AS ?services) { ?s ?p ?o }",
    "an escaped quote": "SELECT * { ?s ?p '\\u0027 service ' }",
    "between less and more": "PREFIX service: <x:> SELECT * { ?a ?b ?c FILTER(?a < ?b && service:f(?b) > ?c) }",
}  # fmt: skip


@pytest.mark.parametrize("query", CALLS.values(), ids=CALLS)
def test_a_call_is_refused_in_every_disguise(query):
    """What the engine reads as a call to another endpoint is refused, however it is written."""
    assert is_call(query)
    assert refused(query)


@pytest.mark.parametrize("query", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_what_only_looks_like_a_call_passes(query):
    """The word in a string, an IRI, a comment or a name is no call: the engine reads the query and we let it pass."""
    assert parses(query)
    assert not is_call(query)
    assert not refused(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { \\u0053ERVICE <x:y> {} }",
        "SELECT * { SERV\\U00000049CE <x:y> {} }",
        "SELECT * { #\\u000a SERVICE <x:y> {} \n}",
        "SELECT * { ?s ?p '\\u0027 SERVICE <x:y> {} #' \n}",
    ],
)
def test_an_escape_that_other_engines_would_read_first_is_refused(query):
    """SPARQL 1.1 reads escaped characters before anything else; this engine does not, another behind the store may."""
    assert not is_call(query)
    assert refused(query)


def test_the_store_never_runs_a_refused_query():
    """The store's two doors refuse; SILENT would have hidden that the engine tried to call."""
    store = EmbeddedStore(ENGINE)
    query = "SELECT * { SERVICE SILENT <http://localhost:1/> { ?s ?p ?o } }"
    assert len(list(ENGINE.query(query))) == 1
    with pytest.raises(FederationRefused, match="SERVICE is refused"):
        store.select(query)
    with pytest.raises(FederationRefused, match="SERVICE is refused"):
        store.reply(query, lambda offered: offered[0])


def test_every_place_in_a_query_is_read_once():
    """However many readings a query has, no place in it is read twice, so that a long one cannot hold the server."""
    query = "SELECT * { ?s ?p 'service' " + ", <x:y> , ?a<<<b , ex:b.c.d , 1.5 , 'd'" * 2000 + " }"
    starts = [token.start() for token in readings(query)]
    assert len(starts) == len(set(starts))
    assert not refused(query)


SPACE = st.sampled_from((" ", "\n", "\t", "\r\n", " # x\n", " # SERVICE {\r", "\n#'\n", ' #"""\n'))
MAYBE_SPACE = st.one_of(st.just(""), SPACE)
WORD = st.text("abc service<>{}'\"#\\.:?@\u0301é\n", max_size=20)
PATTERNS = st.sampled_from(
    (
        "?s ?p ?o .", "?service <x:service> [ ex:service 1 ] .", "?s ex:service ex:a.b .", "FILTER(1<2)", "FILTER(?a<?b && ?b>?a)",
        "VALUES ?x { UNDEF 'service' }", "OPTIONAL { ?s ?p 1.5e3 }", "FILTER(?s != 'x'@service)", "?s ?p ('a' '''b''') .",
        "{ SELECT ?s { ?s ?p 'service' } }", "GRAPH service:x { ?s ?p ?o }", "?s <x:y#z> <x:a'b> .", "?s ?p true .", "",
        "FILTER NOT EXISTS { ?s service:p ?o }", "?s ex:p/ex:q*|^ex:r ?o .", "?s ?p <<( ?a ?b ?c )>> .",
    )
)  # fmt: skip
GROUPS = st.sampled_from(
    ("{{{}}}", "{{OPTIONAL{{{}}}}}", "{{{{SELECT*{{{}}}}}}}", "{{MINUS{{{}}}}}", "{{GRAPH ?g{{{}}}}}")
)


def quoted(text, quote):
    """Write a text as a SPARQL string."""
    escaped = text.replace("\\", "\\\\").replace(quote[0], f"\\{quote[0]}")
    return quote + (escaped if len(quote) > 1 else escaped.replace("\n", "\\n")) + quote


LITERALS = st.builds(quoted, WORD, st.sampled_from(("'", '"', "'''", '"""'))).map("?s ?p {} .".format)
COMMENTS = WORD.map(lambda text: "#{}\n".format(text.replace("\n", " ")))
PARTS = st.lists(st.one_of(PATTERNS, LITERALS, COMMENTS), max_size=4)
HEAD = "PREFIX ex: <x:> PREFIX : <y:> PREFIX service: <z:> SELECT * "


@st.composite
def calls(draw):
    """Write a query that holds a call somewhere, decorated at random."""
    word = "".join(draw(st.sampled_from((letter, letter.lower()))) for letter in "SERVICE")
    silent = draw(st.sampled_from(("", "SILENT", "silent")))
    address = draw(st.sampled_from(("<x:y>", "<x:y#>", "?u", "$service", "ex:y", ":y", "ex:", "service:a.b")))
    call = (
        word + draw(MAYBE_SPACE) + silent + (draw(MAYBE_SPACE) if silent else "") + address + draw(MAYBE_SPACE) + "{}"
    )
    before, after = (draw(SPACE).join(draw(PARTS)) for _ in range(2))
    return HEAD + draw(GROUPS).format(before + draw(SPACE) + call + draw(MAYBE_SPACE) + after) + draw(MAYBE_SPACE)


@settings(max_examples=500, deadline=None)
@given(calls())
def test_a_decorated_call_is_refused(query):
    """Whatever stands around a call and however it is spaced, if the engine reads it, it is refused."""
    assert parses(query)
    assert is_call(query)
    assert refused(query)


@settings(max_examples=500, deadline=None)
@given(PARTS, GROUPS, SPACE)
def test_a_query_without_a_call_passes(parts, group, space):
    """A query with the word in its strings, comments and names only, is never refused."""
    query = HEAD + group.format(space.join(parts) + "\n")
    assert parses(query)
    assert not is_call(query)
    assert not refused(query)


FRAGMENTS = (
    "SERVICE", "service", "SERVICE SILENT", "SERVICESILENT", "?u", "<x:y>", "<x:y#>", "<x:service>", "<x:y#\\u0041>", "ex:a",
    "ex:", "ex:a.b", "ex:service", ":b", "service:x", "_:a", "{", "}", "{}", "(", ")", ".", ";", ",", "<", ">", "<=", "<<",
    ">>", "<<(", ")>>", "{|", "|}", "=", "&&", "!", "+", "-", "/", "^", "|", "?", "1", "1.", "1.5e3", "true", "a", '"x"',
    "'x'", "'''", '"""', "'", '"', "\\q", "\\u0041", "\\u0027", "#", "#>", "#\n", "\n", "\r", " ", " ", "@en", "^^", "FILTER",
    "BIND", "AS", "EXISTS", "GRAPH", "OPTIONAL", "MINUS", "UNION", "VALUES", "SELECT", "é", "·", "\u0301", "%20", "~", "[]",
    "?s ?p ?o .", "FILTER(1<2)", "SERVICE ?u {}", "SERVICE<x:y>{}", "SERVICE:b{}", "SERVICEex:b{}", "('''a' ", "#'''\n",
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("".join),
    st.sampled_from(("{}", "?s ?p '''{}''' ", "FILTER(1<{}) ", "?s ?p ( {} ) ", "<<{} ")),
    st.sampled_from(("SERVICE ?u {}", "SERVICE:b{}", "service:u {}", "1e5SERVICE<x:y>{}")),
    st.sampled_from(("", "#'''\n", '#"""\n', "#'\n", "#>\n")),
)
def test_no_call_slips_through(text, frame, call, rest):
    """Whatever characters come together: what the engine reads as a call is refused."""
    query = HEAD + "{" + frame.replace("{}", text) + call + rest + "}"
    assert not is_call(query) or refused(query)


def test_a_hostile_name_costs_no_time():
    """A name of many dots beside the word SERVICE is refused at once; its readings would take minutes."""
    query = "SELECT * { ?s " + "service.a" * 20_000 + ":b ?o }"
    started = time.monotonic()
    with pytest.raises(FederationRefused, match="refused unread"):
        refuse_federation(query)
    assert time.monotonic() - started < 2


def test_no_possessive_group():
    """Python before 3.11.5 takes too little with ``(…)*+`` (gh-106052), which would let a call through."""
    modules = list((ROOT / "src").rglob("*.py"))
    assert len(modules) > 100
    assert [] == [path for path in modules if re.search(r"\)[*+?]\+(?!,)", path.read_text("utf-8"))]
