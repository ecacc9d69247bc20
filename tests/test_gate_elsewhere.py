"""The write gate over an engine elsewhere: the same rules, one update, and the engine itself tells who came first."""

import json
import shutil
import subprocess
import threading
import urllib.request
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import engines
from kg import generations, settings
from kg.gate.tokens import Tokens
from kg.store.opening import open_remote
from kg.vocabulary import GRAPH, ID
from kg.web import create_app
from small_graph import write_graph
from surroundings import await_answer, free_port

IRI = f"{GRAPH}data.notes.one"
THINGS = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix wk: <https://w3id.org/werkkennis/def#> .\n"


def thing(name):
    """Turtle that describes a thing, with a part that has no name."""
    return f'{THINGS}<{ID}thing/{name}> a wk:Thing ; rdfs:label "{name}"@nl ; rdfs:seeAlso [ rdfs:label "part" ] .\n'.encode()


@pytest.fixture
def held(tmp_path):
    """A folder of the Oxigraph server with a generation of the small graph."""
    graph = write_graph(tmp_path / "graph")
    _, generation = generations.build(graph, tmp_path / "built", 2)
    engines.load_oxigraph(engines.quads_of(generation), tmp_path / "engine")
    return tmp_path / "engine"


@pytest.fixture
def there(held, tmp_path):
    """The address of an engine that takes updates and holds a generation of the small graph."""
    address = f"127.0.0.1:{free_port()}"
    with taking_updates(shutil.copytree(held, tmp_path / "served"), address):
        yield f"http://{address}"


@contextmanager
def taking_updates(folder, address):
    """Serve a folder with the Oxigraph server, and let it be written to; kill it in the end."""
    command = [engines.OXIGRAPH, "serve", "--location", folder, "--bind", address, "--union-default-graph"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_answer(process, f"http://{address}/")
        yield process
    finally:
        process.kill()
        process.wait(timeout=20)


@pytest.fixture
def site(there, tmp_path, catalogues):
    """Make a site over the engine; give a visitor, and headers of a write."""
    opened = []

    def make(address=there, **given):
        config = settings.load(
            graph=tmp_path / "graph", var=tmp_path / "var", store=f"{address}/query", validate_seconds=120, **given
        )
        store = open_remote(config)
        opened.append(store)
        app = create_app(config, store, store.look().name)
        name = f"t{len(opened)}"
        token = Tokens.of(config).new(name, ("*",))
        return app.test_client(), {"Authorization": f"Bearer {token}", "Content-Type": "text/turtle"}, store

    yield make
    for store in opened:
        with closing(store):
            pass


def test_a_write_goes_to_the_engine(site, there, tmp_path):
    """A graph is made, changed, refused, and taken away; the engine stays one whole generation."""
    client, headers, store = site(store_update=f"{there}/update")
    where = {"query_string": {"graph": IRI}}
    made = client.put("/graphs", data=thing("first"), headers=headers, **where)
    assert 201 == made.status_code, made.text
    found = client.get("/graphs", headers={"Accept": "application/n-triples"}, **where)
    wrong = client.put("/graphs", data=f"{THINGS}<{ID}thing/x> a wk:Thing .", headers=headers | {"If-Match": made.headers["ETag"]}, **where)  # fmt: skip
    unnamed = client.put("/graphs", data=thing("two"), headers=headers, **where)
    added = client.post("/graphs", data=thing("two"), headers=headers | {"If-Match": found.headers["ETag"]}, **where)
    late = client.put("/graphs", data=thing("six"), headers=headers | {"If-Match": found.headers["ETag"]}, **where)
    both = client.get("/graphs", headers={"Accept": "application/n-triples"}, **where)
    name = store.look().name
    gone = client.delete("/graphs", headers=headers | {"If-Match": added.headers["ETag"]}, **where)

    assert [201, 200, 422, 428, 204, 412, 200, 204] == [each.status_code for each in (made, found, wrong, unnamed, added, late, both, gone)]  # fmt: skip
    assert [4, 8] == [len(each.data.splitlines()) for each in (found, both)]
    assert 404 == client.get("/graphs", **where).status_code
    assert name != store.look().name
    states = [json.loads(line)["state"] for line in (tmp_path / "var/gate/audit.jsonl").read_text().splitlines()]
    assert ["begun", "written"] * 3 == states


def test_rules_and_words_are_not_written(site, there):
    """Only graphs of data files are written there too."""
    client, headers, _ = site(store_update=f"{there}/update")
    for iri in (f"{GRAPH}shapes.things", f"{GRAPH}provenance", f"{GRAPH}data..x"):
        assert (
            403 == client.put("/graphs", data=thing("first"), headers=headers, query_string={"graph": iri}).status_code
        )


def test_without_an_update_endpoint_nothing_is_written(site):
    """Where the settings name no update endpoint the answer says so."""
    client, headers, _ = site()
    found = client.put("/graphs", data=thing("first"), headers=headers, query_string={"graph": IRI})

    assert 501 == found.status_code
    assert "KG_STORE_UPDATE" in found.json["detail"]


def test_data_is_checked_against_what_the_engine_holds(site):
    """The page that checks data knows the graph of the engine."""
    client, _, _ = site()
    found = client.post("/validate", data=f"{THINGS}<{ID}thing/x> a wk:Thing .", headers={"Content-Type": "text/turtle", "Accept": "application/json"})  # fmt: skip

    assert 422 == found.status_code
    assert "Give a name." == found.json["results"][0]["messages"]["en"]


def test_what_was_acknowledged_outlives_a_killed_engine(site, held):
    """An engine that is killed without warning has every acknowledged write when it is back, and takes the next."""
    address = f"127.0.0.1:{free_port()}"
    with taking_updates(held, address) as process:
        client, headers, _ = site(address=f"http://{address}", store_update=f"http://{address}/update")
        first = client.put("/graphs", data=thing("first"), headers=headers, query_string={"graph": IRI})
        process.kill()
        process.wait(timeout=20)
        down = client.put("/graphs", data=thing("two"), headers=headers, query_string={"graph": f"{IRI}.b"})
    with taking_updates(held, address):
        kept = client.get("/graphs", query_string={"graph": IRI})
        second = client.put("/graphs", data=thing("two"), headers=headers, query_string={"graph": f"{IRI}.b"})

    assert [201, 503, 200, 201] == [each.status_code for each in (first, down, kept, second)]


@pytest.mark.parametrize("written", [True, False])
def test_an_engine_that_breaks_off_is_asked_what_it_wrote(site, there, tmp_path, written):
    """A write whose answer is lost is acknowledged if the graph has it, and else said to be in doubt."""
    with breaking_off(f"{there}/update" if written else None) as update:
        client, headers, _ = site(store_update=update)
        found = client.put("/graphs", data=thing("first"), headers=headers, query_string={"graph": IRI})

    assert (201 if written else 503) == found.status_code, found.text
    assert (200 if written else 404) == client.get("/graphs", query_string={"graph": IRI}).status_code
    states = [json.loads(line)["state"] for line in (tmp_path / "var/gate/audit.jsonl").read_text().splitlines()]
    assert (["begun", "written"] if written else ["begun"]) == states


@contextmanager
def breaking_off(update):
    """Listen for updates, pass them on if told where to, and close the connection without an answer."""

    class Breaking(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if update:
                passed = urllib.request.Request(update, body, {"Content-Type": self.headers["Content-Type"]})
                urllib.request.urlopen(passed, timeout=60).close()
            self.close_connection = True

    with ThreadingHTTPServer(("127.0.0.1", 0), Breaking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/update"
        server.shutdown()
