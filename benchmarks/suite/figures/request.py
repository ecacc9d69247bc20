"""Where the time of a tiny request goes: whole over HTTP, in each kind of process, and in each part by itself."""

import http.client
import itertools
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
from werkzeug.test import EnvironBuilder, run_wsgi_app

from kg import generations, settings
from kg.store import EmbeddedStore
from kg.store.opening import bounds_of, limits_of
from kg.store.pooled import PooledStore
from kg.web import create_app, logs
from suite.context import Context
from suite.figures.memory import web_of, workers_of
from suite.figures.sparql import QUERIES
from suite.measuring import Row, in_turn
from suite.peers import NO_LIMITS, settled

EACH = 1000
SETTLED = 12
"""Seconds after the index of the search is made in which a query process may be replaced."""
JSON = "application/sparql-results+json"


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure a tiny query that nobody has asked before, over and over; microseconds a request."""
    folder = context.generation(size)
    with settled(folder, **NO_LIMITS, KG_CACHE_BYTES="0") as (site, process):
        server = psutil.Process(process.pid)
        # The process that was asked for the index of the search is replaced soon after.
        time.sleep(SETTLED)
        kinds = {"web process": [web_of(server)], "query processes": workers_of(server)}
        line = http.client.HTTPConnection(site.removeprefix("http://"), timeout=60)
        with closing(line):
            asked = lambda: _over_http(line)  # noqa: E731 - a name for what is measured twice
            yield in_turn(_row("over HTTP, one client", size), {"ours": lambda: _each(asked)}, context.rounds)
            for name, processes in kinds.items():
                worked = lambda processes=processes: _worked(processes, asked)  # noqa: E731
                yield in_turn(_row(f"processor time of the {name}", size), {"ours": worked}, context.rounds)
    with _parts(folder) as parts:
        for name, asked in parts.items():
            yield in_turn(_row(name, size), {"ours": lambda asked=asked: _each(asked)}, context.rounds)


def _row(case: str, size: int) -> Row:
    return Row("request", case, size, "µs")


def _each(ask: Callable[[], object]) -> float:
    """Return how many microseconds one of many takes."""
    begun = time.perf_counter()
    for _ in range(EACH):
        ask()
    return (time.perf_counter() - begun) / EACH * 1e6


def _worked(processes: list[psutil.Process], ask: Callable[[], object]) -> float:
    """Return how many microseconds of processor time some processes spend on one of many."""

    def spent() -> float:
        return sum(sum(each.cpu_times()[:2]) for each in processes)

    before = spent()
    for _ in range(EACH):
        ask()
    return (spent() - before) / EACH * 1e6


NUMBERS = itertools.count()


def _fresh() -> str:
    return f"{QUERIES['tiny']}# {next(NUMBERS)}"


def _over_http(line: http.client.HTTPConnection) -> None:
    line.request("GET", f"/sparql?{urllib.parse.urlencode({'query': _fresh()})}", headers={"Accept": JSON})
    answer = line.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"status {answer.status}")


@contextmanager
def _parts(folder: Path) -> Iterator[dict[str, Callable[[], object]]]:
    """Give what a request passes through, each by itself: the engine, a query process, the site without either."""
    logs.configure("error")
    config = settings.load(var=folder, cache_bytes=0, log_level="error")
    generation = generations.current(folder)
    engine = EmbeddedStore(generation.load())
    site = create_app(config, engine, generation.name, published=generation.published)
    pool = PooledStore(generation, bounds_of(config), limits_of(config))

    def whole_site() -> None:
        sent = EnvironBuilder("/sparql", query_string={"query": _fresh()}, headers={"Accept": JSON}).get_environ()
        run_wsgi_app(site.wsgi_app, sent, buffered=True)

    with closing(pool):
        pool.start()
        yield {
            "the engine by itself": lambda: engine.reply(_fresh(), lambda _: JSON),
            "a query process, asked without a site": lambda: pool.reply(_fresh(), lambda _: JSON),
            "the site, with the engine in it, without HTTP": whole_site,
        }
