"""Ask the engine for statements of all its graphs, by any places that are known."""

from collections.abc import Iterator

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Terms = tuple[Term, Term, Term]


def statements(
    store: ox.Store, subject: Term | None = None, predicate: Term | None = None, value: Term | None = None
) -> Iterator[Terms]:
    """Give the statements with this subject, predicate and object; None is any. A literal is no subject, and so on."""
    if isinstance(subject, ox.Literal | ox.Triple) or isinstance(predicate, ox.BlankNode | ox.Literal | ox.Triple):
        return
    for quad in store.quads_for_pattern(subject, predicate, value):
        yield quad.subject, quad.predicate, quad.object


def objects(store: ox.Store, subject: Term | None, predicate: str) -> set[Term]:
    """Return the objects of a predicate."""
    return {value for _, _, value in statements(store, subject, ox.NamedNode(predicate))}


def subjects(store: ox.Store, predicate: str, value: Term | None = None) -> set[Term]:
    """Return the subjects of a predicate."""
    return {subject for subject, _, _ in statements(store, None, ox.NamedNode(predicate), value)}


def triple(terms: Terms) -> ox.Triple:
    """Return a statement as the engine's."""
    return ox.Triple(*terms)  # type: ignore[arg-type]  # in their places
