"""The soak of ``benchmarks/`` calls flat what is flat, and only that; it is run by itself, for half an hour."""

import random
import sys

from surroundings import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import soak


def rows(memory):
    """Rows of half an hour, each ten seconds, in which a figure is what a function of the row's number says."""
    return [{"at": 10.0 * number, "memory MB": memory(number), "descriptors": 200.0} for number in range(180)]


def test_growth_is_told_from_noise():
    """Noise and single peaks are flat, a tenth more over the time is not, and what is not measured is not judged."""
    chance = random.Random(8)  # noqa: S311 - noise, no secret
    noisy = soak.verdicts(rows(lambda number: 500 + chance.uniform(-40, 40) + 400 * (number % 20 == 0)))
    leaking = soak.verdicts(rows(lambda number: 500 + 0.6 * number + chance.uniform(-10, 10)))
    warming = soak.verdicts(rows(lambda number: 500 - 300 * (number < 30)))

    assert [("memory MB", True), ("descriptors", True)] == [(each["figure"], each["flat"]) for each in noisy]
    assert [False, True] == [each["flat"] for each in leaking]
    assert [True, True] == [each["flat"] for each in warming]
    assert [] == soak.verdicts([]) == soak.verdicts(rows(float)[:2])


def test_percentiles_are_of_the_interval():
    """The median and the 99th percentile of each kind, in milliseconds, count what was answered since a moment."""
    answers = [("page", float(moment), (moment % 100) / 1000, 200) for moment in range(200)]

    assert {"page p50": 49.5, "page p99": 99.0, "page n": 100.0} == soak.percentiles(answers, 100)
