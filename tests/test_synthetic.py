"""The made-up graph of the benchmarks: valid by our shapes, the same for the same seed, and written as a stream.

``benchmarks/synthetic.py`` says what it holds. Every cell state and an answer to every question must be in it, or a
benchmark would measure how fast nothing is found.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import questions
from kg.files import SourceFile, find
from kg.parse import ParsedFile, read_all
from kg.validate import examine
from kg.vocabulary import shorten

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
import synthetic  # noqa: E402

FINDINGS = 1000
NOW = {"asOf": "2026-11-21"}
COUNTED = {"cell-gaps": "gaps", "cell-projects": "projects", "cell-searches": "searches"}
"""The column of the map that counts what a question about a cell lists; for the others it is that of findings."""


@pytest.fixture(scope="module")
def parts():
    """Give the statements of each file."""
    found = {}
    for name, statements in synthetic.parts(FINDINGS):
        found.setdefault(name, []).extend(statements)
    return found


@pytest.fixture(scope="module")
def store(parts):
    """Give a store with the whole graph in it."""
    store = ox.Store()
    text = "".join(f"{statement} .\n" for statements in parts.values() for statement in statements)
    store.bulk_load(text.encode(), format=ox.RdfFormat.N_TRIPLES)
    return store


def test_no_statement_stands_in_it_twice(parts, store):
    """The count in the manifest is that of the store."""
    assert sum(len(statements) for statements in parts.values()) == len(store)


def test_it_is_valid_by_our_shapes(parts):
    """The full check has nothing to say about a thousand findings: no violation, no warning and no advice."""
    files, _ = read_all(source for source in find(ROOT) if source.room == "shapes")
    for name, statements in parts.items():
        text = "".join(f"{statement} .\n" for statement in statements)
        triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
        room = name.partition("/")[0]
        files.append(ParsedFile(SourceFile(name, ROOT / name, room), "", text, triples))
    report, _ = examine(files, [])
    assert [] == [f"{shorten(result.focus)}: {result.shape}" for result in report.results]


@pytest.fixture(scope="module")
def cells(store):
    """Give the cells of the map."""
    return list(store.query(questions.find("gap-map").bind(NOW)))


def test_every_state_of_a_cell_is_in_it(cells):
    """All eight states stand on its map."""
    wanted = {"effect", "harm", "no-effect", "mixed", "too-weak", "untested", "searched-nothing", "never-searched"}
    assert wanted == {cell["state"].value for cell in cells}


@pytest.mark.parametrize("name", questions.names())
def test_every_question_has_an_answer(store, cells, name):
    """No question comes back empty; one about a cell is asked about the cell with the most of it."""
    question = questions.find(name)
    values = {key: value for key, value in NOW.items() if key in {parameter.name for parameter in question.parameters}}
    if name.startswith("cell-"):
        most = max(cells, key=lambda cell: int(cell[COUNTED.get(name, "findings")].value))
        values |= {"rows": "component", "columns": "targetGroup"}
        values |= {"row": most["row"].value, "column": most["column"].value}
    assert any(True for _ in store.query(question.bind(values)))


def digest(findings, seed):
    """Return a fingerprint of the graph as N-Quads."""
    found = hashlib.sha256()
    for line in synthetic.lines(findings, seed):
        found.update(line.encode())
    return found.hexdigest()


def test_the_same_seed_gives_the_same_bytes():
    """A graph made twice is the same, and another seed makes another."""
    assert digest(300, 7) == digest(300, 7)
    assert digest(300, 7) != digest(300, 8)


def test_what_is_written_is_the_same_at_every_run(tmp_path):
    """A generation has the same name and the same packed file, wherever and whenever it was written."""
    packed = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        synthetic.write(100, folder)
        packed.append((folder / "current" / "graph.nq.gz").read_bytes())
    assert packed[0] == packed[1]


def test_memory_does_not_grow_with_the_graph():
    """Twenty thousand findings take hardly more memory than two thousand: at most 10 MB."""
    program = (
        "import resource, sys; sys.path.insert(0, sys.argv[1]); import synthetic\n"
        "for _ in synthetic.lines(int(sys.argv[2])): pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    command = [sys.executable, "-c", program, str(ROOT / "benchmarks")]
    small, large = (
        int(subprocess.run([*command, size], check=True, capture_output=True, text=True, timeout=120).stdout)
        for size in ("2000", "20000")
    )
    assert large - small <= 10_000


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    """Half of another graph in it would be served as one."""
    (tmp_path / "graph.nq").write_text("mine", "utf-8")
    command = [sys.executable, ROOT / "benchmarks" / "synthetic.py"]
    for given, told in ((["5", tmp_path], "is there and not empty"), (["-5", tmp_path / "new"], "one finding or more")):
        found = subprocess.run([*command, *given], check=False, capture_output=True, text=True, timeout=60)
        assert 2 == found.returncode
        assert told in found.stderr
    assert ["graph.nq"] == [path.name for path in tmp_path.iterdir()]
    assert "mine" == (tmp_path / "graph.nq").read_text("utf-8")
