"""The check of a change: it finds, of all nodes that the change can affect, exactly what a check of everything finds."""

import os
import random
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyshacl.errors import ReportableRuntimeError

from kg.files import find
from kg.parse import read_all
from kg.validate import core, full, incremental, rules
from kg.vocabulary import ID, RDF, RDFS, SH, WK, XSD

ROOT = Path(__file__).parents[1]
FAMILY = Path(__file__).parent / "incremental"
EX = "http://example.org/"
EXAMPLES = int(os.environ.get("KG_EXAMPLES", "150"))

pytestmark = pytest.mark.filterwarnings("ignore::pyshacl.errors.ShapeRecursionWarning")


def triples_of(path):
    """Read a Turtle file."""
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]


def engine(triples):
    """Load triples into the engine."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    return store


def told(results):
    """Say of each result what it is about, and count the same ones; default sentences of pySHACL come in any order."""
    return Counter(
        (
            result.focus, result.path, result.value, result.shape, result.component, result.severity,
            frozenset(result.messages.values()) if result.component == f"{SH}SPARQLConstraintComponent" else None,
        )
        for result in results
    )  # fmt: skip


def everything(triples, shapes):
    """Check a whole graph."""
    return told(core.validate(triples, shapes) + rules.validate(engine(triples), engine(shapes)))


def name(term):
    """Name a node as a result does."""
    return str(term) if isinstance(term, ox.BlankNode) else term.value


def assert_the_same(base, shapes, compiled, removed, added):
    """Make sure that the check of a change and of everything agree, and that nothing is touched beside it."""
    store = engine(base)
    before = set(store)
    old = {quad.triple for quad in before}
    staying = {quad.triple for quad in engine(added)}
    new = (old - (removed - staying)) | added
    try:
        was, after = everything(old, shapes), everything(new, shapes)
    except (ReportableRuntimeError, TypeError):  # pySHACL cannot compare blank nodes, nor numbers that are none
        return
    checked = incremental.examine(store, compiled, removed, added)
    assert before == set(store)
    affected = {name(node) for node in checked.nodes}

    def can_change(result):
        return result[0] in affected or result[3] in compiled.unbounded

    assert told(checked.results) == Counter({result: n for result, n in after.items() if can_change(result)})
    assert {r: n for r, n in was.items() if not can_change(r)} == {r: n for r, n in after.items() if not can_change(r)}


# ---- a family of shapes, and small graphs ------------------------------------------------------

CORE = triples_of(FAMILY / "core.ttl")
RULES = triples_of(FAMILY / "rules.ttl")
TARGETS = {f"{SH}{kind}" for kind in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")}
CLASS_OF_CLASSES = {f"{RDFS}Class", "http://www.w3.org/2002/07/owl#Class"}


def with_parts(triples, wanted):
    """Return what is said of some nodes and of all that they name."""
    found, waiting = set(), list(wanted)
    while waiting:
        node = waiting.pop()
        new = {triple for triple in triples if triple.subject == node} - found
        found |= new
        waiting += [triple.object for triple in new if not isinstance(triple.object, ox.Literal)]
    return found


SHAPES = sorted(
    {t.subject for t in CORE if t.predicate.value in TARGETS or str(t.object)[1:-1] in CLASS_OF_CLASSES}, key=str
)
CONSTRAINTS = sorted({t.object for t in RULES if t.predicate.value == f"{SH}sparql"}, key=str)


def picked(shapes, constraints):
    """Return some shapes, and the shapes with queries with some of their queries."""
    rest = {t for t in RULES if t.predicate.value != f"{SH}sparql" or t.object in constraints}
    owners = {t.subject for t in rest if t.predicate.value == f"{SH}sparql"}
    return with_parts(CORE, shapes) | with_parts(rest, owners)


def nodes(*names):
    """Return nodes of the example vocabulary."""
    return [ox.NamedNode(EX + each) for each in names]


INTEGER = ox.NamedNode(f"{XSD}integer")
NODES = [*nodes("a", "b", "c", "d"), ox.BlankNode("x")]
CLASSES = nodes("C", "D", "E")
NUMBERS = [ox.Literal(text, datatype=INTEGER) for text in ("1", "2", "3", "01", "many")]
# A result names a literal by its text alone, so each has a text of its own.
LABELS = [ox.Literal(f"{text}-{tag}", language=tag) for text in ("a", "b") for tag in ("nl", "en", "de")]
LINKS = [EX + each for each in "pqrs"]
# What can be said of what, and how often it is drawn.
SAYINGS = [
    (12, NODES, LINKS, NODES),
    (4, NODES, [RDF + "type"], CLASSES),
    (2, NODES, [EX + "r", EX + "s"], NUMBERS),
    (2, NODES, [RDFS + "label"], LABELS),
    (1, CLASSES, [RDFS + "subClassOf"], CLASSES),
    (1, nodes("p", "q"), [RDFS + "domain", RDF + "type"], CLASSES),
]


def statements(chance, most):
    """Return random statements."""
    found = set()
    for _ in range(chance.randint(0, most)):
        [(_, *places)] = chance.choices(SAYINGS, [weight for weight, *_ in SAYINGS])
        subject, predicate, value = (chance.choice(place) for place in places)
        found.add(ox.Triple(subject, ox.NamedNode(predicate), value))
    return found


def change(chance, base):
    """Return a random change to a graph: some statements, or all about a node, and some new ones."""
    removed = set(chance.sample(base, min(len(base), chance.randint(0, 2))))
    if chance.random() < 0.1:
        node = chance.choice(NODES)
        removed |= {triple for triple in base if triple.subject == node}
    return removed, statements(chance, 2)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from([*SHAPES, *CONSTRAINTS]), min_size=1, max_size=2), st.integers(0, 2**32))
def test_a_change_to_a_small_graph(chosen, seed):
    """For random shapes, graphs and changes the check of the change finds what the check of everything finds.

    Few shapes and small changes, so that one does not hide what another misses.
    """
    shapes = picked(chosen & set(SHAPES), chosen & set(CONSTRAINTS))
    compiled = incremental.Shapes(shapes)
    chance = random.Random(seed)  # noqa: S311 - hypothesis's own draws many graphs that are nearly empty
    for _ in range(6):
        base = sorted((quad.triple for quad in engine(statements(chance, 30))), key=str)
        assert_the_same(base, shapes, compiled, *change(chance, base))


@settings(max_examples=EXAMPLES // 5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(SHAPES), min_size=1, max_size=4), st.integers(0, 2**32))
def test_shapes_are_prepared_without_a_loss(chosen, seed):
    """Shapes as they are prepared, asked of all and of suspects, find in a random graph what they find as they are written."""
    shapes = sorted(picked(chosen, set()), key=str)
    triples = sorted(statements(random.Random(seed), 30), key=str)  # noqa: S311 - as above
    try:
        plain = told(core.validate(triples, core.core_shapes(shapes)))
    except (ReportableRuntimeError, TypeError):
        return
    assert plain == told(core.validate(triples, shapes))
    assert plain == told(full.validate(triples, shapes))


# ---- the real shapes and the real graph --------------------------------------------------------


def real_files():
    """Read the repository's own graph, but for the imported tables, which say the same thing many hundred times."""
    files, problems = read_all(source for source in find(ROOT) if source.path.stat().st_size < 200_000)
    assert problems == []
    return files


FILES = real_files()
REAL = sorted({triple for file in FILES if file.source.room != "shapes" for triple in file.triples}, key=str)
REAL_SHAPES = [triple for file in FILES if file.source.room == "shapes" for triple in file.triples]
OURS = [triple for triple in REAL if triple.subject.value.startswith(ID)]


@pytest.fixture(scope="module")
def real():
    """The real graph in the engine, its shapes as they are read once, and what a check of everything says of it."""
    return engine(REAL), incremental.Shapes(REAL_SHAPES), everything(REAL, REAL_SHAPES)


@st.composite
def edits(draw):
    """Return edits of the real graph: statements deleted, replaced, copied elsewhere, of another class, whole things gone."""
    removed, added = set(), set()
    for _ in range(draw(st.integers(1, 4))):
        one, other = draw(st.sampled_from(OURS)), draw(st.sampled_from(REAL))
        kind = draw(st.sampled_from(["delete", "replace", "add", "copy", "class", "whole", "unknown", "text"]))
        whole = {triple for triple in REAL if triple.subject == one.subject}
        removed |= {
            "delete": {one},
            "replace": {one},
            "class": {t for t in whole if t.predicate == A},
            "whole": whole,
        }.get(kind, set())
        added |= {
            "replace": {ox.Triple(one.subject, one.predicate, other.object)},
            "add": {ox.Triple(one.subject, other.predicate, other.object)},
            "copy": {ox.Triple(other.subject, one.predicate, one.object)},
            "class": {ox.Triple(one.subject, A, draw(st.sampled_from(KINDS)))},
            "unknown": {ox.Triple(one.subject, one.predicate, ox.NamedNode(f"{ID}study/nowhere"))},
            "text": {ox.Triple(one.subject, one.predicate, ox.Literal("nergens", language="nl"))},
        }.get(kind, set())
    return removed, added


A = ox.NamedNode(RDF + "type")
KINDS = [ox.NamedNode(WK + name) for name in ("Finding", "Study", "Publication", "KnowledgeGap", "Nothing")]


@settings(max_examples=EXAMPLES // 25, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits())
def test_a_change_to_the_real_graph(real, edit):
    """For random edits of the real graph the check of the change finds what the check of everything finds."""
    store, compiled, was = real
    removed, added = edit
    checked = incremental.examine(store, compiled, removed, added)
    assert len(REAL) == len(store)
    affected = {name(node) for node in checked.nodes}
    after = everything((set(REAL) - removed) | added, REAL_SHAPES)
    assert told(checked.results) == Counter({result: n for result, n in after.items() if result[0] in affected})
    assert {r: n for r, n in was.items() if r[0] not in affected} == {
        r: n for r, n in after.items() if r[0] not in affected
    }
    assert compiled.unbounded == {}


# ---- what goes wrong in between ----------------------------------------------------------------


def test_the_change_is_taken_back_when_the_check_fails():
    """After an error in the middle of a check the store is as it was."""
    broken = """
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
        ex:S sh:targetSubjectsOf ex:p ; sh:sparql [ sh:select "SELECT $this WHERE { $this ex:nobody-knows-this-prefix ?x" ] .
    """
    shapes = incremental.Shapes(quad.triple for quad in ox.parse(broken, format=ox.RdfFormat.TURTLE))
    a, b, p = nodes("a", "b", "p")
    store = engine([ox.Triple(a, p, b)])
    with pytest.raises(SyntaxError):
        incremental.check(store, shapes, [ox.Triple(a, p, b)], [ox.Triple(b, p, a)])
    assert {ox.Quad(a, p, b)} == set(store)


def test_a_rule_that_would_never_run_is_refused():
    """A query on a shape without a target is no rule that everything keeps; it is named when the shapes are read."""
    text = """
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
        ex:S sh:targetSubjectsOf ex:p ; sh:node ex:Inner .
        ex:Inner sh:sparql ex:rule . ex:rule sh:select "SELECT $this WHERE { $this ?x ?y }" .
    """
    inner = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    with pytest.raises(rules.NeverRuns, match="rule would never run"):
        incremental.Shapes(inner)
    with pytest.raises(rules.NeverRuns, match="no target"):
        everything([], inner)
    off = ox.Triple(ox.NamedNode(EX + "rule"), ox.NamedNode(f"{SH}deactivated"), ox.Literal(value=True))
    assert [] == incremental.Shapes([*inner, off]).rules


def test_what_cannot_be_bounded_is_named():
    """A rule that looks beyond what hangs together with its focus node is named with the reason, and no other is."""
    unbounded = {
        "by-computed-value", "compared-with-all", "computed-link", "first", "fixed-node", "in-graph",
        "minus-nothing-shared", "optional-elsewhere", "sub-select-hides", "union-without-this",
    }  # fmt: skip
    found = incremental.Shapes(RULES).unbounded
    assert {EX + each for each in unbounded} == set(found)
    assert found[EX + "first"] == "it takes some of its answers (LIMIT, OFFSET)"


def test_a_kind_of_constraint_of_its_own_is_checked_in_full():
    """Constraint components that the shapes define by queries make the check a check of everything, and are named."""
    component = """
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
        ex:Most a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER NOT EXISTS { ?x ex:q ?y } }" ;
                sh:prefixes [ sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/" ] ] ] .
        ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; ex:most 1 .
    """
    triples = [quad.triple for quad in ox.parse(component, format=ox.RdfFormat.TURTLE)]
    shapes = incremental.Shapes(triples)
    a, b, c, p, q = nodes("a", "b", "c", "p", "q")
    found = incremental.check(engine([ox.Triple(a, p, b)]), shapes, [], [ox.Triple(b, q, c)])
    assert [EX + "Most"] == list(shapes.unbounded)
    assert [EX + "a"] == [result.focus for result in found]


def test_a_statement_in_another_graph_stays():
    """A statement that is removed from one named graph and stands in another is not gone, and nothing is affected."""
    a, b, p, one, two = nodes("a", "b", "p", "one", "two")
    store = ox.Store()
    store.extend([ox.Quad(a, p, b, one), ox.Quad(a, p, b, two)])
    shapes = incremental.Shapes(with_parts(CORE, [t.subject for t in CORE if t.subject.value == EX + "ClassCounts"]))
    checked = incremental.examine(store, shapes, [ox.Quad(a, p, b, one)], [])
    assert (set(), []) == (checked.nodes, checked.results)
