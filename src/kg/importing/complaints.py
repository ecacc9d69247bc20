"""What is wrong with a table, by row and column, all of it at once."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from kg.errors import KgError


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One mistake in a table.

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

    def told(self) -> str:
        """Return it as a line for a person."""
        place = ", ".join([f"row {self.row}"] * bool(self.row) + [f"column {self.column}"] * bool(self.column))
        shown = f" {self.value!r}" if self.value else ""
        return f"  {place or 'the table'}{shown}: {self.message}"


class NotImported(KgError):
    """A table with mistakes; nothing is written.

    Args:
        name: of the file.
        complaints: all that is wrong.
    """

    status = 422

    def __init__(self, name: str, complaints: Sequence[Complaint]) -> None:
        super().__init__(f"nothing is written, because of {len(complaints)} mistakes in {name}")
        self.name = name
        self.complaints = sorted(set(complaints))

    def text(self) -> str:
        """Return every mistake on a line of its own, below the file's name."""
        return "\n".join([self.name, *(complaint.told() for complaint in self.complaints)]) + "\n"

    def json(self) -> str:
        """Return the mistakes as JSON."""
        told = {"file": self.name, "complaints": [asdict(complaint) for complaint in self.complaints]}
        return json.dumps(told, indent=2, ensure_ascii=False)
