"""Replicas of one generation behind a real proxy, for the scripts that try them: started, changed, killed and stopped.

A replica runs in a process group of its own, so that all its processes can be killed, or made to stand still, at once.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

HERE = Path(__file__).resolve().parent
KG = [sys.executable, "-c", "from kg.cli import main; main()"]
NAMES = ("one", "two", "three", "four")
ANY = "generation"
"""What is wanted while any generation will do."""


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

    @classmethod
    def of(cls, graph: Path, folder: Path) -> "Replica":
        """Make a replica of a graph folder; it is not started yet."""
        for room in ("ontology", "shapes", "data"):
            shutil.copytree(graph / room, folder / "graph" / room)
        return cls(folder, free_port())

    @property
    def command(self) -> list[str]:
        """The command line up to the sub-command."""
        return [*KG, "--graph", str(self.folder / "graph"), "--var", str(self.folder / "var")]

    @property
    def generation(self) -> str:
        """The generation that it answers from, as it says itself."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", "/health")
            return str(json.loads(connection.getresponse().read())["generation"])

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = os.environ | {"KG_PROXIES": "1"}
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "serve", "--port", str(self.port)],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_for(self.port, self.process)
        except click.ClickException:
            click.echo((self.folder / "log.txt").read_text("utf-8"), err=True)
            raise

    def stop(self) -> None:
        """Stop it as a service manager does, and wait until it has ended."""
        if self.process is not None:
            self.signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
            self.process = None

    def kill(self) -> None:
        """Kill all its processes at once, as when its machine goes down."""
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=20)
        self.process = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all its processes, if it runs."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def change(self, number: int) -> str:
        """Change a fact and build, and return the name of the new generation once it answers from it.

        Args:
            number: which change this is; replicas that made the same ones have equal graphs.

        Raises:
            click.ClickException: it does not take the new generation over within a minute.
        """
        file = min((self.folder / "graph" / "data").rglob("*.ttl"))
        text = re.sub(r"\n# Change \d+\n\Z", "\n", file.read_text("utf-8"))
        name, lasting = f"# Change {number}", "" if text.endswith("\n") else "\n"
        file.write_text(f"{text}{lasting}{name}\n", "utf-8")
        old = self.generation
        subprocess.run([*self.command, "build"], check=True, stdout=subprocess.DEVNULL)
        for _ in range(600):
            if (new := self.generation) != old:
                return new
            time.sleep(0.1)
        raise click.ClickException(f"the replica on port {self.port} stays with {old}")


class Proxy:
    """A running haproxy with the recipe beside this file.

    Args:
        folder: for its socket and for the file that says which generation is wanted.
        port: where it listens.
        replicas: the ports of the replicas.
    """

    def __init__(self, folder: Path, port: int, replicas: list[int]) -> None:
        self._socket = folder / "haproxy.sock"
        self._map = folder / "generation.map"
        shutil.copy(HERE / "generation.map", self._map)
        names = {f"WERKKENNIS_{name.upper()}": number for name, number in zip(NAMES, replicas, strict=False)}
        addresses = {name: f"127.0.0.1:{number}" for name, number in {"WERKKENNIS_BIND": port, **names}.items()}
        files = {"WERKKENNIS_SOCKET": str(self._socket), "WERKKENNIS_MAP": str(self._map)}
        self.process = subprocess.Popen(
            [found("haproxy"), "-db", "-q", "-f", str(HERE / "haproxy.cfg")], env=os.environ | addresses | files
        )

    def want(self, generation: str) -> None:
        """Say which generation replicas must have; ``ANY`` for any."""
        self._map.write_text(f"generation {generation}\n", "utf-8")
        self._say(f"set map {self._map} generation {generation}")

    def states(self) -> dict[str, str]:
        """Return the state of each replica: UP, DOWN, DRAIN, or NOLB when its generation is not the one wanted."""
        return {name: status.split()[0] for name, status in self._column("status").items()}

    def leave(self, name: str) -> None:
        """Send a replica no new requests, and wait until it has answered those that it has.

        One that is stopped without this is asked until the checks find it gone, and what it still does then is cut.

        Raises:
            click.ClickException: it is still answering after a minute.
        """
        self._say(f"set server replicas/{name} state drain")
        for _ in range(600):
            if self._column("scur")[name] == "0":
                return
            time.sleep(0.1)
        raise click.ClickException(f"replica {name} is still answering a minute after it got its last request")

    def back(self, name: str) -> None:
        """Send a replica requests again once the checks find it well, and wait for that."""
        self._say(f"set server replicas/{name} state ready")
        self.wait(name, "UP")

    def wait(self, name: str, state: str, seconds: float = 60) -> float:
        """Wait until a replica has a state; return how many seconds that took.

        Raises:
            click.ClickException: it has not within the time.
        """
        begun = time.monotonic()
        while (took := time.monotonic() - begun) < seconds:
            if self.states().get(name) == state:
                return took
            time.sleep(0.05)
        raise click.ClickException(f"replica {name} is not {state} after {seconds} s: {self.states()}")

    def _column(self, name: str) -> dict[str, str]:
        """Return one figure of each replica."""
        rows = [line.split(",") for line in self._say("show stat -1 4 -1").splitlines() if line]
        place = rows[0].index(name)
        return {row[1]: row[place] for row in rows[1:] if row[1] in NAMES}

    def _say(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self._socket))
            line.sendall(f"{command}\n".encode())
            parts = iter(lambda: line.recv(65_536), b"")
            return b"".join(parts).decode()


def found(program: str) -> str:
    """Return where a program is; Debian keeps servers in /usr/sbin."""
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        raise click.UsageError(f"{program} is not installed")
    return path


def wait_for(port: int, process: "subprocess.Popen[bytes]", path: str = "/health") -> None:
    """Wait until a server answers at a port.

    Raises:
        click.ClickException: it does not, or its process has ended.
    """
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
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


def tidy_when_told() -> None:
    """Let a script that is told to stop (SIGTERM) end as if it were done, so that it stops what it started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
