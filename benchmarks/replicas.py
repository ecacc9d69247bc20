"""Throughput against the number of replicas behind haproxy, measured, and against what a model says beforehand.

    python benchmarks/synthetic.py 10000 FOLDER
    python benchmarks/replicas.py FOLDER [--most 4] [--rounds 3] [--seconds 3]

Needs ``wrk`` and ``haproxy`` (Debian). All replicas serve the folder's generation (``kg --var FOLDER serve --no-build``)
and run from start to end; for each N a haproxy with the recipe of ``deploy/`` stands before the first N of them. Each
round measures every query at every N in turn (1 2 3 4, 1 2 3 4), with the same number of clients throughout.

The model. A request takes ``d`` seconds of processor time at a replica, and ``p`` at the proxy and the client together,
wherever these run; a replica answers at most ``r`` requests a second by itself, since part of what it does (Python) runs
one thing at a time. With N replicas on a machine of C processors

    X(N) = min(N * r, C / (d + p))

``r`` and ``d`` are measured at one replica without a proxy, ``p`` is the processor time (/proc) that the proxy and the
client used at N = 1. So the rates at N = 1, 2 and more are forecasts: none of them was used to make them. On machines of
their own each replica brings its ``r``, until the proxy's machine is full: X(N) = min(N * r, C / p).
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "deploy"))

from cluster import Proxy, end, free_port, wait_for  # noqa: E402

BIN = Path(sys.executable).parent
TICK = os.sysconf("SC_CLK_TCK")
QUERIES = {name: (HERE / "queries" / f"{name}.rq").read_text("utf-8") for name in ("tiny", "rows-100")}
CLIENTS = 8
JSON = "Accept: application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Sample:
    """What one measurement gave.

    Attributes:
        rate: answered requests a second.
        replicas: processor seconds that the replicas used for one request.
        others: processor seconds that the proxy and the client used for one request.
    """

    rate: float
    replicas: float
    others: float


def family(parent: int) -> set[int]:
    """Return a process and all its descendants."""
    found, parents = {parent}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := stat(int(folder.name))):
            parents[int(folder.name)] = int(fields[1])
    while more := {child for child, of in parents.items() if of in found} - found:
        found |= more
    return found


def stat(process: int) -> list[str]:
    """Return the fields of a process after its name (proc_pid_stat(5)); none when it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def used(processes: set[int]) -> float:
    """Return the processor seconds that processes have used, with children that have ended."""
    return sum(sum(int(number) for number in stat(one)[11:15]) for one in processes if stat(one)) / TICK


def measure(url: str, seconds: int, replicas: set[int], proxy: int) -> Sample:
    """Let the clients ask for some seconds.

    Raises:
        RuntimeError: an answer was no 200.
    """
    before = used(replicas), used({proxy}), os.times()
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}", "--timeout", "60", "-H", JSON, url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = used(replicas), used({proxy}), os.times()
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(told)
    [count] = re.findall(r"(\d+) requests in", told)
    [rate] = re.findall(r"Requests/sec:\s+([\d.]+)", told)
    client = after[2].children_user + after[2].children_system - before[2].children_user - before[2].children_system
    return Sample(float(rate), (after[0] - before[0]) / int(count), (after[1] - before[1] + client) / int(count))


def forecast(alone: Sample, first: Sample, replicas: int, processors: int) -> float:
    """Return requests a second that the model says.

    Args:
        alone: what was measured with one replica and no proxy.
        first: what was measured with one replica behind the proxy.
        replicas: how many there are.
        processors: how many they share with the proxy and the client.
    """
    return min(replicas * alone.rate, processors / (alone.replicas + first.others))


def median(samples: list[Sample]) -> Sample:
    """Return the median of each figure."""
    return Sample(*(statistics.median(getattr(each, name) for each in samples) for name in Sample.__slots__))


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description="throughput against the number of replicas")
    parser.add_argument("folder", type=Path, help="with a generation, as synthetic.py writes one")
    parser.add_argument("--most", type=int, default=4, choices=(2, 3, 4))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    given = parser.parse_args()
    if not (given.folder / "current").exists():
        parser.error(
            f"{given.folder} holds no generation; python benchmarks/synthetic.py 10000 {given.folder} makes one"
        )
    processors = len(os.sched_getaffinity(0))
    counts = range(1, given.most + 1)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = os.environ | {"KG_PER_VISITOR": "64", "KG_LOG_LEVEL": "error", "KG_CACHE_BYTES": "0"}
        replicas, ports = [], []
        for _ in counts:
            ports.append(free_port())
            command = [BIN / "kg", "--var", given.folder, "serve", "--no-build", "--port", str(ports[-1])]
            replicas.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
            stack.callback(end, replicas[-1])
            wait_for(ports[-1], replicas[-1])
        families = [family(replica.pid) for replica in replicas]
        urls, proxies = {0: f"http://127.0.0.1:{ports[0]}/sparql"}, {0: os.getpid()}
        for count in counts:
            (scratch / str(count)).mkdir()
            port = free_port()
            proxy = Proxy(scratch / str(count), port, ports[:count]).process
            stack.callback(end, proxy)
            wait_for(port, proxy)
            urls[count], proxies[count] = f"http://127.0.0.1:{port}/sparql", proxy.pid
        kept: dict[tuple[str, int], list[Sample]] = {}
        for _ in range(given.rounds):
            for name, query in QUERIES.items():
                for count, url in urls.items():
                    asked = f"{url}?{urllib.parse.urlencode({'query': query})}"
                    sample = measure(asked, given.seconds, set().union(*families[: count or 1]), proxies[count])
                    kept.setdefault((name, count), []).append(sample)
    show(kept, processors, given)


def show(kept: dict[tuple[str, int], list[Sample]], processors: int, given: argparse.Namespace) -> None:
    """Print the table, and all figures on one line for who keeps them."""
    print(
        f"{CLIENTS} clients, {processors} processors, {given.rounds} rounds of {given.seconds} s, {time.strftime('%Y-%m-%d')}\n"
    )
    print(
        "| query | replicas | requests a second (range) | forecast | measured / forecast | replica ms | proxy and client ms |"
    )
    print("|---|---|---|---|---|---|---|")
    for (name, count), samples in kept.items():
        here = median(samples)
        said = forecast(median(kept[name, 0]), median(kept[name, 1]), count, processors) if count else 0.0
        rates = [each.rate for each in samples]
        compared = f"{said:,.0f} | {here.rate / said:.2f}" if said else "| "
        print(
            f"| {name} | {count or '1, no proxy'} | {here.rate:,.0f} ({min(rates):,.0f} to {max(rates):,.0f}) | {compared} "
            f"| {here.replicas * 1000:.2f} | {here.others * 1000:.2f} |"
        )
    print(
        f"\nEach round: query, replicas, requests a second, seconds at the replica, at proxy and client.\n\n{json.dumps([[*key, each.rate, each.replicas, each.others] for key, all_ in kept.items() for each in all_])}"
    )


if __name__ == "__main__":
    main()
