"""Try writes to two engines that keep each other's writes (RDF Delta), one of which is killed in the middle.

::

    python deploy/try_delta.py [--writes 40] [--kills 1] [--server JAR] [--fuseki JAR]

A patch log, two Fusekis that follow it, haproxy before these, and a site over that one address, all by the recipes beside
this file. One writer hands in graphs by the write gate, one after the other; an answer that is not a yes is followed by
a look whether it was written, and if not by another try. The Fuseki that has the work is killed without warning and
started again. Nothing that was acknowledged may be missing from either engine at the end, and both must be equal.

The jars are those of RDF Delta 1.1.2 (Apache licence 2.0; Java 11 or later). When none are named, Maven is asked.
"""

import gzip
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path

import click
from cluster import KG, end, free_port, tidy_when_told, wait_for
from delta import Engines, jar

HERE = Path(__file__).resolve().parent
GRAPH = "https://w3id.org/werkkennis/id/graph/data.notes."
THING = """@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
<https://w3id.org/werkkennis/id/organisation/tried-{0}> a org:Organization ;
    rdfs:label "Proef {0}"@nl , "Trial {0}"@en ;
    wk:organisationKind <https://w3id.org/werkkennis/id/organisation-kind/other> .
"""


class Writer:
    """Hands graphs in at the write gate, and keeps what it was told.

    Args:
        address: of the site.
        token: lets it write.
    """

    def __init__(self, address: str, token: str) -> None:
        self._address, self._token = address, token
        self.acknowledged: list[int] = []
        self.seconds: list[float] = []
        self.again = 0
        self.refused = ""
        self.done = threading.Event()

    def write(self, writes: int) -> None:
        """Write so many graphs, each until it is acknowledged."""
        for number in range(writes):
            begun = time.monotonic()
            for attempt in itertools.count():
                if self.done.is_set() or self.refused:
                    return
                if self._put(number) or (attempt and self._there(number)):
                    break
                self.again += 1
                time.sleep(0.3)
            self.seconds.append(time.monotonic() - begun)
            self.acknowledged.append(number)

    def _put(self, number: int) -> bool:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "text/turtle", "If-None-Match": "*"}
        return self._ask(number, "PUT", THING.format(number).encode(), headers) == HTTPStatus.CREATED

    def _there(self, number: int) -> bool:
        return self._ask(number, "GET", None, {"Accept": "text/turtle"}) == HTTPStatus.OK

    def _ask(self, number: int, method: str, body: bytes | None, headers: dict[str, str]) -> int:
        where = f"{self._address}/graphs?{urllib.parse.urlencode({'graph': f'{GRAPH}{number}'})}"
        request = urllib.request.Request(where, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            if error.code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST}:
                self.refused = error.read().decode()
            return error.code
        except OSError:
            return 0

    def reach(self, writes: int) -> None:
        """Wait until so many writes were acknowledged."""
        limit = time.monotonic() + 300
        while len(self.acknowledged) < writes and time.monotonic() < limit:
            if self.refused:
                raise click.ClickException(self.refused)
            time.sleep(0.05)


@click.command()
@click.option("--writes", type=click.IntRange(4), default=40, show_default=True)
@click.option("--kills", type=click.IntRange(1), default=1, show_default=True)
@click.option(
    "--server",
    type=click.Path(exists=True, path_type=Path),
    envvar="RDF_DELTA_SERVER",
    help="Jar of the patch log server.",
)
@click.option(
    "--fuseki",
    type=click.Path(exists=True, path_type=Path),
    envvar="RDF_DELTA_FUSEKI",
    help="Jar of Fuseki with RDF Delta.",
)
@click.option(
    "--graph",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=HERE.parent,
    help="Folder with the graph; this repository's own when not given.",
)
def main(writes: int, kills: int, server: Path | None, fuseki: Path | None, graph: Path) -> None:
    """Write while an engine is killed; exit with 1 when anything is lost or different."""
    tidy_when_told()
    jars = [(server or jar("rdf-delta-server")).resolve(), (fuseki or jar("rdf-delta-fuseki-server")).resolve()]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kg = [*KG, "--graph", str(graph), "--var", str(folder / "var")]
        subprocess.run([*kg, "build"], check=True, stdout=subprocess.DEVNULL)
        engines = Engines(folder, *jars, stack)
        engines.load("one", gzip.decompress((folder / "var/current/graph.nq.gz").read_bytes()))
        writer = serve(kg, engines.put_before(), folder, stack)
        thread = threading.Thread(target=writer.write, args=(writes,))
        thread.start()
        stack.callback(thread.join)
        stack.callback(writer.done.set)
        back = []
        for number in range(kills):
            writer.reach(writes * (2 * number + 1) // (2 * kills + 1))
            engines.kill("one")
            writer.reach(writes * (2 * number + 2) // (2 * kills + 1))
            begun = time.monotonic()
            engines.start("one")
            engines.follows("one")
            back.append(time.monotonic() - begun)
        thread.join(timeout=600)
        one, two = engines.quads("one"), engines.quads("two")
    missing = [
        number for number in writer.acknowledged if not all(f"{GRAPH}{number}>" in str(held) for held in (one, two))
    ]
    seconds = sorted(writer.seconds)
    click.echo(
        f"{len(writer.acknowledged)} of {writes} writes acknowledged while one engine of two was killed {kills} times; "
        f"{writer.again} tries without a yes; {len(missing)} acknowledged and missing; "
        f"the engines hold {len(one)} and {len(two)} statements and are {'equal' if one == two else 'DIFFERENT'}"
    )
    click.echo(
        f"seconds for a write: median {statistics.median(seconds):.2f}, longest {seconds[-1]:.2f}; "
        f"the killed one had all again {max(back):.1f} s after its start"
    )
    sys.exit(0 if one == two and not missing and len(writer.acknowledged) == writes else 1)


def serve(kg: list[str], address: str, folder: Path, stack: ExitStack) -> Writer:
    """Start a site over the engines, and return one who may write there."""
    port = free_port()
    more = {"KG_STORE": f"{address}/query", "KG_STORE_UPDATE": f"{address}/update", "KG_LOG_LEVEL": "error"}
    made = subprocess.run([*kg, "token", "new", "writer", "--graphs", "*"], check=True, capture_output=True, text=True)
    with (folder / "site.txt").open("wb") as log:
        command = [*kg, "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=os.environ | more, stdout=log, stderr=log)
    stack.callback(end, process)
    wait_for(port, process)
    return Writer(f"http://127.0.0.1:{port}", made.stdout.split()[-1])


if __name__ == "__main__":
    main()
