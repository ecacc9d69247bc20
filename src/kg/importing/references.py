"""Read bibliographies: RIS, BibTeX and CSL-JSON, as reference managers and DOI registries write them.

Sources: https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types (CSL types),
https://github.com/citation-style-language/schema (CSL-JSON).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kg.errors import UsageProblem
from kg.importing.names import doi

SUFFIXES: Final = (".ris", ".bib", ".json")
_RIS_KINDS: Final = {
    "JOUR": "journal-article", "EJOUR": "journal-article", "RPRT": "report", "GOVDOC": "report", "MGZN": "trade-article",
    "ELEC": "web-page", "DBASE": "database",
}  # fmt: skip
_BIBTEX_KINDS: Final = {"article": "journal-article", "techreport": "report", "report": "report", "online": "web-page"}
_CSL_KINDS: Final = {
    "article-journal": "journal-article", "report": "report", "article-magazine": "trade-article",
    "article-newspaper": "trade-article", "webpage": "web-page", "dataset": "database",
}  # fmt: skip
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_DATE_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """A document as a bibliography names it; what it does not say is empty.

    Attributes:
        number: place in the file, from 1.
        kind: slug of a publication kind.
        title: as printed.
        date: year, year-month or a day.
        authors: names, given name first.
        doi: without an address before it.
        url: web address.
        publisher: its name.
        language: code of two letters.
        note: where it is in the source, when that is no bibliography.
    """

    number: int
    kind: str
    title: str
    date: str = ""
    authors: tuple[str, ...] = ()
    doi: str = ""
    url: str = ""
    publisher: str = ""
    language: str = ""
    note: str = ""


def read(path: Path) -> list[Reference]:
    """Read a bibliography; its suffix says which form it has.

    Raises:
        UsageProblem: the file cannot be read as that.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageProblem(f"{path} is not UTF-8; export it again as UTF-8") from error
    try:
        found = {".ris": _ris, ".bib": _bibtex, ".json": _csl}[path.suffix.lower()](text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageProblem(f"{path} cannot be read as a bibliography: {error}") from error
    if not found:
        raise UsageProblem(f"{path} holds no references")
    return found


def _ris(text: str) -> list[Reference]:
    import rispy  # type: ignore[import-untyped]  # noqa: PLC0415 - only for who needs it

    records: list[dict[str, Any]] = rispy.loads(text)
    found = []
    for number, record in enumerate(records, 1):
        date = record.get("date") or record.get("publication_year") or record.get("year") or ""
        urls = record.get("urls") or []
        found.append(
            Reference(
                number,
                _RIS_KINDS.get(record.get("type_of_reference", ""), "article"),
                _plain(record.get("title") or record.get("primary_title") or ""),
                _date(re.split(r"[/-]", date)[:_DATE_PARTS]),
                tuple(_given_first(name) for name in record.get("authors") or record.get("first_authors") or ()),
                doi(record.get("doi", "")) or doi(" ".join(urls)),
                _address(urls),
                _plain(record.get("publisher", "")),
                _language(record.get("language", "")),
            )
        )
    return found


def _bibtex(text: str) -> list[Reference]:
    from pybtex.database import parse_string  # type: ignore[import-untyped]  # noqa: PLC0415
    from pybtex.exceptions import PybtexError  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        entries = parse_string(text, "bibtex").entries
    except PybtexError as error:
        raise ValueError(str(error)) from error
    found = []
    for number, entry in enumerate(entries.values(), 1):
        # Braces keep capitals, in a title as in a name.
        told = {name.lower(): _plain(_without_tex(value)) for name, value in entry.fields.items()}
        written = told.get("date", "")
        parts = written.split("-") if written else [told.get("year", ""), told.get("month", ""), told.get("day", "")]
        people = entry.persons.get("author") or entry.persons.get("Author") or ()
        found.append(
            Reference(
                number,
                _BIBTEX_KINDS.get(entry.type.lower(), "article"),
                told.get("title", ""),
                _date(parts),
                tuple(
                    _plain(_without_tex(" ".join([*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names])))
                    for p in people
                ),
                doi(told.get("doi", "")),
                _address([entry.fields.get("url", "")]),
                told.get("publisher") or told.get("institution") or "",
                _language(told.get("language") or told.get("langid") or ""),
            )
        )
    return found


def _csl(text: str) -> list[Reference]:
    told = json.loads(text)
    records: Sequence[Mapping[str, Any]] = told if isinstance(told, list) else told.get("items", [told])
    found = []
    for number, record in enumerate(records, 1):
        dates = (record.get(key) or {} for key in ("issued", "published", "published-print", "published-online"))
        parts: list[Any] = next((date["date-parts"][0] for date in dates if date.get("date-parts")), [])
        found.append(
            Reference(
                number,
                _CSL_KINDS.get(record.get("type", "").replace("journal-article", "article-journal"), "article"),
                # A DOI registry gives its texts as lists.
                _plain(_one(record.get("title", ""))),
                _date([str(part) for part in parts if part is not None]),
                tuple(_person(name) for name in record.get("author", ())),
                doi(_one(record.get("DOI", ""))),
                _address([_one(record.get("URL", ""))]),
                _plain(_one(record.get("publisher", ""))),
                _language(_one(record.get("language", ""))),
            )
        )
    return found


def _one(value: Any) -> str:  # noqa: ANN401 - JSON
    return str(value[0] if value else "") if isinstance(value, list) else str(value)


def _person(name: Mapping[str, str]) -> str:
    if name.get("literal") or name.get("name"):
        return _plain(name.get("literal") or name["name"])
    parts = (name.get(key, "") for key in ("given", "dropping-particle", "non-dropping-particle", "family", "suffix"))
    return _plain(" ".join(part for part in parts if part))


def _given_first(name: str) -> str:
    family, _, given = name.partition(",")
    return _plain(f"{given} {family}")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"</?(?:i|b|sub|sup|em|strong|jats:\w+)>", "", text).split())


def _without_tex(text: str) -> str:
    from pybtex.richtext import Text  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        return str(Text.from_latex(text))
    except (ValueError, KeyError):
        return text.replace("{", "").replace("}", "")


def _address(urls: Iterable[str]) -> str:
    return next((url.strip() for url in urls if _ADDRESS.fullmatch(url.strip())), "")


def _language(text: str) -> str:
    known = {
        "english": "en",
        "dutch": "nl",
        "nederlands": "nl",
        "german": "de",
        "french": "fr",
        "eng": "en",
        "dut": "nl",
        "nld": "nl",
    }
    short = text.strip().lower()
    return known.get(short, short[:2] if re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2})?", short) else "")


def _date(parts: Sequence[str]) -> str:
    """Return as much of a date as is known: year, month, day."""
    told = [part.strip() for part in parts]
    if not told or not re.fullmatch(r"[0-9]{4}", told[0]):
        return ""
    written = told[0]
    for part, most in zip(told[1:], (12, 31), strict=False):
        named = _MONTHS.index(part[:3].lower()) + 1 if part[:3].lower() in _MONTHS else 0
        value = named or (int(part) if part.isdigit() else 0)
        if not 1 <= value <= most:
            break
        written += f"-{value:02}"
    return written
