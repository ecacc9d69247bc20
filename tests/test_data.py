"""The facts: every statement of the founding documents is in the graph, and nothing is there that no statement carries."""

import csv
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.files import find
from kg.parse import read_all
from kg.vocabulary import ID, RDF, WK

ROOT = Path(__file__).parents[1]
DOCUMENTS = {
    "publication/tno-quickscan-page": 52,
    "publication/movisie-recommendations": 66,
    "publication/tno-quickscan-summary": 78,
    "publication/zonmw-gewogen-maatwerk": 42,
    "publication/divosa-programme-page": 58,
}


@pytest.fixture(scope="module")
def ledger():
    with (ROOT / "data/ledger.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["document"].startswith("later-evidence/")]


@pytest.fixture(scope="module")
def graph():
    files, problems = read_all(find(ROOT))
    assert problems == []
    store = ox.Store()
    for file in files:
        store.bulk_extend(file.quads())
    return store


def described(graph):
    return {quad.subject.value for quad in graph.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None)}


def instances(graph, name):
    pattern = graph.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(WK + name))
    return {quad.subject.value for quad in pattern}


def values(graph, thing, name):
    pattern = graph.quads_for_pattern(ox.NamedNode(ID + thing), ox.NamedNode(WK + name), None)
    return {quad.object.value.removeprefix(ID) for quad in pattern}


def test_the_ledger_has_every_statement_of_the_five_documents(ledger):
    """The ledger numbers each document's statements from one without a hole, 296 in all."""
    for position, (document, count) in enumerate(DOCUMENTS.items()):
        rows = [row["statement"] for row in ledger if row["document"] == document]
        assert [f"S{position}-{number}" for number in range(1, count + 1)] == rows
    assert 296 == len(ledger)


def test_every_statement_is_expressed_or_says_why_not(ledger):
    """A row names resources, or a reason, never both and never neither."""
    assert [] == [row["statement"] for row in ledger if bool(row["resources"]) == bool(row["reason"])]


def test_only_page_furniture_is_not_expressed(ledger):
    """The three statements left out hold no fact about work and income."""
    assert ["S0-52", "S2-78", "S4-58"] == [row["statement"] for row in ledger if row["reason"]]


def test_every_resource_of_the_ledger_is_in_the_graph(ledger, graph):
    """No row points at a resource that nothing describes."""
    named = {ID + name for row in ledger for name in row["resources"].split(";") if name}
    assert set() == named - described(graph)


@pytest.mark.parametrize("kind", ["Finding", "KnowledgeGap", "Recommendation", "Assertion"])
def test_every_statement_in_the_graph_is_in_the_ledger(ledger, graph, kind):
    """A finding, gap, recommendation or assertion of the founding documents that no row names would be invented."""
    named = {ID + name for row in ledger for name in row["resources"].split(";") if name}
    documents = {ID + name for name in DOCUMENTS}
    stated = instances(graph, kind)
    assert len(stated) > 20 - 10 * (kind == "Recommendation")
    of_documents = {
        thing
        for thing in stated
        for predicate in ("reportedIn", "statedIn")
        for quad in graph.quads_for_pattern(ox.NamedNode(thing), ox.NamedNode(WK + predicate), None)
        if quad.object.value in documents
    }
    assert set() == of_documents - named


def test_both_sides_of_the_disagreement_on_economic_incentives_stay(graph):
    """The web page finds hardly any intervention; the summary finds a relation and says that incentives seem to work."""
    gap = "gap/tno-page-economic-incentives-few-interventions"
    assert {"publication/tno-quickscan-page"} == values(graph, gap, "statedIn")
    assert {"component/economic-incentives"} == values(graph, gap, "component")
    contesting = {
        quad.subject.value.removeprefix(ID)
        for quad in graph.quads_for_pattern(None, ox.NamedNode(WK + "gap"), ox.NamedNode(ID + gap))
        if values(graph, quad.subject.value.removeprefix(ID), "bearingKind") == {"bearing-kind/contests"}
    }
    findings = {finding for bearing in contesting for finding in values(graph, bearing, "finding")}
    assert len(findings) >= 3
    assert {"publication/tno-quickscan-summary"} == {
        publication for finding in findings for publication in values(graph, finding, "reportedIn")
    }


def test_the_associations_without_a_sign_have_none(graph):
    """Benefit level, benefit duration and monitoring are associated with speed; no document says which way."""
    for finding in ("benefit-level", "benefit-duration", "stringent-monitoring"):
        name = f"finding/tno-summary-{finding}"
        matches = [thing for thing in instances(graph, "Finding") if thing.startswith(ID + name)]
        assert matches, name
        for thing in (match.removeprefix(ID) for match in matches):
            assert {"finding-kind/association"} == values(graph, thing, "findingKind")
            assert {"direction/not-stated"} == values(graph, thing, "direction")
            assert set() == values(graph, thing, "sign")


def test_compulsory_volunteering_is_unfavourable(graph):
    """It increases the distance to the labour market, which no client wants: the scan says so, and the study behind it."""
    findings = {
        quad.subject.value.removeprefix(ID)
        for quad in graph.quads_for_pattern(
            None, ox.NamedNode(WK + "intervention"), ox.NamedNode(ID + "intervention/compulsory-volunteering")
        )
    } & {thing.removeprefix(ID) for thing in instances(graph, "Finding")}
    on_distance = {
        finding for finding in findings if "outcome/distance-to-labour-market" in values(graph, finding, "outcome")
    }
    assert {
        "finding/tno-summary-compulsory-volunteering",
        "finding/kampen-compulsory-volunteering-2014-distance",
    } <= on_distance
    assert {"direction/unfavourable"} == {
        direction for finding in on_distance for direction in values(graph, finding, "direction")
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("round-1", {"opened": "2015-12-01", "closed": "2016-02-16", "granted": "11"}),
        ("round-2", {"opened": "2016-05-17", "closed": "2016-09-20", "applications": "23", "granted": "12",
                     "grantedOn": "2017-07-13"}),
        ("round-3", {"opened": "2017-06-22"}),
        ("round-3-employer-services", {"closed": "2017-10-03"}),
        ("round-3-debts-and-poverty", {"closed": "2017-10-03"}),
        ("round-3-integrated-working", {"closed": "2017-11-30"}),
        ("round-3-methodical-working", {"closed": "2017-11-30"}),
    ],
)  # fmt: skip
def test_the_rounds_have_their_dates_and_counts(graph, name, expected):
    """The rounds are as the programme page gives them, and no date or count is there that it does not give."""
    known = ("opened", "closed", "grantedOn", "applications", "granted")
    found = {key: values(graph, f"round/{name}", key) for key in known}
    assert {key: {value} for key, value in expected.items()} == {key: value for key, value in found.items() if value}


def test_the_programme_has_three_names_and_a_budget(graph):
    """One programme, three names, ten million euros."""
    programme = ox.NamedNode(f"{ID}programme/vakkundig-aan-het-werk")
    names = {str(quad.object.value) for quad in graph.quads_for_pattern(programme, None, None)}
    for part in (
        "Vakkundig aan het",
        "Versterking gemeentelijke uitvoeringspraktijk",
        "Versterking uitvoeringspraktijk",
    ):
        assert any(part in name for name in names), part
    assert {"10000000"} == values(graph, "programme/vakkundig-aan-het-werk", "budgetAmount")


def test_gewogen_maatwerk_has_two_sites_and_three_municipalities(graph):
    """Data came from two municipalities, three are involved, and no document says which two."""
    assert {"2"} == values(graph, "study/gewogen-maatwerk", "siteCount")
    assert set() == values(graph, "study/gewogen-maatwerk", "site")
    partners = values(graph, "project/gewogen-maatwerk", "partner")
    assert {f"organisation/municipality-{name}" for name in ("amersfoort", "the-hague", "eindhoven")} < partners


def test_identifiers_have_the_form_of_their_register(graph):
    """TOOI, ROR and Wikidata identifiers are IRIs of those registers; an organisation without one has none."""
    forms = {
        "tooi": r"https://identifier\.overheid\.nl/tooi/id/[a-z]+/[a-z]+\d+",
        "ror": r"https://ror\.org/0[a-z0-9]{8}",
        "wikidata": r"http://www\.wikidata\.org/entity/Q\d+",
    }
    counts = {}
    for name, form in forms.items():
        found = [quad.object.value for quad in graph.quads_for_pattern(None, ox.NamedNode(WK + name), None)]
        counts[name] = len(found)
        assert [] == [value for value in found if not re.fullmatch(form, value)]
    assert {"tooi": 28, "ror": 19, "wikidata": 23} == counts
