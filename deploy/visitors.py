"""Visitors who keep asking pages, answers and SPARQL queries, each by a connection and from an address of its own."""

import http.client
import itertools
import json
import statistics
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

QUERY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
PATHS = (
    "/health",
    "/questions/gaps-by-concept.csv",
    "/questions/outcomes-never-measured.json",
    "/sparql?" + urllib.parse.urlencode({"query": QUERY}),
    "/questions/target-groups-never-studied",
    "/map",
    "/questions/gap-lifecycle.csv?asOf={day}",
)
_PATIENCE = 900


@dataclass
class Load:
    """Visitors that keep asking until they are told to stop.

    Attributes:
        port: where they ask.
        paths: what they ask, one after the other; ``{day}`` stands for a day that nobody has asked for.
        seconds: how long each answer took.
        failures: what was no answer with status 200, and how often.
        generations: which generations the health page told of, and how often.
        done: set to stop.
    """

    port: int
    paths: tuple[str, ...] = PATHS
    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    generations: Counter[str] = field(default_factory=Counter)
    done: threading.Event = field(default_factory=threading.Event)

    def visit(self, number: int) -> None:
        """Ask one page after another, as the visitor of this number."""
        source = (f"127.0.0.{number + 2}", 0)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=70, source_address=source)
        for turn in itertools.count(number):
            if self.done.is_set():
                break
            # Each day is asked once, so that its answer comes from the engine and not from a cache.
            path = self.paths[turn % len(self.paths)].format(
                day=date.fromordinal(730_000 + (turn * 64 + number) % 2_000_000)
            )
            begun = time.monotonic()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.failures[f"{path}: {error!r}"] += 1
                connection.close()
                continue
            self.seconds.append(time.monotonic() - begun)
            if answer.status != http.HTTPStatus.OK:
                self.failures[f"{path}: {answer.status}"] += 1
            elif path == "/health":
                self.generations[json.loads(body)["generation"]] += 1
        connection.close()

    @contextmanager
    def asking(self, visitors: int) -> Iterator[None]:
        """Let so many visitors ask while the block lasts."""
        threads = [threading.Thread(target=self.visit, args=(number,)) for number in range(visitors)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.done.set()
            for thread in threads:
                thread.join()

    def reach(self, requests: int) -> None:
        """Wait until so many requests were answered, or a quarter of an hour has gone by."""
        limit = time.monotonic() + _PATIENCE
        while len(self.seconds) < requests and time.monotonic() < limit:
            time.sleep(0.1)

    def told(self) -> str:
        """Say how many requests there were, how many failed, and how long they took."""
        seconds = sorted(self.seconds)
        line = (
            f"{len(seconds)} requests, {self.failures.total()} failed; "
            f"median {statistics.median(seconds) * 1000:.0f} ms, p99 {seconds[int(len(seconds) * 0.99)] * 1000:.0f} ms, "
            f"longest {seconds[-1] * 1000:.0f} ms"
        )
        return "\n".join([line, *(f"  {count} times {failure}" for failure, count in self.failures.most_common(10))])
