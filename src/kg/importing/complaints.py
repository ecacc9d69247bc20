"""What is wrong with a table, by row and column, all of it at once."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kg.errors import KgError
from kg.spoken import gettext as _
from kg.spoken import ngettext


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One mistake in a table, or one doubt about it.

    Attributes:
        row: its number as a spreadsheet shows it; 0 for the table as a whole.
        column: its name; empty where the whole row is meant.
        value: what stands there.
        message: what is wrong and how to mend it.
    """

    row: int
    column: str
    value: str
    message: str

    def told(self, rows: Sequence[int] = ()) -> str:
        """Return it as a line for a person; ``rows`` are all to which it applies, where there are more."""
        place = [_("row %(row)s", row=self.row)] * bool(self.row)
        if len(rows) > 1:
            place = [_("rows %(rows)s", rows=spans(rows))]
        place += [_("column %(column)s", column=self.column)] * bool(self.column)
        shown = f" {self.value!r}" if self.value else ""
        where = ", ".join(place) or _("the table")
        return f"  {where}{shown}: {self.message}"


def spans(rows: Sequence[int]) -> str:
    """Return numbers of rows in order, with those that follow each other as one run."""
    found: list[list[int]] = []
    for row in sorted(set(rows)):
        if found and found[-1][-1] == row - 1:
            found[-1].append(row)
        else:
            found.append([row])
    return ", ".join(f"{run[0]}\N{EN DASH}{run[-1]}" if len(run) > 1 else str(run[0]) for run in found)


def lines(complaints: Sequence[Complaint]) -> list[str]:
    """Return complaints as lines for a person; what is wrong in the same way in many rows is said once."""
    alike: dict[tuple[str, str, str], list[Complaint]] = {}
    for complaint in complaints:
        alike.setdefault((complaint.column, complaint.value, complaint.message), []).append(complaint)
    return [same[0].told([one.row for one in same]) for same in alike.values()]


class NotImported(KgError):
    """A table with mistakes; nothing is written.

    Args:
        name: of the file.
        complaints: all that is wrong.
        hints: sentences that help to mend it.
    """

    status = 422

    def __init__(self, name: str, complaints: Sequence[Complaint], hints: Sequence[str] = ()) -> None:
        self.hints = list(hints)
        self.name = name
        self.complaints = sorted(set(complaints))
        super().__init__(
            ngettext(
                "nothing is written, because of %(num)s mistake in %(name)s",
                "nothing is written, because of %(num)s mistakes in %(name)s",
                len(self.complaints),
                name=name,
            )
        )

    def text(self) -> str:
        """Return the mistakes below the file's name, each on a line of its own."""
        return "\n".join([self.name, *lines(self.complaints), *self.hints]) + "\n"

    def json(self) -> str:
        """Return the mistakes as JSON."""
        told: dict[str, Any] = {"file": self.name, "complaints": [asdict(complaint) for complaint in self.complaints]}
        told |= {"hints": self.hints} if self.hints else {}
        return json.dumps(told, indent=2, ensure_ascii=False)
