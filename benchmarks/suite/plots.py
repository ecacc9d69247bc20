"""A plot for each figure, as SVG: medians as bars with the smallest and largest round, and growth as lines."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from suite import growth
from suite.keeping import Result
from suite.measuring import Row

mpl.rcParams["svg.hashsalt"] = "werkkennis"
BAR = 0.22
NAMED = 0.13
WHITE = "white"


def bars(rows: list[Row], title: str, path: Path) -> None:
    """Draw a figure's rows: a group of bars for each case, a colour for each contender."""
    rows = [row for row in rows if row.values]
    contenders = list(dict.fromkeys(name for row in rows for name in row.values))
    if not rows:
        return
    figure = Figure(figsize=(9, 1.2 + BAR * sum(len(row.values) + 1 for row in rows)), layout="constrained")
    axes = figure.subplots()
    ticks, names, place = [], [], 0.0
    for row in rows:
        first = place
        for contender, values in row.values.items():
            middle = row.median(contender) or 0
            error = [[middle - min(values)], [max(values) - middle]]
            axes.barh(place, middle, 0.9, xerr=error, color=f"C{contenders.index(contender) % 10}", ecolor="black")
            place += 1
        ticks.append((first + place - 1) / 2)
        names.append(f"{row.case}\n{row.size or 'real graph'}, {row.unit}")
        place += 1
    axes.set_xscale("log")
    axes.set_yticks(ticks, names, fontsize=7)
    axes.invert_yaxis()
    axes.set_title(title)
    for place_, contender in enumerate(contenders):
        axes.barh(0, 0, color=f"C{place_ % 10}", label=contender)
    axes.legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None}, facecolor=WHITE)


def lines(result: Result, path: Path) -> None:
    """Draw how each figure grows, a panel for each figure, on logarithmic axes."""
    found = growth.fitted(result.rows.values())
    names = list(dict.fromkeys(one.figure for one in found))
    if not names:
        return
    # Every line has a name, two side by side below the panel.
    heights = [3.6 + NAMED * sum(one.figure == name for one in found) / 2 for name in names]
    figure = Figure(figsize=(9, sum(heights)), layout="constrained")
    panels = figure.subplots(len(names), squeeze=False, height_ratios=heights)
    for (axes,), name in zip(panels, names, strict=True):
        for one in (one for one in found if one.figure == name):
            label = f"{one.case}, {one.contender}: {one.exponent:.2f}"
            axes.loglog(list(one.medians), list(one.medians.values()), marker="o", label=label)
        axes.set_title(name)
        axes.set_xlabel("findings")
        axes.legend(fontsize=5, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.6 / 3.6))
    figure.savefig(path, metadata={"Date": None}, facecolor=WHITE)


def draw(result: Result, titles: dict[str, str]) -> None:
    """Draw all figures of a result, beside it."""
    for name, title in titles.items():
        bars(result.of(name), title, result.folder / f"{name}.svg")
    lines(result, result.folder / "growth.svg")
