"""How everything is measured: contenders in turn (A B A B), medians, spread, ratios. Nothing that fails is left out.

A spread is the smallest and the largest of the rounds, and never narrower than a tenth of the median to each side: on a
shared machine a few rounds that agree by chance promise nothing for another day.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LEAST_SPREAD: Final = 0.1
PEAK: Final = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000)
"""
"""A process of its own: the kernel tells of the largest child only, and the suite has had others."""


@dataclass(slots=True)
class Row:
    """One thing that was measured, of all contenders.

    Attributes:
        figure: to which figure it belongs.
        case: what was done.
        size: over how many findings; 0 for the graph of this repository.
        unit: of the values.
        more_is_better: whether a larger value is a better one.
        values: contender to what each round gave.
        missing: contender to why it has no value.
    """

    figure: str
    case: str
    size: int
    unit: str
    more_is_better: bool = False
    values: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, str, int]:
        """What the row is known by."""
        return self.figure, self.case, self.size

    def median(self, contender: str) -> float | None:
        """Return the median of a contender, None where it has no value."""
        found = self.values.get(contender)
        return statistics.median(found) if found else None

    def spread(self, contender: str) -> tuple[float, float]:
        """Return between which values another run of a contender is expected."""
        found = self.values[contender]
        middle = statistics.median(found)
        return min(*found, middle * (1 - LEAST_SPREAD)), max(*found, middle * (1 + LEAST_SPREAD))

    def ratio(self, contender: str, peer: str) -> float | None:
        """Return how many times as good a contender is as a peer: above 1 is better, whatever the unit."""
        own, other = self.median(contender), self.median(peer)
        if not own or not other:
            return None
        return own / other if self.more_is_better else other / own

    def ratio_spread(self, contender: str, peer: str) -> tuple[float, float]:
        """Return between which ratios to a peer another run of a contender is expected: as far as both spreads allow."""
        (low, high), (least, most) = self.spread(contender), self.spread(peer)
        return (low / most, high / least) if self.more_is_better else (least / high, most / low)


def in_turn(row: Row, contenders: Mapping[str, Callable[[], float]], rounds: int) -> Row:
    """Measure all contenders, one after the other, round after round, and put what they gave into the row.

    A contender that fails once is not asked again; what it gave before is dropped, and the reason stands in its place.
    """
    for _ in range(rounds):
        for name, measure in contenders.items():
            if name in row.missing:
                continue
            try:
                row.values.setdefault(name, []).append(measure())
            except Exception as error:  # noqa: BLE001 - whatever happens to one, the others are measured
                row.values.pop(name, None)
                row.missing[name] = said(error)
    return row


def said(error: BaseException) -> str:
    """Return in one line why something could not be measured."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"not done after {error.timeout:.0f} s"
    if isinstance(error, subprocess.CalledProcessError):
        told = error.stderr or error.stdout or b""
        last = (told if isinstance(told, str) else told.decode(errors="replace")).strip().rpartition("\n")[2]
        return f"ended with {error.returncode}: {last[:150]}"
    return f"{type(error).__name__}: {error}"[:180].replace("\n", " ").replace("|", "/")


def timed(action: Callable[[], object]) -> float:
    """Return how many seconds something took."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def command(*words: str | Path, limit: float = 600, **environment: str) -> float:
    """Return how many seconds a command took, from its start to its end.

    Raises:
        subprocess.SubprocessError: it failed, or took longer than the limit.
    """
    import os  # noqa: PLC0415

    def run() -> None:
        subprocess.run(list(words), check=True, capture_output=True, timeout=limit, env=os.environ | environment)

    return timed(run)


def peak(*words: str | Path, limit: float = 600) -> tuple[float, float]:
    """Return how many seconds a command took, and how many MB the largest of its processes had at most.

    Raises:
        subprocess.SubprocessError: it failed, or took longer than the limit.
    """
    call = [sys.executable, "-c", PEAK, *map(str, words)]
    done = subprocess.run(call, check=True, capture_output=True, text=True, timeout=limit)
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def apart(program: str, *words: str | Path, limit: float = 600) -> float:
    """Return the number that a small Python program prints last, run in a process of its own.

    Raises:
        subprocess.SubprocessError: it failed, or took longer than the limit.
    """
    call = [sys.executable, "-c", program, *map(str, words)]
    done = subprocess.run(call, check=True, capture_output=True, text=True, timeout=limit)
    return float(done.stdout.split()[-1])
