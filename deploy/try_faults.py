"""Try what a proxy does with a replica that is killed, stands still, or stays with an old generation.

::

    python deploy/try_faults.py [--replicas 2] [--visitors 8]

Visitors keep asking meanwhile. Each trouble must take the replica out, fail no request, and leave it in again when it is
over. Prints how long each took, and the longest that a visitor waited; exits with 1 when anything is otherwise.
"""

import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click
from cluster import ANY, NAMES, Proxy, Replica, end, free_port, tidy_when_told, wait_for
from visitors import PATHS, Load

HERE = Path(__file__).resolve().parent
DOWN, NO_NEW, UP = "DOWN", "NOLB", "UP"


@click.command()
@click.option("--visitors", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--replicas", type=click.IntRange(2, 4), default=2, show_default=True)
@click.option("--calm", type=float, default=1.0, show_default=True, help="Seconds between two troubles.")
@click.option(
    "--graph",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=HERE.parent,
    help="Folder with the graph; this repository's own when not given.",
)
@click.option("--path", "paths", multiple=True, default=PATHS, help="What visitors ask; may be given more than once.")
def main(visitors: int, replicas: int, calm: float, graph: Path, paths: tuple[str, ...]) -> None:
    """Kill a replica, let one stand still, and leave one behind, under load."""
    tidy_when_told()
    failed = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        started = [Replica.of(graph, folder / name) for name in NAMES[:replicas]]
        for replica in started:
            stack.callback(replica.stop)
            replica.start()
        port = free_port()
        proxy = Proxy(folder, port, [replica.port for replica in started])
        stack.callback(end, proxy.process)
        wait_for(port, proxy.process)
        click.echo("| replica | state | out after s | back after s | requests | failed | longest s |")
        click.echo("|---|---|---|---|---|---|---|")
        for name, (state, trouble, over) in troubles(proxy, started).items():
            load = Load(port, paths)
            with load.asking(visitors):
                time.sleep(calm)
                trouble()
                out = proxy.wait("one", state)
                # Long enough for visitors who were waiting to be answered by another one.
                time.sleep(calm)
                over()
                back = proxy.wait("one", UP)
                time.sleep(calm)
            failed += load.failures.total()
            click.echo(
                f"| {name} | {state} | {out:.1f} | {back:.1f} | {len(load.seconds)} | {load.failures.total()} "
                f"| {max(load.seconds):.1f} |"
            )
            for failure, count in load.failures.most_common(5):
                click.echo(f"  {count} times {failure}", err=True)
    sys.exit(1 if failed else 0)


def troubles(proxy: Proxy, replicas: list[Replica]) -> dict[str, tuple[str, Callable[[], None], Callable[[], None]]]:
    """Return each trouble of the first replica: the state that it must get, how it comes, and how it ends."""
    first, *others = replicas

    def stay_behind() -> None:
        for replica in others:
            proxy.want(replica.change(1))

    def follow() -> None:
        name = first.change(1)
        if name != others[-1].generation:
            raise click.ClickException(f"equal files gave {name} here and {others[-1].generation} there")

    return {
        "killed": (DOWN, first.kill, first.start),
        "stands still": (DOWN, lambda: first.signal(signal.SIGSTOP), lambda: first.signal(signal.SIGCONT)),
        "old generation": (NO_NEW, stay_behind, follow),
        "not the one that is wanted": (NO_NEW, lambda: proxy.want("0" * 16), lambda: proxy.want(ANY)),
    }


if __name__ == "__main__":
    main()
