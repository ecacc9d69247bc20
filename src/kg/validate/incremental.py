"""Check a change to a graph on the part that decides about it, as fast in a large graph as in a small one.

The reach of the shapes is read once (:class:`Shapes`). A changed statement is walked back through it, in the old graph
when it was removed and in the new when it was added, to the focus nodes that see it: only their verdict can have changed.
What decides about these is walked forward into a small graph for the core constraints; rules with a query run in
the engine, with these nodes as ``$this``. A rule whose reach nobody can tell runs for all nodes, and is named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.validate import core
from kg.validate.constraints import foreign_components, reach_of_core
from kg.validate.lifted import lifted
from kg.validate.patterns import UnboundedError
from kg.validate.reach import Reach
from kg.validate.report import Result
from kg.validate.routes import add_query
from kg.validate.rules import Rule, rules
from kg.validate.staging import Change, Statement
from kg.validate.statements import Term, statements, triple


class Shapes:
    """Shapes that were read once, to check many changes with.

    Attributes:
        unbounded: the rules, and kinds of constraint, that are always checked in full, each with the reason.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        triples = list(triples)
        self.unbounded: dict[str, str] = {}
        plain = core.core_shapes(triples)
        stored = ox.Store()
        stored.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
        self._core = reach_of_core(plain, stored)
        self._queries = Reach()
        self.rules: list[Rule] = []
        self.rules_for_all: list[Rule] = []
        for rule in rules(stored):
            try:
                add_query(self._queries, [self._queries.root(target) for target in rule.targets], rule.query)
                self.rules.append(rule)
            except UnboundedError as error:
                self.unbounded[rule.name] = str(error)
                self.rules_for_all.append(rule)
        self.whole = foreign_components(plain)
        self.graph = lifted(plain)
        self.unbounded |= dict.fromkeys(self.whole, "it is a kind of constraint of its own")

    def affected(self, store: ox.Store, changed: set[ox.Triple]) -> set[Term]:
        """Return the focus nodes that see one of the statements, which stand in the store."""
        return self._core.affected(store, changed) | self._queries.affected(store, changed)

    def neighbourhood(self, store: ox.Store, nodes: Iterable[Term], altered: set[ox.Triple]) -> set[ox.Triple]:
        """Return the statements that decide what the core constraints say about nodes, see :class:`Reach`."""
        nodes = set(nodes)
        return self._core.neighbourhood(store, nodes | self._core.speakers(store, nodes), altered)

    def with_spoken_of(self, store: ox.Store, nodes: set[Term]) -> set[Term]:
        """Return focus nodes, and the nodes beyond that their check can give results about."""
        return nodes | self._core.spoken_of(store, nodes)


@dataclass(slots=True)
class Checked:
    """What a change brings about.

    Attributes:
        results: about the nodes that were checked, and of the rules that are checked in full.
        nodes: the nodes that the change can affect, and those that were asked for.
        statements: how many statements decided about them.
    """

    results: list[Result] = field(default_factory=list)
    nodes: set[Term] = field(default_factory=set)
    statements: int = 0


def check(
    store: ox.Store,
    shapes: Shapes | Iterable[ox.Triple],
    removed: Iterable[Statement] = (),
    added: Iterable[Statement] = (),
) -> list[Result]:
    """Return what is said, after a change, of all nodes that it can affect. See :func:`examine`."""
    return examine(store, shapes, removed, added).results


def examine(
    store: ox.Store,
    shapes: Shapes | Iterable[ox.Triple],
    removed: Iterable[Statement] = (),
    added: Iterable[Statement] = (),
    nodes: Iterable[Term] = (),
) -> Checked:
    """Check a change to a graph.

    Args:
        store: the graph before the change: all its named graphs and the default graph together, without the shapes. The
            change is made in it for as long as the check takes. It may hold mistakes already.
        shapes: the shapes, as triples or read before.
        removed: statements that the change takes away; one that is not there is left out.
        added: statements that it adds. Triples stand in the default graph.
        nodes: further nodes to check.
    """
    if not isinstance(shapes, Shapes):
        shapes = Shapes(shapes)
    change = Change(store, removed, added)
    affected = shapes.with_spoken_of(store, {*nodes, *shapes.affected(store, change.gone)})
    with change.staged():
        affected |= shapes.affected(store, change.new) | {each.object for each in change.written}
        affected = shapes.with_spoken_of(store, affected)
        found = [result for rule in shapes.rules_for_all for result in rule.results(store)]
        found += [result for rule in shapes.rules for result in rule.results(store, affected)]
        if shapes.whole:
            around = {triple(terms) for terms in statements(store)}
        else:
            around = shapes.neighbourhood(store, affected, change.altered)
    around = change.as_written(around) | change.written
    about = None if shapes.whole else affected
    return Checked(found + core.validate(around, shapes.graph, about), affected, len(around))
