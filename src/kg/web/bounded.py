"""The bounded description of a thing: what is given to who asks for it by its IRI.

It holds what is said about the thing, the nameless nodes in that, what refers to it, and the names of both. What
refers to it comes in pages when it is much. A statement whose subject is a nameless node belongs to the description
of the thing that holds that node, and to no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.errors import BadParameter
from kg.store import Table
from kg.web.served import as_served
from kg.web.site import select

PAGE: Final = 100
"""Things that refer to one, on a page; ``referring.rq`` asks for one more, to see whether there is a next page."""

Subject = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Description:
    """A page of a description.

    Attributes:
        iri: the thing.
        triples: the statements, without doubles, in an order that is always the same.
        first: whether this is the first page, which alone holds what is said about the thing.
        following: after which IRI the next page begins, or the empty string.
    """

    iri: str
    triples: tuple[ox.Triple, ...]
    first: bool = True
    following: str = ""


def describe(iri: str, after: str = "") -> Description:
    """Return the description of a thing, or a further page of it; without statements when nothing is known.

    Args:
        iri: the thing.
        after: the last thing that the page before names; empty for the first page.

    Raises:
        BadParameter: ``after`` is no IRI.
    """
    try:
        ox.NamedNode(after or iri)
    except ValueError as error:
        raise BadParameter("after is the address of a thing; follow the link to the next page") from error
    own = [] if after else triples(select("thing", thing=iri))
    referring = triples(select("referring", thing=iri, after=after))
    sources = sorted({triple.subject.value for triple in referring if isinstance(triple.subject, ox.NamedNode)})
    kept, following = sources[:PAGE], ""
    if len(sources) > PAGE:
        following = kept[-1]
        referring = [triple for triple in referring if triple.subject.value <= following]  # type: ignore[union-attr]
    if not any(triple.subject == ox.NamedNode(iri) for triple in own):
        # Only the names of what it would point to can be left, and it points to nothing.
        own = []
    return Description(iri, in_order(as_served((*own, *referring)), iri), not after, following)


def triples(table: Table) -> list[ox.Triple]:
    """Return the rows of subject, property and value as statements."""
    return [
        ox.Triple(subject, name, value)
        for subject, name, value in table.rows
        if isinstance(subject, Subject) and isinstance(name, ox.NamedNode) and value is not None
    ]


def in_order(statements: Iterable[ox.Triple], iri: str = "") -> tuple[ox.Triple, ...]:
    """Return statements without doubles, those about one thing first, then in the order of their terms."""
    return tuple(sorted(set(statements), key=lambda triple: (str(triple.subject) != f"<{iri}>", str(triple))))
