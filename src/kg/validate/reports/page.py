"""As a page of its own, to keep or to send: HTML without script and without anything from elsewhere."""

from functools import cache

from jinja2 import Environment, PackageLoader

from kg.validate.report import Report
from kg.validate.reports.causes import causes
from kg.validate.reports.text import about


def render(report: Report, language: str) -> str:
    """Return the HTML text, grouped by cause."""

    def say(dutch: str, english: str, **values: object) -> str:
        return (english if language == "en" else dutch).format(**values)

    template = _environment().get_template("report.html")
    return template.render(
        report=report, causes=causes(report, language), problems=sorted(report.problems), language=language, say=say,
        about=about,
    )  # fmt: skip


@cache
def _environment() -> Environment:
    loader = PackageLoader("kg.validate.reports", "")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
