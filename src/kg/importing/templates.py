"""Fill in templates: ``{column}``, ``{column.nl}``, ``{column|slug 6}``, ``{column|words 6}``, ``{column|most 60}``, ``{column|local}``, ``{@thing}``, ``{#}`` for the row's number."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from kg.errors import UsageProblem
from kg.importing.mapping import Cell

_PLACE: Final = re.compile(r"\{([#@]?[\w-]*)(?:\.([\w-]+))?(?:\|([\w ]+))?\}")
_SPECIAL: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "&": " and "}
)


def slug(text: str, words: int | None = None) -> str:
    """Return the last part of an IRI for a text: small letters, digits and hyphens, at most so many words."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPECIAL)).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", ""))[:words])


def _first_words(text: str, words: int | None = None) -> str:
    cut = text.split()[:words]
    return text if len(cut) == len(text.split()) else f"{' '.join(cut).rstrip(',.:;')} …"


def _local(text: str, _words: int | None = None) -> str:
    return text.rpartition(":")[2]


def _lower(text: str, _words: int | None = None) -> str:
    """Return a label as it stands within a sentence; one in capitals (WIA, RCT) stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def shortened(text: str, most: int | None = None) -> str:
    """Return a text in at most so many signs, cut between words."""
    if most is None or len(text) <= most:
        return text
    return f"{text[: most - 1].rpartition(' ')[0].rstrip(' ,.:;') or text[: most - 2]} …"


_CHANGES: Final = {"most": shortened, "slug": slug, "words": _first_words, "local": _local, "lower": _lower}


def fill(template: str, values: Mapping[str, Sequence[Cell]], names: Mapping[str, str], row: int) -> list[str]:
    """Return what a template becomes in a row: nothing where a value is missing, more where a cell has several.

    Args:
        template: with places to fill in.
        values: of the row, by column.
        names: short names of the things of the row, by role.
        row: its number.

    Raises:
        UsageProblem: the template names what does not exist.
    """
    places = list(_PLACE.finditer(template))
    if "{" in _PLACE.sub("", template):
        raise UsageProblem(f"the template {template!r} has a brace that opens no place; write {{column}}")
    options = [_options(place, values, names, row) for place in places]
    # Every second piece is what a place becomes, the others are the text between them.
    pieces = _PLACE.split(template)[:: _PLACE.groups + 1]
    filled = []
    for chosen in product(*options):
        text = "".join(piece + value for piece, value in zip(pieces, [*chosen, ""], strict=True))
        filled.append(" ".join(text.split()))
    return filled


def columns_in(template: str) -> list[str]:
    """Return the columns that a template names."""
    return [place[1] for place in _PLACE.finditer(template) if place[1][:1] not in {"#", "@"}]


def _options(
    place: re.Match[str], values: Mapping[str, Sequence[Cell]], names: Mapping[str, str], row: int
) -> list[str]:
    name, aspect, change = place[1], place[2] or "", place[3] or ""
    if name == "#":
        return [str(row)]
    if name.startswith("@"):
        return [names[name[1:]]] if name[1:] in names else []
    if name not in values:
        raise UsageProblem(f"the template names {name!r}, which is no column")
    found = [cell[aspect] for cell in values[name] if cell.get(aspect)]
    if not change:
        return found
    verb, _, count = change.partition(" ")
    if verb not in _CHANGES or not (count or "1").isdigit():
        raise UsageProblem(f"the template says {change!r}; there is {' and '.join(_CHANGES)}, each also with a number")
    return [_CHANGES[verb](text, int(count) if count else None) for text in found]
