"""What changed, for people: the page of releases, a release, any two of them, their data, and the Atom feed."""

import csv
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from datetime import datetime
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

from kg import generations, history, settings
from kg.history import patch
from kg.store import EmbeddedStore
from kg.web import create_app
from small_graph import DIRECTIONS, NAMES, SHAPES, write_graph

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://w3id.org/werkkennis/"
NOTE = "Een <b>vette</b> noot & meer."
FINDING = f"""{DIRECTIONS}<https://w3id.org/werkkennis/id/finding/x> a wk:Finding ; rdfs:label "X <i>helpt</i>"@nl , "X helps"@en ; wk:direction thing:%s .
"""
WITHDRAWN = (
    "@prefix dct: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    + DIRECTIONS
    + "thing:up dcat:theme <http://publications.europa.eu/resource/authority/data-theme/SOCI> .\n"
    + "<https://w3id.org/werkkennis/id/finding/x> a wk:Withdrawn ; dct:isReplacedBy thing:up ;\n"
    + '    skos:changeNote "Stond er dubbel in."@nl , "Was in here twice."@en .\n'
)
LISTS = 'wks:label sh:languageIn ( "nl" "en" ) .\n'
TWO_LISTS = "wks:Thing sh:or ( [ sh:path rdfs:label ; sh:minCount 1 ] ) .\n"


class Clock(datetime):
    """A clock that goes a day forward at each look."""

    day = 0

    @classmethod
    def now(cls, tz=None):
        """Return the next day."""
        Clock.day += 1
        return datetime(2026, 1, Clock.day, 12, tzinfo=tz)


@pytest.fixture(scope="module")
def told(tmp_path_factory, catalogues):
    """A site with three releases and a build that is none."""
    folder = tmp_path_factory.mktemp("changes")
    graph = write_graph(folder / "graph")
    (graph / "ontology/things.ttl").write_text(NAMES, encoding="utf-8")

    def release(version, note=""):
        history.cut(graph, frozenset(patch.lines_of(generations.prepare(graph)[2])), version, note)

    with pytest.MonkeyPatch.context() as change:
        change.setattr("kg.history.releases.datetime", Clock)
        release("1.0")
        (graph / "data/finding.ttl").write_text(FINDING % "up", encoding="utf-8")
        release("1.1", NOTE)
        (graph / "data/finding.ttl").write_text(FINDING % "none", encoding="utf-8")
        (graph / "data/things.ttl").unlink()
        release("2.0")
    (graph / "shapes/things.ttl").write_text(SHAPES + LISTS, encoding="utf-8")
    yield site_over(graph, folder / "var")
    shutil.rmtree(folder)


def site_over(graph, var):
    """Build a graph folder and return a visitor of the site over it."""
    _, generation = generations.build(graph, var, 1)
    config = settings.load(graph=graph, var=var)
    app = create_app(config, EmbeddedStore(generation.load()), generation.name, published=generation.published)
    return SimpleNamespace(visitor=app.test_client(), published=generation.published, graph=graph)


def page(told, address):
    """Return a page as text without markup, its blanks made one."""
    found = told.visitor.get(address, headers={"Accept": "text/html"})
    assert (200, "text/html") == (found.status_code, found.mimetype)
    main = found.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def test_the_releases_newest_first(told):
    """Each with its date, its note and how much it changed; what is in no release is told above."""
    text = page(told, "/changes?lang=en")

    assert [text.index(f"Release {version}") for version in ("2.0", "1.1", "1.0")] == sorted(
        text.index(f"Release {version}") for version in ("1.0", "1.1", "2.0")
    )
    assert "One thing differs from the last release" in text
    assert "3 January 2026" in text
    assert "Findings 1 changed" in text
    assert "Thing 1 no longer there" in text
    assert "Een &lt;b&gt;vette&lt;/b&gt; noot &amp; meer." in text
    assert "What became known between two dates?" in text


def test_a_release_in_sentences(told):
    """What changed is told property by property in the words of the ontology; what came or went is named."""
    text = page(told, "/changes/2.0?lang=nl")

    assert "Bevindingen Veranderd 1 X &lt;i&gt;helpt&lt;/i&gt; Richting nu geen effect was gunstig" in text
    assert "Ding Er niet meer 1 Eén" in text
    assert "now no effect was favourable" in page(told, "/changes/2.0?lang=en")
    assert "Nieuw 1 X &lt;i&gt;helpt&lt;/i&gt;" in page(told, "/changes/1.1?lang=nl")
    assert "The first release: everything in it is new." in page(told, "/changes/1.0?lang=en")


def test_any_two_releases(told):
    """From an older to a newer, the other way round, to what is served now, and from a release to itself."""
    assert "Findings New 1 X helps Thing New 2 favourable no effect" in page(told, "/changes/1.0/1.1?lang=en")
    assert "now favourable was no effect" in page(told, "/changes/2.0/1.1?lang=en")
    assert "Rules for the data Changed 1 wks:label" in page(told, "/changes/2.0/latest?lang=en")
    assert "Nothing is different" in page(told, "/changes/1.1/1.1?lang=en")


def test_the_form_leads_to_the_two(told):
    """Choosing two releases leads to the page about them; a wrong one is told."""
    found = told.visitor.get("/changes?older=1.0&newer=2.0&lang=nl")

    assert (303, "/changes/1.0/2.0?lang=nl") == (found.status_code, found.location)
    assert 404 == told.visitor.get("/changes?older=1.0&newer=%3Cb%3E").status_code


def test_the_same_as_data(told):
    """Each page as CSV and JSON, with identifiers and words."""
    rows = list(csv.DictReader(io.StringIO(told.visitor.get("/changes/2.0.csv?lang=en").text)))
    things = json.loads(told.visitor.get("/changes/1.1/2.0.json?lang=en").data)["things"]
    releases = json.loads(told.visitor.get("/changes.json?lang=en").data)["releases"]
    changed = next(row for row in rows if row["change"] == "changed")

    assert {
        "thing": f"{BASE}id/finding/x",
        "name": "X helps",
        "kind": "Finding",
        "change": "changed",
        "property": f"{BASE}def#direction",
        "propertyLabel": "direction",
        "language": "",
        "now": f"{BASE}id/thing/none",
        "was": f"{BASE}id/thing/up",
    } == changed
    assert {"Eén": "removed", "X helps": "changed"} == {thing["name"]: thing["kind"] for thing in things}
    assert ["2.0", "2.0", "1.1"] == [row["version"] for row in releases][:3]
    assert "text/csv; charset=utf-8" == told.visitor.get("/changes.csv").headers["Content-Type"]


def test_the_patch_of_a_release_is_that_of_the_history(told):
    """What is given is what stands in the folder history, for good."""
    found = told.visitor.get("/changes/1.1.rdfp")

    assert (told.graph / "history/1.1.rdfp").read_bytes() == found.data
    assert ("application/rdf-patch", "public, max-age=31536000, immutable") == (
        found.mimetype,
        found.headers["Cache-Control"],
    )


def test_the_patch_between_two_leads_from_one_to_the_other(told):
    """Applied to the dump of the older release it gives that of the newer, or what is served now."""
    states = {release.version: set(state) for release, state in history.replay(history.read(told.graph))}
    for older, newer in (("1.0", "2.0"), ("2.0", "1.0"), ("1.1", "latest")):
        found = patch.parse(told.visitor.get(f"/changes/{older}/{newer}.rdfp").text, "the patch")
        state = set(states[older])
        found.apply(state)
        assert states.get(newer, set(patch.lines_of(generations.prepare(told.graph)[2]))) == state
        assert f"{BASE}id/dataset/werkkennis-{older}" == found.header["prev"]


@pytest.mark.parametrize("suffix", ["", ".csv", ".rdfp"])
def test_current_is_latest(told, suffix):
    """Another word for what is served now leads there, in the form that was asked for."""
    found = told.visitor.get(f"/changes/1.0/current{suffix}")

    assert (303, f"/changes/1.0/latest{suffix}") == (found.status_code, found.headers["Location"])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_atom_feed(told, language):
    """A valid feed: identifiers that last, moments, its own address, and the sentences of each release."""
    found = told.visitor.get(f"/changes.atom?lang={language}", base_url="https://example.org/")
    feed = ET.fromstring(found.data)  # noqa: S314 - our own answer
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    entries = feed.findall(f"{ATOM}entry")

    assert "application/atom+xml; charset=utf-8" == found.headers["Content-Type"]
    assert language == feed.get("{http://www.w3.org/XML/1998/namespace}lang")
    assert f"{BASE}changes" == feed.findtext(f"{ATOM}id")
    assert "2026-01-03T12:00:00+00:00" == feed.findtext(f"{ATOM}updated")
    assert "Werkkennis" == feed.findtext(f"{ATOM}author/{ATOM}name")
    assert f"https://example.org/changes.atom?lang={language}" == links["self"]
    assert f"https://example.org/changes?lang={language}" == links["alternate"]
    assert [f"{BASE}id/dataset/werkkennis-{version}" for version in ("2.0", "1.1", "1.0")] == [
        entry.findtext(f"{ATOM}id") for entry in entries
    ]
    for entry in entries:
        assert all(entry.findtext(f"{ATOM}{name}") for name in ("title", "updated", "content"))
        assert "https://example.org/changes/" in entry.find(f"{ATOM}link").get("href")
    sentence = {"nl": "Richting: nu geen effect, was gunstig.", "en": "Direction: now no effect, was favourable."}
    assert sentence[language] in entries[0].findtext(f"{ATOM}content")
    assert "&lt;b&gt;vette&lt;/b&gt;" in entries[1].findtext(f"{ATOM}content")


def test_every_page_tells_of_the_feed(told):
    """A feed reader finds the feed from any page."""
    text = told.visitor.get("/changes", headers={"Accept": "text/html"}).text

    assert re.search(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="/changes\.atom">', text)


def test_a_graph_without_a_release(tmp_path, catalogues):
    """Nothing was released: the page says so, the feed and the stream are empty and valid."""
    told = site_over(write_graph(tmp_path / "graph"), tmp_path / "var")
    feed = ET.fromstring(told.visitor.get("/changes.atom").data)  # noqa: S314 - our own answer
    store = ox.Store()
    store.load(told.visitor.get("/changes/feed").data, format=ox.RdfFormat.TURTLE)

    assert "There is no release yet" in page(told, "/changes?lang=en")
    assert ("1970-01-01T00:00:00+00:00", []) == (feed.findtext(f"{ATOM}updated"), feed.findall(f"{ATOM}entry"))
    assert 0 == len(list(store.quads_for_pattern(None, ox.NamedNode("https://w3id.org/tree#relation"), None)))
    assert 404 == told.visitor.get("/changes/1.0").status_code


def test_moved_lines_are_no_change(tmp_path, catalogues):
    """A file whose lines moved is no release, and is told to say the same."""
    graph = write_graph(tmp_path / "graph")
    (graph / "shapes/things.ttl").write_text(SHAPES + LISTS + TWO_LISTS, encoding="utf-8")
    history.cut(graph, frozenset(patch.lines_of(generations.prepare(graph)[2])), "1.0", "")
    (graph / "shapes/things.ttl").write_text(SHAPES + TWO_LISTS + LISTS, encoding="utf-8")
    told = site_over(graph, tmp_path / "var")

    assert (False, 0) == (told.published.released, told.published.changed)
    assert "lines moved in the files; what they say is the same" in page(told, "/changes?lang=en")


@pytest.fixture(scope="module")
def withdrawing(tmp_path_factory, catalogues):
    """A site whose second release withdrew a thing, and where one names a theme of the European list."""
    folder = tmp_path_factory.mktemp("withdrawing")
    graph = write_graph(folder / "graph")
    (graph / "ontology/things.ttl").write_text(NAMES, encoding="utf-8")
    with pytest.MonkeyPatch.context() as change:
        change.setattr("kg.history.releases.datetime", Clock)
        for version, text in (("1.0", FINDING % "up"), ("2.0", WITHDRAWN)):
            (graph / "data/finding.ttl").write_text(text, encoding="utf-8")
            history.cut(graph, frozenset(patch.lines_of(generations.prepare(graph)[2])), version, "")
    yield site_over(graph, folder / "var")
    shutil.rmtree(folder)


def test_a_withdrawal_is_told_as_one(withdrawing):
    """It is counted among its kind as withdrawn, told in one sentence, and linked nowhere as if it were there."""
    html = withdrawing.visitor.get("/changes/2.0?lang=nl", headers={"Accept": "text/html"}).text
    atom = withdrawing.visitor.get("/changes.atom?lang=en").text
    row = next(csv.DictReader(io.StringIO(withdrawing.visitor.get("/changes.csv?lang=en").text)))

    assert "Findings 1 withdrawn" in page(withdrawing, "/changes?lang=en")
    assert (
        "Bevindingen Ingetrokken 1 X &lt;i&gt;helpt&lt;/i&gt;. Reden: Stond er dubbel in. In plaats daarvan: gunstig"
    ) in page(withdrawing, "/changes/2.0?lang=nl")
    assert "Withdrawn: finding “X helps”. Reason: Was in here twice. Instead: “favourable”." in atom
    assert "no longer" not in atom
    assert 'href="/doc/thing/up?lang=nl"' in html
    assert "finding/x" not in html
    assert "doc/finding/x" not in withdrawing.visitor.get("/changes/1.0", headers={"Accept": "text/html"}).text
    assert ("Findings", "1", "0") == (row["kind"], row["withdrawn"], row["removed"])


def test_values_of_lists_of_others_have_names(withdrawing):
    """A theme of the European list is told by its name and not by its address."""
    assert "Population and society" in page(withdrawing, "/changes/2.0?lang=en")


def test_lists_of_names_are_all_shut(withdrawing):
    """What is new or gone is a list to open, however long it is."""
    html = withdrawing.visitor.get("/changes/1.0?lang=en", headers={"Accept": "text/html"}).text

    assert 3 <= html.count('<details class="part"><summary>New')
    assert "<h3>" not in html


def test_over_an_engine_elsewhere_nothing_is_known(config, store, catalogues):
    """A site that was not built here says that it does not know what changed."""
    visitor = create_app(config, store, "x").test_client()

    assert [404] * 5 == [
        visitor.get(address).status_code
        for address in ("/changes", "/changes.atom", "/changes/feed", "/changes/1.0", "/changes/1.0/1.1")
    ]


@pytest.mark.parametrize(
    "address",
    [
        "/changes/9.9",
        "/changes/1.0/9.9",
        "/changes/9.9/latest",
        "/changes/..%2F..%2Fetc",
        "/changes/latest",
        "/changes/1.0/..",
        "/changes/1.0.ttl",
        "/changes.ttl",
        "/changes/<script>",
        "/changes/%00",
    ],
)
def test_what_is_not_there(told, address):
    """A release that is none is said not to be there; nothing is reflected, nothing breaks."""
    found = told.visitor.get(address)

    assert found.status_code in {404, 406}
    assert "<script>" not in found.text


def test_copies_are_checked_by_their_tag(told):
    """A client that holds a copy is told so, on each page and its data."""
    for address in ("/changes", "/changes/2.0", "/changes/1.0/2.0.json", "/changes/2.0.rdfp", "/changes.atom"):
        first = told.visitor.get(address)
        again = told.visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (304, b"") == (again.status_code, again.data)
