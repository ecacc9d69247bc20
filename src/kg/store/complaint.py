"""Say in a line what is wrong with a query that the engine cannot read.

The engine names a place and everything that it would have taken there, with whole classes of characters, and never
what it found. Where it looked for a keyword, its place is as many characters past the mistake as the keyword is long;
then the line says what stands near the place, and no more.
"""

import re
from typing import Final

_FORM: Final = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): expected (?:one of )?(?P<expected>.*)", re.DOTALL)
_ITEM: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[.*?\](?=, |$)|[^",\[]+', re.DOTALL)
_ANY: Final = "[_]"
_LENGTH: Final = 300
_NAMED: Final = 6
_QUOTED: Final = 30


def shortened(message: str, query: str) -> str:
    """Return the engine's message with its place, the first of what it expected, and what stands there.

    Args:
        message: of the engine, about the query.
        query: what it was about.
    """
    match = _FORM.match(message)
    if not match:
        return message if len(message) <= _LENGTH else f"{message[:_LENGTH]} …"
    items = [text for item in _ITEM.findall(match["expected"]) if (text := item.strip())]
    # A sentence among what was expected is the reason itself; a class of characters says nothing to a person.
    reasons = [item for item in items if " " in item and item[0] not in '"[']
    shown = [item for item in items if item[0] != "["]
    exact = any(item[0] in '"[' and item != _ANY for item in items)
    if reasons:
        said = "; ".join(reasons)
    elif shown:
        more = f" or {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
        said = f"expected {', '.join(shown[:_NAMED])}{more}"
    else:
        said = "this cannot be read" if query.strip() else "the query is empty"
    line, column = int(match["line"]), int(match["column"])
    place = _found if exact and not reasons else _near
    return f"error at {line}:{column}: {said}; {place(query, line, column)}"


def _found(query: str, line: int, column: int) -> str:
    """Quote what stands at a place, and what stands before it."""
    text, after = _around(query, line)
    before, here = text[: column - 1].strip()[-_QUOTED:], text[column - 1 :].strip()[:_QUOTED]
    what = f"“{here}”" if here else "the end of the line" if after else "the end of the query"
    return f"found {what} after “{before}”" if before else f"found {what}"


def _near(query: str, line: int, column: int) -> str:
    """Quote what stands about a place."""
    text, after = _around(query, line)
    end = "" if after or text[column - 1 :].strip() else ", at the end of the query"
    return f"near “{text[max(column - _QUOTED, 0) : column + _QUOTED].strip()}”{end}"


def _around(query: str, line: int) -> tuple[str, bool]:
    """Return a line, and whether anything follows it."""
    lines = query.split("\n")
    return lines[line - 1] if line <= len(lines) else "", bool("".join(lines[line:]).strip())
