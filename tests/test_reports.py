"""The forms of a report: source lines with the place marked, one entry for one cause, near names, SARIF, JUnit, HTML."""

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.locate import Places
from kg.parse import Problem
from kg.validate import Report, Result, Severity, check
from kg.validate.report import FORMS
from small_graph import write_graph

ROOT = Path(__file__).parents[1]
STUDY = "data/studies/2015-tno-quickscan.ttl"
SLIPS = (
    ("wk:theme theme:re-integration", "wk:theme theme:reintegration", "theme:reintegration", "theme:re-integration"),
    ("wk:carriedOutBy organisation:tno", "wk:carriedOutBy organisation:tnoo", "organisation:tnoo", "organisation:tno"),
    ("wk:commissionedBy", "wk:comissionedBy", "wk:comissionedBy", "wk:commissionedBy"),
    ("a wk:Study ;", "a wk:Sudy ;", "wk:Sudy", "wk:Study"),
)
NAMELESS = "".join(f"<x:{number}> a <https://w3id.org/werkkennis/def#Thing> .\n" for number in range(40))
NASTY = '<script>alert(1)</script> & \x0b ]]> "é"'


def read_xml(text):
    """Read XML that we wrote ourselves."""
    return ET.fromstring(text)  # noqa: S314


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The check of a copy of the real graph with four slips of the pen in one file."""
    graph = tmp_path_factory.mktemp("graph")
    for room in ("ontology", "shapes", "data"):
        # Without the tables of others, which take most of the time of a check.
        shutil.copytree(ROOT / room, graph / room, ignore=shutil.ignore_patterns("hiring-*", "ui-*", "*-lippens-*"))
    text = (graph / STUDY).read_text("utf-8")
    for old, new, _, _ in SLIPS:
        assert old in text
        text = text.replace(old, new, 1)
    (graph / STUDY).write_text(text, "utf-8")
    return check(graph)


def nasty():
    """A report in which every text is hostile to the form that it is told in."""
    text = f"    wk:x {NASTY} ;"
    span = Places("<x:s> <x:p> 1 .").span("x:s", "x:p")
    result = Result(
        Severity.Warning, "x:s", "x:p", '"a\\nb"', {"nl": NASTY, "en": NASTY}, "x:shape", "x:c", f"data/{NASTY}.ttl", 3,
        span, ("a<b>",),
    )  # fmt: skip
    broken = Result(Severity.Violation, "_:b1", None, None, {"": NASTY}, "_:n", "x:c")
    return Report([Problem(f"data/{NASTY}.ttl", 2, 4, NASTY, text)], [result, broken], 2, 7)


@pytest.mark.parametrize(("old", "new", "slip", "right"), SLIPS, ids=lambda given: given)
def test_a_slip_of_the_pen_is_shown_with_what_was_meant(report, old, new, slip, right):
    """The line stands there with the slip marked, and the nearest name from the right scheme or kind below it."""
    text = (report.text("en") + report.text("nl")).splitlines()
    number = next(number for number, line in enumerate(text) if " | " in line and slip in line)
    line, marks, meant = text[number : number + 3]
    assert slip == line[marks.index("^") : marks.rindex("^") + 1]
    assert set(" ^") == set(marks)
    assert right in meant.removeprefix("      did you mean ").rstrip("?").split(" or ")


def test_a_script_gets_the_place_and_what_was_meant(report):
    """JSON has the columns of the slip in its line and the near names."""
    found = {result["value"]: result for result in json.loads(report.json())["results"]}
    result = found["<https://w3id.org/werkkennis/id/organisation/tnoo>"]
    assert "organisation:tnoo" == result["text"][result["column"] - 1 : result["endColumn"] - 1]
    assert ["organisation:tno"] == result["didYouMean"]


def test_a_right_name_in_the_wrong_place_is_no_slip(tmp_path):
    """A concept that exists and does not fit gets no name that merely has letters in common."""
    path = tmp_path / "draft.ttl"
    path.write_text(
        "<https://w3id.org/werkkennis/id/finding/x> a <https://w3id.org/werkkennis/def#Finding> ; "
        "<https://w3id.org/werkkennis/def#direction> "
        "<https://w3id.org/werkkennis/id/sign/positive> .",
        "utf-8",
    )
    results = [result for result in check(ROOT, [path]).results if result.value and "sign/positive" in result.value]
    assert results
    assert {()} == {result.meant for result in results}


def test_one_cause_at_forty_places_is_one_entry(tmp_path):
    """The sentence stands there once with its number of places, the first of them, and where the others are."""
    found = check(write_graph(tmp_path, more=NAMELESS))
    text = found.text("en")
    assert 40 == found.counts()["Violation"] == len(json.loads(found.json())["results"])
    assert 1 == text.count("violation: Give a name.")
    assert "40 places, one cause\n  *  violation: Give a name.\n      data/more.ttl:1\n" in text
    assert "      and more in data/more.ttl (35)\n" in text
    assert "40 violations" in text.splitlines()[-1]


def test_sarif_names_rule_place_and_level(report):
    """Each result of SARIF has its rule, its level and a region that holds what is wrong in the file itself."""
    [run] = json.loads(report.render("sarif", "en", root="kennis/"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(report.results) == len(run["results"])
    for result, expected in zip(run["results"], report.results, strict=True):
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
        assert f"kennis/{expected.name}" == place["artifactLocation"]["uri"]
        assert expected.line == region["startLine"]
        assert 0 < region["startColumn"] < region["endColumn"] <= len(region["snippet"]["text"]) + 1
        assert {0: "error", 1: "warning", 2: "note"}[expected.severity] == result["level"]
        assert result["message"]["text"].startswith(expected.message("en"))
    assert len(run["results"]) == len({result["partialFingerprints"]["kg/v1"] for result in run["results"]})
    assert any("Did you mean organisation:tno?" in result["message"]["text"] for result in run["results"])


def test_a_fingerprint_survives_lines_above(report):
    """What SARIF knows a mistake by has no line in it."""
    moved = [Result(**{name: getattr(result, name) for name in result.__slots__} | {"line": 999, "span": None})
             for result in report.results]  # fmt: skip
    prints = [
        [result["partialFingerprints"] for result in json.loads(made.render("sarif", "nl"))["runs"][0]["results"]]
        for made in (report, Report([], moved))
    ]
    assert prints[0] == prints[1]


def test_junit_fails_what_is_violated_only(report):
    """Each violation is a failure, advice is a case that passes, and the numbers are those of the report."""
    root = read_xml(report.render("junit", "nl"))
    counts = report.counts()
    assert str(len(report.results)) == root.get("tests")
    assert str(counts["Violation"]) == root.get("failures") == str(len(root.findall(".//failure")))
    assert counts["Info"] == len(root.findall(".//system-out"))
    assert {result.name for result in report.results} == {suite.get("name") for suite in root}


def test_a_good_graph_is_one_passing_case(tmp_path):
    """A build server that counts cases sees that something was checked."""
    root = read_xml(check(write_graph(tmp_path)).render("junit", "nl"))
    assert ("1", "0", "0") == (root.get("tests"), root.get("failures"), root.get("errors"))


class Seen(HTMLParser):
    """What a browser would see in a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note a tag and its attributes."""
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        """Note a text."""
        self.text += data


@pytest.mark.parametrize(("language", "title"), [("nl", "Wat de controle vond"), ("en", "What the check found")])
def test_the_page_stands_alone(report, language, title):
    """The page is in its language, has every sentence once, marks each slip, and asks nothing of anybody."""
    seen = Seen(report.render("html", language))
    assert ("lang", language) in seen.attributes
    assert title in seen.text
    assert set() == {"script", "link", "img", "iframe"} & set(seen.tags)
    assert set() == {"src", "href", "style", "onclick"} & {name for name, _ in seen.attributes}
    assert len(report.results) == seen.tags.count("mark")
    for message in {result.message(language) for result in report.results}:
        assert 1 == seen.text.count(message)


def texts(value):
    """Give every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_breaks_a_form(form):
    """Text that looks like markup, that no XML can hold or that goes over lines stays text in every form."""
    made = nasty()
    told = made.render(form, "en", root="a b/")
    if form in {"json", "sarif"}:
        assert NASTY in set(texts(json.loads(told)))
    if form == "sarif":
        uri = json.loads(told)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.startswith("a%20b/data/%3Cscript")
    if form == "junit":
        root = read_xml(told)
        assert NASTY.replace("\x0b", "\ufffd") == root.find(".//error").get("message")
        assert ("3", "1", "1") == (root.get("tests"), root.get("failures"), root.get("errors"))
    if form == "html":
        seen = Seen(told)
        assert "script" not in seen.tags
        assert NASTY in seen.text


@pytest.mark.parametrize("form", FORMS)
def test_every_form_can_be_asked_for(tmp_path, monkeypatch, form):
    """Each form goes to standard output with the exit code of the check."""
    write_graph(tmp_path / "here/graph", more=NAMELESS)
    monkeypatch.chdir(tmp_path / "here")
    found = CliRunner().invoke(main, ["--graph", "graph", "check", "--format", form], catch_exceptions=False)
    assert (1, "") == (found.exit_code, found.stderr)
    assert found.stdout.endswith("\n")
    if form == "sarif":
        assert '"uri": "graph/data/more.ttl"' in found.stdout
