"""What a query looks at, as sets of statement patterns that hold together.

An answer of a query exists, or not, because of statements that match patterns. This reads a query's algebra (SPARQL
1.1, section 18) into *cases*: each is a set of patterns that all match where the query looks at any one of them. What
is optional, negated or in another branch makes a case of its own, together with what has to hold around it. Filters are
left out. So a changed statement can only change an answer that some case joins it to. :mod:`kg.validate.routes` asks
by which way.
"""

from collections.abc import Iterator
from itertools import count, product
from typing import NamedTuple

from rdflib import BNode, Variable
from rdflib.paths import Path
from rdflib.plugins.sparql.algebra import simplify, translateGroupGraphPattern, translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.validate.paths import Route, as_engine_term, of_query
from kg.validate.statements import Term

_MOST_CASES = 256


class UnboundedError(Exception):
    """Nobody can say which statements a query looks at from its focus node; the message says why."""


class Pattern(NamedTuple):
    """A statement pattern.

    Attributes:
        subject: a term, or the name of a variable.
        predicate: likewise, or a property path.
        object: as the subject.
        alone: whether it matters only that any statement matches.
    """

    subject: Term | str
    predicate: Term | str | Route
    object: Term | str
    alone: bool = False

    def variables(self) -> list[str]:
        """Return the names of its variables, one for each place."""
        return [term for term in self[:3] if isinstance(term, str)]


class Case(NamedTuple):
    """Patterns that hold together, and the variables that have a value when they do."""

    patterns: tuple[Pattern, ...]
    bound: frozenset[str]

    def with_(self, other: "Case") -> "Case":
        """Return the case that both hold; what has the same name is the same."""
        return Case(tuple(dict.fromkeys(self.patterns + other.patterns)), self.bound | other.bound)


def cases(query: str) -> list[Case]:
    """Return the cases of a SELECT query.

    Raises:
        UnboundedError: it uses what cannot be read this way.
    """
    try:
        algebra = translateQuery(parseQuery(query)).algebra
    except Exception as error:  # the parser raises what its parts raise
        raise UnboundedError("its query cannot be read by a second parser") from error
    if algebra.get("datasetClause"):
        raise UnboundedError("it names graphs (FROM)")
    return _Reader().cases(algebra)


class _Reader:
    def __init__(self) -> None:
        self._fresh = count()

    def cases(self, node: CompValue) -> list[Case]:
        """Return the cases of a part of the algebra."""
        found = getattr(self, f"_{node.name.lower()}", self._unknown)(node)
        if len(found) > _MOST_CASES:
            raise UnboundedError("it has too many branches")
        return list(dict.fromkeys(found))

    def _unknown(self, node: CompValue) -> list[Case]:
        raise UnboundedError(f"it uses {node.name.removesuffix('GraphPattern').upper()}")

    def _through(self, node: CompValue) -> list[Case]:
        return self.cases(node.p)

    _selectquery = _distinct = _reduced = _orderby = _tomultiset = _through

    def _slice(self, _: CompValue) -> list[Case]:
        raise UnboundedError("it takes some of its answers (LIMIT, OFFSET)")

    def _bgp(self, node: CompValue) -> list[Case]:
        patterns = tuple(_pattern(*triple) for triple in node.triples or [])
        return [Case(patterns, frozenset(name for pattern in patterns for name in pattern.variables()))]

    def _values(self, node: CompValue) -> list[Case]:
        rows = [{str(name) for name, value in row.items() if value != "UNDEF"} for row in node.res]
        return [Case((), frozenset(set.intersection(*rows) if rows else ()))]

    def _join(self, node: CompValue) -> list[Case]:
        return _together(self.cases(node.p1), self.cases(node.p2))

    def _union(self, node: CompValue) -> list[Case]:
        return self.cases(node.p1) + self.cases(node.p2)

    def _leftjoin(self, node: CompValue) -> list[Case]:
        left = self.cases(node.p1)
        found = list(left)
        for one, other in product(left, self.cases(node.p2)):
            both = one.with_(other)
            # What is optional can also make an answer fail further on, where a name means something else.
            found += [both, *(self._apart(case, one.bound) for case in (both, *self._asked([both], node.expr)))]
        return found

    def _filter(self, node: CompValue) -> list[Case]:
        inner = self.cases(node.p)
        return inner + self._asked(inner, node.expr)

    def _minus(self, node: CompValue) -> list[Case]:
        left, right = self.cases(node.p1), self.cases(node.p2)
        return left + [one.with_(self._apart(other, one.bound)) for one, other in product(left, right)]

    def _extend(self, node: CompValue) -> list[Case]:
        inner = self.cases(node.p)
        of = str(node.expr) if isinstance(node.expr, Variable) else ""
        # What is computed leads nowhere: only a second name for the same value does.
        found = [_named(case, str(node.var), of) if of in case.bound else case for case in inner]
        return found + self._asked(inner, node.expr)

    def _project(self, node: CompValue) -> list[Case]:
        kept = frozenset(str(name) for name in node.PV)
        return [self._apart(case, kept) for case in self.cases(node.p)]

    def _aggregatejoin(self, node: CompValue) -> list[Case]:
        keys = frozenset(str(key) for key in node.p.expr or [] if isinstance(key, Variable))
        found = [self._apart(case, keys) for case in self.cases(node.p.p)]
        for aggregate in node.A:
            of = str(aggregate.vars) if aggregate.name == "Aggregate_Sample" else ""
            found = [_named(case, str(aggregate.res), of) if of in case.bound else case for case in found]
        return found + self._asked(found, [node.A, node.p.expr])

    def _asked(self, outer: list[Case], expression: object) -> list[Case]:
        """Return the cases of the patterns that an expression asks after (EXISTS, NOT EXISTS)."""
        found = []
        for graph in _graphs(expression):
            part = traverse(translateGroupGraphPattern(graph), visitPost=simplify)
            for one, other in product(outer, self.cases(part)):
                single = part.name == "BGP" and len(other.patterns) == 1
                patterns = tuple(_alone(pattern, one.bound) if single else pattern for pattern in other.patterns)
                found.append(one.with_(self._apart(other._replace(patterns=patterns), one.bound)))
        return found

    def _apart(self, case: Case, kept: frozenset[str]) -> Case:
        """Give the variables of a case that nobody outside sees other names."""
        names: dict[str, str] = {}

        def name(term: Term | str | Route) -> Term | str | Route:
            if not isinstance(term, str) or term in kept:
                return term
            return names.setdefault(term, f"{term}~{next(self._fresh)}")

        patterns = tuple(
            Pattern(name(p.subject), name(p.predicate), name(p.object), p.alone)  # type: ignore[arg-type]
            for p in case.patterns
        )
        return Case(patterns, case.bound & kept)


def _together(left: list[Case], right: list[Case]) -> list[Case]:
    if len(left) * len(right) > _MOST_CASES:
        raise UnboundedError("it has too many branches")
    return [one.with_(other) for one, other in product(left, right)]


def _named(case: Case, name: str, of: str) -> Case:
    """Give a variable's value a second name."""
    return Case((*case.patterns, Pattern(name, ("sequence",), of)), case.bound | {name})


def _alone(pattern: Pattern, bound: frozenset[str]) -> Pattern:
    """Say of a pattern that is asked after whether it matters only that any statement matches it.

    So it is when one place is known beforehand and the others are free of each other. (The steps of a path do not know
    of a fixed end.)
    """
    names = pattern.variables()
    known = [name for name in names if name in bound]
    fixed = isinstance(pattern.predicate, tuple) and not (
        isinstance(pattern.subject, str) and isinstance(pattern.object, str)
    )
    return pattern._replace(alone=not fixed and len(known) == 1 and len(set(names)) == len(names))


def _graphs(expression: object) -> Iterator[CompValue]:
    """Give the graph patterns in an expression."""
    if isinstance(expression, CompValue):
        if expression.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
            yield expression.graph
            return
        expression = list(expression.values())
    if isinstance(expression, list | tuple):
        for part in expression:
            yield from _graphs(part)


def _pattern(subject: object, predicate: object, value: object) -> Pattern:
    way = _path(predicate) if isinstance(predicate, Path) else _term(predicate)
    return Pattern(_term(subject), way, _term(value))


def _path(path: Path) -> Route:
    try:
        return of_query(path)
    except ValueError as error:
        raise UnboundedError("it uses a path that cannot be read") from error


def _term(term: object) -> Term | str:
    if isinstance(term, Variable):
        return str(term)
    if isinstance(term, BNode):
        return f"_:{term}"
    return as_engine_term(term)  # type: ignore[arg-type]
