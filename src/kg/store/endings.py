"""How queries ended, told to whoever keeps count: a store knows no counter, it only tells."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from kg.store.interface import Visitor


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
