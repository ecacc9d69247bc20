"""Generations: built whole or not at all, named by their content, swapped in at once."""

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pyoxigraph as ox
import pytest

from kg.errors import InvalidGraph, KgError, NoGeneration
from kg.generations import build, current
from small_graph import write_graph

BROKEN = "<https://w3id.org/werkkennis/id/thing/two> a <https://w3id.org/werkkennis/def#Thing> .\n"
MORE = "<https://w3id.org/werkkennis/id/thing/one> <http://purl.org/dc/terms/title> {} .\n"
BUILD = "import sys; from pathlib import Path; from kg.generations import build; print(build(Path(sys.argv[1]), Path(sys.argv[2]), 5)[1].name)"
# Imports once, then builds in a child of its own for each line, so that a build can be killed without a second's start.
# A child that is given a number kills itself at that step of its work with files.
SERVER = """
import os, signal, sys
from pathlib import Path
import kg.validate.core, kg.validate.rules
from kg.generations import build
graph, var = map(Path, sys.argv[1:])
steps = {"open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir", "os.utime", "os.chmod", "os.listdir", "shutil.rmtree", "os.scandir", "tempfile.mkdtemp", "fcntl.flock"}
for line in sys.stdin:
    last = int(line)
    child = os.fork()
    if child == 0:
        def count(event, arguments):
            global last
            if event in steps and str(var) in str(arguments) or event == "fcntl.flock":
                last -= 1
                if last == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        if last:
            sys.addaudithook(count)
        build(graph, var, 2)
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def content(generation):
    """Return every statement that a generation serves, without the labels of blank nodes, which mean nothing."""
    return sorted(re.sub(r"_:\w+", "_:", str(quad)) for quad in generation.load())


def files_of(folder):
    """Return the files of a generation with their bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_build_is_served(tmp_path):
    """A build becomes the current generation, with every triple in its file's graph and a description of each file."""
    graph = write_graph(tmp_path / "graph")
    report, generation = build(graph, tmp_path / "var", 5)
    assert report.conforms
    assert current(tmp_path / "var") == generation
    served = generation.load()
    things = ox.NamedNode("https://w3id.org/werkkennis/id/graph/data.things")
    assert len(list(served.quads_for_pattern(None, None, None, things))) == 4
    assert generation.manifest["quads"] == len(served)
    assert sorted(generation.manifest["files"]) == ["data/things.ttl", "ontology/things.ttl", "shapes/things.ttl"]
    described = served.query("SELECT ?title WHERE { GRAPH ?g { ?file <http://purl.org/dc/terms/title> ?title } }")
    assert sorted(row["title"].value for row in described) == sorted(generation.manifest["files"])


def test_the_name_is_that_of_the_content(tmp_path):
    """A generation bears the first digits of the fingerprint of its content, which anyone can recompute."""
    _, generation = build(write_graph(tmp_path / "graph"), tmp_path / "var", 5)
    dump = gzip.decompress((generation.folder / "graph.nq.gz").read_bytes())
    digest = subprocess.run(["sha256sum"], input=dump, capture_output=True, check=True).stdout.decode().split()[0]
    assert digest == generation.manifest["sha256"]
    assert generation.name == digest[:16]
    assert dump.splitlines() == sorted(dump.splitlines())


def test_equal_files_give_equal_bytes(tmp_path):
    """The same files in another folder, written later, read by other processes, give the same name and the same bytes."""
    found = []
    for number, seed in enumerate(("0", "1", "4711")):
        graph = write_graph(tmp_path / f"graph {number}", **({"a": "", "b": ""} if number else {"b": "", "a": ""}))
        os.utime(graph / "data/things.ttl", (number, number))
        var = tmp_path / f"var {number}"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", BUILD, graph, var], env=environment, check=True, capture_output=True)
        found.append((current(var).name, files_of(current(var).folder)))
    assert found[0] == found[1] == found[2]


def test_another_content_gives_another_name(tmp_path):
    """One changed letter in a data file gives another generation; building again changes nothing."""
    graph = write_graph(tmp_path / "graph")
    first = build(graph, tmp_path / "var", 5)[1]
    again = build(graph, tmp_path / "var", 5)[1]
    write_graph(graph, more=MORE.format('"a"'))
    second = build(graph, tmp_path / "var", 5)[1]
    assert again == first
    assert second.name != first.name
    assert current(tmp_path / "var") == second
    assert first.load()


@pytest.mark.parametrize("mistake", [BROKEN, "<x:a> <x:b>", MORE.format("1") + "<x:a> <x:b> <x y> ."])
def test_a_build_that_fails_leaves_what_is_served(tmp_path, mistake):
    """Files that break a rule or do not parse are not built; what was served stays, byte for byte."""
    graph = write_graph(tmp_path / "graph")
    before = build(graph, tmp_path / "var", 5)[1]
    bytes_before = files_of(before.folder)
    write_graph(graph, mistake=mistake)
    with pytest.raises(InvalidGraph, match="what was served stays") as caught:
        build(graph, tmp_path / "var", 5)
    assert not caught.value.args[1].conforms
    assert current(tmp_path / "var") == before
    assert files_of(before.folder) == bytes_before
    assert [path.name for path in (tmp_path / "var/generations").iterdir()] == [before.name]


def test_nothing_built_is_said(tmp_path):
    """Before the first build the reader is told to build."""
    with pytest.raises(NoGeneration, match=r"nothing has been built in .*; run: kg build"):
        current(tmp_path / "var")


def damage_dump(folder):
    """Write something else over the dump."""
    (folder / "graph.nq.gz").write_bytes(b"nonsense")


def cut_dump(folder):
    """Cut the dump in half."""
    dump = (folder / "graph.nq.gz").read_bytes()
    (folder / "graph.nq.gz").write_bytes(dump[: len(dump) // 2])


def flip_dump(folder):
    """Flip a byte in the middle of the dump."""
    dump = bytearray((folder / "graph.nq.gz").read_bytes())
    dump[len(dump) // 2] ^= 255
    (folder / "graph.nq.gz").write_bytes(dump)


def change_dump(folder):
    """Change a word in the dump."""
    dump = gzip.decompress((folder / "graph.nq.gz").read_bytes())
    (folder / "graph.nq.gz").write_bytes(gzip.compress(dump.replace(b"one", b"two")))


def remove_dump(folder):
    """Remove the dump."""
    (folder / "graph.nq.gz").unlink()


def remove_manifest(folder):
    """Remove the manifest."""
    (folder / "manifest.json").unlink()


def empty_manifest(folder):
    """Empty the manifest."""
    (folder / "manifest.json").write_bytes(b"")


def foreign_manifest(folder):
    """Write a manifest of another shape."""
    (folder / "manifest.json").write_text("[1]")


def poor_manifest(folder):
    """Write a manifest that says nothing."""
    (folder / "manifest.json").write_text("{}")


def old_manifest(folder):
    """Write the manifest of another format."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 0}))


def remove_all(folder):
    """Remove the whole folder."""
    shutil.rmtree(folder)


DAMAGES = (
    damage_dump, cut_dump, flip_dump, change_dump, remove_dump, remove_manifest, empty_manifest, foreign_manifest,
    poor_manifest, old_manifest, remove_all,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_is_said_and_the_next_build_repairs_it(tmp_path, damage):
    """A damaged generation is never served: the reader is told what to do, and doing it helps."""
    graph = write_graph(tmp_path / "graph")
    before = build(graph, tmp_path / "var", 5)[1]
    expected = content(before)
    damage(before.folder)
    with pytest.raises(NoGeneration, match=r"damaged .*run: kg build"):
        current(tmp_path / "var").load()
    after = build(graph, tmp_path / "var", 5)[1]
    assert current(tmp_path / "var") == after == before
    assert content(current(tmp_path / "var")) == expected


def test_old_generations_go_and_the_current_one_stays(tmp_path):
    """The generations that were current longest ago are removed, and never the one that is served."""
    graph = write_graph(tmp_path / "graph")
    built = []
    for number in range(4):
        write_graph(graph, more=MORE.format(number))
        built.append(build(graph, tmp_path / "var", 3)[1])
        time.sleep(0.01)
    left = tmp_path / "var/generations"
    assert {path.name for path in left.iterdir()} == {generation.name for generation in built[1:]}
    write_graph(graph, more=MORE.format(1))
    assert build(graph, tmp_path / "var", 1)[1] == built[1]
    assert [path.name for path in left.iterdir()] == [built[1].name]
    assert content(current(tmp_path / "var"))


@pytest.mark.parametrize("keep", [0, -1])
def test_one_generation_is_always_kept(tmp_path, keep):
    """Keeping none is not possible: the current generation stays."""
    _, generation = build(write_graph(tmp_path / "graph"), tmp_path / "var", keep)
    assert content(current(tmp_path / "var")) == content(generation)


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    """A folder for what is built that cannot be made is told in a sentence, with the reason."""
    (tmp_path / "var").write_text("a file stands here")
    with pytest.raises(KgError, match=r"cannot write to .*var: .*; what was served stays"):
        build(write_graph(tmp_path / "graph"), tmp_path / "var", 5)


def test_builds_at_once_all_succeed(tmp_path):
    """Builds of two contents at the same time, into one folder, all succeed; one of the two is served, whole."""
    var = tmp_path / "var"
    graphs = [write_graph(tmp_path / f"graph{number}", more=MORE.format(number)) for number in range(2)]
    command = [sys.executable, "-c", BUILD]
    with ThreadPoolExecutor() as pool:
        runs = [
            pool.submit(subprocess.run, [*command, graphs[n % 2], var], capture_output=True, check=False)
            for n in range(4)
        ]
    told = [run.result() for run in runs]
    assert [run.stderr for run in told] == [b""] * 4
    names = {run.stdout.decode().strip() for run in told}
    assert len(names) == 2
    assert current(var).name in names
    assert len(content(current(var))) == current(var).manifest["quads"]
    assert {path.name for path in (var / "generations").iterdir()} == names


@pytest.fixture
def builder(tmp_path):
    """A process that builds ``graph`` into ``var`` in a child of its own for each line it is given."""
    graph, var = write_graph(tmp_path / "graph"), tmp_path / "var"
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, graph, var],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,
    )
    with process:

        def start(step=0):
            process.stdin.write(f"{step}\n")
            return int(process.stdout.readline())

        yield start, lambda: int(process.stdout.readline())
        process.stdin.close()


def served_after(var, allowed):
    """Return what is served, after making sure that it is whole and one of the allowed generations."""
    generation = current(var)
    assert len(content(generation)) == generation.manifest["quads"]
    assert generation.name in allowed
    return generation.name


def test_a_kill_at_any_moment_leaves_old_or_new(tmp_path, builder):
    """A build that is killed at some moment, forty of them spread over its time, leaves old or new."""
    start, ended = builder
    graph, var = tmp_path / "graph", tmp_path / "var"
    names = []
    for number in (1, 0):
        write_graph(graph, more=MORE.format(number))
        started = time.monotonic()
        start()
        assert ended() == 0
        names.append(current(var).name)
    duration = time.monotonic() - started
    kills = 0
    for moment in range(200):
        write_graph(graph, more=MORE.format(moment % 2 + 10 * moment))
        new = build(graph, tmp_path / "elsewhere", 1)[1].name
        old = current(var).name
        child = start()
        time.sleep(duration * (moment % 40) / 40)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        if ended() == signal.SIGKILL:
            kills += 1
        else:
            duration *= 0.9  # the build was over before; the machine was slower when its time was taken
        served_after(var, {old, new})
        if kills == 40:
            break
    assert kills == 40
    start()
    assert ended() == 0
    assert served_after(var, {new}) == new


def test_a_kill_at_every_step_leaves_old_or_new(tmp_path, builder):
    """A build that is killed before any one of its steps on files leaves old or new, and the next build succeeds."""
    start, ended = builder
    graph, var = tmp_path / "graph", tmp_path / "var"
    start()
    assert ended() == 0
    step, after = 0, []
    while True:
        step += 1
        write_graph(graph, more=MORE.format(step))
        new = build(graph, tmp_path / "elsewhere", 1)[1].name
        old = current(var).name
        start(step)
        killed = ended() == signal.SIGKILL
        after.append(served_after(var, {old, new}) == new)
        start()
        assert ended() == 0
        assert served_after(var, {new}) == new
        assert len(list((var / "generations").iterdir())) <= 2
        if not killed:
            break
    assert step >= 10
    assert after == sorted(after)
    assert not after[0]
    assert after[-1]
