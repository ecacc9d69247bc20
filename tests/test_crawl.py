"""A harvester that knows only the name of the host finds all that the dump holds, and comes back for nothing.

It reads ``robots.txt`` and obeys it, begins at the front page, the sitemap and ``/.well-known/datacatalog``, asks each
address for RDF, and goes on to what it finds: links of pages, ``Link`` headers, and every IRI of ours in the RDF, by
the host that serves it. What is compared:

- *dump*: the statements of the file that the catalogue names as N-Triples of the whole graph;
- *crawled*: the statements of all resource documents (``/doc/…``, ``/def``, ``/shapes``, ``/catalog``, ``/questions/…``
  and what stands below ``/.well-known/``). Documents of named graphs and of versions repeat them and are left out.

An address of this host counts as the permanent one. A statement without nameless nodes is compared as it is, and
nameless nodes that hang together as one piece, in canonical form; an equal piece counts once. What the site adds to
the files is known by its subject (``ADDED``).
"""

import gzip
import re
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import chain
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pyoxigraph as ox
import pytest

from kg.store import GRAPH_FORMATS
from kg.vocabulary import BASE, DATASET, VOID

ACCEPT = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.8, text/html;q=0.5, */*;q=0.1"
DOCUMENTS = ("/doc/", "/def", "/shapes", "/catalog", "/questions/", "/.well-known/")
REPEATED = ("/doc/graph/", "/doc/version/", "/changes", "/dumps/")
ADDED = tuple(
    f"<{BASE}{path}"
    for path in (
        "doc/", "id/catalog/", "id/checksum/", "id/contact/", "id/dataset/", "id/distribution/", "id/graph/", "id/period/",
        "id/service/", ".well-known/", "questions/",
    )
) + tuple(f"<{BASE}{path}>" for path in ("", "catalog", "sparql", "id/curator/werkkennis-editors", "def"))  # fmt: skip
"""How a statement begins that the site may add: on its documents, on the data set as a whole, on its publisher. On
what is not ours, such as a licence, the catalogue says what it is called."""
READ = set(GRAPH_FORMATS) - {"application/ld+json"}
"""What it reads; it has no need of JSON-LD."""
FOLLOWED = {"next", "item", "collection", "service-desc", "service-doc"}
"""Links of an answer that lead to more; the others lead to the same in another form."""
WORKERS = 4


class Anchors(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep where an anchor leads."""
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.add(given["href"])


class Robots:
    """What a crawler may visit (RFC 9309): of the rules that fit, the longest counts."""

    def __init__(self, text):
        lines = [line.partition("#")[0].partition(":") for line in text.splitlines()]
        told = [(name.strip().lower(), value.strip()) for name, _, value in lines if value.strip()]
        self.sitemaps = [value for name, value in told if name == "sitemap"]
        self._rules = [(name == "allow", value) for name, value in told if name in {"allow", "disallow"}]

    def allows(self, address):
        """Tell whether an address of this host may be visited."""
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        fitting = [(len(rule), good) for good, rule in self._rules if self._fits(rule, path)]
        return max(fitting, default=(0, True))[1]

    @staticmethod
    def _fits(rule, path):
        pattern = "".join(".*" if sign == "*" else re.escape(sign) for sign in rule.removesuffix("$"))
        return re.match(pattern + ("$" if rule.endswith("$") else ""), path)


@dataclass
class Answer:
    """What stood at an address: the status, where it led to, its kind, its tag and its body."""

    status: int
    location: str
    kind: str
    tag: str
    links: list
    body: bytes


@dataclass
class Crawl:
    """A visit to all that can be found from the name of a host.

    Attributes:
        host: the address of the host.
        answers: by address, what stood there.
        met: IRIs of ours, each without what stands behind a ``#``.
        files: addresses of files to download, which are not asked for their content.
        robots: what may be visited.
    """

    host: str
    answers: dict = field(default_factory=dict)
    met: set = field(default_factory=set)
    files: set = field(default_factory=set)
    robots: Robots | None = None

    def begin(self, client):
        """Go to where a harvester begins that knows the host and no more, and on from there."""
        self._visit(client, [f"{self.host}/robots.txt"])
        self._visit(client, [f"{self.host}/", f"{self.host}/.well-known/datacatalog"])

    def again(self, client):
        """Ask all that was found once more, each with the tag that it had; give what came back."""
        with ThreadPoolExecutor(WORKERS) as pool:
            asked = list(self.answers)
            return dict(zip(asked, pool.map(lambda one: self._ask(client, one), asked), strict=True))

    def _visit(self, client, addresses):
        """Ask addresses, a few at a time, and then what they lead to."""
        with ThreadPoolExecutor(WORKERS) as pool:
            wanted = set(addresses) - set(self.answers)
            while wanted:
                asked = sorted(wanted)
                for address, answer in zip(asked, pool.map(lambda one: self._ask(client, one), asked), strict=True):
                    self.answers[address] = answer
                wanted = {found for address in asked for found in self._leads(address)}

    def _ask(self, client, address):
        method = "HEAD" if address in self.files else "GET"
        headers = {"Accept": ACCEPT}
        if address in self.answers and self.answers[address].tag:
            headers["If-None-Match"] = self.answers[address].tag
        found = client.request(method, address, headers=headers)
        return Answer(
            found.status_code,
            found.headers.get("location", ""),
            found.headers.get("content-type", "").partition(";")[0],
            found.headers.get("etag", ""),
            [(link["url"], link.get("rel", "")) for link in found.links.values()],
            found.content,
        )

    def _leads(self, address):
        """Give the addresses of this host to which an answer leads and that may be visited."""
        answer = self.answers[address]
        found = {answer.location} if answer.location else set()
        found |= {target for target, relation in answer.links if relation in FOLLOWED}
        path = urlsplit(address).path
        if answer.kind == "text/html":
            found |= Anchors(answer.body.decode()).found
        elif path.endswith("/robots.txt"):
            self.robots = Robots(answer.body.decode())
            found |= set(self.robots.sitemaps)
        elif path.rpartition("/")[2].startswith("sitemap"):
            tree = ET.fromstring(answer.body)  # noqa: S314 - it is our own
            found |= {element.text for element in tree.iter() if element.tag.endswith("}loc")}
        elif answer.kind in READ and answer.body:
            terms = {
                term.value for triple in self.triples(address) for term in triple if isinstance(term, ox.NamedNode)
            }
            ours = {urldefrag(term).url for term in terms if term.startswith(BASE)}
            self.met |= ours
            found |= {self.host + "/" + iri.removeprefix(BASE) for iri in ours}
            downloads = {term for term in terms if term.startswith(f"{self.host}/dumps/")}
            self.files |= downloads
            found |= {term for term in terms if term.startswith(f"{self.host}/")}
        here = {urldefrag(urljoin(address, one)).url for one in found}
        return {one for one in here if self._is_new(one)}

    def _is_new(self, address):
        """Tell whether an address is one of this host, may be visited, and is no other language of a page."""
        ours = address.startswith(f"{self.host}/") and "?lang=" not in address
        return ours and address not in self.answers and self.robots.allows(address)

    def triples(self, address):
        """Return the statements of an answer; its nameless nodes are no other's."""
        answer = self.answers[address]
        quads = ox.parse(answer.body, format=GRAPH_FORMATS[answer.kind], base_iri=address, rename_blank_nodes=True)
        return [quad.triple for quad in quads]

    def resource_documents(self):
        """Give the addresses at which a thing, the ontology, the rules or the data set are described."""
        for address, answer in self.answers.items():
            path = urlsplit(address).path
            if answer.kind in READ and path.startswith(DOCUMENTS) and not path.startswith(REPEATED):
                yield address

    def description(self):
        """Return all statements of the resource documents, as they are compared."""
        return set(
            chain.from_iterable(comparable(self.triples(address), self.host) for address in self.resource_documents())
        )


def comparable(triples, host=""):
    """Return statements without nameless nodes as text, and each piece of nameless nodes in canonical form."""
    found, pieces = set(), defaultdict(list)
    above = {}

    def top(node):
        while above.get(node, node) != node:
            node = above[node]
        return node

    held = []
    for triple in triples:
        nodes = [term for term in (triple.subject, triple.object) if isinstance(term, ox.BlankNode)]
        if not nodes:
            found.add(permanent(str(triple), host))
            continue
        held.append((nodes[0], triple))
        above[top(nodes[0])] = top(nodes[-1])
    for node, triple in held:
        pieces[top(node)].append(triple)
    for piece in pieces.values():
        dataset = ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in piece)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        found.add("\n".join(sorted(permanent(str(quad), host) for quad in dataset)))
    return found


def permanent(text, host):
    """Return a statement with the permanent address in place of this host's."""
    return text.replace(f"<{host}/", f"<{BASE}") if host else text


def is_added(statement):
    """Tell whether a statement may be the site's own."""
    return statement.startswith(ADDED) or not statement.startswith(("_:", f"<{BASE}"))


class Client:
    """Asks over connections that are kept, with those of its own for each thread; follows nothing by itself."""

    def __init__(self):
        self._mine = threading.local()
        self._all = []

    def request(self, method, address, headers=None):
        """Ask, and once more where the server had just closed the connection that it was asked over."""
        if not hasattr(self._mine, "client"):
            self._mine.client = httpx.Client(timeout=60)
            self._all.append(self._mine.client)
        try:
            return self._mine.client.request(method, address, headers=headers)
        except httpx.TransportError:
            return self._mine.client.request(method, address, headers=headers)

    def close(self):
        """End all connections."""
        for client in self._all:
            client.close()


@pytest.fixture(scope="module")
def client():
    """A client that follows nothing by itself."""
    with closing(Client()) as found:
        yield found


@pytest.fixture(scope="module")
def crawl(server, client, generation):
    """All that can be found from the name of the host."""
    found = Crawl(server)
    found.begin(client)
    return found


@pytest.fixture(scope="module")
def dump(crawl, client):
    """The statements of the whole graph, from the file that the catalogue names."""
    said = chain.from_iterable(crawl.triples(address) for address in crawl.resource_documents())
    [address] = {
        triple.object.value
        for triple in said
        if (triple.subject.value, triple.predicate.value) == (DATASET, f"{VOID}dataDump")
        and triple.object.value.endswith(".nt.gz")
    }
    found = client.request("GET", address)
    while "location" in found.headers:
        found = client.request("GET", urljoin(str(found.url), found.headers["location"]))
    body = found.content
    return comparable(quad.triple for quad in ox.parse(gzip.decompress(body), format=ox.RdfFormat.N_TRIPLES))


def test_every_answer_is_good(crawl):
    """Wherever a link leads, there is something, or the way to it; only a thing that was removed is gone (410)."""
    wrong = {address: answer.status for address, answer in crawl.answers.items() if not 200 <= answer.status < 400}

    assert {} == {address: status for address, status in wrong.items() if (status, "/doc/" in address) != (410, True)}
    assert 2000 < len(crawl.answers)


def test_every_identifier_of_ours_is_resolved(crawl):
    """Each IRI of ours that stood in the RDF was asked for at this host, and led to a document."""
    lost = set()
    for iri in crawl.met:
        address, seen = f"{crawl.host}/{iri.removeprefix(BASE)}", set()
        while address in crawl.answers and crawl.answers[address].location and address not in seen:
            seen.add(address)
            address = urljoin(address, crawl.answers[address].location)
        if address not in crawl.answers or crawl.answers[address].status not in {200, 410}:
            lost.add(iri)

    assert set() == lost
    assert 800 < len(crawl.met)


def test_the_crawl_holds_the_dump(crawl, dump):
    """Every statement of the dump stands in a resource document."""
    assert [] == sorted(dump - crawl.description())[:20]
    assert 10_000 < len(dump)


def test_the_dump_holds_the_crawl(crawl, dump):
    """What the resource documents say beyond the dump is only what the site says of itself and of its documents."""
    assert [] == sorted(statement for statement in crawl.description() - dump if not is_added(statement))[:20]


def test_a_second_crawl_transfers_nothing(crawl, client):
    """Whoever comes back with the tags of the first visit is told that nothing changed."""
    again = crawl.again(client)
    moved = {
        address: answer.status
        for address, answer in again.items()
        if answer.status not in {304, 410} and not answer.location
    }

    assert {} == moved
    assert sum(len(answer.body) for answer in again.values() if answer.status == 304) == 0
