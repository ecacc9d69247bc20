"""Refuse SPARQL that would make this server call another one.

The engine itself would call any address that ``SERVICE`` names. Whether a query holds one follows from its tokens
alone (SPARQL 1.1, section 19.8): outside comments, strings, IRIs, variables and prefixed names a bare word ``SERVICE``
can be nothing else. So no second parser is asked, which would also refuse queries that the engine accepts.
"""

import re

from kg.errors import FederationRefused

_TOKEN = re.compile(
    r"""
      <[^<>"{}|^`\\\x00-\x20]*>
    | \"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
    | \#[^\n\r]*
    | [?$]\w+
    | @[A-Za-z]+(?:-[A-Za-z0-9]+)*
    | (?:[^\W\d_](?:[\w\-.·]*[\w\-·])?|_)?:(?:[\w\-.:·]|%[0-9A-Fa-f]{2}|\\.)*
    | (?P<word>[A-Za-z_]\w*)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def refuse_federation(query: str) -> None:
    """Raise unless the query stays inside this store.

    Raises:
        FederationRefused: the query uses ``SERVICE``.
    """
    # Escaped code points stand for themselves anywhere in a query (SPARQL 1.1, section 19.2).
    for text in (query, _CODEPOINT.sub(_character, query)):
        if any((match["word"] or "").upper() == "SERVICE" for match in _TOKEN.finditer(text)):
            raise FederationRefused(
                "SERVICE is refused: this endpoint calls no other one on a visitor's behalf. "
                "Query the other endpoint from your own machine and join there."
            )


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else match[0]
