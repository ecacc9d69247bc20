"""A text with line numbers, and what is wrong with it at each line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from kg.locate import LINE_END
from kg.validate import Report, Severity
from kg.vocabulary import XSD, shorten

_ALL: Final = 1_500
"""Lines up to which a text is shown whole; of a longer one what stands around the marks is."""
_AROUND: Final = 3
_WIDEST: Final = 400
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wrong at a place.

    Attributes:
        number: which one it is, from 1.
        severity: ``problem`` when the text cannot be read there, else the severity of SHACL, in lower case.
        sentence: what is wrong and how to mend it.
        language: of that sentence.
        about: the thing, property and value that are meant, in short.
        line: from 1; 0 when there is none.
        column: from 1; 0 when the whole line is meant.
        home: the file where it stands, when that is not the text.
        meant: what may have been meant, best first.
    """

    number: int
    severity: str
    sentence: str
    language: str
    about: tuple[str, ...]
    line: int
    column: int
    home: str
    meant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text.

    Attributes:
        number: from 1; 0 for a gap, where lines are left out.
        text: what it says, cut when it is very long.
        marks: what is wrong there.
    """

    number: int
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A text and its marks.

    Attributes:
        lines: what is shown of the text.
        marks: all marks, in the order of their lines, those without a line last.
        whole: whether all lines are shown.
    """

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    whole: bool


def laid_out(report: Report, name: str, text: str, language: str) -> Listing:
    """Lay a report beside the text that it is about.

    Args:
        report: of a check.
        name: by which the report calls the text.
        text: the text.
        language: of the sentences.
    """
    marks = tuple(_numbered(_marks(report, name, language)))
    at: dict[int, list[Mark]] = {}
    for mark in marks:
        if mark.line and not mark.home:
            at.setdefault(mark.line, []).append(mark)
    lines = LINE_END.split(text.removesuffix("\n"))
    whole = len(lines) <= _ALL
    shown = range(1, len(lines) + 1) if whole else sorted(_around(at, len(lines)))
    return Listing(tuple(_lines(shown, lines, at)), marks, whole)


def _marks(report: Report, name: str, language: str) -> list[Mark]:
    found = [
        Mark(0, "problem", problem.message, "en", (), problem.line, problem.column, "") for problem in report.problems
    ]
    for result in report.results:
        value = result.value if result.value and result.value != f"<{result.focus}>" else ""
        about = [shorten(result.focus), shorten(result.path) if result.path else "", _short(value)]
        home = "" if result.name == name else result.name or ""
        spoken = language if language in result.messages else next(iter(result.messages), "en")
        found.append(
            Mark(
                0,
                result.severity.name.lower(),
                result.message(language),
                spoken,
                tuple(word[:_LONGEST] for word in about if word),
                result.line,
                0,
                home,
                result.meant,
            )
        )
    order = {"problem": -1} | {severity.name.lower(): severity.value for severity in Severity}
    return sorted(found, key=lambda mark: (bool(mark.home), not mark.line, mark.line, order[mark.severity]))


def _numbered(marks: list[Mark]) -> Iterator[Mark]:
    for number, mark in enumerate(marks, 1):
        yield replace(mark, number=number)


def _short(value: str) -> str:
    """Return a value of a report as a person writes it."""
    if value.startswith("<"):
        return shorten(value[1:-1])
    text, typed, kind = value.rpartition("^^")
    return f"{text}{typed}{shorten(kind[1:-1])}" if typed and kind != f"<{XSD}string>" else text or value


def _around(at: dict[int, list[Mark]], last: int) -> set[int]:
    near = {line + step for line in at for step in range(-_AROUND, _AROUND + 1)} or set(range(1, 4 * _AROUND))
    return {line for line in near if 1 <= line <= last}


def _lines(shown: Iterable[int], lines: list[str], at: dict[int, list[Mark]]) -> Iterator[Line]:
    before = 0
    for number in shown:
        if number != before + 1:
            yield Line(0, "", ())
        text = lines[number - 1]
        cut = text if len(text) <= _WIDEST else text[:_WIDEST] + " …"
        yield Line(number, cut, tuple(at.get(number, ())))
        before = number
    if before != len(lines):
        yield Line(0, "", ())
