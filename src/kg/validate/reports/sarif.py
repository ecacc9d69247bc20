"""For code review: SARIF 2.1.0 (OASIS), as GitHub and others show it beside the lines of a change."""

import hashlib
import json
import re
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from kg import __version__
from kg.parse import Problem
from kg.settings import ROOMS
from kg.validate.report import Report, Result, Severity
from kg.validate.reports.text import about
from kg.vocabulary import shorten

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.Violation: "error", Severity.Warning: "warning", Severity.Info: "note"}
_UNREADABLE: Final = "unreadable"


def render(report: Report, language: str, root: str = "") -> str:
    """Return the JSON text.

    Args:
        report: what was found.
        language: of the sentences.
        root: where the graph folder is, seen from the top of the repository, with ``/`` at its end.
    """
    rules: dict[str, dict[str, Any]] = {}
    results = [_problem(problem, rules, root) for problem in sorted(report.problems)]
    results += [_result(result, rules, language, root) for result in report.results]
    driver = {"name": "kg", "version": __version__, "rules": list(rules.values())}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "kg-check/"},
        "language": language,
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _problem(problem: Problem, rules: dict[str, dict[str, Any]], root: str) -> dict[str, Any]:
    rule = rules.setdefault(_UNREADABLE, _rule(_UNREADABLE, "A file that cannot be read", Severity.Violation))
    region: dict[str, Any] = {"startLine": problem.line}
    if problem.column:
        region["startColumn"] = problem.column
    return {
        "ruleId": rule["id"],
        "ruleIndex": list(rules).index(_UNREADABLE),
        "level": "error",
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(problem.name, root), "region": region}}],
        "partialFingerprints": _fingerprint(problem.name, problem.message),
    }


def _result(result: Result, rules: dict[str, dict[str, Any]], language: str, root: str) -> dict[str, Any]:
    identifier = shorten(result.component if result.shape.startswith("_:") else result.shape)
    message = result.message(language)
    rule = rules.setdefault(identifier, _rule(identifier, message, result.severity))
    if rule["shortDescription"]["text"] != message:
        # The sentence names what is wrong at each place, so it does not name the rule.
        rule["shortDescription"]["text"] = identifier
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": about(result), "kind": "resource"}]}
    if result.name:
        location["physicalLocation"] = {"artifactLocation": _artifact(result.name, root), "region": _region(result)}
    if result.meant:
        message += {"nl": " Bedoelde je ", "en": " Did you mean "}[language] + ", ".join(result.meant) + "?"
    return {
        "ruleId": identifier,
        "ruleIndex": list(rules).index(identifier),
        "level": _LEVELS[result.severity],
        "message": {"text": message},
        "locations": [location],
        "partialFingerprints": _fingerprint(result.shape, result.focus, result.path or "", result.value or ""),
    }


def _rule(identifier: str, description: str, severity: Severity) -> dict[str, Any]:
    return {
        "id": identifier,
        "shortDescription": {"text": description},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _region(result: Result) -> dict[str, Any]:
    if result.span is None:
        return {"startLine": max(result.line, 1)}
    span = result.span
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endColumn": max(span.end, span.column + 1),
        "snippet": {"text": span.text},
    }


def _artifact(name: str, root: str) -> dict[str, str]:
    """Return where a file is (SARIF 3.4): a URI reference from the top of the repository, or a whole one."""
    if PurePath(name).is_absolute():
        return {"uri": PurePath(name).as_uri()}
    inside = re.match(rf"(?:{'|'.join(ROOMS)})/", name)
    return {"uri": quote(f"{root}{name}" if inside else name), "uriBaseId": "%SRCROOT%"}


def _fingerprint(*parts: str) -> dict[str, str]:
    """Let the same mistake be known again when lines above it come and go (SARIF 3.27.17)."""
    return {"kg/v1": hashlib.sha256("\n".join(parts).encode()).hexdigest()}
