"""The write gate of a running server: writes come into the next generation, and survive the end of every process."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from kg import generations, settings
from kg.files import find
from kg.gate.desk import state_of
from kg.gate.tokens import Tokens
from kg.vocabulary import GRAPH, ID
from small_graph import write_graph
from surroundings import await_answer, free_port

KILLS = int(os.environ.get("KG_SERVER_KILLS", "4"))
THINGS = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix wk: <https://w3id.org/werkkennis/def#> .\n"
PARTS = 5
WHOLE = """
PREFIX wk: <https://w3id.org/werkkennis/def#>
SELECT ?graph (COUNT(DISTINCT ?version) AS ?versions) (COUNT(?thing) AS ?things) (SAMPLE(?version) AS ?seen) WHERE {
  GRAPH ?graph { ?thing a wk:Thing ; wk:version ?version }
} GROUP BY ?graph
"""


def content(graph, version):
    """Turtle in which each thing has the version, so that half of a write would show."""
    things = (
        f'<{ID}thing/{graph}-{n}> a wk:Thing ; rdfs:label "{n}"@nl ; wk:version {version} .' for n in range(PARTS)
    )
    return (THINGS + "\n".join(things)).encode()


@contextmanager
def serving(folder, *more):
    """Serve a small graph, in a session of its own; give the process and a client."""
    port = free_port()
    command = [sys.executable, "-c", "from kg.cli import main; main()", "--graph", str(folder / "graph")]
    command += ["--var", str(folder / "var"), "serve", "--port", str(port), *more]
    environment = os.environ | {"KG_PROCESSES": "2", "KG_VALIDATE_SECONDS": "120"}
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=log, stderr=log)
    try:
        await_answer(process, f"http://127.0.0.1:{port}/health")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=130) as client:
            yield process, client
    finally:
        process.terminate()
        process.wait(timeout=40)


@pytest.fixture
def folder(tmp_path, catalogues):
    """A folder with a small graph and a token."""
    write_graph(tmp_path / "graph")
    return tmp_path


@pytest.fixture
def headers(folder):
    """Headers of a write."""
    token = Tokens.of(settings.load(var=folder / "var")).new("tester", ("data.*",))
    return {"Authorization": f"Bearer {token}", "Content-Type": "text/turtle"}


def whole(client):
    """Return which version of each graph is served, after making sure that each is whole."""
    found = client.get("/sparql", params={"query": WHOLE}, headers={"Accept": "application/sparql-results+json"})
    rows = found.json()["results"]["bindings"]
    assert all(("1", str(PARTS)) == (row["versions"]["value"], row["things"]["value"]) for row in rows)
    return {row["graph"]["value"].rpartition(".")[2]: int(row["seen"]["value"]) for row in rows}


def until(condition, seconds=90):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_eight_writers_and_their_readers(folder, headers):
    """Writes of eight come into the next generation; readers see each graph whole at any moment."""
    with serving(folder) as (_, client):
        done, seen, ended = {}, [], threading.Event()

        def own():
            # A connection that others left idle may be closed in the moment that it is taken.
            return httpx.Client(base_url=client.base_url, timeout=130)

        def write(name):
            state = None
            with own() as mine:
                for version in range(1, 4):
                    more = {"If-Match": state} if state else {"If-None-Match": "*"}
                    where = {"graph": f"{GRAPH}data.many.{name}"}
                    answer = mine.put("/graphs", params=where, content=content(name, version), headers=headers | more)
                    assert answer.status_code in {201, 204}, answer.text
                    state, done[name] = answer.headers["ETag"], version

        def look():
            with own() as mine:
                while not ended.is_set():
                    seen.append(whole(mine))

        writers = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(8)]
        reader = threading.Thread(target=look)
        for thread in (*writers, reader):
            thread.start()
        for thread in writers:
            thread.join()
        until(lambda: whole(client) == done)
        ended.set()
        reader.join()

    assert {f"w{number}": 3 for number in range(8)} == done
    assert 1 < len({tuple(sorted(each.items())) for each in seen})
    log = [json.loads(line) for line in (folder / "var/gate/audit.jsonl").read_text().splitlines()]
    assert 24 == sum(line["state"] == "begun" for line in log) == sum(line["state"] == "written" for line in log)


def test_killed_with_all_its_processes_the_server_loses_nothing(folder, headers):
    """After SIGKILL to every process, the server starts by itself with every acknowledged write, and no half of one."""
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    acknowledged, version = 0, 0
    where = {"graph": f"{GRAPH}data.killed.one"}
    for _ in range(KILLS):
        with serving(folder, *(["--no-build"] if acknowledged else [])) as (process, client):
            if acknowledged:
                # The last generation may be older than the first write that was acknowledged.
                assert whole(client).get("one", 0) <= version
                until(lambda least=acknowledged: whole(client).get("one", 0) >= least)
            killer = threading.Timer(chance.uniform(0.2, 4), os.killpg, (process.pid, signal.SIGKILL))
            killer.start()
            try:
                while True:
                    head = client.head("/graphs", params=where, headers={"Accept": "text/turtle"})
                    more = {"If-Match": head.headers["ETag"]} if head.status_code == 200 else {}
                    version += 1
                    answer = client.put(
                        "/graphs", params=where, content=content("one", version), headers=headers | more
                    )
                    assert answer.status_code in {201, 204}, answer.text
                    acknowledged = version
            except httpx.TransportError:
                killer.join()
        [text] = [
            source.path.read_text() for source in find(folder / "graph") if source.name == "data/killed/one.ttl"
        ] or [""]
        held = {int(row.rpartition(" ")[0].rpartition(" ")[2]) for row in text.splitlines() if "wk:version" in row}
        assert held <= {acknowledged, version}
        assert len(held) == (1 if text else 0) >= bool(acknowledged)
        version = acknowledged = max(held, default=0)
    with serving(folder) as (_, client):
        assert acknowledged == whole(client)["one"]
    manifest = generations.current(folder / "var").manifest["files"]
    assert all(manifest[source.name] == state_of(source.path.read_bytes()) for source in find(folder / "graph"))
