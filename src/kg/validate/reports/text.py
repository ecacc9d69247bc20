"""For a person at a terminal: per file, in the order of its lines, what is wrong, where, and how to mend it.

What has one cause and many places is told once, with the first of them; ``--format json`` has every place.
"""

from collections import Counter
from itertools import groupby

from kg.parse import Problem
from kg.validate.report import Report, Result, Severity
from kg.validate.reports.causes import Cause, causes
from kg.vocabulary import XSD, shorten

_MANY = 20
_SHOWN = 5


def render(report: Report, language: str, least: Severity = Severity.Info) -> str:
    """Return the text; what matters less than ``least`` is counted but not told."""
    told = [cause for cause in causes(report, language) if cause.severity <= least]
    many = [cause for cause in told if len(cause.results) > _MANY]
    entries = [(problem.name, problem.line, _problem(problem)) for problem in sorted(report.problems)]
    entries += [
        (result.name or "", result.line, _head(result.line, cause) + _details(result))
        for cause in told
        if cause not in many
        for result in cause.results
    ]
    entries.sort()
    blocks = [
        "\n".join([name or "(no file)", *(text for _, _, text in found)])
        for name, found in groupby(entries, lambda entry: entry[0])
    ]
    return "\n\n".join([*blocks, *map(_grouped, many), summary(report)]) + "\n"


def summary(report: Report) -> str:
    """Return the line that counts what was found."""
    counts = report.counts()
    checked = "" if report.nodes is None else f"; {report.nodes} things checked: those that the files affect"
    return (
        f"{counts['problems']} unreadable, {counts['Violation']} violations, {counts['Warning']} warnings, "
        f"{counts['Info']} advice; {report.files} files, {report.triples} triples{checked}"
    )


def about(result: Result) -> str:
    """Return what a result is about in short: its node, its property and the value there."""
    parts = [shorten(result.focus)]
    if result.path:
        parts.append(shorten(result.path))
    if result.value and result.value != f"<{result.focus}>":
        value = result.value.removesuffix(f"^^<{XSD}string>")
        parts.append(shorten(value[1:-1]) if value.startswith("<") else value)
    return " ".join(" ".join(parts).split())


def _problem(problem: Problem) -> str:
    place = f"{problem.line}:{problem.column}" if problem.column else str(problem.line)
    lines = [f"  {place}  unreadable: {problem.message}"]
    if problem.text.strip():
        lines.append(f"      {problem.text}")
        if problem.column:
            lines.append("      " + _blank(problem.text[: problem.column - 1]) + "^")
    return "\n".join(lines)


def _head(place: object, cause: Cause) -> str:
    return f"  {place or '-'}  {cause.severity.name.lower()}: {cause.message}\n"


def _details(result: Result) -> str:
    lines = [f"      {about(result)}"]
    if span := result.span:
        number = f"      {span.line} | "
        marks = "^" * max(span.end - span.column, 1)
        lines += [number + span.text.rstrip(), " " * len(number) + _blank(span.text[: span.column - 1]) + marks]
    if result.meant:
        lines.append(f"      did you mean {' or '.join(result.meant)}?")
    return "\n".join(lines)


def _grouped(cause: Cause) -> str:
    shown, rest = cause.results[:_SHOWN], cause.results[_SHOWN:]
    lines = [f"{len(cause.results)} places, one cause", _head("*", cause).rstrip("\n")]
    for result in shown:
        lines += [f"      {result.name or '(no file)'}:{result.line}", _details(result)]
    files = Counter(result.name or "(no file)" for result in rest)
    lines.append("      and more in " + ", ".join(f"{name} ({number})" for name, number in files.most_common(_SHOWN)))
    if len(files) > _SHOWN:
        lines[-1] += f" and {len(files) - _SHOWN} more files"
    return "\n".join(lines)


def _blank(text: str) -> str:
    """Return the white space under a text, tabs as tabs."""
    return "".join("\t" if letter == "\t" else " " for letter in text)
