"""Every question file: cold, the first time a server just started is asked, and warm, over HTTP with the whole answer."""

import urllib.parse
import urllib.request
from collections.abc import Iterator

from kg import questions
from suite.context import Context
from suite.measuring import Row, apart, in_turn
from suite.peers import ask, fetch
from suite.servers import PATH, Servers, is_ours

ASKED = ("ours", "ours, cached", "oxigraph disk", "oxigraph memory")
LIMIT = 60
LARGEST_FOR_RDFLIB = 1000
VALUES = {"asOf": "2026-11-21", "lang": "en"}
RDFLIB = """
import sys, time
from rdflib import Graph
graph = Graph()
graph.parse(sys.argv[1], format="nt")
query = sys.stdin.read() if sys.argv[2] == "-" else open(sys.argv[2]).read()
start = time.perf_counter()
list(graph.query(query))
print((time.perf_counter() - start) * 1000)
"""


def values_of(name: str) -> dict[str, str]:
    """Return what the parameters of a question are bound to."""
    known = {parameter.name for parameter in questions.find(name).parameters}
    return {key: value for key, value in VALUES.items() if key in known}


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure all questions, cold and warm."""
    folder = context.generation(size)
    plain = context.scratch / f"plain-{size}.nt"
    if size <= LARGEST_FOR_RDFLIB and not plain.exists():
        with (folder / "graph.nq").open(encoding="utf-8") as quads, plain.open("w", encoding="utf-8") as triples:
            triples.writelines(f"{line.rpartition(' <')[0]} .\n" for line in quads)
    with Servers(folder, context.scratch, ASKED, context.servers) as servers:
        for name in (name for name in questions.names() if context.case in name):
            query = questions.find(name).bind(values_of(name))
            failed: dict[str, str] = {}
            for case, rounds in (("cold", 1), ("warm", context.rounds)):
                contenders = {
                    server: (
                        (lambda address=address, name=name: page(address.removesuffix(PATH), name))
                        if is_ours(server)
                        else (lambda address=address, query=query: ask(address, query, LIMIT) * 1000)
                    )
                    for server, address in servers.addresses.items()
                }
                if case == "warm" and (not context.servers or "rdflib" in context.servers):
                    contenders["rdflib"] = lambda query=query: rdflib(context, size, query)
                row = Row("questions", f"{name}, {case}", size, "ms", missing=servers.missing | failed)
                yield in_turn(row, contenders, rounds)
                # Who fails the first time is not asked a second time.
                new = row.missing.keys() - servers.missing.keys() - failed.keys()
                failed |= {contender: row.missing[contender] for contender in new}
                servers.again(new)


def page(site: str, name: str) -> float:
    """Return how many milliseconds the answer of a question took on our site, as data."""
    address = f"{site}/questions/{name}.json?{urllib.parse.urlencode(values_of(name))}"
    return fetch(urllib.request.Request(address), LIMIT) * 1000


def rdflib(context: Context, size: int, query: str) -> float:
    """Return how many milliseconds a query took in rdflib, loading apart."""
    if size > LARGEST_FOR_RDFLIB:
        raise RuntimeError(f"not asked above {LARGEST_FOR_RDFLIB:,} findings")
    place = context.scratch / "asked.rq"
    place.write_text(query)
    return apart(RDFLIB, context.scratch / f"plain-{size}.nt", place, limit=LIMIT)
