"""The data set as a whole: its catalogue, releases and parts, as pages and as data."""

import json
import re
import time
from datetime import UTC, datetime
from shutil import copytree

import pyoxigraph as ox
import pytest

from kg import generations, history
from kg.describe import Imprint
from kg.history.patch import lines_of
from kg.settings import LANGUAGES
from kg.store import GRAPH_FORMATS, EmbeddedStore
from kg.vocabulary import BASE, DATASET, DCT, ID, RDF, VOID
from kg.web import create_app
from kg.web.filerows import size
from kg.web.served import as_served

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
DCAT = "http://www.w3.org/ns/dcat#"
SUFFIXES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
PAGES = ["/catalog", "/doc/dataset/werkkennis", "/doc/dataset/scheme-themes"]
HERE = "http://localhost"


def read(response, form=None):
    """Return the statements of an answer."""
    assert 200 == response.status_code
    return {quad.triple for quad in ox.parse(response.data, format=form or GRAPH_FORMATS[response.mimetype])}


def values(statements, subject, predicate):
    """Return the values of a property."""
    return {one.object.value for one in statements if (one.subject.value, one.predicate.value) == (subject, predicate)}


def markup(client, path, language="nl"):
    """Return what a page says to search engines."""
    page = client.get(f"{path}?lang={language}", headers=BROWSER).text
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])


@pytest.fixture(scope="module")
def releasing(config, tmp_path_factory, catalogues):
    """A copy of the graph that was released twice, as an application."""
    graph, var = tmp_path_factory.mktemp("graph"), tmp_path_factory.mktemp("var")
    for room in ("ontology", "shapes", "data"):
        copytree(config.graph / room, graph / room)
    for version in ("1.0", "1.1"):
        (graph / "data" / "more.ttl").write_text(
            f"<{ID}curator/more> a <http://www.w3.org/ns/prov#Agent> ; "
            f'<http://www.w3.org/2000/01/rdf-schema#label> "Meer {version}"@nl , "More {version}"@en .',
            "utf-8",
        )
        release(graph, version)
    generation = generations.build(graph, var, 1, Imprint("Gemeente Voorbeeld", "", "info@example.org"))[1]
    store = EmbeddedStore(generation.load())
    changed = config.replace(graph=graph, var=var)
    return create_app(changed, store, generation.name, published=generation.published).test_client()


def release(graph, version):
    """Release a graph folder."""
    _, _, store = generations.prepare(graph)
    history.cut(graph, frozenset(lines_of(store)), version, "Voor de proef.")
    # Two releases do not bear the same moment, which is told in whole seconds.
    time.sleep(1.1)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("suffix", "media_type"), SUFFIXES.items())
def test_each_format(client, path, suffix, media_type):
    """Each comes in each format of RDF, by suffix and by Accept, and says the same in all."""
    named = client.get(f"{path}.{suffix}")
    asked = client.get(path, headers={"Accept": media_type})

    assert media_type == named.mimetype == asked.mimetype
    assert named.data == asked.data
    if suffix != "jsonld":  # its context is elsewhere
        assert read(client.get(f"{path}.nt")) == read(named)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page(client, path, language):
    """A browser gets a page in its language, with the same as data and every file to take."""
    page = client.get(f"{path}?lang={language}", headers=BROWSER)
    links = re.findall(r'href="([^"]+/dumps/[^"]+)" download', page.text)

    assert (200, "text/html") == (page.status_code, page.mimetype)
    assert all(f'href="{path}.{suffix}?lang={language}"' in page.text for suffix in SUFFIXES)
    assert links
    for link in links:
        with client.head(link) as file:
            assert 200 == file.status_code


def test_the_page_says_what_the_data_says(client):
    """Sizes, fingerprints, licence and the whom to turn to stand on the page as in the catalogue."""
    page = client.get("/catalog?lang=en", headers=BROWSER).text
    said = read(client.get("/catalog.nt"))
    sums = {one.object.value for one in said if one.predicate.value.endswith("#checksumValue")}

    assert len(sums) >= 16
    assert all(f"<code>{value}</code>" in page for value in sums)
    assert "Creative Commons Attribution 4.0 (CC BY 4.0)" in page
    assert "Werkkennis editors" in page
    assert "Whoever runs this site has not named an address yet." in page
    assert "SHA256SUMS" in page


def test_one_number_for_the_whole(client, generation):
    """The page, the statistics and the dumps count the same statements, written as people write numbers."""
    lines = (generation.published.folder / generation.published.label / "werkkennis.nt").read_bytes().splitlines()
    said = read(client.get("/.well-known/void"))
    page = client.get("/catalog?lang=nl", headers=BROWSER).text
    release = client.get(f"/changes/{generation.published.releases[0].version}?lang=nl", headers=BROWSER).text
    grouped = [f"{count:,}".replace(",", ".") for count in (len(lines), generation.published.releases[0].quads)]

    assert {str(len(lines))} == values(said, DATASET, f"{VOID}triples")
    assert f"<dt>Uitspraken</dt><dd>{grouped[0]} " in page
    assert f"{grouped[1]} uitspraken" in release


def test_the_page_of_a_scheme(client):
    """It does not say that it is a catalogue, and names once who both makes and publishes it."""
    page = client.get("/doc/dataset/scheme-themes?lang=en", headers=BROWSER).text
    main = client.get("/catalog?lang=en", headers=BROWSER).text

    assert "This page is a catalogue" not in page
    assert "This page is a catalogue" in main
    for text in (page, main):
        assert ("<dt>Editors and publisher</dt>" in text, "<dt>Publisher</dt>" in text) == (True, False)


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_discovery(client, accept):
    """Crawlers that know the host name alone are led to the catalogue."""
    found = client.get("/.well-known/datacatalog", headers={"Accept": accept})

    assert (302, "/catalog") == (found.status_code, found.headers["Location"])
    assert accept == client.get("/catalog", headers={"Accept": accept}).mimetype


@pytest.mark.parametrize(
    "path", ["/doc/dataset/none", "/doc/dataset/none.ttl", "/doc/dataset/%22%3E%3Cb%3E", "/catalog.xyz"]
)
def test_what_is_not_there(client, path):
    """What is no data set, or no format, is refused and not repeated."""
    found = client.get(path, headers=BROWSER)

    assert found.status_code in {404, 406}
    assert b"><b>" not in found.data


@pytest.mark.parametrize("root", ["https://example.org", "https://example.org/kg"])
def test_behind_a_proxy(config, store, generation, root):
    """Addresses are told as the world asks for them, also under a path; identifiers do not change."""
    client = create_app(config.replace(public_url=root), store, generation.name).test_client()
    said = read(client.get("/catalog", headers={"Accept": "text/turtle", "Host": "inside:8000"}))
    dumps = {one.object.value for one in said if one.predicate.value == f"{DCAT}downloadURL"}

    assert dumps
    assert all(address.startswith(f"{root}/dumps/") for address in dumps)
    assert {f"{root}/sparql"} == values(said, f"{ID}service/sparql", f"{DCAT}endpointURL")
    assert {f"{root}/catalog"} == values(said, DATASET, f"{DCAT}landingPage")
    assert {DATASET} == values(said, f"{ID}catalog/werkkennis", f"{DCAT}dataset")
    assert "inside" not in client.get("/catalog", headers=BROWSER | {"Host": "inside:8000"}).text
    assert markup(client, "/")["distribution"][0]["contentUrl"].startswith(f"{root}/dumps/")


def test_documents_and_identifiers():
    """Only addresses of documents are told anew; sizes get the datatype that DCAT asks for."""
    size_of = ox.NamedNode(f"{DCAT}byteSize")
    thing = ox.NamedNode(f"{ID}distribution/one")

    (found,) = as_served([ox.Triple(thing, size_of, ox.Literal(5))])

    assert thing == found.subject
    assert "http://www.w3.org/2001/XMLSchema#nonNegativeInteger" == found.object.datatype.value


def test_the_statistics_name_files_and_links(client):
    """VoID has the files of the whole data set, as the world asks for them, and counts of what is linked to."""
    said = read(client.get("/.well-known/void"))
    dumps = values(said, DATASET, f"{VOID}dataDump")
    linksets = {one.subject.value for one in said if one.object == ox.NamedNode(f"{VOID}Linkset")}
    targets = {value for linkset in linksets for value in values(said, linkset, f"{VOID}objectsTarget")}

    assert f"{HERE}/dumps/latest/werkkennis.nq.gz" in dumps
    assert all(address.startswith(f"{HERE}/dumps/latest/werkkennis.") for address in dumps)
    assert linksets <= values(said, DATASET, f"{VOID}subset")
    assert {"http://zbw.eu/stw/", "https://ror.org/"} <= {
        value for target in targets for value in values(said, target, f"{VOID}uriSpace")
    }
    assert f"{DCAT}Dataset" not in values(said, DATASET, f"{RDF}type")


def test_links_are_counted_rightly(client, store):
    """The count of a linkset is what a query finds."""
    said = read(client.get("/.well-known/void"))
    linkset = f"{BASE}.well-known/void#linkset-zbw-eu-stw-closeMatch"
    query = """SELECT (COUNT(*) AS ?links) {
        ?s <https://w3id.org/werkkennis/def#closeMatch> ?o FILTER(STRSTARTS(STR(?o), "http://zbw.eu/stw/")) }"""

    assert {row["links"] for row in store.select(query).records()} == values(said, linkset, f"{VOID}triples")


def test_the_endpoint_names_the_same_data_set(client):
    """Service description, statistics and catalogue speak of one data set and one endpoint."""
    service = read(client.get("/sparql.ttl"))
    catalogue = read(client.get("/catalog.ttl"))

    for said in (service, catalogue):
        assert {DATASET} == values(said, f"{ID}service/sparql", f"{DCAT}servesDataset")
        assert {f"{HERE}/sparql"} == values(said, f"{ID}service/sparql", f"{DCAT}endpointURL")
    assert {f"{HERE}/sparql"} == values(service, DATASET, f"{VOID}sparqlEndpoint")
    assert {f"{HERE}/sparql.ttl"} == values(catalogue, f"{ID}service/sparql", f"{DCAT}endpointDescription")


def test_search_engines_read_what_the_catalogue_says(client):
    """The front page and the catalogue carry the same description, with the files of the catalogue."""
    front, catalogue = markup(client, "/"), markup(client, "/catalog")
    said = read(client.get("/catalog.ttl"))
    files = {one.object.value for one in said if one.predicate.value == f"{DCAT}downloadURL"}

    assert front == catalogue
    assert files | {f"{HERE}/sparql"} == {form["contentUrl"] for form in front["distribution"]}
    assert {text["@value"] for text in front["name"]} == values(said, DATASET, f"{DCT}title")


def test_releases(releasing):
    """A release has a page and a description under its own IRI, and keeps its files; the data set leads to all."""
    said = read(releasing.get("/catalog.ttl"))
    versions = values(said, DATASET, f"{DCAT}hasVersion")
    first, second = (f"{DATASET}-{version}" for version in ("1.0", "1.1"))

    assert {first, second} == versions
    assert {second} == values(said, DATASET, f"{DCAT}hasCurrentVersion")
    assert [DATASET] == [one.subject.value for one in said if one.object == ox.NamedNode(f"{DCAT}Dataset")]
    release = read(releasing.get(second.removeprefix("https://w3id.org/werkkennis").replace("/id/", "/doc/") + ".ttl"))
    assert {first} == values(release, second, f"{DCAT}prev")
    assert {DATASET} == values(release, second, f"{DCAT}isVersionOf")
    for form in values(release, second, f"{DCAT}distribution"):
        for address in values(release, form, f"{DCAT}downloadURL"):
            assert address.startswith(f"{HERE}/dumps/1.1/")
            with releasing.head(address.removeprefix(HERE)) as file:
                assert 200 == file.status_code
    page = releasing.get("/doc/dataset/werkkennis-1.1?lang=nl", headers=BROWSER).text
    assert "Uitgave 1.1, van" in page
    assert "Voor de proef." in page
    assert 'href="/doc/dataset/werkkennis-1.0?lang=nl">1.0</a>' in page
    assert "Dit is uitgave 1.1, van" in releasing.get("/catalog?lang=nl", headers=BROWSER).text


def test_the_publisher_and_contact_of_the_settings(releasing):
    """Who runs the site is named as publisher, with the mail address that was set, for people and for programs."""
    page = releasing.get("/catalog", headers=BROWSER).text
    found = markup(releasing, "/catalog")

    assert 'href="mailto:info@example.org"' in page
    assert "Gemeente Voorbeeld" in page
    assert "info@example.org" == found["publisher"]["contactPoint"]["email"]


def test_a_release_is_dated(releasing):
    """Last-Modified is the moment of the last release, and a client that knows it is told so."""
    found = releasing.get("/catalog.ttl")
    dated = datetime.strptime(found.headers["Last-Modified"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    known = {"If-None-Match": found.headers["ETag"]}

    assert {dated.isoformat()[:19]} == {value[:19] for value in values(read(found), DATASET, f"{DCT}modified")}
    assert 304 == releasing.get("/catalog.ttl", headers=known).status_code


def test_the_files_are_signposts(client):
    """The Link header leads from the data set to its files, each with its kind (Signposting)."""
    page, catalogue = client.get("/doc/dataset/werkkennis"), client.get("/catalog", headers=BROWSER)
    links = page.headers["Link"]

    assert links == catalogue.headers["Link"]
    assert ("/doc/dataset/werkkennis.ttl", "/catalog.html?lang=nl") == (
        page.headers["Content-Location"].replace("html?lang=nl", "ttl"),
        catalogue.headers["Content-Location"],
    )
    assert re.search(r'</dumps/[^>]+/werkkennis\.nq\.gz>; rel="item"; type="application/gzip"', links)
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1910, "1,9 kB"),
        (79_981, "80 kB"),
        (2_403_392, "2,4 MB"),
        (5 * 10**12, "5.000 GB"),
    ],
)
def test_sizes(app, count, expected):
    """A size is told as a person says it."""
    with app.test_request_context("/?lang=nl"):
        assert expected == size(count)
