"""Reports for code review against the JSON schema of SARIF 2.1.0 (OASIS)."""

import json
import os
from pathlib import Path

import pytest

from kg.locate import Span
from kg.parse import Problem
from kg.validate import Report, Result, Severity

jsonschema = pytest.importorskip("jsonschema")
SUITES = Path(os.environ.get("KG_CONFORMANCE") or Path(__file__).resolve().parents[3] / "shared" / "conformance")
SCHEMA = SUITES / "sarif-2.1.0" / "sarif-schema-2.1.0.json"

if not SCHEMA.is_file():
    pytest.skip("the schema of SARIF is not here", allow_module_level=True)

SPAN = Span(3, 5, 9, "abc def ghi")
REPORTS = {
    "empty": Report(),
    "unreadable": Report([Problem("data/a b.ttl", 1, 0, "a", ""), Problem("/x/é.ttl", 2, 7, "b", "text")]),
    "results": Report(
        results=[
            Result(severity, "x:s", "x:p", "<x:o>", {"nl": "n", "en": "e"}, "x:shape", "x:c", name, 3, span, ("x:q",))
            for severity in Severity
            for name in ("data/a.ttl", "../elsewhere/é.ttl", None)
            for span in (SPAN, None)
        ]
        + [Result(Severity.Violation, "_:b", None, None, {"": "m"}, "_:n", "x:c")]
    ),
}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_is_valid_sarif(name, language):
    """With problems or without, with places or without: every report is valid."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    report = json.loads(REPORTS[name].render("sarif", language, root="graph/"))

    assert [] == [error.message for error in validator.iter_errors(report)]
