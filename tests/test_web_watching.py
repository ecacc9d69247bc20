"""Seeing it run: health, figures, and the log."""

import json
import logging
import re
import urllib.error
import urllib.request

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from kg import settings
from kg.errors import (
    BadQuery,
    Busy,
    EngineFailed,
    FederationRefused,
    KgError,
    NotAcceptable,
    ResultTooLarge,
    StoreUnavailable,
    TooManyQueries,
    TooMuchMemory,
    TooSlow,
    UsageProblem,
    VisitorGone,
)
from kg.store.endings import Ending, told
from kg.web import create_app, logs
from kg.web.metrics import Metrics

ASK = "/sparql?query=ASK%20%7B%7D"
ERRORS = {
    BadQuery: "bad query",
    FederationRefused: "refused",
    NotAcceptable: "not acceptable",
    TooSlow: "too slow",
    TooMuchMemory: "too much memory",
    ResultTooLarge: "too large",
    Busy: "busy",
    TooManyQueries: "too many",
    VisitorGone: "gone",
    EngineFailed: "engine failed",
    StoreUnavailable: "store unavailable",
    KgError: "error",
    ZeroDivisionError: "error",
}


class DeadStore:
    """A store whose processes do not answer."""

    def select(self, _query):
        """Fail as the pool does when it is not running."""
        raise Busy("no query process was free in time; try again in a moment")


@pytest.fixture
def logged(capsys):
    """What the log holds, at a level; it is as it was when the test is over."""
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def read():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def figures(client):
    """Return all figures, by name and labels."""
    text = client.get("/metrics").text
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_live_asks_nothing(config, generation, catalogues):
    """The web process says that it lives, also when queries are not answered."""
    dead = create_app(config, DeadStore(), generation.name).test_client()

    assert {"status": "ok"} == dead.get("/health/live").json


def test_ready_tells_what_is_served(client, generation, store):
    """The check gives the generation, its size and since when it is the current one; nobody may keep it."""
    found = client.get("/health/ready")

    assert 200 == found.status_code
    assert ("ok", generation.name, len(store)) == tuple(
        found.json[name] for name in ("status", "generation", "triples")
    )
    assert 0 <= found.json["age_seconds"] < 86_400
    assert "no-store" == found.headers["Cache-Control"]


def test_not_ready_says_why(config, generation, catalogues):
    """Where queries are not answered the check is a 503 with a sentence."""
    found = create_app(config, DeadStore(), generation.name).test_client().get("/health/ready")

    assert 503 == found.status_code == found.json["status"]
    assert "queries are not answered now: no query process was free" in found.json["detail"]


@pytest.mark.parametrize(("kind", "outcome"), ERRORS.items())
def test_each_ending_has_its_word(kind, outcome):
    """A query that fails is told of, once, with its outcome, and its error goes on."""
    endings = []

    def fail():
        with told(endings.append, None) as course:
            course.waited = 0.5
            raise kind("why")

    with pytest.raises(kind):
        fail()
    assert [(outcome, "page", 0.5)] == [(ending.outcome, ending.kind, ending.waited) for ending in endings]


def test_figures_of_queries():
    """Queries are counted by who asked and how they ended, with their times and the processes that it cost."""
    metrics = Metrics()
    metrics.query_ended(Ending("visitor", None, 0.2, 0.1, killed=False))
    metrics.query_ended(Ending("visitor", TooSlow("x"), 30, 0, killed=True))
    value = metrics.registry.get_sample_value

    assert 1 == value("kg_queries_total", {"kind": "visitor", "outcome": "ok"})
    assert 1 == value("kg_queries_total", {"kind": "visitor", "outcome": "too slow"})
    assert 1 == value("kg_query_seconds_count", {"kind": "visitor", "class": "stopped"})
    assert 30 == value("kg_query_seconds_sum", {"kind": "visitor", "class": "stopped"})
    assert 1 == value("kg_query_processes_killed_total")


def test_requests_are_counted_by_route(config, store, generation, catalogues):
    """A request is counted under the pattern of its address, also when the answer was kept; strange ones under one."""
    client = create_app(config, store, generation.name).test_client()
    for address in ("/questions/gap-lifecycle", "/questions/gap-lifecycle", "/questions/gap-map", "/a", "/b", "/c"):
        client.get(address).close()
    client.open("/a", method="BREW").close()
    found = figures(client)

    assert 3 == found["kg_http_requests_total", "/questions/<name>", "200", "GET"]
    assert 3 == found["kg_http_requests_total", "404", "GET", "unmatched"]
    assert 1 == sum(value for key, value in found.items() if key[0] == "kg_http_requests_total" and "other" in key)


def test_figures_of_the_server(server):
    """The running server tells its generation, size, load and memory in a form that Prometheus reads."""
    with urllib.request.urlopen(f"{server}/metrics", timeout=10) as answer:
        kind, text = answer.headers["Content-Type"], answer.read().decode()
    names = {family.name for family in text_string_to_metric_families(text)}

    assert kind.startswith("text/plain; version=")
    assert {
        "kg_queries", "kg_query_seconds", "kg_query_wait_seconds", "kg_query_processes_killed", "kg_queries_running",
        "kg_queries_waiting", "kg_spool_bytes", "kg_http_requests", "kg_generation_info", "kg_generation_triples",
        "process_resident_memory_bytes",
    } <= names  # fmt: skip
    assert re.search(r'^kg_generation_info\{generation="[0-9a-f]{16}",version=', text, re.MULTILINE)


@pytest.mark.parametrize("given", ["abc-1.2_3", "A" * 64, "0af7651916cd43dd8448eb211c80319c"])
def test_a_sane_name_of_a_request_is_kept(client, given):
    """A proxy may name a request; the answer bears that name."""
    assert given == client.get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"]


@pytest.mark.parametrize("given", ["", "-a", "a b", 'a"}', "é", "A" * 65, "a/../b", "<b>"])
def test_another_name_is_made(client, given):
    """A name that could harm a log is replaced, by another one for each request."""
    made = [client.get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"] for _ in range(2)]

    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in made)
    assert made[0] != made[1]


def test_an_answer_that_was_kept_has_the_name_of_its_own_request(client):
    """An answer from memory bears the name of who asks now."""
    names = [client.get(ASK, headers={"X-Request-ID": f"r{number}"}).headers["X-Request-ID"] for number in range(3)]

    assert ["r0", "r1", "r2"] == names


def test_a_line_for_each_request(client, logged):
    """Each request is one line of JSON with its name, method, route, status, time and outcome; not what was asked."""
    logs.configure("info")
    client.get(f"{ASK}%23secret", headers={"X-Request-ID": "one"}, buffered=True)
    client.get("/nowhere?secret", buffered=True)
    first, second = logged()

    assert {"one", "GET", "/sparql", 200, "ok", "info", "request"} <= set(first.values())
    assert {"event", "request_id", "method", "route", "status", "ms", "outcome", "level", "timestamp"} == set(first)
    assert ("unmatched", 404, "error") == (second["route"], second["status"], second["outcome"])
    assert "secret" not in json.dumps([first, second])


def test_debug_tells_all(client, logged):
    """At the level debug the log also has the address and what was asked."""
    logs.configure("debug")
    client.get(f"{ASK}%23secret").close()
    asked = next(line for line in logged() if line["event"] == "asked")

    assert "127.0.0.1" == asked["address"]
    assert "secret" in asked["query"]


@pytest.mark.parametrize(("level", "shown"), [("info", False), ("debug", True)])
def test_an_unexpected_error_tells_where_and_not_what(logged, level, shown):
    """An unexpected error is a line with its kind and place; its message, which may quote a query, is for debug."""
    logs.configure(level)
    try:
        fail_and_quote()
    except ZeroDivisionError:
        logging.getLogger("kg.web.errors").exception("unexpected error")
    (line,) = logged()

    assert "ZeroDivisionError" == line["error"]
    assert "test_web_watching.py" in line["where"][-1]
    assert shown == ("secret" in json.dumps(line))


def fail_and_quote():
    """Fail as a part that quotes what it was asked."""
    raise ZeroDivisionError("SELECT secret")


def test_the_server_beneath_tells_no_address(logged):
    """A sentence of gunicorn's that holds an address, or what was asked, is written without."""
    logs.configure("info")
    logging.getLogger("gunicorn.error").warning("Invalid request from ip=192.0.2.1: SELECT secret")
    logging.getLogger("gunicorn.error").error("Error handling request %s", "/sparql?query=secret")
    text = json.dumps(logged())

    assert "192.0.2.1" not in text
    assert "secret" not in text


@pytest.mark.parametrize(("level", "expected"), [("info", ["slow"]), ("error", []), ("debug", ["asked", "slow"])])
def test_the_client_of_an_engine_elsewhere_tells_no_query(logged, level, expected):
    """What the client of an engine says of each of its requests is for debug; a warning of its own is written."""
    logs.configure(level)
    logging.getLogger("httpx").info("asked")
    logging.getLogger("httpx").warning("slow")

    assert expected == [line["event"] for line in logged()]


def test_a_level_that_does_not_exist_is_refused(monkeypatch):
    """A word that is no level is refused with those there are."""
    monkeypatch.setenv("KG_LOG_LEVEL", "loud")
    with pytest.raises(UsageProblem, match="KG_LOG_LEVEL='loud' is none of debug, info, warning, error"):
        settings.load()
