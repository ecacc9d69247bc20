"""The words that may stand in a cell: all of a concept scheme, those nearest to a text, and how to add one."""

import re
from collections.abc import Sequence
from typing import Final

from kg.importing.names import Concepts, Word, alike, fold, or_else
from kg.importing.templates import slug
from kg.spoken import gettext as _
from kg.spoken import spoken

_SHORTEST: Final = 4
_STEM: Final = 6
"""How many letters of a word must be alike for it to be the same word in another form."""
_SHOWN: Final = 3
_FEW: Final = 6
"""Up to how many words of a scheme are all told."""
_NOT: Final = {"niet", "geen", "nooit", "zonder", "not", "no", "never", "without"}


def complaint(concepts: Concepts, scheme: str, text: str) -> str:
    """Return why no concept was found, with those that look like it or that are explained with the same words."""
    words = concepts.words(scheme)
    if not words:
        return _("the graph has no concept scheme %(scheme)r", scheme=scheme)
    concepts.missed.setdefault(scheme, []).append(text)
    sentence = _("no concept of %(scheme)s has this name", scheme=scheme)
    if len(words) <= _FEW:
        return f"{sentence}; " + _("choose one of %(words)s", words=", ".join(map(_label, words)))
    # What a word means says less than what it is called, and a name in the other language less than in one's own.
    if names := _near(words, text, spoken()) or _near(words, text, ""):
        return sentence + or_else(names)
    near = sorted(words, key=lambda word: -explains(word, text))
    about = [_label(word) for word in near[:_SHOWN] if explains(word, text)]
    if about:
        sentence += _(" (these are about it: %(words)s)", words=", ".join(map(repr, about)))
    return sentence


def hints(concepts: Concepts) -> list[str]:
    """Return where all words stand of the schemes in which some were not found, and how to add an intervention."""
    found = [
        _("All words of %(scheme)s: kg import --words %(scheme)s, or /browse on the site.", scheme=scheme)
        for scheme in concepts.missed
    ]
    if texts := concepts.missed.get("interventions"):
        found.append(
            _(
                "Is it a new intervention? First write it in data/interventions/interventions.ttl, with words of your own:"
            )
        )
        found.append(_TURTLE % {"name": slug(texts[0]) or "new", "label": texts[0].replace('"', "'")})
    return found


_TURTLE: Final = """\
    intervention:%(name)s a wk:Intervention , skos:Concept ;
        skos:inScheme scheme:interventions ; skos:broader intervention:re-integration ; skos:notation "%(name)s" ;
        skos:prefLabel "%(label)s"@nl , "..."@en ;
        skos:definition "..."@nl , "..."@en ."""


def listed(concepts: Concepts, scheme: str) -> str:
    """Return all words of a scheme for a person: in the language of the call, then the other, then what it means."""
    lines = []
    for word in concepts.words(scheme):
        others = [name for name in word.called() if name != _label(word)]
        lines.append(f"{_label(word)}  ({' | '.join([*others, word.name])})")
        lines += [f"    {text}" for text in [word.means.get(spoken(), "")] if text]
    return "\n".join(lines)


def labels(concepts: Concepts, scheme: str) -> list[str]:
    """Return the label of every concept of a scheme in the language of the call."""
    return [_label(word) for word in concepts.words(scheme)]


def _label(word: Word) -> str:
    return word.labels.get(spoken()) or next(iter(word.labels.values()), word.name)


def _near(words: Sequence[Word], text: str, language: str) -> list[str]:
    """Return names that begin with a text, then those of which a word does, then those that look like it."""
    names = [name for word in words for name in word.called(language)]
    wanted = fold(text)
    long = len(wanted) >= _SHORTEST
    begins = [name for name in names if long and fold(name).startswith(wanted)]
    within = [name for name in names if long and f" {wanted}" in fold(name)]
    return list(dict.fromkeys([*begins, *within, *alike(text, names)]))[:_SHOWN]


def explains(word: Word, text: str) -> int:
    """Return how many words of a text a concept is called or explained with; what it is not does not explain it."""
    wanted = {part[:_STEM] for part in fold(text).split() if len(part) >= _SHORTEST}
    sentences = [fold(part) for text in word.means.values() for part in re.split(r"[.;:!?]", text)]
    meant = [part for part in sentences if _NOT.isdisjoint(part.split())]
    said = " ".join([*map(fold, word.called()), *meant]).split()
    return sum(any(part.startswith(stem) for part in said) for stem in wanted)
