"""A graph that memory may not hold: served from a store on disk, with the same answers inside the same limits."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import psutil
import pytest

from kg import ondisk, questions
from kg.errors import KgError, NoGeneration
from kg.generations import build
from kg.store import EmbeddedStore
from small_graph import write_graph
from surroundings import ROOT, await_answer, free_port

MORE = "<https://w3id.org/werkkennis/id/thing/one> <http://purl.org/dc/terms/title> {} .\n"
MAKE = "import sys; from pathlib import Path; from kg import generations, ondisk\nif __name__ == '__main__': ondisk.ready(generations.current(Path(sys.argv[1])), 1)"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?d != ?g) }"
HUGE = "SELECT ?a { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d"


@pytest.fixture(scope="module")
def finished(generation):
    """The finished store on disk of the repository's own graph."""
    ondisk.ready(generation, 1)
    return ondisk.place(generation)


@pytest.fixture(scope="module")
def disk(finished, generation):
    """The same, opened to be asked in this process."""
    return EmbeddedStore(ondisk.opened(generation, 1))


@pytest.fixture(scope="module")
def served(config, finished, catalogues):
    """A server of that store: its address, its process, and what it may use."""
    port = free_port()
    command = [sys.executable, "-c", "from kg.cli import main; main()", "--graph", str(config.graph)]
    command += ["--var", str(config.var), "serve", "--no-build", "--port", str(port)]
    limits = {"KG_MEMORY_LIMIT": "1", "KG_QUERY_SECONDS": "2", "KG_QUERY_MEMORY": str(100 << 20), "KG_PROCESSES": "2"}
    process = subprocess.Popen(command, env=os.environ | limits)
    try:
        await_answer(process, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=40)


@pytest.fixture
def small(tmp_path):
    """A small generation."""
    return build(write_graph(tmp_path / "graph"), tmp_path / "var", 5)[1]


def ask(address, query):
    """Send a query; give the status and the body."""
    form = urllib.parse.urlencode({"query": query}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}/sparql", form), timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def quads(store):
    """Return the statements of a store, without the labels of blank nodes."""
    return sorted(re.sub(r"_:\w+", "_:", str(quad)) for quad in store)


@pytest.mark.parametrize("name", questions.names())
def test_every_question_has_the_same_answer(name, store, disk):
    """Each question, with its own defaults, gives the same table from disk as from memory."""
    query = questions.find(name).bind({})
    expected, found = store.select(query), disk.select(query)
    assert expected.columns == found.columns
    assert sorted(map(str, expected.rows)) == sorted(map(str, found.rows))


def test_the_store_holds_the_generation(disk, store, generation):
    """It holds every statement of the generation, in its graph."""
    assert generation.manifest["quads"] == len(store) == len(disk)


def test_the_server_answers_from_disk(served, generation):
    """A server whose graph is larger than it may hold serves it; no process of it has loaded the graph."""
    address, process = served
    status, body = ask(address, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    count = json.loads(body)["results"]["bindings"][0]["n"]["value"]
    opened = {file.path for child in process.children(recursive=True) for file in child.open_files()}
    assert (200, str(generation.manifest["quads"])) == (status, count)
    assert any(path.endswith(".sst") for path in opened)


@pytest.mark.parametrize(("query", "expected"), [(ENDLESS, {504}), (HUGE, {503, 504, 507, 422, 413})])
def test_a_runaway_is_ended_and_the_next_is_answered(served, query, expected):
    """What takes too long, or too much memory, is ended as ever; the process in its place opens the store again."""
    address, process = served
    begun = time.monotonic()
    status, body = ask(address, query)
    assert status in expected, body
    assert time.monotonic() - begun < 15
    assert [200] * 8 == [ask(address, "ASK { ?s ?p ?o }")[0] for _ in range(8)]
    assert max(each.memory_info().rss for each in process.children(recursive=True)) < 400 << 20


def test_a_call_is_refused(served):
    """SERVICE is refused as ever; ``tests/test_walls.py`` tells that the process could not call either."""
    assert 403 == ask(served[0], "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")[0]


@pytest.mark.parametrize(("limit", "expected"), [(559, True), (561, False), (0, False)])
def test_the_size_decides(limit, expected, small):
    """A generation goes to disk when its statements, at 560 bytes each, are more than the limit."""
    assert expected == ondisk.needed(small, limit * small.manifest["quads"])


def test_what_fits_is_not_written(small):
    """A generation that memory holds has no store on disk."""
    ondisk.ready(small, 0)
    assert not ondisk.place(small).exists()


def flip(folder):
    """Flip a byte in a file of statements."""
    file = max((folder / "store").glob("*.sst"), key=lambda each: each.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)


def cut(folder):
    """Cut a file of statements in half."""
    file = max((folder / "store").glob("*.sst"), key=lambda each: each.stat().st_size)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def lose(folder):
    """Remove a file of statements."""
    next((folder / "store").glob("*.sst")).unlink()


def unfinish(folder):
    """Remove what says that it is finished."""
    (folder / "finished.json").unlink()


def mix_up(folder):
    """Let it be of another generation."""
    told = json.loads((folder / "finished.json").read_text())
    (folder / "finished.json").write_text(json.dumps(told | {"of": "0" * 64}))


def age(folder):
    """Let another version of the engine have made it."""
    told = json.loads((folder / "finished.json").read_text())
    (folder / "finished.json").write_text(json.dumps(told | {"by": "0.4.0"}))


@pytest.mark.parametrize("damage", [flip, cut, lose, unfinish, mix_up, age], ids=lambda damage: damage.__name__)
def test_a_damaged_store_is_made_anew(damage, small, capfd):
    """Damage is said, and mended from the dump."""
    ondisk.ready(small, 1)
    expected = quads(ondisk.open_store(ondisk.place(small)))
    assert "" == capfd.readouterr().err
    damage(ondisk.place(small))
    ondisk.ready(small, 1)
    assert "is made anew" in capfd.readouterr().err
    assert expected == quads(ondisk.open_store(ondisk.place(small)))
    ondisk.ready(small, 1)
    assert "" == capfd.readouterr().err


def test_a_damaged_dump_makes_no_store(small):
    """From a damaged dump nothing is made, and the reader is told what to do."""
    dump = small.folder / "graph.nq.gz"
    dump.write_bytes(dump.read_bytes()[:-20])
    with pytest.raises(NoGeneration, match=r"damaged .*run: kg build"):
        ondisk.ready(small, 1)
    assert not ondisk.place(small).exists()


def test_a_kill_leaves_nothing_half(small):
    """A process that is killed while it makes the store leaves none, or a whole one; the next makes it and tidies."""
    var = small.folder.parents[1]
    for seconds in (0.3, 0.6, 1, 2):
        process = subprocess.Popen([sys.executable, "-c", MAKE, str(var)], stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        helpers = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert [] == psutil.wait_procs(helpers, timeout=30)[1]
        found = ondisk.place(small)
        if found.exists():
            assert quads(ondisk.open_store(found)) == quads(small.load())
            shutil.rmtree(found)
    ondisk.ready(small, 1)
    assert [small.name] == [each.name for each in (var / "stores").iterdir() if not each.name.startswith(".lock")]


def test_a_store_goes_with_its_generation(tmp_path):
    """A generation that is no longer kept takes its store along, unless somebody still serves it."""
    graph, var = write_graph(tmp_path / "graph"), tmp_path / "var"
    built = []
    for number in range(3):
        write_graph(graph, more=MORE.format(number))
        built.append(build(graph, var, 1)[1])
        ondisk.ready(built[-1], 1)
        if number == 0:
            held = ondisk.hold(ondisk.place(built[0]))
    assert [True, False, True] == [ondisk.place(generation).exists() for generation in built]
    held.close()
    ondisk.prune(var)
    assert [False, False, True] == [ondisk.place(generation).exists() for generation in built]


def test_a_copy_can_be_changed(small):
    """Who checks a change works on a copy; the finished store stays as it is, to the byte."""
    ondisk.ready(small, 1)
    place = ondisk.place(small)
    before = {file.name: file.read_bytes() for file in (place / "store").glob("*.sst")}
    copy = ondisk.changeable(place)
    assert quads(small.load()) == quads(copy)
    copy.clear()
    copy.flush()
    assert [] == quads(copy)
    assert before == {file.name: file.read_bytes() for file in (place / "store").glob("*.sst")}
    ended = place.parent / ".copy-99999999-x"
    ended.mkdir()
    ondisk.prune(small.folder.parents[1])
    assert not ended.exists()


def test_a_submission_is_checked_beside_a_store_on_disk(served):
    """What is sent to be checked is laid over a copy of the store; the answer names what is wrong with it."""
    data = b"<https://w3id.org/werkkennis/id/finding/no-such> a <https://w3id.org/werkkennis/def#Finding> ."
    asked = urllib.request.Request(f"{served[0]}/validate", data, {"Content-Type": "text/turtle"})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            status, body = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            status, body = error.code, error.read().decode()
    assert (True, True) == (status in {200, 422}, "finding/no-such" in body), body


def test_too_few_files_are_said(small):
    """Where the system grants too few files to hold all open, it is said, and nothing is asked of half a store."""
    ondisk.ready(small, 1)
    code = "import sys; from pathlib import Path; from kg import ondisk; ondisk.open_store(Path(sys.argv[1]))"
    command = ["sh", "-c", 'ulimit -n 50; exec "$0" "$@"', sys.executable, "-c", code, str(ondisk.place(small))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert KgError.__name__ in done.stderr
    assert "ulimit -n" in done.stderr
