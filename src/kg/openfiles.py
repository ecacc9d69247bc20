"""Have the engine open all files of a store on disk, so that none has to be opened later.

However many files it may hold open, the engine (RocksDB) opens sixteen when it opens a store, and each other when something
is looked for in it; a query process may open nothing once it has begun. So things are looked for all over the store: a
key begins with a hash, and what is not there is looked for in the file in which it would be.
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

_SAMPLE: Final = 20
"""Statements of each graph that tell which properties and values there are."""
_ROUNDS: Final = 300
_LONG: Final = "a text that is too long to stand in a key as it is"

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def open_all(store: ox.Store, folder: Path) -> set[Path]:
    """Look for things all over a store until all its files are open.

    Args:
        store: opened for reading; its statements are in named graphs.
        folder: where its files are.

    Returns:
        The files that are still not open.
    """
    files = set(folder.glob("*.sst"))
    if not (closed := files - set(_open_files())):
        return closed
    graphs = list(store.named_graphs())
    # Reading these also opens the files of the words.
    sample = [quad for graph in graphs for quad in islice(store.quads_for_pattern(None, None, None, graph), _SAMPLE)]
    predicates: set[tuple[ox.NamedNode, Graph]] = {
        (quad.predicate, graph) for quad in sample for graph in (quad.graph_name, None)
    }
    values = {quad.object for quad in sample}
    for number in range(_ROUNDS):
        if not (closed := files - set(_open_files())):
            break
        nobody = ox.NamedNode(f"x:{number}")
        strange: list[Value] = [
            nobody,
            ox.Literal(f"{_LONG}, {number}"),
            ox.Literal(f"{_LONG}, {number}", language="nl"),
        ]
        # One of each of the six orders in which the engine keeps statements.
        everywhere: list[Graph] = [None, *graphs]
        for graph in everywhere:
            _seek(store, nobody, None, None, graph)
            for value in strange:
                _seek(store, None, None, value, graph)
        for predicate, graph in predicates:
            for value in strange:
                _seek(store, None, predicate, value, graph)
        if not number:
            # Dates and numbers stand in keys as they are.
            for value in values:
                _seek(store, None, None, value, None)
    return closed


def _seek(
    store: ox.Store,
    subject: ox.NamedNode | None,
    predicate: ox.NamedNode | None,
    value: Value | None,
    graph: Graph,
) -> None:
    next(iter(store.quads_for_pattern(subject, predicate, value, graph)), None)


def _open_files() -> Iterator[Path]:
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            yield entry.readlink()
