"""HTTP: copies that are still good, headers that say what an answer depends on, HEAD that says what GET would."""

import gzip
import re
import time

import pyoxigraph as ox
import pytest

from kg import generations, history
from kg.history.patch import lines_of
from kg.store import EmbeddedStore
from kg.vocabulary import BASE
from kg.web import create_app
from small_graph import write_graph

HISTORY = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wk: <https://w3id.org/werkkennis/def#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX gap: <https://w3id.org/werkkennis/id/gap/>
PREFIX doc: <https://w3id.org/werkkennis/doc/gap/>
PREFIX graph: <https://w3id.org/werkkennis/id/graph/>

INSERT DATA {
  GRAPH graph:data {
    gap:old rdfs:label "Oud"@nl , "Old"@en .
    gap:linked rdfs:label "Verbonden"@nl , "Linked"@en ; rdfs:seeAlso gap:newer .
    gap:newer rdfs:label "Nieuwer"@nl , "Newer"@en .
    gap:fresh rdfs:label "Vers"@nl , "Fresh"@en .
    gap:near-fresh rdfs:label "Naast vers"@nl , "Next to fresh"@en ; rdfs:seeAlso gap:fresh .
    gap:double a wk:Withdrawn ; dct:isReplacedBy gap:newer ; skos:changeNote "Dubbel."@nl , "Double <b>."@en .
  }
  GRAPH graph:history {
    doc:old dct:modified "2026-01-01T10:00:00Z"^^xsd:dateTime .
    doc:linked dct:modified "2026-02-01T10:00:00Z"^^xsd:dateTime .
    doc:newer dct:modified "2026-03-01T10:00:00Z"^^xsd:dateTime .
    doc:near-fresh dct:modified "2026-03-01T10:00:00Z"^^xsd:dateTime .
    doc:double dct:modified "2026-03-01T10:00:00Z"^^xsd:dateTime .
    doc:lost prov:invalidatedAtTime "2026-03-01T10:00:00Z"^^xsd:dateTime .
    <https://w3id.org/werkkennis/def> dct:modified "2026-04-01T10:00:00Z"^^xsd:dateTime .
  }
}
"""
JANUARY, MARCH, APRIL = (
    "Thu, 01 Jan 2026 10:00:00 GMT", "Sun, 01 Mar 2026 10:00:00 GMT", "Wed, 01 Apr 2026 10:00:00 GMT",
)  # fmt: skip
BROWSER = {"Accept": "text/html", "Accept-Language": "nl"}
OF_ONE_REQUEST = {"X-Request-ID", "Date"}
EVERYWHERE = [
    "/", "/map", "/map.csv", "/gaps", "/questions", "/questions/gap-lifecycle", "/questions/gap-lifecycle.json",
    "/questions/gap-lifecycle.xlsx", "/id/component/barriers", "/id/none/none", "/doc/component/barriers",
    "/doc/component/barriers.ttl", "/doc/component/barriers.jsonld", "/doc/none/none", "/doc/none/none.ttl",
    "/doc/graph/data.organisations", "/doc/graph/data.organisations.nq", "/def", "/def.rdf", "/def/context.jsonld",
    "/def/0.1.0", "/def/9.9.9", "/shapes", "/shapes.nt", "/linkset/doc/component/barriers", "/linkset/def.txt",
    "/catalog", "/catalog.ttl", "/.well-known/void", "/.well-known/sparql-examples", "/sparql", "/sparql.ttl",
    "/sparql?query=ASK%20%7B%7D", "/sparql?query=SELECT", "/browse", "/browse/gap", "/search?q=werk", "/changes",
    "/sitemap.xml", "/robots.txt", "/openapi.json", "/nowhere", "/static/site.css",
]  # fmt: skip


@pytest.fixture(scope="module")
def small(config, catalogues):
    """A visitor to a few things that changed at different moments."""
    made = ox.Store()
    made.update(HISTORY)
    return create_app(config, EmbeddedStore(made), "small").test_client()


def told(found, but=()):
    """Return the status and the headers of an answer."""
    return found.status_code, sorted(
        (name, value) for name, value in found.headers if name not in {*OF_ONE_REQUEST, *but}
    )


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*"])
@pytest.mark.parametrize("packed", ["identity", "gzip"])
@pytest.mark.parametrize("address", EVERYWHERE)
def test_head_is_get_without_a_body(app, address, packed, accept):
    """HEAD answers with the status and every header of GET, whoever of the two comes first."""
    headers = {"Accept": accept, "Accept-Encoding": packed}
    visitor = app.test_client()
    with visitor.head(address, headers=headers) as head, visitor.get(address, headers=headers) as found:
        assert told(head) == told(found)
        assert b"" == head.data


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/doc/gap/old.ttl", JANUARY),
        ("/doc/gap/linked.ttl", MARCH),
        ("/doc/gap/newer.ttl", MARCH),
        ("/doc/gap/newer.jsonld", APRIL),
        ("/doc/gap/fresh.ttl", None),
        ("/doc/gap/near-fresh.ttl", None),
        ("/doc/gap/newer", None),
        ("/def.ttl", APRIL),
    ],
)
def test_a_date_is_the_last_of_all_that_is_described(small, address, expected):
    """Data bears the last moment of the thing, of what it points to and of its context; none where one is not known."""
    assert expected == small.get(address, headers=BROWSER).headers.get("Last-Modified")


@pytest.mark.parametrize("kept", [True, False])
def test_a_copy_may_be_asked_about_by_date(config, small, kept):
    """A copy of that date or later is good (304, no body), an older one is not; a tag goes before a date."""
    if kept:
        small.get("/doc/gap/linked.ttl")
    else:
        made = ox.Store()
        made.update(HISTORY)
        small = create_app(config.replace(cache_bytes=0), EmbeddedStore(made), "small").test_client()

    def status(**headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return small.get("/doc/gap/linked.ttl", headers=given).status_code

    tag = small.get("/doc/gap/linked.ttl").headers["ETag"]
    assert [304, 304, 200] == [status(If_Modified_Since=moment) for moment in (APRIL, MARCH, JANUARY)]
    assert 200 == status(If_Modified_Since=APRIL, If_None_Match='"other"')
    assert 304 == status(If_Modified_Since=JANUARY, If_None_Match=tag)
    assert 200 == status(If_Modified_Since="yesterday")
    found = small.get("/doc/gap/linked.ttl", headers={"If-Modified-Since": APRIL})
    assert (b"", tag) == (found.data, found.headers["ETag"])


def test_tags_follow_from_the_content(config, store, catalogues):
    """Two servers over equal data give the same strong tags: to the same bytes, and in any order of asking."""
    first, second = (create_app(config, store, name).test_client() for name in ("one", "another"))
    for address in ("/doc/component/barriers.ttl", "/doc/component/barriers.jsonld", "/def.rdf", "/shapes.nt"):
        tags = {visitor.get(address).headers["ETag"] for visitor in (first, second)}
        assert 1 == len(tags)
        assert not next(iter(tags)).startswith("W/")


@pytest.mark.parametrize(
    ("address", "depends"),
    [
        ("/doc/component/barriers", {"Accept", "Accept-Language"}),
        ("/doc/component/barriers?lang=en", {"Accept"}),
        ("/doc/component/barriers.html", {"Accept-Language"}),
        ("/doc/component/barriers.html?lang=en", set()),
        ("/doc/component/barriers.ttl", set()),
        ("/doc/component/barriers?format=ttl", set()),
        ("/id/component/barriers", set()),
        ("/def/context.jsonld", set()),
        ("/linkset/def.json", set()),
    ],
)
def test_vary_names_what_an_answer_was_chosen_by(client, address, depends):
    """A cache keeps one copy of what is the same for everybody; how it is packed is always named."""
    assert depends | {"Accept-Encoding", "Origin"} == set(client.get(address, headers=BROWSER).vary)


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "application/rdf+xml", "*/*"])
@pytest.mark.parametrize("address", ["/doc/component/barriers", "/def", "/shapes", "/doc/graph/data.organisations"])
def test_what_was_chosen_has_an_address_of_its_own(client, address, accept):
    """Content-Location names the very form, and language, that was chosen; it gives the same bytes to anybody."""
    found = client.get(address, headers={"Accept": accept, "Accept-Language": "en"})
    again = client.get(found.headers["Content-Location"], headers={"Accept": "text/plain", "Accept-Language": "nl"})

    assert (200, found.mimetype) == (again.status_code, again.mimetype)
    if found.mimetype != "text/html":
        assert found.data == again.data
    assert "Content-Location" not in again.headers


def test_the_address_under_which_the_site_stands(config, store, catalogues):
    """With the path of the public address alone, with and without a slash, the front page answers."""
    visitor = create_app(config.replace(public_url="https://example.org/kg"), store, "mounted").test_client()

    assert [200, 200] == [visitor.get(path, headers=BROWSER).status_code for path in ("/", "/kg/")]
    assert "https://example.org/kg/" == visitor.get("/kg", headers=BROWSER).headers["Location"]


def test_caches_between_may_help(client):
    """A copy between is good for a minute, a redirection to a document for a day, a context for good."""

    def cached(address):
        return client.get(address, headers=BROWSER).headers["Cache-Control"]

    assert "public, max-age=0, s-maxage=60" == cached("/doc/component/barriers") == cached("/shapes.ttl")
    assert "public, max-age=86400" == cached("/id/component/barriers")
    context = client.get("/def/context.jsonld").headers["Location"]
    assert "public, max-age=31536000, immutable" == cached(context)


def test_a_withdrawn_thing_says_what_replaced_it(small):
    """410 in both languages, with the reason, a link to the replacement for people and for programs, and data."""
    dutch, english = (small.get(f"/doc/gap/double?lang={code}", headers=BROWSER) for code in ("nl", "en"))
    data = small.get("/doc/gap/double", headers={"Accept": "text/turtle"})
    said = {triple.object.value for triple in ox.parse(data.data, format=ox.RdfFormat.TURTLE)}

    assert [410, 410, 410] == [found.status_code for found in (dutch, english, data)]
    assert "Dubbel." in dutch.text
    assert "Double &lt;b&gt;." in english.text
    assert '<a rel="successor-version" href="/doc/gap/newer?lang=nl">Nieuwer</a>' in dutch.text
    assert '<a rel="successor-version" href="/doc/gap/newer?lang=en">Newer</a>' in english.text
    assert '</doc/gap/newer>; rel="successor-version"' == data.headers["Link"]
    assert "text/turtle" == data.mimetype
    assert {f"{BASE}id/gap/newer", "Dubbel.", "Nieuwer", "Newer"} <= said
    assert 303 == small.get("/id/gap/double").status_code


def test_a_withdrawn_thing_stands_in_no_list(small):
    """What was withdrawn is neither counted nor listed nor found."""
    assert "double" not in small.get("/browse/gap", headers=BROWSER).text
    assert "/doc/gap/double" not in small.get("/search?q=double", headers=BROWSER).text
    assert "double" not in small.get("/sitemap.xml").text


def test_a_lost_thing_is_gone(small):
    """What was in a release and is no more answers 410 as well, with the moment; what never was answers 404."""
    page = small.get("/doc/gap/lost?lang=en", headers=BROWSER)
    data = small.get("/doc/gap/lost.nt")

    assert (410, 410) == (page.status_code, data.status_code)
    assert "1 March 2026" in page.text
    assert "invalidatedAtTime" in data.text
    assert 404 == small.get("/doc/gap/never").status_code
    assert 404 == small.get("/linkset/doc/gap/never").status_code


@pytest.mark.parametrize("name", ["double", "lost"])
def test_no_form_of_what_is_gone_is_there(small, name):
    """References to what is gone, and the links of its document, are gone too, whatever is accepted."""
    for address in (
        f"/doc/gap/{name}.ris",
        f"/doc/gap/{name}.bib",
        f"/linkset/doc/gap/{name}",
        f"/linkset/doc/gap/{name}.json",
    ):
        assert 410 == small.get(address).status_code, address
    assert 410 == small.get(f"/doc/gap/{name}", headers={"Accept": "application/x-bibtex"}).status_code
    assert 404 == small.get("/doc/gap/old.ris").status_code


@pytest.mark.parametrize("said", [True, False])
def test_what_is_gone_is_called_what_it_was_called(config, tmp_path, catalogues, said):
    """The page of what is gone says its last name, in the language of the page; where the data says why and where not."""
    graph = write_graph(tmp_path / "graph")
    file = graph / "data/things.ttl"
    file.write_text(file.read_text().replace('"Eén"@nl', '"Eén"@nl , "One"@en'))
    history.cut(graph, frozenset(lines_of(generations.prepare(graph)[2])), "1", "the first")
    why = f"<{BASE}id/thing/one> a <{BASE}def#Withdrawn> ." if said else ""
    file.write_text(why)
    if not said:
        # Releases of one second could not be told apart.
        time.sleep(1.1)
        history.cut(graph, frozenset(lines_of(generations.prepare(graph)[2])), "2", "the second")
    made = generations.build(graph, tmp_path / "var", 1)[1]
    visitor = create_app(config, EmbeddedStore(made.load()), made.name, published=made.published).test_client()
    for code, name in (("nl", "Het heette: Eén"), ("en", "It was called: One")):
        found = visitor.get(f"/doc/thing/one?lang={code}", headers=BROWSER)
        assert 410 == found.status_code
        assert name in found.text


def test_a_thing_that_much_refers_to_comes_in_pages(config, catalogues):
    """Pages follow one another by links, in HTML and as data, and hold every statement once."""
    made = ox.Store()
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    see = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso")
    home, hub = (ox.NamedNode(f"{BASE}id/{name}") for name in ("graph/data", "gap/hub"))
    made.add(ox.Quad(hub, label, ox.Literal("Hub", language="en"), home))
    for number in range(1234):
        one = ox.NamedNode(f"{BASE}id/gap/one-{number}")
        made.add(ox.Quad(one, see, hub, home))
        made.add(ox.Quad(one, label, ox.Literal(f"One {number}", language="en"), home))
    visitor = create_app(config, EmbeddedStore(made), "hub").test_client()
    address, seen, shown, pages = "/doc/gap/hub", set(), set(), 0
    while address:
        found = visitor.get(address, headers={"Accept": "text/turtle"})
        statements = set(ox.parse(found.data, format=ox.RdfFormat.TURTLE))
        assert not seen & statements
        seen |= statements
        page = visitor.get(address, headers=BROWSER).text
        shown |= set(re.findall(r"One \d+", page))
        following = re.search(r'<([^>]*)>; rel="next"', found.headers["Link"])
        assert ('rel="next"' in page) == bool(following)
        address, pages = following and following[1], pages + 1

    assert (13, 1 + 2 * 1234, 1234) == (pages, len(seen), len(shown))


@pytest.mark.parametrize("after", ["x", "<>", "a b", "'", "\x00", "%", "https://w3id.org/<script>"])
def test_a_page_that_no_link_leads_to(client, after):
    """What is no address of a thing is told so (400); nothing of it comes back."""
    for path in ("/doc/component/barriers", "/doc/graph/data.organisations"):
        found = client.get(path, query_string={"after": after}, headers=BROWSER)
        assert 400 == found.status_code
        assert "<script>" not in found.text


def test_a_large_answer_has_a_tag_too(client):
    """An answer that goes out in pieces is known by its tag as well, and not sent again."""
    first = client.get("/map.json")
    again = client.get("/map.json", headers={"If-None-Match": first.headers["ETag"]})
    assert 262_144 < len(first.data)
    assert (304, b"") == (again.status_code, again.data)


def test_style_sheets_go_out_packed(client):
    """A first visit does not wait for what can be sent in a quarter of the bytes; a part is still a part of the file."""
    plain = client.get("/static/site.css", buffered=True)
    packed = client.get("/static/site.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Ranges" not in packed.headers
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.get("/static/site.css", headers=again).status_code == 304
    part = client.get("/static/site.css", headers={"Accept-Encoding": "gzip", "Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data) == (206, plain.data[10:20])
    assert "Content-Encoding" not in part.headers
