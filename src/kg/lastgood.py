"""The last good generation: what is served where ``current`` is damaged or gone.

A damaged generation is never served, and a site that has another one need not be down. What stands in is always told:
by the command, in the log, at ``/health`` and in the figures.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg import generations
from kg.errors import NoGeneration
from kg.generations import Generation
from kg.rollback import kept
from kg.spoken import gettext as _

Mark = tuple[str, tuple[tuple[str, int, int, int], ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """What can be served.

    Attributes:
        generation: a whole one.
        complaint: why it is not the current one; empty when it is.
    """

    generation: Generation
    complaint: str = ""


class LastGood:
    """Finds what can be served, and reads a generation that it found whole before only when its files have changed.

    Args:
        var: the folder for what is built.
    """

    def __init__(self, var: Path) -> None:
        self._var = var
        self._whole: set[Mark] = set()

    def find(self, *, anew: bool = False) -> Found:
        """Return the current generation when it is whole, else the one that became current last of those that are.

        Args:
            anew: read also what was found whole before.

        Raises:
            NoGeneration: nothing has been built, or nothing of it is whole; says what is wrong with the current one.
        """
        if anew:
            self._whole.clear()
        try:
            return Found(self.current())
        except NoGeneration as error:
            for generation in kept(self._var):
                with suppress(NoGeneration):
                    return Found(self._verified(generation), self._complaint(error))
            raise

    def current(self) -> Generation:
        """Return the current generation.

        Raises:
            NoGeneration: it is missing or damaged.
        """
        return self._verified(generations.current(self._var))

    def _complaint(self, error: NoGeneration) -> str:
        """Say why a generation that was built is not served as the current one."""
        link = self._var / "current"
        return str(error) if link.is_symlink() else _("the link %(place)s is gone; run: kg build", place=link)

    def _verified(self, generation: Generation) -> Generation:
        now = mark(generation.folder)
        if now not in self._whole:
            generation.verify()
            self._whole.add(now)
        return generation


def standing_in(found: Found) -> str:
    """Return the sentence that says that another generation than the current one is served, and why."""
    return _(
        "%(complaint)s; until then generation %(name)s is served, which was built before",
        complaint=found.complaint,
        name=found.generation.name,
    )


def mark(folder: Path) -> Mark:
    """Return what a folder with a generation is known by: its name, and of each file what a change would change."""
    try:
        folder = folder.resolve()
        with os.scandir(folder) as entries:
            files = [(entry.name, entry.stat()) for entry in entries if entry.is_file()]
    except OSError:
        return folder.name, ()
    return folder.name, tuple(sorted((name, at.st_ino, at.st_size, at.st_mtime_ns) for name, at in files))
