"""References to publications, for a reference manager: RIS and BibTeX.

They hold what the graph holds and nothing else. A title that nobody has seen is our own description, in square
brackets. A date is no more precise than its source gives it; one that is only a bound stands in a note, not as the
year. The graph does not keep the order of authors: they stand in that of the alphabet, and a note says so.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from flask import Response

from kg.web import bibtex, ris
from kg.web.catalogue import gettext as _
from kg.web.dates import say
from kg.web.language import language
from kg.web.negotiate import BIBTEX, RIS
from kg.web.site import records

FORMATS: Final = (RIS, BIBTEX)
_DATED: Final = {"": 3, "day": 3, "month": 2, "year": 1}
"""How many parts of a date hold, by its precision; a bound is no date."""
_NAME: Final = re.compile(
    r"(?P<given>(?:[^\W\d_]{1,3}\.[ -]?)+|[^\W\d_][\w-]+ )(?P<family>(?:[a-zà-ÿ']+ )*[^\W\d_][\w'-]*)"
)
"""A name of which the parts are plain: initials or one given name, small words such as *van de*, one word."""


@dataclass(frozen=True, slots=True)
class Author:
    """An author; ``given`` is empty for an organisation, and where it is not plain which part is the family name."""

    family: str
    given: str = ""


@dataclass(slots=True)
class Reference:
    """What the graph knows of a publication.

    Attributes:
        iri: the publication.
        label: our own name for it.
        title: as it is printed; empty where nobody has seen it.
        kind: notation of its kind.
        authors: people and organisations.
        publishers: names of its publishers.
        issued: the date, or its bound; may be empty.
        precision: how precise that date is.
        numbers: report numbers and the like.
        languages: codes of its languages.
        doi: without an address before it.
        urls: where it stands on the web.
        forthcoming: whether it was only announced.
    """

    iri: str
    label: str = ""
    title: str = ""
    kind: str = ""
    authors: list[Author] = field(default_factory=list)
    publishers: list[str] = field(default_factory=list)
    issued: str = ""
    precision: str = ""
    numbers: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    doi: str = ""
    urls: list[str] = field(default_factory=list)
    forthcoming: bool = False

    @property
    def key(self) -> str:
        """The last part of the IRI, which is short and its own."""
        return self.iri.rpartition("/")[2]

    @property
    def heading(self) -> str:
        """The printed title, or our own description in square brackets."""
        return self.title or f"[{self.label}]"

    @property
    def date(self) -> list[str]:
        """Year, month and day, as far as the source gives them."""
        return self.issued.split("-")[: _DATED.get(self.precision, 0)] if self.issued else []

    @property
    def notes(self) -> list[str]:
        """What a reader should know, in the language of the page."""
        told = []
        if not self.title:
            told.append(_("The title was not seen; this is a description."))
        if self.forthcoming:
            told.append(_("Announced, not yet published."))
        if len(self.authors) > 1:
            told.append(_("The authors stand in the order of the alphabet; their order in print is not kept."))
        if self.issued and not self.date:
            told.append(_("Published: %(date)s.", date=say(self.issued, self.precision)))
        return told


def answer(iris: Iterable[str], media_type: str, name: str = "references") -> Response:
    """Return references as a file.

    Args:
        iris: the publications; one that is not in the graph is left out, and each stands there once.
        media_type: one of ``FORMATS``.
        name: what the file is called, without a suffix.
    """
    found = read(set(iris))
    text, suffix = (ris.write(found), "ris") if media_type == RIS else (bibtex.write(found), "bib")
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{suffix}"'
    return response


def read(iris: Collection[str]) -> list[Reference]:
    """Return what the graph knows of publications, in the order of their IRIs."""
    found: dict[str, Reference] = {}
    for row in records("references", lang=language()):
        if row["publication"] in iris:
            reference = found.setdefault(row["publication"], Reference(row["publication"]))
            _tell(reference, re.split("[#/]", row["property"])[-1], _line(row["value"]), _line(row["valueLabel"]))
    for reference in found.values():
        reference.authors.sort(key=lambda author: author.family.casefold())
    return list(found.values())


def _tell(reference: Reference, name: str, value: str, label: str) -> None:
    """Put one value where it belongs."""
    lists = {"publisher": "publishers", "identifier": "numbers", "language": "languages", "url": "urls"}
    texts = {"title": "title", "label": "label", "issued": "issued", "datePrecision": "precision", "doi": "doi"}
    if name == "creator":
        reference.authors.append(Author(label) if label else _author(value))
    elif name == "type":
        reference.kind = label
    elif name == "forthcoming":
        reference.forthcoming = value == "true"
    elif name in lists:
        getattr(reference, lists[name]).append(label or value)
    else:
        setattr(reference, texts[name], value)


def _author(name: str) -> Author:
    """Take a printed name apart, where it is plain what its parts are."""
    match = _NAME.fullmatch(name)
    return Author(match["family"], match["given"].strip()) if match else Author(name)


def _line(text: str) -> str:
    """Return a text on one line: both formats end a value at the end of its line, or break there."""
    return " ".join(text.split())
