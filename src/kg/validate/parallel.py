"""The core constraints of a large graph, checked by several processes at once.

Each process has the whole graph and looks at its share of the focus nodes: of those of each target, every second one
where there are two. What is said of a focus node depends on no other, so together they say what one would.
"""

import ctypes
import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Final

import pebble
import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.term import Node

from kg.errors import CannotBeChecked, TooMuchMemory
from kg.validate import core
from kg.validate.lifted import TARGETS, is_a_class, lifted
from kg.validate.report import Result
from kg.vocabulary import RDF, RDFS

ENOUGH: Final = 50_000
"""Statements from which on a second process saves more time than it takes to start."""
_CLASS, _NODE, _SUBJECTS, _OBJECTS = TARGETS
_SHARE: Final = URIRef("urn:share")
_PR_SET_PDEATHSIG: Final = 1


@contextmanager
def core_results(triples: Sequence[ox.Triple], shapes: Sequence[ox.Triple], processes: int) -> Iterator[list[Result]]:
    """Check the core constraints with several processes; they work while this one does what is in the ``with`` block.

    The list that is given is filled when the block ends, with what :func:`kg.validate.core.validate` finds.

    Args:
        triples: the graph to validate.
        shapes: the shapes.
        processes: how many processes work at once, this one counted.

    Raises:
        CannotBeChecked: a process ended by itself.
        TooMuchMemory: there is not enough for so many.
    """
    found: list[Result] = []
    if processes < 2 or len(triples) < ENOUGH or not can_be_shared(shapes):  # noqa: PLR2004 - one has nobody to share with
        yield found
        found += core.validate(triples, shapes)
        return
    graph, rules = (ox.serialize(each, format=ox.RdfFormat.N_TRIPLES) or b"" for each in (triples, shapes))
    pool = pebble.ProcessPool(
        max_workers=processes - 1, initializer=_begin, context=multiprocessing.get_context("forkserver")
    )
    try:
        asked = [pool.schedule(_of_bytes, args=(graph, rules, (part, processes))) for part in range(1, processes)]
        yield found
        found += part(triples, shapes, (0, processes))
        for each in asked:
            found += each.result()
    except (pebble.ProcessExpired, CancelledError) as error:
        raise CannotBeChecked(
            "a process of the check ended by itself, for want of memory perhaps; set KG_CHECK_PROCESSES=1 for one at a time"
        ) from error
    except MemoryError as error:
        raise TooMuchMemory("there is not enough memory for this check; set KG_CHECK_PROCESSES=1") from error
    finally:
        pool.stop()
        pool.join()


def _begin() -> None:
    """Let whoever ends the check take this process with it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def can_be_shared(shapes: Sequence[ox.Triple]) -> bool:
    """Tell whether all targets are said of shapes; of a shape that is a class too, its being one is the target."""
    graph = core.core_shapes(shapes)
    return not any(is_a_class(graph, shape) for shape in set(graph.subjects()))


def _of_bytes(graph: bytes, rules: bytes, share: tuple[int, int]) -> list[Result]:
    triples, shapes = (
        [quad.triple for quad in ox.parse(each, format=ox.RdfFormat.N_TRIPLES)] for each in (graph, rules)
    )
    return part(triples, shapes, share)


def part(triples: Sequence[ox.Triple], shapes: Sequence[ox.Triple], share: tuple[int, int]) -> list[Result]:
    """Return the results about a share of the focus nodes of each target: its number, and of how many."""
    number, count = share
    graph, shacl = core.as_rdflib(triples), lifted(core.core_shapes(shapes))
    targets = sorted({(kind, value) for kind in TARGETS for value in shacl.objects(None, kind)})
    for place, (kind, value) in enumerate(targets):
        # What is said here of each focus node is seen by this target only: no shape asks what points at a node in any way.
        mine = URIRef(f"{_SHARE}:{place}")
        for node in sorted(_focus_nodes(graph, kind, value), key=repr)[number::count]:
            graph.add((_SHARE, mine, node))
        for shape in list(shacl.subjects(kind, value)):
            shacl.remove((shape, kind, value))
            shacl.add((shape, _OBJECTS, mine))
    return core.results(graph, shacl)


def _focus_nodes(graph: Graph, kind: URIRef, value: Node) -> set[Node]:
    """Return the focus nodes of a target (SHACL section 2.1.3)."""
    if kind == _NODE:
        return {value}
    if kind == _SUBJECTS:
        return set(graph.subjects(value))
    if kind == _OBJECTS:
        return set(graph.objects(None, value))
    classes = {value, *graph.transitive_subjects(URIRef(f"{RDFS}subClassOf"), value)}
    return {node for each in classes for node in graph.subjects(URIRef(f"{RDF}type"), each)}
