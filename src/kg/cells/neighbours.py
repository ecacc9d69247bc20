"""Which concepts stand beside which."""

from collections.abc import Iterator

from kg.cells.facts import Hierarchy, Reader, Term, term
from kg.vocabulary import RDF, SKOS


class Neighbours:
    """Concepts, and what ``cell-nearest.rq`` calls wider, narrower and neighbouring.

    Args:
        reader: of the graph.
        hierarchy: of its concepts.

    Attributes:
        named: the concepts with a name.
    """

    def __init__(self, reader: Reader, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._schemes = reader.all(SKOS + "inScheme")
        self._members: dict[Term, list[Term]] = {}
        for concept, schemes in self._schemes.items():
            for scheme in schemes:
                self._members.setdefault(scheme, []).append(concept)
        groups = {thing for thing, kind in reader.pairs(RDF + "type") if kind == term(SKOS + "Collection")}
        self._collections = [members for group, members in reader.all(SKOS + "member").items() if group in groups]
        self.named = frozenset(concept for concept, _ in reader.pairs(SKOS + "prefLabel"))

    def beside(self, concept: Term, dimension: str) -> Iterator[tuple[str, Term]]:
        """Give each concept that stands beside one, with the way in which it does."""
        wider, narrower = self._hierarchy.broader(concept), self._hierarchy.narrower(concept)
        yield from (("wider", one) for one in self._hierarchy.up(wider))
        yield from (("narrower", one) for one in narrower)
        near = {one for above in wider for one in self._hierarchy.narrower(above)}
        near |= {one for members in self._collections if concept in members for one in members}
        if dimension == "country":
            # Countries have nothing wider, so each other one stands beside them.
            near |= {one for scheme in self._schemes.get(concept, ()) for one in self._members[scheme]}
        yield from (("neighbouring", one) for one in near - {concept})
