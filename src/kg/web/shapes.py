"""The colours and shapes of the states, for a picture; a page has them in ``site.css`` and ``marks.svg``."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS: Final = {
    "effect": ("#d9eedd", "#11602b"),
    "harm": ("#fadcd6", "#97190f"),
    "no-effect": ("#dfe4ea", "#33404d"),
    "mixed": ("#eadff2", "#5d2380"),
    "too-weak": ("#fcebc5", "#6b4700"),
    "untested": ("#d8edf3", "#0b5068"),
    "searched-nothing": ("#f0f4f9", "#154273"),
    "never-searched": ("#ffffff", "#5b6873"),
}
"""By state: behind the cell, and of its shape and word."""
_Points = list[tuple[float, float]]

_FILLED: Final[dict[str, list[_Points]]] = {
    "effect": [[(12, 3), (22, 20.5), (2, 20.5)]],
    "harm": [[(12, 21), (2, 3.5), (22, 3.5)]],
    "no-effect": [[(2.5, 6), (21.5, 6), (21.5, 10.2), (2.5, 10.2)], [(2.5, 13.8), (21.5, 13.8), (21.5, 18), (2.5, 18)]],
    "mixed": [[(7, 3.5), (12.5, 13), (1.5, 13)], [(17, 20.5), (11.5, 11), (22.5, 11)]],
}
_HALF: Final = 12.0
_SIZE: Final = 0.17


def shape(axes: "Axes", state: str, x: float, y: float) -> None:
    """Draw the shape of a state around a point, on axes in inches that count downwards."""
    from matplotlib.patches import Circle, Polygon, Wedge  # noqa: PLC0415 - only where a picture is drawn

    tone = COLOURS[state][1]
    unit = _SIZE / (2 * _HALF)

    def at(points: _Points) -> _Points:
        return [(x + unit * (across - _HALF), y + unit * (down - _HALF)) for across, down in points]

    for points in _FILLED.get(state, []):
        axes.add_artist(Polygon(at(points), facecolor=tone, edgecolor="none"))
    if state in {"too-weak", "never-searched"}:
        dashes = (0, (1.6, 1.4)) if state == "never-searched" else "solid"
        axes.add_artist(Circle((x, y), 8.8 * unit, facecolor="none", edgecolor=tone, linewidth=1, linestyle=dashes))
    if state == "too-weak":
        axes.add_artist(Wedge((x, y), 8.8 * unit, 90, 270, facecolor=tone, edgecolor="none"))
    if state == "untested":
        corners = at([(12, 2.5), (21.5, 12), (12, 21.5), (2.5, 12)])
        axes.add_artist(Polygon(corners, facecolor="none", edgecolor=tone, linewidth=1))
        axes.add_artist(Circle((x, y), 2.6 * unit, facecolor=tone, edgecolor="none"))
    if state == "searched-nothing":
        (centre, start, end) = at([(10, 10), (15.4, 15.4), (21.4, 21.4)])
        axes.add_artist(Circle(centre, 7.2 * unit, facecolor="none", edgecolor=tone, linewidth=1.1))
        axes.plot([start[0], end[0]], [start[1], end[1]], color=tone, linewidth=1.2, solid_capstyle="round")
