"""Charts of an answer: what matplotlib draws, as SVG, for people who read a picture sooner than a table.

The table beside a chart holds the same numbers; colours go with hatching, so that nobody needs to tell them apart.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from kg.store import Table
from kg.web.captions import CODES
from kg.web.tables import heading

_COLOURS: Final = ("#154273", "#7da7d0", "#c98a00", "#8f1d14", "#4c5a67", "#b8c4cf")
_HATCHES: Final = ("", "//", "..", "xx", "\\\\", "--")
_INCH: Final = 0.34
_MOST: Final = 40
_LONGEST: Final = 60


def tells(table: Table, columns: Sequence[str]) -> bool:
    """Return whether a chart of these columns has any bar to show."""
    return any(float(row[value] or 0) for row in table.records() for value in columns[1:])


def bars(table: Table, columns: Sequence[str], title: str, source: str) -> bytes:
    """Draw an answer as horizontal bars, one for each row, with the values of a row stacked.

    Args:
        table: the answer; at most its first 40 rows are drawn.
        columns: of the bars' labels, then of the values, which are counts.
        title: above the chart.
        source: below it.

    Returns:
        An SVG document.
    """
    # Half a second to import, so only where a chart is drawn; Figure alone keeps no state between requests.
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    rows = table.records()[:_MOST]
    label, *values = columns
    names = [_short(row[label]) for row in rows]
    with rc_context({"svg.hashsalt": "werkkennis", "font.size": 10, "hatch.linewidth": 0.6}):
        figure = Figure(figsize=(9, 1.6 + _INCH * max(1, len(rows))), layout="constrained")
        axes = figure.add_subplot()
        left = [0.0] * len(rows)
        for value, colour, hatch in zip(values, _COLOURS, _HATCHES, strict=False):
            widths = [float(row[value] or 0) for row in rows]
            drawn = axes.barh(
                range(len(rows)), widths, left=left, color=colour, hatch=hatch, edgecolor="white", label=heading(value)
            )
            axes.bar_label(
                drawn,
                [f"{width:g}" if width else "" for width in widths],
                label_type="center",
                color="white" if colour in {_COLOURS[0], _COLOURS[3], _COLOURS[4]} else "black",
                fontsize=9,
            )
            left = [before + width for before, width in zip(left, widths, strict=True)]
        axes.set_yticks(range(len(rows)), names)
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(title, loc="left", fontsize=12, wrap=True)
        axes.set_xlabel(source, loc="left", fontsize=8, color="#4c5a67")
        if len(values) > 1:
            axes.legend(frameon=False, fontsize=9, loc="best")
        drawing = BytesIO()
        figure.savefig(drawing, format="svg", metadata={"Date": None, "Title": title})
    return drawing.getvalue()


def _short(text: str) -> str:
    text = str(CODES.get(text, text))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
