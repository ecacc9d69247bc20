"""Which findings and studies come first in a list that is cut, so that the engine need not sort all there are.

A list is in an order that ends with names, which are not kept here. So each choice holds those that come first whatever
they are called, and all that could stand in the last place: the engine puts these in order, and cuts.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from kg.cells.facts import Term, Truths
from kg.cells.items import UNRANKED, Listed

_MOST_FINDINGS: Final = 1_000
_MOST_STUDIES: Final = 20_000
"""With more that could come first, the engine is asked as it would be without an index.

Named one by one, a thousand findings took the engine 0.16 s at a hundred thousand findings, twelve hundred 14 s.
"""


def newest(listed: Listed, offset: int, most: int) -> list[tuple[Term, int]]:
    """Return a part of the list of all findings: each with the day of its publication, or 0.

    Raises:
        LookupError: a finding says another day of itself.
    """
    if not listed.dated:
        raise LookupError("findings with other dates")
    places = np.flatnonzero(listed.own)[offset : offset + most].tolist()
    return [(listed.iris[place], int(listed.known[place])) for place in places]


def findings(listed: Listed, kept: Truths, bar: int, most: int) -> list[Term]:
    """Return the findings of a cell that come first: those that count, of the most rigorous studies, the newest.

    Args:
        listed: all findings.
        kept: which of them stand in the cell.
        bar: the least rank of rigour with which an effect counts.
        most: how many are asked for.

    Raises:
        LookupError: they cannot be told.
    """
    places = np.flatnonzero(kept & listed.whole)
    rank = listed.rank[places]
    counts = listed.effect[places] & (rank >= bar) & (rank != UNRANKED)
    chosen = _first(listed, (listed.known[places], rank, counts.astype(np.int32)), most, _MOST_FINDINGS)
    return [listed.iris[place] for place in places[chosen].tolist()]


def studies(listed: Listed, kept: Truths, bar: int, most: int) -> list[tuple[Term, int, int]]:
    """Return the studies of a cell that come first: the most rigorous, those with most effects that count.

    Args and errors: as of :func:`findings`.

    Returns:
        Each study, how many of its findings stand in the cell, and how many of these count.
    """
    places = np.flatnonzero(kept & listed.whole & (listed.rank != UNRANKED))
    study, rank = listed.study[places], listed.rank[places]
    size = len(listed.studies)
    counting = np.bincount(study[listed.effect[places] & (rank >= bar)], minlength=size)
    ranks = np.full(size, UNRANKED, np.int64)
    ranks[study] = rank
    behind = np.flatnonzero(ranks != UNRANKED)
    chosen = _first(listed, (counting[behind], ranks[behind]), most, _MOST_STUDIES)
    own = np.bincount(study, minlength=size)
    return [(listed.studies[place], int(own[place]), int(counting[place])) for place in behind[chosen].tolist()]


def _first(listed: Listed, keys: Sequence[npt.NDArray[np.integer]], most: int, widest: int) -> npt.NDArray[np.intp]:
    """Return where the largest stand by their keys, the last one first, and those that equal the last of them."""
    if not listed.named:
        raise LookupError("a finding or a study without a name")
    order = np.lexsort(tuple(-key.astype(np.int64) for key in keys))
    if most < len(order):
        last = order[most - 1]
        equal = np.logical_and.reduce([key[order] == key[last] for key in keys])
        order = order[: int(np.flatnonzero(equal)[-1]) + 1]
    if len(order) > widest:
        raise LookupError("too many that could come first")
    return order
