"""SPARQL over HTTP: ours against the engine's own server, on disk and in memory, and Fuseki, side by side in one run.

    python benchmarks/synthetic.py 100000 FOLDER
    python benchmarks/endpoint.py FOLDER [--rounds 3] [--seconds 3]

Needs ``wrk`` (Debian) and the ``oxigraph`` server (PyPI). Every server runs from start to end; each round measures every
query on every server in turn (A B C A B C). Prints requests a second as median, and the ratio to the engine's server on
disk. Ours runs twice: without its cache of whole answers, and with it. A row marked ``new`` opens a connection for each
request, as most programs do; the others keep theirs. Fuseki is there where Java and Maven are, with the graph in memory.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg import questions

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
QUERIES = {path.stem: path.read_text("utf-8") for path in sorted((HERE / "queries").glob("*.rq"))}
QUERIES["gap-map"] = questions.find("gap-map").bind({"asOf": "2026-11-21", "lang": "en"})
CELLS = (
    ("tiny", 1, "new"), ("tiny", 8, "new"), ("tiny", 1, ""), ("tiny", 8, ""),
    ("rows-100", 1, ""), ("rows-100", 8, ""), ("rows-10k", 1, ""), ("rows-10k", 8, ""),
    ("counts", 1, ""), ("gap-map", 1, ""), ("rows-1m", 1, ""),
)  # fmt: skip
SLOW = {"counts": 2, "gap-map": 1, "rows-1m": 1}
"""How many requests to send at least, one after the other: too few fit into a few seconds for a rate."""
LONGEST_ADDRESS = 8000
MOST_SECONDS = 60


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(name: str, folder: Path, scratch: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server over the folder's graph; give its process and the address of its endpoint."""
    port = free_port()
    if name.startswith("ours"):
        environment = os.environ | ({} if "cache" in name else {"KG_CACHE_BYTES": "0"})
        environment |= {"KG_PER_VISITOR": "64", "KG_LOG_LEVEL": "error", "KG_QUERY_SECONDS": f"{MOST_SECONDS}"}
        command = [BIN / "kg", "--var", folder, "serve", "--no-build", "--port", str(port)]
        address = f"http://127.0.0.1:{port}/sparql"
    elif name == "oxigraph disk":
        environment, store = dict(os.environ), scratch / "disk"
        load = [BIN / "oxigraph", "load", "--location", store, "--file", folder / "graph.nq"]
        subprocess.run(load, check=True, capture_output=True)
        command = [BIN / "oxigraph", "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"]
        command.append("--union-default-graph")
        address = f"http://127.0.0.1:{port}/query"
    else:
        environment = dict(os.environ)
        command = [BIN / "oxigraph", "serve", "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
        address = f"http://127.0.0.1:{port}/query"
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if name == "oxigraph memory":
        await_answer(address)
        with (folder / "graph.nq").open("rb") as graph:
            headers = {"Content-Type": "application/n-quads"}
            request = urllib.request.Request(address.replace("/query", "/store"), graph, headers)
            urllib.request.urlopen(request, timeout=300).close()
    await_answer(address)
    return process, address


def await_answer(address: str) -> None:
    """Wait until an endpoint answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=60).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"{address} does not answer")


def rate(address: str, cell: tuple[str, int, str], seconds: int, scratch: Path) -> float:
    """Return answered requests a second (0 when any failed)."""
    name, clients, connection = cell
    query = QUERIES[name]
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}", "--timeout", "60"]
    command += ["-H", "Accept: application/sparql-results+json"]
    command += ["-H", "Connection: close"] if connection == "new" else []
    url = f"{address}?{urllib.parse.urlencode({'query': query})}"
    if len(url) > LONGEST_ADDRESS:
        script = scratch / "post.lua"
        kind = 'wrk.headers["Content-Type"] = "application/sparql-query"'
        script.write_text(f'wrk.method = "POST"\n{kind}\nwrk.body = [==[{query}]==]\n')
        command += ["-s", str(script)]
        url = address
    command.append(url)
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Told to close, a server ends the line after each answer, which wrk counts as an error in reading.
    if "Non-2xx" in told or ("Socket errors" in told and connection != "new"):
        print(told[-300:], file=sys.stderr)
        return 0.0
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    return float(found[1]) if found else 0.0


def slow_rate(address: str, query: str, times: int) -> float:
    """Return answered requests a second of a query that takes long, sent so many times (0 when any failed)."""
    headers = {"Accept": "application/sparql-results+json", "Content-Type": "application/sparql-query"}
    begun = time.monotonic()
    for _ in range(times):
        request = urllib.request.Request(address, query.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=MOST_SECONDS) as answer:
                while answer.read(1 << 20):
                    pass
        except OSError as error:
            print(f"{address}: {error}", file=sys.stderr)
            return 0.0
    return times / (time.monotonic() - begun)


@contextmanager
def fuseki(folder: Path, scratch: Path) -> Iterator[str | None]:
    """Serve the folder's graph with Fuseki; give the address, or None where Java or Maven is missing."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    import engines  # noqa: PLC0415

    jar = engines.fuseki_jar()
    if jar is None:
        yield None
        return
    with engines.fuseki(jar, scratch / "fuseki", (folder / "graph.nq").read_bytes(), "-Xmx6g") as address:
        yield address


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    given = parser.parse_args()
    scratch = Path(tempfile.mkdtemp())
    names = ("oxigraph disk", "oxigraph memory", "ours", "ours, cached")
    servers = {name: start(name, given.folder, scratch) for name in names}
    addresses = {name: address for name, (_, address) in servers.items()}
    found: dict[tuple[str, str, int, str], list[float]] = {}
    try:
        with fuseki(given.folder, scratch) as other:
            addresses |= {"fuseki": other} if other else {}
            for _ in range(given.rounds):
                for cell in CELLS:
                    for name, address in addresses.items():
                        value = (
                            slow_rate(address, QUERIES[cell[0]], SLOW[cell[0]])
                            if cell[0] in SLOW
                            else rate(address, cell, given.seconds, scratch)
                        )
                        found.setdefault((name, *cell), []).append(value)
    finally:
        for process, _ in servers.values():
            process.terminate()
            process.wait()
        shutil.rmtree(scratch)
    print("| query, clients | " + " | ".join(addresses) + " |\n|---|" + "---|" * len(addresses))
    for cell in CELLS:
        medians = [statistics.median(found[name, *cell]) for name in addresses]
        shown = [f"{value:,.2f} ({value / medians[0]:.2f})" if medians[0] else f"{value:,.2f}" for value in medians]
        print(f"| {cell[0]}, {cell[1]} {cell[2]} | " + " | ".join(shown) + " |")


if __name__ == "__main__":
    main()
