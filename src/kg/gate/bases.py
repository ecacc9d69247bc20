"""What a submission is checked against: a graph in the engine, each file in its named graph, and its shapes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg import generations, ondisk
from kg.errors import InvalidGraph, NoGeneration
from kg.files import find
from kg.parse import read
from kg.provenance import PROVENANCE_GRAPH
from kg.store import worker
from kg.validate import Report
from kg.vocabulary import DCT, SCHEMA

_SHAPES = "shapes"


@dataclass(slots=True)
class Base:
    """A graph to check against.

    Attributes:
        store: the statements of its files but those of the shapes, a named graph a file; it may be changed.
        shapes: the statements of the shapes.
        names: file by the IRI of its named graph.
        rules: fingerprint of the files of the shapes; empty where it is not known what they were made from.
    """

    store: ox.Store
    shapes: list[ox.Triple]
    names: dict[str, str]
    rules: str = ""

    def graph(self, name: str) -> ox.NamedNode | None:
        """Return the named graph of a file; None when there is no such file."""
        return next((ox.NamedNode(iri) for iri, known in self.names.items() if known == name), None)

    def homes(self, triple: ox.Triple) -> Iterator[str]:
        """Give the files in which a statement stands."""
        for quad in self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object):
            if isinstance(quad.graph_name, ox.NamedNode):
                yield self.names.get(quad.graph_name.value, "")


def load(generation: Path | bytes | None, graph: Path | None) -> Base:
    """Return what to check against.

    Args:
        generation: folder of a generation, or the generation itself as N-Quads; of one that this process shares memory
            with, nothing is read again.
        graph: a graph folder; of its files, those that the generation does not hold as they are now are read.

    Raises:
        InvalidGraph: a file of the graph folder cannot be read.
        NoGeneration: the generation is damaged.
    """
    base = Base(ox.Store(), [], {})
    held: dict[str, str] = {}
    if generation:
        try:
            base, held = _of_generation(generation)
        except NoGeneration:
            # It was the last but many, and is no longer kept.
            if not graph:
                raise
    if graph:
        _lay_over(base, graph, held)
    for iri, name in base.names.items():
        if name.startswith(f"{_SHAPES}/"):
            quads = base.store.quads_for_pattern(None, None, None, ox.NamedNode(iri))
            base.shapes += [quad.triple for quad in quads]
            base.store.remove_graph(ox.NamedNode(iri))
    if not isinstance(generation, bytes):
        shapes = sorted(pair for pair in held.items() if pair[0].startswith(f"{_SHAPES}/"))
        base.rules = hashlib.sha256(repr(shapes).encode()).hexdigest()
    return base


def _of_generation(given: Path | bytes) -> tuple[Base, dict[str, str]]:
    """Return the graph of a generation, and the fingerprint of each file, as it says itself."""
    if isinstance(given, bytes):
        store = ox.Store()
        store.bulk_load(given, format=ox.RdfFormat.N_QUADS)
    else:
        place = worker.held_on_disk(given)
        store = ondisk.changeable(place) if place else worker.held(given) or generations.at(given).load()
    told = ox.NamedNode(PROVENANCE_GRAPH)
    names, held = {}, {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(f"{SCHEMA}sha256"), None, told):
        for title in store.quads_for_pattern(quad.subject, ox.NamedNode(f"{DCT}title"), None, told):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(title.object, ox.Literal):
                names[quad.subject.value] = title.object.value
                held[title.object.value] = _text(quad.object)
    # What a build adds about the graph is no part of it.
    for added in [each for each in store.named_graphs() if each.value not in names]:
        store.remove_graph(added)
    return Base(store, [], names), held


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal) else ""


def _lay_over(base: Base, folder: Path, held: dict[str, str]) -> None:
    """Bring a graph, and what is known of its files, to the state of the files."""
    sources = {source.name: source for source in find(folder)}
    for name in held.keys() - sources.keys():
        gone = base.graph(name)
        if gone:
            base.store.remove_graph(gone)
            del base.names[gone.value]
        del held[name]
    for name, source in sources.items():
        if held.get(name) == hashlib.sha256(source.path.read_bytes()).hexdigest():
            continue
        parsed, problems = read(source)
        if problems:
            raise InvalidGraph(f"{name} cannot be read; nothing can be checked beside it", Report(problems))
        base.store.remove_graph(ox.NamedNode(source.graph))
        base.store.bulk_extend(parsed.quads())
        base.names[source.graph] = name
        held[name] = parsed.sha256
