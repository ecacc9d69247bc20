"""Say in a line what is wrong with a query that the engine cannot read.

The engine names a place and everything that it would have taken there, with whole classes of characters and keywords
by the dozen, and never what it found. A person is told what stands there; what would have been taken is only told
where it is a few signs.
"""

import re
from typing import Final

import pyoxigraph as ox

from kg.store.spread import Mistake, find
from kg.vocabulary import DCT, ID, PREFIXES, RDF

_FORM: Final = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): expected (?:one of )?(?P<expected>.*)", re.DOTALL)
_ITEM: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[.*?\](?=, |$)|[^",\[]+', re.DOTALL)
_KIND: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_KNOWN: Final = PREFIXES | {"dcterms": DCT}
_TYPE: Final = ox.NamedNode(f"{RDF}type")
_LENGTH: Final = 300
_NAMED: Final = 6
_QUOTED: Final = 30
_PREFIX: Final = 40


def shortened(message: str, query: str, engine: ox.Store | None = None) -> str:
    """Return the engine's message as a line: the place, the reason where there is one, and what stands there.

    Args:
        message: of the engine, about the query.
        query: what it was about.
        engine: reads the query once more, to find the word; without one, the line tells what stands near the place.
    """
    match = _FORM.match(message)
    if not match:
        return message if len(message) <= _LENGTH else f"{message[:_LENGTH]} …"
    if not query.strip():
        return "error at 1:1: the query is empty"
    reasons, signs = _expected(match["expected"])
    if engine is not None and (mistake := find(query, engine)):
        return _told(mistake, query, engine, reasons)
    line, column = int(match["line"]), int(match["column"])
    said = "; ".join(reasons) or (f"expected {signs}" if signs else "this cannot be read")
    return f"error at {line}:{column}: {said}; near {_near(query, line, column)}"


def _told(mistake: Mistake, query: str, engine: ox.Store, first: list[str]) -> str:
    """Say what is wrong at a word; what is wrong with the query as a whole is only known from the first reading."""
    before, after = query[: mistake.at], query[mistake.at :]
    place = f"error at {before.count(chr(10)) + 1}:{mistake.at - before.rfind(chr(10))}"
    here, last = _line(after)[:_QUOTED].strip(), _line(before.rstrip(), -1)[-_QUOTED:].strip()
    form = _FORM.match(mistake.message)
    reasons, signs = _expected(form["expected"] if form else "")
    if mistake.name:
        return f"{place}: {_undeclared(mistake.name, engine)}"
    if reasons := reasons or (first if mistake.ends else []):
        return f"{place}: {'; '.join(reasons)}; near “{here or last}”"
    if mistake.unclosed:
        return f"{place}: the text that begins with “{here}” is not closed, or holds an escape that is none"
    expected = f"; expected {signs}" if signs and mistake.exact else ""
    follows = f"after “{last}”" if last else "at the beginning"
    if mistake.ends:
        return f"{place}: the query ends too early, {follows}{expected}"
    return f"{place}: cannot be read from “{here}” on, {follows}{expected}"


def _undeclared(name: str, engine: ox.Store) -> str:
    """Say that the prefix of a name is not declared, and how it is, where we know it."""
    prefix = name.partition(":")[0]
    said = f"the prefix “{prefix[:_PREFIX]}:” is not declared"
    namespace = _KNOWN.get(prefix)
    if namespace is None and _KIND.fullmatch(prefix):
        ours = f"{ID}{prefix}/"
        if any(str(quad.subject).startswith(f"<{ours}") for quad in engine.quads_for_pattern(None, _TYPE, None)):
            namespace = ours
    return f"{said}; put this before the query: PREFIX {prefix}: <{namespace}>" if namespace else said


def _expected(listed: str) -> tuple[list[str], str]:
    """Return the reasons among what the engine expected, and the signs where these are few and all that it expected."""
    items = [text for item in _ITEM.findall(listed) if (text := item.strip())]
    # A sentence is the reason itself; a class of characters says nothing to a person, and a keyword is a guess.
    reasons = [item for item in items if " " in item and item[0] not in '"[']
    signs = [item for item in items if item != "[_]"]
    told = len(signs) <= _NAMED and all(item[0] == '"' for item in signs)
    return reasons, ", ".join(signs) if told else ""


def _line(text: str, number: int = 0) -> str:
    """Return a line of a text, the first by itself."""
    return (text.splitlines() or [""])[number]


def _near(query: str, line: int, column: int) -> str:
    """Quote what stands about a place."""
    lines = query.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    end = "" if text[column - 1 :].strip() or "".join(lines[line:]).strip() else ", at the end of the query"
    return f"“{text[max(column - _QUOTED, 0) : column + _QUOTED].strip()}”{end}"
