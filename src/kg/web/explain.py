"""Say what a question counts in the words that its table uses.

A question file explains itself by the codes and column names of its answer, because its data has these. A page shows
words in their place, so its explanation must say the same words.
"""

import re
from collections.abc import Callable

from kg.web.captions import CODES, COLUMNS

_NAME = re.compile(r"\b(?:[a-z]+(?:-[a-z]+)+|[a-z]+[A-Z]\w*)\b|\b[a-z]+(?=:)")
_LIST = re.compile(r"\(([a-z-]+(?:, [a-z-]+)*)\)")
_QUOTED = re.compile(r'"([a-z-]+)"')


def explained(text: str) -> str:
    """Return an explanation with its codes and column names in words, between quotation marks."""
    text = _QUOTED.sub(_in_words('"', '"'), text)
    text = _LIST.sub(lambda found: f"({', '.join(map(_word, found[1].split(', ')))})", text)
    return _NAME.sub(_in_words("", ""), text)


def _in_words(before: str, after: str) -> Callable[[re.Match[str]], str]:
    def replaced(found: re.Match[str]) -> str:
        name = found[0].removeprefix(before).removesuffix(after)
        word = _word(name)
        return word if word != name else found[0]

    return replaced


def _word(name: str) -> str:
    known = CODES.get(name) or (COLUMNS.get(name) if name != name.lower() else None)
    return f"“{known}”" if known else name
