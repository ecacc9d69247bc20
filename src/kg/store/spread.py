"""Find the word of a query at which the engine could not go on.

The engine names the farthest place that it looked at. Where it looked for a keyword that is as many characters past
the mistake as the keyword is long, so the place may lie words beyond it. With more room between the words than the
longest keyword takes, no look at one word reaches the next; so the query is read once more, spread out.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

import pyoxigraph as ox

from kg.vocabulary import BASE
from kg.words import words

_ROOM = " " * 24
_STOP = "\x01"
"""Stands at the end, so that no spread query can be read, nor begin to be answered."""
_OPENS = frozenset("({,;")
_CLOSES = frozenset(")}")
_QUOTES = frozenset("\"'")
_AT = re.compile(r"error at (\d+):(\d+): ")
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where the engine could not go on.

    Attributes:
        at: the offset in the query at which the word begins.
        name: the prefixed name there whose prefix is not declared; empty where that is not what is wrong.
        ends: whether the query ends there.
        unclosed: whether what begins there is a text without its end.
        exact: whether the engine stopped right there, so that what it expected would stand in place of the word.
        message: of the engine, about the spread query.
    """

    at: int
    name: str
    ends: bool
    unclosed: bool
    exact: bool
    message: str


def find(query: str, engine: ox.Store) -> Mistake | None:
    """Return where a query that cannot be read goes wrong; None where that cannot be told.

    Args:
        query: which the engine has refused.
        engine: what refused it.
    """
    if len(query) > _LONGEST:
        return None
    text, places, end = spread(query)
    try:
        engine.query(text, base_iri=BASE)
    except SyntaxError as error:
        message = str(error)
    else:
        return None
    if not (match := _AT.match(message)):
        return None
    lines = text.split("\n")
    stopped = sum(len(line) + 1 for line in lines[: int(match[1]) - 1]) + int(match[2]) - 1
    begun = places[bisect_right(places, (stopped, len(query))) - 1]
    # Inside a word nothing is spread, so a place in it is as far from its beginning as it is in the query.
    at, name = _undeclared(query, begun[1], begun[1] + stopped - begun[0]) or (begun[1], "")
    ends = begun[1] == end
    return Mistake(at, name, ends and end == len(query), ends and end < len(query), stopped == begun[0], message)


def _undeclared(query: str, begin: int, end: int) -> tuple[int, str] | None:
    """Return the first prefixed name that begins in a part of the query and has no declaration, and where it is."""
    declared, before = {"_"}, ""
    for found in words(query):
        group = "graph" if found["graph"] else "name"
        prefix, colon, local = (found[group] or "").partition(":")
        if colon and before == "PREFIX" and not local:
            declared.add(prefix)
        elif colon and begin <= found.start() < end and prefix not in declared:
            return found.start(group), found[group]
        if not found[0].isspace() and found[0][0] != "#":
            before = found[0].upper()
    return None


def spread(query: str) -> tuple[str, list[tuple[int, int]], int]:
    """Return a query with room between its words, where each word begins there and here, and where reading ends."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    size, room, before = 0, True, ""
    end = len(query)
    for found in words(query):
        text = found[0]
        if text in _QUOTES:
            # A quotation mark that opens no text that is closed: no word follows that could be told from it.
            end = found.start()
            break
        if text.isspace() or text[0] == "#":
            room = True
            continue
        if room or (text in _CLOSES and before != "|"):
            parts.append(_ROOM)
            size += len(_ROOM)
            places.append((size, found.start()))
        parts.append(text)
        size += len(text)
        # A bar makes another word of a brace.
        room = text in _OPENS and query[found.end() : found.end() + 1] != "|"
        before = text
    places.append((size + len(_ROOM), end))
    return "".join((*parts, _ROOM, _STOP)), places, end
