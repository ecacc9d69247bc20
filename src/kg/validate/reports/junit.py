"""For a build server: JUnit XML, in the form that Jenkins and GitLab read. One suite for each file, one case a place."""

import re
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kg.parse import Problem
from kg.validate.report import Report, Result, Severity
from kg.validate.reports.text import about, summary
from kg.vocabulary import shorten

# Characters that no XML 1.0 document can hold (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, language: str) -> str:
    """Return the XML text. Warnings and advice are cases that pass, with what was said as their output."""
    entries: list[tuple[str, Problem | Result]] = [(problem.name, problem) for problem in sorted(report.problems)]
    entries += [(result.name or "(no file)", result) for result in report.results]
    entries.sort(key=lambda entry: entry[0])
    root = Element("testsuites", name="kg check")
    for name, found in groupby(entries, lambda entry: entry[0]):
        suite = SubElement(root, "testsuite", name=_clean(name))
        for _, entry in found:
            _case(suite, name, entry, language)
        _count(suite)
    if not entries:
        SubElement(SubElement(root, "testsuite", name="kg check"), "testcase", classname="kg", name=summary(report))
        _count(root[0])
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: Element, name: str, entry: Problem | Result, language: str) -> None:
    where = re.sub(r"\.ttl$", "", name).replace("/", ".")
    case = SubElement(suite, "testcase", classname=_clean(where), time="0")
    if isinstance(entry, Problem):
        case.set("name", f"line {entry.line}")
        SubElement(case, "error", message=_clean(entry.message), type="unreadable").text = _clean(entry.text)
        return
    message = entry.message(language)
    case.set("name", _clean(f"line {entry.line}: {about(entry)}"))
    lines = [f"{name}:{entry.line}", entry.span.text if entry.span else "", f"{', '.join(entry.meant)}?"]
    detail = _clean("\n".join(lines[: 3 if entry.meant else 2]).rstrip())
    if entry.severity is Severity.Violation:
        kind = shorten(entry.component if entry.shape.startswith("_:") else entry.shape)
        SubElement(case, "failure", message=_clean(message), type=_clean(kind)).text = detail
    else:
        SubElement(case, "system-out").text = _clean(f"{entry.severity.name.lower()}: {message}\n{detail}")


def _count(suite: Element) -> None:
    for key, found in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
        suite.set(key, str(len(suite.findall(found))))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
