"""Whatever eight writers do in whatever order, the files are what a plain dictionary of states would be."""

import hashlib
import json
import shutil
import tempfile
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kg.errors import NotFound, StateChanged, StateUnknown
from kg.gate.changes import Operation, Part, prepare
from kg.gate.desk import Condition, Desk
from kg.gate.names import file_of
from kg.parse import read
from kg.vocabulary import GRAPH, ID
from small_graph import write_graph

THINGS = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix wk: <https://w3id.org/werkkennis/def#> .\n"
WRITERS = st.integers(0, 7)
GRAPHS = st.sampled_from(("one", "two"))
NUMBERS = st.integers(0, 5)
METHODS = st.sampled_from(("PUT", "POST", "DELETE"))
KNOWS = st.sampled_from(("seen", "none", "any", "absent"))


def content(graph, number):
    """Turtle of a thing that belongs to one graph."""
    return f'{THINGS}<{ID}thing/{graph}-{number}> a wk:Thing ; rdfs:label "{number}"@nl .\n'.encode()


class History(RuleBasedStateMachine):
    """Eight writers, each with the states that it saw last, and the model: the things of each graph."""

    @initialize()
    def begin(self):
        """Start from a small graph."""
        self.folder = Path(tempfile.mkdtemp())
        self.graph = write_graph(self.folder / "graph")
        # Each of the eight has a desk of its own, as each web process has.
        self.desks = [Desk(self.graph, self.folder / "var") for _ in range(8)]
        self.model, self.seen, self.writes = {"one": None, "two": None}, {}, 0

    def teardown(self):
        """Leave nothing behind."""
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    def state(self, graph):
        """Return the fingerprint of a graph's file."""
        path = self.graph / f"data/notes/{graph}.ttl"
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""

    @rule(writer=WRITERS, graph=GRAPHS)
    def look(self, writer, graph):
        """A writer asks for a graph."""
        self.seen[writer, graph] = self.state(graph)

    @rule(writer=WRITERS, graph=GRAPHS, number=NUMBERS, method=METHODS, knows=KNOWS)
    def write(self, writer, graph, number, method, knows):
        """A writer writes, meaning the state that it saw last, or any, or none."""
        seen = self.seen.get((writer, graph), "")
        condition = {
            "seen": Condition(states=(seen,) if seen else ()),
            "none": Condition(),
            "any": Condition(existing=True),
            "absent": Condition(absent=True),
        }[knows]
        there = self.model[graph]
        named = knows == "any" or (knows == "seen" and seen)
        source = file_of(f"{GRAPH}data.notes.{graph}", self.graph)
        parts = () if method == "DELETE" else (Part(content(graph, number), "text/turtle"),)
        before = self.state(graph)
        try:
            outcome = self.desks[writer].write(
                source, Operation(method, parts), condition, partial(prepare, None, self.graph), f"w{writer}"
            )
        except StateChanged:
            assert (there is None and named) or (there is not None and (knows == "absent" or seen != before))
        except StateUnknown:
            assert there is not None
            assert not named
        except NotFound:
            assert there is None
            assert method == "DELETE"
        else:
            assert there is None or knows == "any" or seen == before
            after = {"PUT": {number}, "POST": (there or set()) | {number}, "DELETE": None}[method]
            self.writes += after != there
            self.model[graph] = after
            self.seen[writer, graph] = outcome.state
            assert outcome.state == self.state(graph)

    @invariant()
    def files_are_the_model(self):
        """The files hold what the model says, and nothing else."""
        for graph, things in getattr(self, "model", {}).items():
            source = file_of(f"{GRAPH}data.notes.{graph}", self.graph)
            if things is None:
                assert not source.path.exists()
                continue
            parsed, problems = read(source)
            assert [] == problems
            assert things == {int(one.subject.value.rpartition("-")[2]) for one in parsed.triples}

    @invariant()
    def history_is_linear(self):
        """Each write of the log begins where the one before it ended, and all that was done is there."""
        path = getattr(self, "folder", Path()) / "var/gate/audit.jsonl"
        rows = [json.loads(row) for row in path.read_text().splitlines()] if path.exists() else []
        begun = [row for row in rows if row["state"] == "begun"]
        last = {}
        for row in begun:
            assert last.get(row["file"], "") == row["before"]
            last[row["file"]] = row["after"]
        assert getattr(self, "writes", 0) == len(begun) == len(rows) - len(begun)


TestHistory = History.TestCase
TestHistory.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
