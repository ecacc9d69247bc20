"""``kg rollback``: an earlier generation is served again, in one step, while the server runs."""

import fcntl
import json
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.generations import current
from small_graph import write_graph
from surroundings import await_answer, free_port


def kg(*words):
    """Run a command in this process; what goes wrong inside is raised."""
    return CliRunner().invoke(main, ["--lang", "en", *map(str, words)], catch_exceptions=False)


@pytest.fixture
def desk(tmp_path):
    """Three generations of a small graph, the second of them a release; gives run, var and names."""
    graph, var = write_graph(tmp_path / "graph"), tmp_path / "var"

    def run(*words):
        return kg("--graph", graph, "--var", var, *words)

    names = []
    for number in range(3):
        (graph / "data/more.ttl").write_text(f"<x:{number}> <x:p> {number} .", "utf-8")
        if number == 1:
            assert 0 == run("release", "1.0").exit_code
        assert 0 == run("build").exit_code
        names.append(current(var).name)
        time.sleep(0.01)
    return run, var, names


def test_one_step_back_and_one_more(desk):
    """Without a name the generation before is served again; twice goes back two; before the first there is none."""
    run, var, (first, second, third) = desk
    found = run("rollback")
    assert 0 == found.exit_code
    assert f"{second} (release 1.0) is current again, in place of {third}\n" == found.stdout
    assert second == current(var).name
    assert 0 == run("rollback").exit_code
    assert first == current(var).name
    refused = run("rollback")
    assert (2, "") == (refused.exit_code, refused.stdout)
    assert f"generation {first} is the oldest that was kept; there is none before it" in refused.stderr
    assert first == current(var).name


@pytest.mark.parametrize("how", ["release", "name", "beginning"])
def test_back_to_what_is_named(desk, how):
    """A release's version, a generation's name or its beginning is enough; a later one can be meant too."""
    run, var, (first, second, third) = desk
    word = {"release": "1.0", "name": second, "beginning": second[:6]}[how]
    assert 0 == run("rollback", word).exit_code
    assert second == current(var).name
    assert 0 == run("rollback", third).exit_code
    assert third == current(var).name
    assert first in run("rollback", "--list").stdout


def test_the_list_says_which_is_served(desk):
    """The kept generations are listed, the newest first, with a star at the one that is served."""
    run, _, names = desk
    run("rollback")
    lines = run("rollback", "--list").stdout.splitlines()
    assert list(reversed(names)) == [line[2:18] for line in lines]
    assert [" ", "*", " "] == [line[0] for line in lines]


def test_what_cannot_be_served_is_refused(desk):
    """A name that is none, what is served already, and a damaged generation are told; what is served stays."""
    run, var, (first, second, third) = desk
    for word, said in (
        ("2.0", "no generation of 2.0 was kept; there are "),
        ("../../etc", "no generation of ../../etc was kept"),
        (third, f"{third} is what is served already"),
    ):
        found = run("rollback", word)
        assert (2, "") == (found.exit_code, found.stdout)
        assert said in found.stderr
    (var / "generations" / first / "graph.nq.gz").write_bytes(b"damaged")
    damaged = run("rollback", first)
    assert 1 == damaged.exit_code
    assert f"generation {first} is damaged" in damaged.stderr
    (var / "generations" / second / "manifest.json").write_text("{}", "utf-8")
    assert "no generation of 1.0 was kept" in run("rollback", "1.0").stderr
    assert third == current(var).name


def test_nothing_built_is_told(tmp_path):
    """Before the first build there is nothing to go back to."""
    found = kg("--graph", write_graph(tmp_path / "graph"), "--var", tmp_path / "var", "rollback")
    assert 1 == found.exit_code
    assert "nothing has been built in" in found.stderr


def test_it_waits_for_a_build(desk):
    """While a build writes, going back waits, so that both happen whole and one after the other."""
    run, var, names = desk
    with (var / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        thread = threading.Thread(target=run, args=("rollback",))
        thread.start()
        time.sleep(0.3)
        assert names[2] == current(var).name
        fcntl.flock(handle, fcntl.LOCK_UN)
        thread.join(10)
    assert names[1] == current(var).name


def test_the_next_build_goes_on_from_the_files(desk):
    """Going back changes no file: a build after it serves what the files say, and nothing was lost."""
    run, var, names = desk
    run("rollback")
    assert 0 == run("build").exit_code
    assert names[2] == current(var).name
    assert 3 == len(run("rollback", "--list").stdout.splitlines())


@pytest.fixture
def server(desk, tmp_path):
    """A server over a copy of the three generations; gives its address, the copy and the names."""
    _, var, names = desk
    port = free_port()
    copy = shutil.copytree(var, tmp_path / "served", symlinks=True)
    words = ["--graph", tmp_path / "graph", "--var", copy, "serve", "--no-build", "--port", port]
    process = subprocess.Popen([sys.executable, "-c", "from kg.cli import main; main()", *map(str, words)])
    try:
        address = f"http://127.0.0.1:{port}/health"
        await_answer(process, address)
        yield address, copy, names
    finally:
        process.terminate()
        process.wait(timeout=40)


def test_a_running_server_takes_it_over(server, tmp_path):
    """The server that runs answers from the earlier generation, without a restart and without a failed request."""
    address, var, names = server
    assert names[2] == served(address)
    assert 0 == kg("--graph", tmp_path / "graph", "--var", var, "rollback").exit_code
    for _ in range(200):
        if served(address) == names[1]:
            break
        time.sleep(0.1)
    assert names[1] == served(address)


def test_no_answer_is_older_than_one_before(server, tmp_path):
    """Once a visitor was answered from the other generation, nobody who asks after that is answered from the old one."""
    address, var, names = server
    words = ["--graph", tmp_path / "graph", "--var", var, "rollback"]
    for name, *more in ((names[1],), (names[2], names[2]), (names[1],), (names[2], names[2])):
        over = threading.Event()
        with ThreadPoolExecutor(4) as visitors:
            told = [visitors.submit(asking, address, over) for _ in range(4)]
            try:
                assert 0 == kg(*words, *more).exit_code
                for _ in range(200):
                    if served(address) == name:
                        break
                    time.sleep(0.1)
                time.sleep(0.2)
            finally:
                over.set()
        answers = [answer for one in told for answer in one.result()]
        first = min(end for _, end, generation in answers if generation == name)
        assert {name} == {generation for begun, _, generation in answers if begun > first}


def asking(address, over):
    """Ask again and again, with a connection for each; give when each was asked and answered, and the generation."""
    answers = []
    while not over.is_set():
        begun = time.monotonic()
        generation = served(address)
        answers.append((begun, time.monotonic(), generation))
    return answers


def served(address):
    """Return the name of the generation that a server answers from."""
    with urllib.request.urlopen(address, timeout=5) as answer:
        return json.load(answer)["generation"]


def test_it_speaks_dutch(desk, catalogues):
    """In Dutch what was done and what went wrong are told in Dutch."""
    run, _, (first, second, _third) = desk
    assert f"{second} (release 1.0) is weer in gebruik, in plaats van " in run("--lang", "nl", "rollback").stdout
    assert "van nergens is geen generatie bewaard" in run("--lang", "nl", "rollback", "nergens").stderr
    assert f"* {second} (release 1.0): " in run("--lang", "nl", "rollback", "--list").stdout
    assert first in run("--lang", "nl", "rollback").stdout
