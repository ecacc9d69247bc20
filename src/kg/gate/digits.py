"""The digits of numbers: a file keeps them, the engine keeps the value alone (see ``history.patch.as_served``)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from kg.vocabulary import RDF, XSD

_TEXTS: Final = {f"{XSD}string", f"{RDF}langString"}


def as_written(triples: Iterable[ox.Triple]) -> dict[ox.Triple, ox.Triple]:
    """Return statements as the file writes them, by what the engine makes of them: their numbers in its digits."""
    return {served(triple): triple for triple in triples}


def served(triple: ox.Triple) -> ox.Triple:
    """Return a statement as the engine gives it, a number in its digits: 1 for 1.0."""
    if not isinstance(triple.object, ox.Literal) or triple.object.datatype.value in _TEXTS:
        return triple
    return ox.Triple(triple.subject, triple.predicate, _value(triple.object))


@lru_cache(maxsize=10_000)
def _value(literal: ox.Literal) -> ox.Literal:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), literal))
    [quad] = store
    return quad.object if isinstance(quad.object, ox.Literal) else literal
