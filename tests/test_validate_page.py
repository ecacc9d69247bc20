"""Checking data on the site: what people and programs are told, and what a submission cannot do to the server."""

import json
import threading
import time
from io import BytesIO

import httpx
import pyoxigraph as ox
import pytest

from kg import generations, settings
from kg.errors import Busy, TooManyQueries, TooMuchMemory, TooSlow, VisitorGone
from kg.gate import keeper
from kg.store import EmbeddedStore, Visitor
from kg.vocabulary import GRAPH, SH, WKS
from kg.web import create_app
from listening import listening
from small_graph import write_graph

HEAD = """\
@prefix design: <https://w3id.org/werkkennis/id/design/> .
@prefix organisation: <https://w3id.org/werkkennis/id/organisation/> .
@prefix publication: <https://w3id.org/werkkennis/id/publication/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rigour: <https://w3id.org/werkkennis/id/rigour/> .
@prefix study: <https://w3id.org/werkkennis/id/study/> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
"""
GOOD = (
    HEAD
    + """
study:trial a wk:Study ;
    rdfs:label "Een proef"@nl , "A trial"@en ;
    wk:design design:scan ;
    wk:rigour rigour:level-3 ;
    wk:reportedIn publication:tno-quickscan-report .
"""
)
BAD = GOOD.replace("design:scan", "design:skan").replace(' , "A trial"@en', "")
TURTLE = {"Content-Type": "text/turtle"}


@pytest.fixture
def client(config, store, generation, catalogues):
    """A visitor of a site that has patience on a busy machine."""
    return create_app(config.replace(validate_seconds=200), store, generation.name).test_client()


def send(client, content, path="/validate", accept="application/json", **headers):
    """Send data as a program does."""
    content = content.encode() if isinstance(content, str) else content
    return client.post(path, data=content, headers=TURTLE | {"Accept": accept} | headers)


def test_the_form_works_without_script(client):
    """The page has a form for text and files, in both languages, and names the limits and the data files."""
    for language, word in (("nl", "Controleren"), ("en", "Check")):
        page = client.get(f"/validate?lang={language}").text
        assert f">{word}</button>" in page
        assert 'type="file"' in page
        assert "data/organisations.ttl" in page
        assert "20 MB" in page


def test_sound_data_conforms(client):
    """Data that could be taken into the graph is answered with 200 and a report that conforms."""
    found = send(client, GOOD)

    assert 200 == found.status_code
    assert found.json["conforms"]
    assert 6 == found.json["triples"]
    assert "no-store" == found.headers["Cache-Control"]


def test_mistakes_have_lines(client):
    """Each mistake names its line, and the status is 422."""
    found = send(client, BAD)
    lines = {(result["line"], result["path"].rpartition("#")[2]) for result in found.json["results"]}

    assert 422 == found.status_code
    assert {(10, "label"), (11, "design")} == lines


def test_the_report_is_a_shacl_report(client):
    """In each format of RDF the report is one that SHACL defines."""
    for accept, form in (("text/turtle", ox.RdfFormat.TURTLE), ("application/n-triples", ox.RdfFormat.N_TRIPLES)):
        found = send(client, BAD, accept=accept)
        store = ox.Store()
        store.load(found.data, format=form)

        assert 422 == found.status_code
        assert accept == found.mimetype
        assert bool(store.query(f"ASK {{ ?report a <{SH}ValidationReport> ; <{SH}conforms> false }}"))
        shapes = {quad.object.value for quad in store.quads_for_pattern(None, ox.NamedNode(f"{SH}sourceShape"), None)}
        assert f"{WKS}no-dangling-reference" in shapes
    assert "conforms" in json.dumps(send(client, BAD, accept="application/ld+json").get_json(force=True))


def test_what_cannot_be_read_has_a_place(client):
    """A syntax error is 400, a problem document with line and column for programs."""
    found = send(client, GOOD.replace("a wk:Study ;", "a wk:Study"), accept="text/turtle")

    assert (400, "application/problem+json") == (found.status_code, found.mimetype)
    assert (10, 5) == (found.json["line"], found.json["column"])


def test_the_page_shows_the_text_beside_the_report(client):
    """The page marks the line, says what is wrong in the language of the page, and shows the text again to be mended."""
    for language, words in (("nl", "Engelse naam"), ("en", "English name")):
        found = client.post(f"/validate?lang={language}", data={"text": BAD}, headers={"Accept": "text/html"})

        assert 422 == found.status_code
        assert words in found.text
        assert '<li id="line-10" class="marked">' in found.text
        assert "design:skan" in found.text.partition("<textarea")[2]


def test_a_file_is_read_by_its_name(client):
    """An uploaded file is read in the format that its name ends in, and called by its name."""
    triples = ox.serialize(ox.parse(GOOD, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.RDF_XML)
    data = {"file": (BytesIO(triples), "..\\..\\proef.rdf"), "format": "json"}
    found = client.post("/validate", data=data, content_type="multipart/form-data")

    assert 200 == found.status_code
    assert 'attachment; filename="report.json"' == found.headers["Content-Disposition"]


def test_the_report_can_be_saved(client):
    """The form gives the report as text, JSON and Turtle to save."""
    for name, begins in (("txt", "submission"), ("json", "{"), ("ttl", "@prefix")):
        found = client.post("/validate?lang=nl", data={"text": BAD, "format": name})

        assert f'attachment; filename="report.{name}"' == found.headers["Content-Disposition"]
        assert begins in found.text
    assert 400 == client.post("/validate", data={"text": BAD, "format": "pdf"}).status_code


def test_a_file_of_the_graph_can_be_replaced(client):
    """The same file as in the graph says all twice; in the place of that file it conforms, and without a part it breaks others."""
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPH}data.organisations> {{ ?s ?p ?o }} }}"
    own = client.get("/sparql.nt", query_string={"query": query}).data
    media = {"Content-Type": "application/n-triples", "Accept": "application/json"}
    twice = client.post("/validate", data=own, headers=media)
    place = client.post("/validate?replaces=data/organisations.ttl", data=own, headers=media)
    graph = client.post(f"/validate?replaces={GRAPH}data.organisations", data=own, headers=media)
    less = b"\n".join(line for line in own.splitlines() if b"/id/organisation/tno>" not in line)
    broken = client.post("/validate?replaces=data/organisations.ttl", data=less, headers=media)

    assert 422 == twice.status_code
    assert {f"{WKS}one-file"} == {result["shape"] for result in twice.json["results"]}
    assert [200, 200] == [place.status_code, graph.status_code]
    assert 422 == broken.status_code
    assert any(result["file"] == "data/studies/2015-tno-quickscan.ttl" for result in broken.json["results"])
    assert 404 == client.post("/validate?replaces=data/none.ttl", data=own, headers=media).status_code


def test_nothing_is_stored(client, config):
    """A check leaves no file behind."""
    before = sorted(config.var.rglob("*"))
    send(client, GOOD)
    send(client, BAD)

    assert before == sorted(config.var.rglob("*"))


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"Content-Type": "application/pdf"}, b"x", 415),
        ({"Content-Type": ""}, b"x", 415),
        ({"Content-Type": "text/turtle; charset=latin1"}, b"x", 415),
        ({"Content-Type": "text/turtle", "Content-Encoding": "gzip"}, b"x", 415),
        ({"Content-Type": "text/turtle"}, b" ", 400),
        ({"Content-Type": "text/turtle"}, b"\xff", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"text=", 400),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", 400),
        ({"Content-Type": "text/turtle", "Accept": "image/png"}, b"<a:b> <c:d> <e:f> .", 406),
    ],
)
def test_other_bodies_are_refused(client, headers, content, status):
    """What is no data that is read here is refused with the status that says why."""
    assert status == client.post("/validate", data=content, headers=headers).status_code


@pytest.fixture(scope="module")
def small(tmp_path_factory, catalogues):
    """A visitor of a site over the small graph, with small limits."""
    folder = tmp_path_factory.mktemp("small")
    _, built = generations.build(write_graph(folder / "graph"), folder / "var", 1)
    given = {"validate_bytes": 50_000, "validate_seconds": 20, "validate_memory": 300 << 20}
    config = settings.load(graph=folder / "graph", var=folder / "var", **given)
    return create_app(config, EmbeddedStore(built.load()), built.name).test_client()


def test_the_limit_on_size_holds(small):
    """More bytes than the setting allows are refused, as data and as a form."""
    long = GOOD + "#" * 60_000

    assert 413 == send(small, long).status_code
    assert 413 == small.post("/validate", data={"text": long}).status_code


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("text/turtle", f'<a:a> <a:b> "{"x" * 40_000}" .'),
        ("text/turtle", f"<a:a> <a:b> {'[<a:b> ' * 5_000}{']' * 5_000} ."),
        ("text/turtle", f"<a:a> <a:b> {'(' * 20_000}{')' * 20_000} ."),
        ("text/turtle", "<a:a> <a:b> " + "1," * 20_000 + "1 ."),
        ("text/turtle", '"""' * 15_000),
        ("text/turtle", "<<" * 20_000),
        ("text/turtle", "<a:a> <a:b> << <a:a> <a:b> <a:c> >> ."),
        ("text/turtle", '<a:a> <a:b> "a"@nl--ltr .'),
        ("text/turtle", '<a:a> a <javascript:alert(1)>; <a:b> "<script>alert(1)</script>" .'),
        ("application/ld+json", "[" * 40_000),
        ("application/ld+json", '{"@graph":' * 4_000 + "1" + "}" * 4_000),
        ("application/rdf+xml", "<a>" * 10_000),
        (
            "application/rdf+xml",
            '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
            + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
            "<rdf:Description rdf:about='http://a'><e:p>&i;</e:p></rdf:Description></rdf:RDF>",
        ),
    ],
)
def test_hostile_data_has_an_answer(small, media_type, content):
    """Whatever is sent, the answer is one that says what is wrong, without markup of the sender's, and in time."""
    for accept in ("application/json", "text/html"):
        found = small.post("/validate", data=content, headers={"Content-Type": media_type, "Accept": accept})

        assert found.status_code in {200, 400, 422, 504, 507}
        assert "<script>alert" not in found.text


def test_nothing_is_fetched(client):
    """A context that JSON-LD names by its address is not asked for."""
    with listening() as (address, asked):
        content = json.dumps({"@context": f"{address}/context", "@id": "http://a/b", "name": 1})
        found = client.post("/validate", data=content, headers={"Content-Type": "application/ld+json"})

    assert 400 == found.status_code
    assert [] == asked


def sleep(seconds):
    """Work for a while without an end in sight."""
    time.sleep(seconds)
    return "awake"


def fill(size):
    """Take memory."""
    return len(bytearray(size))


def nest(depth):
    """Go deeper than Python allows."""
    return nest(depth + 1) + 1


def limits(**given):
    """Limits of a keeper for tests."""
    return keeper.Limits(**({"seconds": 20, "memory": 300 << 20} | given))


def test_work_ends_when_its_time_is_over():
    """What takes too long is ended, and what is asked next is done."""
    kept = keeper.Keeper(limits(seconds=6))
    with pytest.raises(TooSlow):
        kept.run(None, sleep, 60)

    assert "awake" == kept.run(None, sleep, 0)


def test_work_ends_when_its_memory_is_used():
    """What takes too much memory is ended; the server keeps its own."""
    kept = keeper.Keeper(limits())
    with pytest.raises(TooMuchMemory):
        kept.run(None, fill, 1 << 30)

    assert 1 << 20 == kept.run(None, fill, 1 << 20)


def test_work_ends_when_nobody_waits():
    """Who hangs up takes the work along."""
    with pytest.raises(VisitorGone):
        keeper.Keeper(limits()).run(Visitor("a", lambda: True), sleep, 60)


def test_too_much_at_once_is_told_to_come_back():
    """More than may wait is refused, and one visitor has no more than a share."""
    kept = keeper.Keeper(limits(running=1, waiting=1, per_visitor=1))
    begun = [threading.Thread(target=kept.run, args=(Visitor(name, bool), sleep, 3)) for name in "ab"]
    for thread in begun[:1]:
        thread.start()
    with pytest.raises(TooManyQueries):
        wait_for(kept, 1).run(Visitor("a", bool), sleep, 0)
    begun[1].start()
    with pytest.raises(Busy):
        wait_for(kept, 2).run(Visitor("c", bool), sleep, 0)
    for thread in begun:
        thread.join()


def wait_for(kept, number):
    """Wait until so much is asked of a keeper."""
    until = time.monotonic() + 10
    while kept.asked < number and time.monotonic() < until:
        time.sleep(0.01)
    return kept


def test_the_running_server_checks(server):
    """Over HTTP a check has its answer, a body of unknown length is taken whole, and one that is too large is refused."""
    with httpx.Client(base_url=server, timeout=60) as client:
        sound = client.post("/validate", content=iter([GOOD.encode()]), headers=TURTLE)
        large = client.post("/validate", content=b"#" * 21_000_000, headers=TURTLE)
        many = client.post(
            "/validate", content=HEAD + "".join(f"<a:{n}> <a:b> {n} .\n" for n in range(700_000)), headers=TURTLE
        )
        page = client.get("/validate")

    assert 200 == sound.status_code
    assert 413 == large.status_code
    assert many.status_code in {504, 507}
    assert 200 == page.status_code
