"""Reach: every statement that the shapes can look at, from the node they are about.

An automaton: a state for each place that a constraint can stand at, and from state to state the statements that it
passes through. Walked backwards from a changed statement it leads to the nodes whose verdict may change; walked
forwards from a node it collects the part of the graph that decides about it. Paths without end are loops.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.validate.paths import Route, Step
from kg.validate.statements import Term, Terms, statements, triple
from kg.validate.targets import Target


@dataclass(frozen=True, slots=True)
class Move:
    """From one state to another through one statement.

    Attributes:
        source: the state before.
        step: the statement.
        target: the state after.
        group: a number when it matters only whether there is any statement for a move of this number, else None.
    """

    source: int
    step: Step
    target: int
    group: int | None = None


class Reach:
    """The automaton. States are numbers; each target has the state in which its focus nodes begin."""

    def __init__(self) -> None:
        self._states = 0
        self._roots: dict[Target, int] = {}
        self._targets: dict[int, Target] = {}
        self._ends: dict[tuple[int, Route], int] = {}
        self._groups: dict[int, list[Move]] = {}
        self._out: dict[int, list[Move]] = defaultdict(list)
        self._into: dict[int, list[Move]] = defaultdict(list)
        self._on: dict[int, set[int]] = defaultdict(set)
        self._back_on: dict[int, set[int]] = defaultdict(set)
        self._speaking: set[int] = set()
        self._by_predicate: dict[Term | None, list[Move]] = defaultdict(list)

    def root(self, target: Target) -> int:
        """Return the state in which the focus nodes of a target begin."""
        if target not in self._roots:
            state = self._roots[target] = self._state()
            self._targets[state] = target
            path, any_will_do = target.reads()
            if isinstance(path, Step) and any_will_do:
                self.any_of(state, [path])
            elif path is not None:
                self.path(state, path)
        return self._roots[target]

    def path(self, source: int, path: Route) -> int:
        """Let a path be walked from a state, and return the state at its end; the same path leads to the same end."""
        if (source, path) not in self._ends:
            self._ends[source, path] = self._walk(source, path)
        return self._ends[source, path]

    def same(self, source: int, target: int) -> None:
        """Let what is walked from the second state be walked from the first as well."""
        self._on[source].add(target)
        self._back_on[target].add(source)

    def speaks(self, state: int) -> None:
        """Let results be about the node that a check has come to in this state, and not about the one it began at."""
        self._speaking.add(state)

    def any_of(self, source: int, steps: Iterable[Step]) -> None:
        """Let it matter in a state whether there is any statement for one of the steps, and nothing else of them."""
        key: Route = ("any", *steps)
        if (source, key) not in self._ends:
            number = len(self._groups)
            self._ends[source, key] = target = self._state()
            self._groups[number] = [self._move(Move(source, step, target, number)) for step in key[1:]]  # type: ignore[arg-type]

    def _walk(self, source: int, path: Route) -> int:
        if isinstance(path, Step):
            return self._move(Move(source, path, self._state())).target
        word, *parts = path
        if word == "sequence":
            for part in parts:
                source = self.path(source, part)  # type: ignore[arg-type]
            return source
        target = self._state()
        if word == "star":
            self.same(source, target)
            self.same(self.path(target, parts[0]), target)  # type: ignore[arg-type]
            return target
        if word == "maybe":
            self.same(source, target)
        for part in parts:
            self.same(self.path(source, part), target)  # type: ignore[arg-type]
        return target

    def _state(self) -> int:
        self._states += 1
        return self._states

    def _move(self, move: Move) -> Move:
        self._out[move.source].append(move)
        self._into[move.target].append(move)
        self._by_predicate[move.step.pattern[1]].append(move)
        return move

    def affected(self, store: ox.Store, changed: Collection[ox.Triple]) -> set[Term]:
        """Return the focus nodes that see one of the statements.

        Args:
            store: the graph in which the statements stand: the old one for what was removed, the new for what was added.
            changed: the statements.
        """
        view = _View(store)
        return self._back(view, store, set(self._begins(view, changed)))

    def speakers(self, store: ox.Store, nodes: Iterable[Term]) -> set[Term]:
        """Return the focus nodes whose check can give results about nodes that it comes to, see :meth:`speaks`."""
        return self._back(_View(store), store, {(node, state) for node in nodes for state in self._speaking})

    def _back(self, view: "_View", store: ox.Store, seen: set[tuple[Term, int]]) -> set[Term]:
        """Walk back from nodes in states to the focus nodes."""
        found: set[Term] = set()
        waiting = list(seen)
        while waiting:
            node, state = waiting.pop()
            if node not in found and state in self._targets and self._targets[state].selects(store, node):
                found.add(node)
            before = [(node, other) for other in self._back_on[state]]
            for move in self._into[state]:
                before += [(terms[move.step.enter], move.source) for terms in view.along(move.step.turned(), node)]
            new = set(before) - seen
            seen |= new
            waiting += new
        return found

    def _begins(self, view: "_View", changed: Collection[ox.Triple]) -> Iterator[tuple[Term, int]]:
        """Give the nodes from which a changed statement is seen, and the states in which they see it."""
        for each in changed:
            terms = (each.subject, each.predicate, each.object)
            for move in (*self._by_predicate[each.predicate], *self._by_predicate[None]):
                if _fits(move.step, terms) and self._matters(move, view, terms[move.step.enter], changed):
                    yield terms[move.step.enter], move.source

    def _matters(self, move: Move, view: "_View", node: Term, changed: Collection[ox.Triple]) -> bool:
        """Tell whether a changed statement can matter: not where any will do and another stays."""
        if move.group is None:
            return True
        others = (terms for other in self._groups[move.group] for terms in view.one_by_one(other.step, node))
        return all(triple(terms) in changed for terms in others)

    def neighbourhood(
        self, store: ox.Store, nodes: Iterable[Term], altered: Collection[ox.Triple] = ()
    ) -> set[ox.Triple]:
        """Return the statements that decide about nodes: all that the shapes look at from them.

        Args:
            store: the graph.
            nodes: the nodes.
            altered: statements that do not stand for themselves: where any will do, one is not enough if it is of these.
        """
        return {triple(terms) for terms in self._ahead(store, nodes, altered)[0]}

    def spoken_of(self, store: ox.Store, nodes: Iterable[Term]) -> set[Term]:
        """Return the nodes that the check of focus nodes can give results about, beside those themselves."""
        if not self._speaking:
            return set()
        return {node for node, state in self._ahead(store, nodes, ())[1] if state in self._speaking}

    def _ahead(
        self, store: ox.Store, nodes: Iterable[Term], altered: Collection[ox.Triple]
    ) -> tuple[set[Terms], set[tuple[Term, int]]]:
        """Walk forward from focus nodes; give the statements passed and the nodes met, with their states."""
        view = _View(store)
        found: set[Terms] = set()
        waiting = [
            (node, state) for node in nodes for target, state in self._roots.items() if target.selects(store, node)
        ]
        seen = set(waiting)
        while waiting:
            node, state = waiting.pop()
            ahead = [(node, on) for on in self._on[state]]
            for move in self._out[state]:
                if move.group is not None:
                    for terms in view.one_by_one(move.step, node):
                        found.add(terms)
                        if triple(terms) not in altered:
                            break
                    continue
                passed = view.along(move.step, node)
                found.update(passed)
                ahead += [(terms[move.step.leave], move.target) for terms in passed]
            new = set(ahead) - seen
            seen |= new
            waiting += new
        return found, seen


class _View:
    """A store that is asked the same again and again."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._known: dict[tuple[Step, Term], list[Terms]] = {}

    def along(self, step: Step, node: Term) -> list[Terms]:
        """Return the statements of a step from a node."""
        if (step, node) not in self._known:
            self._known[step, node] = list(self.one_by_one(step, node))
        return self._known[step, node]

    def one_by_one(self, step: Step, node: Term) -> Iterator[Terms]:
        """Give the statements of a step from a node; there may be very many."""
        pattern = list(step.pattern)
        if pattern[step.enter] is not None and pattern[step.enter] != node:
            return
        pattern[step.enter] = node
        yield from statements(self._store, *pattern)


def _fits(step: Step, terms: Terms) -> bool:
    return all(wanted is None or wanted == term for wanted, term in zip(step.pattern, terms, strict=True))
