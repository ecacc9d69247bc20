"""The check of fifty new findings, ten of them wrong in ten ways, beside graphs of several sizes.

    python benchmarks/check.py FOLDER FOLDER … [--rounds 7]

takes folders that ``synthetic.py`` wrote, holds all graphs in memory at once, and checks the same submission against each
in turn, round after round. Loading and reading the shapes are measured apart. It says whether the answers are the same.
"""

import argparse
import statistics
import time
from collections import Counter
from pathlib import Path

import pyoxigraph as ox

from kg.files import find
from kg.parse import read_all
from kg.validate.incremental import Checked, Shapes, examine
from kg.vocabulary import shorten
from suite.figures.submission import submission

ROOT = Path(__file__).parents[1]


def answers(checked: Checked) -> Counter[tuple[str, str, str | None]]:
    """Return what was found, without what hangs on the order of things."""
    return Counter((shorten(result.focus), shorten(result.shape), result.value) for result in checked.results)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--rounds", type=int, default=7)
    given = options.parse_args()
    files, _ = read_all(source for source in find(ROOT) if source.room == "shapes")
    start = time.perf_counter()
    shapes = Shapes(triple for file in files for triple in file.triples)
    print(f"shapes read in {time.perf_counter() - start:.2f} s; in full: {shapes.unbounded or 'none'}")
    stores: dict[str, ox.Store] = {}
    for folder in given.folders:
        start = time.perf_counter()
        store = stores[folder.name] = ox.Store()
        store.bulk_load(path=str(folder / "graph.nq"), format=ox.RdfFormat.N_QUADS)
        print(f"{folder.name}: {len(store)} statements loaded in {time.perf_counter() - start:.1f} s")
    added = submission()
    times: dict[str, list[float]] = {name: [] for name in stores}
    processor: dict[str, list[float]] = {name: [] for name in stores}
    last: dict[str, Checked] = {}
    for _ in range(given.rounds):
        for name, store in stores.items():
            start, used = time.perf_counter(), time.process_time()
            last[name] = examine(store, shapes, (), added)
            times[name].append(time.perf_counter() - start)
            processor[name].append(time.process_time() - used)
    smallest = statistics.median(next(iter(times.values())))
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(
            f"{name}: median {middle:.3f} s ({min(taken):.3f} to {max(taken):.3f}), ratio {middle / smallest:.2f}, "
            f"of the processor {statistics.median(processor[name]):.3f} s; "
            f"{len(last[name].nodes)} nodes, {last[name].statements} statements, {len(last[name].results)} results"
        )
    found = [answers(checked) for checked in last.values()]
    print("same answers:", all(each == found[0] for each in found))
    for (focus, shape, value), count in sorted(found[0].items(), key=str):
        print(f"  {focus}  {shape}  {value}" + (f"  x{count}" if count > 1 else ""))


if __name__ == "__main__":
    main()
