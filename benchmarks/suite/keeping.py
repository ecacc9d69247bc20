"""A result on disk: JSON that further runs are added to, so that the suite can be run in parts."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Self

from suite import machine
from suite.measuring import Row

FILE = "result.json"


class Result:
    """What was measured, and on what.

    Args:
        folder: where it lies, or will.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[tuple[str, str, int], Row] = {}
        self.runs: list[dict[str, object]] = []
        if (folder / FILE).exists():
            kept = json.loads((folder / FILE).read_text("utf-8"))
            self.runs = kept["runs"]
            self.add(Row(**row) for row in kept["rows"])

    def begin(self, **options: object) -> None:
        """Note that a run begins, on which machine and with which options."""
        self.runs.append({**machine.told(), "options": options})

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows in, in place of older ones of the same name."""
        for row in rows:
            self.rows[row.name] = row

    def of(self, figure: str) -> list[Row]:
        """Return the rows of a figure."""
        return [row for row in self.rows.values() if row.figure == figure]

    def kept_to(self, figures: Collection[str], sizes: Collection[int]) -> Self:
        """Drop the rows of other figures and sizes than these, where some are named."""
        self.rows = {
            name: row
            for name, row in self.rows.items()
            if (not figures or row.figure in figures) and (not sizes or row.size in sizes)
        }
        return self

    def save(self) -> None:
        """Write it, at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {"runs": self.runs, "rows": [asdict(row) for row in self.rows.values()]}
        new = self.folder / f"{FILE}.new"
        new.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
        new.replace(self.folder / FILE)
