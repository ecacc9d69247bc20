"""A sheet on which statements are written down, with names in their short form."""

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.vocabulary import PREFIXES, XSD

Node = ox.NamedNode | ox.Literal
_MORE: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcatap": "http://data.europa.eu/r5r/",
    "eu": "http://publications.europa.eu/resource/authority/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "wdrs": "http://www.w3.org/2007/05/powder-s#",
}


class Sheet:
    """Statements of one named graph, each once.

    Args:
        graph: the IRI of the graph.
    """

    def __init__(self, graph: str) -> None:
        self._graph = ox.NamedNode(graph)
        self._said: dict[ox.Quad, None] = {}

    def say(self, subject: str, said: dict[str, Node | list[Node] | None]) -> None:
        """Write statements about a thing: property in its short form, and the value, values, or none."""
        for predicate, found in said.items():
            for value in found if isinstance(found, list) else [found]:
                if value is not None:
                    self._said[ox.Quad(ox.NamedNode(subject), named(predicate), value, self._graph)] = None

    def __iter__(self) -> Iterator[ox.Quad]:
        """Give the statements in the order in which they were written."""
        return iter(self._said)


def named(name: str) -> ox.NamedNode:
    """Return what a short name such as ``dct:title`` stands for; an IRI stands for itself."""
    prefix, _, local = name.partition(":")
    namespace = PREFIXES.get(prefix) or _MORE.get(prefix)
    return ox.NamedNode(namespace + local if namespace else name)


def both(dutch: str, english: str) -> list[Node]:
    """Return a text in our two languages."""
    return [ox.Literal(dutch, language="nl"), ox.Literal(english, language="en")]


def typed(value: str | int, datatype: str) -> ox.Literal:
    """Return a value of one of the datatypes of XML Schema."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + datatype))


def moment(text: str) -> ox.Literal | None:
    """Return an ``xsd:dateTime``; None for the empty text."""
    return typed(text, "dateTime") if text else None


def short(iri: str) -> str:
    """Return the short name of an IRI; the reverse of :func:`named`."""
    spaces = PREFIXES | _MORE
    return next((f"{prefix}:{iri[len(space) :]}" for prefix, space in spaces.items() if iri.startswith(space)), iri)
