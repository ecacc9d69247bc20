"""What the values are called that our statements take from lists of others, such as the European list of themes."""

from functools import cache
from importlib.resources import files as resources
from typing import Final

import pyoxigraph as ox

from kg.vocabulary import RDFS, SKOS

_NAMING: Final = (f"{SKOS}prefLabel", f"{RDFS}label")


def name(iri: str, language: str) -> str:
    """Return what a value is called in a language, else in another one; empty where it is on no list that we know.

    Args:
        iri: the value.
        language: such as ``nl``.
    """
    names = _names().get(iri, {})
    return names.get(language) or next(iter(names.values()), "")


@cache
def _names() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    text = (resources("kg.describe") / "authorities.ttl").read_bytes()
    for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
        if quad.predicate.value in _NAMING and isinstance(quad.object, ox.Literal):
            found.setdefault(str(quad.subject)[1:-1], {})[quad.object.language or ""] = quad.object.value
    return found
