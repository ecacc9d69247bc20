"""The findings of a cell, each once, with all that it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kg.vocabulary import ID
from kg.web.dates import precision_of, say

_SHAPES: Final = {"favourable": "effect", "unfavourable": "harm", "none": "no-effect", "mixed": "mixed"}
_DIRECTION: Final = f"{ID}direction/"


@dataclass(frozen=True, slots=True)
class Told:
    """One finding.

    Attributes:
        row: its first row in ``cell-findings``.
        interventions: what it is the effect of, IRI to name.
        outcomes: what it is on, IRI to name.
        bases: what it rests on.
    """

    row: Mapping[str, str]
    interventions: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    bases: dict[str, None] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        """The state whose shape goes with its direction; empty where it has no direction."""
        return _SHAPES.get(self.row["direction"].removeprefix(_DIRECTION), "")

    @property
    def issued(self) -> str:
        """When its publication was issued, no more precisely than is known."""
        return say(self.row["issued"], precision_of(self.row["issued"], [self.row["publication"]], "issued"))


def each_once(rows: Iterable[Mapping[str, str]]) -> list[Told]:
    """Return the findings of the rows of ``cell-findings``, in their order."""
    found: dict[str, Told] = {}
    for row in rows:
        told = found.setdefault(row["finding"], Told(row))
        for things, column in ((told.interventions, "ofIntervention"), (told.outcomes, "onOutcome")):
            if row[column]:
                things[row[column]] = row[f"{column}Label"]
        told.bases[row["basisLabel"]] = None
    return list(found.values())
