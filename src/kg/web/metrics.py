"""What is counted, for Prometheus to fetch at ``/metrics``: queries, requests, processes, the generation.

There is one web process, so the figures stand in its memory. A new generation brings a new web process, whose counters
begin at nothing; Prometheus takes that into account.
"""

from collections.abc import Callable
from typing import Final, cast

from flask import Blueprint, Flask, Response, current_app
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from kg import __version__
from kg.store.endings import Ending
from kg.store.pooled import Load

room = Blueprint("metrics", __name__)

_NAME: Final = "kg.metrics"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
_METHODS: Final = {"GET", "HEAD", "POST", "OPTIONS"}
_CLASSES: Final = {
    "ok": "answered",
    "bad query": "refused",
    "refused": "refused",
    "not acceptable": "refused",
    "too slow": "stopped",
    "too much memory": "stopped",
    "too large": "stopped",
    "busy": "turned away",
    "too many": "turned away",
    "gone": "gone",
}


class Metrics:
    """The figures of one web process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        own = self.registry
        self._queries = Counter(
            "kg_queries", "Queries, by who asked and how they ended", ["kind", "outcome"], registry=own
        )
        self._seconds = Histogram(
            "kg_query_seconds",
            "From question to answer, waiting included",
            ["kind", "class"],
            buckets=_BUCKETS,
            registry=own,
        )
        self._waits = Histogram(
            "kg_query_wait_seconds", "Waiting for a process", ["kind"], buckets=_BUCKETS, registry=own
        )
        self._killed = Counter(
            "kg_query_processes_killed", "Query processes that were ended, or ended themselves", registry=own
        )
        self._requests = Counter("kg_http_requests", "Requests answered", ["method", "route", "status"], registry=own)
        self._request_seconds = Histogram(
            "kg_http_request_seconds", "From request to the last byte sent", ["route"], buckets=_BUCKETS, registry=own
        )
        self._cut = Counter(
            "kg_http_answers_cut", "Answers whose client left, or took too long, before the end", registry=own
        )
        self._generation = Info("kg_generation", "The generation that is served", registry=own)
        self._triples = Gauge("kg_generation_triples", "Statements in it", registry=own)
        self._degraded = Gauge(
            "kg_generation_degraded", "1 while it stands in for one that is damaged, else 0", registry=own
        )
        self._running = Gauge("kg_queries_running", "Queries that have a process", registry=own)
        self._waiting = Gauge("kg_queries_waiting", "Queries that wait for a process", registry=own)
        self._spooled = Gauge("kg_spool_bytes", "Bytes of answers in files", registry=own)

    def query_ended(self, ending: Ending) -> None:
        """Count a query."""
        self._queries.labels(ending.kind, ending.outcome).inc()
        self._seconds.labels(ending.kind, _CLASSES.get(ending.outcome, "failed")).observe(ending.seconds)
        self._waits.labels(ending.kind).observe(ending.waited)
        if ending.killed:
            self._killed.inc()

    def request_ended(self, method: str, route: str, status: int, seconds: float, *, whole: bool) -> None:
        """Count a request.

        Args:
            method: of the request.
            route: the pattern of its address.
            status: of the answer.
            seconds: how long it took to send all of it.
            whole: whether all of it was sent.
        """
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)
        if not whole:
            self._cut.inc()

    def watch(self, load: Callable[[], Load]) -> None:
        """Ask how much is going on each time that the figures are fetched."""
        self._running.set_function(lambda: load().running)
        self._waiting.set_function(lambda: load().waiting)
        self._spooled.set_function(lambda: load().spooled)

    def degraded(self, look: Callable[[], bool]) -> None:
        """Ask whether the generation stands in for another each time that the figures are fetched."""
        self._degraded.set_function(look)

    def serve(self, generation: str, triples: int | None) -> None:
        """Say what is served."""
        self._generation.info({"generation": generation, "version": __version__})
        if triples is not None:
            self._triples.set(triples)

    def init_app(self, app: Flask) -> None:
        """Make these the figures of an application."""
        app.extensions[_NAME] = self
        app.register_blueprint(room)


def metrics() -> Metrics:
    """Return the figures of the current application."""
    return cast("Metrics", current_app.extensions[_NAME])


@room.get("/metrics")
def show() -> Response:
    """Give all figures in the text format of Prometheus."""
    response = Response(generate_latest(metrics().registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response
