"""What a check found, and how it is told: as text with source lines, as JSON, as a SHACL validation report."""

import json
from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby

import pyoxigraph as ox

from kg.parse import Problem
from kg.vocabulary import PREFIXES, RDF, SH, shorten


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

    def message(self, language: str) -> str:
        """Return the sentence in the language, else in any."""
        return self.messages.get(language) or next(iter(self.messages.values()), shorten(self.shape))


@dataclass(slots=True)
class Report:
    """All that one check found."""

    problems: list[Problem] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    files: int = 0
    triples: int = 0

    @property
    def conforms(self) -> bool:
        """Tell whether every file parses and nothing is violated (warnings and advice do not block)."""
        return not self.problems and all(result.severity is not Severity.Violation for result in self.results)

    def counts(self) -> dict[str, int]:
        """Return how many of each there are."""
        found = Counter(result.severity.name for result in self.results)
        return {"problems": len(self.problems)} | {severity.name: found[severity.name] for severity in Severity}

    def text(self, language: str, *, least: Severity = Severity.Info) -> str:
        """Render for a person: per file, in the order of its lines, each with the sentence that says how to mend it.

        Args:
            language: of the sentences, ``nl`` or ``en``.
            least: what matters less than this is counted but not told.
        """
        entries = [(problem.name, problem.line, _problem_text(problem)) for problem in sorted(self.problems)] + [
            (result.name or "", result.line, _result_text(result, language))
            for result in self.results
            if result.severity <= least
        ]
        entries.sort()
        blocks = [
            "\n".join([name or "(no file)", *(text for _, _, text in found)])
            for name, found in groupby(entries, lambda entry: entry[0])
        ]
        counts = self.counts()
        summary = (
            f"{counts['problems']} unreadable, {counts['Violation']} violations, {counts['Warning']} warnings, "
            f"{counts['Info']} advice; {self.files} files, {self.triples} triples"
        )
        return "\n\n".join([*blocks, summary]) + "\n"

    def json(self) -> str:
        """Render as one JSON object: ``conforms``, ``counts``, ``problems`` and ``results``."""
        return json.dumps(
            {
                "conforms": self.conforms,
                "files": self.files,
                "triples": self.triples,
                "counts": self.counts(),
                "problems": [
                    {"file": p.name, "line": p.line, "column": p.column, "message": p.message, "text": p.text}
                    for p in sorted(self.problems)
                ],
                "results": [
                    {
                        "severity": r.severity.name,
                        "file": r.name,
                        "line": r.line or None,
                        "focusNode": r.focus,
                        "path": r.path,
                        "value": r.value,
                        "messages": r.messages,
                        "shape": r.shape,
                        "component": r.component,
                    }
                    for r in self.results
                ],
            },
            ensure_ascii=False,
            indent=2,
        )

    def turtle(self) -> str:
        """Render as a SHACL validation report (SHACL section 3.6).

        A report speaks of shapes; files that do not parse are not in it, so it is only asked for when all do.
        """
        report = ox.BlankNode("report")
        triples = [
            ox.Triple(report, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "ValidationReport")),
            ox.Triple(report, ox.NamedNode(SH + "conforms"), ox.Literal(not self.results)),
        ]
        for number, result in enumerate(self.results, 1):
            node = ox.BlankNode(f"result{number}")
            triples.append(ox.Triple(report, ox.NamedNode(SH + "result"), node))
            triples += [ox.Triple(node, predicate, value) for predicate, value in _result_terms(result)]
        return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes={"sh": SH, **PREFIXES}) or b"").decode()


def _problem_text(problem: Problem) -> str:
    place = f"{problem.line}:{problem.column}" if problem.column else str(problem.line)
    lines = [f"  {place}  unreadable: {problem.message}"]
    if problem.text.strip():
        lines.append(f"      {problem.text}")
        if problem.column:
            lines.append("      " + " " * (problem.column - 1) + "^")
    return "\n".join(lines)


def _result_text(result: Result, language: str) -> str:
    about = " ".join(
        [shorten(result.focus)]
        + ([shorten(result.path)] if result.path else [])
        + ([_short_value(result.value)] if result.value and result.value != f"<{result.focus}>" else [])
    )
    return f"  {result.line or '-'}  {result.severity.name.lower()}: {result.message(language)}\n      {about}"


def _short_value(value: str) -> str:
    return shorten(value[1:-1]) if value.startswith("<") else value


def _result_terms(result: Result) -> list[tuple[ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]]:
    def sh(name: str) -> ox.NamedNode:
        return ox.NamedNode(SH + name)

    focus = ox.BlankNode(result.focus[2:]) if result.focus.startswith("_:") else ox.NamedNode(result.focus)
    terms: list[tuple[ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]] = [
        (ox.NamedNode(RDF + "type"), sh("ValidationResult")),
        (sh("focusNode"), focus),
        (sh("resultSeverity"), sh(result.severity.name)),
        (sh("sourceConstraintComponent"), ox.NamedNode(result.component)),
    ]
    if not result.shape.startswith("_:"):
        terms.append((sh("sourceShape"), ox.NamedNode(result.shape)))
    if result.path:
        terms.append((sh("resultPath"), ox.NamedNode(result.path)))
    if result.value:
        parsed = next(ox.parse(f"<x:s> <x:p> {result.value} .", format=ox.RdfFormat.N_TRIPLES)).object
        if not isinstance(parsed, ox.Triple):
            terms.append((sh("value"), parsed))
    terms += [(sh("resultMessage"), ox.Literal(text, language=lang)) for lang, text in sorted(result.messages.items())]
    return terms
