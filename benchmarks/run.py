"""The benchmark suite: all figures, their peers in the same run, and how they grow.

    python benchmarks/run.py measure [--only FIGURE …] [--sizes 10000 100000] [--rounds 5] [--minutes 30] [--out FOLDER]
    python benchmarks/run.py report FOLDER
    python benchmarks/run.py compare STORED … ANOTHER [--only FIGURE …] [--sizes 100000]

``measure`` adds what it measures to ``FOLDER/result.json`` and draws it anew, so that it can be run in parts and stopped
at any moment; size 0 is the graph of this repository. ``report`` writes table and plots again; ``compare`` tells which
medians of a run, and which ratios to a peer, fall outside the spread of one stored before, or of several together. A
contender that could not be measured stands in the table with its reason; nothing here fails because something is slow.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from suite import comparing, plots, tables, targets
from suite.context import Context
from suite.figures import FIGURES
from suite.keeping import FILE, Result
from suite.measuring import Row, said
from suite.servers import SERVERS

HERE = Path(__file__).parent


def measure(given: argparse.Namespace) -> int:
    """Measure the figures that are asked for, a row at a time; return how many rows there were."""
    count = 0
    result = Result(given.out)
    result.begin(only=given.only, sizes=given.sizes, rounds=given.rounds, seconds=given.seconds)
    with tempfile.TemporaryDirectory() as scratch:
        graphs = given.graphs or Path(scratch) / "graphs"
        until = time.monotonic() + given.minutes * 60
        context = Context(
            given.rounds, given.seconds, graphs, Path(scratch), until, given.limit, given.case, tuple(given.servers)
        )
        for name in given.only or FIGURES:
            figure = FIGURES[name]
            for size in given.sizes or figure.sizes:
                try:
                    for row in figure.measure(context, size):
                        _tell(result, row)
                        count += 1
                        if context.over:
                            break
                except Exception as error:  # noqa: BLE001 - one figure that fails leaves the others
                    _tell(result, Row(name, "the figure itself", size, "", missing={"ours": said(error)}))
                    count += 1
                if context.over:
                    print(f"the time is over; {name} at {size} was the last", file=sys.stderr)
                    break
            write(result)
            if context.over:
                break
    print(f"see {given.out / 'README.md'}")
    return count


def _tell(result: Result, row: Row) -> None:
    result.add([row])
    result.save()
    found = [f"{name} {row.median(name):,.4g} {row.unit}" for name in row.values]
    found += [f"{name} - ({why})" for name, why in row.missing.items()]
    print(
        f"{row.figure}, {row.case}, {f'{row.size:,} findings' if row.size else 'real graph'}: {'; '.join(found)}",
        flush=True,
    )


def write(result: Result) -> None:
    """Write table and plots beside a result."""
    titles = {name: (figure.title, figure.peer) for name, figure in FIGURES.items()}
    lines = [*tables.report(result, titles), "", "## Targets", "", *targets.table(result)]
    (result.folder / "README.md").write_text("\n".join(lines) + "\n", "utf-8")
    plots.draw(result, {name: figure.title for name, figure in FIGURES.items()})


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("measure", help="measure and add to a result")
    one.add_argument("--only", nargs="+", choices=list(FIGURES), default=[])
    one.add_argument("--sizes", nargs="+", type=_count, default=[], help="findings; 0 is the graph of this repository")
    one.add_argument("--case", default="", help="only questions, and cases of SPARQL, with this in their name")
    one.add_argument(
        "--servers", nargs="+", choices=[*SERVERS, "rdflib"], default=[], help="only these, of SPARQL and questions"
    )
    one.add_argument("--rounds", type=_at_least_one, default=5, help="how often each is measured")
    one.add_argument("--seconds", type=_at_least_one, default=3, help="how long each rate is measured")
    one.add_argument("--minutes", type=_amount, default=600, help="after so many no further row is begun")
    one.add_argument("--limit", type=_amount, default=600, help="seconds that one measurement may take")
    one.add_argument("--graphs", type=Path, help="where synthetic graphs lie or are made; else they are thrown away")
    # Not in the folder of a day: what is stored there is compared with, and a row of the same name would replace it.
    one.add_argument(
        "--out", type=Path, default=HERE / "results" / "own", help="default: results/own, which git ignores"
    )
    two = commands.add_parser("report", help="write table and plots of a result again")
    two.add_argument("folder", type=Path)
    three = commands.add_parser("compare", help="hold a run against stored ones")
    three.add_argument("stored", type=Path, nargs="+")
    three.add_argument("another", type=Path)
    three.add_argument("--only", nargs="+", choices=list(FIGURES), default=[])
    three.add_argument("--sizes", nargs="+", type=_count, default=[])
    given = parser.parse_args()
    if given.command == "measure":
        if not measure(given):
            parser.error(f"nothing has {given.case!r} in its name; nothing was measured")
        return
    for folder in (given.folder,) if given.command == "report" else (*given.stored, given.another):
        if not (folder / FILE).exists():
            parser.error(f"{folder} holds no result ({FILE}); measure writes one")
    if given.command == "report":
        write(Result(given.folder))
        return
    peers = {name: figure.peer for name, figure in FIGURES.items() if figure.peer}
    *stored, another = (Result(folder).kept_to(given.only, given.sizes) for folder in (*given.stored, given.another))
    print("\n".join(comparing.compared(stored, another, peers)))


def _count(text: str) -> int:
    return _from(0, int(text))


def _at_least_one(text: str) -> int:
    return _from(1, int(text))


def _amount(text: str) -> float:
    if not 0 < float(text) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: a number above 0 is needed")
    return float(text)


def _from(least: int, number: int) -> int:
    if number < least:
        raise argparse.ArgumentTypeError(f"{number}: {least} or more is needed")
    return number


if __name__ == "__main__":
    main()
