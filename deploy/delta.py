"""Two Fusekis of RDF Delta behind haproxy, by the recipes beside this file, for the script that tries them.

The jars are those of RDF Delta 1.1.2 (Apache licence 2.0; Java 11 or later).
"""

import os
import shutil
import subprocess
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import click
import pyoxigraph as ox
from cluster import end, found, free_port, wait_for

HERE = Path(__file__).resolve().parent
ARTIFACT = "org.seaborne.rdf-delta:{0}:1.1.2"
JAVA = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-jar"]


def jar(name: str) -> Path:
    """Fetch a jar of RDF Delta by Maven, once.

    Raises:
        click.UsageError: it cannot be had.
    """
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "werkkennis"
    kept = folder / f"{name}-1.1.2.jar"
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
    command = ["mvn", "-q", "-B", copy, f"-Dartifact={ARTIFACT.format(name)}", f"-DoutputDirectory={folder}"]
    if not kept.exists():
        try:
            subprocess.run(command, cwd="/", check=True, capture_output=True, timeout=300)
        except (subprocess.SubprocessError, OSError) as error:
            raise click.UsageError(f"Maven does not have {ARTIFACT.format(name)}; name the jars") from error
    return kept


class Engines:
    """A patch log and two Fusekis behind haproxy.

    Args:
        folder: for what they keep.
        server: the jar of the patch log server.
        fuseki: the jar of Fuseki with RDF Delta.
        stack: ends what is started.
    """

    def __init__(self, folder: Path, server: Path, fuseki: Path, stack: ExitStack) -> None:
        self._folder, self._fuseki, self._stack = folder, fuseki, stack
        self.ports = {name: free_port() for name in ("log", "one", "two", "proxy")}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "log" / "patches").mkdir(parents=True)
        self._start("log", [*JAVA, str(server), "--store", "patches", "--port", str(self.ports["log"])], "/$/ping")
        for name in ("one", "two"):
            self.start(name)

    def start(self, name: str) -> None:
        """Start a Fuseki with nothing of its own; it fetches all from the log."""
        folder = self._folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        text = (HERE / "delta.ttl").read_text("utf-8").replace("127.0.0.1:1066", f"127.0.0.1:{self.ports['log']}")
        (folder / "delta.ttl").write_text(text, "utf-8")
        port = f"--port={self.ports[name]}"
        self._start(name, [*JAVA, str(self._fuseki), "--localhost", "--ping", port, "--config=delta.ttl"], "/$/ping")

    def load(self, name: str, quads: bytes) -> None:
        """Put a whole graph into one, and so into the log; the other fetches it when it is asked."""
        headers = {"Content-Type": "application/n-quads"}
        request = urllib.request.Request(f"{self.address(name)}/data", quads, headers, method="PUT")  # noqa: S310
        urllib.request.urlopen(request, timeout=300).close()  # noqa: S310

    def follows(self, name: str) -> None:
        """Wait until one that was started holds as much as the others."""
        for _ in range(600):
            if self.quads(name):
                return
            time.sleep(0.1)

    def put_before(self) -> str:
        """Start haproxy before both, and return the address."""
        addresses = zip(("WERKKENNIS_BIND", "WERKKENNIS_ONE", "WERKKENNIS_TWO"), ("proxy", "one", "two"), strict=True)
        more = {name: f"127.0.0.1:{self.ports[which]}" for name, which in addresses}
        command = [found("haproxy"), "-db", "-q", "-f", str(HERE / "engines.cfg")]
        self._start("proxy", command, "/kg/query?query=ASK%7B%7D", os.environ | more)
        return f"http://127.0.0.1:{self.ports['proxy']}/kg"

    def kill(self, name: str) -> None:
        """Kill one without warning."""
        self.processes[name].kill()
        self.processes[name].wait(timeout=20)

    def quads(self, name: str) -> set[str]:
        """Return all that one holds, with nodes without a name called alike (RDFC-1.0)."""
        request = urllib.request.Request(f"{self.address(name)}/data", headers={"Accept": "application/n-quads"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            held = ox.Dataset(ox.parse(answer.read(), format=ox.RdfFormat.N_QUADS))
        held.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return {str(quad) for quad in held}

    def address(self, name: str) -> str:
        """Return where one answers."""
        return f"http://127.0.0.1:{self.ports[name]}/kg"

    def _start(self, name: str, command: list[str], ready: str, environment: dict[str, str] | None = None) -> None:
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        with (self._folder / f"{name}.txt").open("ab") as log:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        self.processes[name] = process
        self._stack.callback(end, process)
        wait_for(self.ports[name], process, ready)
