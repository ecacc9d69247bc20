"""What things are called in a state of the graph, also those that are no longer there."""

from collections.abc import Collection
from typing import Final

import pyoxigraph as ox

from kg.history.differences import parsed
from kg.history.patch import Line
from kg.vocabulary import DCT, RDFS, SKOS

_NAMING: Final = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCT}title")
"""Properties that name a thing, the first that it has first."""


class Names:
    """The names of things.

    Args:
        states: statements as N-Quads lines; a later state goes before an earlier one.
    """

    def __init__(self, *states: Collection[Line]) -> None:
        self._known: dict[str, dict[tuple[int, str], str]] = {}
        for state in states:
            here: dict[str, dict[tuple[int, str], str]] = {}
            for quad in parsed(line for line in state if any(f" <{naming}> " in line for naming in _NAMING)):
                if quad.predicate.value in _NAMING and isinstance(quad.object, ox.Literal):
                    key = _NAMING.index(quad.predicate.value), quad.object.language or ""
                    names = here.setdefault(str(quad.subject)[1:-1], {})
                    # Of two equal ranks the first by letter, so that the same state gives the same name.
                    names[key] = min(quad.object.value, names.get(key, quad.object.value))
            self._known |= here

    def of(self, iri: str, language: str) -> str:
        """Return what a thing is called in a language, else in another one; empty when it has no name.

        Args:
            iri: the thing.
            language: such as ``nl``.
        """
        names = self._known.get(iri, {})
        if not names:
            return ""
        return names[min(names, key=lambda key: (key[1] != language, key[1] != "", key))]
