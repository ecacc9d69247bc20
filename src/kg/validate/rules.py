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

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
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


def _results(store: ox.Store, shapes: ox.Store, shape: Term, constraint: Term) -> Iterator[Result]:
    solutions = store.query(
        _prologue(shapes, constraint) + _text(_one(shapes, constraint, "select")), use_default_graph_as_union=True
    )
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError(f"{constraint}: sh:select holds no SELECT")
    names = [variable.value for variable in solutions.variables]
    focus_nodes = set(_focus_nodes(store, shapes, shape))
    severity = _text(_one(shapes, shape, "severity")).removeprefix(SH) or Severity.Violation.name
    texts = list(_all(shapes, constraint, "message")) or list(_all(shapes, shape, "message"))
    for solution in solutions:
        row = {name: term for name in names if (term := solution[name]) is not None}
        if row["this"] in focus_nodes:
            yield Result(
                severity=Severity[severity],
                focus=str(row["this"]) if isinstance(row["this"], ox.BlankNode) else _text(row["this"]),
                path=_text(row.get("path")) or None,
                value=str(row.get("value", row["this"])),
                messages={
                    text.language or "": _fill(text.value, row) for text in texts if isinstance(text, ox.Literal)
                },
                shape=_text(constraint) if isinstance(constraint, ox.NamedNode) else _text(shape),
                component=SH + "SPARQLConstraintComponent",
            )


def _text(term: Term | None) -> str:
    return str(term.value) if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else ""


def _fill(text: str, row: dict[str, Term]) -> str:
    return _PLACEHOLDER.sub(lambda match: _text(row.get(match[1])) or match[0], text)


def _prologue(shapes: ox.Store, constraint: Term) -> str:
    """Return the PREFIX lines that ``sh:prefixes`` declares for a constraint (SHACL section 5.2.1)."""
    return "".join(
        f"PREFIX {_text(_one(shapes, declaration, 'prefix'))}: <{_text(_one(shapes, declaration, 'namespace'))}>\n"
        for ontology in _all(shapes, constraint, "prefixes")
        for declaration in _all(shapes, ontology, "declare")
    )


def _focus_nodes(store: ox.Store, shapes: ox.Store, shape: Term) -> Iterator[Term]:
    """Give the focus nodes that a shape's targets select (SHACL section 2.1.3)."""
    yield from _all(shapes, shape, "targetNode")
    for target in _all(shapes, shape, "targetClass"):
        for kind in _with_subclasses(store, target):
            yield from _subjects(store, RDF + "type", kind)
    for predicate in _all(shapes, shape, "targetSubjectsOf"):
        yield from _subjects(store, _text(predicate))
    for predicate in _all(shapes, shape, "targetObjectsOf"):
        for quad in store.quads_for_pattern(None, ox.NamedNode(_text(predicate)), None):
            yield quad.object


def _subjects(store: ox.Store, predicate: str, value: Term | None = None) -> Iterator[Term]:
    return (quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), value))


def _with_subclasses(store: ox.Store, target: Term) -> set[Term]:
    found, waiting = {target}, [target]
    while waiting:
        narrower = set(_subjects(store, RDFS + "subClassOf", waiting.pop())) - found
        found |= narrower
        waiting += narrower
    return found


def _all(shapes: ox.Store, node: Term, name: str) -> Iterator[Term]:
    subject = node if isinstance(node, ox.NamedNode | ox.BlankNode) else None
    return (quad.object for quad in shapes.quads_for_pattern(subject, ox.NamedNode(SH + name), None))


def _one(shapes: ox.Store, node: Term, name: str) -> Term | None:
    return next(_all(shapes, node, name), None)
