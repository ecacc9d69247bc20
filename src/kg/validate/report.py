"""What a check found; :mod:`kg.validate.reports` tells it in several forms."""

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from kg.locate import Span
from kg.parse import Problem
from kg.vocabulary import shorten

FORMS: Final = ("text", "json", "turtle", "sarif", "junit", "html")
"""For a person, for a script, as SHACL report, for code review, for a build server, as a page of its own."""


class Severity(IntEnum):
    """How much a result matters; the names are those of SHACL (section 2.1.4)."""

    Violation = 0
    """Blocks: nothing is built while it stands."""
    Warning = 1
    """Is shown: probably a mistake."""
    Info = 2
    """Advises."""


@dataclass(frozen=True, slots=True)
class Result:
    """One SHACL validation result with the place that has to be mended.

    Attributes:
        severity: how much it matters.
        focus: the focus node, an IRI or blank node as text.
        path: the predicate IRI, or None when the whole node is meant.
        value: the offending value in N-Triples syntax, or None.
        messages: a sentence for each language.
        shape: IRI of the shape or SPARQL constraint that was not met.
        component: IRI of the constraint component.
        name: file, or None when the focus node stands in none.
        line: line in the file, from 1; 0 when there is none.
        span: the stretch of that file that is meant, with the text of its line; None when there is none.
        meant: what may have been meant in place of the value or the path, best first, as people write it.
    """

    severity: Severity
    focus: str
    path: str | None
    value: str | None
    messages: dict[str, str]
    shape: str
    component: str
    name: str | None = None
    line: int = 0
    span: Span | None = None
    meant: tuple[str, ...] = ()

    def message(self, language: str) -> str:
        """Return the sentence in the language, else in any."""
        return self.messages.get(language) or next(iter(self.messages.values()), shorten(self.shape))


@dataclass(slots=True)
class Report:
    """All that one check found.

    Attributes:
        problems: what cannot be read.
        results: what does not fit the shapes.
        files: how many files the graph has.
        triples: how many triples.
        nodes: how many things were checked, where only what a change affects was; else None.
    """

    problems: list[Problem] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    files: int = 0
    triples: int = 0
    nodes: int | None = None

    @property
    def conforms(self) -> bool:
        """Tell whether every file parses and nothing is violated (warnings and advice do not block)."""
        return not self.problems and all(result.severity is not Severity.Violation for result in self.results)

    def counts(self) -> dict[str, int]:
        """Return how many of each there are."""
        found = Counter(result.severity.name for result in self.results)
        return {"problems": len(self.problems)} | {severity.name: found[severity.name] for severity in Severity}

    def render(self, form: str, language: str, *, least: Severity = Severity.Info, root: str = "") -> str:
        """Render in one of :data:`FORMS`.

        Args:
            form: its name.
            language: of the sentences, ``nl`` or ``en``.
            least: what matters less than this is counted but not told (``text`` only).
            root: where the graph folder is, seen from the top of the repository, such as ``graph/`` (``sarif`` only).

        Raises:
            KeyError: there is no such form.
        """
        from kg.validate.reports import render  # noqa: PLC0415 - the forms stand on this module

        return render(self, form, language, least=least, root=root)

    def text(self, language: str, *, least: Severity = Severity.Info) -> str:
        """Render for a person, see :mod:`kg.validate.reports.text`."""
        return self.render("text", language, least=least)

    def json(self) -> str:
        """Render as one JSON object, see :mod:`kg.validate.reports.data`."""
        return self.render("json", "en")

    def turtle(self) -> str:
        """Render as a SHACL validation report, see :mod:`kg.validate.reports.shacl`."""
        return self.render("turtle", "en")
