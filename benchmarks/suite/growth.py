"""How what is measured grows with the graph: the exponent of a power of the size, fitted to the medians (log-log)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from suite.measuring import Row

WORSE_THAN_LINEAR = 1.1
"""An exponent above this is more than what measuring three sizes can leave in doubt."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How one contender grows in one case.

    Attributes:
        figure, case, contender, unit: of what.
        medians: size to median.
        exponent: 0 is flat, 1 is linear, 2 is quadratic; of 1/rate where a rate was measured. A rate of statements is
            turned into the cost of all of them: as many more statements as there are findings at the same rate is linear.
    """

    figure: str
    case: str
    contender: str
    unit: str
    medians: dict[int, float]
    exponent: float


def fitted(rows: Iterable[Row]) -> list[Growth]:
    """Return the growth of all that was measured at two sizes or more."""
    medians: dict[tuple[str, str, str, str], dict[int, float]] = {}
    better: dict[tuple[str, str, str, str], bool] = {}
    for row in rows:
        for contender in row.values:
            if row.size and (middle := row.median(contender)):
                key = row.figure, row.case, contender, row.unit
                medians.setdefault(key, {})[row.size] = middle
                better[key] = row.more_is_better
    return [
        Growth(*key, dict(sorted(found.items())), slope(found) * (-1 if better[key] else 1) + ("triples" in key[-1]))
        for key, found in medians.items()
        if len(found) > 1
    ]


def slope(medians: dict[int, float]) -> float:
    """Return the slope of the least-squares line through the logarithms."""
    points = [(math.log(size), math.log(value)) for size, value in medians.items()]
    x, y = (sum(each) / len(points) for each in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)
