"""The redirects for w3id.org lead every identifier of ours to the host that serves it."""

import re
import shlex
from collections import defaultdict
from urllib.parse import urldefrag, urlsplit

import pyoxigraph as ox
import pytest

from kg.vocabulary import BASE
from surroundings import ROOT

RULES = ROOT / "deploy" / "w3id" / ".htaccess"
HOST = "https://werkkennis.example.org"
ADDRESSES = [
    "", "map", "gaps?status=gap-status/open&lang=en", "questions/gap-map.csv", "catalog", "catalog.ttl", "sparql.json",
    ".well-known/datacatalog", ".well-known/void", ".well-known/sparql-examples", "def.ttl", "doc/component/barriers.ttl",
    "dumps/latest/werkkennis.nt.gz", "dumps/2026-11-22/werkkennis.ttl", "changes", "changes.atom",
    "changes/feed", "changes/feed/2026-11-22/1.nt", "sitemap.xml",
]  # fmt: skip
"""What is no identifier in the graph, and may be asked for by the permanent address all the same."""


def redirected(address):
    """Do what Apache does with the rules for an address; give the status and where it leads to."""
    parts = urlsplit(address.removeprefix(BASE))
    path, environment = parts.path, {}
    for line in RULES.read_text("utf-8").splitlines():
        if not line.startswith("RewriteRule "):
            continue
        _, pattern, target, flags = shlex.split(line)
        given = dict(flag.partition("=")[::2] for flag in flags.strip("[]").split(","))
        if not (found := re.search(pattern, path)):
            continue
        if "E" in given:
            name, _, value = given["E"].partition(":")
            environment[name] = value
        if target != "-":
            target = re.sub(r"%{ENV:(\w+)}", lambda match: environment[match[1]], target)
            target = re.sub(r"\$(\d)", lambda match, found=found: found[int(match[1])], target)
            assert {"R", "L"} <= set(given)
            return int(given["R"]), target + (f"?{parts.query}" if parts.query else "")
    return None


@pytest.fixture(scope="module")
def identifiers(store, generation):
    """All IRIs of ours in the graph, without what stands behind a #, by how they begin."""
    found = defaultdict(set)
    for quad in generation.load():
        for term in quad:
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                address = urldefrag(term.value).url
                found["/".join(address.removeprefix(BASE).split("/")[:2])[:60]].add(address)
    return found


def test_every_identifier_is_led_to_the_same_path(identifiers):
    """Each IRI in the graph is found at the host under its own path; a thing by 303, a document by 302."""
    every = {address for addresses in identifiers.values() for address in addresses}

    assert 800 < len(every)
    for address in every:
        path = address.removeprefix(BASE)
        status = 303 if path.startswith("id/") else 307 if path == "sparql" else 302
        assert (status, f"{HOST}/{path}") == redirected(address)


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_other_address_is_led_on(path):
    """Pages, files and what stands below .well-known can be asked for by the permanent address, with their query."""
    assert (302, f"{HOST}/{path}") == redirected(BASE + path)


def test_a_query_by_post_stays_one():
    """The endpoint is led to with 307, which keeps the method."""
    assert (307, f"{HOST}/sparql") == redirected(f"{BASE}sparql")


def test_where_they_lead_there_is_something(identifiers, client):
    """One of each kind of IRI, followed to the host, is there; what is no file is there as RDF and as a page."""
    for kind, addresses in identifiers.items():
        _, target = redirected(min(addresses))
        for accept in ("text/turtle", "text/html"):
            found = client.get(target.removeprefix(HOST), headers={"Accept": accept}, follow_redirects=True)
            found.close()
            assert 200 == found.status_code, (target, accept)
            if kind.startswith(("id/", "def", "shapes", "questions", ".well-known/void")):
                assert accept == found.mimetype, target


def test_one_line_names_the_host():
    """Whoever hands the file in sets one line, and the rules name no other host."""
    lines = [line for line in RULES.read_text("utf-8").splitlines() if "://" in line and not line.startswith("#")]

    assert [f"RewriteRule ^ - [E=WERKKENNIS:{HOST}]"] == lines
