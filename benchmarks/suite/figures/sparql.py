"""SPARQL over HTTP, from one client to sixty-four, ours beside the engine's own server and others.

Needs ``wrk`` (Debian). Ours runs three times: without its cache of whole answers, with it, and from disk without it. A
case marked ``new`` opens a connection for each request, as most programs do; the others keep theirs.
"""

import math
import os
import re
import subprocess
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg import questions
from suite.context import ROOT, Context
from suite.measuring import Row, in_turn, said
from suite.peers import ask, counted
from suite.servers import SERVERS, Servers

QUERIES = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "benchmarks" / "queries").glob("*.rq"))}
QUERIES["gap-map"] = questions.find("gap-map").bind({"asOf": "2026-11-21", "lang": "en"})
CASES = (
    ("tiny", 1, "new"), ("tiny", 8, "new"), ("tiny", 1, ""), ("tiny", 8, ""), ("tiny", 64, ""),
    ("rows-100", 1, ""), ("rows-100", 8, ""), ("rows-100", 64, ""),
    ("rows-10k", 1, ""), ("rows-10k", 8, ""), ("rows-10k", 64, ""),
    ("counts", 1, ""), ("gap-map", 1, ""), ("rows-1m", 1, ""),
)  # fmt: skip
SLOW = {"counts": 2, "gap-map": 1, "rows-1m": 1}
"""How many requests to send, one after the other: too few fit into a few seconds for a rate."""
LONGEST_ADDRESS = 8000


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure every case on every server, in turn."""
    with Servers(context.generation(size), context.scratch, SERVERS, context.servers) as servers:
        others: dict[str, dict[str, str]] = {}
        took: dict[str, float] = {}
        for query, clients, connection in CASES:
            case = f"{query}, {clients} client{'s' if clients > 1 else ''}{', new' if connection else ''}"
            if context.case not in case:
                continue
            if query not in others:
                others[query], took[query] = otherwise(servers.addresses, QUERIES[query], context.limit)
                servers.again(others[query])
            load = Load(query, clients, connection, lasting(context, clients, took[query]))
            contenders = {
                name: lambda address=address, load=load: rate(context, address, load)
                for name, address in servers.addresses.items()
                if name not in others[query]
            }
            missing = servers.missing | others[query]
            row = Row("sparql", case, size, "requests/s", more_is_better=True, missing=missing)
            yield in_turn(row, contenders, context.rounds)
            servers.again(row.missing.keys() - missing.keys())


def otherwise(addresses: Mapping[str, str], query: str, limit: float) -> tuple[dict[str, str], float]:
    """Return who does not give the answer that ours gives, and why: an answer that is wrong may be as fast as it likes.

    And how many seconds the slowest of the others took.
    """
    rows: dict[str, int] = {}
    reasons: dict[str, str] = {}
    slowest = 0.0
    for name, address in addresses.items():
        begun = time.perf_counter()
        try:
            rows[name] = counted(address, query, limit)
        except OSError as error:
            reasons[name] = said(error)
        else:
            slowest = max(slowest, time.perf_counter() - begun)
    if (expected := rows.get("ours")) is None:
        return reasons, slowest
    if not expected:
        return dict.fromkeys(addresses, "the answer has no rows, which tells nothing"), slowest
    others = {name: f"gave {found} rows, ours {expected}" for name, found in rows.items() if found != expected}
    return reasons | others, slowest


def lasting(context: Context, clients: int, took: float) -> int:
    """Return how many seconds a rate is measured: so long that each client is answered twice, within the limit."""
    turns = max(1, clients / (os.cpu_count() or 1))
    return max(context.seconds, min(math.ceil(2 * took * turns), int(context.limit / 2)))


@dataclass(frozen=True, slots=True)
class Load:
    """What a server is asked.

    Attributes:
        query: its name.
        clients: how many ask at once.
        connection: ``new`` for one for each request.
        seconds: for how long.
    """

    query: str
    clients: int
    connection: str
    seconds: int


def rate(context: Context, address: str, load: Load) -> float:
    """Return answered requests a second.

    Raises:
        RuntimeError: a request failed.
    """
    text, clients = QUERIES[load.query], load.clients
    if load.query in SLOW:
        return SLOW[load.query] / sum(ask(address, text, 60) for _ in range(SLOW[load.query]))
    command = ["wrk", f"-t{min(clients, 2)}", f"-c{clients}", f"-d{load.seconds}", "--timeout", "60"]
    command += ["-H", "Accept: application/sparql-results+json"]
    command += ["-H", "Connection: close"] if load.connection == "new" else []
    url = f"{address}?{urllib.parse.urlencode({'query': text})}"
    if len(url) > LONGEST_ADDRESS:
        command += ["-s", str(_posted(context.scratch, text))]
        url = address
    told = subprocess.run([*command, url], check=True, capture_output=True, text=True, timeout=context.limit).stdout
    # Told to close, a server ends the line after each answer, which wrk counts as an error in reading.
    failed = re.search(r"(Non-2xx.*|Socket errors: .*)", told)
    if failed and not (load.connection == "new" and failed[1].startswith("Socket")):
        raise RuntimeError(failed[1].strip())
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if not found or not float(found[1]):
        raise RuntimeError(f"no answer within {load.seconds} s")
    return float(found[1])


def _posted(scratch: Path, query: str) -> Path:
    script = scratch / "post.lua"
    kind = 'wrk.headers["Content-Type"] = "application/sparql-query"'
    script.write_text(f'wrk.method = "POST"\n{kind}\nwrk.body = [==[{query}]==]\n')
    return script
