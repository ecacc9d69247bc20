"""The change feed for programs: who follows it holds what was released, and asks no page twice."""

import gzip
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

from harvester import FORMATS, LDES, TREE, Harvester, canonical
from kg import generations
from kg.history import pages
from kg.history.feed import DELETE, MOMENT, STREAM, VERSION_OF
from kg.vocabulary import GRAPH, RDF, WK
from small_graph import DATA, SHAPES, write_graph
from surroundings import await_answer, free_port

KG = [sys.executable, "-c", "from kg.cli import main; main()"]
TWO = '<https://w3id.org/werkkennis/id/thing/two> a <https://w3id.org/werkkennis/def#Thing> ; <http://www.w3.org/2000/01/rdf-schema#label> "Twee"@nl, "A text with \\"_: \\" and\\u2028 more"@en .\n'
MANY = "".join(
    f"<https://w3id.org/werkkennis/id/thing/n{number}> a <https://w3id.org/werkkennis/def#Thing> ; "
    f'<http://www.w3.org/2000/01/rdf-schema#label> "{number}"@nl .\n'
    for number in range(300)
)
MORE_SHAPES = "wks:Thing sh:or ( [ sh:path rdfs:label ; sh:minCount 0 ] [ sh:minCount 1 ; sh:path rdfs:label ] ) .\n"
WITHDRAWN = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix thing: <https://w3id.org/werkkennis/id/thing/> .

thing:n7 a <https://w3id.org/werkkennis/def#Withdrawn> ;
    skos:changeNote "Stond er dubbel in."@nl , "Was in here twice."@en ;
    dct:isReplacedBy thing:n8 .
"""
FOREIGN = '<https://example.org/elsewhere> <http://www.w3.org/2000/01/rdf-schema#label> "Elders"@nl .\n'


def kg(graph, var, *words):
    """Run a command as a person does."""
    found = subprocess.run([*KG, "--graph", graph, "--var", var, *words], capture_output=True, text=True, check=False)
    assert 0 == found.returncode, found.stderr


def release(graph, var, version):
    """Release the files as they are; two releases do not bear the same second."""
    time.sleep(1.05)
    kg(graph, var, "release", version, "--without-notice")


def get(address, **headers):
    """Return the status, the headers and the body of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def dumped(address, version):
    """Return what a release holds, as its dump says it."""
    _, _, body = get(f"{address}/dumps/{version}/werkkennis.nt.gz")
    return canonical(quad.triple for quad in ox.parse(gzip.decompress(body), format=ox.RdfFormat.N_TRIPLES))


@pytest.fixture(scope="module")
def story(tmp_path_factory, catalogues):
    """Four releases; a harvester read the second and came back after the fourth."""
    folder = tmp_path_factory.mktemp("feed")
    graph, var = write_graph(folder / "graph"), folder / "var"
    release(graph, var, "1.0")
    (graph / "data/things.ttl").write_text(DATA.replace("Eén", "Een"), encoding="utf-8")
    (graph / "data/two.ttl").write_text(TWO + FOREIGN, encoding="utf-8")
    release(graph, var, "1.1")
    kg(graph, var, "build")
    port = free_port()
    words = ["--graph", graph, "--var", var, "serve", "--no-build", "--port", str(port)]
    process = subprocess.Popen([*KG, *map(str, words)], env=os.environ)
    address = f"http://127.0.0.1:{port}"
    try:
        await_answer(process, f"{address}/health")
        visitor = Harvester()
        visitor.follow(f"{address}/changes/feed")
        early, asked_early = visitor.statements(), list(visitor.asked)
        visitor.follow(f"{address}/changes/feed")
        (graph / "data/two.ttl").write_text(TWO, encoding="utf-8")
        (graph / "data/things.ttl").unlink()
        (graph / "data/many.ttl").write_text(MANY, encoding="utf-8")
        release(graph, var, "2.0")
        (graph / "data/things.ttl").write_text(DATA.replace("a node without", "another node without"), encoding="utf-8")
        (graph / "data/two.ttl").unlink()
        few = "".join(line for line in MANY.splitlines(keepends=True) if "/n7>" not in line)
        (graph / "data/many.ttl").write_text(few, encoding="utf-8")
        (graph / "data/withdrawn.ttl").write_text(WITHDRAWN, encoding="utf-8")
        (graph / "shapes/things.ttl").write_text(SHAPES + MORE_SHAPES, encoding="utf-8")
        release(graph, var, "2.1")
        kg(graph, var, "build")
        wait_for(address, visitor.tag)
        before = len(visitor.asked)
        visitor.follow(f"{address}/changes/feed")
        yield SimpleNamespace(
            address=address, graph=graph, var=var, early=early, asked_early=asked_early, visitor=visitor,
            asked_late=visitor.asked[before:],
        )  # fmt: skip
    finally:
        process.terminate()
        process.wait(timeout=40)


def wait_for(address, tag):
    """Wait until the running server has taken over a newer build."""
    for _ in range(300):
        if get(f"{address}/changes/feed", Accept="text/turtle")[1]["ETag"] != tag:
            return
        time.sleep(0.1)
    pytest.fail("the server does not take over the build")


def test_who_follows_holds_the_release(story):
    """What came in by release 1.1 is what that release holds, blank nodes included."""
    assert dumped(story.address, "1.1") == story.early


def test_who_comes_back_two_releases_later_holds_the_last(story):
    """Additions, changes, removals and what came back: all of it is taken over."""
    assert dumped(story.address, "2.1") == story.visitor.statements()
    assert "https://w3id.org/werkkennis/id/thing/two" not in story.visitor.things
    assert "https://w3id.org/werkkennis/id/thing/one" in story.visitor.things
    assert "id/thing/two> " not in "".join(story.visitor.statements())


def test_a_withdrawal_is_a_deletion(story):
    """Who acts on deletions drops what was withdrawn; who keeps what a deletion says holds the release all the same."""
    thing = "https://w3id.org/werkkennis/id/thing/n7"
    _, _, page = get(f"{story.address}/changes/feed/2.1/1", Accept="application/n-triples")
    member = f"<https://w3id.org/werkkennis/id/version/2.1/id/thing/n7> <{RDF}type> <%s> ."

    assert thing in story.visitor.deleted
    assert all((member % kind).encode() in page for kind in (DELETE, f"{WK}Withdrawn"))
    assert {f"{WK}Withdrawn", "Was in here twice.", "Stond er dubbel in."} < {
        triple.object.value for triple in story.visitor.things[thing]
    }


def test_a_closed_page_is_asked_once(story):
    """Coming back costs the root and the pages that are new, and nothing when nothing is new."""
    assert [200, 200, 200] == [status for _, status in story.asked_early]
    assert [(f"{story.address}/changes/feed", 304)] == story.visitor.asked[3:4]
    new = [f"{story.address}/changes/feed/{page}" for page in ("2.0/1", "2.0/2", "2.1/1")]
    assert [f"{story.address}/changes/feed", *new] == sorted(place for place, _ in story.asked_late)
    assert len({place for place, _ in story.visitor.asked if "/feed/" in place}) == 5


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_tells_the_same(story, media_type):
    """A harvester that starts now ends with the last release, in whichever format it asks."""
    visitor = Harvester(media_type)
    visitor.follow(f"{story.address}/changes/feed")

    assert story.visitor.things.keys() == visitor.things.keys()
    assert dumped(story.address, "2.1") == visitor.statements()


def test_a_page_holds_so_many(story):
    """A large release has several pages, each member on one of them."""
    summary = pages.summary(story.var / "changes", "2.0")
    on_each = [list(summary.members.values()).count(page) for page in (1, 2)]

    assert [250, 52] == on_each
    assert 2 == summary.pages


def test_a_closed_page_never_changes(story):
    """It says so itself and in its header, has a tag and a moment, and the same history gives the same bytes."""
    address = f"{story.address}/changes/feed/2.0/1"
    status, headers, body = get(address, Accept="text/turtle")
    again = story.var.parent / "again"
    generations.build(story.graph, again, 1)

    assert 200 == status
    assert "public, max-age=31536000, immutable" == headers["Cache-Control"]
    assert f"<{address}> ldes:immutable true".encode() in body
    assert headers["Last-Modified"]
    assert headers["ETag"].startswith('"')
    assert 304 == get(address, **{"Accept": "text/turtle", "If-None-Match": headers["ETag"]})[0]
    for page in (story.var / "changes").glob("*/*"):
        assert page.read_bytes() == (again / "changes" / page.relative_to(story.var / "changes")).read_bytes()
    shutil.rmtree(again)


def test_the_root_tells_what_the_stream_is(story):
    """One view, the paths, the shape that every member has, and no policy that would leave anything out."""
    _, headers, body = get(f"{story.address}/changes/feed", Accept="text/turtle")
    store = ox.Store()
    store.load(body, format=ox.RdfFormat.TURTLE)
    stream = ox.NamedNode(STREAM)

    def of(name):
        return [quad.object.value for quad in store.quads_for_pattern(stream, ox.NamedNode(name), None)]

    assert [f"{LDES}EventStream"] == of("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert [f"{story.address}/changes/feed"] == of(f"{TREE}view")
    assert ([MOMENT], [VERSION_OF]) == (of(f"{LDES}timestampPath"), of(f"{LDES}versionOfPath"))
    assert 1 == len(of(f"{TREE}shape"))
    assert b"retentionPolicy" not in body
    assert "immutable" not in headers["Cache-Control"]
    assert "Accept" in headers["Vary"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/changes/feed/1.0/0", 404),
        ("/changes/feed/1.0/01", 404),
        ("/changes/feed/1.0/2", 404),
        ("/changes/feed/1.0/one", 404),
        ("/changes/feed/1.0/²", 404),
        ("/changes/feed/9.9/1", 404),
        ("/changes/feed/../1", 404),
        ("/changes/feed/1.0/1.csv", 406),
        ("/changes/feed/1.0/1.ttl", 200),
        ("/changes/feed.jsonld", 200),
        ("/id/version/2.0/id/thing/two", 404),
        ("/id/version/9.9/id/thing/two", 404),
        ("/id/version/2.0/id/thing/n7", 200),
        ("/doc/version/2.0/id/thing/n7", 200),
        ("/id/version/1.0/def/Thing", 200),
        ("/id/version/2.0/id/thing/one", 200),
    ],
)
def test_addresses(story, path, status):
    """Every address of the feed is there or says that it is not; a version leads to the page that tells of it."""
    quoted = path.replace("²", "%C2%B2")

    assert status == get(story.address + quoted, Accept="*/*")[0]


def test_every_member_leads_to_its_page(story):
    """The address of a member ends at a page that describes it."""
    for version in ("1.0", "1.1", "2.1"):
        for name in pages.summary(story.var / "changes", version).members:
            status, _, body = get(f"{story.address}/id/version/{version}/{name}", Accept="application/n-triples")
            assert 200 == status
            assert f"<https://w3id.org/werkkennis/id/version/{version}/{name}> ".encode() in body


def test_people_are_led_to_a_page(story):
    """A browser that comes to the feed sees the page about changes."""
    for path in ("changes/feed", "changes/feed/1.0/1"):
        status, _, body = get(f"{story.address}/{path}", Accept="text/html")
        assert (200, True) == (status, b"<h1>" in body)


def test_an_unreleased_build_has_no_page(story):
    """What is built and not released is on no page of the feed."""
    var = story.var.parent / "unreleased"
    graph = shutil.copytree(story.graph, story.var.parent / "other")
    (graph / "data/two.ttl").write_text(TWO, encoding="utf-8")
    _, generation = generations.build(graph, var, 1)

    assert (False, 1) == (generation.published.released, generation.published.changed)
    assert ["1.0", "1.1", "2.0", "2.1"] == sorted(folder.name for folder in (var / "changes").iterdir())


def test_our_own_data_leaves_the_feeds_words_alone(store):
    """No thing of ours says itself what a member says of a thing, so that a harvester can tell the two apart."""
    own = f"{{ ?s <{VERSION_OF}> ?o }} UNION {{ ?s <{MOMENT}> ?o }}"
    query = f"SELECT ?s WHERE {{ GRAPH ?g {{ {own} }} FILTER (STRSTARTS(STR(?g), '{GRAPH}data')) }}"

    assert not store.select(query).rows
