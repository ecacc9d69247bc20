"""Walls against calls on a visitor's behalf: SERVICE is refused, and the process that runs a query cannot call."""

import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from surroundings import UNCALLED

RUN = Path(__file__).with_name("in_query_process.py")
CALLS = {
    "plain": "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
    "silent": "SELECT * {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}",
    "variable": "SELECT * {{ VALUES ?u {{ <{}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
    "exists": "ASK {{ FILTER EXISTS {{ SERVICE <{}> {{ ?s ?p ?o }} }} }}",
    "construct": "CONSTRUCT {{ ?s ?p ?o }} {{ {{ SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }} }} }}",
}
NAMED = {
    "from": "SELECT * FROM <{}> {{ ?s ?p ?o }}",
    "from named": "SELECT * FROM NAMED <{}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "graph": "SELECT * {{ GRAPH <{}> {{ ?s ?p ?o }} }}",
    "describe": "DESCRIBE <{}>",
}


@contextmanager
def listening():
    """Listen on this machine; give the address and who has called."""
    callers = []
    with socket.create_server((UNCALLED, 0)) as listener:
        listener.settimeout(60)

        def hear():
            while True:
                try:
                    client, caller = listener.accept()
                except OSError:
                    return
                callers.append(caller)
                client.close()

        thread = threading.Thread(target=hear)
        thread.start()
        try:
            yield f"http://{UNCALLED}:{listener.getsockname()[1]}/sparql", callers
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def run(wall, folder, query):
    """Run a query in a process of its own, with or without the second wall; the first is off."""
    done = subprocess.run(
        [sys.executable, str(RUN), wall, str(folder), query], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_without_walls_the_engine_calls(tmp_path):
    """The engine itself does call the address that SERVICE names: what follows here could fail."""
    with listening() as (address, callers):
        run("open", tmp_path, CALLS["plain"].format(address))

        assert callers


@pytest.mark.parametrize("wall", ["walled", "disk", "many"])
@pytest.mark.parametrize("form", CALLS)
def test_a_query_process_cannot_call(form, wall, tmp_path):
    """With the first wall off, the engine in a query process opens no connection, whatever form the call has."""
    with listening() as (address, callers):
        said = run(wall, tmp_path, CALLS[form].format(address))

        assert [] == callers
    assert said


def test_a_query_process_reads_all_files_of_a_store(tmp_path):
    """The engine opens sixteen files at first; what stands in the others is found all the same."""
    assert run("many", tmp_path, "SELECT ?g { GRAPH ?g { ?s ?p 'o' } }").count('"x:g') == 3
    assert len(list((tmp_path / "store").glob("*.sst"))) > 16


def test_without_slots_for_the_other_files_nothing_is_asked(tmp_path, monkeypatch):
    """Where connections cannot be kept out, a process that would have to open files later does not begin."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text("import platform\nplatform.machine = lambda: 'unknown'\n")
    assert "KgError" in run("many", tmp_path, "ASK {}")
    (tmp_path / "small").mkdir()
    assert "true" in run("disk", tmp_path / "small", "ASK {}")


@pytest.mark.parametrize("form", CALLS)
def test_the_server_refuses_to_call(server, form):
    """The server answers a call with 403 and a sentence, and calls nobody."""
    with listening() as (address, callers):
        status, body = ask(server, CALLS[form].format(address))

        assert 403 == status
        assert "SERVICE" in body
        assert [] == callers


@pytest.mark.parametrize("form", NAMED)
def test_a_graph_that_is_named_is_never_fetched(server, form):
    """A graph named in a query is looked for among our own, and is empty when it is none of them."""
    with listening() as (address, callers):
        status, body = ask(server, NAMED[form].format(address))

        assert 200 == status
        assert address not in body.replace("@prefix", "")
        assert [] == callers


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_of_the_request_is_never_fetched(server, parameter):
    """A graph named beside the query is not fetched either."""
    with listening() as (address, callers):
        status, body = ask(server, "SELECT * { ?s ?p ?o }", **{parameter: address})

        assert (200, []) == (status, callers)
        assert '"bindings":[]' in body


def test_load_is_refused(server):
    """LOAD is an update, and is refused as such without a call."""
    with listening() as (address, callers):
        status, _ = ask(server, f"LOAD <{address}>")

        assert (403, []) == (status, callers)


def ask(server, query, **fields):
    """Send a query; give the status and the body."""
    form = urllib.parse.urlencode({"query": query, **fields}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{server}/sparql", form), timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
