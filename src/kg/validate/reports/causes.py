"""Results that have one cause: one rule, one sentence, at several places."""

from dataclasses import dataclass

from kg.validate.report import Report, Result, Severity


@dataclass(frozen=True, slots=True)
class Cause:
    """One mistake, made at one place or at many.

    Attributes:
        severity: how much it matters.
        message: the sentence that says how to mend it.
        shape: IRI of the rule.
        results: its places, in the order of the report.
    """

    severity: Severity
    message: str
    shape: str
    results: tuple[Result, ...]


def causes(report: Report, language: str) -> list[Cause]:
    """Return the causes of all results: what matters most first, then in the order of the report."""
    found: dict[tuple[Severity, str, str], list[Result]] = {}
    for result in report.results:
        shape = "" if result.shape.startswith("_:") else result.shape
        found.setdefault((result.severity, result.message(language), shape), []).append(result)
    return [Cause(*key, tuple(results)) for key, results in sorted(found.items(), key=lambda entry: entry[0][0])]
