"""The forms in which a report is told, one module each."""

from collections.abc import Callable, Mapping
from typing import Final

from kg.spoken import speaking
from kg.validate.report import Report, Severity
from kg.validate.reports import data, junit, page, sarif, shacl, text

_FORMS: Final[Mapping[str, Callable[[Report, str], str]]] = {
    "json": lambda report, _: data.render(report),
    "turtle": lambda report, _: shacl.render(report),
    "junit": junit.render,
    "html": page.render,
}


def render(report: Report, form: str, language: str, *, least: Severity, root: str) -> str:
    """Render a report, see :meth:`kg.validate.report.Report.render`."""
    with speaking(language):
        if form == "text":
            return text.render(report, language, least)
        if form == "sarif":
            return sarif.render(report, language, root)
        return _FORMS[form](report, language)
