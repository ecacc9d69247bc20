"""The real server: a new generation is taken over without a failed request, and no request lasts for ever."""

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

import psutil
import pytest

from surroundings import ROOT, await_answer, free_port

KG = [sys.executable, "-c", "from kg.cli import main; main()"]
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d && ?d != ?g) }"


@pytest.fixture
def graph(tmp_path):
    """A copy of the graph that may be changed."""
    for room in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / room, tmp_path / "graph" / room)
    return tmp_path / "graph"


@contextmanager
def serving(graph, var, **environment):
    """Serve a graph; give the address and what the server writes to its standard error."""
    port = free_port()
    command = [*KG, "--graph", str(graph), "--var", str(var), "serve", "--port", str(port)]
    errors = var.parent / "errors.txt"
    with errors.open("w") as stream:
        process = subprocess.Popen(command, stderr=stream, env=environment_with(environment))
    try:
        await_answer(process, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}", errors
    finally:
        process.terminate()
        process.wait(timeout=40)


def environment_with(more):
    """Return this process's environment with some more in it."""
    return os.environ | more


def build(graph, var):
    """Build a graph as a person does beside a running server."""
    return subprocess.run([*KG, "--graph", str(graph), "--var", str(var), "build"], capture_output=True, check=False)


def health(address):
    """Return what the server says of itself."""
    with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:
        return json.load(answer)


def await_generation(address, old):
    """Wait until the server serves another generation than the old one."""
    for _ in range(200):
        if (now := health(address)["generation"]) != old:
            return now
        time.sleep(0.1)
    return pytest.fail("the new generation is not served")


def test_a_new_generation_is_served_without_a_failed_request(graph, tmp_path, catalogues):
    """While visitors keep asking, a build of changed files is taken over and every request is answered."""
    with serving(graph, tmp_path / "var") as (address, errors):
        old = health(address)["generation"]
        failures, answered, done = [], [], threading.Event()

        def visit():
            while not done.is_set():
                try:
                    with urllib.request.urlopen(f"{address}/map", timeout=30) as answer:
                        answered.append(answer.status)
                except OSError as error:
                    failures.append(error)

        visitors = [threading.Thread(target=visit) for _ in range(4)]
        for visitor in visitors:
            visitor.start()
        change(graph)
        assert 0 == build(graph, tmp_path / "var").returncode
        new = await_generation(address, old)
        time.sleep(2)
        done.set()
        for visitor in visitors:
            visitor.join()

        assert [] == failures
        assert 20 < len(answered)
        assert old != new
        assert {"info"} == {json.loads(line)["level"] for line in errors.read_text().splitlines()}


def test_a_damaged_generation_leaves_the_old_one_serving(graph, tmp_path, catalogues):
    """Where ``current`` leads to something damaged, the server says so and goes on with what it has."""
    var = tmp_path / "var"
    with serving(graph, var) as (address, errors):
        old = health(address)["generation"]
        damaged = var / "generations" / "0000000000000000"
        shutil.copytree(var / "generations" / old, damaged)
        (damaged / "graph.nq.gz").write_bytes(b"damaged")
        (var / "new").symlink_to(f"generations/{damaged.name}")
        (var / "new").replace(var / "current")
        for _ in range(100):
            if "damaged" in errors.read_text():
                break
            time.sleep(0.1)

        assert f"generation {old} goes on serving" in errors.read_text()
        assert old == health(address)["generation"]


def test_files_with_mistakes_leave_the_old_generation_serving(graph, tmp_path, catalogues):
    """A build that fails changes nothing for visitors."""
    with serving(graph, tmp_path / "var") as (address, _):
        old = health(address)["generation"]
        (graph / "data" / "broken.ttl").write_text("this is no Turtle")

        assert 1 == build(graph, tmp_path / "var").returncode
        time.sleep(2)
        assert old == health(address)["generation"]


def test_a_runaway_query_is_ended_with_an_honest_status(graph, tmp_path, catalogues):
    """A query that takes too long is answered with 504, others go on meanwhile, and the next ones are answered."""
    with serving(graph, tmp_path / "var", KG_QUERY_SECONDS="2") as (address, _):
        asked = f"{address}/sparql?{urllib.parse.urlencode({'query': RUNAWAY})}"
        begun = time.monotonic()
        others = []
        visitor = threading.Thread(target=lambda: others.append(health(address)["status"]))
        threading.Timer(0.5, visitor.start).start()
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(asked, timeout=30)
        took = time.monotonic() - begun
        problem = json.load(caught.value)
        caught.value.close()
        visitor.join()

        assert 504 == caught.value.code == problem["status"]
        assert 1.9 < took < 4
        assert ["ok"] == others
        assert "ok" == health(address)["status"]


def test_what_draws_is_read_before_the_first_picture(graph, tmp_path, catalogues):
    """Who asks for a picture first does not wait for the half second that its library takes to read."""
    with serving(graph, tmp_path / "var"):
        for _ in range(300):
            mapped = [part.path for own in psutil.Process().children(recursive=True) for part in own.memory_maps()]
            if any("/matplotlib/backends/" in path for path in mapped):
                return
            time.sleep(0.1)
        pytest.fail("matplotlib is not read")


def test_a_program_that_pauses_finds_its_connection_open(graph, tmp_path, catalogues):
    """What programs keep open by themselves the server does not close, so no request meets a closed connection."""
    with serving(graph, tmp_path / "var") as (address, _):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc, timeout=10)
        connection.request("GET", "/health")
        assert "ok" == json.load(connection.getresponse())["status"]
        kept = connection.sock
        time.sleep(6)
        connection.request("GET", "/health")
        assert "ok" == json.load(connection.getresponse())["status"]
        assert kept is connection.sock
        connection.close()


def change(graph):
    """Change a label in the data."""
    for file in sorted((graph / "data").rglob("*.ttl")):
        text = file.read_text("utf-8")
        if '"Divosa"@nl' in text:
            file.write_text(text.replace('"Divosa"@nl', '"Divosa (nieuw)"@nl', 1), "utf-8")
            return
    pytest.fail("no label to change")
