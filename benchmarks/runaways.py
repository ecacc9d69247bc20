"""Runaway queries against the real server, while a normal visitor goes on.

    python benchmarks/runaways.py [--each 20] [--seconds 2]

Starts ``kg serve`` with small limits and sends it every kind of runaway, at most eight at once, from eight addresses;
first each kind once, so that what is measured is what remains and not what is used for the first time.
Checks that each ended within its limit and half a second with an honest status, that memory and spool are as before,
and that a visitor with a small query each 50 ms waits, at the 99th percentile, at most three times as long as before.
A visitor's time counts from when the query was due, so that a query which holds up the next does not hide it.
Exits with 1 when a check fails.
"""

import argparse
import http.client
import itertools
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
KG = [sys.executable, "-c", "from kg.cli import main; main()", "--graph", str(ROOT)]
HONEST = {200, 400, 413, 422, 429, 503, 504, 507}
AT_ONCE = 8
SPARE = 0.5
FREED = 1.0
CLIENT_SECONDS = 2
RESULT_BYTES = 20_000_000
EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one runaway ended, as its client saw it.

    Attributes:
        kind: of runaway.
        name: of the request, in the server's log.
        status: of the answer; 0 when the client did not wait for it.
        seconds: from the question to the end of the answer.
        whole: whether the answer had as many bytes as it said.
    """

    kind: str
    name: str
    status: int
    seconds: float
    whole: bool


def kinds() -> dict[str, str]:
    """Return the query of each kind of runaway."""
    found = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "benchmarks" / "runaways").glob("*.rq"))}
    values = " ".join(f'"{number:x}"' for number in range(250_000))
    doublings = " ".join(f"BIND(CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(40))
    optional = "{ ?s ?p ?o OPTIONAL " * 2000
    return found | {
        "deep-nesting": "SELECT * " + "{" * 50_000 + "?s ?p ?o" + "}" * 50_000,
        "nested-optional": f"SELECT * {optional}{{ ?s ?p ?o }}{'}' * 2000}",
        "huge-values": f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {values} }} ?a ?b ?c FILTER(CONTAINS(STR(?c), ?x)) }}"
        " # service now",
        "string-doubling": f'SELECT (STRLEN(?s40) AS ?n) {{ BIND("aaaaaaaaaaaaaaaa" AS ?s0) {doublings} }}',
        "slow-reader": found.pop("large-answer"),
        "hang-up": found["cross-join-count"],
    }


@contextmanager
def serving(var: Path, *before: str, **environment: str) -> Iterator[tuple[str, int, psutil.Process]]:
    """Serve the repository's own graph, with a command before ours that runs it, if any.

    Gives host, port and process. The log goes to ``log.jsonl`` beside ``var``.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (var.parent / "log.jsonl").open("w") as log:
        command = [*before, *KG, "--var", str(var), "serve", "--port", str(port)]
        server = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=os.environ | environment)
    try:
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5):
                break
            time.sleep(0.1)
        yield "127.0.0.1", port, server
    finally:
        server.terminate()
        server.wait(timeout=60)


def limits(seconds: float) -> dict[str, str]:
    """Return small limits, as settings."""
    return {
        "KG_QUERY_SECONDS": f"{seconds:g}",
        "KG_QUERY_MEMORY": str(256 << 20),
        "KG_RESULT_BYTES": str(RESULT_BYTES),
        "KG_CLIENT_SECONDS": str(CLIENT_SECONDS),
    }


def attack(kind: str, query: str, port: int, address: str) -> Outcome:
    """Send a runaway from an address and see how it ends."""
    name = f"{kind}-{random.randrange(10**9)}"  # noqa: S311 - a name, no secret
    headers = {"Content-Type": "application/sparql-query", "X-Request-ID": name}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(address, 0))
    begun = time.monotonic()
    try:
        if kind == "slow-reader":
            line.sock = _narrow(port, address)
        line.request("POST", "/sparql", query.encode(), headers)
        if kind == "hang-up":
            time.sleep(0.3)
            return Outcome(kind, name, 0, time.monotonic() - begun, whole=False)
        answer = line.getresponse()
        if kind == "slow-reader":
            return _read_slowly(answer, kind, name, begun)
        answer.read()
        return Outcome(kind, name, answer.status, time.monotonic() - begun, whole=True)
    except (OSError, http.client.HTTPException) as error:
        print(f"{kind}: {error!r}", file=sys.stderr)
        return Outcome(kind, name, -1, time.monotonic() - begun, whole=False)
    finally:
        line.close()


def _narrow(port: int, address: str) -> socket.socket:
    """Connect with a small buffer, as a slow line has."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.bind((address, 0))
    client.connect(("127.0.0.1", port))
    return client


def _read_slowly(answer: http.client.HTTPResponse, kind: str, name: str, begun: float) -> Outcome:
    """Read a byte a second until the server must have lost its patience, then all that is still there."""
    for _ in range(CLIENT_SECONDS + 2):
        time.sleep(1)
        answer.read(1)
    try:
        answer.read()
    except (OSError, http.client.IncompleteRead):
        return Outcome(kind, name, answer.status, time.monotonic() - begun, whole=False)
    return Outcome(kind, name, answer.status, time.monotonic() - begun, whole=True)


def fault(outcome: Outcome, seconds: float, log: dict[str, dict[str, object]]) -> str | None:
    """Return what is wrong with the way in which a runaway ended; None when nothing is."""
    told = log.get(outcome.name)
    if told is None:
        return "the log does not tell of it"
    took = float(str(told["ms"])) / 1000
    if outcome.kind == "hang-up":
        freed = took <= 0.3 + FREED
        return None if told["outcome"] == "gone" and freed else f"{told['outcome']} after {took:.1f} s"
    if outcome.kind == "slow-reader" and outcome.status == http.client.OK:
        in_time = took <= seconds + CLIENT_SECONDS + SPARE
        cut = told["outcome"] == "cut" and not outcome.whole
        return None if cut and in_time else f"{told['outcome']} after {took:.1f} s, whole: {outcome.whole}"
    if outcome.status not in HONEST:
        return f"status {outcome.status}"
    return None if outcome.seconds <= seconds + SPARE else f"took {outcome.seconds:.2f} s"


def read_log(path: Path) -> dict[str, dict[str, object]]:
    """Return the lines about requests, by the name of the request."""
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.startswith("{"))
    return {line["request_id"]: line for line in lines if line["event"] == "request"}


def memory(server: psutil.Process) -> int:
    """Return the bytes that all processes of a server hold, what they share counted once."""
    total = 0
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total


def settled(server: psutil.Process, most: float) -> int:
    """Wait until a server's memory is small again; return it."""
    for _ in range(50):
        if (now := memory(server)) <= most:
            return now
        time.sleep(0.2)
    return now


def visit(port: int, address: str, seconds: float) -> list[float]:
    """Ask a small query each 50 ms; return the seconds from when each was due to when it was answered."""
    text = (ROOT / "benchmarks" / "queries" / "tiny.rq").read_text("utf-8")
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(address, 0))
    headers = {"Content-Type": "application/sparql-query"}
    took: list[float] = []
    begun = time.monotonic()
    for number in itertools.count():
        due = begun + number * EVERY
        if due > begun + seconds or _told_to_stop():
            return took
        time.sleep(max(0.0, due - time.monotonic()))
        line.request("POST", "/sparql", f"{text}\n# {number}", headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"a normal visitor was answered with {answer.status}")
        took.append(time.monotonic() - due)
    return took


def _told_to_stop() -> bool:
    """Tell whether standard input has ended."""
    import select  # noqa: PLC0415

    return bool(select.select([sys.stdin], [], [], 0)[0])


class Visiting:
    """A normal visitor, in a process of its own.

    Args:
        port: of the server.
        seconds: to go on at most.
    """

    def __init__(self, port: int, seconds: float) -> None:
        command = [sys.executable, __file__, "--visit", str(port), "--seconds", str(seconds)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self, *, now: bool = False) -> list[float]:
        """Return what was measured, when it is over, or right now."""
        if not now:
            self._process.wait()
        found, _ = self._process.communicate()
        return list(json.loads(found))


def percentile(values: list[float], part: int) -> float:
    """Return the value below which so many of a hundred lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1]


def rounds(each: int, seconds: float, say: Callable[[str], None]) -> list[str]:
    """Run all kinds so many times; say what was measured; return what is wrong."""
    wrong: list[str] = []
    queries = kinds()
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        with serving(var, **limits(seconds)) as (_, port, server):
            for kind, query in queries.items():
                attack(kind, query, port, "127.0.0.100")
            time.sleep(2)
            before = Visiting(port, 20).end()
            start = memory(server)
            order = list(queries) * each
            random.shuffle(order)
            addresses: list[str] = [f"127.0.0.{number}" for number in range(10, 10 + AT_ONCE)]
            normal = Visiting(port, 3600)
            begun = time.monotonic()
            # Those who attack sit elsewhere in the world: their own work should not hold up the visitor's.
            os.nice(10)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                jobs = [
                    pool.submit(attack, kind, queries[kind], port, addresses[number % AT_ONCE])
                    for number, kind in enumerate(order)
                ]
                outcomes = [job.result() for job in jobs]
            took = time.monotonic() - begun
            during = normal.end(now=True)
            end = settled(server, start * 1.1)
            left = [
                path.name for path in (var / "spool").rglob("*") if path.is_file() and "last-words" not in path.parts
            ]
        log = read_log(Path(folder) / "log.jsonl")
    say("| kind | runs | answers | longest s |\n|---|---|---|---|")
    for kind in queries:
        own = [outcome for outcome in outcomes if outcome.kind == kind]
        statuses = Counter(str(log.get(outcome.name, {}).get("outcome", outcome.status)) for outcome in own)
        longest = max(outcome.seconds for outcome in own)
        if kind in {"slow-reader", "hang-up"}:
            longest = max(float(str(log[outcome.name]["ms"])) / 1000 for outcome in own if outcome.name in log)
        say(f"| {kind} | {len(own)} | {', '.join(f'{word} ({n})' for word, n in statuses.items())} | {longest:.2f} |")
        wrong += [f"{kind}: {said}" for outcome in own if (said := fault(outcome, seconds, log))]
    old, new = percentile(before, 99) * 1000, percentile(during, 99) * 1000
    say(
        f"\n{len(outcomes)} runaways in {took:.0f} s; limit {seconds:g} s; {len(wrong)} ended otherwise than they should."
    )
    say(f"Memory of all processes: {start / 1e6:.0f} MB before, {end / 1e6:.0f} MB after; files left: {len(left)}.")
    for name, values in (("before", before), ("during", during)):
        p50, p99 = percentile(values, 50) * 1000, percentile(values, 99) * 1000
        say(
            f"Normal visitor {name}: {len(values)} queries, median {p50:.1f} ms, p99 {p99:.1f} ms, longest {max(values) * 1000:.0f} ms."
        )
    say(f"p99 ratio: {new / old:.2f}.")
    if end > start * 1.1:
        wrong.append("memory is not back")
    if left:
        wrong.append(f"{len(left)} files left in the spool")
    if new > 3 * old:
        wrong.append("a normal visitor waited too long")
    return wrong


def main() -> None:
    """Run, or be the normal visitor."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--visit", type=int, metavar="PORT", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.visit:
        print(json.dumps(visit(told.visit, "127.0.0.200", told.seconds)))
        return
    wrong = rounds(told.each, told.seconds, print)
    for sentence in wrong:
        print(f"- {sentence}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
