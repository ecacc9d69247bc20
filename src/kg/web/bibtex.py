"""References in BibTeX, as Unicode."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kg.web.references import Author, Reference

_KINDS: Final = {"report": "techreport", "journal-article": "article", "trade-article": "article"}
_PUBLISHERS: Final = {"techreport": "institution", "article": "publisher", "misc": "publisher"}
_IN_TEXT: Final = str.maketrans(
    {mark: f"\\{mark}" for mark in "&%$#_"}
    | {"\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}"}
    | {"~": r"{\textasciitilde}", "^": r"{\textasciicircum}"}
)
_IN_ADDRESS: Final = str.maketrans({"{": "%7B", "}": "%7D"})


def write(references: Iterable["Reference"]) -> str:
    """Return references in BibTeX."""
    # Only for those who ask for it.
    from pybtex.database import BibliographyData  # type: ignore[import-untyped]  # noqa: PLC0415
    from pybtex.database.output.bibtex import Writer  # type: ignore[import-untyped]  # noqa: PLC0415

    class Escaped(Writer):  # type: ignore[misc]
        def _encode(self, text: str) -> str:
            """Leave a text as it is: it is escaped already, but for addresses, which are taken as they are."""
            return text

    return str(Escaped().to_string(BibliographyData({one.key: _entry(one) for one in references})))


def _entry(reference: "Reference") -> Any:  # noqa: ANN401 - pybtex has no types
    from pybtex.database import Entry  # noqa: PLC0415

    kind = _KINDS.get(reference.kind, "misc")
    year, month, day = [*reference.date, "", "", ""][:3]
    told = {
        # A second pair of braces keeps the capitals as they are printed.
        "title": f"{{{_escaped(reference.heading)}}}",
        "year": year,
        "month": month.lstrip("0"),
        "day": day.lstrip("0"),
        _PUBLISHERS[kind]: _escaped("; ".join(reference.publishers)),
        "number": _escaped("; ".join(reference.numbers)),
        "language": "; ".join(reference.languages),
        "doi": reference.doi.translate(_IN_ADDRESS),
        "url": " ".join(reference.urls),
        "note": _escaped(" ".join(reference.notes)),
    }
    people = [_person(author) for author in reference.authors]
    return Entry(kind, {name: value for name, value in told.items() if value}, {"author": people} if people else {})


def _person(author: "Author") -> Any:  # noqa: ANN401 - pybtex has no types
    """Return an author; a name that is not to be taken apart stands in braces."""
    from pybtex.database import Person  # noqa: PLC0415

    if author.given:
        return Person(first=_escaped(author.given), last=_escaped(author.family))
    return Person(last=f"{{{_escaped(author.family)}}}")


def _escaped(text: str) -> str:
    return text.translate(_IN_TEXT)
