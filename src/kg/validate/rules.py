"""Constraints that need a query (SHACL-SPARQL, ``sh:sparql``), evaluated once per rule instead of once per focus node.

The standard text in ``shapes/`` stays the truth: it is the same query that pySHACL would run for every focus node with
``$this`` bound. Here it runs once in the engine with ``$this`` free, and its rows are kept where ``$this`` is a focus
node of the shape. A test holds both ways against each other. For a few nodes the engine is given each as ``$this``: the
rows are the same, and it does not plan for all of them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import KgError
from kg.validate.report import Result, Severity
from kg.validate.statements import Term
from kg.validate.targets import Target, targets
from kg.vocabulary import SH, shorten

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_THIS = ox.Variable("this")


class NeverRuns(KgError):
    """A rule that no focus node would ever be held against."""

    status = 422


@dataclass(frozen=True, slots=True)
class Rule:
    """A ``sh:sparql`` constraint of a shape.

    Attributes:
        name: IRI of the constraint, or of its shape when it has none.
        query: the SELECT query, with its prefixes.
        targets: what the shape is about.
        severity: of its results.
        messages: a sentence for each language, with placeholders.
    """

    name: str
    query: str
    targets: tuple[Target, ...]
    severity: Severity
    messages: dict[str, str]

    def results(self, store: ox.Store, nodes: Iterable[Term] | None = None) -> Iterator[Result]:
        """Give the results about all focus nodes, or about those of some nodes.

        Raises:
            SyntaxError: the query cannot be read.
        """
        if nodes is None:
            focus_nodes = {node for target in self.targets for node in target.nodes(store)}
            for row in self._rows(store):
                if row.get("this") in focus_nodes:
                    yield self._result(row)
            return
        for node in nodes:
            if any(target.selects(store, node) for target in self.targets):
                for row in self._rows(store, node):
                    yield self._result({**row, "this": node})

    def _rows(self, store: ox.Store, node: Term | None = None) -> Iterator[dict[str, Term]]:
        given = None if node is None else {_THIS: node}
        solutions = store.query(self.query, use_default_graph_as_union=True, substitutions=given)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError(f"{self.name}: sh:select holds no SELECT")
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: term for name in names if (term := solution[name]) is not None}

    def _result(self, row: dict[str, Term]) -> Result:
        this = row["this"]
        return Result(
            severity=self.severity,
            focus=str(this) if isinstance(this, ox.BlankNode) else _text(this),
            path=_text(row.get("path")) or None,
            value=str(row.get("value", this)),
            messages={language: _fill(text, row) for language, text in self.messages.items()},
            shape=self.name,
            component=SH + "SPARQLConstraintComponent",
        )


def validate(store: ox.Store, shapes: ox.Store) -> list[Result]:
    """Return the results of every ``sh:sparql`` constraint.

    Args:
        store: the graph to validate, in named graphs or in the default graph.
        shapes: the shapes.

    Raises:
        NeverRuns: the shape of a rule has no target.
        SyntaxError: a rule's query cannot be read.
    """
    return [result for rule in rules(shapes) for result in rule.results(store)]


def rules(shapes: ox.Store) -> Iterator[Rule]:
    """Give the ``sh:sparql`` constraints of shapes, without those that are switched off (``sh:deactivated``).

    A rule runs once for the targets of its own shape, so one on a shape that others only ask after (``sh:node``,
    ``sh:property`` and the like) would never run; it is refused, and not passed over in silence.

    Raises:
        NeverRuns: the shape of a rule has no target.
    """
    for quad in shapes.quads_for_pattern(None, ox.NamedNode(SH + "sparql"), None):
        shape, constraint = quad.subject, quad.object
        if any(_one(shapes, node, "deactivated") == ox.Literal(value=True) for node in (shape, constraint)):
            continue
        about = tuple(targets(shapes, shape))
        name = _text(constraint) if isinstance(constraint, ox.NamedNode) else _text(shape)
        if not about:
            raise NeverRuns(
                f"the rule {shorten(name)} would never run: its shape {shorten(_text(shape))} has sh:sparql and no target; "
                "give the shape one (sh:targetClass, for example), or switch the rule off with sh:deactivated true"
            )
        severity = _text(_one(shapes, shape, "severity")).removeprefix(SH) or Severity.Violation.name
        texts = list(_all(shapes, constraint, "message")) or list(_all(shapes, shape, "message"))
        yield Rule(
            name=name,
            query=_prologue(shapes, constraint) + _text(_one(shapes, constraint, "select")),
            targets=about,
            severity=Severity[severity],
            messages={text.language or "": text.value for text in texts if isinstance(text, ox.Literal)},
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


def _all(shapes: ox.Store, node: Term, name: str) -> Iterator[Term]:
    subject = node if isinstance(node, ox.NamedNode | ox.BlankNode) else None
    return (quad.object for quad in shapes.quads_for_pattern(subject, ox.NamedNode(SH + name), None))


def _one(shapes: ox.Store, node: Term, name: str) -> Term | None:
    return next(_all(shapes, node, name), None)
