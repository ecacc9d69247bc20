"""Run a query as a query process does, with the refusal of SERVICE switched off: what stops a call then is the process.

    python in_query_process.py (walled|disk|many|open) FOLDER QUERY

Prints what came of it. Only for tests: in ``disk`` the graph is a finished store on disk, in ``many`` one of more files
than the engine opens at first; in ``open``, the engine stands as it is and does call out.
"""

import pickle
import sys
from pathlib import Path

import pyoxigraph as ox

from kg.store import embedded, worker
from kg.store.interface import Forms, Task
from kg.store.limits import Limits


def write(folder: Path, number: int) -> None:
    """Add a statement to a store, in files of its own."""
    store = ox.Store(str(folder))
    graph = ox.NamedNode(f"x:g{number}")
    store.bulk_extend([ox.Quad(ox.NamedNode(f"x:s{number}"), ox.NamedNode("x:p"), ox.Literal("o"), graph)])
    store.flush()


def main() -> None:
    """Run the query."""
    wall, place, query = sys.argv[1:]
    embedded.refuse_federation = lambda _query: None
    folder = Path(place)
    limits = Limits(1 << 30, 1_000_000, folder)
    limits.last_words.mkdir()
    if wall in {"disk", "many"}:
        for number in range(3 if wall == "many" else 1):
            write(folder / "store", number)
        (folder / "cells.pickle").write_bytes(pickle.dumps(None))
        worker.hold_on_disk(folder)
    else:
        worker.hold(ox.Store())
    task = Task(query, Forms("application/sparql-results+json", "application/sparql-results+json", "text/turtle"))
    try:
        if wall != "open":
            worker.enter(limits, 0)
            reply = worker.run(task, "answer")
            sys.stdout.write(reply.body.decode())
        else:
            with (folder / "answer").open("wb") as output:
                embedded.answer(ox.Store(), task, output)
    except Exception as error:  # noqa: BLE001 - any end will do
        sys.stdout.write(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
