"""A column that is left empty takes over what the graph says already of the thing in another column."""

from collections.abc import Mapping, Sequence

from kg.importing import derive
from kg.importing.mapping import Cell, Derived
from kg.importing.names import Concepts
from kg.importing.templates import fill
from kg.spoken import spoken

Taken = dict[tuple[str, str], list[int]]
"""What was taken over: from what, and what, in words of people; with the rows."""


def take(
    column: Derived, row: int, values: Mapping[str, Sequence[Cell]], concepts: Concepts, told: Taken
) -> list[Cell]:
    """Return what is said in a row; where nothing is, what the graph says of another thing of the row.

    The options of the column: ``given``, a template of what is said; ``taken``, a template of the things to take from;
    ``property``, what they say; ``when``, the rows in which that is done.

    Args:
        column: how to take over.
        row: its number.
        values: of the row.
        concepts: of the graph.
        told: what was taken over is added.
    """
    given = fill(column.options["given"], values, {}, row)
    if given or not derive.holds(column.options.get("when", {}), values):
        return [{"": name, "thing": name} for name in given]
    found: dict[str, None] = {}
    for source in fill(column.options["taken"], values, {}, row):
        names = concepts.points(source, column.options["property"])
        if names:
            words = ", ".join(_called(concepts, name) for name in names)
            told.setdefault((_called(concepts, source), words), []).append(row)
        found |= dict.fromkeys(names)
    return [{"": name, "thing": name} for name in found]


def _called(concepts: Concepts, name: str) -> str:
    return concepts.told(name).get(spoken(), name)
