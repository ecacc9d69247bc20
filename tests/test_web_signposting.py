"""Signposting: from each document the way to its data, its licence, its makers and its identifier, for machines."""

import json
import re

import pytest

from kg.vocabulary import BASE, DATASET

BROWSER = {"Accept": "text/html", "Accept-Language": "nl"}
LINK = re.compile(r'<([^>]*)>((?:; [a-z]+="[^"]*")*)')
ATTRIBUTE = re.compile(r'; ([a-z]+)="([^"]*)"')
DOCUMENTS = {
    "doc/component/barriers": "id/component/barriers",
    "doc/finding/tno-summary-training-long-term": "id/finding/tno-summary-training-long-term",
    "doc/scheme/target-groups": "id/scheme/target-groups",
    "doc/graph/data.organisations": "id/graph/data.organisations",
    "doc/dataset/werkkennis": "id/dataset/werkkennis",
    "def": "def",
    "shapes": "shapes",
}
FORMATS = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}


def links(text):
    """Read links as headers have them (RFC 8288): target, and attributes."""
    return [(target, dict(ATTRIBUTE.findall(rest))) for target, rest in LINK.findall(text)]


def of(found, relation):
    """Return the targets of one relation in an answer's header."""
    return [target for target, told in links(found.headers["Link"]) if told["rel"] == relation]


@pytest.mark.parametrize(("document", "iri"), DOCUMENTS.items())
def test_a_page_shows_the_way(client, document, iri):
    """A page names its identifier, its data in each format, its licence, and that it is a page about something."""
    found = client.get(f"/{document}", headers=BROWSER)

    assert [BASE + iri] == of(found, "cite-as")
    assert [f"/{document}"] == of(found, "canonical")
    assert ["https://creativecommons.org/licenses/by/4.0/"] == of(found, "license")
    assert "https://schema.org/AboutPage" in of(found, "type")
    told = {(target, one["type"]) for target, one in links(found.headers["Link"]) if one["rel"] == "describedby"}
    assert FORMATS == {media_type for _, media_type in told}
    for target, media_type in told:
        data = client.get(target)
        assert (200, media_type) == (data.status_code, data.mimetype)
        assert [f"/{document}"] == of(data, "describes")
        assert [BASE + iri] == of(data, "cite-as")
        assert not of(data, "describedby")
    assert len(found.headers["Link"]) < 8000


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_link_set_says_all_of_it(client, document):
    """The link set (RFC 9264) has every link of the header, with whole addresses, and is the same in both forms."""
    page = client.get(f"/{document}", headers=BROWSER)
    addresses = {told["type"]: target for target, told in links(page.headers["Link"]) if told["rel"] == "linkset"}
    as_json = client.get(addresses["application/linkset+json"])
    as_links = client.get(addresses["application/linkset"])
    context = json.loads(as_json.text)["linkset"][0]
    anchor = context.pop("anchor")
    told = {(name, target["href"], target.get("type", "")) for name, targets in context.items() for target in targets}
    lines = links(as_links.text)
    wanted = {
        (one["rel"], target, one.get("type", ""))
        for target, one in links(page.headers["Link"])
        if one["rel"] not in {"linkset", "next"}  # where a long document goes on is no statement about the thing
    }

    assert ("application/linkset+json", "application/linkset") == (as_json.mimetype, as_links.mimetype)
    assert f"http://localhost/{document}" == anchor
    assert all(re.match("https?://", target) for _, target, _ in told)
    assert {(one, whole(target), kind) for one, target, kind in wanted} <= told
    assert told == {(one["rel"], target, one.get("type", "")) for target, one in lines}
    assert {anchor} == {one["anchor"] for _, one in lines}


def whole(target):
    """Return an address as the world writes it."""
    return f"http://localhost{target}" if target.startswith("/") else target


def test_a_finding_names_who_entered_it(client):
    """The author of a document is who is answerable for what it says; it is part of the data set."""
    found = client.get("/doc/finding/tno-summary-training-long-term", headers=BROWSER)

    assert [f"{BASE}id/curator/werkkennis-editors"] == of(found, "author")
    assert DATASET in of(found, "collection")
    assert f"{BASE}def#Finding" in of(found, "type")


def test_a_scheme_names_its_concepts(client, store):
    """The link set of a concept scheme has every concept; the header is kept short."""
    count = store.select(
        f"SELECT ?c {{ ?c <http://www.w3.org/2004/02/skos/core#inScheme> <{BASE}id/scheme/target-groups> }}"
    )
    context = client.get("/linkset/doc/scheme/target-groups.json").json["linkset"][0]

    assert len(count.rows) == len(context["item"])
    assert 20 == len(of(client.get("/doc/scheme/target-groups", headers=BROWSER), "item"))
    assert f"{BASE}id/scheme/target-groups" in of(client.get("/doc/target-group/jobseekers"), "collection")


@pytest.mark.parametrize("accept", ["application/linkset+json", "application/linkset", "*/*"])
def test_a_link_set_by_accept(client, accept):
    """Without an ending the form follows from Accept."""
    found = client.get("/linkset/def", headers={"Accept": accept})

    assert ("application/linkset+json" if accept == "*/*" else accept) == found.mimetype


@pytest.mark.parametrize("name", ["x", "doc", "doc/x", "doc/none/none", "map", "doc/../def", "doc/component/%00"])
def test_no_links_of_what_is_not_there(client, name):
    """What is no document has no link set."""
    assert 404 == client.get(f"/linkset/{name}.json").status_code


def test_a_context_is_named_by_its_content(client, store):
    """The newest context is found from a fixed address, may be kept for good and read from any site."""
    newest = client.get("/def/context.jsonld")
    found = client.get(newest.headers["Location"])
    terms = found.json["@context"]

    assert 302 == newest.status_code
    assert "application/ld+json" == found.mimetype
    assert "*" == found.headers["Access-Control-Allow-Origin"]
    assert "immutable" in found.headers["Cache-Control"]
    assert {"@id": "wk:direction", "@type": "@id"} == terms["direction"]
    assert {"@id": "wk:order", "@type": "xsd:integer"} == terms["order"]
    assert {"@id": "rdfs:label", "@container": "@language"} == terms["label"]
    ours = store.select(f"""SELECT ?t {{ ?t <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <{BASE}def> }}""")
    assert {str(row[0].value).rpartition("#")[2] for row in ours.rows} <= set(terms)
    assert 404 == client.get("/def/context-0000000000000000.jsonld").status_code
    assert 404 == client.get("/def/context-..%2f..%2fkg.jsonld").status_code
