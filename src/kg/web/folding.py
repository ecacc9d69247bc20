"""Open and shut the branches of the map's rows and columns; what is open stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from kg.errors import BadParameter
from kg.web.concepts import Head, short

LEVELS: Final = "levels"
FOLD: Final = "fold"
_READABLE: Final = 25
"""How many rows or columns a person takes in; a larger scheme starts with its deeper levels shut."""


@dataclass(frozen=True, slots=True)
class Folding:
    """Which branches are open.

    Attributes:
        levels: so many levels are open; None for as many as can be read.
        turned: concepts, as an address has them, that are open where the levels say shut, or the other way round.
    """

    levels: int | None
    turned: frozenset[str]

    def apply(self, heads: Sequence[Head]) -> list[Head]:
        """Leave out what stands in shut branches, and say of each head that is left what is narrower.

        Args:
            heads: in the order of their scheme, with the depth of the topmost as 0.
        """
        levels = self.levels or readable(heads)
        kept: list[Head] = []
        shut: int | None = None
        for place, head in enumerate(heads):
            if shut is not None and head.depth > shut:
                continue
            shut = None
            narrower = _narrower(heads, place)
            is_open = (head.depth + 1 < levels) != (short(head.iri) in self.turned)
            if narrower and not is_open:
                shut = head.depth
            kept.append(replace(head, narrower=narrower, open=is_open))
        return kept

    def turning(self, head: Head) -> str:
        """Return the address of this page with the branch of a head opened or shut."""
        query = MultiDict(request.args)
        query.setlist(FOLD, sorted(self.turned ^ {short(head.iri)}))
        return f"{request.script_root}{request.path}?{urlencode(list(query.items(multi=True)))}#map"


def asked() -> Folding:
    """Return what this request asks to be open.

    Raises:
        BadParameter: the levels are no number from 1 to 9.
    """
    levels = request.args.get(LEVELS, "")
    if levels and levels not in set("123456789"):
        raise BadParameter(f"{LEVELS}={levels!r}: a whole number from 1 to 9 is needed")
    return Folding(int(levels) if levels else None, frozenset(filter(None, request.args.getlist(FOLD))))


def depth(heads: Sequence[Head]) -> int:
    """Return how many levels there are."""
    return max((head.depth + 1 for head in heads), default=0)


def readable(heads: Sequence[Head]) -> int:
    """Return how many levels can be open before there are more heads than a person takes in; at least one."""
    levels = range(depth(heads), 1, -1)
    return next((level for level in levels if sum(head.depth < level for head in heads) <= _READABLE), 1)


def _narrower(heads: Sequence[Head], place: int) -> int:
    """Count the concepts below one."""
    count = 0
    for head in heads[place + 1 :]:
        if head.depth <= heads[place].depth:
            break
        count += 1
    return count
