"""The verdict on one cell of the map, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Final

from kg.web.catalogue import gettext as _
from kg.web.catalogue import ngettext
from kg.web.dates import precision_of, say

Row = Mapping[str, str]
_COUNTED: Final = ("favourable", "none", "unfavourable", "mixed")
_CONTESTED: Final = "gap-status/contested"


def verdict(cell: Row, parts: Mapping[str, Sequence[Row]], bar: str, *, narrowed: bool = False) -> list[str]:
    """Say what is known in a cell, and which of its gaps are contested.

    Args:
        cell: its row of ``gap-map``.
        parts: the rows of ``cell-findings``, ``cell-gaps`` and ``cell-searches`` (the newest first) by the last word
            of these names.
        bar: the least rigour with which an effect counts.
        narrowed: whether filters are in force, so that a search has to cover more than row and column.
    """
    known = _nowhere(narrowed=narrowed) if cell["state"] == "never-searched" else _known(cell, parts, bar)
    return [*known, *_contested(parts["gaps"])]


def _nowhere(*, narrowed: bool) -> list[str]:
    if narrowed:
        first = _("No finding stands here, and no known search covers both concepts within this choice.")
    else:
        first = _("No finding stands here, and no known search covers both concepts.")
    return [first, _("That nothing stands here does not mean that it does not work.")]


def _known(cell: Row, parts: Mapping[str, Sequence[Row]], bar: str) -> list[str]:
    findings, searches = parts["findings"], parts["searches"]
    number = int(cell["findings"])
    state = cell["state"]
    if state == "searched-nothing":
        until = _when(searches[0], "until", "search")
        return [_("No finding stands here, although a search up to %(date)s covers both concepts.", date=until)]
    if state == "untested":
        return [
            ngettext(
                "%(num)d finding stands here; its source does not say that it rests on empirical research.",
                "%(num)d findings stand here; of none does its source say that it rests on empirical research.",
                number,
            )
        ]
    if state == "too-weak":
        return [
            ngettext(
                "%(num)d finding stands here, but it does not show an effect with a direction at a rigour of %(bar)s or more.",
                "%(num)d findings stand here, but none shows an effect with a direction at a rigour of %(bar)s or more.",
                number,
                bar=bar,
            ),
            _newest(findings),
        ]
    spread = [_spread(cell)] if state == "mixed" else []
    return [_counted(cell), *spread, _newest([row for row in findings if row["counts"] == "true"])]


def _counted(cell: Row) -> str:
    """Say how many findings count, and from how many studies they come."""
    studies = ngettext("%(num)d study", "%(num)d studies", int(cell["studies"]))
    return ngettext(
        "%(num)d finding counts here, from %(studies)s.",
        "%(num)d findings count here, from %(studies)s.",
        sum(int(cell[direction]) for direction in _COUNTED),
        studies=studies,
    )


def _spread(cell: Row) -> str:
    """Say how the findings that count differ."""
    words = {
        "favourable": _("favourable: %(num)s", num=cell["favourable"]),
        "none": _("no effect: %(num)s", num=cell["none"]),
        "unfavourable": _("unfavourable: %(num)s", num=cell["unfavourable"]),
        "mixed": _("mixed in itself: %(num)s", num=cell["mixed"]),
    }
    told = ", ".join(words[direction] for direction in _COUNTED if int(cell[direction]))
    return f"{told[:1].upper()}{told[1:]}."


def _newest(findings: Sequence[Row]) -> str:
    """Say how firm the findings are, from the least to the most, and of when the newest is."""
    ranks = [int(row["rank"]) for row in findings if row["rank"]]
    newest = max(findings, key=lambda row: row["issued"])
    date = _when(newest, "issued", "publication")
    least, most = min(ranks, default=-1), max(ranks, default=-1)
    if most < 0:
        return _("The rigour is not known. Newest source: %(date)s.", date=date)
    if least == most:
        return _("The rigour is %(rank)s of 5. Newest source: %(date)s.", rank=most, date=date)
    if least < 0:
        return _(
            "The rigour is %(rank)s of 5 at most, and not known of all. Newest source: %(date)s.", rank=most, date=date
        )
    return _(
        "The rigour runs from %(least)s to %(most)s of 5. Newest source: %(date)s.", least=least, most=most, date=date
    )


def _contested(gaps: Sequence[Row]) -> list[str]:
    """Name the gaps of this cell that a finding from another source denies.

    A gap that names only the row or only the column is about more than this cell, so it stands in the list alone.
    """
    contested = (row for row in gaps if row["scope"] == "cell" and row["status"].endswith(_CONTESTED))
    names = list(dict.fromkeys(row["gapLabel"] for row in contested))
    if not names:
        return []
    told = "; ".join(f"“{name}”" for name in names)
    return [
        ngettext(
            "A finding contests a gap that is listed below: %(names)s.",
            "Findings contest %(num)d gaps that are listed below: %(names)s.",
            len(names),
            names=told,
        )
    ]


def _when(row: Row, column: str, bearer: str) -> str:
    return say(row[column], precision_of(row[column], [row[bearer]], column))
