"""Lists in pages: which page an address asks for, and to which pages it links."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import request, url_for

from kg.errors import BadParameter, NotFound

PARAMETER: Final = "page"
_MOST: Final = 999_999
_NEAR: Final = 2

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list.

    Attributes:
        number: which page, from 1.
        size: how many a full page has.
        total: how many the list has.
    """

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many of the list stand on the pages before."""
        return (self.number - 1) * self.size

    @property
    def around(self) -> list[int]:
        """The pages to link to: the first, the last and those around this one; 0 where some are left out."""
        near = range(max(2, self.number - _NEAR), min(self.pages - 1, self.number + _NEAR) + 1)
        found: list[int] = []
        for other in dict.fromkeys((1, *near, self.pages)):
            if found and other > found[-1] + 1:
                found.append(0)
            found.append(other)
        return found

    def cut(self, things: Sequence[Thing]) -> list[Thing]:
        """Return those of a whole list that stand on this page."""
        return list(things[self.offset : self.offset + self.size])

    def asked_of(self, query: str) -> str:
        """Return a query for this page, made of the one for the first: no ``VALUES`` clause can give its offset."""
        return query.replace("OFFSET 0", f"OFFSET {self.offset}")

    def link(self, number: int) -> str:
        """Return the address of another page of the same list."""
        kept: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(flat=False)}
        kept[PARAMETER] = number if number > 1 else None
        return url_for(request.endpoint or "", **kept)


def paged(total: int, size: int) -> Paging:
    """Return the page of a list that the address asks for, the first where it does not say.

    Args:
        total: how many the list has.
        size: how many stand on a page.

    Raises:
        BadParameter: what it asks for is no number of a page.
        NotFound: there are fewer pages.
    """
    found = Paging(asked(), size, total)
    if found.number > found.pages:
        raise NotFound(f"there are {found.pages} pages")
    return found


def asked() -> int:
    """Return the number of the page that the address asks for.

    Raises:
        BadParameter: it is no number of a page.
    """
    given = request.args.get(PARAMETER, "").strip() or "1"
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:9]) <= _MOST):
        raise BadParameter("page: a whole number from 1 is needed")
    return int(given)
