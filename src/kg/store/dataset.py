"""What in a query another engine may take otherwise: the data set that it names, and relative IRIs.

An engine whose default graph is the union of all graphs may ignore ``FROM`` (``oxigraph --union-default-graph`` does).
Sent as parameters of the SPARQL 1.1 Protocol, which go before ``FROM``, the same graphs hold in every engine.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from kg.errors import BadQuery
from kg.vocabulary import BASE
from kg.words import words

_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)")


def graphs_named(query: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs after ``FROM`` and those after ``FROM NAMED``.

    Raises:
        BadQuery: one of them cannot be told.
    """
    tokens = [token for token in words(query) if not re.match(r"\s|#", token[0])]
    prefixes, base = dict(_prefixes(tokens)), BASE
    default: list[str] = []
    named: list[str] = []
    for position, token in enumerate(tokens):
        word = (token["word"] or token["before"] or "").upper()
        if word == "BASE":
            base = urljoin(base, _iri(tokens, position + 1))
        elif word == "FROM" and token["graph"]:
            default.append(_full(token["graph"], prefixes, base))
        elif word == "FROM" and _starts_named(tokens, position + 1):
            named.append(_graph(tokens, position + 1, prefixes, base))
        elif word == "FROM":
            default.append(urljoin(base, _iri(tokens, position + 1)))
        elif word.startswith("FROM"):
            named.append(_graph(tokens, position, prefixes, base))
    return tuple(default), tuple(named)


def with_base(query: str) -> str:
    """Return a query whose relative IRIs stand on our base, whatever address the engine has."""
    relative = any(token["iri"] and _RELATIVE.match(token["iri"]) for token in words(query))
    return f"BASE <{BASE}> {query}" if relative else query


def _prefixes(tokens: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    """Give the prefixes as they are declared; one that is relative stays so until it is used."""
    for position, token in enumerate(tokens[:-2]):
        if (token["word"] or "").upper() == "PREFIX" and (name := tokens[position + 1]["name"]):
            yield name.removesuffix(":"), _iri(tokens, position + 2)


def _starts_named(tokens: list[re.Match[str]], position: int) -> bool:
    token = tokens[position] if position < len(tokens) else None
    return token is not None and (token["word"] or token["before"] or "").upper() == "NAMED"


def _graph(tokens: list[re.Match[str]], position: int, prefixes: dict[str, str], base: str) -> str:
    """Return the graph that ``NAMED`` names: a prefixed name in the same token, or an IRI in the next."""
    if name := tokens[position]["graph"]:
        return _full(name, prefixes, base)
    return urljoin(base, _iri(tokens, position + 1))


def _iri(tokens: list[re.Match[str]], position: int) -> str:
    found = tokens[position]["iri"] if position < len(tokens) else None
    if not found or "\\" in found:
        raise BadQuery("the graphs after FROM cannot be told; write each as a full IRI, without escapes")
    return found[1:-1]


def _full(name: str, prefixes: dict[str, str], base: str) -> str:
    prefix, _, rest = name.partition(":")
    if prefix not in prefixes or "\\" in rest:
        raise BadQuery(f"the graph {name} after FROM cannot be told; write it as a full IRI")
    return urljoin(base, prefixes[prefix] + rest)
