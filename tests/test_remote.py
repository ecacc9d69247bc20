"""The store elsewhere: real engines give the same rows and pages as our own, and the site outlives their troubles."""

import json
import re
import socket
import threading
import time
from contextlib import closing, contextmanager
from decimal import Decimal

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

import engines
from kg import questions
from kg.errors import (
    BadQuery,
    FederationRefused,
    KgError,
    NotAcceptable,
    ResultTooLarge,
    StoreUnavailable,
    StoreUnusable,
    TooSlow,
    UsageProblem,
    VisitorGone,
)
from kg.store import GRAPH_FORMATS, Visitor
from kg.store.dataset import graphs_named
from kg.store.opening import open_remote
from kg.web import create_app
from kg.web.following import Following
from surroundings import free_port

JSON = "application/sparql-results+json"
DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d && ?d != ?g) }"
STOPPED = "SELECT ?a { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?d ?g ?h . ?i ?g ?j } }"
PAGES = (
    "/",
    "/?lang=en",
    "/map?rows=intervention&columns=outcome",
    "/map/cell?rows=component&columns=targetGroup&row=component/barriers&column=target-group/jobseekers",
    "/questions",
    "/questions/gap-lifecycle",
    "/questions/stale-searches",
    "/questions/gap-map.csv",
    "/questions/gaps-by-concept.json",
    "/doc/component/barriers",
    "/doc/scheme/components",
    "/def",
)


@pytest.fixture(scope="module")
def folder(generation, tmp_path_factory):
    """A folder of the Oxigraph server that holds the repository's own graph."""
    made = tmp_path_factory.mktemp("oxigraph") / "db"
    engines.load_oxigraph(engines.quads_of(generation), made)
    return made


@pytest.fixture(scope="module")
def engine(folder):
    """The address of a running Oxigraph server that shows the union of its graphs."""
    port = free_port()
    with engines.oxigraph(folder, port, "--union-default-graph"):
        yield f"http://127.0.0.1:{port}/query"


@pytest.fixture(scope="module")
def fuseki(generation, tmp_path_factory):
    """The address of a running Apache Jena Fuseki that shows the union of its graphs."""
    if (jar := engines.fuseki_jar()) is None:
        pytest.skip("Java and Maven are needed, and the Fuseki server from Maven Central")
    with engines.fuseki(jar, tmp_path_factory.mktemp("fuseki"), engines.quads_of(generation)) as address:
        yield address


@pytest.fixture(params=["engine", "fuseki"])
def any_engine(request):
    """Each real engine in turn."""
    return request.getfixturevalue(request.param)


@contextmanager
def remote(config, address, **values):
    """Open an engine as a store."""
    with closing(open_remote(config.replace(store=address, **values))) as opened:
        yield opened


def taking(media_type):
    """Take this format or none."""

    def choose(offered):
        if media_type not in offered:
            raise NotAcceptable(", ".join(offered))
        return media_type

    return choose


def assume(store, known):
    """Let a store take for granted that its engine holds what another one holds: a stub holds nothing."""
    store._held = known.look()  # noqa: SLF001


def ask(store, query, media_type=JSON, **more):
    """Return the answer's bytes."""
    return store.reply(query, taking(media_type), **more).read()


def eventually(client, page, status):
    """Ask a page until it has this status, for a few seconds; return the last one."""
    for _ in range(80):
        if (last := client.get(page).status_code) == status:
            break
        time.sleep(0.1)
    return last


def eventually_json(client):
    """Return what the site says of itself once its engine is there."""
    assert 200 == eventually(client, "/health", 200)
    return client.get("/health").json


def test_every_question_has_the_same_rows(config, store, any_engine):
    """Each question file, unchanged, gives the same rows in the same order in our own engine and elsewhere."""
    with remote(config, any_engine, page_seconds=60) as other:
        assert len(store) == len(other)
        for name in questions.names():
            query = questions.find(name).text
            assert (name, by_value(store.select(query))) == (name, by_value(other.select(query)))


def by_value(table):
    """Return the rows with decimals as numbers: Fuseki writes 500000 as 500000.0, which is the same value (XSD)."""
    return [
        [Decimal(term.value) if getattr(term, "datatype", None) == DECIMAL else term for term in row]
        for row in table.rows
    ]


def lines_by_value(response):
    """Return the lines of a page with 1,0 as 1, for the same reason."""
    return re.sub(r"(?<=\d)[.,]0(?= |<)", "", response.text).splitlines()


def test_the_pages_are_the_same(config, store, any_engine, catalogues):
    """The site shows the same whichever engine stands behind it."""
    with remote(config, any_engine, page_seconds=60) as other:
        here, there = (create_app(config, one, "a-generation").test_client() for one in (store, other))
        for page in PAGES:
            expected, actual = here.get(page), there.get(page)
            assert (page, 200) == (page, actual.status_code)
            assert (page, lines_by_value(expected)) == (page, lines_by_value(actual))


@pytest.mark.parametrize("media_type", ["text/csv", "text/tab-separated-values", JSON])
def test_a_table_in_every_format(config, store, any_engine, media_type):
    """A table comes byte for byte as our own engine writes it."""
    query = questions.find("gaps-by-concept").text
    with remote(config, any_engine) as other:
        assert ask(store, query, media_type) == ask(other, query, media_type)


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
def test_a_graph_in_every_format(config, store, any_engine, media_type):
    """A graph comes in each format with the same statements."""
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/werkkennis/def#Finding> ; ?p ?o }"

    def statements(one):
        body = ask(one, query, media_type)
        return {quad.triple for quad in ox.parse(body, format=GRAPH_FORMATS[media_type])}

    with remote(config, any_engine) as other:
        assert statements(store) == statements(other)
        assert len(statements(other)) > 100


def test_what_each_form_of_query_can_be(config, any_engine):
    """Yes or no is no CSV, a table no graph, and only a SELECT fills a table of the site."""
    with remote(config, any_engine) as other:
        assert json.loads(ask(other, "ASK { ?s ?p ?o }"))["boolean"] is True
        for query, media_type in (("ASK {}", "text/csv"), ("SELECT * {}", "text/turtle"), ("DESCRIBE <x:a>", JSON)):
            with pytest.raises(NotAcceptable):
                ask(other, query, media_type)
        for query in ("ASK {}", "DESCRIBE <x:a>"):
            with pytest.raises(BadQuery, match="a SELECT query is needed"):
                other.select(query)


@pytest.mark.parametrize(
    ("clause", "graphs"),
    [
        ("FROM <{0}>", {}),
        ("FROM NAMED <{0}>", {}),
        ("FROM <{0}> FROM NAMED <{1}>", {}),
        ("FROM g:{2}", {}),
        ("FROM NAMED g:{2}", {}),
        ("FROM <x:unknown>", {}),
        ("", {"default_graphs": [0]}),
        ("", {"named_graphs": [1]}),
        ("FROM <{1}>", {"default_graphs": [0]}),
    ],
)
def test_the_data_set_is_respected(config, store, any_engine, clause, graphs):
    """FROM, FROM NAMED and the graphs of the request choose the same statements as in our own engine."""
    names = store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").records()[:2]
    iris = [row["g"] for row in names]
    base, _, slug = iris[0].rpartition("/")
    chosen = {kind: [iris[number] for number in numbers] for kind, numbers in graphs.items()}
    with remote(config, any_engine) as other:
        for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
            wanted = clause.format(*iris, slug)
            query = f"PREFIX g: <{base}/> SELECT (COUNT(*) AS ?n) {wanted} {{ {pattern} }}"
            assert ask(store, query, "text/csv", **chosen) == ask(other, query, "text/csv", **chosen)


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("SELECT * { ?from <x:from> 'FROM <x:a>' } # FROM <x:b>", (), ()),
        ("BASE <http://h/x/> SELECT * FROM <a> FROM NAMED <../b> {}", ("http://h/x/a",), ("http://h/b",)),
        ("PREFIX p:<x:> SELECT *FROM p:a FROMNAMED<x:b> from named p:c{}", ("x:a",), ("x:b", "x:c")),
        ("PREFIX : <x:> ASK FROM :a {}", ("x:a",), ()),
    ],
)
def test_the_graphs_of_a_query_are_read(query, default, named):
    """The graphs after FROM and FROM NAMED are told as full IRIs."""
    assert (default, named) == graphs_named(query)


@pytest.mark.parametrize("clause", ["FROM p:a", "FROM <x\\u003Aa>", "FROM", "FROM NAMED"])
def test_a_graph_that_cannot_be_told_is_refused(clause):
    """Where the graph after FROM is not certain the query is refused, and never run over another graph."""
    with pytest.raises(BadQuery, match="full IRI"):
        graphs_named(f"SELECT * {clause}")


def test_relative_names_stand_on_our_base(config, store, any_engine):
    """A relative IRI means the same thing here and elsewhere."""
    query = "SELECT (COUNT(*) AS ?n) FROM <id/graph/provenance> { ?s ?p ?o }"
    other_query = "CONSTRUCT { <a> <def#b> ?n } WHERE { BIND(1 AS ?n) }"
    with remote(config, any_engine) as other:
        assert ask(store, query, "text/csv") == ask(other, query, "text/csv") != b"n\r\n0\r\n"
        assert ask(store, other_query, "application/n-triples") == ask(other, other_query, "application/n-triples")


def test_mistakes_and_refusals(config, any_engine):
    """A mistake comes with the engine's sentence; updates and calls to others are refused, as is a graph no IRI."""
    with remote(config, any_engine) as other:
        with pytest.raises(BadQuery, match=r"(?i)(error|line).*[23]"):
            ask(other, "SELECT *\n{ ?s ?p }")
        with pytest.raises(BadQuery):
            ask(other, "INSERT DATA { <x:a> <x:b> <x:c> }")
        with pytest.raises(FederationRefused):
            ask(other, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
        with pytest.raises(BadQuery, match="IRI"):
            ask(other, "SELECT * {}", default_graphs=["no iri"])


def test_nothing_is_sent_for_a_query_that_calls_out(config):
    """A query with SERVICE is refused before the engine hears of it."""
    with stub(b"") as (address, seen), remote(config, address) as other:
        with pytest.raises(FederationRefused):
            other.select("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
        assert [] == seen


def test_a_large_answer_goes_through_a_file(config, store, engine):
    """A large answer is whole, stands in a file while it waits, and leaves none behind."""
    query = "SELECT ?s ?p ?o { ?s ?p ?o }"
    with remote(config, engine) as other:
        reply = other.reply(query, taking("text/csv"))
        assert reply.path.exists()
        assert reply.size == reply.path.stat().st_size
        assert len(ask(store, query, "text/csv").splitlines()) == len(reply.read().splitlines())
        assert not reply.path.exists()


def test_an_answer_that_is_too_large_is_refused(config, engine):
    """An answer that passes the limit is given up, and nothing of it is left."""
    with remote(config, engine, result_bytes=300_000) as other:
        with pytest.raises(ResultTooLarge, match="300,000 bytes"):
            ask(other, "SELECT ?s ?p ?o { ?s ?p ?o }")
        assert [] == [path.name for path in config.var.glob("spool/*/*") if path.name != "last-words"]


def test_an_engine_without_the_union_is_refused(config, folder):
    """An engine whose default graph is not the union of its graphs is refused with how to mend it."""
    port = free_port()
    with (
        engines.oxigraph(folder, port),
        remote(config, f"http://127.0.0.1:{port}/query") as other,
        pytest.raises(StoreUnusable, match="--union-default-graph"),
    ):
        other.select("SELECT * {}")


@pytest.mark.parametrize(("part", "told"), [(0, "no generation"), (0.7, "load one whole generation")])
def test_an_engine_without_a_whole_generation_is_refused(config, generation, tmp_path, part, told):
    """An engine that holds nothing, or less than its own provenance tells of, is refused."""
    quads = sorted(
        engines.quads_of(generation).splitlines(keepends=True), key=lambda quad: b"/graph/provenance>" not in quad
    )
    engines.load_oxigraph(b"".join(quads[: int(len(quads) * part)]), tmp_path / "db")
    port = free_port()
    with (
        engines.oxigraph(tmp_path / "db", port, "--union-default-graph"),
        remote(config, f"http://127.0.0.1:{port}/query") as other,
        pytest.raises(StoreUnusable, match=told),
    ):
        other.look()


def test_the_name_follows_from_the_files(config, engine):
    """Each look at the same generation gives the same name, whoever looks."""
    with remote(config, engine) as one, remote(config, engine) as other:
        assert one.look() == one.look() == other.look()
        assert re.fullmatch("[0-9a-f]{16}", one.look().name)


@pytest.mark.parametrize(
    "address", ["", "ftp://host/query", "host/query", "http://", "http://host:port/", "http://me:geheim@host/query"]
)
def test_an_address_that_cannot_be_asked_is_refused(config, address):
    """What is no address of an endpoint is refused, and what stood in it is not repeated."""
    with pytest.raises(UsageProblem) as caught:
        open_remote(config.replace(store=address))
    assert "KG_STORE" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_the_password_is_sent_and_not_shown(config):
    """Credentials go to the engine only, and stand in no settings that are shown."""
    secret = config.replace(store_user="me", store_password="geheim")  # noqa: S106
    assert "geheim" not in repr(secret)
    with (
        stub(reply_of(401, "text/plain", b"no")) as (address, seen),
        remote(secret, address) as other,
        pytest.raises(StoreUnusable, match="KG_STORE_USER") as caught,
    ):
        other.select("SELECT * {}")
    assert b"authorization: basic bwu6z2vozwlt" in seen[0].lower()
    assert "geheim" not in str(caught.value)


def test_the_site_outlives_its_engine(config, folder, catalogues):
    """While the engine is down each page says so with 503; as soon as it is back each page is there again."""
    port = free_port()
    other = open_remote(config.replace(store=f"http://127.0.0.1:{port}/query"))
    with closing(other), closing(Following(config, other)) as site:
        client = Client(site)
        down = client.get("/?lang=en", headers={"Accept": "text/html"})
        assert 503 == down.status_code
        assert "The store behind this site cannot be reached" in down.text
        assert 503 == client.get("/health").status_code
        for rigour in (1, 2):
            with engines.oxigraph(folder, port, "--union-default-graph") as process:
                assert 200 == client.get(f"/map?minRigour={rigour}").status_code
                assert other.look().name == eventually_json(client)["generation"]
                process.kill()
                process.wait()
                assert 503 == client.get(f"/map?minRigour={rigour}&columns=outcome").status_code
                problem = client.get("/sparql?query=ASK%7B%7D", headers={"Accept": JSON})
                assert (503, 503) == (problem.status_code, problem.json["status"])
                assert "Retry-After" in problem.headers
        assert 503 == eventually(client, "/health", 503)


def test_another_generation_is_noticed(config, folder, generation, tmp_path, catalogues):
    """When the engine comes back with another generation the site tells so."""
    quads = engines.quads_of(generation)
    sums = re.findall(rb'sha256> "([0-9a-f]{64})"', quads)
    engines.load_oxigraph(quads.replace(sums[0], b"0" * 64), tmp_path / "db")
    port = free_port()
    with closing(open_remote(config.replace(store=f"http://127.0.0.1:{port}/query"))) as other:
        with engines.oxigraph(folder, port, "--union-default-graph"), closing(Following(config, other)) as site:
            old = eventually_json(Client(site))["generation"]
        with (
            engines.oxigraph(tmp_path / "db", port, "--union-default-graph"),
            closing(Following(config, other)) as site,
        ):
            assert old != eventually_json(Client(site))["generation"]


def test_a_slow_engine_is_given_up_in_time(config):
    """An engine that takes a query and never answers is given up when the time is over, for visitors and pages."""
    with stub(None) as (address, _), remote(config, address, query_seconds=1, page_seconds=1) as other:
        for attempt in (lambda: other.select("SELECT * {}"), other.look):
            begun = time.monotonic()
            with pytest.raises(TooSlow, match="1 seconds"):
                attempt()
            assert 0.9 < time.monotonic() - begun < 1.5


def test_a_runaway_query_is_given_up_in_time(config, engine):
    """A query that a real engine does not finish is given up when the time is over, and the next is answered."""
    with remote(config, engine, query_seconds=1) as other:
        other.look()
        begun = time.monotonic()
        with pytest.raises(TooSlow):
            ask(other, RUNAWAY, visitor=Visitor("192.0.2.1", lambda: False))
        assert 0.9 < time.monotonic() - begun < 1.5
        assert json.loads(ask(other, "ASK {}"))["boolean"] is True


def test_an_engine_that_breaks_off_is_not_believed(config, folder):
    """The real Oxigraph server ends a query that takes too long inside a well-formed 200; no such answer is shown."""
    port = free_port()
    options = ("--union-default-graph", "--timeout-s", "1")
    with (
        engines.oxigraph(folder, port, *options),
        remote(config, f"http://127.0.0.1:{port}/query") as other,
        pytest.raises(StoreUnusable, match="breaks off"),
    ):
        ask(other, STOPPED, "text/csv")


def test_a_visitor_who_hangs_up_closes_the_connection(config, engine):
    """When the client has gone the request to the engine ends at once, and its place is free."""
    with stub(None) as (address, seen), remote(config, engine) as known, remote(config, address) as other:
        assume(other, known)
        hung_up = threading.Event()
        threading.Timer(0.5, hung_up.set).start()
        begun = time.monotonic()
        with pytest.raises(VisitorGone):
            ask(other, "SELECT * {}", visitor=Visitor("192.0.2.1", hung_up.is_set))
        assert time.monotonic() - begun < 1.5
        assert 0 == other.waiting
        for _ in range(50):
            if b"closed" in seen:
                break
            time.sleep(0.05)
        assert b"closed" in seen


def reply_of(status, media_type, body, *headers, length=None):
    """Return the bytes of an HTTP answer."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {media_type}", *headers]
    lines += [f"Content-Length: {len(body) if length is None else length}", "", ""]
    return "\r\n".join(lines).encode() + body


EMPTY = b'{"head":{"vars":["a"]},"results":{"bindings":[]}}'


@pytest.mark.parametrize(
    ("sent", "error", "told"),
    [
        (reply_of(200, "text/html", b"<h1>Welcome</h1>"), StoreUnusable, "no SPARQL result"),
        (reply_of(200, "", b""), StoreUnusable, "no SPARQL result"),
        (reply_of(200, JSON, EMPTY[:-1]), StoreUnusable, "breaks off"),
        (reply_of(200, JSON, EMPTY + b"oops"), StoreUnusable, "breaks off"),
        (reply_of(200, JSON, b"\xff\xfe"), StoreUnusable, "breaks off"),
        (reply_of(200, JSON, EMPTY, length=1000), StoreUnavailable, "broke the connection off"),
        (reply_of(200, JSON, EMPTY, "X-SPARQL-MaxRows: 10000"), StoreUnusable, "only part"),
        (reply_of(200, "application/n-triples", b"<x:a> <x:b> <x:c"), StoreUnusable, "breaks off"),
        (reply_of(200, "application/n-triples", b"<x:a> <x:b> <x:c> .\noops"), StoreUnusable, "breaks off"),
        (reply_of(302, "text/html", b"", "Location: http://127.0.0.1:1/"), StoreUnusable, "no SPARQL query endpoint"),
        (reply_of(404, "text/html", b"nothing"), StoreUnusable, "no SPARQL query endpoint"),
        (reply_of(403, "text/html", b"nothing"), StoreUnusable, "credentials"),
        (reply_of(500, "text/html", b"trace"), StoreUnavailable, "in trouble"),
        (reply_of(503, "text/plain", b"starting"), StoreUnavailable, "in trouble"),
        (reply_of(504, "text/plain", b"slow"), TooSlow, "longer"),
        (reply_of(400, "text/plain", b"mind\x00 line 3 " + b"x" * 5000), BadQuery, "^mind line 3 x{250,300} …$"),
        (reply_of(400, "application/problem+json", b'{"detail": "line 3"}'), BadQuery, "^line 3$"),
        (reply_of(400, "text/html", b"<p>no</p>"), BadQuery, "does not say why"),
        (b"SSH-2.0-OpenSSH\r\n", StoreUnavailable, "broke the connection off"),
        (b"", StoreUnavailable, "broke the connection off"),
    ],
)
def test_nonsense_is_told_as_what_it_is(config, engine, sent, error, told):
    """Whatever is no whole answer of an engine gives a clear error, and never a part of an answer."""
    with remote(config, engine) as known, stub(sent) as (address, _), remote(config, address) as other:
        assume(other, known)
        with pytest.raises(KgError, match=told) as caught:
            other.reply("CONSTRUCT WHERE { ?s ?p ?o }", lambda offered: offered[0])
        assert error is type(caught.value)


def test_a_query_is_never_sent_twice(config, engine):
    """A query whose connection breaks may have run; it is not sent again by itself."""
    with remote(config, engine) as known, stub(b"") as (address, seen), remote(config, address) as other:
        assume(other, known)
        with pytest.raises(StoreUnavailable):
            other.select("SELECT * {}")
        time.sleep(0.3)
        assert 1 == sum(part.startswith(b"POST ") for part in seen)


@contextmanager
def stub(sent):
    """Listen and give each caller these bytes, or none for ever; give the address and what was heard."""
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hear(caller):
            with caller:
                seen.append(caller.recv(65_536))
                if sent is None:
                    while part := caller.recv(65_536):
                        seen.append(part)
                    seen.append(b"closed")
                else:
                    caller.sendall(sent)

        def listen():
            while True:
                try:
                    caller = listening.accept()[0]
                except OSError:
                    return
                threading.Thread(target=hear, args=(caller,), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/query", seen
        listening.shutdown(socket.SHUT_RDWR)
