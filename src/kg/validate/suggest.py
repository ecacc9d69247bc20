"""Did you mean: the concept, thing, class or property nearest to a name that is none.

A concept is sought in the schemes that its property takes values from (``wk:valuesFrom``), a thing among those of the
class that its property points at (``rdfs:range``), a term of ours among the terms of its kind.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice

import pyoxigraph as ox

from kg.validate.report import Result
from kg.vocabulary import OWL, RDF, RDFS, SKOS, WK, shorten

_SHOWN = 3
_NEAR = 0.6
_VERY_NEAR = 0.85
_AT_MOST = 5_000
_PROPERTIES = (OWL + "ObjectProperty", OWL + "DatatypeProperty", RDF + "Property")


def with_suggestions(results: Iterable[Result], store: ox.Store) -> list[Result]:
    """Return the results, those with a value or property that is none with what may have been meant.

    Args:
        results: of a check.
        store: the graph that was checked, in named graphs or in the default graph.
    """
    near = _Near(store)
    return [replace(result, meant=near.names(result)) if _is_iri(result.value) else result for result in results]


def _is_iri(value: str | None) -> bool:
    return bool(value) and str(value).startswith("<")


class _Near:
    """Knows the names of a graph; each list of them is read once."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._lists: dict[tuple[str, str], dict[str, str]] = {}

    def names(self, result: Result) -> tuple[str, ...]:
        """Return the short names nearest to a result's value, best first."""
        value = (result.value or "")[1:-1]
        path = result.path or ""
        if value == result.focus:
            return ()
        known = any(True for _ in self._quads(ox.NamedNode(value), None, None))
        candidates = self._terms(path, value) if value.startswith(WK) else self._values(path) or self._beside(value)
        slug = _slug(value)
        near = get_close_matches(slug, candidates, _SHOWN, _VERY_NEAR if known else _NEAR)
        # Two slips of the pen are likelier than a name that only has some letters in common.
        best = [name for name in near if name.casefold() == slug.casefold()] or near
        return tuple(shorten(candidates[name]) for name in best if candidates[name] != value)

    def _terms(self, path: str, value: str) -> dict[str, str]:
        kinds = _PROPERTIES if path == value else (OWL + "Class",) if path == RDF + "type" else (*_PROPERTIES, "")
        return self._list("term", " ".join(kinds), (iri for kind in kinds for iri in self._instances(kind)))

    def _values(self, path: str) -> dict[str, str]:
        if not path:
            return {}
        return self._list("value", path, self._fitting(ox.NamedNode(path)))

    def _beside(self, value: str) -> dict[str, str]:
        """Give things of the same sort, by their IRI, where the property says nothing."""
        sort = value.removesuffix(_slug(value))
        typed = (quad.subject for quad in islice(self._quads(None, RDF + "type", None), _AT_MOST))
        found = (term.value for term in typed if isinstance(term, ox.NamedNode))
        return self._list("beside", sort, (iri for iri in found if iri.startswith(sort)))

    def _fitting(self, path: ox.NamedNode) -> Iterator[str]:
        schemes = list(self._objects(path, WK + "valuesFrom"))
        for scheme in schemes:
            yield from self._subjects(SKOS + "inScheme", scheme)
        if not schemes:
            for kind in self._objects(path, RDFS + "range"):
                yield from self._subjects(RDF + "type", kind)

    def _instances(self, kind: str) -> Iterator[str]:
        found = self._subjects(RDF + "type", ox.NamedNode(kind)) if kind else self._instances(OWL + "Class")
        return (iri for iri in found if iri.startswith(WK))

    def _list(self, sort: str, key: str, iris: Iterable[str]) -> dict[str, str]:
        if (sort, key) not in self._lists:
            self._lists[sort, key] = {_slug(iri): iri for iri in islice(iris, _AT_MOST)}
        return self._lists[sort, key]

    def _quads(
        self, subject: ox.NamedNode | None, predicate: str | None, value: ox.NamedNode | None
    ) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(subject, ox.NamedNode(predicate) if predicate else None, value)

    def _objects(self, subject: ox.NamedNode, predicate: str) -> Iterator[ox.NamedNode]:
        found = (quad.object for quad in self._quads(subject, predicate, None))
        return (term for term in found if isinstance(term, ox.NamedNode))

    def _subjects(self, predicate: str, value: ox.NamedNode) -> Iterator[str]:
        found = (quad.subject for quad in self._quads(None, predicate, value))
        return (term.value for term in found if isinstance(term, ox.NamedNode))


def _slug(iri: str) -> str:
    """Return the last part of an IRI, which is where slips are made."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]
