"""The targets, each held against what was measured."""

from collections.abc import Iterator
from dataclasses import dataclass

from suite.keeping import Result

REAL = 0
DISK = "oxigraph disk"


@dataclass(frozen=True, slots=True)
class Target:
    """One target.

    Attributes:
        what: in words.
        figure, case, size: the row that tells.
        bound: the value or the ratio that is wanted.
        peer: a ratio to this contender is wanted; empty where a value is.
        contender: whose value it is.
        at_least: whether the value must be at least the bound; a ratio always must.
    """

    what: str
    figure: str
    case: str
    size: int
    bound: float
    peer: str = ""
    contender: str = "ours"
    at_least: bool = False


TARGETS = (
    *(
        Target(f"SPARQL over HTTP, {case}", "sparql", case, 100_000, bound, DISK, contender)
        for case, bound, contender in (
            ("rows-100, 1 client", 1.5, "ours"), ("rows-100, 8 clients", 1.5, "ours"),
            ("rows-10k, 1 client", 3, "ours"), ("rows-10k, 8 clients", 3, "ours"),
            ("counts, 1 client", 4, "ours"), ("gap-map, 1 client", 4, "ours"),
            ("tiny, 1 client, new", 0.5, "ours"), ("tiny, 8 clients, new", 0.25, "ours"), ("tiny, 1 client", 0.5, "ours"), ("tiny, 8 clients", 0.25, "ours"), ("tiny, 8 clients", 0.4, "ours, cached"),
        )
    ),
    Target("gap map, real graph", "questions", "gap-map, warm", REAL, 30, contender="ours"),
    Target("gap map, 100,000 findings", "questions", "gap-map, warm", 100_000, 800),
    Target("gap map, 1,000,000 findings", "questions", "gap-map, warm", 1_000_000, 300),
    Target("gap map, repeated", "questions", "gap-map, warm", 100_000, 10, contender="ours, cached"),
    Target("1 M rows: growth of the web process", "memory", "web process at 1 M rows, growth", 100_000, 50),
    Target("build: parse and load", "load", "files, parse and load", 100_000, 100, at_least=True),
    Target("kg --help", "start", "kg --help", REAL, 0.15),
    Target("serving after start", "start", "serve to first answer", REAL, 2),
    Target("private memory of a query process, after scans", "memory", "query process, private", 100_000, 60),
    Target(
        "private memory of a query process, at rest",
        "memory", "query process, private, when it had nothing to do", 100_000, 60,
    ),
    Target("full check, 10,000 findings", "check", "full check", 10_000, 8),
    Target("full check of the real graph", "check", "full check", REAL, 5),
    Target("full check against pySHACL, core shapes", "check", "full check", 1000, 4, "pySHACL, core shapes"),
    # At 1,000 it takes a quarter of an hour.
    Target("full check against pySHACL, all shapes", "check", "full check", 300, 30, "pySHACL, all shapes"),
    *(
        Target(f"check of 50 findings beside {size:,}", "incremental", "50 new findings, 10 mistakes", size, 1.2)
        for size in (10_000, 100_000, 1_000_000)
    ),
    Target("runaways that end otherwise than they should", "runaways", "ended otherwise than they should", REAL, 0),
    Target("a visitor beside runaways, p99", "runaways", "visitor, p99 during for p99 before", REAL, 3),
    Target("front page, largest contentful paint", "pages", "front page in Chromium, largest contentful paint", REAL, 1000),
    Target("front page, on the line", "pages", "front page in Chromium, on the line", REAL, 300),
    Target("pages, real graph, warm: the slowest", "pages", "slowest page, warm", REAL, 50),
    Target("pages, real graph, cold: the slowest", "pages", "slowest page, cold", REAL, 300),
)  # fmt: skip


def met(target: Target, value: float, ratio: float | None) -> bool:
    """Tell whether a target is met by a value, or by a ratio where one is wanted."""
    if ratio is not None:
        return ratio >= target.bound
    return value >= target.bound if target.at_least else value <= target.bound


def table(result: Result) -> Iterator[str]:
    """Give the lines of a table of all targets: wanted, measured, met or missed."""
    yield "| target | findings | wanted | measured | peer | ratio | | command |"
    yield "|---|---|---|---|---|---|---|---|"
    for target in TARGETS:
        row = result.rows.get((target.figure, target.case, target.size))
        command = f"`run.py measure --only {target.figure} --sizes {target.size}`"
        size = f"{target.size:,}" if target.size else "real graph"
        wanted = f"≥ {target.bound:g} x" if target.peer else f"{'≥' if target.at_least else '≤'} {target.bound:g}"
        value = row.median(target.contender) if row else None
        ratio = row.ratio(target.contender, target.peer) if row and target.peer else None
        if row is None or value is None or (target.peer and ratio is None):
            reasons = row.missing if row else {}
            why = reasons.get(target.contender) or reasons.get(target.peer) or "not measured"
            yield f"| {target.what} ({target.contender}) | {size} | {wanted} | - ({why}) | {target.peer} | | | {command} |"
            continue
        unit = "" if target.peer else f" {row.unit}"
        yield (
            f"| {target.what} ({target.contender}) | {size} | {wanted}{unit} | {value:,.3g} {row.unit} | {target.peer} "
            f"| {f'{ratio:.2f}' if ratio is not None else ''} | {'met' if met(target, value, ratio) else '**missed**'} | {command} |"
        )
