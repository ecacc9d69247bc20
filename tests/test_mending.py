"""``kg check --fix``: what has one remedy is mended, and nothing else of the file or of the graph changes."""

import difflib
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.cli import main

ROOT = Path(__file__).parents[1]
STUDY = "data/studies/2015-tno-quickscan.ttl"
PAGE = "data/studies/2015-tno-quickscan-page.ttl"
GAPS = "data/gaps/gewogen-maatwerk.ttl"
ISSUED = 'dct:issued "2015-07-22"^^xsd:date'
XSD_LINE = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
PRECISE = '    wk:datePrecision "day" ;\n'
WK_LINE = "@prefix wk: <https://w3id.org/werkkennis/def#> .\n"


def kg(*words):
    """Run a command in this process, in English; what goes wrong inside is raised."""
    return CliRunner().invoke(main, ["--lang", "en", *map(str, words)], catch_exceptions=False)


@pytest.fixture
def copy(tmp_path):
    """A copy of the real graph, to be broken and mended."""
    for room in ("ontology", "shapes", "data"):
        # Without the tables of others, which take most of the time of a check.
        left = shutil.ignore_patterns("hiring-*", "ui-*", "*-lippens-*", "tables", "mappings")
        shutil.copytree(ROOT / room, tmp_path / "graph" / room, ignore=left)
    return tmp_path / "graph"


def texts(graph):
    """Return every file of a graph."""
    return {path.relative_to(graph).as_posix(): path.read_bytes() for path in graph.rglob("*") if path.is_file()}


def change(graph, file, old, new):
    """Change a text in a file where it stands first."""
    text = (graph / file).read_text("utf-8")
    assert old in text
    (graph / file).write_text(text.replace(old, new, 1), "utf-8")


SLIPS = {
    "language": ((STUDY, '"TNO quickscan of what works in municipal practice"@en', '"TNO quickscan of what works in municipal practice"'),),
    "date-without-type": ((STUDY, ISSUED, 'dct:issued "2015-07-22"'),),
    "prefix": ((STUDY, XSD_LINE, ""),),
    "prefix-order": ((STUDY, "@prefix dct: <http://purl.org/dc/terms/> .\n", ""), (STUDY, XSD_LINE, XSD_LINE + "@prefix dct: <http://purl.org/dc/terms/> .\n")),
}  # fmt: skip
SLIPS["all-at-once"] = (*SLIPS["language"], *SLIPS["date-without-type"], (GAPS, WK_LINE, ""))


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_with_one_remedy_is_mended(copy, name):
    """The file is, byte for byte, what it was before the slip; no other file changes; what was done is told."""
    good = texts(copy)
    for slip in SLIPS[name]:
        change(copy, *slip)
    if name == "prefix-order":
        order = [line for line in (copy / STUDY).read_text("utf-8").splitlines() if line.startswith("@prefix")]
        assert order != sorted(order)
    files = dict.fromkeys(copy / file for file, _, _ in SLIPS[name])
    found = kg("--graph", copy, "--lang", "en", "check", "--fix", *files)
    assert 0 == found.exit_code, found.stdout
    assert good == texts(copy)
    assert f"mended {SLIPS[name][0][0]}\n" in found.stderr
    assert "0 violations" in found.stdout


@pytest.mark.parametrize(
    ("written", "date", "precision"),
    [('"2015"^^xsd:gYear', "2015-01-01", "year"), ('"2015-07"^^xsd:gYearMonth', "2015-07-01", "month"), ('"2015"', "2015-01-01", "year")],
)  # fmt: skip
def test_a_year_becomes_a_date_that_says_so(copy, written, date, precision):
    """A year or a month becomes its first day with its precision; only those lines of the file change."""
    change(copy, STUDY, PRECISE, "")
    text = (copy / STUDY).read_text("utf-8")
    change(copy, STUDY, ISSUED, f"dct:issued {written}")
    found = kg("--graph", copy, "check", "--fix", copy / STUDY)
    assert 0 == found.exit_code, found.stdout
    now = (copy / STUDY).read_text("utf-8")
    lines = [line for line in difflib.ndiff(text.splitlines(), now.splitlines()) if line[0] in "+-"]
    assert [
        '-     dct:issued "2015-07-22"^^xsd:date ;',
        f'+     dct:issued "{date}"^^xsd:date ;',
        f'+     wk:datePrecision "{precision}" ;',
    ] == lines
    assert f'-> "{date}"^^xsd:date and + publication:' in found.stderr


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (STUDY, ISSUED, 'dct:issued "2015-02-30"'),  # no such day
        (STUDY, ISSUED, 'dct:issued "22-07-2015"'),  # which of them is the month
        (STUDY, ISSUED, 'dct:issued "2015"^^xsd:gYear'),  # the file says that the day is known
        (STUDY, "wk:theme theme:re-integration", "wk:theme theme:reintegration"),  # a name is for a person to choose
        (GAPS, "@nl", ""),  # both texts of one language
    ],
)
def test_what_needs_a_person_is_left(copy, file, old, new):
    """Where there are more remedies, or none, nothing is written and the mistake is told as ever."""
    change(copy, file, old, new)
    if old == "@nl":
        text = (copy / file).read_text("utf-8")
        label = text.index('"@en')
        (copy / file).write_text(text[:label] + '"' + text[label + 4 :], "utf-8")
    broken = texts(copy)
    found = kg("--graph", copy, "check", "--fix")
    assert (1, "") == (found.exit_code, found.stderr)
    assert broken == texts(copy)


def test_only_the_files_that_are_named_are_mended(copy):
    """With paths, a slip in another file is told and left."""
    change(copy, STUDY, ISSUED, 'dct:issued "2015-07-22"')
    broken = texts(copy)
    assert 1 == kg("--graph", copy, "check", "--fix", copy / GAPS).exit_code
    assert broken == texts(copy)


def test_several_prefixes_are_declared_one_after_the_other(copy):
    """A draft with a comment and no prefixes at all gets those that it needs; what nobody knows is told."""
    draft = copy / "data/draft.ttl"
    draft.write_text("# A draft.\n\nstudy:tno-quickscan wk:sampleSize 5 .\n", "utf-8")
    found = kg("--graph", copy, "check", "--fix", draft)
    assert 0 == found.exit_code, found.stdout
    assert (
        "# A draft.\n\n@prefix study: <https://w3id.org/werkkennis/id/study/> .\n"
        "@prefix wk: <https://w3id.org/werkkennis/def#> .\n\nstudy:tno-quickscan wk:sampleSize 5 .\n"
    ) == draft.read_text("utf-8")
    draft.write_text("study:a nobody:knows 5 .\n", "utf-8")
    found = kg("--graph", copy, "check", "--fix", draft)
    assert 1 == found.exit_code
    assert "The prefix nobody: has not been declared" in found.stdout
    assert list(ox.parse(draft.read_text("utf-8").replace("nobody:knows", "study:k"), format=ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("months", "term"), [(0, "short"), (12, "short"), (13, "medium"), (24, "medium"), (25, "long")]
)
def test_the_term_follows_from_the_months(copy, months, term):
    """A finding that says after how many months it was measured, and not its term, gets the term of those months."""
    kind = "wk:findingKind finding-kind:effect ;"
    change(copy, PAGE, kind, f"{kind}\n    wk:followUpMonths {months} ;")
    found = kg("--graph", copy, "--lang", "en", "check", "--fix")
    assert f"wk:horizon horizon:{term}" in found.output
    text = (copy / PAGE).read_text("utf-8")
    assert 1 == text.count(
        f"wk:followUpMonths {months} ;\n    wk:horizon <https://w3id.org/werkkennis/id/horizon/{term}>"
    )
    assert [] == [
        line for line in kg("--graph", copy, "--lang", "en", "check").output.splitlines() if "horizon" in line
    ]
