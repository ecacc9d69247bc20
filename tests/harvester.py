"""A client of an event stream that knows no more than the specification: https://w3id.org/ldes/specification."""

import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus

import pyoxigraph as ox

LDES, TREE = "https://w3id.org/ldes#", "https://w3id.org/tree#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
}


@dataclass
class Harvester:
    """Keeps a copy of what a stream tells about.

    Attributes:
        media_type: in which it asks.
        things: what is known of each thing, as it would say it itself.
        deleted: of which things it was told that they are gone.
        asked: the addresses that were asked, with the status of the answer.
    """

    media_type: str = "text/turtle"
    things: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    deleted: list = field(default_factory=list)
    closed: set = field(default_factory=set)
    tag: str = ""

    def follow(self, address):
        """Ask what is new, take it over, and return how many members that were."""
        page = self._get(address, {"If-None-Match": self.tag} if self.tag else {})
        if page is None:
            return 0
        root, headers, store = page
        self.tag = headers["ETag"]
        [(stream, *_)] = store.quads_for_pattern(None, ox.NamedNode(f"{TREE}view"), ox.NamedNode(root))
        path = {
            name: self._one(store, stream, f"{LDES}{name}")
            for name in ("timestampPath", "versionOfPath", "versionDeletePath", "versionDeleteObject")
        }
        found = {}
        for quad in store.quads_for_pattern(ox.NamedNode(root), ox.NamedNode(f"{TREE}relation"), None):
            node = self._one(store, quad.object, f"{TREE}node").value
            if node not in self.closed:
                _, headers, there = self._get(node, {})
                if "immutable" in headers["Cache-Control"]:
                    self.closed.add(node)
                for member in there.quads_for_pattern(stream, ox.NamedNode(f"{TREE}member"), None):
                    found[member.object] = there
        moments = {member: self._one(there, member, path["timestampPath"].value) for member, there in found.items()}
        for member in sorted(found, key=lambda member: moments[member].value):
            self._take(member, found[member], path)
        return len(found)

    def statements(self):
        """Return all that is known, with blank nodes under the names that the algorithm RDFC-1.0 gives."""
        return canonical(triple for triples in self.things.values() for triple in triples)

    def _take(self, member, store, path):
        said = self._described(member, store)
        thing = self._one(store, member, path["versionOfPath"].value)
        own = {path["timestampPath"], path["versionOfPath"]}
        deletion = ox.Triple(member, path["versionDeletePath"], path["versionDeleteObject"])
        if deletion in said:
            # What a deletion still says is why the thing was withdrawn; of most it says nothing.
            said.remove(deletion)
            self.deleted.append(thing.value)
            self.things.pop(thing.value, None)
            if not any(triple.subject == member and triple.predicate not in own for triple in said):
                return
        self.things[thing.value] = {
            ox.Triple(thing if triple.subject == member else triple.subject, triple.predicate, triple.object)
            for triple in said
            if not (triple.subject == member and triple.predicate in own)
        }

    def _described(self, node, store):
        said = set()
        for quad in store.quads_for_pattern(node, None, None):
            said.add(quad.triple)
            if isinstance(quad.object, ox.BlankNode):
                said |= self._described(quad.object, store)
        return said

    def _one(self, store, subject, predicate):
        [quad] = store.quads_for_pattern(subject, ox.NamedNode(predicate), None)
        return quad.object

    def _get(self, address, headers):
        request = urllib.request.Request(address, headers={"Accept": self.media_type} | headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                self.asked.append((address, answer.status))
                store = ox.Store()
                store.load(answer.read(), format=FORMATS[self.media_type], base_iri=answer.url)
                return answer.url, answer.headers, store
        except urllib.error.HTTPError as error:
            self.asked.append((address, error.code))
            if error.code != HTTPStatus.NOT_MODIFIED:
                raise
            return None


def canonical(triples):
    """Return statements as a set of lines, equal for isomorphic graphs."""
    graph = ox.Dataset(ox.Quad(*triple) for triple in triples)
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in graph}
