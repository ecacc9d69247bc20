"""The check of a whole graph: pySHACL, asked of suspects only, says exactly what it says when it is asked of everything."""

import os
import random
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError

from kg.files import find
from kg.parse import read_all
from kg.validate import core, full
from kg.validate.indexed import Indexed
from kg.validate.lifted import lifted
from kg.validate.suspects import Judge
from kg.vocabulary import RDF, XSD

ROOT = Path(__file__).parents[1]
PAIRS = ROOT / "tests" / "shapes"
EX = "http://example.org/"
EXAMPLES = int(os.environ.get("KG_EXAMPLES", "150"))
BROKEN = (ConstraintLoadError, re.error)
"""How pySHACL ends when a shape is no shape; on a value that it cannot compare (``NaN``) it ends otherwise."""

pytestmark = pytest.mark.filterwarnings("ignore::pyshacl.errors.ShapeRecursionWarning")


def told(results):
    """Say all of each result, and count the same ones; a sentence of pySHACL's own names things in any order."""
    return Counter(
        (r.focus, r.path, r.value, r.shape, r.component, r.severity, str(sorted(r.messages.items())) if len(r.messages) > 1 else None)
        for r in results
    )  # fmt: skip


def plainly(triples, shapes):
    """Check by pySHACL alone, with the shapes as they are written."""
    return core.results(core.as_rdflib(triples), core.core_shapes(shapes))


# ---- our shapes ---------------------------------------------------------------------------------

FILES = [file for file in read_all(find(ROOT))[0] if len(file.text) < 200_000]
SHAPES = [triple for file in FILES if file.source.room == "shapes" for triple in file.triples]
REAL = sorted({triple for file in FILES if file.source.room != "shapes" for triple in file.triples}, key=str)


@pytest.mark.parametrize(("kind", "at_least"), [("bad", 250), ("good", 0)])
def test_the_examples_of_every_rule(kind, at_least):
    """All bad examples, and all good ones, have the results that pySHACL by itself finds: every word of them."""
    paths = [PAIRS / "context.ttl", *sorted(PAIRS.glob(f"*/*.{kind}.ttl"))]
    triples = sorted({quad.triple for path in paths for quad in ox.parse(path=path)}, key=str)
    found = full.validate(triples, SHAPES)
    assert at_least <= len(found)
    assert told(plainly(triples, SHAPES)) == told(found)


def test_few_are_suspected():
    """In the real graph only what pySHACL finds fault with is suspected, and not one node more."""
    judge = Judge(Indexed(REAL), lifted(core.core_shapes(SHAPES)))
    suspects = {(str(shape), node.value) for shape in set(judge.shapes.subjects()) for node in judge.suspects(shape)}
    assert {(result.shape, result.focus) for result in full.validate(REAL, SHAPES)} == suspects


KINDS = (
    "delete",
    "replace",
    "copy",
    "class",
    "unclass",
    "nowhere",
    "text",
    "tongue",
    "double",
    "number",
    "blank",
    "year",
)


def mistakes(chance, count):
    """Return the real graph with mistakes of many kinds in it."""
    graph, classes = set(REAL), [t.object for t in REAL if t.predicate.value == RDF + "type"]
    for place in range(count):
        one, other = chance.choice(REAL), chance.choice(REAL)
        kind = KINDS[place % len(KINDS)]
        if kind in {"delete", "replace", "unclass", "nowhere", "text", "tongue", "year"}:
            whole = {t for t in graph if t.subject == one.subject and t.predicate.value == RDF + "type"}
            graph -= whole if kind == "unclass" else {one}
        new = {
            "replace": other.object,
            "nowhere": ox.NamedNode(f"{EX}nowhere"),
            "text": ox.Literal("nergens"),
            "tongue": ox.Literal("nulle part", language="fr"),
            "double": ox.Literal("nog een", language="nl"),
            "number": ox.Literal("-01", datatype=ox.NamedNode(XSD + "integer")),
            "blank": ox.BlankNode(f"b{place}"),
            "year": ox.Literal("2020-02-31", datatype=ox.NamedNode(XSD + "date")),
        }.get(kind)
        if new is not None:
            graph.add(ox.Triple(one.subject, one.predicate, new))
        if kind == "copy":
            graph.add(ox.Triple(other.subject, one.predicate, one.object))
        if kind == "class":
            graph.add(ox.Triple(one.subject, ox.NamedNode(RDF + "type"), chance.choice(classes)))
    return sorted(graph, key=str)


def test_mistakes_of_many_kinds():
    """With hundreds of mistakes made at random in the real graph, the results are those of pySHACL by itself."""
    graph = mistakes(random.Random(8), 240)  # noqa: S311 - no secret
    found = full.validate(graph, SHAPES)
    assert {component for *_, component, _, _ in told(found)} >= {
        f"http://www.w3.org/ns/shacl#{name}ConstraintComponent"
        for name in ("MinCount", "MaxCount", "Class", "Datatype", "Pattern", "LanguageIn", "UniqueLang", "Node", "Or")
    }
    assert told(plainly(graph, SHAPES)) == told(found)


# ---- a family of shapes, and small graphs -------------------------------------------------------

FAMILY = [quad.triple for quad in ox.parse(path=ROOT / "tests" / "full" / "values.ttl")]
NAMES = sorted({t.subject for t in FAMILY if isinstance(t.subject, ox.NamedNode)}, key=str)


def literal(text, datatype):
    """Return a literal of an XML Schema datatype."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


VALUES = [
    *(literal(text, "integer") for text in ("1", "01", "+2", "12", "many", "1.0", "", " 1")),
    *(literal(text, "decimal") for text in ("1.0", "2.50", "2.5", "-3", "NaN", "1e2", ".5")),
    *(literal(text, "date") for text in ("2020-01-01", "2020-02-31", "2020", "2020-12-31Z", "soon")),
    *(literal(text, "token") for text in ("a", " a ", "a  a", "a a")),
    *(literal(text, kind) for text, kind in (("a  1", "normalizedString"), ("a\t1", "normalizedString"), ("true", "boolean"))),
    *(literal(text, kind) for text, kind in (("1", "double"), ("1", "int"), ("2020", "gYear"), ("2", "float"))),
    *(ox.Literal(text) for text in ("a", "1", "", "a\nb", "é", "A very long text")),
    *(ox.Literal("a", language=tag) for tag in ("nl", "NL-be", "en", "fr", "de-nl")),
    ox.Literal("b", language="nl"),
    ox.Literal("a", datatype=ox.NamedNode(f"{EX}type")),
    *(ox.NamedNode(EX + name) for name in "abc"),
    ox.BlankNode("x"),
]  # fmt: skip
NODES = [*(ox.NamedNode(EX + name) for name in "abc"), ox.BlankNode("x")]


def small_graph(chance):
    """Return random statements."""
    said = [(EX + "v", VALUES)] * 3 + [(EX + "w", NODES)]
    found = set()
    for _ in range(chance.randint(0, 14)):
        predicate, values = chance.choice(said)
        found.add(ox.Triple(chance.choice(NODES), ox.NamedNode(predicate), chance.choice(values)))
    return sorted(found, key=str)


def with_parts(names):
    """Return what is said of some shapes and of all that they name."""
    found, waiting = set(), list(names)
    while waiting:
        node = waiting.pop()
        new = {triple for triple in FAMILY if triple.subject == node} - found
        found |= new
        waiting += [triple.object for triple in new if not isinstance(triple.object, ox.Literal)]
    return sorted(found, key=str)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(NAMES), min_size=1, max_size=2), st.integers(0, 2**32))
def test_a_small_graph(names, seed):
    """For random shapes and graphs, unusual values and broken shapes among them, the results are the same; a broken shape is an error."""
    shapes, chance = with_parts(names), random.Random(seed)  # noqa: S311 - hypothesis's own draws nearly empty graphs
    for _ in range(4):
        triples = small_graph(chance)
        try:
            expected = told(plainly(triples, shapes))
        except BROKEN:
            with pytest.raises(Exception, match=r"."):
                full.validate(triples, shapes)
        except (ReportableRuntimeError, TypeError, ArithmeticError):
            return
        else:
            assert expected == told(full.validate(triples, shapes))
