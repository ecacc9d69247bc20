"""What of a thing's words is shown among the results: the passage that was found, and which words of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.search.cards import Card, Passage
from kg.search.words import WHOLE, Wanted, fold

_LONGEST: Final = 220
_BEFORE: Final = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether it is a word that was looked for."""

    text: str
    marked: bool = False


def pieces(text: str, wanted: Sequence[Wanted]) -> list[Piece]:
    """Cut a text into words that were looked for and what stands between them."""
    found: list[Piece] = []
    done = 0
    for match in WHOLE.finditer(text) if wanted else ():
        if any(word.stands_in(fold(match[0])) for word in wanted):
            found += [Piece(text[done : match.start()]), Piece(match[0], marked=True)]
            done = match.end()
    return [piece for piece in [*found, Piece(text[done:])] if piece.text]


def passage(card: Card, wanted: Sequence[Wanted], language: str) -> Passage:
    """Return what to show under a thing's name, short: the text that has most of the words, else the first one.

    A text in the language of the page goes before one in another; a name in another language is shown where nothing
    else tells why the thing was found.
    """
    name = card.name(language)
    found = sorted([*card.texts, *card.also], key=lambda text: text.language not in {language, ""})
    if _count(name.text, wanted) < len(wanted):
        found += [Passage(text, spoken) for spoken, text in card.names.items() if spoken != name.language]
    best = max(found, key=lambda text: _count(text.text, wanted), default=Passage("", ""))
    if _count(best.text, wanted):
        return Passage(_cut(best.text, wanted), best.language)
    first = next((text for text in card.texts if text.language in {language, ""}), Passage("", ""))
    return Passage(_cut(first.text, ()), first.language)


def _count(text: str, wanted: Sequence[Wanted]) -> int:
    """Count how many of the words that were looked for stand in a text."""
    if not wanted:
        return 0
    there = {fold(match[0]) for match in WHOLE.finditer(text)}
    return sum(any(word.stands_in(other) for other in there) for word in wanted)


def _cut(text: str, wanted: Sequence[Wanted]) -> str:
    """Return the part of a text around the first word that was looked for, with dots where something is left out."""
    if len(text) <= _LONGEST:
        return text
    first = next(
        (match.start() for match in WHOLE.finditer(text) if any(word.stands_in(fold(match[0])) for word in wanted)), 0
    )
    start = text.find(" ", first - _BEFORE) + 1 if first > _BEFORE else 0
    end = text.rfind(" ", start, start + _LONGEST) if start + _LONGEST < len(text) else len(text)
    end = end if end > start else start + _LONGEST
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"
