"""Faults of machine and files: each ends in a sentence that says what, where and how to mend it, and visitors keep the last good generation.

``docs/faults.md`` lists them all, with the tests of other files that show the rest.
"""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import NoGeneration
from kg.generations import build, current
from kg.lastgood import LastGood
from small_graph import write_graph
from surroundings import ROOT, await_answer, free_port
from test_generations import DAMAGES

KG = [sys.executable, "-c", "from kg.cli import main; main()"]
MORE = "<https://w3id.org/werkkennis/id/thing/one> <http://purl.org/dc/terms/title> {} .\n"
LARGE = "/sparql?query=SELECT+*+%7B+?a+?b+?c+.+?d+?e+?f+%7D+LIMIT+2000"
SMALL = "/sparql?query=SELECT+*+%7B+?a+?b+?c+%7D+LIMIT+2"


@pytest.fixture
def desk(tmp_path):
    """Two generations of a small graph, the newer one current; gives folder and names, the older first."""
    graph, names = write_graph(tmp_path / "graph"), []
    for number in range(2):
        write_graph(graph, more=MORE.format(number))
        names.append(build(graph, tmp_path / "var", 5)[1].name)
        time.sleep(0.01)
    return tmp_path, *names


def kg(folder, *words):
    """Run a command on the graph in a folder, in Dutch; what goes wrong inside is raised."""
    command = ["--graph", folder / "graph", "--var", folder / "var", "--lang", "nl", *words]
    return CliRunner().invoke(main, [str(word) for word in command], catch_exceptions=False)


@contextmanager
def serving(folder, *before, build_first=False, ends=False, **environment):
    """Serve what stands in a folder; give the process and its port. Its words go to ``told.txt``."""
    port = free_port()
    words = [
        "--graph",
        str(folder / "graph"),
        "--var",
        str(folder / "var"),
        "--lang",
        "nl",
        "serve",
        "--port",
        str(port),
    ]
    command = [*KG, *words, *([] if build_first else ["--no-build"])]
    if before:
        command = [*before, shlex.join(command)]
    environment = os.environ | {"KG_PROCESSES": "2"} | environment
    with (folder / "told.txt").open("w") as told:
        process = psutil.Popen(command, env=environment, stdout=told, stderr=told)
    try:
        await_answer(process, f"http://127.0.0.1:{port}/health/ready")
        yield process, port
    finally:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
        process.wait(timeout=40)


def ask(port, path):
    """Return status and body of an answer; status 0 when there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def health(port):
    """Return what a server says of itself, when it does."""
    status, body = ask(port, "/health/ready")
    return json.loads(body) if status == 200 else {}


def until(condition, seconds=30):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def kill_web(process):
    """Kill every web process of a server; during a change of generation there are two."""
    for child in process.children():
        with suppress(psutil.NoSuchProcess):
            child.kill()


def flip(folder, *, unseen=False):
    """Flip a byte in the dump of a generation, as a bad disk does, also without a new time."""
    path = folder / "graph.nq.gz"
    at, dump = path.stat(), bytearray(path.read_bytes())
    dump[len(dump) // 2] ^= 255
    with path.open("r+b") as file:
        file.write(dump)
    if unseen:
        os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_the_last_good_generation_stands_in(desk, damage):
    """Whatever is wrong with the current generation, the one before it is found, with a sentence that says why."""
    folder, older, newer = desk
    damage(folder / "var" / "generations" / newer)
    found = LastGood(folder / "var").find()

    assert older == found.generation.name
    assert re.fullmatch(r"(the )?generation .* is damaged \(.+\); run: kg build", found.complaint)


def test_a_lost_link_is_a_fault_too(desk):
    """Without ``current`` the newest generation stands in; without any generation there is only the sentence."""
    folder, older, newer = desk
    (folder / "var/current").unlink()
    found = LastGood(folder / "var").find()
    for name in (older, newer):
        flip(folder / "var" / "generations" / name)

    assert (newer, True) == (found.generation.name, found.complaint.endswith("current is gone; run: kg build"))
    with pytest.raises(NoGeneration, match="run: kg build"):
        LastGood(folder / "var").find()


def test_damage_that_comes_later_is_found(desk):
    """What was found whole is read again when its files have changed, or when it must be."""
    folder, older, newer = desk
    good = LastGood(folder / "var")
    names = [good.find().generation.name]
    flip(folder / "var" / "generations" / newer, unseen=True)
    names += [good.find().generation.name, good.find(anew=True).generation.name]
    flip(folder / "var" / "generations" / newer)
    names.append(good.find().generation.name)

    assert [newer, newer, older, newer] == names


def test_damage_in_front_of_visitors(desk, catalogues):
    """A server on a damaged generation and half-written files serves the last good one, says so, and is mended while it runs."""
    folder, older, newer = desk
    flip(folder / "var" / "generations" / newer)
    (folder / "graph/data/more.ttl").write_text(MORE.format('"half of a sta')[:-8])
    with serving(folder, build_first=True) as (process, port):
        told, found = (folder / "told.txt").read_text(), health(port)
        assert "more.ttl" in told
        assert "er zitten fouten in de bestanden; de laatste goede versie wordt getoond" in told
        assert f"generatie {newer} is beschadigd" in told
        assert f"doe: kg build; tot die tijd is generatie {older} te zien" in told
        assert ("degraded", older) == (found["status"], found["generation"])
        assert f"until then generation {older} is served" in found["warning"]
        assert "kg_generation_degraded 1.0" in ask(port, "/metrics")[1]

        kill_web(process)
        assert older == until(lambda: health(port))["generation"]

        assert 0 == kg(folder, "rollback").exit_code
        assert ("ok", older) == until(
            lambda: (now := health(port)).get("status") == "ok" and tuple(now[n] for n in ("status", "generation"))
        )
        assert "kg_generation_degraded 0.0" in ask(port, "/metrics")[1]

        write_graph(folder / "graph", more=MORE.format(1))
        assert 0 == kg(folder, "build").exit_code
        until(lambda: newer == health(port).get("generation"))
        flip(folder / "var" / "generations" / newer, unseen=True)
        kill_web(process)
        found = until(lambda: health(port))
        assert ("degraded", older) == (found["status"], found["generation"])
        assert 0 == kg(folder, "build").exit_code
        # While the new one is loaded, the older one is served as what it is, and not in place of another.
        until(lambda: (now := health(port)).get("status") == "ok" and now["generation"] == newer)


def test_killed_processes(desk, catalogues):
    """The process that query processes come from is replaced when it is killed; with the parent all end, and a new start serves."""
    folder, _, newer = desk
    with serving(folder) as (process, port):
        [source] = [
            one
            for one in process.children(recursive=True)
            if "forkserver" in " ".join(one.cmdline()) and one.children()
        ]
        source.kill()
        # What runs at that moment ends with its process.
        until(lambda: 200 == ask(port, SMALL)[0])
        assert [200] * 4 == [ask(port, f"{SMALL}+%23{number}")[0] for number in range(4)]

        family = process.children(recursive=True)
        process.kill()
        assert [] == psutil.wait_procs(family, timeout=20)[1]
        assert 0 == ask(port, "/health")[0]
    with serving(folder) as (_, port):
        assert newer == health(port)["generation"]


def can_mount():
    """Tell whether a small disk of our own can be made here."""
    words = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    with suppress(OSError):
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    return False


def test_a_full_disk(tmp_path, catalogues):
    """On a full disk what is there is served, a large answer and a build are refused with a sentence, and later all is well."""
    if not can_mount():
        pytest.skip("a file system of our own is needed (unshare, mount)")
    write_graph(tmp_path / "graph", more="".join(MORE.format(f'"{number:0100}"') for number in range(500)))
    (tmp_path / "var").mkdir()
    mount = f"mount -t tmpfs -o size=24m tmpfs {shlex.quote(str(tmp_path / 'var'))} && exec "
    with serving(tmp_path, "unshare", "--mount", "sh", "-c", mount_then(mount), build_first=True) as (process, port):
        # The disk is only to be seen in the server's own view of the file system.
        var = Path(f"/proc/{process.pid}/root{tmp_path}/var")
        inside = ["nsenter", "--target", str(process.pid), "--mount", "--wd=/"]
        words = [
            *inside,
            *KG,
            "--graph",
            str(tmp_path / "graph"),
            "--var",
            str(tmp_path / "var"),
            "--lang",
            "nl",
            "build",
        ]
        old = health(port)["generation"]
        assert 200 == ask(port, LARGE)[0]
        with suppress(OSError), (var / "fill").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        write_graph(tmp_path / "graph", more=MORE.format(1))
        refused = subprocess.run(words, capture_output=True, text=True, check=False)
        large, small = ask(port, f"{LARGE}+%23"), ask(port, SMALL)
        kill_web(process)
        until(lambda: health(port))
        assert (1, True) == (refused.returncode, f"in {tmp_path / 'var'} kan niet worden geschreven" in refused.stderr)
        assert "de schijf is vol; maak ruimte, en doe: kg build" in refused.stderr
        assert (503, True) == (large[0], "there is no room for a large answer now" in large[1])
        assert 200 == small[0]
        assert ("ok", old) == tuple(health(port)[name] for name in ("status", "generation"))

        (var / "fill").unlink()
        assert 0 == subprocess.run(words, capture_output=True, check=False).returncode
        assert old != until(lambda: (now := health(port).get("generation")) != old and now)
        assert 200 == ask(port, f"{LARGE}+%23%23")[0]


def mount_then(mount):
    """Return shell text that mounts, and then becomes the command that stands in its first argument."""
    return f'{mount}sh -c "exec $0"'


def test_a_log_that_cannot_be_written(desk, catalogues):
    """Visitors are answered also where the log has no room."""
    folder, _, newer = desk
    with serving(folder, "sh", "-c", 'exec sh -c "exec $0 2>/dev/full"') as (_, port):
        assert newer == health(port)["generation"]
        assert [200] * 4 == [ask(port, path)[0] for path in (SMALL, "/questions", "/def", "/sparql")]


TURNED = """
import os, time

true = time.time


def turned():
    with open(os.environ["CLOCK_FILE"]) as file:
        return true() + float(file.read() or 0)


time.time = turned
"""
"""What each Python process of a server begins with: the clock of the wall (``time.time``) goes as much ahead as a file
says. It is what libraries count with that do not use the clock that never jumps; Date in an answer shows it too."""


def test_a_clock_that_jumps(desk, catalogues):
    """A clock that jumps a year ahead or back while a query runs ends nothing early, lets nothing go on, drops no visitor."""
    folder, _, newer = desk
    clock = folder / "clock"
    clock.write_text("0")
    (folder / "turned").mkdir()
    (folder / "turned/sitecustomize.py").write_text(TURNED)
    path = os.pathsep.join([str(folder / "turned"), *filter(None, [os.environ.get("PYTHONPATH")])])
    runaway = "/sparql?query=SELECT+(COUNT(*)+AS+?n)+%7B+?a+?b+?c+.+?d+?e+?f+.+?g+?h+?i+.+?j+?k+?l+.+?m+?n+?o+%7D"
    with serving(folder, PYTHONPATH=path, CLOCK_FILE=str(clock), KG_QUERY_SECONDS="3") as (process, port):
        family = {one.pid for one in process.children()}
        for days in (400, -400):
            threading.Timer(1, clock.write_text, [str(days * 86_400)]).start()
            begun = time.monotonic()
            status = ask(port, f"{runaway}+%23{days}")[0]
            took = time.monotonic() - begun
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
                shown = parsedate_to_datetime(answer.headers["Date"])

            assert (504, True) == (status, 2.9 < took < 20)
            assert abs((shown - datetime.now(tz=UTC)).days - days) <= 1
            assert [200] * 3 == [ask(port, path)[0] for path in (SMALL, "/questions", "/def")]
            assert family <= {one.pid for one in process.children()}
        write_graph(folder / "graph", more=MORE.format(7))
        assert 0 == kg(folder, "build").exit_code
        assert newer != until(lambda: (now := health(port).get("generation")) != newer and now)


def test_no_time_out_stands_on_the_clock_of_the_wall():
    """Only what tells the date asks for it; all that waits or expires counts with a clock that never jumps."""
    asked = set()
    for path in sorted((ROOT / "src/kg").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"time.time", "time.time_ns"}:
                asked.add(path.name)

    # The age of a file that somebody left is told by the file system, which has no other clock.
    assert asked <= {"disk.py", "durable.py"}


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"\0" * 512, 1, ""),
        (MORE.format(1).encode() + b"\xff\xfe", 2, "UTF-8"),
        (MORE.format(1).encode()[:-9], 1, ""),
        (MORE.format(1).encode() + b"<x", 2, ""),
        (b"\x1f\x8b\x08\x00" + os.urandom(4) * 9, 1, "UTF-8"),
    ],
    ids=["zeros", "bytes", "half", "begun", "packed"],
)
def test_a_damaged_file_is_named(desk, content, line, said):
    """A data file that a crash left full of zeros, cut off or of another kind is named with its line; nothing is built."""
    folder, _, newer = desk
    (folder / "graph/data/more.ttl").write_bytes(content)
    found = kg(folder, "build")

    assert (1, newer) == (found.exit_code, current(folder / "var").name)
    assert re.search(rf"data/more\.ttl\n +{line}\b.*{said}", found.stdout)
    assert "wat er te zien was, blijft" in found.stderr


def test_a_file_that_is_empty_takes_its_statements_along(desk):
    """An empty file is no mistake by itself: what it said is gone, and nothing else."""
    folder, _, newer = desk
    (folder / "graph/data/more.ttl").write_bytes(b"")

    assert 0 == kg(folder, "build").exit_code
    assert newer != current(folder / "var").name
    assert 0 == kg(folder, "rollback").exit_code
    assert newer == current(folder / "var").name


def test_the_page_on_faults_names_tests_that_exist():
    """Each test that ``docs/faults.md`` names is there, in the file that it names."""
    page = (ROOT / "docs/faults.md").read_text("utf-8")
    for line in page.splitlines():
        files = re.findall(r"`(test_\w+\.py)`", line) or ["test_faults.py"]
        there = "".join((ROOT / "tests" / file).read_text("utf-8") for file in {*files, "test_faults.py"})
        for name in re.findall(r"`(test_\w+)`", line):
            assert f"def {name}(" in there, line
