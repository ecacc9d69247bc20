"""The verdict on one cell of the map, in sentences."""

from collections.abc import Mapping, Sequence

from kg.web.catalogue import gettext as _
from kg.web.catalogue import ngettext
from kg.web.dates import precision_of, say

Row = Mapping[str, str]
_COUNTED = ("favourable", "none", "unfavourable", "mixed")


def verdict(cell: Row, findings: Sequence[Row], searches: Sequence[Row], bar: str) -> list[str]:
    """Say what is known in a cell.

    Args:
        cell: its row of ``gap-map``.
        findings: the rows of ``cell-findings``.
        searches: the rows of ``cell-searches``, the newest first.
        bar: the least rigour with which an effect counts.
    """
    number = int(cell["findings"])
    state = cell["state"]
    if state == "never-searched":
        return [
            _("No finding stands here, and no known search covers both concepts."),
            _("That nothing stands here does not mean that it does not work."),
        ]
    if state == "searched-nothing":
        until = _when(searches[0], "until", "search")
        return [_("No finding stands here, although a search up to %(date)s covers both concepts.", date=until)]
    if state == "untested":
        return [
            ngettext(
                "%(num)d finding stands here; it does not rest on empirical research.",
                "%(num)d findings stand here; none of them rests on empirical research.",
                number,
            )
        ]
    if state == "too-weak":
        return [
            ngettext(
                "%(num)d finding stands here, and it is not an effect shown with a rigour of %(bar)s or more.",
                "%(num)d findings stand here, and none is an effect shown with a rigour of %(bar)s or more.",
                number,
                bar=bar,
            ),
            _newest(findings),
        ]
    return [_counted(cell), _newest([row for row in findings if row["counts"] == "true"])]


def _counted(cell: Row) -> str:
    """Say how many findings count, and from how many studies they come."""
    studies = ngettext("%(num)d study", "%(num)d studies", int(cell["studies"]))
    return ngettext(
        "%(num)d finding counts here, from %(studies)s.",
        "%(num)d findings count here, from %(studies)s.",
        sum(int(cell[direction]) for direction in _COUNTED),
        studies=studies,
    )


def _newest(findings: Sequence[Row]) -> str:
    """Say how firm the firmest finding is and of when the newest."""
    rank = max((int(row["rank"]) for row in findings if row["rank"]), default=-1)
    newest = max(findings, key=lambda row: row["issued"])
    date = _when(newest, "issued", "publication")
    if rank < 0:
        return _("The rigour is not known. Newest source: %(date)s.", date=date)
    return _("The highest rigour is %(rank)s of 5. Newest source: %(date)s.", rank=rank, date=date)


def _when(row: Row, column: str, bearer: str) -> str:
    return say(row[column], precision_of(row[column], [row[bearer]], column))
