"""How fast a graph is read: a generation into memory, files into triples and a store, and the whole build."""

import shutil
import subprocess
from collections.abc import Iterator

from suite.context import KG, OXIGRAPH, Context
from suite.measuring import Row, apart, command, in_turn, peak, said

LARGEST_FOR_RDFLIB = 10_000
LARGEST_TO_BUILD = 100_000
TIMED = "import sys, time\nfrom pathlib import Path\nstart = time.perf_counter()\n"
OURS = TIMED + (
    "from kg.generations import current\n"
    "store = current(Path(sys.argv[1])).load()\n"
    "print(len(store) / 1000 / (time.perf_counter() - start))"
)
MEMORY = TIMED + (
    "import pyoxigraph as ox\nstore = ox.Store()\n"
    "store.bulk_load(path=sys.argv[1] + '/graph.nq', format=ox.RdfFormat.N_QUADS)\n"
    "print(len(store) / 1000 / (time.perf_counter() - start))"
)
ON_DISK = MEMORY.replace("ox.Store()", "ox.Store(sys.argv[2])")
RDFLIB = TIMED + (
    "from rdflib import Dataset\ngraph = Dataset()\ngraph.parse(sys.argv[1] + '/graph.nq', format='nquads')\n"
    "print(len(graph) / 1000 / (time.perf_counter() - start))"
)
FILES = TIMED + (
    "import pyoxigraph as ox\nfrom kg.files import find\nfrom kg.parse import read_all\n"
    "files, _ = read_all(find(Path(sys.argv[1])))\nstore = ox.Store()\n"
    "for file in files: store.bulk_extend(file.quads())\n"
    "print(len(store) / 1000 / (time.perf_counter() - start))"
)
PLAIN_FILES = TIMED + (
    "import pyoxigraph as ox\nstore = ox.Store()\n"
    "for path in Path(sys.argv[1]).rglob('*.ttl'):\n"
    "    store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(path.as_uri()))\n"
    "print(len(store) / 1000 / (time.perf_counter() - start))"
)
RDFLIB_FILES = TIMED + (
    "from rdflib import Graph\ngraph = Graph()\n"
    "for path in Path(sys.argv[1]).rglob('*.ttl'): graph.parse(path, format='turtle')\n"
    "print(len(graph) / 1000 / (time.perf_counter() - start))"
)


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure loading and building, each in a process of its own."""
    folder, limit = context.generation(size), context.limit
    with (folder / "graph.nq").open("rb") as lines:
        quads = sum(1 for _ in lines)
    place = context.scratch / "load"

    def on_disk() -> float:
        shutil.rmtree(place, ignore_errors=True)
        return apart(ON_DISK, folder, place, limit=limit)

    def server() -> float:
        shutil.rmtree(place, ignore_errors=True)
        took = command(OXIGRAPH, "load", "--location", place, "--file", folder / "graph.nq", limit=limit)
        return quads / 1000 / took

    def rdflib(program: str, given: object) -> float:
        if size > LARGEST_FOR_RDFLIB:
            raise RuntimeError(f"not asked above {LARGEST_FOR_RDFLIB:,} findings")
        return apart(program, str(given), limit=limit)

    contenders = {
        "ours": lambda: apart(OURS, folder, limit=limit),
        "pyoxigraph, memory": lambda: apart(MEMORY, folder, limit=limit),
        "pyoxigraph, disk": on_disk,
        "oxigraph load, disk": server,
        "rdflib": lambda: rdflib(RDFLIB, folder),
    }
    row = Row("load", "generation, parse and load", size, "thousand triples/s", more_is_better=True)
    yield in_turn(row, contenders, context.rounds)
    files = context.files(size)
    contenders = {
        "ours": lambda: apart(FILES, files, limit=limit),
        "pyoxigraph, memory": lambda: apart(PLAIN_FILES, files, limit=limit),
        "rdflib": lambda: rdflib(RDFLIB_FILES, files),
    }
    row = Row("load", "files, parse and load", size, "thousand triples/s", more_is_better=True)
    yield in_turn(row, contenders, context.rounds)
    took, needed = (
        Row("load", "kg build, with the check", size, "s"),
        Row("load", "kg build, memory at most", size, "MB"),
    )
    if size > LARGEST_TO_BUILD:
        why = f"not asked above {LARGEST_TO_BUILD:,} findings: it holds all it builds in memory"
        took.missing["ours"] = needed.missing["ours"] = why
    for _ in range(0 if size > LARGEST_TO_BUILD else min(context.rounds, 3)):
        shutil.rmtree(place, ignore_errors=True)
        try:
            seconds, megabytes = peak(KG, "--graph", files, "--var", place, "build", limit=limit)
        except subprocess.SubprocessError as error:
            took.missing["ours"] = needed.missing["ours"] = said(error)
            break
        took.values.setdefault("ours", []).append(seconds)
        needed.values.setdefault("ours", []).append(megabytes)
    yield took
    yield needed
    shutil.rmtree(place, ignore_errors=True)
