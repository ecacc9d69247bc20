"""For a script: one JSON object with ``conforms``, ``counts``, ``problems`` and ``results``."""

import json
from typing import Any

from kg.validate.report import Report, Result


def render(report: Report, **more: object) -> str:
    """Return the JSON text.

    Args:
        report: what a check found.
        more: members beside those of the report.
    """
    content = {
        "conforms": report.conforms,
        "files": report.files,
        "triples": report.triples,
        **({} if report.nodes is None else {"checked": report.nodes}),
        "counts": report.counts(),
        "problems": [
            {"file": p.name, "line": p.line, "column": p.column, "message": p.message, "text": p.text}
            for p in sorted(report.problems)
        ],
        "results": [_result(result) for result in report.results],
        **more,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _result(result: Result) -> dict[str, Any]:
    span = result.span
    return {
        "severity": result.severity.name,
        "file": result.name,
        "line": result.line or None,
        "column": span.column if span else None,
        "endColumn": span.end if span else None,
        "text": span.text if span else None,
        "focusNode": result.focus,
        "path": result.path,
        "value": result.value,
        "messages": result.messages,
        "didYouMean": list(result.meant),
        "shape": result.shape,
        "component": result.component,
    }
