"""The check of a large graph by several processes: what they say is what one says, and what goes wrong is told."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import CannotBeChecked, TooMuchMemory
from kg.files import find
from kg.parse import read_all
from kg.validate import core, parallel
from kg.validate.check import examine
from kg.validate.lifted import lifted

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "shapes"
SHAPES = [triple for file in read_all(find(ROOT))[0] if file.source.room == "shapes" for triple in file.triples]


def bad_examples():
    """Read all examples of mistakes as one graph."""
    paths = [EXAMPLES / "context.ttl", *sorted(EXAMPLES.glob("*/*.bad.ttl"))]
    return sorted({quad.triple for path in paths for quad in ox.parse(path=path)}, key=str)


MISTAKEN = bad_examples()


def told(results):
    """Say of each result what it is about; a nameless shape and a nameless node have their labels from the files."""
    return Counter(
        (r.focus, r.path, r.value, r.shape, r.component, r.severity, str(sorted(r.messages))) for r in results
    )


@pytest.fixture
def always(monkeypatch):
    """Let small graphs be shared too."""
    monkeypatch.setattr(parallel, "ENOUGH", 0)


def test_lifted_shapes_say_what_they_said():
    """Property shapes that stand on their own find in all examples of mistakes what they find in their node shapes."""
    plain, own = core.core_shapes(SHAPES), lifted(core.core_shapes(SHAPES))
    found = core.results(core.as_rdflib(MISTAKEN), plain)
    assert len(plain) != len(own)
    assert 250 < len(found)
    assert told(found) == told(core.results(core.as_rdflib(MISTAKEN), own))


@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_say_what_one_says(always, processes):
    """Results, places and order are the same, for a graph with every kind of mistake."""
    folder = [file for file in read_all(find(ROOT))[0] if file.source.room != "data"]
    extra, _ = read_all(find(ROOT)[:1])
    extra[0].triples[:] = MISTAKEN
    files = [*folder, *extra]
    alone, _ = examine(files, [])
    together, _ = examine(files, [], processes)
    assert 250 < len(alone.results)
    assert alone == together


def dies(*_):
    """End as a process does that the machine has no memory for."""
    os.kill(os.getpid(), signal.SIGKILL)


def runs_out(*_):
    """Want more memory than there is."""
    raise MemoryError


@pytest.mark.parametrize(("end", "told_as"), [(dies, CannotBeChecked), (runs_out, TooMuchMemory)])
def test_a_process_that_ends_by_itself_is_an_error(always, monkeypatch, end, told_as):
    """When one of the processes dies, or has too little memory, there is no result at all."""
    monkeypatch.setattr(parallel, "_of_bytes", end)
    with pytest.raises(told_as, match="KG_CHECK_PROCESSES=1"), parallel.core_results(MISTAKEN[:50], SHAPES, 2):
        pass


def test_an_interrupt_ends_all_processes():
    """Who stops a check by Ctrl-C waits for nothing, and nothing of it runs on."""
    program = "from pathlib import Path; from kg.validate import check, parallel; parallel.ENOUGH = 0; "
    call = [sys.executable, "-c", f"{program}check(Path({str(ROOT)!r}), (), 3)"]
    with subprocess.Popen(call, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while len(of_session(process.pid)) < 5:  # itself, the server that forks, its tracker, and two that work
            assert time.monotonic() < until
            time.sleep(0.1)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(30) != 0
    until = time.monotonic() + 10
    while of_session(process.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert [] == of_session(process.pid)


def of_session(leader):
    """Return the processes of a session that are alive."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, session, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(session) == leader and state != "Z":
            found.append(int(folder.name))
    return found
