"""Read the words of a SPARQL query the way the engine does.

The engine needs no space between words (``trueSERVICE:x`` is three of them), and some text can be read in two ways:
``<`` opens an IRI or means "less than", a dot ends a name or stands inside one. So whoever asks whether a query *may*
hold a word is given every reading.
"""

import re
from collections.abc import Iterator

# What may not be taken back stands in an atomic group: a possessive quantifier over a group goes wrong in Python before
# 3.11.5 (gh-106052). A group takes whole runs of letters at once, so that a long text costs few steps.
GAP = r"(?>(?:\s+|\#[^\n\r]*)*)"
IRI = r"<(?>(?:[^<>\"{}|^`\\\x00-\x20]+|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>"
_ESCAPE = (
    r"\\(?:[tbnrf\\\"']|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|U000(?!0[dD][89a-fA-F])[0-9A-Fa-f]{5}|U0010[0-9A-Fa-f]{4})"
)
_LETTER = r"A-Za-z0-9_\-\u0080-\U0010ffff"
NAME = rf"(?:[A-Za-z_\u0080-\U0010ffff](?>[{_LETTER}.]*))?:(?:(?:[{_LETTER}:%]|\\.)(?>(?:[{_LETTER}.:%]+|\\.)*))?"
_TOKEN = re.compile(
    rf"""
      (?P<iri>{IRI})
    | \"\"\"(?>(?:[^"\\]+|{_ESCAPE}|\"(?!\"\"))*)\"\"\" | '''(?>(?:[^'\\]+|{_ESCAPE}|'(?!''))*)'''
    | "(?>(?:[^"\\\n\r]+|{_ESCAPE})*)" | '(?>(?:[^'\\\n\r]+|{_ESCAPE})*)'
    | \#(?>[^\n\r]*)
    | [?$](?>[A-Za-z0-9_\u0080-\U0010ffff]+)
    | @(?>[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<before>GRAPH|FROM|NAMED|DESCRIBE)(?=[\s\#]){GAP}(?P<graph>{NAME})
    | (?P<name>{NAME})
    | (?P<word>[A-Za-z_](?>[A-Za-z0-9_]*))
    | .
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def words(query: str) -> Iterator[re.Match[str]]:
    """Give the tokens of a query in their plain reading.

    A bare word is in the group ``word``, a prefixed name in ``name``; ``GRAPH``, ``FROM``, ``NAMED`` or ``DESCRIBE``
    with the prefixed name that follows is one token, in ``before`` and ``graph``.
    """
    return _TOKEN.finditer(query)


def readings(query: str) -> Iterator[re.Match[str]]:
    """Give the tokens of all readings of a query, each once, in the groups of :func:`words`."""
    waiting, seen = [0], set()
    while waiting:
        position = waiting.pop()
        while position not in seen and (match := _TOKEN.match(query, position)):
            seen.add(position)
            if match["iri"]:
                waiting.append(position + 1)
            for group in ("graph", "name"):
                waiting += (match.start(group) + dot.start() for dot in re.finditer(r"\.", match[group] or ""))
            yield match
            position = match.end()
