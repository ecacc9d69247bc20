"""Memory for each process: what a query process holds beside the shared graph, and the web process at a large result."""

import time
from collections.abc import Iterator

import psutil

from suite.context import ROOT, Context
from suite.figures.sparql import QUERIES
from suite.measuring import Row, apart, in_turn
from suite.peers import NO_LIMITS, ask, settled

MB = 1 << 20
RELIEF = 75
"""Seconds after which each of twelve query processes that copied much has been replaced, one in five seconds."""
GENERATOR = (
    "import resource, sys\nsys.path.insert(0, sys.argv[1])\nimport synthetic\n"
    "for _ in synthetic.lines(int(sys.argv[2])): pass\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure the processes of a server, and the generator of the graph."""
    rounds = context.rounds
    with settled(context.generation(size), **NO_LIMITS, KG_CACHE_BYTES="0") as (site, process):
        server = psutil.Process(process.pid)
        for place in range(12):
            ask(f"{site}/sparql", f"{QUERIES['rows-100']}\n# {place}", 60)
        rows = {
            "all processes, shared counted once": lambda: sum(_memory(each).pss for each in _family(server)) / MB,
            "query process, private": lambda: max(_memory(each).uss for each in workers_of(server)) / MB,
            "web process, private": lambda: _memory(web_of(server)).uss / MB,
        }
        for case, taken in rows.items():
            yield in_turn(Row("memory", case, size, "MB"), {"ours": taken}, rounds)
        time.sleep(RELIEF)
        rested = {"ours": rows["query process, private"]}
        yield in_turn(Row("memory", "query process, private, when it had nothing to do", size, "MB"), rested, rounds)

        def grown() -> float:
            before = _memory(web_of(server)).uss
            ask(f"{site}/sparql", QUERIES["rows-1m"], 120)
            return max(0.001, (_memory(web_of(server)).uss - before) / MB)

        yield in_turn(Row("memory", "web process at 1 M rows, growth", size, "MB"), {"ours": grown}, rounds)
    generator = {"ours": lambda: apart(GENERATOR, ROOT / "benchmarks", size, limit=context.limit)}
    yield in_turn(Row("memory", "generator of this graph, largest", size, "MB"), generator, 1)


def _family(server: psutil.Process) -> list[psutil.Process]:
    return [server, *server.children(recursive=True)]


def web_of(server: psutil.Process) -> psutil.Process:
    """Return the web process: the child that has children of its own."""
    return next(child for child in server.children() if child.children())


def workers_of(server: psutil.Process) -> list[psutil.Process]:
    """Return the query processes: what the fork server forked."""
    return [each for each in server.children(recursive=True) if each.parent() not in {server, web_of(server)}]


def _memory(process: psutil.Process) -> "psutil._ntuples.pfullmem":
    return process.memory_full_info()
