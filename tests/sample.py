"""Draw statements at random for reading against their sources: each fact of the ledger with all that the graph says of it.

    python tests/sample.py --count 60 --seed 2026 > sample.txt

A reader holds each statement beside the row or publication that it names, and notes every error of direction, sign, number, date or identifier.
"""

import argparse
import csv
import random
import re
from pathlib import Path

import click
import pyoxigraph as ox

from kg.files import find
from kg.parse import read_all
from kg.vocabulary import ID, WK, shorten

ROOT = Path(__file__).parents[1]
FOLLOWED = {WK + name for name in ("estimate", "study", "reportedIn", "statedIn")}


def ledger(root: Path = ROOT) -> list[dict[str, str]]:
    """Read the rows of the ledger that something in the graph expresses."""
    with (root / "data/ledger.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["resources"]]


def draw(rows: list[dict[str, str]], count: int, seed: int) -> list[dict[str, str]]:
    """Draw rows without putting any back: the same count and seed give the same rows."""
    chance = random.Random(seed)  # noqa: S311 - a sample to read, no secret
    return sorted(chance.sample(rows, count), key=lambda row: row["statement"])


def describe(graph: ox.Store, thing: ox.NamedNode) -> list[str]:
    """Tell a thing's triples, a line each, and those of its estimates, study and publications."""
    lines = []
    for quad in sorted(graph.quads_for_pattern(thing, None, None), key=str):
        value = quad.object.value if isinstance(quad.object, ox.Literal) else shorten(quad.object.value)
        language = f" @{quad.object.language}" if isinstance(quad.object, ox.Literal) and quad.object.language else ""
        lines.append(f"{shorten(quad.predicate.value)}  {value}{language}")
        if quad.predicate.value in FOLLOWED:
            lines += [f"    {line}" for line in describe(graph, quad.object) if not re.match(r"wk:reportedIn|\s", line)]
    return lines


def main() -> None:
    """Print the sample as text."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    graph = ox.Store()
    for file in read_all(find(ROOT))[0]:
        graph.bulk_extend(file.quads())
    for number, row in enumerate(draw(ledger(), options.count, options.seed), 1):
        click.echo(f"{number}. {row['statement']} ({row['document']}): {row['text']}")
        for name in row["resources"].split(";"):
            click.echo(f"  {name}")
            for line in describe(graph, ox.NamedNode(ID + name)):
                click.echo(f"    {line}")


if __name__ == "__main__":
    main()
