"""The map as a picture for a report: the same cells, states and counts in colour, shape and word, with a legend."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from flask import Response, url_for

from kg.errors import BadParameter
from kg.web.catalogue import gettext as _
from kg.web.catalogue import ngettext
from kg.web.dates import say
from kg.web.grid import Cell
from kg.web.headers import DRAWING
from kg.web.negotiate import PNG, SVG
from kg.web.shapes import COLOURS, shape
from kg.web.site import site
from kg.web.text import lower_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kg.web.view import View

FORMATS: Final = {SVG: "svg", PNG: "png"}
_INK, _MUTED, _LINE = "#17212b", "#4c5a67", "#d3dae1"
_MOST: Final = 900
"""Cells in a picture: more cannot be read, and cost seconds to draw."""
_WIDE, _HEAD, _MARGIN = 1.25, 2.3, 0.25
"""Sizes in inches: the width of a cell and of the heads of rows, the white around all."""
_STEP: Final = 0.15
_APART: Final = 0.2


def prepare() -> None:
    """Read what draws before somebody asks for a picture: it takes half a second, and longer where fonts are not listed yet."""
    from matplotlib.backends import backend_agg, backend_svg  # noqa: F401, PLC0415
    from matplotlib.figure import Figure  # noqa: F401, PLC0415


def draw(media_type: str, context: Mapping[str, Any]) -> Response:
    """Return the map as a picture.

    Args:
        media_type: SVG or PNG.
        context: what the map's page is made of: the view, the grid as it is folded, the states, the levels of the bar,
            the filters.

    Raises:
        BadParameter: the map has more cells than a picture can hold.
    """
    # Half a second to import, so a command does without; a figure of its own keeps no state between requests.
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    view, grid, states = context["view"], context["grid"], context["states"]
    rows, columns = grid.sides
    if len(rows) * len(columns) > _MOST:
        raise BadParameter(f"a picture holds {_MOST} cells at most; shut some branches, or choose one with rowTop")
    title = _("%(rows)s and %(columns)s", rows=view.rows.label, columns=lower_first(view.columns.label))
    above = [line for text in _settings(context) for line in wrap(text, 30 + 14 * len(columns))]
    labels = [_name(head.label, head.depth, 17) for head in columns]
    top = 0.62 + _STEP * (len(above) + max(map(len, labels), default=1))
    width = max(_HEAD + _WIDE * len(columns), 7) + 2 * _MARGIN
    below = wrap(_source(view), int(12 * width))
    names = [_name(row.label, row.depth, 30) for row in rows]
    highs = [
        max(len(name), *(len(_words(cell, states) + _told(cell)) for cell in grid.across(row))) * _STEP + 0.18
        for name, row in zip(names, rows, strict=True)
    ]
    height = top + sum(highs) + 0.3 + _APART * (len(states) + 1) + _STEP * len(below) + 2 * _MARGIN
    # Letters stay letters in SVG: they can be searched and read aloud, and drawing each as a shape took half the time.
    with rc_context(
        {
            "svg.hashsalt": "werkkennis",
            "svg.fonttype": "none",
            "font.family": ["DejaVu Sans", "sans-serif"],
            "font.size": 7.5,
        }
    ):
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(-_MARGIN, width - _MARGIN), ylim=(height - _MARGIN, -_MARGIN))
        axes.axis("off")
        axes.text(0, 0, title, va="top", fontsize=15, fontweight="bold", color="#0d2f54")
        _write(axes, 0, 0.36, above, color=_MUTED)
        for place, label in enumerate(labels):
            x = _HEAD + _WIDE * place + 0.06
            _write(axes, x, top - 0.06 - _STEP * len(label), label, weight="normal" if columns[place].depth else "bold")
        y = top
        for row, name, high in zip(rows, names, highs, strict=True):
            start = y + (high - _STEP * len(name)) / 2
            _write(axes, 0.14 * row.depth, start, name, weight="normal" if row.depth else "bold")
            for place, cell in enumerate(grid.across(row)):
                _cell(axes, (_HEAD + _WIDE * place, y, high), cell, _words(cell, states))
            y += high
        _write(axes, 0, _legend(axes, y + 0.25, states), below, color=_MUTED)
        drawing = BytesIO()
        made = {"Title": title} | ({"Date": None} if media_type == SVG else {})
        figure.savefig(drawing, format=FORMATS[media_type], dpi=150, metadata=made)
    response = Response(drawing.getvalue(), mimetype=media_type)
    file = f"{view.rows.name}-{view.columns.name}-{view.values['asOf']}.{FORMATS[media_type]}"
    response.headers["Content-Disposition"] = f'inline; filename="{file}"'
    response.headers["Content-Security-Policy"] = DRAWING
    return response


def _settings(context: Mapping[str, Any]) -> list[str]:
    view = context["view"]
    level = next((level["definition"] for level in context["levels"] if level["rank"] == view.bar), "")
    said = [_("As of %(date)s; an effect counts from rigour %(bar)s on.", date=say(view.values["asOf"]), bar=view.bar)]
    said.append(f"{view.bar}: {level}")
    said += [_("Only: %(label)s", label=label) for label in context["branches"].values()]
    for field in context["narrowed"]:
        chosen = next((option.label for option in field.options if option.value == field.value), field.value)
        said.append(f"{field.label}: {chosen}")
    return said


def _source(view: "View") -> str:
    """Say what absence does not mean, and where the picture comes from."""
    place = url_for("map.show", _external=True, **(view.kept | {"asOf": view.values["asOf"]}))
    source = _(
        "Source: Werkkennis, %(place)s, generation %(generation)s, CC BY 4.0.",
        place=place,
        generation=site().generation,
    )
    return f"{_('Not in here does not mean: does not work.')} {source}"


def _words(cell: Cell, states: Mapping[str, Mapping[str, str]]) -> list[str]:
    return wrap(states[cell.state]["label"], 15)


def _told(cell: Cell) -> list[str]:
    """Say the counts of a cell, one in a line; where findings differ, how many point to each direction."""
    told = []
    if cell.studies:
        told.append(ngettext("%(num)d study", "%(num)d studies", cell.studies))
    elif cell.findings:
        told.append(ngettext("%(num)d finding", "%(num)d findings", cell.findings))
    elif cell.newest:
        told.append(_("searched up to %(year)s", year=cell.newest[:4]))
    if cell.state == "mixed":
        words = {
            "favourable": _("%(num)d favourable", num=cell.spread["favourable"]),
            "none": _("%(num)d without effect", num=cell.spread["none"]),
            "unfavourable": _("%(num)d unfavourable", num=cell.spread["unfavourable"]),
            "mixed": _("%(num)d mixed", num=cell.spread["mixed"]),
        }
        told += [text for name, text in words.items() if cell.spread[name]]
    if cell.gaps:
        told.append(f"{cell.gaps} {ngettext('stated gap.', 'stated gaps.', cell.gaps)}")
    if cell.projects:
        told.append(f"{cell.projects} {ngettext('project under way.', 'projects under way.', cell.projects)}")
    return [text.rstrip(".") for text in told]


def _cell(axes: "Axes", place: tuple[float, float, float], cell: Cell, words: Sequence[str]) -> None:
    """Draw a cell at a place: from the left, from above, and how high it is."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    x, y, high = place
    tint, tone = COLOURS[cell.state]
    axes.add_artist(Rectangle((x, y), _WIDE, high, facecolor=tint, edgecolor=_LINE, linewidth=0.7))
    shape(axes, cell.state, x + 0.14, y + 0.14)
    _write(axes, x + 0.28, y + 0.07, words, color=tone, weight="bold" if cell.studies else "normal")
    _write(axes, x + 0.06, y + 0.09 + _STEP * len(words), _told(cell), fontsize=6.2)


def _legend(axes: "Axes", y: float, states: Mapping[str, Mapping[str, str]]) -> float:
    """Draw what each state means, one below the other; give the height at which to go on."""
    for name, state in states.items():
        shape(axes, name, x=0.09, y=y + 0.06)
        _write(axes, 0.28, y, [state["label"]], color=COLOURS[name][1], weight="bold")
        _write(axes, _HEAD, y, [state["definition"]], color=_MUTED)
        y += _APART
    return y + 0.1


def _name(label: str, depth: int, width: int) -> list[str]:
    lines = wrap(label, width, break_long_words=False)
    return [("↳ " if depth > 1 else "") + lines[0], *lines[1:]]


def _write(axes: "Axes", x: float, y: float, lines: Sequence[str], **style: str | float) -> None:
    """Write lines, the first at a point, in the given style: colour, weight, size."""
    for number, line in enumerate(lines):
        axes.text(x, y + _STEP * number, line, {"va": "top", "color": _INK} | style)
