"""Words as they are compared: without capitals, diacritics and hyphens, and without the endings of Dutch and English.

The stemmer of the library for Dutch (Kraaij-Pohlmann) makes one word of ``begeleiding`` and ``beleid``, and of
``gemeente`` and ``menen``. So only what is sure is taken off a Dutch word here: the endings of a plural and of an
adjective. Compounds are found by their parts instead (:class:`Wanted`).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import tantivy

LANGUAGES: Final = ("nl", "en")
ENGLISH: Final = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.stemmer("english")).build()
)
_STOPS: Final = [
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.stopword(name)).build()
    for name in ("dutch", "english")
]
_JOINT: Final = re.compile(r"(?<=[^\W_])[-\u2010\u2011'\u2019](?=[^\W_])")
_WORD: Final = re.compile(r"[^\W_]+")
WHOLE: Final = re.compile(rf"{_WORD.pattern}(?:{_JOINT.pattern}{_WORD.pattern})*")
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
_LONGEST_WORD: Final = 40
_MOST_LETTERS: Final = 1_000
_PREFIX, _END, _INSIDE = 3, 4, 6


def fold(text: str) -> str:
    """Return a text without capitals and diacritics; ``re-integratie`` and ``reïntegratie`` become one word."""
    text = text.casefold()
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.translate(_PLAIN))
        text = "".join(letter for letter in parts if not unicodedata.combining(letter)).casefold()
    return _JOINT.sub("", text)


def words(text: str) -> list[str]:
    """Return the folded words of a text."""
    return _WORD.findall(fold(text))


def roots(text: str) -> str:
    """Return a Dutch text as the roots of its words."""
    return " ".join(map(_dutch, words(text)))


@lru_cache(maxsize=100_000)
def _dutch(word: str) -> str:
    """Return a folded Dutch word without the ending of a plural or an adjective: ``banen`` and ``baan`` are ``ban``."""
    before = ""
    # What is under one ending may be another: "processen", "process", "proces".
    while word != before:
        before, word = word, _without(word, "s", 4)
        word = _without(word, "en", 3) if word.endswith("en") else _without(word, "e", 4)
        word = re.sub(r"([b-df-hj-np-tv-xz])\1$", r"\1", word)
    word = re.sub(r"([aeou])\1(?=[^aeiou]$)", r"\1", word)
    return word[:-1] + {"v": "f", "z": "s"}.get(word[-1], word[-1])


def _without(word: str, ending: str, least: int) -> str:
    return word[: -len(ending)] if word.endswith(ending) and len(word) >= least + len(ending) else word


@lru_cache(maxsize=10_000)
def root(word: str, language: str) -> str:
    """Return a folded word as the index has it in a language."""
    return _dutch(word) if language == "nl" else "".join(ENGLISH.analyze(word)) or word


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word that is looked for, and the compounds with it.

    A long word may stand anywhere in a compound, a shorter one at either end, so that ``loon`` does not find
    ``kloonde``; a very short one only at its beginning.

    Attributes:
        word: folded.
        unfinished: whether more letters may follow.
    """

    word: str
    unfinished: bool = False

    def compounds(self, roots: Iterable[str], language: str) -> list[str]:
        """Return those of the roots of a language that are a compound with this word, or the word itself."""
        found = [root(self.word, language)]
        for part in {self.word, *found}:
            if len(part) >= _INSIDE:
                found += [other for other in roots if part in other]
            elif len(part) >= _END:
                found += [other for other in roots if other.startswith(part) or other.endswith(part)]
            elif len(part) >= _PREFIX or (self.unfinished and part == self.word):
                found += [other for other in roots if other.startswith(part)]
        return found

    def stands_in(self, other: str) -> bool:
        """Tell whether a folded word is this one, whatever its ending, or a compound with it."""
        return _stands(self, other)


@lru_cache(maxsize=20_000)
def _stands(word: Wanted, other: str) -> bool:
    return any((rest := root(other, language)) in word.compounds([rest], language) for language in LANGUAGES)


def wanted(query: str, *, unfinished: bool = False) -> list[Wanted]:
    """Return what a query looks for: its words, each once, without those that say nothing (``de``, ``the``).

    Args:
        query: anything.
        unfinished: whether somebody is still typing the last word.
    """
    found = list(dict.fromkeys(word[:_LONGEST_WORD] for word in words(query[:_MOST_LETTERS])))
    last = found[-1] if found and unfinished else ""
    telling = [word for word in found if word == last or all(stop.analyze(word) for stop in _STOPS)]
    return [Wanted(word, word == last) for word in telling or found]
