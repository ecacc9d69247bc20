"""A graph as its files have it, by predicate, and the same as a graph of rdflib.

The engine keeps a number's value only (``1`` for ``01``), so it cannot say what a file says. An rdflib graph can, but
takes longer to fill than a check of it takes. Here each predicate has its subjects with their values; a term becomes
rdflib's when pySHACL asks for it, and most never do.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.store import Store
from rdflib.term import Node

from kg.validate.paths import as_engine_term, as_rdflib_term
from kg.validate.statements import Term, Terms
from kg.vocabulary import RDF, RDFS, SH, XSD

Values = dict[Term, set[Term]]
_TYPE, _WIDER = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "subClassOf")
_SPACED: Final = (ox.NamedNode(XSD + "token"), ox.NamedNode(XSD + "normalizedString"))


class Indexed:
    """Statements by predicate.

    Args:
        triples: the statements; one that is there twice counts once.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._values: dict[Term, Values] = {}
        self._subjects: dict[Term, Values] = {}
        self._instances: dict[Term, set[Term]] = {}
        for subject, predicate, value in triples:
            if isinstance(value, ox.Literal) and value.datatype in _SPACED:
                value = as_engine_term(as_rdflib_term(value))  # noqa: PLW2901 - to rdflib, spaces apart, they are the same
            self._values.setdefault(predicate, {}).setdefault(subject, set()).add(value)

    def __len__(self) -> int:
        """Return how many predicates there are."""
        return len(self._values)

    def values(self, predicate: Term) -> Values:
        """Return the subjects of a predicate, each with its values."""
        return self._values.get(predicate, {})

    def subjects(self, predicate: Term) -> Values:
        """Return the values of a predicate, each with its subjects."""
        if predicate not in self._subjects:
            found = self._subjects[predicate] = {}
            for subject, values in self.values(predicate).items():
                for value in values:
                    found.setdefault(value, set()).add(subject)
        return self._subjects[predicate]

    def instances(self, kind: Term) -> set[Term]:
        """Return the SHACL instances of a class (SHACL section 1.1): those of its subclasses too."""
        if kind not in self._instances:
            kinds = [kind]
            for each in kinds:  # grows meanwhile
                kinds += self.subjects(_WIDER).get(each, set()).difference(kinds)
            self._instances[kind] = set().union(*(self.subjects(_TYPE).get(each, ()) for each in kinds))
        return self._instances[kind]

    def focus_nodes(self, kind: URIRef, value: Term) -> set[Term]:
        """Return the focus nodes of a target (SHACL section 2.1.3), of any of the four kinds."""
        match kind.removeprefix(SH):
            case "targetClass":
                return self.instances(value)
            case "targetSubjectsOf":
                return set(self.values(value))
            case "targetObjectsOf":
                return set(self.subjects(value))
        return {value}

    def matching(self, subject: Term | None, predicate: Term | None, value: Term | None) -> Iterator[Terms]:
        """Give the statements with this subject, predicate and value; None is any."""
        for each in self._values if predicate is None else [predicate]:
            if subject is not None:
                found = self.values(each).get(subject, set())
                yield from ((subject, each, other) for other in found if value is None or other == value)
            elif value is not None:
                yield from ((other, each, value) for other in self.subjects(each).get(value, ()))
            else:
                yield from ((one, each, other) for one, found in self.values(each).items() for other in found)

    def graph(self) -> Graph:
        """Return the same as a graph of rdflib, to read only."""
        store = _Lent(self)
        store.graph = Graph(store, bind_namespaces="none")
        return store.graph


class _Lent(Store):
    """What rdflib asks a graph for, see ``rdflib.store.Store``."""

    context_aware = graph_aware = True
    """pySHACL makes a data set of any graph; named graphs it then does not use."""

    def __init__(self, indexed: Indexed) -> None:
        super().__init__()
        self._indexed = indexed
        self._terms: dict[Term, Node] = {}
        self.graph: Graph | None = None

    def __len__(self, context: object = None) -> int:
        """Return a number that is 0 where there is no statement; rdflib and pySHACL ask for no more, and often."""
        return len(self._indexed)

    def triples(
        self,
        triple_pattern: tuple[Node | None, Node | None, Node | None],
        context: object = None,  # noqa: ARG002 - there is only one
    ) -> Iterator[tuple[tuple[Any, Any, Any], Iterator[Graph | None]]]:
        """Give the statements of a pattern."""
        asked = (None if term is None else as_engine_term(term) for term in triple_pattern)
        for terms in self._indexed.matching(*asked):
            subject, predicate, value = (
                self._terms.get(term) or self._terms.setdefault(term, as_rdflib_term(term)) for term in terms
            )
            yield (subject, predicate, value), iter((self.graph,))
