"""A soak: everything at once against one real server, for a bounded time, and whether it stays as it was.

    python benchmarks/soak.py [--minutes 30] [--every 10] [--into FOLDER]

Starts ``kg serve`` on a copy of the repository's own graph, with small limits, and goes on with all of this at once,
each from an address of its own: two readers of pages, one of SPARQL, one of resources as Turtle, a crawler that
follows links, runaway queries of every kind (``runaways.py``), writes through the gate, and ``kg build`` beside the
server. Each write and each build makes a generation, which the server takes over.

Memory (what is shared counted once, and what is private), descriptors, processes, threads, files in the spool and the
size of ``var`` (the gate's log apart, which keeps each write) are sampled each two seconds; a row is the medians of an
interval. *Flat* means: over all rows after the first fifth, the slope (Theil-Sen, the median of the slopes between any
two rows) times the time is at most the bound of ``BOUNDS``, a part of the median. Exits with 1 when something is not
flat, or was answered otherwise than it should be. An interrupt (Ctrl-C) ends the soak early; what was measured is
reported and kept all the same, as ``soak.json`` and ``soak.png``.
"""

import argparse
import http.client
import itertools
import json
import os
import platform
import random
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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

from kg import settings
from kg.gate.tokens import Tokens
from kg.vocabulary import GRAPH

sys.path.insert(0, str(Path(__file__).parent))
import runaways

PAGES: Final = (
    "/", "/map", "/map?rows=intervention&columns=outcome&whole=1", "/map.svg",
    "/map/cell?row=component/barriers&column=target-group/jobseekers", "/gaps", "/what-do-we-know-now", "/compare",
    "/search?q=schulden", "/questions", "/questions/gap-lifecycle", "/questions/gaps-by-concept.svg", "/browse",
    "/doc/intervention/first-place-then-train", "/doc/target-group/jobseekers", "/def", "/sparql",
)  # fmt: skip
SECONDS: Final = 2
LOOK: Final = 2.0
WARM_UP: Final = 0.2
BOUNDS: Final = {
    "memory MB": 0.10, "private MB": 0.10, "descriptors": 0.05, "processes": 0.05, "threads": 0.05,
    "spool files": 0.0, "var MB": 0.10, "page p50": 0.25, "page p99": 0.50, "sparql p50": 0.25, "sparql p99": 0.50,
    "resource p50": 0.25, "resource p99": 0.50,
}  # fmt: skip
"""How much each figure may grow over the soak, as a part of its median."""
SLACK: Final = {"descriptors": 3, "processes": 1, "threads": 3, "spool files": 1, "var MB": 1, "memory MB": 10}
"""How much it may grow in any case, in its own unit; times get two milliseconds."""
TIMES: Final = 2.0
EXPECTED: Final = {"write": {201, 204}, "build": {0}}
RESOURCES: Final = "SELECT DISTINCT ?s { ?s a ?type FILTER(STRSTARTS(STR(?s), '{base}id/')) } ORDER BY ?s LIMIT 400"
BODY: Final = """\
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .

<https://w3id.org/werkkennis/id/organisation/soak-{name}> a org:Organization ;
    rdfs:label "Proef {number}"@nl , "Trial {number}"@en ;
    wk:organisationKind <https://w3id.org/werkkennis/id/organisation-kind/other> .
"""

Row = dict[str, float]


class Seen:
    """What was answered: kind, when, how long it took, and with which status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.answers: list[tuple[str, float, float, int]] = []
        self.wrong: Counter[str] = Counter()
        self.begun = time.monotonic()

    def tell(self, kind: str, seconds: float, status: int, what: str = "") -> None:
        """Keep an answer; one that should not be is counted with what was asked."""
        with self._lock:
            self.answers.append((kind, time.monotonic() - self.begun, seconds, status))
            if status not in EXPECTED.get(kind, {200}):
                self.wrong[f"{kind} {what} answered with {status}"] += 1

    def fail(self, sentence: str) -> None:
        """Count what went wrong."""
        with self._lock:
            self.wrong[sentence] += 1


class Load:
    """All that asks; each part in a thread of its own until told to stop.

    Args:
        port: of the server.
        folder: with the graph and what is built.
        token: with which to write.
        seen: is told of each answer.
    """

    def __init__(self, port: int, folder: Path, token: str, seen: Seen) -> None:
        self._port = port
        self._folder = folder
        self._token = token
        self._seen = seen
        self._ended = threading.Event()
        parts = (
            self._pages,
            self._pages,
            self._sparql,
            self._resources,
            self._crawl,
            self._run,
            self._write,
            self._build,
        )
        self._threads = [
            threading.Thread(target=self._go_on, args=(part, f"127.0.0.{20 + number}"), daemon=True)
            for number, part in enumerate(parts)
        ]

    def begin(self) -> None:
        """Start everything."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Stop everything, and wait for what is going on."""
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _go_on(self, part: Callable[[str], None], address: str) -> None:
        while not self._ended.is_set():
            try:
                part(address)
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                if not self._ended.is_set():
                    self._seen.fail(f"{part.__name__.strip('_')}: {type(error).__name__}: {error}")
                    time.sleep(0.5)

    def _ask(self, kind: str, address: str, path: str, accept: str, **more: Any) -> http.client.HTTPResponse:  # noqa: ANN401
        """Ask on a connection of its own; the answer's whole body stands in its attribute ``text``."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60, source_address=(address, 0))
        headers = {"Accept": accept, "Accept-Language": "nl", **more.get("headers", {})}
        begun = time.perf_counter()
        try:
            line.request(more.get("method", "GET"), path, more.get("body"), headers)
            answer = line.getresponse()
            answer.text = answer.read()  # type: ignore[attr-defined]
        finally:
            line.close()
        if kind:
            self._seen.tell(kind, time.perf_counter() - begun, answer.status, path.partition("?")[0])
        return answer

    def _rest(self, seconds: float) -> bool:
        return self._ended.wait(seconds)

    def _pages(self, address: str) -> None:
        for path in random.sample(PAGES, len(PAGES)):
            self._ask("page", address, path, "text/html,*/*;q=0.8")
            if self._rest(0.1):
                return

    def _sparql(self, address: str) -> None:
        text = urllib.parse.quote("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100 #")
        for number in itertools.count():
            self._ask("sparql", address, f"/sparql?query={text}{number}", "application/sparql-results+json")
            if self._rest(0.1):
                return

    def _resources(self, address: str) -> None:
        query = urllib.parse.quote(RESOURCES.replace("{base}", "https://w3id.org/werkkennis/"))
        rows = json.loads(
            self._ask("", address, f"/sparql?query={query}", "application/sparql-results+json").text  # type: ignore[attr-defined]
        )["results"]["bindings"]
        for row in random.sample(rows, len(rows)):
            path = row["s"]["value"].replace("https://w3id.org/werkkennis/id/", "/doc/")
            # What was written during the soak may have been taken away since.
            self._ask("" if "/soak-" in path else "resource", address, path, "text/turtle")
            if self._rest(0.1):
                return

    def _crawl(self, address: str) -> None:
        known, found = {"/"}, ["/"]
        while found and len(known) < 2_000:  # noqa: PLR2004 - then from the front page again
            path = found.pop(0)
            answer = self._ask("crawl", address, path, "text/html")
            links = re.findall(r'href="(/[^"#]*)', answer.text.decode("utf-8", "replace"))  # type: ignore[attr-defined]
            for link in (each.replace("&amp;", "&") for each in links):
                if link not in known and not link.startswith(
                    ("/dumps", "/static", "/sparql", "/doc/organisation/soak-")
                ):
                    known.add(link)
                    found.append(link)
            if self._rest(0.3):
                return

    def _run(self, _address: str) -> None:
        queries = runaways.kinds()
        for kind in random.sample(list(queries), len(queries)):
            address = f"127.0.0.{random.randint(50, 60)}"  # noqa: S311 - an address, no secret
            outcome = runaways.attack(kind, queries[kind], self._port, address)
            # One that hangs up has no status, and a slow reader may lose the connection before its answer is whole.
            if outcome.status not in runaways.HONEST | ({0, -1} if kind in {"hang-up", "slow-reader"} else set()):
                self._seen.fail(f"runaway {kind} answered with {outcome.status}")
            self._seen.tell("runaway", outcome.seconds, 200)
            if self._rest(1.0):
                return

    def _write(self, address: str) -> None:
        where = "/graphs?" + urllib.parse.urlencode({"graph": f"{GRAPH}data.soak.one"})
        for number in itertools.count():
            head = self._ask("", address, where, "text/turtle", method="HEAD")
            meant = {"If-Match": head.headers["ETag"]} if head.status == http.client.OK else {"If-None-Match": "*"}
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "text/turtle", **meant}
            body = BODY.format(name="one", number=number).encode()
            answer = self._ask("write", address, where, "*/*", method="PUT", body=body, headers=headers)
            if answer.status not in EXPECTED["write"]:
                self._seen.fail(f"write: {answer.text[:300]!r}")  # type: ignore[attr-defined]
            if self._rest(15):
                return

    def _build(self, _address: str) -> None:
        file = self._folder / "graph" / "data" / "soak-two.ttl"
        for number in itertools.count():
            if self._rest(40):
                return
            new = file.with_suffix(".new")
            new.write_text(BODY.format(name="two", number=number), "utf-8")
            new.replace(file)
            begun = time.perf_counter()
            # In a session of its own: an interrupt at the keyboard is for the soak, not for this.
            made = subprocess.run(
                [*command(self._folder), "build"],
                capture_output=True,
                text=True,
                check=False,
                start_new_session=True,
            )
            self._seen.tell("build", time.perf_counter() - begun, made.returncode, made.stderr[-300:])


def command(folder: Path) -> list[str]:
    """Return the command line, for the graph in a folder."""
    start = [sys.executable, "-c", "from kg.cli import main; main()"]
    return [*start, "--graph", str(folder / "graph"), "--var", str(folder / "var")]


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, psutil.Process, str]]:
    """Serve a copy of the repository's graph; give the port, the process and a token."""
    for room in settings.ROOMS:
        shutil.copytree(runaways.ROOT / room, folder / "graph" / room)
    token = Tokens.of(settings.load(var=folder / "var")).new("soak", ("data.*",))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | runaways.limits(SECONDS) | {"KG_VALIDATE_SECONDS": "120"}
    with (folder / "log.jsonl").open("w") as log:
        server = psutil.Popen(
            [*command(folder), "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=log, env=environment,
            start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
                break
            if server.poll() is not None:
                raise RuntimeError("the server has ended: " + (folder / "log.jsonl").read_text("utf-8")[-500:])
            time.sleep(0.2)
        yield port, server, token
    finally:
        server.terminate()
        server.wait(timeout=60)


def sample(server: psutil.Process, var: Path) -> Row:
    """Return the figures of all processes of a server, and of what they keep on disk, at this moment."""
    found: Row = dict.fromkeys(("memory MB", "private MB", "descriptors", "processes", "threads"), 0)
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.Error):
            held = process.memory_full_info()
            found["memory MB"] += held.pss / 1e6
            found["private MB"] += held.uss / 1e6
            found["descriptors"] += process.num_fds()
            found["threads"] += process.num_threads()
            found["processes"] += 1
    spooled, size = 0, 0
    for place, _folders, names in os.walk(var):
        inside = Path(place).relative_to(var).parts[:1]
        for name in names:
            with suppress(OSError):
                size += 0 if inside == ("gate",) else (Path(place) / name).lstat().st_size
            spooled += inside == ("spool",) and "last-words" not in place
    return found | {"spool files": spooled, "var MB": size / 1e6}


def percentiles(answers: list[tuple[str, float, float, int]], since: float) -> Row:
    """Return the median and the 99th percentile, in milliseconds, of each kind of request since a moment."""
    took: dict[str, list[float]] = defaultdict(list)
    for kind, moment, seconds, _status in reversed(answers):
        if moment < since:
            break
        took[kind].append(seconds * 1000)
    found: Row = {}
    for kind, values in sorted(took.items()):
        found[f"{kind} p50"] = statistics.median(values)
        found[f"{kind} p99"] = sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]
        found[f"{kind} n"] = len(values)
    return found


def slope(points: list[tuple[float, float]]) -> float:
    """Return the median of the slopes between any two points (Theil-Sen), which outliers hardly move."""
    found = [(y - v) / (x - u) for (u, v), (x, y) in itertools.combinations(points, 2) if x != u]
    return statistics.median(found) if found else 0.0


def verdicts(rows: list[Row]) -> list[dict[str, Any]]:
    """Return for each figure by how much it grew after the warm-up, the bound, and whether it is flat."""
    if not rows:
        return []
    from_on = rows[0]["at"] + WARM_UP * (rows[-1]["at"] - rows[0]["at"])
    found = []
    for name, part in BOUNDS.items():
        points = [(row["at"], row[name]) for row in rows if row["at"] >= from_on and name in row]
        if len(points) < 3:  # noqa: PLR2004 - two points are always a line
            continue
        middle = statistics.median(y for _x, y in points)
        grown = slope(points) * (points[-1][0] - points[0][0])
        bound = max(part * middle, SLACK.get(name, TIMES if name.endswith(("p50", "p99")) else 0))
        found.append({"figure": name, "median": middle, "grown": grown, "bound": bound, "flat": grown <= bound})
    return found


def picture(rows: list[Row], path: Path) -> None:
    """Draw the figures over time."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    groups = (
        ("memory MB", "private MB", "var MB"), ("descriptors", "threads", "processes", "spool files"),
        ("page p50", "sparql p50", "resource p50"), ("page p99", "sparql p99", "resource p99"),
    )  # fmt: skip
    figure, axes = plt.subplots(len(groups), 1, figsize=(9, 12), sharex=True, layout="constrained")
    for axis, names in zip(axes, groups, strict=True):
        for name in names:
            points = [(row["at"] / 60, row[name]) for row in rows if name in row]
            axis.plot([x for x, _ in points], [y for _, y in points], label=name)
        axis.legend(loc="upper left", fontsize="small")
        axis.set_ylim(bottom=0)
        axis.set_ylabel("ms" if names[0].endswith(("p50", "p99")) else "")
    axes[-1].set_xlabel("minutes")
    figure.savefig(path, dpi=110)
    plt.close(figure)


SHOWN: Final = ("memory MB", "private MB", "descriptors", "processes", "threads", "spool files", "var MB", "page p50", "page p99", "sparql p50", "sparql p99", "resource p99")  # fmt: skip


def show(row: Row) -> None:
    """Print a row of the table."""
    cells = [f"{row['at'] / 60:.1f}", *(f"{row[name]:.0f}" if name in row else "" for name in SHOWN)]
    print("| " + " | ".join(cells) + " |", flush=True)


def soak(minutes: float, every: float, folder: Path) -> tuple[list[Row], Seen]:
    """Go on for some minutes, or until interrupted; print a row per interval; return the rows and what was answered."""
    rows: list[Row] = []
    seen = Seen()
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    with serving(folder) as (port, server, token):
        load = Load(port, folder, token, seen)
        seen.begun = time.monotonic()
        load.begin()
        print("| minute | " + " | ".join(SHOWN) + " |\n|" + "---|" * (len(SHOWN) + 1), flush=True)
        while not told.is_set() and (since := time.monotonic() - seen.begun) < minutes * 60:
            samples = []
            while not told.is_set() and time.monotonic() - seen.begun < since + every:
                if server.poll() is not None:
                    seen.fail("the server has ended")
                    told.set()
                    break
                samples.append(sample(server, folder / "var"))
                told.wait(LOOK)
            if not samples:
                break
            row = {name: statistics.median(each[name] for each in samples) for name in samples[0]}
            row |= {"at": time.monotonic() - seen.begun} | percentiles(seen.answers, since)
            rows.append(row)
            show(row)
        load.end()
    return rows, seen


def main() -> None:
    """Soak, report, keep."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--every", type=float, default=10, help="seconds per row")
    parser.add_argument("--into", type=Path, default=Path("soak"), help="folder for soak.json and soak.png")
    told = parser.parse_args()
    told.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        rows, seen = soak(told.minutes, told.every, Path(folder))
        shutil.copy(Path(folder) / "log.jsonl", told.into / "log.jsonl")
    found = verdicts(rows)
    print("\n| figure | median | grown by | may grow by | flat |\n|---|---|---|---|---|")
    for each in found:
        word = "yes" if each["flat"] else "**no**"
        print(f"| {each['figure']} | {each['median']:.1f} | {each['grown']:.1f} | {each['bound']:.1f} | {word} |")
    answered = Counter(kind for kind, *_ in seen.answers)
    print("\nAnswered: " + ", ".join(f"{kind} {number}" for kind, number in sorted(answered.items())))
    print(f"Otherwise than expected: {seen.wrong.total()}")
    for sentence, number in seen.wrong.most_common(40):
        print(f"- {number} times: {sentence}")
    kept = {
        "date": datetime.now(tz=UTC).isoformat(timespec="seconds"), "minutes": told.minutes, "python": platform.python_version(),
        "machine": f"{platform.platform()}, {os.cpu_count()} cores, {psutil.virtual_memory().total >> 30} GiB",
        "rows": rows, "verdicts": found, "answered": answered, "wrong": seen.wrong,
    }  # fmt: skip
    (told.into / "soak.json").write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    picture(rows, told.into / "soak.png")
    sys.exit(0 if rows and not seen.wrong and all(each["flat"] for each in found) else 1)


if __name__ == "__main__":
    main()
