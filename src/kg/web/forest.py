"""Forest plots: what a cell's estimates say, one panel for each measure and outcome, as SVG.

Nothing is pooled: estimates of different studies and groups stand under each other, and that is all. The table beside
the picture holds the same numbers. What a number means to the client is said with each of them, in a symbol and a word.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any, Final

from kg.web.catalogue import gettext as _
from kg.web.estimates import Estimate, Panel, said

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST: Final = 40
"""How many estimates of one panel are drawn."""
_BLUE, _INK, _MUTED, _LINE = "#154273", "#17212b", "#4c5a67", "#d3dae1"
_WIDTH, _LABELS, _NUMBERS = 10.0, 4.1, 2.2
_HEAD, _ROW, _FOOT = 0.84, 0.76, 0.5
_LETTERS: Final = 52
_NARROW: Final = 26
_RATIOS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def draw(drawn: Sequence[Panel], title: str) -> bytes:
    """Draw the panels below each other.

    Args:
        drawn: the panels, at least one.
        title: what the picture is called; stands in its description.

    Returns:
        An SVG document that needs no style sheet.
    """
    from matplotlib import rc_context  # noqa: PLC0415

    written = BytesIO()
    with rc_context({"svg.hashsalt": "werkkennis"}):
        figure(drawn).savefig(written, format="svg", metadata={"Date": None, "Title": title})
    return _unstyled(written.getvalue().decode()).encode()


def figure(drawn: Sequence[Panel]) -> "Figure":
    """Return the figure of the panels, below each other."""
    # Half a second to import, so only where a picture is drawn; Figure alone keeps no state between requests.
    from matplotlib.figure import Figure  # noqa: PLC0415

    heights = [_HEAD + _ROW * min(len(panel.estimates), MOST) + _FOOT for panel in drawn]
    whole = Figure(figsize=(_WIDTH, sum(heights)))
    top = sum(heights)
    for panel, height in zip(drawn, heights, strict=True):
        _panel(whole, panel, top, height)
        top -= height
    return whole


def _panel(figure: "Figure", panel: Panel, top: float, height: float) -> None:
    """Draw one panel; places are in inches from the bottom left."""
    whole = figure.get_size_inches()[1]
    shown = panel.estimates[:MOST]
    width = _WIDTH - _LABELS - _NUMBERS
    axes = figure.add_axes(
        (_LABELS / _WIDTH, (top - height + _FOOT) / whole, width / _WIDTH, (height - _HEAD - _FOOT) / whole)
    )
    figure.text(0.1 / _WIDTH, (top - 0.32) / whole, panel.title, fontsize=12, weight="bold", color=_BLUE)
    figure.text(0.1 / _WIDTH, (top - 0.54) / whole, panel.favours, fontsize=9, color=_INK)
    _scale(axes, panel)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.spines["bottom"].set_color(_MUTED)
    if panel.no_effect:
        axes.axvline(float(panel.no_effect), color=_MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        axes.annotate(
            _("no effect"), (float(panel.no_effect), 1), (0, 4), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center", fontsize=8, color=_MUTED,
        )  # fmt: skip
    for place, estimate in enumerate(shown):
        _estimate(axes, estimate, place)
        y = (top - _HEAD - _ROW * (place + 0.5)) / whole
        lines = wrap(estimate.name, _LETTERS, max_lines=2, placeholder=" …")
        meaning = ": ".join(filter(None, [estimate.direction, estimate.outcome]))
        told = [
            *lines,
            shorten(meaning, _LETTERS, placeholder=" …"),
            shorten(estimate.source, _LETTERS + 4, placeholder=" …"),
        ]
        for line, text in enumerate(told):
            last = line == len(told) - 1
            offset = ((len(told) - 1) / 2 - line) * 0.17 / whole
            figure.text(
                0.1 / _WIDTH, y + offset, text, va="center", fontsize=8 if last else 9, color=_MUTED if last else _INK
            )
        figure.text(
            (_LABELS + width + 0.15) / _WIDTH,
            y,
            _numbers(estimate),
            va="center",
            fontsize=9,
            color=_INK,
            linespacing=1.4,
        )


def _scale(axes: Any, panel: Panel) -> None:  # noqa: ANN401 - matplotlib leaves most of it untyped
    from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator  # noqa: PLC0415

    least, most = min(panel.numbers()), max(panel.numbers())
    if panel.logarithmic:
        room = max(most / least, 1.1) ** 0.08
        least, most = least / room, most * room
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        round_ones = [ratio for ratio in _RATIOS if least <= ratio <= most]
        axes.xaxis.set_major_locator(FixedLocator(round_ones) if len(round_ones) > 3 else MaxNLocator(5))  # noqa: PLR2004
    else:
        room = max(most - least, abs(most), 0.01) * 0.08
        least, most = least - room, most + room
        axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.set_xlim(least, most)
    axes.xaxis.set_major_formatter(lambda number, _place: said(f"{number:g}"))
    axes.tick_params(axis="x", labelsize=8, color=_MUTED, labelcolor=_INK)
    axes.grid(visible=True, axis="x", color=_LINE, linewidth=0.6)
    axes.set_axisbelow(True)


def _estimate(axes: Any, estimate: Estimate, place: int) -> None:  # noqa: ANN401
    """Draw the interval, as far as it is known, and the value: filled where it counts, open where it does not."""
    value = float(estimate.row["value"])
    lower, upper = (float(estimate.row[name]) if estimate.row[name] else value for name in ("lower", "upper"))
    axes.plot([lower, upper], [place, place], color=_BLUE, linewidth=1.4, solid_capstyle="butt", zorder=2)
    ends = [float(estimate.row[name]) for name in ("lower", "upper") if estimate.row[name]]
    axes.plot(ends, [place] * len(ends), linestyle="none", marker="|", color=_BLUE, markersize=7, zorder=2)
    face = _BLUE if estimate.counts else "white"
    axes.plot(value, place, marker="s", markersize=7, color=_BLUE, markerfacecolor=face, zorder=3)


def _numbers(estimate: Estimate) -> str:
    value = f"{estimate.said('value')} ({estimate.interval})" if estimate.interval else estimate.said("value")
    if len(value) > _NARROW:
        value = value.replace(" ", "\n", 1)
    more = [
        _("n = %(number)s", number=estimate.many("n")) if estimate.row["n"] else "",
        _("%(number)s months", number=estimate.many("followUpMonths")) if estimate.row["followUpMonths"] else "",
    ]
    return "\n".join(filter(None, [value, ", ".join(filter(None, more))]))


def _unstyled(picture: str) -> str:
    """Write styles as attributes: our pages, and an SVG is one when it is opened alone, allow no inline style."""

    def attributes(match: re.Match[str]) -> str:
        pairs = (rule.partition(":") for rule in match[1].split(";") if rule.strip())
        return " ".join(f'{name.strip()}="{value.strip()}"' for name, _colon, value in pairs)

    picture = re.sub(r"<style[^>]*>.*?</style>", "", picture, flags=re.DOTALL)
    picture = picture.replace("<svg ", '<svg stroke-linejoin="round" ', 1)
    return re.sub(r'style="([^"]*)"', attributes, picture)
