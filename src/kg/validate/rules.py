"""Constraints that need a query (SHACL-SPARQL, ``sh:sparql``), evaluated once per rule instead of once per focus node.

The standard text in ``shapes/`` stays the truth: it is the same query that pySHACL would run for every focus node with
``$this`` bound. Here it runs once in the engine with ``$this`` free, and its rows are kept where ``$this`` is a focus
node of the shape. A test holds both ways against each other.
"""

import re
from collections.abc import Iterator

import pyoxigraph as ox

from kg.validate.report import Result, Severity
from kg.vocabulary import RDF, RDFS, SH

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def validate(store: ox.Store, shapes: ox.Store) -> list[Result]:
    """Return the results of every ``sh:sparql`` constraint.

    Args:
        store: the graph to validate, in named graphs or in the default graph.
        shapes: the shapes.

    Raises:
        SyntaxError: a rule's query cannot be read.
    """
    results: list[Result] = []
    for quad in shapes.quads_for_pattern(None, ox.NamedNode(SH + "sparql"), None):
        if _one(shapes, quad.object, "deactivated") != ox.Literal(value=True):
            results += _results(store, shapes, quad.subject, quad.object)
    return results


def _results(store: ox.Store, shapes: ox.Store, shape: ox.NamedNode, constraint: ox.NamedNode) -> Iterator[Result]:
    select = _one(shapes, constraint, "select")
    solutions = store.query(_prologue(shapes, constraint) + select.value, use_default_graph_as_union=True)
    names = [variable.value for variable in solutions.variables]
    focus_nodes = set(_focus_nodes(store, shapes, shape))
    severity = _one(shapes, shape, "severity")
    texts = list(_all(shapes, constraint, "message")) or list(_all(shapes, shape, "message"))
    for solution in solutions:
        row = {name: solution[name] for name in names if solution[name] is not None}
        if row["this"] in focus_nodes:
            yield Result(
                severity=Severity[severity.value.removeprefix(SH)] if severity else Severity.Violation,
                focus=str(row["this"]) if isinstance(row["this"], ox.BlankNode) else row["this"].value,
                path=row["path"].value if "path" in row else None,
                value=str(row.get("value", row["this"])),
                messages={text.language or "": _fill(text.value, row) for text in texts},
                shape=constraint.value if isinstance(constraint, ox.NamedNode) else shape.value,
                component=SH + "SPARQLConstraintComponent",
            )


def _fill(text: str, row: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]) -> str:
    return _PLACEHOLDER.sub(lambda match: row[match[1]].value if match[1] in row else match[0], text)


def _prologue(shapes: ox.Store, constraint: ox.NamedNode) -> str:
    """Return the PREFIX lines that ``sh:prefixes`` declares for a constraint (SHACL section 5.2.1)."""
    return "".join(
        f"PREFIX {_one(shapes, declaration, 'prefix').value}: <{_one(shapes, declaration, 'namespace').value}>\n"
        for ontology in _all(shapes, constraint, "prefixes")
        for declaration in _all(shapes, ontology, "declare")
    )


def _focus_nodes(store: ox.Store, shapes: ox.Store, shape: ox.NamedNode) -> Iterator[ox.NamedNode]:
    """Give the focus nodes that a shape's targets select (SHACL section 2.1.3)."""
    yield from _all(shapes, shape, "targetNode")
    for target in _all(shapes, shape, "targetClass"):
        for kind in _with_subclasses(store, target):
            for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), kind):
                yield quad.subject
    for predicate in _all(shapes, shape, "targetSubjectsOf"):
        for quad in store.quads_for_pattern(None, predicate, None):
            yield quad.subject
    for predicate in _all(shapes, shape, "targetObjectsOf"):
        for quad in store.quads_for_pattern(None, predicate, None):
            yield quad.object


def _with_subclasses(store: ox.Store, target: ox.NamedNode) -> set[ox.NamedNode]:
    found, waiting = {target}, [target]
    while waiting:
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDFS + "subClassOf"), waiting.pop()):
            if quad.subject not in found:
                found.add(quad.subject)
                waiting.append(quad.subject)
    return found


def _all(shapes: ox.Store, node: ox.NamedNode, name: str) -> Iterator[ox.NamedNode]:
    return (quad.object for quad in shapes.quads_for_pattern(node, ox.NamedNode(SH + name), None))


def _one(shapes: ox.Store, node: ox.NamedNode, name: str) -> ox.NamedNode | None:
    return next(_all(shapes, node, name), None)
