"""Places for queries and other work: how much runs or waits at once, in all and for one visitor."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from kg.errors import Busy, TooManyQueries
from kg.store.interface import Visitor

_SITE: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much a store takes on.

    Attributes:
        processes: queries that run at once.
        queue: queries that may wait until they run.
        per_visitor: queries at once for one address.
        query_seconds: wall-clock time for a visitor's query.
        page_seconds: wall-clock time for a query of the site itself.
    """

    processes: int
    queue: int
    per_visitor: int
    query_seconds: float
    page_seconds: float

    def seconds(self, visitor: Visitor | None) -> float:
        """Return the wall-clock time for a query of a visitor, or of the site itself."""
        return self.query_seconds if visitor else self.page_seconds


class Places:
    """Who runs or waits.

    Args:
        most: how many may, in all.
        per_visitor: how many of one address.
        what: what they are, as people are told.
    """

    def __init__(self, most: int, per_visitor: int, what: str = "queries") -> None:
        self._most = most
        self._per_visitor = per_visitor
        self._what = what
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many run or wait."""
        return self._asked.total()

    @contextmanager
    def take(self, visitor: Visitor | None) -> Iterator[None]:
        """Hold a place while something runs or waits.

        Raises:
            Busy: all places are taken.
            TooManyQueries: this visitor has as many as one may have.
        """
        name = visitor.address if visitor else _SITE
        with self._lock:
            if self._asked.total() >= self._most:
                raise Busy(f"too many {self._what} wait; try again in a moment")
            if visitor and self._asked[name] >= self._per_visitor:
                raise TooManyQueries(
                    f"{self._per_visitor} {self._what} of your address are running; wait for one to end"
                )
            self._asked[name] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asked[name] -= 1
                if not self._asked[name]:
                    del self._asked[name]
