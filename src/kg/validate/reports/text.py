"""For a person at a terminal: per file, in the order of its lines, what is wrong, where, and how to mend it.

What has one cause and many places is told once, with the first of them; ``--format json`` has every place.
"""

from collections import Counter
from itertools import groupby

from kg.parse import Problem
from kg.spoken import gettext as _
from kg.spoken import ngettext
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
        "\n".join([name or _("(no file)"), *(text for _name, _line, text in found)])
        for name, found in groupby(entries, lambda entry: entry[0])
    ]
    return "\n\n".join([*blocks, *map(_grouped, many), summary(report)]) + "\n"


def summary(report: Report) -> str:
    """Return the line that counts what was found."""
    counts = report.counts()
    told = _(
        "%(problems)s unreadable, %(Violation)s violations, %(Warning)s warnings, %(Info)s advice; "
        "%(files)s files, %(triples)s triples",
        **counts,
        files=report.files,
        triples=report.triples,
    )
    if report.nodes is not None:
        told += "; " + _("%(number)s things checked: those that the files affect", number=report.nodes)
    return told


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
    lines = [f"  {place}  {_('unreadable')}: {problem.message}"]
    if problem.text.strip():
        lines.append(f"      {problem.text}")
        if problem.column:
            lines.append("      " + _blank(problem.text[: problem.column - 1]) + "^")
    return "\n".join(lines)


def _head(place: object, cause: Cause) -> str:
    return f"  {place or '-'}  {kind(cause.severity)}: {cause.message}\n"


def _details(result: Result) -> str:
    lines = [f"      {about(result)}"]
    if span := result.span:
        number = f"      {span.line} | "
        marks = "^" * max(span.end - span.column, 1)
        lines += [number + span.text.rstrip(), " " * len(number) + _blank(span.text[: span.column - 1]) + marks]
    if result.meant:
        names = _(" or ").join(result.meant)
        lines.append("      " + _("did you mean %(names)s?", names=names))
    return "\n".join(lines)


def _grouped(cause: Cause) -> str:
    shown, rest = cause.results[:_SHOWN], cause.results[_SHOWN:]
    lines = [_("%(number)s places, one cause", number=len(cause.results)), _head("*", cause).rstrip("\n")]
    for result in shown:
        lines += [f"      {result.name or _('(no file)')}:{result.line}", _details(result)]
    files = Counter(result.name or _("(no file)") for result in rest)
    named = ", ".join(f"{name} ({number})" for name, number in files.most_common(_SHOWN))
    lines.append("      " + _("and more in %(files)s", files=named))
    if len(files) > _SHOWN:
        more = len(files) - _SHOWN
        lines[-1] += ngettext(" and %(num)s more file", " and %(num)s more files", more)
    return "\n".join(lines)


def kind(severity: Severity) -> str:
    """Return what a result of a severity is called, in the language that is spoken."""
    return {
        Severity.Violation: _("violation"),
        Severity.Warning: _("warning"),
        Severity.Info: _("info"),
    }[severity]


def _blank(text: str) -> str:
    """Return the white space under a text, tabs as tabs."""
    return "".join("\t" if letter == "\t" else " " for letter in text)
