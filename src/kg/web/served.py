"""Statements as they are served: documents of ours where the world finds them, sizes in the datatype that DCAT asks for."""

from collections.abc import Iterable
from typing import Any, Final

import pyoxigraph as ox

from kg.vocabulary import BASE, XSD
from kg.web.public import public

_SIZE: Final = "http://www.w3.org/ns/dcat#byteSize"
_PLACES: Final = ("dumps/", "sparql", "catalog", "changes")
"""What of ours is the address of a document and no identifier; the site itself is one as well."""


def as_served(statements: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return statements with the addresses of documents of ours as the world asks for them; identifiers stay.

    Sizes are given the datatype that DCAT asks for; the engine knows all integers by one.

    Raises:
        UsageProblem: the request names a host that cannot be one.
    """
    return [ox.Triple(_served(one.subject), one.predicate, _served(_sized(one))) for one in statements]


def is_document(iri: str) -> bool:
    """Tell whether an IRI of ours is the address of a document rather than an identifier."""
    path = iri.removeprefix(BASE)
    return iri.startswith(BASE) and (not path or path.startswith(_PLACES))


def _served(term: Any) -> Any:  # noqa: ANN401 - what it is given it gives back
    if isinstance(term, ox.NamedNode) and is_document(term.value):
        return ox.NamedNode(public(term.value.removeprefix(BASE)))
    return term


def _sized(one: ox.Triple) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    if one.predicate.value == _SIZE and isinstance(one.object, ox.Literal):
        return ox.Literal(one.object.value, datatype=ox.NamedNode(f"{XSD}nonNegativeInteger"))
    return one.object
