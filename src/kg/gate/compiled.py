"""Shapes that were read once, handed to each check that has the same ones.

To read them, rules with queries above all, takes longer than to check a small change with them. They are handed over as
bytes and read back by each process, so no check can change them for another.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.gate.bases import Base, load

if TYPE_CHECKING:
    from kg.validate.incremental import Shapes


@dataclass(frozen=True, slots=True)
class Compiled:
    """Shapes that were read.

    Attributes:
        rules: fingerprint of the files that they were made from, see :class:`kg.gate.bases.Base`.
        content: what was made of them; only ever from a process that saw nothing but the graph itself.
    """

    rules: str
    content: bytes


def compiled(generation: Path) -> Compiled:
    """Read the shapes of a generation; for a process of its own.

    Raises:
        NoGeneration: the generation is damaged.
    """
    from kg.validate.incremental import Shapes  # noqa: PLC0415 - pySHACL takes half a second to import

    base = load(generation, None)
    return Compiled(base.rules, pickle.dumps(Shapes(base.shapes), pickle.HIGHEST_PROTOCOL))


def shapes_of(base: Base, kept: Compiled | None) -> "Shapes":
    """Return the shapes of a graph to check with: those that were read, if they were read from the same files."""
    from kg.validate.incremental import Shapes  # noqa: PLC0415 - pySHACL takes half a second to import

    if kept is None or not base.rules or kept.rules != base.rules:
        return Shapes(base.shapes)
    found: Shapes = pickle.loads(kept.content)  # noqa: S301 - made by ``compiled``, and kept in memory since
    return found
