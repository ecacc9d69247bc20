"""The check of a change: it finds, of all nodes that the change can affect, exactly what a check of everything finds."""

import os
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from pyshacl.errors import ReportableRuntimeError

from kg.validate import core, incremental, rules
from kg.vocabulary import RDF, RDFS, SH, XSD

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
    except ReportableRuntimeError:  # pySHACL refuses to compare blank nodes
        reject()
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
CLASSES = {f"{RDFS}Class", "http://www.w3.org/2002/07/owl#Class"}


def with_parts(triples, wanted):
    """Return what is said of some nodes and of all that they name."""
    found, waiting = set(), list(wanted)
    while waiting:
        node = waiting.pop()
        new = {triple for triple in triples if triple.subject == node} - found
        found |= new
        waiting += [triple.object for triple in new if not isinstance(triple.object, ox.Literal)]
    return found


SHAPES = sorted({t.subject for t in CORE if t.predicate.value in TARGETS or str(t.object)[1:-1] in CLASSES}, key=str)
CONSTRAINTS = sorted({t.object for t in RULES if t.predicate.value == f"{SH}sparql"}, key=str)


def picked(shapes, constraints):
    """Return some shapes, and the shapes with queries with some of their queries."""
    rest = {t for t in RULES if t.predicate.value != f"{SH}sparql" or t.object in constraints}
    owners = {t.subject for t in rest if t.predicate.value == f"{SH}sparql"}
    return with_parts(CORE, shapes) | with_parts(rest, owners)


def nodes(*names):
    """Return nodes of the example vocabulary."""
    return [ox.NamedNode(EX + each) for each in names]


A_NODE = st.sampled_from([*nodes("a", "b", "c", "d", "e", "f"), ox.BlankNode("x"), ox.BlankNode("y")])
INTEGER = ox.NamedNode(f"{XSD}integer")
NUMBER = st.sampled_from([ox.Literal(text, datatype=INTEGER) for text in ("1", "2", "3", "01", "many")])
LABEL = st.sampled_from([ox.Literal(text, language=tag) for text in ("a", "b") for tag in ("nl", "en", "de")])
A_CLASS = st.sampled_from(nodes("C", "D", "E", "F"))


def statement(subject, predicate, value):
    """Return triples of a kind."""
    return st.builds(lambda s, p, o: ox.Triple(s, ox.NamedNode(p), o), subject, st.sampled_from(predicate), value)


LINKS = [EX + each for each in "pqrs"]
A_STATEMENT = st.one_of(
    statement(A_NODE, LINKS, A_NODE),
    statement(A_NODE, LINKS, A_NODE),
    statement(A_NODE, LINKS, A_NODE),
    statement(A_NODE, [RDF + "type"], A_CLASS),
    statement(A_NODE, [EX + "r", EX + "s"], NUMBER),
    statement(A_NODE, [RDFS + "label"], LABEL),
    statement(A_CLASS, [RDFS + "subClassOf"], A_CLASS),
    statement(st.sampled_from(nodes("p", "q")), [RDFS + "domain", RDF + "type"], A_CLASS),
)


@st.composite
def changes(draw, statements):
    """Return a graph and a change to it: what is removed, whole nodes too, and what is added."""
    base = [quad.triple for quad in engine(draw(st.sets(statements, max_size=25)))]
    removed = draw(st.sets(st.sampled_from(base), max_size=4)) if base else set()
    for subject in draw(st.sets(st.sampled_from([t.subject for t in base]), max_size=1)) if base else ():
        removed |= {triple for triple in base if triple.subject == subject}
    added = draw(st.sets(statements, max_size=5))
    return sorted(base, key=str), removed, added


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sets(st.sampled_from(SHAPES), max_size=4),
    st.sets(st.sampled_from(CONSTRAINTS), max_size=4),
    changes(A_STATEMENT),
)
def test_a_change_to_a_small_graph(shapes, constraints, change):
    """For random shapes, graphs and changes the check of the change finds what the check of everything finds."""
    chosen = picked(shapes, constraints)
    base, removed, added = change
    assert_the_same(base, chosen, incremental.Shapes(chosen), removed, added)
