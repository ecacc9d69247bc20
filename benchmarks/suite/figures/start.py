"""How long commands take on the real graph, whole process; and how soon the server answers."""

import shutil
import time
from collections.abc import Iterator

from suite.context import KG, Context
from suite.measuring import Row, command, in_turn
from suite.peers import ours


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure the commands, and the start of a server."""
    graph, var = ("--graph", context.files(size)), context.scratch / f"start-{size}"
    calls = {
        "kg --help": [KG, "--help"],
        "kg check": [KG, *graph, "check"],
        "kg build": [KG, *graph, "--var", var, "build"],
        "kg ask gap-map": [KG, *graph, "--var", var, "ask", "gap-map"],
    }
    for name, call in calls.items():

        def run(call: list[str | object] = call, name: str = name) -> float:
            if name == "kg build":
                shutil.rmtree(var, ignore_errors=True)
            return command(*map(str, call), limit=context.limit)

        yield in_turn(Row("start", name, size, "s"), {"ours": run}, context.rounds)

    def first() -> float:
        begun = time.perf_counter()
        with ours(var, KG_LOG_LEVEL="error"):
            return time.perf_counter() - begun

    yield in_turn(Row("start", "serve to first answer", size, "s"), {"ours": first}, context.rounds)
