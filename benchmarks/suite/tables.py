"""A result as Markdown: a table for each figure, ratios to its peer, what is missing and why, growth."""

from collections.abc import Iterator, Mapping

from suite import growth
from suite.keeping import Result
from suite.measuring import Row

FEW = 10


def shown(value: float) -> str:
    """Return a number with as many digits as tell something."""
    if value >= FEW:
        return f"{value:,.0f}" if value >= FEW * FEW else f"{value:.1f}"
    return f"{value:.3g}"


def table(rows: list[Row], peer: str) -> Iterator[str]:
    """Give the lines of a figure's table: medians, spread, and in brackets the ratio to the peer (above 1 is better)."""
    contenders = list(dict.fromkeys(name for row in rows for name in (*row.values, *row.missing)))
    yield "| case | findings | unit | " + " | ".join(contenders) + " |"
    yield "|---|---|---|" + "---|" * len(contenders)
    for row in rows:
        cells = [_cell(row, contender, peer) for contender in contenders]
        size = f"{row.size:,}" if row.size else "real graph"
        yield f"| {row.case} | {size} | {row.unit} | " + " | ".join(cells) + " |"


def _cell(row: Row, contender: str, peer: str) -> str:
    if contender in row.missing:
        return f"- ({row.missing[contender]})"
    middle = row.median(contender)
    if middle is None:
        return ""
    values = row.values[contender]
    spread = f" [{shown(min(values))} to {shown(max(values))}]" if len(values) > 1 else ""
    ratio = row.ratio(contender, peer) if contender != peer else None
    return f"{shown(middle)}{spread}" + (f" (**{ratio:.2f} x**)" if ratio else "")


def _options(given: Mapping[str, object]) -> str:
    """Return what was asked for, or what was there, in words."""
    words = {name: " ".join(map(str, value)) if isinstance(value, list) else value for name, value in given.items()}
    return ", ".join(f"{name} {value}" for name, value in words.items() if value != "")


def report(result: Result, figures: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Give the lines of the whole report.

    Args:
        result: what was measured.
        figures: name of each figure to its title and its peer.
    """
    yield "# Benchmarks\n"
    yield "Medians, in square brackets smallest and largest round, in round brackets how many times as good as the peer.\n"
    for run in result.runs:
        changed = ", with changes that were not committed" if run["changed"] else ""
        yield (
            f"- {run['date']} UTC, commit {run['commit']}{changed}: {_options(run['options'])}; {run['processors']} processors "
            f"({run['processor']}), {run['memory_gb']} GB, load {run['load']} at the start, {run['system']}, "
            f"Python {run['python']}, {_options(run['versions'])}, Java {run['java']}"
        )
    for name, (title, peer) in figures.items():
        if rows := result.of(name):
            yield f"\n## {title}\n"
            yield f"`python benchmarks/run.py measure --only {name}`{f'; peer: {peer}' if peer else ''}.\n"
            yield from table(rows, peer)
            yield f"\n![{title}]({name}.svg)"
    if found := growth.fitted(result.rows.values()):
        yield "\n## Growth\n"
        yield (
            "Exponent of the cost as a power of the findings: 0 is flat, 1 linear; bold is worse than linear. Of a rate it is "
            "the cost of one answer; of statements a second, the cost of all statements.\n"
        )
        yield "| figure | case | contender | medians | exponent |"
        yield "|---|---|---|---|---|"
        for one in found:
            medians = ", ".join(f"{size:,}: {shown(value)}" for size, value in one.medians.items())
            bold = "**" if one.exponent > growth.WORSE_THAN_LINEAR else ""
            yield f"| {one.figure} | {one.case} | {one.contender} | {medians} {one.unit} | {bold}{one.exponent:.2f}{bold} |"
        yield "\n![Growth](growth.svg)"
