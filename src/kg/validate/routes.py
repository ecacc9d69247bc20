"""The way from a statement that a query looks at back to its focus node.

The patterns of a case hold together, so any chain of patterns that share variables leads from the focus node to each of
them. The chain that is cheapest to walk back is chosen: asking what stands at a subject costs little, asking which
subjects have a class costs a walk through all of them.
"""

import heapq
from collections.abc import Iterable, Iterator
from itertools import permutations, product

from kg.validate.paths import OBJECT, PREDICATE, SUBJECT, Route, Step, along, turn
from kg.validate.patterns import Case, Pattern, UnboundedError, cases
from kg.validate.reach import Reach
from kg.vocabulary import RDF

THIS = "this"
_TYPE = along(RDF + "type").pattern[1]


def add_query(reach: Reach, roots: Iterable[int], query: str) -> None:
    """Add what a query looks at from its focus node ``$this``.

    Args:
        reach: to add it to.
        roots: the states in which its focus nodes begin.
        query: a SELECT query.

    Raises:
        UnboundedError: some of it does not hang together with the focus node; the reach is as it was.
    """
    found = [(case, _routes(case)) for case in cases(query)]
    for root, (case, routes) in product(roots, found):
        for pattern in case.patterns:
            near = min((name for name in pattern.variables() if name in routes), key=lambda name: routes[name][0])
            state = root
            for route in routes[near][1]:
                state = reach.path(state, route)
            if pattern.alone and (steps := _steps(pattern, near)):
                reach.any_of(state, steps)
            else:
                reach.path(state, _from(pattern, near))


def _routes(case: Case) -> dict[str, tuple[float, tuple[Route, ...]]]:
    """Return for each variable what it costs to walk from it to the focus node, and the way there (Dijkstra)."""
    if THIS not in case.bound:
        raise UnboundedError("it does not always bind $this")
    links: dict[str, list[tuple[str, Route]]] = {}
    for pattern in case.patterns:
        for source, target, route in _links(pattern):
            links.setdefault(source, []).append((target, route))
    found: dict[str, tuple[float, tuple[Route, ...]]] = {}
    waiting: list[tuple[float, int, str, tuple[Route, ...]]] = [(0, 0, THIS, ())]
    number = 0
    while waiting:
        cost, _, name, routes = heapq.heappop(waiting)
        if name in found:
            continue
        found[name] = cost, routes
        for target, route in links.get(name, []):
            number += 1
            heapq.heappush(waiting, (cost + _cost(route), number, target, (*routes, route)))
    for pattern in case.patterns:
        if found.keys().isdisjoint(pattern.variables()):
            raise UnboundedError("part of it does not hang together with $this")
    return found


def _links(pattern: Pattern) -> Iterator[tuple[str, str, Route]]:
    """Give the ways from one variable of a pattern to another."""
    for enter, leave in permutations((SUBJECT, PREDICATE, OBJECT), 2):
        source, target = pattern[enter], pattern[leave]
        if isinstance(source, str) and isinstance(target, str) and source != target:
            yield source, target, _way(pattern, enter, leave)


def _from(pattern: Pattern, name: str) -> Route:
    """Return the way through a pattern from one of its variables."""
    enter = pattern[:3].index(name)
    return _way(pattern, enter, SUBJECT if enter == OBJECT else OBJECT)


def _way(pattern: Pattern, enter: int, leave: int) -> Route:
    if isinstance(pattern.predicate, tuple):
        return pattern.predicate if enter == SUBJECT else turn(pattern.predicate)
    places = tuple(None if isinstance(term, str) else term for term in pattern[:3])
    return Step(places, enter, leave)  # type: ignore[arg-type]  # no path here


def _steps(pattern: Pattern, name: str) -> list[Step]:
    """Return the steps of which any one will do; none when the pattern is a longer path."""
    way = _from(pattern, name)
    if isinstance(way, Step):
        return [way]
    if way[0] == "alternative" and all(isinstance(part, Step) for part in way[1:]):
        return list(way[1:])  # type: ignore[arg-type]
    return []


def _cost(route: Route) -> float:
    """Estimate how many nodes one meets on the way back."""
    if isinstance(route, Step):
        if route.leave == PREDICATE or (route.pattern[1] == _TYPE and route.leave == OBJECT):
            return 10_000
        if route.leave == OBJECT:
            return 4 if route.pattern[1] is not None else 200
        return 1 if route.pattern[1] is not None else 3
    parts = [_cost(part) for part in route[1:] if not isinstance(part, str)]
    if route[0] == "sequence":
        return sum(parts)
    return 5 + 3 * parts[0] if route[0] == "star" else max(parts)
