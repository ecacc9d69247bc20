"""How queries ended, told to whoever keeps count: a store knows no counter, it only tells."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from kg.errors import (
    BadQuery,
    Busy,
    EngineFailed,
    FederationRefused,
    NotAcceptable,
    ResultTooLarge,
    StoreUnavailable,
    TooManyQueries,
    TooMuchMemory,
    TooSlow,
    UpdateRefused,
    VisitorGone,
)
from kg.store.interface import Visitor

_OUTCOMES: Final[dict[type[Exception], str]] = {
    BadQuery: "bad query",
    FederationRefused: "refused",
    UpdateRefused: "refused",
    NotAcceptable: "not acceptable",
    TooSlow: "too slow",
    TooMuchMemory: "too much memory",
    ResultTooLarge: "too large",
    Busy: "busy",
    TooManyQueries: "too many",
    VisitorGone: "gone",
    EngineFailed: "engine failed",
    StoreUnavailable: "store unavailable",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How one query ended.

    Attributes:
        kind: who asked, a visitor or a page of the site.
        error: what went wrong; None when there is an answer.
        seconds: wall-clock time from the question to the answer.
        waited: the part of it before the query began to run.
        killed: whether its process was ended, or ended itself.
    """

    kind: Literal["visitor", "page"]
    error: Exception | None
    seconds: float
    waited: float
    killed: bool

    @property
    def outcome(self) -> str:
        """How it ended, in a word or two out of a fixed list."""
        if self.error is None:
            return "ok"
        return next((word for kind, word in _OUTCOMES.items() if isinstance(self.error, kind)), "error")


Teller = Callable[[Ending], None]


@dataclass(slots=True)
class Course:
    """What happens to a query on its way; filled in by the store."""

    waited: float = 0.0
    killed: bool = False


def silent(ending: Ending) -> None:
    """Tell nobody."""


@contextmanager
def told(tell: Teller, visitor: Visitor | None) -> Iterator[Course]:
    """Tell how the query inside the ``with`` block ended, also when it raises."""
    begun, course, wrong = time.monotonic(), Course(), None
    try:
        yield course
    except Exception as error:
        wrong = error
        raise
    finally:
        took = time.monotonic() - begun
        tell(Ending("visitor" if visitor else "page", wrong, took, course.waited, course.killed))
