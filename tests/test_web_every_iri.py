"""Every IRI of ours that occurs in the graph resolves, and what people see there is what programs get."""

import html
import json
import re
from urllib.parse import quote, unquote, urlsplit

import pyoxigraph as ox
import pytest

from kg.vocabulary import BASE, GRAPH, ID
from kg.web.bounded import describe

EVERY = f"""
SELECT DISTINCT ?iri {{
  {{ ?iri ?p ?o }} UNION {{ ?s ?iri ?o }} UNION {{ ?s ?p ?iri }} UNION {{ GRAPH ?iri {{ ?s ?p ?o }} }}
  FILTER(ISIRI(?iri) && STRSTARTS(STR(?iri), "{BASE}"))
}}
"""
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "nl"}
TURTLE = {"Accept": "text/turtle"}
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")
KINDS = {"id", "def", "shapes", ".well-known", "questions", "doc", "catalog"}
ADDRESSES = {"", "dumps", "sparql", "sparql.ttl", "changes"}


@pytest.fixture(scope="module")
def every(store):
    """Every identifier of ours in the graph; what only is an address, as of a dump, is tried elsewhere."""
    found = sorted(row["iri"] for row in store.select(EVERY).records())
    kinds = {re.split("[/#]", iri.removeprefix(BASE))[0] for iri in found}
    assert KINDS | ADDRESSES >= kinds
    return [iri for iri in found if re.split("[/#]", iri.removeprefix(BASE))[0] in KINDS]


@pytest.fixture(scope="module")
def resources(every):
    """Those that are things with a document of their own."""
    return [iri for iri in every if iri.startswith(ID) and not iri.startswith((f"{ID}graph/", f"{ID}dataset/"))]


@pytest.fixture(scope="module")
def visitor(app):
    """A visitor for many pages."""
    return app.test_client()


def path_of(iri):
    """Return where an IRI leads on this host; a fragment stays with the client."""
    return quote(unquote(iri.removeprefix(BASE[:-1]).partition("#")[0]), safe="/:@!$&'()*+,;=~")


def statements(body, media_type="text/turtle"):
    """Return a graph as comparable statements: nameless nodes by their canonical names."""
    form = {"text/turtle": ox.RdfFormat.TURTLE, "application/ld+json": ox.RdfFormat.JSON_LD}[media_type]
    dataset = ox.Dataset(ox.Quad(*triple.triple) for triple in ox.parse(body, format=form))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def with_context(visitor, document):
    """Return JSON-LD with the context that it names put in, as a program that fetches it would read it."""
    context = visitor.get(urlsplit(document["@context"]).path).get_json()["@context"]
    return json.dumps({"@context": context} | {name: value for name, value in document.items() if name != "@context"})


@pytest.mark.parametrize("headers", [BROWSER, TURTLE])
def test_every_iri_resolves(visitor, every, headers):
    """Each IRI ends in an answer, after redirections that stay on this host, as a page and as Turtle."""
    lost = []
    for path in sorted({path_of(iri) for iri in every}):
        found = visitor.get(path, headers=headers, follow_redirects=True)
        if found.status_code != 200 or found.mimetype != headers["Accept"].partition(",")[0]:
            lost.append((path, found.status_code, found.mimetype))

    assert 1000 < len(every)
    assert [] == lost


def test_every_part_of_a_page_has_its_anchor(visitor, every):
    """An IRI with a fragment leads to a place on the page: of a term, of a rule."""
    for path in ("def", "shapes"):
        page = visitor.get(f"/{path}", headers=BROWSER).text
        names = [iri.partition("#")[2] for iri in every if re.match(rf"{BASE}{path}#.", iri)]
        assert 50 < len(names)
        assert [] == [name for name in names if f'id="{name}"' not in page]


def test_every_statement_stands_on_the_page(visitor, resources):
    """Each value of a document's data stands on its page: things as links to this host, texts as they are written."""
    for iri in resources:
        path = f"/doc/{iri.removeprefix(ID)}"
        page = visitor.get(path, headers=BROWSER).text
        folded = page.partition('id="statements"')[2]
        links = set(re.findall(r'href="([^"]*)"', html.unescape(folded)))
        words = html.unescape(TAG.sub("", folded))  # in this order: "p < 0.05" is no tag
        for triple in ox.parse(visitor.get(path, headers=TURTLE).data, format=ox.RdfFormat.TURTLE):
            for term in triple.triple if hasattr(triple, "triple") else triple:
                if isinstance(term, ox.NamedNode):
                    assert linked(term.value) in links, (iri, term)
                elif isinstance(term, ox.Literal):
                    assert term.value in words, (iri, term)


def linked(iri):
    """Return how a page links to an IRI."""
    if iri.startswith(ID):
        return f"/doc/{iri.removeprefix(ID)}"
    return iri.removeprefix(BASE[:-1]) if iri.startswith(BASE) else iri


def test_the_json_in_a_page_is_the_data(visitor, resources):
    """The JSON-LD in a page, its JSON-LD by itself and its Turtle are one graph."""
    for iri in resources:
        path = f"/doc/{iri.removeprefix(ID)}"
        page = visitor.get(path, headers=BROWSER)
        inside = with_context(visitor, json.loads(DATA.search(page.text)[1]))
        alone = with_context(visitor, visitor.get(f"{path}.jsonld").get_json())
        told = statements(visitor.get(path, headers=TURTLE).data)

        assert told == statements(inside, "application/ld+json") == statements(alone, "application/ld+json"), iri


@pytest.mark.parametrize("path", ["/def", "/shapes"])
def test_vocabularies_are_the_same_in_every_form(visitor, path):
    """The ontology and the rules are one graph as Turtle and as JSON-LD."""
    alone = with_context(visitor, visitor.get(f"{path}.jsonld").get_json())

    assert statements(visitor.get(f"{path}.ttl").data) == statements(alone, "application/ld+json")


def test_a_named_graph_is_its_file(visitor, store, every):
    """Each named graph is given whole, as N-Quads that name it; its page shows each thing in it."""
    for iri in (iri for iri in every if iri.startswith(GRAPH)):
        found = visitor.get(f"/doc/graph/{iri.removeprefix(GRAPH)}.nq")
        given = {
            quad.triple for quad in ox.parse(found.data, format=ox.RdfFormat.N_QUADS) if quad.graph_name.value == iri
        }
        count = store.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}").records()[0]["n"]

        assert int(count) == len(given), iri


def test_pages_of_a_named_graph(visitor, store):
    """The pages of a large named graph, one after the other, name each of its things once."""
    iri = f"{GRAPH}ontology.kg"
    address, seen = "/doc/graph/ontology.kg", []
    while address:
        page = visitor.get(address, headers=BROWSER).text
        seen += re.findall(r'<p class="subject"><a href="([^"]*)">', page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = following and html.unescape(following[1])
    rows = store.select(f"SELECT DISTINCT ?s {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}").records()

    assert {linked(row["s"]) for row in rows} <= set(seen)


def test_a_description_holds_its_nameless_nodes(visitor, store):
    """A description holds what its nameless nodes say, lists of any length included."""
    rules = store.select(
        """SELECT DISTINCT ?rule { ?rule ?p ?node FILTER(ISIRI(?rule) && ISBLANK(?node)) }"""
    ).records()

    assert 20 < len(rules)
    with visitor.application.test_request_context("/"):
        for row in rules:
            held = describe(row["rule"]).triples
            subjects = {triple.subject for triple in held}
            assert {one.object for one in held if isinstance(one.object, ox.BlankNode)} <= subjects
