"""What crawlers read first: the sitemap after sitemaps.org, robots.txt after RFC 9309, security.txt after RFC 9116."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from kg.store import EmbeddedStore
from kg.vocabulary import BASE, GRAPH, ID
from kg.web import create_app, sitemap

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
W3C_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")
MODIFIED = "http://purl.org/dc/terms/modified"
PUBLIC = "https://kennis.example.org/kg"


def read(client, address="/sitemap.xml", kind="url"):
    """Return the addresses of a sitemap, each with its date or None, after it was held against the standard."""
    found = client.get(address)
    assert (200, "application/xml; charset=utf-8") == (found.status_code, found.content_type)
    assert len(found.data) <= 50 * 1024 * 1024
    root = ET.fromstring(found.data)  # noqa: S314 - it is our own
    assert f"{SPACE}{'urlset' if kind == 'url' else 'sitemapindex'}" == root.tag
    assert 1 <= len(root) <= 50_000
    entries = {}
    for entry in root:
        assert f"{SPACE}{kind}" == entry.tag
        names = [child.tag.removeprefix(SPACE) for child in entry]
        assert names[:1] == ["loc"]
        assert set(names) <= {"loc", "lastmod", LINK}
        assert names.count("loc") == 1
        assert names.count("lastmod") <= 1
        place, changed = entry.findtext(f"{SPACE}loc"), entry.findtext(f"{SPACE}lastmod")
        assert len(place) < 2048
        assert changed is None or W3C_DATE.fullmatch(changed)
        entries[place] = changed
    assert len(root) == len(entries), "an address stands there twice"
    return entries


@pytest.fixture
def small():
    """A visitor of a site over a few things: one with a date, one without, one that is withdrawn."""
    store = ox.Store()
    kind, wk = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), f"{BASE}def#"
    home = ox.NamedNode(f"{GRAPH}data.test")
    for name, of in (("old", "Study"), ("new", "Study"), ("gone", "Withdrawn")):
        store.add(ox.Quad(ox.NamedNode(f"{ID}study/{name}"), kind, ox.NamedNode(wk + of), home))
    moment = ox.Literal("2026-01-31T12:00:00Z", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#dateTime"))
    store.add(
        ox.Quad(ox.NamedNode(f"{BASE}doc/study/old"), ox.NamedNode(MODIFIED), moment, ox.NamedNode(f"{GRAPH}history"))
    )
    return store


@pytest.fixture
def public(config, store, generation, catalogues):
    """A visitor of the same site under a public address."""
    return create_app(config.replace(public_url=PUBLIC), store, generation.name).test_client()


def test_every_thing_has_its_entry(client, generation):
    """Each thing of the graph, and each page that is not of one thing, stands in the sitemap; no graph does."""
    found = {address.removeprefix("http://localhost") for address in read(client)}
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    things = {
        quad.subject.value
        for quad in generation.load().quads_for_pattern(None, kind, None, None)
        if isinstance(quad.subject, ox.NamedNode) and re.fullmatch(rf"{ID}(?!graph/)[^/#]+/[^/#]+", quad.subject.value)
    }

    assert 500 < len(things)
    assert {f"/doc/{iri.removeprefix(ID)}" for iri in things} == {path for path in found if path.startswith("/doc/")}
    assert {
        "/",
        "/map",
        "/gaps",
        "/questions",
        "/questions/gap-map",
        "/browse/study",
        "/def",
        "/shapes",
        "/catalog",
    } < found
    assert {"/changes", "/api", "/sparql", "/gaps/tno-summary-evidence-not-used", "/compare/dates"} < found


def test_entries_lead_to_pages(client):
    """One address of each kind is there, as a page."""
    chosen = {address.rpartition("/")[0]: address for address in read(client)}
    statuses = {
        address: client.get(address, headers={"Accept": "text/html"}).status_code for address in chosen.values()
    }

    assert 50 < len(statuses)
    assert {200} == set(statuses.values()), statuses


def test_dates_are_those_of_the_history(client, generation):
    """A document has the date that the graph gives it, and none where the graph gives none."""
    told = {
        quad.subject.value.removeprefix(BASE): quad.object.value
        for quad in generation.load().quads_for_pattern(
            None, ox.NamedNode(MODIFIED), None, ox.NamedNode(f"{GRAPH}history")
        )
    }
    for address, changed in read(client).items():
        path = address.removeprefix("http://localhost/")
        of_history = path.startswith("doc/") and not path.startswith("doc/dataset/")
        assert changed in ((told[path],) if of_history and path in told else (None, of_release(generation))), path


def of_release(generation):
    """Return when what is served was released; None where it is no release."""
    return generation.published.releases[-1].created if generation.published.released else None


@pytest.mark.parametrize("is_release", [True, False])
def test_dates_agree_with_those_of_the_documents(config, store, generation, is_release):
    """The data set, the catalogue and what is derived are as old as the release; no date is later than Last-Modified."""
    label = generation.published.releases[-1].version if is_release else "build-0123456789abcdef"
    published = replace(generation.published, label=label)
    visitor = create_app(config, store, generation.name, published=published).test_client()
    moment = published.releases[-1].created if is_release else None
    entries = {address.removeprefix("http://localhost"): changed for address, changed in read(visitor).items()}
    dated = [
        path for path in entries if re.match("/doc/(dataset|scheme|curator|service|organisation|theme)/|/catalog", path)
    ]

    assert 30 < len(dated)
    assert {moment} == {entries[path] for path in dated if re.match("/doc/dataset/|/catalog", path)}
    for path in dated:
        told = visitor.get(f"{path}.ttl").headers.get("Last-Modified")
        assert told or not is_release, path
        if told and entries[path]:
            assert datetime.fromisoformat(entries[path]) <= parsedate_to_datetime(told), path


def test_a_thing_that_is_gone_has_no_entry(small, config, catalogues):
    """What was withdrawn is not offered; a date is told only where it is known."""
    visitor = create_app(config, EmbeddedStore(small), "small").test_client()
    documents = {address: changed for address, changed in read(visitor).items() if "/doc/" in address}

    assert {
        "http://localhost/doc/study/old": "2026-01-31T12:00:00Z",
        "http://localhost/doc/study/new": None,
    } == documents


def test_languages_are_told(client):
    """Each entry names its page in both languages, and the address that chooses by the visitor."""
    root = ET.fromstring(client.get("/sitemap.xml").data)  # noqa: S314 - it is our own
    for entry in root:
        place = entry.findtext(f"{SPACE}loc")
        links = {link.get("hreflang"): link.get("href") for link in entry.findall(LINK)}
        assert {"nl": f"{place}?lang=nl", "en": f"{place}?lang=en", "x-default": place} == links


def test_pages_tell_their_languages_too(client):
    """What the sitemap says of a page's languages, the page says itself; one with choices in its address says nothing."""
    for address in ("/", "/doc/component/barriers", "/gaps", "/questions/gap-map"):
        for asked in (address, f"{address}?lang=en"):
            found = client.get(asked, headers={"Accept": "text/html"}).text
            place = f"http://localhost{address}"
            assert [("nl", f"{place}?lang=nl"), ("en", f"{place}?lang=en"), ("x-default", place)] == re.findall(
                r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', found
            )
    assert "x-default" not in client.get("/map?rows=outcome", headers={"Accept": "text/html"}).text
    assert "x-default" not in client.get("/nowhere", headers={"Accept": "text/html"}).text


def test_a_large_sitemap_is_an_index(client, config, store, generation, monkeypatch):
    """Past the limit there is an index; its parts are within the limit, overlap nowhere and leave nothing out."""
    whole = read(client)
    monkeypatch.setattr(sitemap, "MOST", 100)
    visitor = create_app(
        config.replace(cache_bytes=0), store, generation.name, published=generation.published
    ).test_client()
    parts = {place: read(visitor, place.removeprefix("http://localhost")) for place in read(visitor, kind="sitemap")}
    things = {place: entries for place, entries in parts.items() if "pages" not in place}

    assert 10 < len(parts)
    assert all(len(entries) <= 100 for entries in things.values())
    assert len(whole) == sum(map(len, parts.values()))
    assert whole == {address: changed for entries in parts.values() for address, changed in entries.items()}


def test_a_part_tells_when_it_last_changed(small, config, catalogues, monkeypatch):
    """A part has the newest date in it, and none where a date in it is not known."""
    monkeypatch.setattr(sitemap, "MOST", 1)
    visitor = create_app(config, EmbeddedStore(small), "small").test_client()
    parts = {place: changed for place, changed in read(visitor, kind="sitemap").items() if "pages" not in place}
    held = {place: read(visitor, place.removeprefix("http://localhost")) for place in parts}

    assert 2 == len(parts)
    for place, entries in held.items():
        assert parts[place] == (None if None in entries.values() else max(entries.values()))


@pytest.mark.parametrize("part", ["0", "zz", "00", "pages.xml", "-1", "é"])
def test_there_are_no_other_parts(client, part):
    """A sitemap in one piece has no parts but the pages."""
    assert 404 == client.get(f"/sitemap-{quote(part)}.xml").status_code


def test_addresses_are_public(public):
    """All addresses begin with the public address, whatever host was asked."""
    found = public.get("/sitemap.xml", headers={"Host": "inside:8000"})
    addresses = re.findall(r"<loc>([^<]*)</loc>|href=\"([^\"]*)\"", found.text)

    assert 1000 < len(addresses)
    assert {True} == {"".join(pair).startswith(f"{PUBLIC}/") for pair in addresses}


def rules(text):
    """Return what robots.txt says to all, as pairs of name and value."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(": ", 1)) for line in lines]


def test_robots(client):
    """Crawlers are let in, kept off addresses without end, and told where the sitemap is."""
    found = client.get("/robots.txt")
    told = rules(found.text)

    assert "text/plain; charset=utf-8" == found.content_type
    assert ("User-agent", "*") == told[0]
    assert {"/search", "/metrics", "/health", "/*?"} == {value for name, value in told if name == "Disallow"}
    assert {"/*?lang=nl$", "/*?lang=en$", "/doc/*?after="} == {value for name, value in told if name == "Allow"}
    assert ("Sitemap", "http://localhost/sitemap.xml") == told[-1]


def test_robots_under_a_path(public):
    """Where the site lies under a path, its rules do too: they are read at the root of the host, if at all."""
    told = rules(public.get("/robots.txt").text)

    assert all(value.startswith("/kg/") for name, value in told if name in {"Allow", "Disallow"})
    assert ("Sitemap", f"{PUBLIC}/sitemap.xml") == told[-1]


def security(config, store, generation, **settings):
    """Return the answer at ``security.txt`` of a site with these settings."""
    visitor = create_app(config.replace(**settings), store, generation.name).test_client()
    return visitor.get("/.well-known/security.txt")


@pytest.mark.parametrize(
    ("contact", "written"),
    [
        ("redactie@example.org", "mailto:redactie@example.org"),
        ("https://example.org/issues", "https://example.org/issues"),
    ],
)
def test_security(config, store, generation, contact, written):
    """Whoever is named in the settings is whom to tell, for less than a year from now, in both languages."""
    found = security(config, store, generation, contact=contact, public_url=PUBLIC)
    told = dict(line.split(": ", 1) for line in found.text.splitlines())
    expires = datetime.fromisoformat(told["Expires"])
    now = datetime.now(tz=UTC)

    assert "text/plain; charset=utf-8" == found.content_type
    assert {"Contact", "Expires", "Preferred-Languages", "Canonical"} == set(told)
    assert written == told["Contact"]
    assert now + timedelta(days=120) < expires < now + timedelta(days=365)
    assert "nl, en" == told["Preferred-Languages"]
    assert f"{PUBLIC}/.well-known/security.txt" == told["Canonical"]


def test_security_without_a_secure_address(config, store, generation):
    """Where the site has no https of its own, it does not say where the file should be."""
    assert "Canonical" not in security(config, store, generation, contact="a@example.org").text


@pytest.mark.parametrize("contact", ["", "http://example.org/issues"])
def test_no_contact_is_made_up(config, store, generation, contact):
    """Without a contact, or with one that the standard rules out, there is no such file, and the reason is told."""
    found = security(config, store, generation, contact=contact)

    assert 404 == found.status_code
    assert "KG_CONTACT" in found.json["detail"]
