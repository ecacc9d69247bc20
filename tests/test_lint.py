"""``kg lint``: each measure finds what it should and nothing else, says why it matters, and blocks nothing."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import advice
from kg.cli import main
from kg.files import find
from kg.parse import read_all
from kg.vocabulary import shorten
from small_graph import write_graph

ROOT = Path(__file__).parents[1]
PREFIXES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
""" + "".join(
    f"@prefix {kind}: <https://w3id.org/werkkennis/id/{kind}/> .\n"
    for kind in [
        "extraction",
        "finding",
        "finding-kind",
        "gap",
        "intervention",
        "organisation",
        "outcome",
        "project",
        "publication",
        "rating",
        "scheme",
        "search",
        "study",
    ]
)
CASES = {
    "concepts-never-used": (
        """wk:outcome wk:valuesFrom scheme:outcomes . outcome:work skos:inScheme scheme:outcomes .
        outcome:speed skos:inScheme scheme:outcomes ; skos:broader outcome:work . finding:a wk:outcome outcome:speed .
        outcome:joy skos:inScheme scheme:outcomes . scheme:outcomes skos:hasTopConcept outcome:joy .
        outcome:other skos:inScheme scheme:others .""",
        ["outcome:joy"],
    ),
    "studies-without-findings": (
        """study:empty a wk:Study . study:full a wk:Study . finding:a a wk:Finding ; wk:study study:full .
        study:review a wk:Study ; wk:includesStudy study:full . study:gap a wk:Study .
        gap:a a wk:KnowledgeGap ; wk:study study:gap .""",
        ["study:empty"],
    ),
    "read-from-abstract": (
        """study:a a wk:Study . study:b a wk:Study .
        finding:a a wk:Finding ; wk:study study:a ; wk:extractedFrom extraction:abstract .
        finding:b a wk:Finding ; wk:study study:b ; wk:extractedFrom extraction:abstract .
        finding:c a wk:Finding ; wk:study study:b ; wk:extractedFrom extraction:full-text .
        finding:d a wk:Finding ; wk:extractedFrom extraction:press .""",
        ["finding:d", "study:a"],
    ),
    "ratings-expiring": (
        """rating:gone a wk:Rating ; wk:validUntil "2020-01-01"^^xsd:date .
        rating:soon a wk:Rating ; wk:validUntil "2026-06-30"^^xsd:date .
        rating:later a wk:Rating ; wk:validUntil "2026-08-01"^^xsd:date . rating:ever a wk:Rating .""",
        ["rating:gone", "rating:soon"],
    ),
    "labels-alike": (
        """outcome:a skos:inScheme scheme:o ; skos:prefLabel "Werk vinden"@nl , "Job"@en .
        outcome:b skos:inScheme scheme:o ; skos:prefLabel "werk-vinden."@nl , "Other"@en .
        outcome:c skos:inScheme scheme:o ; skos:prefLabel "Iets"@nl ; skos:altLabel "Jobs"@en .
        outcome:d skos:inScheme scheme:other ; skos:prefLabel "Werk vinden"@nl .""",
        ["outcome:a", "outcome:a"],
    ),
    "searches-gone-stale": (
        """search:old a wk:Search ; wk:until "2020-12-30"^^xsd:date .
        search:new a wk:Search ; wk:until "2021-01-01"^^xsd:date .""",
        ["search:old"],
    ),
    "publications-without-identifier": (
        """publication:a a wk:Publication . publication:b a wk:Publication ; wk:doi "10.1/x" .
        publication:c a wk:Publication ; dct:identifier "R1" .""",
        ["publication:a"],
    ),
    "effects-without-number": (
        """finding:a a wk:Finding ; wk:findingKind finding-kind:effect .
        finding:b a wk:Finding ; wk:findingKind finding-kind:effect ; wk:estimate <x:e> .
        finding:c a wk:Finding ; wk:findingKind finding-kind:problem .""",
        ["finding:a"],
    ),
    "interventions-without-component": (
        """intervention:a a wk:Intervention . intervention:b a wk:Intervention ; wk:component <x:c> .
        intervention:c a wk:Intervention ; skos:broader intervention:b .""",
        ["intervention:a"],
    ),
    "organisations-without-identifier": (
        "organisation:a a org:Organization . organisation:b a org:Organization ; wk:ror <https://ror.org/1> .",
        ["organisation:a"],
    ),
    "projects-without-result": (
        """project:a a wk:Project ; wk:endDate "2025-01-01"^^xsd:date . project:b a wk:Project ;
        wk:endDate "2025-01-01"^^xsd:date . study:b wk:project project:b . project:c a wk:Project ;
        wk:endDate "2027-01-01"^^xsd:date .""",
        ["project:a"],
    ),
}


def kg(*words):
    """Run a command in this process; what goes wrong inside is raised."""
    return CliRunner().invoke(main, ["--lang", "en", *map(str, words)], catch_exceptions=False)


def test_every_measure_is_tried():
    """Each query file has a case here."""
    assert set(CASES) == set(advice.names())


@pytest.mark.parametrize("name", CASES)
def test_a_measure_finds_what_it_is_about(tmp_path, name):
    """On the first of 2026, of good and less good things, the measure names the latter with their place."""
    text, expected = CASES[name]
    graph = write_graph(tmp_path, more=PREFIXES + text)
    files, _ = read_all(find(graph))
    [found] = advice.advise(files, [name], "nl", date(2026, 1, 1))
    assert expected == [shorten(each.thing) for each in found.found]
    lines = (PREFIXES + text).splitlines()
    for each in found.found:
        assert "data/more.ttl" == each.file
        assert shorten(each.thing) in lines[each.line - 1]


def test_names_that_are_alike_are_both_told(tmp_path):
    """Whoever has to choose between two concepts sees both and their names."""
    graph = write_graph(tmp_path, more=PREFIXES + CASES["labels-alike"][0])
    found = json.loads(kg("--graph", graph, "lint", "labels-alike", "--json").stdout)[0]["found"]
    assert [("outcome/b", "Werk vinden / werk-vinden."), ("outcome/c", "Job / Jobs")] == [
        (each["other"].partition("/id/")[2], each["note"]) for each in found
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_real_graph_gets_advice(language, catalogues):
    """All measures run over the files of this repository, with reasons in the language asked for, and block nothing."""
    found = kg("--graph", ROOT, "--lang", language, "lint")
    assert (0, "") == (found.exit_code, found.stderr)
    listed = kg("--lang", language, "lint", "--list").stdout
    for name in advice.names():
        assert f"{name}\n    {advice.find(name).title[language]}. {advice.find(name).why[language]}\n" in listed
    blocks = found.stdout.split("\n\n")
    number = json.loads(kg("--graph", ROOT, "lint", "--json").stdout)
    total, measures = sum(len(each["found"]) for each in number), len(advice.names())
    said = {
        "nl": f"{total} adviezen van {measures} maten\n",
        "en": f"{total} pieces of advice by {measures} measures\n",
    }
    assert said[language] == blocks[-1]
    assert len(blocks) == 1 + sum(bool(each["found"]) for each in number)


def test_strict_makes_advice_fail(tmp_path):
    """With --strict advice gives exit code 1; a graph without advice gives 0."""
    good = write_graph(tmp_path / "good")
    less = write_graph(tmp_path / "less", more=PREFIXES + CASES["studies-without-findings"][0])
    assert (0, "0 pieces of advice by 11 measures\n") == (
        (found := kg("--graph", good, "lint", "--strict")).exit_code, found.stdout,
    )  # fmt: skip
    assert [0, 1] == [kg("--graph", less, "lint", *words).exit_code for words in ((), ("--strict",))]


def test_much_advice_is_cut_and_says_so(tmp_path):
    """After twenty things the text says how to see the others."""
    many = PREFIXES + "".join(f"study:s{number:02} a wk:Study .\n" for number in range(30))
    found = kg("--graph", write_graph(tmp_path, more=many), "lint", "studies-without-findings").stdout
    assert "study:s19" in found
    assert "study:s20" not in found
    assert "… 10 more: kg lint studies-without-findings --json" in found


def test_the_day_can_be_chosen(tmp_path):
    """What has expired depends on the day that is asked for."""
    graph = write_graph(tmp_path, more=PREFIXES + CASES["searches-gone-stale"][0])
    assert "search:new" not in kg("--graph", graph, "lint", "--as-of", "2026-01-01").stdout
    assert "search:new" in kg("--graph", graph, "lint", "--as-of", "2026-01-02").stdout


def test_a_wrong_call_is_told(tmp_path):
    """A measure that does not exist is answered with one that looks like it; broken files with where they break."""
    wrong = kg("lint", "label-alike")
    assert (2, "") == (wrong.exit_code, wrong.stdout)
    assert "there is no measure 'label-alike'; did you mean labels-alike" in wrong.stderr
    broken = kg("--graph", write_graph(tmp_path, more="<x:a>"), "lint")
    assert (1, "") == (broken.exit_code, broken.stdout)
    assert "data/more.ttl:1 cannot be read; kg check says how to mend it" in broken.stderr
