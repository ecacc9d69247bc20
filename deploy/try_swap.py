"""Try a change of generation under load: two replicas behind a real proxy, and no request may fail.

::

    python deploy/try_swap.py --proxy haproxy --requests 6000

Visitors keep asking pages, answers and SPARQL queries by their own connections. Meanwhile a fact is changed, each
replica builds and takes over its new generation in turn, and after that each replica is stopped and started again.
"""

import http.client
import itertools
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click

HERE = Path(__file__).resolve().parent
KG = [sys.executable, "-c", "from kg.cli import main; main()"]
QUERY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
PATHS = (
    "/health",
    "/questions/gaps-by-concept.csv",
    "/questions/outcomes-never-measured.json",
    "/sparql?" + urllib.parse.urlencode({"query": QUERY}),
    "/questions/target-groups-never-studied",
    "/map",
    "/questions/gap-lifecycle.csv?asOf={day}",
)


@dataclass
class Load:
    """Visitors that keep asking until they are told to stop.

    Attributes:
        port: where they ask.
        seconds: how long each answer took.
        failures: what was no answer with status 200, and how often.
        generations: which generations the health page told of, and how often.
        done: set to stop.
    """

    port: int
    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    generations: Counter[str] = field(default_factory=Counter)
    done: threading.Event = field(default_factory=threading.Event)

    def visit(self, number: int) -> None:
        """Ask one page after another, as the visitor of this number, from an address of one's own."""
        source = (f"127.0.0.{number + 2}", 0)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=source)
        for turn in itertools.count(number):
            if self.done.is_set():
                break
            # Each day is asked once, so that its answer comes from the engine and not from a cache.
            path = PATHS[turn % len(PATHS)].format(day=date.fromordinal(730_000 + (turn * 64 + number) % 2_000_000))
            begun = time.monotonic()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.failures[f"{path}: {error!r}"] += 1
                connection.close()
                continue
            self.seconds.append(time.monotonic() - begun)
            if answer.status != http.HTTPStatus.OK:
                self.failures[f"{path}: {answer.status}"] += 1
            elif path == "/health":
                self.generations[json.loads(body)["generation"]] += 1
        connection.close()


@dataclass
class Replica:
    """One replica, with a copy of the graph and a folder for what it builds.

    Attributes:
        folder: where both are.
        port: where it answers.
        process: while it runs.
    """

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        """The command line up to the sub-command."""
        return [*KG, "--graph", str(self.folder / "graph"), "--var", str(self.folder / "var")]

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = os.environ | {"KG_PROXIES": "1"}
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "serve", "--port", str(self.port)], env=environment, stdout=log, stderr=log
            )
        try:
            wait_for(self.port, self.process)
        except click.ClickException:
            click.echo((self.folder / "log.txt").read_text("utf-8"), err=True)
            raise

    def stop(self) -> None:
        """Stop it as a service manager does, and wait until it has ended."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    def change(self) -> None:
        """Change a fact and build."""
        file = next(path for path in sorted(self.folder.rglob("*.ttl")) if '"Divosa"@nl' in path.read_text("utf-8"))
        file.write_text(file.read_text("utf-8").replace('"Divosa"@nl', '"Divosa (nieuw)"@nl', 1), "utf-8")
        subprocess.run([*self.command, "build"], check=True, stdout=subprocess.DEVNULL)


@click.command()
@click.option("--proxy", type=click.Choice(["haproxy", "nginx"]), default="haproxy", show_default=True)
@click.option("--requests", type=click.IntRange(100), default=6000, show_default=True, help="At least so many.")
@click.option("--visitors", type=click.IntRange(1, 64), default=8, show_default=True)
def main(proxy: str, requests: int, visitors: int) -> None:
    """Swap the generation of two replicas under load; exit with 1 when a request failed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        replicas = [Replica(folder / name, free_port()) for name in ("one", "two")]
        for replica in replicas:
            for room in ("ontology", "shapes", "data"):
                shutil.copytree(HERE.parent / room, replica.folder / "graph" / room)
            stack.callback(replica.stop)
            replica.start()
        load = Load(free_port())
        front = PROXIES[proxy](folder, load.port, [replica.port for replica in replicas])
        stack.callback(end, front)
        wait_for(load.port, front)
        told = run(load, replicas, requests, visitors)
    seconds = sorted(load.seconds)
    click.echo(
        f"{proxy}: {len(seconds)} requests by {visitors} visitors, {load.failures.total()} failed; "
        f"median {statistics.median(seconds) * 1000:.0f} ms, p99 {seconds[int(len(seconds) * 0.99)] * 1000:.0f} ms, "
        f"longest {seconds[-1] * 1000:.0f} ms; {told}"
    )
    for failure, count in load.failures.most_common(10):
        click.echo(f"  {count} times {failure}")
    if load.failures or len(load.generations) != 2:  # noqa: PLR2004 - the old one and the new one
        sys.exit(1)


def run(load: Load, replicas: list[Replica], requests: int, visitors: int) -> str:
    """Let visitors ask while each replica is swapped and restarted; say what they saw."""
    threads = [threading.Thread(target=load.visit, args=(number,)) for number in range(visitors)]
    for thread in threads:
        thread.start()
    try:
        reach(load, requests // 6)
        for replica in replicas:
            replica.change()
            time.sleep(3)
        reach(load, requests // 2)
        for replica in replicas:
            replica.stop()
            replica.start()
            # The proxy must have seen that it is back before the other one goes.
            time.sleep(3)
        reach(load, requests)
    finally:
        load.done.set()
        for thread in threads:
            thread.join()
    return "generations seen: " + ", ".join(f"{name} {count} times" for name, count in load.generations.items())


def reach(load: Load, requests: int) -> None:
    """Wait until so many requests were answered."""
    limit = time.monotonic() + 900
    while len(load.seconds) < requests and time.monotonic() < limit:
        time.sleep(0.1)


def haproxy(folder: Path, port: int, replicas: list[int]) -> "subprocess.Popen[bytes]":
    """Start haproxy with the recipe beside this file."""
    names = zip(("WERKKENNIS_BIND", "WERKKENNIS_ONE", "WERKKENNIS_TWO"), (port, *replicas), strict=True)
    environment = os.environ | {name: f"127.0.0.1:{number}" for name, number in names}
    command = [found("haproxy"), "-db", "-q", "-f", str(HERE / "haproxy.cfg")]
    return subprocess.Popen(command, cwd=folder, env=environment)


def nginx(folder: Path, port: int, replicas: list[int]) -> "subprocess.Popen[bytes]":
    """Start nginx with the recipe beside this file, inside the few lines that its package has around it."""
    text = (HERE / "nginx.conf").read_text("utf-8")
    for name, number in zip((8000, 8001, 8002), (port, *replicas), strict=True):
        text = re.sub(rf"127\.0\.0\.1:{name}\b", f"127.0.0.1:{number}", text)
    around = f"daemon off; pid {folder}/nginx.pid; error_log stderr error; events {{}} http {{ access_log off; "
    (folder / "nginx.conf").write_text(f"{around}\n{text}\n}}\n", "utf-8")
    return subprocess.Popen([found("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")])


PROXIES = {"haproxy": haproxy, "nginx": nginx}


def found(program: str) -> str:
    """Return where a program is; Debian keeps servers in /usr/sbin."""
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        raise click.UsageError(f"{program} is not installed")
    return path


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the site answers at a port.

    Raises:
        click.ClickException: it does not, or its process has ended.
    """
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        if process.poll() is not None:
            raise click.ClickException(f"{process.args!r} has ended")
        time.sleep(0.1)
    raise click.ClickException(f"nothing answers on port {port}")


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and wait for it."""
    process.terminate()
    process.wait(timeout=70)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
