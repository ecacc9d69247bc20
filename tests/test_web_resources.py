"""Things by their IRI, the ontology, and whether the site is well."""

import json
import re

import pyoxigraph as ox
import pytest

from kg import __version__
from kg.vocabulary import BASE, ID, WK
from kg.web.serialise import compact, current

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "nl"}
FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}
THINGS = [
    "component/barriers", "finding/tno-summary-training-long-term", "study/tno-quickscan", "scheme/components",
    "organisation/tno", "intervention/training", "programme/vakkundig-aan-het-werk", "curator/werkkennis-editors",
    "graph/data.organisations", "component-group/individual", "publication/zonmw-gewogen-maatwerk",
]  # fmt: skip


def parsed(client, body, form):
    """Return the statements of a body; JSON-LD has its context put in first, which the engine does not fetch."""
    if form == ox.RdfFormat.JSON_LD:
        document = json.loads(body)
        address = document["@context"].removeprefix("http://localhost")
        document["@context"] = client.get(address).get_json()["@context"]
        body = json.dumps(document)
    return set(ox.parse(body, format=form))


def pages(client, found):
    """Give the addresses of the pages after one, as its links lead to them."""
    while following := re.search(r'<([^>]*)>; rel="next"', found.headers["Link"]):
        yield following[1]
        found = client.get(following[1], headers={"Accept": "text/turtle"})


def things(store):
    """Return every thing of ours that anything is said about."""
    rows = store.select("SELECT DISTINCT ?s { ?s ?p ?o }").records()
    return sorted(row["s"] for row in rows if row["s"].startswith(ID))


@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_leads_to_its_document(client, thing):
    """The IRI of a thing sends to the document about it with 303, whatever the format."""
    found = client.get(f"/id/{thing}", headers=BROWSER)

    assert 303 == found.status_code
    assert f"/doc/{thing}" == found.headers["Location"]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("thing", THINGS)
def test_a_document_as_data(client, store, thing, suffix):
    """By suffix and by Accept the same graph: what is said about the thing and what refers to it."""
    media_type, form = FORMATS[suffix]
    by_suffix = client.get(f"/doc/{thing}.{suffix}")
    by_accept = client.get(f"/doc/{thing}", headers={"Accept": media_type})
    triples = parsed(client, by_suffix.data, form)
    for further in pages(client, by_suffix):
        triples |= parsed(client, client.get(further, headers={"Accept": media_type}).data, form)
    outgoing = store.select(f"SELECT DISTINCT ?p ?o {{ <{ID}{thing}> ?p ?o }}").rows
    incoming = store.select(f"SELECT DISTINCT ?s ?p {{ ?s ?p <{ID}{thing}> }}").rows

    assert media_type == by_suffix.mimetype == by_accept.mimetype
    assert parsed(client, by_suffix.data, form) == parsed(client, by_accept.data, form)
    assert len(outgoing) == sum(triple.subject.value == ID + thing for triple in triples)
    assert len(incoming) == sum(triple.object == ox.NamedNode(ID + thing) for triple in triples)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_thing_has_a_page(client, store, language):
    """Each thing in the graph has a page with its label as title, in both languages."""
    all_things = things(store)

    assert 500 < len(all_things)
    for iri in all_things:
        page = client.get(f"/doc/{iri.removeprefix(ID)}?lang={language}", headers=BROWSER)
        assert 200 == page.status_code
        assert "<h1></h1>" not in page.text


def test_a_finding_says_its_source(client):
    """The page of a finding names publication, place and curator, and links all it mentions on this host."""
    page = client.get("/doc/finding/tno-summary-training-long-term", headers=BROWSER).text
    source = page.partition('<section class="source"')[2].partition("</section>")[0]

    assert '<a href="/doc/publication/tno-quickscan-summary">' in source
    assert "alinea" in source
    assert '<a href="/doc/curator/werkkennis-editors">' in source
    assert 'href="https://w3id.org/werkkennis/id/' not in page


def test_properties_are_called_by_their_label(client):
    """Properties stand on a page in the words of the ontology, in the page's language."""
    dutch = client.get("/doc/finding/tno-summary-training-long-term?lang=nl").text
    english = client.get("/doc/finding/tno-summary-training-long-term?lang=en").text

    assert "<dt>Richting</dt>" in dutch
    assert "<dt>Direction</dt>" in english


def test_no_property_or_class_is_without_a_word(client, store):
    """No page shows a property or a class by its code."""
    for iri in things(store)[::7]:
        page = client.get(f"/doc/{iri.removeprefix(ID)}", headers=BROWSER).text
        for term in page.split("<dt>")[1:]:
            assert ":" not in term.partition("</dt>")[0]


def test_what_refers_to_a_thing(client):
    """The page of a concept lists what refers to it by kind; what is narrower stands among its neighbours."""
    page = client.get("/doc/target-group/jobseekers", headers=BROWSER).text
    before, _, incoming = page.partition('id="incoming"')

    assert 'id="refers-finding"' in incoming
    assert '<a href="/doc/target-group/municipal-clients">' in before.partition('id="neighbours"')[2]


def test_an_undated_page_is_not_dated(client):
    """A publication without a date of its own is said to be of a date at the latest."""
    page = client.get("/doc/publication/zonmw-gewogen-maatwerk", headers=BROWSER).text

    assert "uiterlijk 31 december 2018" in page


@pytest.mark.parametrize(
    "address", ["/doc/component/none", "/doc/none/none", "/doc/component/barriers.xyz", "/def.xyz"]
)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/json"])
def test_an_unknown_thing(client, address, accept):
    """Nothing is known about it: 404 — or 406 where the ending names no format that there is."""
    assert client.get(address, headers={"Accept": accept}).status_code in {404, 406}


@pytest.mark.parametrize("slug", ['x"%3E%3Cscript%3E', "a b", "%3Cb%3E", "..%2f..", "%00"])
def test_a_strange_name_is_just_unknown(client, slug):
    """A name that could be no IRI is unknown, and nothing of it is shown as markup."""
    found = client.get(f"/doc/component/{slug}", headers=BROWSER)

    assert 404 == found.status_code
    assert "<script>" not in found.text


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_ontology_as_data(client, suffix):
    """Every format of the ontology holds its header and its classes."""
    media_type, form = FORMATS[suffix]
    found = client.get(f"/def.{suffix}")
    subjects = {triple.subject for triple in parsed(client, found.data, form)}

    assert media_type == found.mimetype
    assert {ox.NamedNode(BASE + "def"), ox.NamedNode(WK + "Finding"), ox.NamedNode(WK + "direction")} <= subjects


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_ontology_has_an_anchor_for_each_term(client, store, language):
    """Each term stands on the page under its own name, once."""
    query = f"""SELECT DISTINCT ?term {{
        ?term <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <{BASE}def> }}"""
    page = client.get(f"/def?lang={language}", headers=BROWSER).text
    terms = [row["term"].removeprefix(WK) for row in store.select(query).records()]

    assert 50 < len(terms)
    for term in terms:
        assert 1 == page.count(f'id="{term}"')


def test_health(client, generation, store):
    """The site says that it is well, from which generation, how large, in which version."""
    found = client.get("/health")

    assert {"status": "ok", "generation": generation.name, "quads": len(store), "version": __version__} == found.json


def test_json_is_json_ld(client):
    """Whoever wants JSON gets JSON-LD, and whoever wants only XHTML gets the page; others get what they always did."""
    for address in ("/doc/component/barriers", "/def", "/catalog", "/changes/feed"):
        for accept in ("application/json", "application/json, text/plain, */*"):
            assert "application/ld+json" == client.get(address, headers={"Accept": accept}).mimetype
    wanted = {"Accept": "application/xhtml+xml"}
    for address in ("/doc/component/barriers", "/map"):
        assert "text/html" == client.get(address, headers=wanted).mimetype
    assert "application/sparql-results+json" == client.get("/map", headers={"Accept": "application/json"}).mimetype


def test_booleans_and_numbers_are_those_of_json(client, store):
    """What is true, false or a whole number is so in JSON, and is read back as the very same statements."""
    rows = store.select(f"SELECT ?s {{ ?s <{WK}hedged> true ; <{WK}finding>|^<{WK}finding>|a ?x }} LIMIT 1").records()
    path = next(iter(rows))["s"].removeprefix(ID)
    found = client.get(f"/doc/{path}.jsonld")
    nodes = found.json.get("@graph") or found.json.get("graph") or [found.json]
    [node] = [one for one in nodes if one.get("id", "").endswith(path) and "hedged" in one]
    lines = client.get(f"/doc/{path}.nt").data

    assert node["hedged"] is True
    assert parsed(client, found.data, ox.RdfFormat.JSON_LD) == parsed(client, lines, ox.RdfFormat.N_TRIPLES)


def test_only_what_is_read_back_the_same_becomes_json(app):
    """Other ways to write a value, and numbers that lose digits in some readers, stay as they are written."""
    written = {
        "boolean": ["true", "false", "1"],
        "integer": ["0", "-7", "07", "+7", "-0", "1234567890123456"],
        "decimal": ["1"],
    }
    one, see = ox.NamedNode(f"{ID}gap/one"), ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso")
    xsd = "http://www.w3.org/2001/XMLSchema#"
    said = [
        ox.Triple(one, see, ox.Literal(text, datatype=ox.NamedNode(xsd + kind)))
        for kind, texts in written.items()
        for text in texts
    ]
    with app.test_request_context("/"):
        document = compact(said)
        context = current().terms
    values = next(value for value in document.values() if isinstance(value, list))
    native = [value["@value"] for value in values if not isinstance(value["@value"], str)]

    assert [True, False, 0, -7] == native
    assert set(said) == {
        quad.triple for quad in ox.parse(json.dumps(document | {"@context": context}), format=ox.RdfFormat.JSON_LD)
    }
