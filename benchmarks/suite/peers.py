"""Servers to measure: ours, and those it is held against, each over the same graph, on this machine alone."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suite.context import KG, OXIGRAPH, ROOT

PATIENCE = 600
LARGEST_FOR_FUSEKI = 1 << 30
"""Bytes of a graph that are handed to Fuseki as one request, held in memory here."""
VIRTUOSO = """
[Database]
DatabaseFile = {place}/virtuoso.db
ErrorLogFile = {place}/virtuoso.log
LockFile = {place}/virtuoso.lck
TransactionFile = {place}/virtuoso.trx
xa_persistent_file = {place}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {place}/temp.db
TransactionFile = {place}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{line}
DirsAllowed = ., {folder}
NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
MaxClientConnections = 100
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {place}
ServerThreads = 100
[SPARQL]
ResultSetMaxRows = 10000000
"""
NO_LIMITS = {
    "KG_PER_VISITOR": "128", "KG_QUEUE": "128", "KG_LOG_LEVEL": "error", "KG_QUERY_SECONDS": "60",
    "KG_PAGE_SECONDS": "60", "KG_RESULT_BYTES": "2000000000",
}  # fmt: skip
"""What keeps the limits for visitors out of what is measured."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str | Path], asked: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until it is no longer wanted; give it when it answers at an address.

    Raises:
        RuntimeError: it ended, or did not answer in time.
    """
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(process, asked)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], asked: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(asked, timeout=60).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{Path(str(process.args[0])).name} does not answer")  # type: ignore[index]


@contextmanager
def ours(folder: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve a generation; give the address of the site and the process."""
    port = free_port()
    command: list[str | Path] = [KG, "--graph", ROOT, "--var", folder, "serve", "--no-build", "--port", str(port)]
    with running(command, f"http://127.0.0.1:{port}/health/ready", **environment) as process:
        yield f"http://127.0.0.1:{port}", process


@contextmanager
def settled(folder: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve a generation, as :func:`ours`, when the index of the search is made, which keeps the web process at work."""
    with ours(folder, **environment) as (site, process):
        _await(process, f"{site}/search?q=werk")
        yield site, process


@contextmanager
def oxigraph(folder: Path, scratch: Path | None) -> Iterator[str]:
    """Serve a graph with the engine's own server, on disk in a scratch folder or, without one, in memory."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/query"
    asked = f"{address}?query=ASK%7B%7D"
    command: list[str | Path]
    if scratch:
        store = scratch / f"oxigraph-{folder.name}"
        if not store.exists():
            load = [OXIGRAPH, "load", "--location", store, "--file", folder / "graph.nq"]
            subprocess.run(load, check=True, capture_output=True, timeout=3600)
        command = [OXIGRAPH, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"]
    else:
        command = [OXIGRAPH, "serve", "--bind", f"127.0.0.1:{port}"]
    with running([*command, "--union-default-graph"], asked):
        if not scratch:
            with (folder / "graph.nq").open("rb") as graph:
                headers = {"Content-Type": "application/n-quads"}
                request = urllib.request.Request(f"http://127.0.0.1:{port}/store", graph, headers)
                urllib.request.urlopen(request, timeout=3600).close()
        yield address


@contextmanager
def fuseki(folder: Path, scratch: Path) -> Iterator[str]:
    """Serve a graph with Apache Jena Fuseki, in memory.

    Raises:
        RuntimeError: Java or Maven is missing, or the graph is too large for one request.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    import engines  # noqa: PLC0415

    if (folder / "graph.nq").stat().st_size > LARGEST_FOR_FUSEKI:
        raise RuntimeError("more than 1 GB of N-Quads, held in memory to be sent")
    jar = engines.fuseki_jar()
    if jar is None:
        raise RuntimeError("no Java or no Maven here")
    quads = (folder / "graph.nq").read_bytes()
    with engines.fuseki(jar, scratch / f"fuseki-{free_port()}", quads, "-Xmx6g") as address:
        yield address


@contextmanager
def virtuoso(folder: Path, scratch: Path) -> Iterator[str]:
    """Serve a graph with Virtuoso: a database of its own, loaded by its bulk loader.

    Raises:
        RuntimeError: it is not installed, or did not load the graph.
    """
    server, client = shutil.which("virtuoso-t"), shutil.which("isql-vt") or shutil.which("isql-v")
    if not server or not client:
        raise RuntimeError("virtuoso-t is not installed")
    place, line, port = scratch / f"virtuoso-{folder.name}", free_port(), free_port()
    place.mkdir(exist_ok=True)
    (place / "virtuoso.ini").write_text(VIRTUOSO.format(place=place, folder=folder, line=line, port=port))
    address = f"http://127.0.0.1:{port}/sparql"
    with running([server, "+foreground", "+configfile", place / "virtuoso.ini"], f"http://127.0.0.1:{port}/sparql"):
        load = f"ld_dir('{folder}', 'graph.nq', 'urn:default'); rdf_loader_run(); checkpoint;"
        call = [client, f"127.0.0.1:{line}", "dba", "dba", f"exec={load}"]
        subprocess.run(call, check=True, capture_output=True, timeout=3600)
        told = f"{address}?query={urllib.parse.quote('SELECT (COUNT(*) AS ?n) { ?s <urn:x> ?o }')}"
        urllib.request.urlopen(told, timeout=60).close()
        yield address


def ask(address: str, query: str, limit: float) -> float:
    """Return how many seconds a query took over HTTP, its whole answer read.

    Raises:
        OSError: it failed or took longer than the limit.
    """
    headers = {"Accept": "application/sparql-results+json", "Content-Type": "application/x-www-form-urlencoded"}
    # As a form, which every engine here takes: Virtuoso leaves a query that is posted as it is without an answer.
    form = urllib.parse.urlencode({"query": query}).encode()
    return fetch(urllib.request.Request(address, form, headers), limit)


def counted(address: str, query: str, limit: float) -> int:
    """Return how many rows an answer has.

    Raises:
        OSError: it failed or took longer than the limit.
    """
    form = urllib.parse.urlencode({"query": query}).encode()
    headers = {"Accept": "text/tab-separated-values", "Content-Type": "application/x-www-form-urlencoded"}
    lines = sum(chunk.count(b"\n") for chunk in _chunks(urllib.request.Request(address, form, headers), limit))
    return max(0, lines - 1)


def fetch(request: urllib.request.Request, limit: float) -> float:
    """Return how many seconds a request took, its whole answer read.

    Raises:
        OSError: it failed or took longer than the limit.
    """
    start = time.perf_counter()
    for _ in _chunks(request, limit):
        pass
    return time.perf_counter() - start


def _chunks(request: urllib.request.Request, limit: float) -> Iterator[bytes]:
    try:
        with urllib.request.urlopen(request, timeout=limit) as answer:
            while chunk := answer.read(1 << 20):
                yield chunk
    except http.client.HTTPException as error:
        raise OSError(f"the answer was cut: {error!r}") from error
