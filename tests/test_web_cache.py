"""Answers that are kept: the same bytes as when they were made, for whom they were made for, and no longer."""

from itertools import product
from urllib.parse import quote

import pytest

from kg.errors import KgError
from kg.store import EmbeddedStore
from kg.web import create_app, site
from kg.web.cache import AnswerCache

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SPARQL = f"/sparql?query={quote(COUNT)}"
TABLE = f"/sparql.csv?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200')}"
PAGES = ["/", "/map?rows=outcome&lang=en", "/questions/gap-lifecycle.csv", "/doc/component/barriers", SPARQL, TABLE]
HEADERS = [
    {"Accept": "*/*", "Accept-Encoding": "identity"},
    {"Accept": "text/html", "Accept-Encoding": "gzip"},
    {"Accept": "*/*", "Accept-Encoding": "br"},
]
OF_ONE_REQUEST = {"X-Request-ID", "Date"}
OF_A_COPY = ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin", "X-Content-Type-Options")


class CountingStore:
    """The real store; counts what it is asked."""

    def __init__(self, store):
        self.store, self.asked = store, 0

    def __len__(self):
        """Count as the real store does."""
        return len(self.store)

    def reply(self, *given, **named):
        """Answer and count."""
        self.asked += 1
        return self.store.reply(*given, **named)

    def select(self, query):
        """Answer and count."""
        self.asked += 1
        return self.store.select(query)


@pytest.fixture
def counting(store):
    """A store that counts what it is asked."""
    return CountingStore(store)


@pytest.fixture
def fresh(config, counting, catalogues):
    """A visitor to a site that has answered nothing yet."""
    return create_app(config, counting, "fresh").test_client()


@pytest.fixture
def forgetful(config, store, catalogues):
    """A visitor to a site that keeps nothing."""
    return create_app(config.replace(cache_bytes=0), store, "fresh").test_client()


def told(found):
    """Return all that is sent but the name and the time of the one request."""
    headers = [(name, value) for name, value in found.headers if name not in OF_ONE_REQUEST]
    return found.status, headers, found.data


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("headers", HEADERS)
def test_a_hit_is_a_miss_byte_for_byte(fresh, forgetful, counting, address, headers):
    """What is kept goes out as it was made: status, headers in their order and body; and nothing is asked again."""
    made = told(fresh.get(address, headers=headers))
    asked = counting.asked
    again = told(fresh.get(address, headers=headers))
    head = told(fresh.head(address, headers=headers))

    assert "200 OK" == made[0]
    assert made == again
    # gzip writes the time into what it packs.
    assert headers["Accept-Encoding"] == "gzip" or made == told(forgetful.get(address, headers=headers))
    assert (*made[:2], b"") == head
    assert asked == counting.asked


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("headers", HEADERS)
def test_a_copy_that_is_still_good_is_told_so_by_a_hit(fresh, forgetful, address, headers):
    """A hit answers ``If-None-Match`` as a miss does: 304 with what a copy is kept by, or the whole answer."""
    tag = fresh.get(address, headers=headers).headers["ETag"]
    for known in (tag, f'"other", {tag}'):
        asks = headers | {"If-None-Match": known}
        hit, miss = fresh.get(address, headers=asks), forgetful.get(address, headers=asks)
        assert (304, b"") == (hit.status_code, hit.data) == (miss.status_code, miss.data)
        assert [miss.headers.get(name) for name in OF_A_COPY] == [hit.headers.get(name) for name in OF_A_COPY]
        assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(hit.headers.keys())
    assert 304 == fresh.get(address, headers=headers | {"If-None-Match": "*"}).status_code
    assert 200 == fresh.get(address, headers=headers | {"If-None-Match": '"other"'}).status_code


def test_a_tag_is_good_before_any_query_runs(config, counting, catalogues):
    """After a restart on the same generation a copy is still good, and the engine is not asked to find that out."""
    first, second = (create_app(config, counting, "same").test_client() for _ in range(2))
    tag = first.get(SPARQL).headers["ETag"]
    asked = counting.asked

    assert 304 == second.get(SPARQL, headers={"If-None-Match": tag}).status_code
    assert asked == counting.asked
    other = create_app(config, counting, "other").test_client()
    assert 200 == other.get(SPARQL, headers={"If-None-Match": tag}).status_code


def test_who_asks_for_something_else_gets_something_else(fresh):
    """Format, language, packing and host each have an answer of their own."""
    answers = {
        told(fresh.get("/map", headers={"Accept": accept, "Accept-Language": language, "Accept-Encoding": packed}))[2]
        for accept, language, packed in product(("text/html", "text/csv"), ("nl", "en"), ("identity", "gzip"))
        for _ in range(2)
    }

    assert 8 == len(answers)
    assert told(fresh.get("/map?minRigour=1"))[2] != told(fresh.get("/map?minRigour=5"))[2]


def test_browsers_share_an_answer(fresh, counting):
    """However a browser writes that it takes gzip, it gets the one packed answer."""
    fresh.get(TABLE, headers={"Accept-Encoding": "gzip"})
    asked = counting.asked
    for written in ("gzip, deflate", "deflate, gzip;q=1.0", "GZIP"):
        assert "gzip" == fresh.get(TABLE, headers={"Accept-Encoding": written}).headers["Content-Encoding"]

    assert asked == counting.asked


def test_the_next_day_is_asked_anew(fresh, counting, monkeypatch):
    """A page that stands on today's date is made again the next day, with that date."""
    monkeypatch.setattr(site, "today", lambda: "2030-01-01")
    fresh.get("/map")
    fresh.get("/map")
    asked = counting.asked
    monkeypatch.setattr(site, "today", lambda: "2030-01-02")
    fresh.get("/map")

    assert asked < counting.asked


@pytest.mark.parametrize(
    ("method", "address", "data"),
    [
        ("get", f"/sparql?query={quote('SELECT (RAND() AS ?x) {}')}", None),
        ("get", f"/sparql?query={quote('SELECT (NOW() AS ?x) {}')}&format=html", None),
        ("get", "/sparql?query=SELECT", None),
        ("get", f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}&format=xml", None),
        ("get", "/nowhere", None),
        ("get", "/health", None),
        ("get", "/id/component/barriers", None),
        ("post", "/sparql", {"query": COUNT}),
    ],
)
def test_what_is_not_kept(fresh, method, address, data):
    """Chance, mistakes, redirections, large answers, the state of the server and posted queries are not kept."""
    cache = kept_by(fresh)
    getattr(fresh, method)(address, data=data)

    assert 0 == cache.size


def test_a_mistake_of_the_moment_is_not_kept(config, store, catalogues):
    """When the store is in trouble that is told, and the next who asks gets the answer."""

    class Troubled(CountingStore):
        def reply(self, *given, **named):
            if not self.asked:
                self.asked += 1
                raise KgError("for once")
            return super().reply(*given, **named)

    visitor = create_app(config, Troubled(store), "troubled").test_client()

    assert [500, 200, 200] == [visitor.get(SPARQL).status_code for _ in range(3)]


def test_no_more_is_kept_than_is_set(config, store, catalogues):
    """The bytes that are kept stay below the setting; what was asked for longest ago goes first."""
    visitor = create_app(config.replace(cache_bytes=100_000), store, "small").test_client()
    cache = kept_by(visitor)
    addresses = [f"/sparql?query={quote(f'SELECT * {{ ?s ?p ?o }} LIMIT {rows}')}" for rows in range(50, 90)]
    for address in addresses:
        visitor.get(address)
        assert cache.size <= 100_000
    visitor.get(addresses[-1])
    visitor.get(addresses[0])

    assert 20_000 < cache.size
    assert (1, 41) == (cache.hits, cache.misses)


def test_a_store_of_its_own_for_each_site(config, store, catalogues):
    """Two sites, of two generations, share nothing."""
    empty = EmbeddedStore(type(store._engine)())  # noqa: SLF001 - an empty engine of the same kind
    full, bare = (create_app(config, each, name).test_client() for each, name in ((store, "a"), (empty, "b")))

    assert "0" != full.get(SPARQL).json["results"]["bindings"][0]["n"]["value"]
    assert "0" == bare.get(SPARQL).json["results"]["bindings"][0]["n"]["value"]


def kept_by(client):
    """Return the cache that stands before a site."""
    found = client.application.wsgi_app
    while not isinstance(found, AnswerCache):
        found = found._app  # noqa: SLF001 - it stands behind another layer
    return found
