"""A change to a graph, made in the engine for the time of a check."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox

Statement = ox.Quad | ox.Triple
"""A triple stands in the default graph."""


class Change:
    """A change to a store: what it really takes away and adds.

    Attributes:
        gone: statements that stand nowhere any more.
        new: statements that stood nowhere, or that stood there in another form (``01`` for ``1``).
        altered: added statements that the engine gives back in another form (``1`` for ``01``).
        written: the same as they are written.
    """

    def __init__(self, store: ox.Store, removed: Iterable[Statement], added: Iterable[Statement]) -> None:
        self._store = store
        written = [_quad(each) for each in added]
        coming = _as_stored(written)
        taken = {quad for quad in _as_stored(map(_quad, removed)) if quad in store}
        leaving = taken.difference(coming)
        self._leaving = list(leaving)
        self._coming = [quad for quad in dict.fromkeys(coming) if quad not in store]
        self._old = {quad.triple for quad in (*leaving, *coming) if _stands(store, quad.triple)}
        # What is written anew in the place that it stood in has the form that it is written in now, and no other.
        self._kept = {quad.triple for quad in coming if _stands(store, quad.triple, apart_from=taken)}
        staying = {quad.triple for quad in coming}
        self.gone = {
            quad.triple
            for quad in leaving
            if quad.triple not in staying and not _stands(store, quad.triple, apart_from=leaving)
        }
        self._forms: dict[ox.Triple, set[ox.Triple]] = {}
        for stored, quad in zip(coming, written, strict=True):
            if stored != quad or stored.triple not in self._old:
                self._forms.setdefault(stored.triple, set()).add(quad.triple)
        self.new = set(self._forms)
        other = [(stored.triple, quad.triple) for stored, quad in zip(coming, written, strict=True) if stored != quad]
        self.altered = {stored for stored, _ in other}
        self.written = {quad for _, quad in other}

    @contextmanager
    def staged(self) -> Iterator[None]:
        """Make the change in the store, and take it back at the end, whatever happens in between."""
        try:
            for quad in self._leaving:
                self._store.remove(quad)
            self._store.extend(self._coming)
            yield
        finally:
            for quad in self._coming:
                self._store.remove(quad)
            self._store.extend(self._leaving)

    def as_written(self, triples: Iterable[ox.Triple]) -> set[ox.Triple]:
        """Return statements of the changed store with literals as they are written: the engine keeps a number's value only."""
        found = set()
        for triple in triples:
            found |= self._forms.get(triple, {triple})
            if triple in self._kept:
                found.add(triple)
        return found


def _quad(each: Statement) -> ox.Quad:
    return each if isinstance(each, ox.Quad) else ox.Quad(each.subject, each.predicate, each.object)


def _as_stored(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return statements as the engine gives them back."""
    found: list[ox.Quad] = []
    for quad in quads:
        if isinstance(quad.object, ox.Literal):
            store = ox.Store()
            store.add(quad)
            found += store
        else:
            found.append(quad)
    return found


def _stands(store: ox.Store, triple: ox.Triple, apart_from: Collection[ox.Quad] = ()) -> bool:
    """Tell whether a statement stands in any graph, apart from some places."""
    return any(
        quad not in apart_from for quad in store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
    )
