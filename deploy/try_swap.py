"""Try a change of generation under load: replicas behind a real proxy, and no request may fail.

::

    python deploy/try_swap.py --proxy haproxy --requests 6000

Visitors keep asking pages, answers and SPARQL queries by their own connections. Meanwhile a fact is changed, each
replica builds and takes over its new generation in turn, and after that each replica is stopped and started again.
haproxy is told which generation is wanted as soon as the first replica has it.
"""

import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import click
from cluster import NAMES, Proxy, Replica, end, found, free_port, tidy_when_told, wait_for
from visitors import Load

HERE = Path(__file__).resolve().parent


@click.command()
@click.option("--proxy", type=click.Choice(["haproxy", "nginx"]), default="haproxy", show_default=True)
@click.option("--requests", type=click.IntRange(100), default=6000, show_default=True, help="At least so many.")
@click.option("--visitors", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--replicas", type=click.IntRange(2, 4), default=2, show_default=True, help="For nginx always 2.")
@click.option("--swaps", type=click.IntRange(1), default=1, show_default=True, help="New generations.")
@click.option(
    "--graph",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=HERE.parent,
    help="Folder with the graph; this repository's own when not given.",
)
def main(proxy: str, requests: int, visitors: int, replicas: int, swaps: int, graph: Path) -> None:  # noqa: PLR0913, PLR0917
    """Swap the generation of replicas under load; exit with 1 when a request failed."""
    tidy_when_told()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        started = [Replica.of(graph, folder / name) for name in NAMES[: 2 if proxy == "nginx" else replicas]]
        for replica in started:
            stack.callback(replica.stop)
            replica.start()
        load = Load(free_port())
        ports = [replica.port for replica in started]
        front = Proxy(folder, load.port, ports) if proxy == "haproxy" else None
        process = front.process if front else nginx(folder, load.port, ports)
        stack.callback(end, process)
        wait_for(load.port, process)
        with load.asking(visitors):
            run(load, started, front, requests, swaps)
    click.echo(f"{proxy}, {len(started)} replicas, {visitors} visitors, {swaps} swaps: {load.told()}")
    seen = ", ".join(f"{name} {count} times" for name, count in load.generations.items())
    click.echo(f"the health page, asked among the rest, told of: {seen}")
    if load.failures or len(load.generations) != swaps + 1 or len(load.seconds) < requests:
        sys.exit(1)


def run(load: Load, replicas: list[Replica], front: Proxy | None, requests: int, swaps: int) -> None:
    """Swap and restart each replica while visitors ask."""
    for number in range(1, swaps + 1):
        load.reach(requests * number // (swaps + 2))
        for replica in replicas:
            name = replica.change(number)
            if front:
                front.want(name)
    load.reach(requests * (swaps + 1) // (swaps + 2))
    for name, replica in zip(NAMES, replicas, strict=False):
        if front:
            front.leave(name)
        replica.stop()
        replica.start()
        # The proxy must have seen that it is back before the next one goes.
        if front:
            front.back(name)
        else:
            time.sleep(3)
    load.reach(requests)


def nginx(folder: Path, port: int, replicas: list[int]) -> "subprocess.Popen[bytes]":
    """Start nginx with the recipe beside this file, inside the few lines that its package has around it."""
    text = (HERE / "nginx.conf").read_text("utf-8")
    for name, number in zip((8000, 8001, 8002), (port, *replicas), strict=True):
        text = re.sub(rf"127\.0\.0\.1:{name}\b", f"127.0.0.1:{number}", text)
    around = f"daemon off; pid {folder}/nginx.pid; error_log stderr error; events {{}} http {{ access_log off; "
    (folder / "nginx.conf").write_text(f"{around}\n{text}\n}}\n", "utf-8")
    return subprocess.Popen([found("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")])


if __name__ == "__main__":
    main()
