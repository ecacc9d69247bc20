"""Refuse SPARQL that would make this server call another one.

The engine itself would call any address that ``SERVICE`` names. Whether a query holds such a call follows from its
tokens, so no second parser is asked, which would also refuse queries that the engine accepts. Where a text can be read
in two ways and one of them is a call, it is refused.
"""

import re
import sys

from kg.errors import FederationRefused
from kg.words import GAP, IRI, NAME, readings, words

_GROUP = re.compile(rf"{GAP}\{{")
_CALL = re.compile(rf"{GAP}(?:SILENT{GAP})?(?:[?$][^\s{{#]+|{IRI}|{NAME}){GAP}\{{", re.IGNORECASE)
# Each dot of a name may end it, so the work grows with the square of its length; no name of a person is this long.
_LONGEST_NAME = 256
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def refuse_federation(query: str) -> None:
    """Raise unless the query stays inside this store.

    Raises:
        FederationRefused: the query uses ``SERVICE``.
    """
    # Escaped code points stand for themselves anywhere in a query (SPARQL 1.1, section 19.2).
    for text in (query, _CODEPOINT.sub(_character, query)):
        if "service" not in text.lower():
            continue
        if any(len(token["name"] or token["graph"] or "") > _LONGEST_NAME for token in words(text)):
            raise FederationRefused(
                f"this query holds the word SERVICE and a name of over {_LONGEST_NAME} characters, so it is refused unread"
            )
        if any(_is_call(text, token) for token in readings(text)):
            raise FederationRefused(
                "SERVICE is refused: this endpoint calls no other one on a visitor's behalf. "
                "Query the other endpoint from your own machine and join there."
            )


def _is_call(text: str, token: re.Match[str]) -> bool:
    """Tell whether a token begins ``SERVICE <address> {``, with or without space in between."""
    if token["word"]:
        return "SERVICE" in token["word"].upper() and bool(_CALL.match(text, token.end()))
    prefix = (token["name"] or "").partition(":")[0]
    return "SERVICE" in prefix.upper() and bool(_GROUP.match(text, token.end()))


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= sys.maxunicode else match[0]
