"""The later evidence: nothing of what was gathered is missing, and what it says of the gaps of 2015 is as it was read."""

import csv
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import questions
from kg.files import find
from kg.parse import read_all
from kg.store import EmbeddedStore
from kg.vocabulary import ID, RDF, SKOS, WK

ROOT = Path(__file__).parents[1]
GATHERED = {
    "studies": 112,
    "findings": 191,
    "interventions": 42,
    "projects": 34,
    "organisations": 44,
    "concept-links": 34,
    "bearings": 19,
}
# Tables of others, whose rows are their ledger, and the editors' own readings of the founding documents side by side.
ELSEWHERE = {"hiring-discrimination-register.ttl", "ui-benefit-elasticities.ttl", "bearings.ttl"}
STATEMENTS = ("Finding", "Search", "Rating", "Assertion", "Bearing", "Recommendation", "KnowledgeGap")


def node(name):
    return ox.NamedNode(ID + name)


@pytest.fixture(scope="module")
def ledger():
    with (ROOT / "data/ledger.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows(ledger):
    return [row for row in ledger if row["document"].startswith("later-evidence/")]


@pytest.fixture(scope="module")
def files():
    read, problems = read_all(find(ROOT))
    assert problems == []
    return read


@pytest.fixture(scope="module")
def graph(files):
    store = ox.Store()
    for file in files:
        store.bulk_extend(file.quads())
    return store


@pytest.fixture(scope="module")
def effects(graph):
    """Every effect finding with what it says, by property: sets of type/slug."""
    found = {}
    for quad in graph.quads_for_pattern(None, ox.NamedNode(WK + "findingKind"), node("finding-kind/effect")):
        said = found.setdefault(quad.subject.value.removeprefix(ID), {})
        for other in graph.quads_for_pattern(quad.subject, None, None):
            said.setdefault(other.predicate.value.removeprefix(WK), set()).add(other.object.value.removeprefix(ID))
    return found


def narrower(graph, name):
    """The concept and all that is narrower, as type/slug."""
    concepts, wait = {name}, [name]
    while wait:
        below = graph.quads_for_pattern(None, ox.NamedNode(SKOS + "broader"), node(wait.pop()))
        fresh = {quad.subject.value.removeprefix(ID) for quad in below} - concepts
        concepts |= fresh
        wait += fresh
    return concepts


def values(graph, name, term):
    return {
        quad.object.value.removeprefix(ID)
        for quad in graph.quads_for_pattern(node(name), ox.NamedNode(WK + term), None)
    }


def rank(graph, study):
    (level,) = values(graph, study, "rigour")
    (value,) = values(graph, level, "rank")
    return int(value)


def test_the_ledger_has_every_row_that_was_gathered(rows):
    """So many of each kind, none twice."""
    counts = {name: sum(row["document"] == f"later-evidence/{name}" for row in rows) for name in GATHERED}
    assert GATHERED == counts
    assert len(rows) == len({row["statement"] for row in rows}) == sum(GATHERED.values())


def test_every_row_is_expressed_or_says_why_not(rows):
    """A row names resources, or a reason, never both and never neither."""
    assert [] == [row["statement"] for row in rows if bool(row["resources"]) == bool(row["reason"])]


def test_what_the_rows_name_is_in_the_graph(rows, graph):
    """No row points at a resource that nothing describes."""
    described = {quad.subject.value for quad in graph.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None)}
    assert set() == {ID + name for row in rows for name in row["resources"].split(";") if name} - described


@pytest.mark.parametrize("kind", STATEMENTS)
def test_no_statement_stands_outside_the_ledger(ledger, files, kind):
    """A finding, search, rating, bearing … that no row names would be invented; tables of others are their own ledger."""
    named = {ID + name for row in ledger for name in row["resources"].split(";") if name}
    stated = {
        quad.subject.value
        for file in files
        if file.source.path.name not in ELSEWHERE
        for quad in file.quads()
        if quad.predicate.value == RDF + "type" and quad.object.value == WK + kind
    }
    assert stated
    assert set() == stated - named


def test_only_interventions_fill_the_row_of_discrimination(graph, effects):
    """Trials with anonymous applications and with a decision aid are effects; correspondence experiments show the wound, not a cure."""
    studies = {
        study
        for said in effects.values()
        if "component/discrimination" in said.get("component", ())
        for study in said["study"]
    }
    assert {
        "study/anonymous-application-procedures-2023",
        "study/bog-kranendonk-job-offers-2011",
        "study/janssens-stigma-awareness-2023",
        "study/motivaction-anonymous-applications-2016",
        "study/tijdschrift-voor-hrm-anonymous-applications-2023",
    } == studies
    above = {study for study in studies if rank(graph, study) >= 3}
    assert {"study/bog-kranendonk-job-offers-2011", "study/janssens-stigma-awareness-2023"} == above


def test_social_capital_stays_thin(graph, effects):
    """Of four studies with an effect on social capital one stands above the bar."""
    studies = {
        study
        for said in effects.values()
        if "component/social-capital" in said.get("component", ())
        for study in said["study"]
    }
    assert 4 == len(studies)
    assert {"study/liu-job-search-2014"} == {study for study in studies if rank(graph, study) >= 3}


def test_aftercare_is_known_from_abroad_only(graph, effects):
    """No effect of aftercare was found in the Netherlands."""
    aftercare = narrower(graph, "intervention/aftercare")
    found = {name: said for name, said in effects.items() if said["intervention"] & aftercare}
    assert found
    assert [] == [name for name, said in found.items() if "country/nl" in said.get("country", ())]


@pytest.mark.parametrize(
    ("term", "name"), [("outcome", "outcome/poverty-reduction"), ("intervention", "intervention/trial-placements")]
)
def test_what_nobody_measured_stays_empty(effects, term, name):
    """No effect on poverty, none of trial placements."""
    assert [] == [finding for finding, said in effects.items() if name in said.get(term, ())]


def test_compulsory_volunteering_rests_on_one_qualitative_study(graph, effects):
    """The summary of 2015 and the dissertation it goes back to both say so; a reader sees the 66 interviews."""
    found = {
        name: said for name, said in effects.items() if "intervention/compulsory-volunteering" in said["intervention"]
    }
    assert {"study/tno-quickscan", "study/kampen-compulsory-volunteering-2014"} == {
        study for said in found.values() for study in said["study"]
    }
    assert {"design/qualitative-study"} == values(graph, "study/kampen-compulsory-volunteering-2014", "design")
    assert "study/kampen-compulsory-volunteering-2014" in values(graph, "study/tno-quickscan", "includesStudy")
    comment = "http://www.w3.org/2000/01/rdf-schema#comment"
    assert all(any("66" in text for text in said[comment]) for said in found.values())


@pytest.mark.parametrize("day", ["2015-12-31", "2026-11-22"])
def test_every_gap_stands_as_it_was_read(graph, day):
    """The status of each stated gap at the end of 2015 and today, gap by gap, as the curators derived it by hand."""
    with (ROOT / "tests/gap-statuses.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["gap"]: row[day] for row in csv.DictReader(file) if row[day]}
    answer = EmbeddedStore(graph).select(questions.find("gap-lifecycle").bind({"asOf": day}))
    found = {row["gap"].removeprefix(ID): row["status"].removeprefix(ID + "gap-status/") for row in answer.records()}
    assert expected == found


def test_a_sample_can_be_drawn_again():
    """The same number and seed draw the same statements, each with the publication it was read in."""
    command = [sys.executable, str(ROOT / "tests/sample.py"), "--count", "60", "--seed", "1"]
    first, second = (subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(2))
    assert first == second
    assert 60 == sum(line[0].isdigit() for line in first.splitlines())
