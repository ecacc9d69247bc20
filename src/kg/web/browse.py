"""Everything that has a page, kind by kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response

from kg.errors import NotFound
from kg.vocabulary import ID
from kg.web.answers import page
from kg.web.concepts import tree
from kg.web.dates import precision_of, say
from kg.web.kinds import BY_NAME, SHELVES
from kg.web.language import language
from kg.web.negotiate import HTML, choose
from kg.web.paging import paged
from kg.web.site import bound, records, site
from kg.web.tables import in_order

room = Blueprint("browse", __name__)

PAGE: Final = 250
"""Things on a page of a list; ``things-of-kind.rq`` gives as many."""
_ORGANISATION: Final = "http://www.w3.org/ns/org#Organization"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing in a list.

    Attributes:
        iri: the thing.
        label: its name.
        words: what tells it apart: a design, a kind, a direction, an author.
        date: its date in words, or the empty string.
        depth: how many concepts of its scheme stand above it.
    """

    iri: str
    label: str
    words: str = ""
    date: str = ""
    depth: int = 0


@room.get("/browse")
def shelves() -> Response:
    """Show which kinds of things there are, and how many of each."""
    choose((HTML,))
    counts = {row["kind"]: int(row["things"]) for row in records("kinds-counted")}
    found = [(title, [(BY_NAME[name], counts[name]) for name in names if name in counts]) for title, names in SHELVES]
    return page("browse.html", shelves=found, schemes=records("schemes", lang=language()), query=bound("kinds-counted"))


@room.get("/browse/<name>")
def one(name: str) -> Response:
    """List the things of one kind, a page at a time: concepts as their scheme nests them, all else by date and name.

    Raises:
        BadParameter: the page that is asked for is no number.
        NotFound: there is no such kind, or no such page of its list.
    """
    choose((HTML,))
    if name not in BY_NAME:
        raise NotFound(f"there is no list of {name}; there are lists of {', '.join(BY_NAME)}")
    kind = BY_NAME[name]
    if kind.scheme:
        scheme = f"{ID}scheme/{kind.scheme}"
        items, query = _nested(scheme), bound("concepts", scheme=scheme, lang=language())
        these = paged(len(items), PAGE)
        items = these.cut(items)
    else:
        things = {"class": kind.iri or _ORGANISATION, "kind": name}
        these = paged(int(records("things-counted", **things)[0]["things"]), PAGE)
        query = these.asked_of(bound("things-of-kind", **things, lang=language()))
        items = [_item(row) for row in in_order(site().store.select(query)).records()]
    return page("browse-kind.html", kind=kind, items=items, query=query, paging=these)


def _nested(scheme: str) -> list[Item]:
    return [Item(head.iri, head.label, head.group, depth=head.depth) for head in tree(scheme)]


def _item(row: Mapping[str, str]) -> Item:
    date = say(row["date"], precision_of(row["date"], [row["thing"], row["publication"]])) if row["date"] else ""
    words = " · ".join(part for part in (row["words"], row["names"]) if part)
    return Item(row["thing"], row["label"] or row["thing"].removeprefix(ID), words, date)
