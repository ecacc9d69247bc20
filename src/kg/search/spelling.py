"""Words that look like one that stands nowhere."""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

from kg.search.words import fold

_ALIKE: Final = 0.8
_SHORTEST: Final = 4
_NEAREST: Final = 40


class Spelling:
    """The words of an index.

    Args:
        counted: each word as it is written, and in how many texts it stands.
    """

    def __init__(self, counted: Iterable[tuple[str, int]]) -> None:
        self._words: dict[str, tuple[str, int]] = {}
        self._having: dict[str, list[str]] = {}
        for word, count in counted:
            folded = fold(word)
            if len(folded) >= _SHORTEST and count > self._words.get(folded, ("", 0))[1]:
                self._words[folded] = (word, count)
        for folded in self._words:
            for part in set(_parts(folded)):
                self._having.setdefault(part, []).append(folded)

    def like(self, word: str) -> str:
        """Return the word that is most like a folded one, as it is written; empty when none is."""
        if len(word) < _SHORTEST:
            return ""
        # Few words share many groups of letters with it; only these are compared letter by letter.
        near = Counter(other for part in set(_parts(word)) for other in self._having.get(part, ()))
        best = ("", 0.0, 0)
        for other, _shared in near.most_common(_NEAREST):
            written, count = self._words[other]
            likeness = SequenceMatcher(None, word, other, autojunk=False).ratio()
            if likeness >= _ALIKE and (likeness, count) > best[1:]:
                best = (written, likeness, count)
        return best[0]


def _parts(word: str) -> Iterator[str]:
    """Give the groups of three letters of a word and of its ends."""
    framed = f" {word} "
    return (framed[start : start + 3] for start in range(len(framed) - 2))
