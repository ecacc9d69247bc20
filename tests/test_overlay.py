"""``kg check FILE``: what a file affects in the graph that was built, told as a check of everything tells it."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from small_graph import DATA, SHAPES, write_graph

ROOT = Path(__file__).parents[1]
STUDY = "data/studies/2015-tno-quickscan.ttl"
PREFIXES = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix wk: <https://w3id.org/werkkennis/def#> .\n"
LINKS = """
wks:part a sh:PropertyShape ;
    sh:targetSubjectsOf wk:part ;
    sh:path ( wk:part rdfs:label ) ;
    sh:minCount 1 ;
    sh:message "Het deel heeft geen naam."@nl , "The part has no name."@en .
"""


def kg(*words):
    """Run a command in this process; what goes wrong inside is raised."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def built(tmp_path):
    """A small graph of two files in which one thing is part of another, built."""
    graph = write_graph(tmp_path / "graph", whole="<x:whole> <https://w3id.org/werkkennis/def#part> <x:part> .")
    (graph / "shapes/things.ttl").write_text(SHAPES + LINKS, "utf-8")
    (graph / "data/part.ttl").write_text(f'{PREFIXES}<x:part> a wk:Thing ; rdfs:label "Deel"@nl .', "utf-8")
    assert 0 == kg("--graph", graph, "--var", tmp_path / "var", "build").exit_code
    return graph, tmp_path / "var"


def check(built, *words):
    """Check in English."""
    graph, var = built
    return kg("--graph", graph, "--var", var, "--lang", "en", "check", *words)


def test_a_file_as_it_was_built(built):
    """A file that did not change is checked for itself, and the number of things is told."""
    found = check(built, built[0] / "data/part.ttl")
    assert (0, "") == (found.exit_code, found.stderr)
    assert (
        "0 unreadable, 0 violations, 0 warnings, 0 advice; 5 files, 26 triples; "
        "1 things checked: those that the files affect\n"
    ) == found.stdout


def test_a_number_that_stays_is_one_number(built):
    """The engine keeps 1.0 as 1: a file that was built with it and did not change has it once."""
    graph, _ = built
    rule = "wks:once a sh:PropertyShape ; sh:targetSubjectsOf wk:amount ; sh:path wk:amount ; sh:maxCount 1 .\n"
    with (graph / "shapes/things.ttl").open("a", encoding="utf-8") as shapes:
        shapes.write(rule)
    (graph / "data/part.ttl").write_text(
        f'{PREFIXES}<x:part> a wk:Thing ; rdfs:label "Deel"@nl ; wk:amount 1.0 .', "utf-8"
    )
    assert 0 == kg("--graph", graph, "--var", built[1], "build").exit_code
    assert "0 violations" in check(built, graph / "data/part.ttl").stdout
    (graph / "data/more.ttl").write_text(f"{PREFIXES}<x:part> wk:amount 2 .", "utf-8")
    assert "1 violations" in check(built, graph / "data/more.ttl").stdout


def test_what_a_file_affects_elsewhere_is_told_where_it_stands(built):
    """A name taken away is told at the thing itself and at what asks after it in another file, as by a full check."""
    graph, _ = built
    (graph / "data/part.ttl").write_text(f"{PREFIXES}<x:part> a wk:Thing .", "utf-8")
    found = check(built, graph / "data/part.ttl", "--format", "json")
    full = check(built, graph / "data/part.ttl", "--format", "json", "--full")
    report, expected = json.loads(found.stdout), json.loads(full.stdout)
    assert (1, 1) == (found.exit_code, full.exit_code)
    assert [("data/part.ttl", 3), ("data/whole.ttl", 1)] == [(r["file"], r["line"]) for r in report["results"]]
    assert expected["results"] == report["results"]
    assert 2 == report.pop("checked")
    assert expected == report


def test_a_new_file_from_elsewhere(built, tmp_path):
    """A file that is not in the graph is laid over it, and what it says of things in the graph counts."""
    draft = tmp_path / "draft.ttl"
    draft.write_text(f"{PREFIXES}\n<x:new> a wk:Thing ; wk:part <x:nameless> .", "utf-8")
    found = check(built, draft)
    assert (1, "") == (found.exit_code, found.stderr)
    assert found.stdout.startswith(f"{draft}\n  4  violation: ")
    assert "2 violations" in found.stdout
    draft.write_text(f'{PREFIXES}\n<x:new> a wk:Thing ; rdfs:label "Nieuw"@nl ; wk:part <x:part> .', "utf-8")
    assert 0 == check(built, draft).exit_code


@pytest.mark.parametrize("name", ["data/aaa.ttl", "data/zzz.ttl"])
def test_a_statement_that_stands_in_another_file(built, name):
    """A statement of a file that was not given is refused in the words of a full check, whichever file comes first."""
    graph, _ = built
    (graph / name).write_text(f'{PREFIXES}\n<x:part> rdfs:label "Deel"@nl .', "utf-8")
    found, full = check(built, graph / name), check(built, graph / name, "--full")
    assert (1, "") == (found.exit_code, found.stderr)
    assert full.stdout == found.stdout
    assert "stands in data/" in found.stdout


def test_what_cannot_be_read(built):
    """A file that does not parse is told as by a full check."""
    graph, _ = built
    (graph / "data/part.ttl").write_text(f"{PREFIXES}<x:part> a wk:Thing", "utf-8")
    found, full = check(built, graph / "data/part.ttl"), check(built, graph / "data/part.ttl", "--full")
    assert 1 == found.exit_code
    assert full.stdout.partition("\n\n")[0] == found.stdout.partition("\n\n")[0]


def test_nameless_nodes_keep_their_lines(built):
    """A nameless node of a file that was not given is told where it stands."""
    graph, _ = built
    (graph / "data/whole.ttl").write_text(f"{PREFIXES}\n[] wk:part <x:part> .", "utf-8")
    assert 0 == kg("--graph", graph, "--var", built[1], "build").exit_code
    (graph / "data/part.ttl").write_text(f"{PREFIXES}<x:part> a wk:Thing .", "utf-8")
    found, full = (
        json.loads(check(built, graph / "data/part.ttl", "--format", "json", *more).stdout) for more in ([], ["--full"])
    )
    assert full["results"] == found["results"]
    assert 2 == len(found["results"])


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("data/things.ttl", DATA + "<x:more> rdfs:seeAlso <x:part> .", "data/things.ttl is not as it was built"),
        ("shapes/things.ttl", SHAPES, "shapes/things.ttl is not as it was built"),
        ("data/more.ttl", "<x:a> <x:b> <x:c> .", "data/more.ttl is not as it was built"),
        ("data/whole.ttl", None, "data/whole.ttl was built and is gone"),
    ],
)
def test_everything_is_checked_when_another_file_changed(built, name, text, reason):
    """When another file is not as it was built everything is checked, and one line says why."""
    graph, _ = built
    (graph / name).write_text(text, "utf-8") if text else (graph / name).unlink()
    found = check(built, graph / "data/part.ttl")
    assert (0, f"kg: checking everything, because {reason}\n") == (found.exit_code, found.stderr)
    assert "things checked" not in found.stdout


def test_everything_is_checked_when_nothing_was_built(built, tmp_path):
    """Without a generation everything is checked, and one line says why; --full says nothing."""
    graph, _ = built
    found = check((graph, tmp_path / "other"), graph / "data/part.ttl")
    assert 0 == found.exit_code
    assert found.stderr.startswith("kg: checking everything, because nothing has been built in ")
    assert "" == check((graph, tmp_path / "other"), graph / "data/part.ttl", "--full").stderr
    assert "" == check((graph, tmp_path / "other")).stderr


def test_rules_that_are_checked_in_full_are_named(built):
    """``--explain`` names the rules whose reach nobody can tell, with the reason."""
    graph, _ = built
    told = "0 checked in full whatever changes; all else where a change can affect it\n"
    assert told == check(built, "--explain").stdout
    rule = 'wks:Thing sh:sparql wks:some .\nwks:some sh:select "SELECT $this { $this a ?c . ?x a ?y } LIMIT 1" .\n'
    (graph / "shapes/things.ttl").write_text(SHAPES + rule, "utf-8")
    told = f"wks:some: it takes some of its answers (LIMIT, OFFSET)\n{told.replace('0', '1')}"
    assert told == check(built, "--explain").stdout


def test_the_real_graph(config, generation, tmp_path):
    """In the real graph a mistake is told exactly as a full check tells it."""
    for room in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / room, tmp_path / room)
    study = tmp_path / STUDY
    study.write_text(study.read_text("utf-8").replace("wk:carriedOutBy", "wk:carriedOutbij"), "utf-8")
    built = (tmp_path, config.var)
    found, full = (json.loads(check(built, study, "--format", "json", *more).stdout) for more in ([], ["--full"]))
    assert 3 == found["checked"]
    assert found["results"]
    assert found["results"] == [result for result in full["results"] if result["file"] == STUDY]
