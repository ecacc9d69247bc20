"""Checking a graph: what an editor is told when something is wrong, and that nothing wrong is ever built."""

import json
import os
import shutil
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from click.testing import CliRunner
from rdflib import RDF, SH, Graph, URIRef

from kg.cli import main
from kg.files import find
from kg.parse import read_all
from kg.validate import core, rules
from kg.vocabulary import ID, WK

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "shapes"
PROJECT = "data/projects/gewogen-maatwerk.ttl"
GAPS = "data/gaps/gewogen-maatwerk.ttl"
GROUPS = "ontology/target-groups.ttl"
DATA = ("data/curators.ttl", "data/organisations.ttl", "data/interventions/interventions.ttl", PROJECT, GAPS)
ATTITUDE = f"{ID}finding/gm-attitude"
PAGE = f"{ID}publication/zonmw-gewogen-maatwerk"


def place(folder):
    """Copy the rules, the words and the facts of one project to a graph folder of their own."""
    for room in ("ontology", "shapes"):
        shutil.copytree(ROOT / room, folder / room)
    for name in DATA:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A small but complete graph; nobody changes it."""
    return place(tmp_path_factory.mktemp("good"))


def kg(*arguments, graph, var="nowhere"):
    """Run the command line on a graph folder, in English."""
    return CliRunner().invoke(main, ["--graph", str(graph), "--var", str(var), "--lang", "en", *map(str, arguments)])


def after(text, start):
    """Return the part of a text that begins with a line."""
    return text[text.index(f"\n{start}") + 1 :]


class Mistake:
    """One change to one file, and what must be told about it: the line that holds a text, and words of the message."""

    def __init__(self, file, subject, old, new, *, told_at=None, focus=None, path=None, says=()):
        self.file, self.subject, self.old, self.new = file, subject, old, new
        self.told_at, self.focus, self.path, self.says = told_at or new, focus, path, says

    def make(self, folder):
        """Change the file, once, in the block of the subject; return the line at which it must be told."""
        path = folder / self.file
        text = path.read_text("utf-8")
        block = after(text, self.subject)
        assert self.old in block
        changed = text[: len(text) - len(block)] + block.replace(self.old, self.new, 1)
        path.write_bytes(changed.encode("latin-1" if "latin" in self.says else "utf-8"))
        position = changed.index(self.told_at, len(text) - len(block))
        return changed.count("\n", 0, position) + 1


MISTAKES = {
    "a date of another type": Mistake(
        PROJECT, "publication:zonmw", 'dct:issued "2018-12-31"^^xsd:date', 'dct:issued "2018"^^xsd:gYear',
        focus=PAGE, path="http://purl.org/dc/terms/issued", says=("dct:issued", "xsd:date"),
    ),
    "a concept that is not there": Mistake(
        PROJECT, "finding:gm-attitude", "outcome:attitude", "outcome:attitudes",
        focus=ATTITUDE, path=WK + "outcome", says=("outcome",),
    ),
    "no source": Mistake(
        PROJECT, "finding:gm-attitude", "wk:reportedIn publication:zonmw-gewogen-maatwerk ;", "",
        told_at="finding:gm-attitude", focus=ATTITUDE, path=WK + "reportedIn", says=("wk:reportedIn exactly once",),
    ),
    "a concept above itself": Mistake(
        GROUPS, "target-group:jobseekers", "a skos:Concept ;", "a skos:Concept ; skos:broader target-group:large-distance ;",
        focus=f"{ID}target-group/jobseekers", path=None, says=("above itself",), told_at="target-group:jobseekers",
    ),
    "another language": Mistake(
        PROJECT, "finding:gm-attitude", "beter na Gewogen Maatwerk\"@nl", "beter na Gewogen Maatwerk\"@de",
        focus=ATTITUDE, path="http://www.w3.org/2000/01/rdf-schema#label", says=("@nl",),
    ),
    "a thing that is described nowhere": Mistake(
        PROJECT, "project:gewogen-maatwerk", "organisation:tno ,", "organisation:tnoo ,",
        focus=f"{ID}project/gewogen-maatwerk", path=WK + "partner", says=("organisation/tnoo is described nowhere", "spelling"),
    ),
    "two classes": Mistake(
        PROJECT, "finding:gm-attitude", "a wk:Finding ;", "a wk:Finding , wk:KnowledgeGap ;",
        focus=ATTITUDE, path=None, says=("class",),
    ),
    "a property that is not there": Mistake(
        PROJECT, "finding:gm-attitude", "wk:hedged true", "wk:hedge true",
        focus=ATTITUDE, path=None, says=("hedge",), told_at="finding:gm-attitude",
    ),
    "a direction of another scheme": Mistake(
        PROJECT, "finding:gm-attitude", "direction:favourable", f"<{ID}sign/positive>",
        focus=ATTITUDE, path=WK + "direction", says=("Choose a concept from ontology/directions.ttl",),
    ),
    "a rank that its design does not have": Mistake(
        PROJECT, "study:gewogen-maatwerk", "wk:rigour rigour:level-2", "wk:rigour rigour:level-4",
        focus=f"{ID}study/gewogen-maatwerk", path=None, says=("This design has",), told_at="study:gewogen-maatwerk",
    ),
    "a finding without a place in its source": Mistake(
        PROJECT, "finding:gm-attitude", 'wk:locator "Uitkomst, alinea 1"@nl , "Outcome, paragraph 1"@en ;', "",
        focus=ATTITUDE, path=WK + "locator", says=("Write at least one Dutch locator",), told_at="finding:gm-attitude",
    ),
}  # fmt: skip
UNREADABLE = {
    "a missing mark": Mistake(
        PROJECT, "finding:gm-attitude", "wk:hedged true ;", "wk:hedged true", told_at="wk:basis", says=("is not a valid",),
    ),
    "a prefix that is not declared": Mistake(
        PROJECT, "finding:gm-attitude", "direction:favourable", "richting:gunstig", says=("prefix richting: has not been declared",)
    ),
    "another encoding": Mistake(GAPS, "gap:", "a wk:KnowledgeGap", "a wk:Één", says=("not UTF-8; save the file as UTF-8", "latin")),
    "a statement in two files": Mistake(
        GAPS, "gap:", "gap:", "publication:zonmw-gewogen-maatwerk dct:language \"nl\" .\n\ngap:",
        says=("stands in data/gaps/gewogen-maatwerk.ttl too",), told_at="dct:language",
    ),
}  # fmt: skip


def test_a_good_graph_conforms(good):
    """A graph without mistakes passes: exit code 0, advice only, and a last line that counts."""
    told = kg("check", graph=good)
    assert told.exit_code == 0
    assert " violation: " not in told.output
    assert told.output.splitlines()[-1].startswith("0 unreadable, 0 violations, 0 warnings, ")


def test_the_graph_of_this_repository_conforms():
    """The repository's own graph passes its own check."""
    told = kg("check", "--format", "json", graph=ROOT)
    assert told.exit_code == 0
    assert json.loads(told.output)["counts"] | {"Info": 0} == {"problems": 0, "Violation": 0, "Warning": 0, "Info": 0}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(tmp_path, mistake):
    """Each mistake is told at its file and line, with the thing, the property and what to do; the exit code is 1.

    Nothing is built from it: the build tells the same and leaves no generation.
    """
    graph = place(tmp_path / "graph")
    line = mistake.make(graph)
    told = kg("check", "--format", "json", graph=graph)
    assert told.exit_code == 1
    report = json.loads(told.output)
    assert report["conforms"] is False
    violations = [result for result in report["results"] if result["severity"] == "Violation"]
    assert {result["file"] for result in violations} <= {mistake.file, GAPS if mistake.file == GROUPS else mistake.file}
    fitting = [
        result
        for result in violations
        if (result["file"], result["line"], result["focusNode"]) == (mistake.file, line, mistake.focus)
        and mistake.path in {None, result["path"]}
        and all(words in result["messages"]["en"] for words in mistake.says)
    ]
    assert fitting, json.dumps(violations, indent=1)
    assert {"nl", "en"} == set(fitting[0]["messages"])
    built = kg("build", graph=graph, var=tmp_path / "var")
    assert built.exit_code == 1
    assert f"\n  {line}  violation: {fitting[0]['messages']['en']}\n" in f"\n{built.stdout}"
    assert "the graph is not built" in built.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("mistake", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_with_its_place(tmp_path, mistake):
    """A file that does not parse is told with file, line, the line itself and the cause; nothing else is said about it."""
    graph = place(tmp_path / "graph")
    line = mistake.make(graph)
    told = kg("check", "--format", "json", graph=graph)
    assert told.exit_code == 1
    report = json.loads(told.output)
    file = PROJECT if "stands in" in mistake.says[0] else mistake.file
    if file == mistake.file:
        assert [(problem["file"], problem["line"]) for problem in report["problems"]] == [(file, line)]
    else:
        assert [problem["file"] for problem in report["problems"]] == [file]
    assert mistake.says[0] in report["problems"][0]["message"]
    assert report["problems"][0]["text"]
    assert report["results"] == []
    told = kg("check", graph=graph)
    assert told.exit_code == 1
    assert f"{file}\n  {report['problems'][0]['line']}" in told.output
    assert report["problems"][0]["text"] in told.output


def test_a_mistake_does_not_change_what_is_served(good, tmp_path):
    """After a good build a broken graph builds nothing new, and the old generation is still the current one."""
    var = tmp_path / "var"
    assert kg("build", graph=good, var=var).exit_code == 0
    served = os.readlink(var / "current")
    graph = place(tmp_path / "graph")
    MISTAKES["no source"].make(graph)
    assert kg("build", graph=graph, var=var).exit_code == 1
    assert os.readlink(var / "current") == served
    assert len(list((var / "generations").iterdir())) == 1


def test_all_formats_agree(tmp_path):
    """All mistakes at once: text, JSON and a SHACL report in Turtle tell the same results."""
    graph = place(tmp_path / "graph")
    for mistake in MISTAKES.values():
        if mistake.says != ("@nl",):
            mistake.make(graph)
    told = {form: kg("check", "--format", form, graph=graph) for form in ("text", "json", "turtle")}
    assert {form: result.exit_code for form, result in told.items()} == dict.fromkeys(told, 1)
    results = json.loads(told["json"].output)["results"]
    turtle = Graph().parse(data=told["turtle"].output, format="turtle")
    [report] = turtle.subjects(RDF.type, SH.ValidationReport)
    assert turtle.value(report, SH.conforms).toPython() is False
    described = sorted(
        (
            str(turtle.value(node, SH.focusNode)),
            str(turtle.value(node, SH.resultPath) or ""),
            str(turtle.value(node, SH.resultSeverity)).removeprefix(str(SH)),
            str(turtle.value(node, SH.sourceConstraintComponent)),
            str(turtle.value(node, SH.sourceShape)),
            sorted((text.language, str(text)) for text in turtle.objects(node, SH.resultMessage)),
        )
        for node in turtle.objects(report, SH.result)
    )
    assert described == sorted(
        (
            result["focusNode"],
            result["path"] or "",
            result["severity"],
            result["component"],
            result["shape"],
            sorted(result["messages"].items()),
        )
        for result in results
    )
    counts = json.loads(told["json"].output)["counts"]
    assert counts["Violation"] >= 10
    lines = told["text"].output.splitlines()
    for name, word in (("Violation", " violation: "), ("Warning", " warning: "), ("Info", " info: ")):
        assert sum(word in line for line in lines) == counts[name]


def test_a_good_graph_in_other_formats(good):
    """A good graph conforms in JSON; the SHACL report holds its advice, as SHACL asks."""
    report = json.loads(kg("check", "--format", "json", graph=good).output)
    assert report["conforms"] is True
    told = kg("check", "--format", "turtle", graph=good)
    assert told.exit_code == 0
    results = list(Graph().parse(data=told.output, format="turtle").subjects(RDF.type, SH.ValidationResult))
    assert len(results) == len(report["results"]) == report["counts"]["Info"]


def test_a_file_from_elsewhere_is_checked_with_the_graph(good, tmp_path):
    """A file that is not in the folder yet is checked as if it were, and told under the name it was given."""
    extra = tmp_path / "een nieuw bestand.ttl"
    extra.write_text(f'<{ID}organisation/new> a <http://www.w3.org/ns/org#Organization> .\n', encoding="utf-8")
    told = kg("check", "--format", "json", extra, graph=good)
    assert told.exit_code == 1
    files = {result["file"] for result in json.loads(told.output)["results"] if result["severity"] == "Violation"}
    assert files == {extra.as_posix()}


@pytest.mark.parametrize(
    "arguments",
    [["check", "nowhere.ttl"], ["check", "--format", "yaml"], ["check", "--unknown"], ["chek"], ["--lang", "fr", "check"]],
)
def test_wrong_usage_is_told_apart(good, arguments):
    """A call that is wrong itself has exit code 2, so that a script can tell it from a graph that is wrong."""
    assert kg(*arguments, graph=good).exit_code == 2


def test_a_folder_that_is_no_graph_is_wrong_usage(tmp_path):
    """A folder without the three rooms is a wrong call."""
    told = kg("check", graph=tmp_path)
    assert (told.exit_code, "it has no ontology, shapes, data" in told.stderr) == (2, True)


# Rules with a query: once per rule in the engine, or for every focus node in pySHACL.

RULE_PARTS = {
    RDF.type, SH.sparql, SH.severity, SH.message, SH.deactivated, SH.select, SH.prefixes, SH.declare, SH.prefix, SH.namespace,
    SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf,
}  # fmt: skip


def triples_of(paths):
    """Read Turtle files that may say the same."""
    return {triple.triple for path in paths for triple in ox.parse(path=path, format=ox.RdfFormat.TURTLE)}


def shapes_with_queries():
    """Return the shapes that have a query and nothing else of them, with the prefixes."""
    shapes = triples_of((ROOT / "shapes").glob("*.ttl"))
    sparql = ox.NamedNode(str(SH.sparql))
    wanted = {t.subject for t in shapes if t.predicate == sparql} | {t.object for t in shapes if t.predicate == sparql}
    for part in (SH.prefixes, SH.declare):
        wanted |= {t.object for t in shapes if t.predicate.value == str(part)}
    return [t for t in shapes if t.subject in wanted and URIRef(t.predicate.value) in RULE_PARTS]


SHAPES = shapes_with_queries()


def by_the_engine(triples):
    """Return the results of all rules, each run once."""
    data, shapes = ox.Store(), ox.Store()
    data.bulk_extend(ox.Quad(*triple) for triple in triples)
    shapes.bulk_extend(ox.Quad(*triple) for triple in SHAPES)
    return {
        (result.focus, result.path, result.value, result.severity.name, frozenset(result.messages.values()), result.shape)
        for result in rules.validate(data, shapes)
    }


def by_pyshacl(triples):
    """Return the results of all rules, each run for every focus node."""
    _, report, _ = pyshacl.validate(core.as_rdflib(triples), shacl_graph=core.as_rdflib(SHAPES), inplace=True)
    return {
        (
            str(report.value(node, SH.focusNode)),
            None if (path := report.value(node, SH.resultPath)) is None else str(path),
            report.value(node, SH.value).n3(),
            str(report.value(node, SH.resultSeverity)).removeprefix(str(SH)),
            frozenset(str(text) for text in report.objects(node, SH.resultMessage)),
            str(report.value(node, SH.sourceConstraint)),
        )
        for node in report.subjects(RDF.type, SH.ValidationResult)
    }


RULES = sorted(path.name.removesuffix(".bad.ttl") for path in (EXAMPLES / "dataset").glob("*.bad.ttl"))


def test_every_rule_is_held_against_pyshacl():
    """Each rule of the shapes that has a query is among those compared below."""
    sparql = {t.object.value.rpartition("#")[2] for t in SHAPES if t.predicate.value == str(SH.sparql)}
    assert sparql == set(RULES)
    assert len(RULES) >= 20


@pytest.mark.parametrize("name", RULES)
def test_a_rule_gives_the_same_results_both_ways(name):
    """On its good and its bad example a rule gives the same results in the engine and in pySHACL, messages too."""
    for kind in ("good", "bad"):
        triples = triples_of([EXAMPLES / "context.ttl", EXAMPLES / f"dataset/{name}.{kind}.ttl"])
        found = by_the_engine(triples)
        assert found == by_pyshacl(triples)
        if kind == "bad" and "ontology" not in name:
            assert found


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_all_examples_together_give_the_same_results_both_ways(kind):
    """On all examples of all shapes as one graph the rules give the same results in the engine and in pySHACL."""
    paths = [EXAMPLES / "context.ttl", *sorted(EXAMPLES.glob(f"*/*.{kind}.ttl"))]
    assert len(paths) >= 270
    triples = triples_of(paths)
    found = by_the_engine(triples)
    assert len(found) > 20
    assert found == by_pyshacl(triples)


def test_a_project_gives_the_same_results_both_ways(good):
    """On the facts of a real project, without the words that they use, the rules give the same results both ways."""
    triples = triples_of([good / name for name in DATA])
    found = by_the_engine(triples)
    assert len(found) > 20
    assert found == by_pyshacl(triples)


@pytest.mark.skipif("CI" not in os.environ, reason="pySHACL needs more than a minute for the rules on the real graph")
def test_the_real_graph_gives_the_same_results_both_ways():
    """On the whole graph of this repository the rules give the same results both ways."""
    files, _ = read_all(source for source in find(ROOT) if source.room != "shapes")
    triples = [triple for file in files for triple in file.triples]
    assert by_the_engine(triples) == by_pyshacl(triples)
