"""Anything at all is sent to the running server: it always answers, never with 500, and never calls out."""

import re
import shutil
import socket
import time
from http.client import HTTPConnection
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from small_server import serving
from sparql_corpus import QUERIES
from surroundings import UNCALLED

DATA = "".join(
    f"<http://e/{s}> <http://e/{p}> {o} <http://e/g> .\n"
    for s in "ab"
    for p in "pq"
    for o in ("<http://e/a>", "<http://e/b>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"x"@nl')
)
QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
SECONDS = 2
HONEST = {200, 400, 403, 413, 414, 504, 507}
CALLS = re.compile(r"connect\(\d+, \{sa_family=AF_INET6?, .*")
LISTENER = "@LISTENER@"
PIECES = [
    "{", "}", "(", ")", "[", "]", "<", ">", "<<", ">>", "<<(", ")>>", '"', "'", "'''", "\\", "\\u0053", "\\U0001F600", "#", "\n",
    "\r", "\x00", "\ufeff", ".", ";", ",", "?x", "$y", "_:z", "@nl", "^^", "*", "+", "|", "^", "!", "&&", "||", "a:b", ":",
    "SELECT", "WHERE", "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "BIND", "VALUES", "LATERAL", "ORDER BY", "NOT EXISTS",
    f"SERVICE <{LISTENER}> {{ ?s ?p ?o }}", f"SERVICE SILENT <{LISTENER}> {{}}", "SERVICE ?s { ?s ?p ?o }",
    f"BIND(<{LISTENER}> AS ?u) SERVICE ?u {{}}", f"LOAD <{LISTENER}>", f"; LOAD SILENT <{LISTENER}> INTO GRAPH <x:y>",
    f"FROM <{LISTENER}>", f"FROM NAMED <{LISTENER}>", f"GRAPH <{LISTENER}> {{ ?s ?p ?o }}", f"<{LISTENER}>(?x)",
    f"PREFIX s: <{LISTENER}>", f"BASE <{LISTENER}>", f"{{ SELECT * {{ SERVICE <{LISTENER}> {{ ?s ?p ?o }} }} }}",
]  # fmt: skip
EASY = settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def listener():
    """A port of this machine that nobody may call."""
    with socket.create_server((UNCALLED, 0)) as ear:
        ear.settimeout(0)
        yield ear


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """Where the calls of the server's processes are written down, if this machine can."""
    return tmp_path_factory.mktemp("calls") / "connect.txt"


@pytest.fixture(scope="module")
def port(tmp_path_factory, calls):
    """The port of a server whose every connection is observed."""
    strace = shutil.which("strace")
    observed = [strace, "-D", "-f", "-qq", "-e", "trace=connect", "-o", str(calls)] if strace else []
    environment = {"KG_QUERY_SECONDS": str(SECONDS), "KG_CACHE_BYTES": "0", "KG_PER_VISITOR": "8"}
    with serving(tmp_path_factory.mktemp("fuzz"), DATA.encode(), before=observed, **environment) as (_, found):
        yield found


@pytest.fixture(scope="module")
def ask(port, listener):
    """Send bytes as a query in each of the three ways; give the statuses."""
    called = f"http://{UNCALLED}:{listener.getsockname()[1]}/".encode()

    def asked(query):
        query = query.replace(LISTENER.encode(), called)
        return [
            send(port, "GET", f"/sparql?query={quote(query, safe='')}"),
            send(port, "POST", "/sparql", f"query={quote_plus(query)}".encode(), FORM),
            send(port, "POST", "/sparql", query, QUERY),
        ]

    return asked


def send(port, method, path, body=None, kind=None):
    """Send a request; give its status once the whole answer is there, in time."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS * 5)
    try:
        connection.request(method, path, body, {"Content-Type": kind} if kind else {})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


@st.composite
def mutated(draw):
    """A valid query with a few changes: pieces left out, doubled, taken from another query or from the list."""
    text = draw(st.sampled_from(QUERIES))
    for _ in range(draw(st.integers(1, 4))):
        start, length = draw(st.integers(0, len(text))), draw(st.integers(0, 20))
        other = draw(st.sampled_from(QUERIES))
        begin = draw(st.integers(0, len(other)))
        piece = draw(
            st.one_of(
                st.just(""),
                st.just(text[start : start + length] * 2),
                st.just(other[begin : begin + length]),
                st.sampled_from(PIECES).map(lambda known: f" {known} "),
                st.sampled_from(PIECES),
                st.text(max_size=5),
            )
        )
        text = text[:start] + piece + text[start + length :]
    return text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("query", QUERIES)
def test_every_operator_is_answered(ask, query):
    """Each query of the corpus is valid: it is answered in all three ways."""
    assert [200] * 3 == ask(query.encode())


@EASY
@given(query=mutated())
def test_a_changed_query_is_answered_honestly(ask, query):
    """A query with mistakes or calls in it is answered, refused or stopped; the server has no error of its own."""
    assert set(ask(query)) <= HONEST


@EASY
@given(query=st.binary(max_size=200))
def test_bytes_are_answered_honestly(ask, query):
    """Random bytes are told to be no query."""
    assert set(ask(query)) <= HONEST


@EASY
@given(
    body=st.one_of(st.binary(max_size=100), st.text(alphabet="query=&%+;\x000aF{}ASK", max_size=60).map(str.encode)),
    kind=st.one_of(
        st.sampled_from([QUERY, FORM, f"{FORM}; charset=utf-16", "multipart/form-data; boundary=x", "text/turtle"]),
        st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    ),
    accept=st.text(alphabet="*/;q=0.,textcsvhml+json ", max_size=40),
    encoding=st.text(alphabet="gzipbrstd*;q=01., ", max_size=30),
)
def test_a_request_of_any_shape_is_answered_honestly(port, body, kind, accept, encoding):
    """Whatever its body, its type and its wishes, a request gets a status that says what is wrong with it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS * 5)
    headers = {"Content-Type": kind, "Accept": accept, "Accept-Encoding": encoding}
    connection.request("POST", "/sparql", body, headers)
    status = connection.getresponse().status
    connection.close()

    assert status in HONEST | {406, 415}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { " + "{" * 3000 + "}" * 3000 + " }",
        "SELECT * { FILTER(" + "(" * 3000 + "1" + ")" * 3000 + ") }",
        "SELECT * { ?s " + "/".join(["<x:p>"] * 3000) + " ?o }",
        "SELECT * { FILTER(" + "!" * 5000 + "true) }",
        "SELECT * { VALUES ?x { " + "1 " * 50_000 + "} }",
        "SERVICE" * 20_000,
        "SELECT * { ?service ?p " + "a.b." * 20_000,
        "<" * 50_000 + "SERVICE",
        "'" * 50_001,
        "#" * 50_000 + "\nSERVICE",
    ],
    ids=["groups", "brackets", "path", "not", "values", "service", "dots", "less", "quotes", "hashes"],
)
def test_a_query_that_is_large_or_deep_holds_nobody_up(port, query):
    """A query made to exhaust a parser is answered in time, and meanwhile the server answers others at once."""
    begun = time.monotonic()
    status = send(port, "POST", "/sparql", query.encode(), QUERY)

    assert status in HONEST
    assert time.monotonic() - begun < SECONDS + 2
    assert 200 == send(port, "POST", "/sparql", b"ASK {}", QUERY)


def test_nothing_was_called(ask, port, listener, calls):
    """After all that, the server still answers, nobody called the listener, and no process opened a connection."""
    assert [403] * 3 == ask(f"SELECT * {{ SERVICE <{LISTENER}> {{ ?s ?p ?o }} }}".encode())
    assert [200] * 3 == ask(f"ASK FROM <{LISTENER}> {{ ?s ?p ?o }}".encode())
    assert 200 == send(port, "GET", "/health")
    with pytest.raises(BlockingIOError):
        listener.accept()
    if shutil.which("strace"):
        written = calls.read_text()
        assert "AF_UNIX" in written
        assert [] == CALLS.findall(written)
