"""``kg check``: each mistake is told with its file, its line and how to mend it, in each language and each format."""

import json
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from click.testing import CliRunner
from rdflib import SH, Graph, URIRef

from kg.cli import main
from kg.files import find
from kg.generations import current
from kg.parse import read_all
from kg.validate import core, rules
from kg.vocabulary import ID
from small_graph import SHAPES, write_graph

ROOT = Path(__file__).parents[1]
STUDY = "data/studies/2015-tno-quickscan.ttl"
SUMMARY = "data/studies/2015-tno-quickscan-summary.ttl"
GAPS = "data/gaps/2015-tno-quickscan-page.ttl"
INTERVENTIONS = "data/interventions/interventions.ttl"
IMPORTED = ("hiring-discrimination-register.ttl", "ui-benefit-elasticities.ttl")
"""Made by ``kg import``, by far the largest files: nobody edits them, and pySHACL by itself needs minutes for them."""
HORIZONS = "ontology/horizons.ttl"
PREFIX_SH = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True)
class Mistake:
    """A mistake that somebody makes in a file of the real graph.

    Attributes:
        name: what it is.
        file: where it is made.
        old: the text that is changed where it stands first.
        new: what it is changed into.
        line: text on the line, after the change, that has to be told.
        nl: a telling part of the Dutch sentence.
        en: a telling part of the English sentence.
        told: the file that has to be told.
    """

    name: str
    file: str
    old: str
    new: str
    line: str
    nl: str
    en: str
    told: str = ""

    def make(self, graph: Path) -> tuple[str, int]:
        """Make the mistake in a copy of the graph; give the file and the line that have to be told."""
        path = graph / self.file
        before = path.read_text("utf-8")
        assert self.old in before
        path.write_text(before.replace(self.old, self.new, 1), "utf-8")
        told = self.told or self.file
        text = (graph / told).read_text("utf-8")
        return told, text[: text.index(self.line)].count("\n") + 1


ISSUED = 'dct:issued "2015-07-22"^^xsd:date'
OF_TRAINING = ' ;\n    skos:notation "job-search-training"'
BENEFIT = """finding:tno-summary-benefit-duration-speed a wk:Finding ;"""
IN_BENEFIT = """\
    wk:outcome outcome:speed-of-finding-work ;
    wk:theme theme:re-integration ;
    wk:direction direction:"""
MISTAKES = (
    Mistake(
        "date-without-type", STUDY, ISSUED, 'dct:issued "2015-07-22"', 'dct:issued "2015-07-22"',
        "Schrijf dct:issued als volledige, bestaande datum", "Write dct:issued as a full date that exists",
    ),
    Mistake(
        "date-that-does-not-exist", STUDY, ISSUED, 'dct:issued "2015-02-30"^^xsd:date', 'dct:issued "2015-02-30"',
        "Schrijf dct:issued als volledige, bestaande datum", "Write dct:issued as a full date that exists",
    ),
    Mistake(
        "year-alone", STUDY, ISSUED, 'dct:issued "2015"^^xsd:gYear', 'dct:issued "2015"',
        'en daarbij wk:datePrecision "year"', 'and add wk:datePrecision "year"',
    ),
    Mistake(
        "unknown-concept", STUDY, "wk:theme theme:re-integration", "wk:theme theme:reintegration", "theme:reintegration",
        "Kies voor wk:theme een begrip uit ontology/themes.ttl", "Choose a concept from ontology/themes.ttl for wk:theme",
    ),
    Mistake(
        "no-source", GAPS, "    wk:statedIn publication:tno-quickscan-page ;\n", "", "gap:tno-page-context-left-out a",
        "Schrijf precies één keer wk:statedIn", "Write wk:statedIn exactly once",
    ),
    Mistake(
        "no-locator", GAPS, "    wk:locator", "    rdfs:seeAlso", "gap:tno-page-context-left-out a",
        "Schrijf ten minste één Nederlandse vindplaats met wk:locator", "Write at least one Dutch locator with wk:locator",
    ),
    Mistake(
        "circle", INTERVENTIONS, "skos:broader intervention:re-integration" + OF_TRAINING,
        "skos:broader intervention:job-search-frequency" + OF_TRAINING, "skos:broader intervention:job-search-frequency",
        "Haal de skos:broader weg die naar beneden wijst", "Remove the skos:broader that points downwards",
    ),
    Mistake(
        "wrong-language", STUDY, 'werkt in de gemeentelijke uitvoeringspraktijk"@nl', 'werkt in de praktijk"@de', 'rdfs:label "Quickscan van TNO',
        "Schrijf precies één Nederlandse naam met rdfs:label", "Write exactly one Dutch name with rdfs:label",
    ),
    Mistake(
        "no-dutch-name-in-the-ontology", HORIZONS, '"Korte termijn"@nl, ', "", 'skos:prefLabel "Short term"',
        "Schrijf precies één Nederlandse naam met skos:prefLabel", "Write exactly one Dutch name with skos:prefLabel",
    ),
    Mistake(
        "described-nowhere", STUDY, "wk:carriedOutBy organisation:tno", "wk:carriedOutBy organisation:tnoo",
        "organisation:tnoo", "is nergens beschreven. Kijk of de naam goed gespeld is",
        "is described nowhere. Check the spelling",
    ),
    Mistake(
        "two-classes", STUDY, "a wk:Study ;", "a wk:Study , wk:Project ;", "a wk:Study , wk:Project",
        "Houd één klasse over, of geef elk van de twee een eigen IRI", "Keep one class, or give each of the two an IRI",
    ),
    Mistake(
        "misspelt-property", STUDY, "wk:carriedOutBy", "wk:carriedOutbij", "wk:carriedOutbij",
        "bestaat niet. Kijk of hij goed gespeld is", "does not exist. Check its spelling",
    ),
    Mistake(
        "direction-of-another-scheme", SUMMARY, IN_BENEFIT + "not-stated", f"{IN_BENEFIT[:-10]}<{ID}sign/positive>",
        f"wk:direction <{ID}sign/positive>", "Kies voor wk:direction een begrip uit ontology/directions.ttl",
        "Choose a concept from ontology/directions.ttl for wk:direction",
    ),
    Mistake(
        "association-without-sign", SUMMARY, IN_BENEFIT + "not-stated", IN_BENEFIT + "favourable", BENEFIT,
        "Deze samenhang heeft geen teken. Schrijf wk:direction direction:not-stated",
        "This association has no sign. Write wk:direction direction:not-stated",
    ),
)  # fmt: skip
# The parser's own sentences are English in both languages.
UNREADABLE = (
    Mistake(
        "broken-turtle", HORIZONS, 'skos:notation "short" ;', 'skos:notation "short" ', 'skos:prefLabel "Korte',
        "skos:prefLabel", "skos:prefLabel",
    ),
    Mistake(
        "broken-shapes", "shapes/thing.ttl", "sh:minCount 1 ;", "sh:minCount ;", "sh:minCount ;",
        "sh:minCount ;", "sh:minCount ;",
    ),
    Mistake(
        "said-in-two-files", GAPS, "gap:tno-page-what-really-works a",
        f"study:tno-quickscan wk:design <{ID}design/scan> .\n\ngap:tno-page-what-really-works a", "wk:design design:scan",
        f"stands in {GAPS} too; keep it in one file", f"stands in {GAPS} too; keep it in one file", told=STUDY,
    ),
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _checked_once():
    """Let equal files be read and validated once in this module: that takes seconds, and every format tells the same."""
    check = sys.modules["kg.validate.check"]
    real_read, real_examine, parsed, examined = check.read_all, check.examine, {}, {}

    def read_once(sources):
        key = tuple((source, source.path.read_bytes()) for source in sources)
        if key not in parsed:
            parsed[key] = real_read(sources)
        return parsed[key]

    def examine(files, problems):
        key = tuple((file.source.name, file.sha256) for file in files)
        if key not in examined:
            examined[key] = real_examine(files, problems)
        return examined[key]

    with pytest.MonkeyPatch.context() as patch:
        for module in (check, sys.modules["kg.generations"]):
            patch.setattr(module, "read_all", read_once)
            patch.setattr(module, "examine", examine)
        yield


def kg(*words, **options):
    """Run a command in this process; what goes wrong inside is raised."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False, **options)


@pytest.fixture
def copy(tmp_path):
    """A copy of the real graph, to be broken."""
    for room in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / room, tmp_path / "graph" / room, ignore=shutil.ignore_patterns(*IMPORTED))
    return tmp_path / "graph"


def told_in(text):
    """Read the text of a check: the lines told of each file, without those that only explain."""
    told = {}
    for block in text.split("\n\n"):
        name, *lines = block.splitlines()
        told[name] = [line for line in lines if line.startswith("  ") and not line.startswith("      ")]
    return told


def once_for_many(results):
    """Give what the text tells of results: file and line of each; for over twenty of one cause their number, once."""
    same = Counter((result["severity"].lower(), result["messages"]["en"]) for result in results)
    for result in results:
        severity, message = cause = (result["severity"].lower(), result["messages"]["en"])
        if same[cause] <= 20:
            yield result["file"], f"  {result['line']}  {severity}: {message}"
    for (severity, message), number in same.items():
        if number > 20:
            yield f"{number} places, one cause", f"  *  {severity}: {message}"


def terms(graph, subject):
    """Give what a SHACL report says of one result, apart from its shape."""
    return (
        str(graph.value(subject, SH.focusNode)),
        str(graph.value(subject, SH.resultPath) or ""),
        str(graph.value(subject, SH.resultSeverity)).removeprefix(PREFIX_SH),
        tuple(sorted((text.language, str(text)) for text in graph.objects(subject, SH.resultMessage))),
    )


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_where_it_is_and_how_to_mend_it(copy, config, generation, tmp_path, mistake):
    """A mistake gives exit code 1 and names file, line and remedy in both languages; three formats agree; no build."""
    name, line = mistake.make(copy)
    for language, kind, part in (("nl", "fout", mistake.nl), ("en", "violation", mistake.en)):
        found = kg("--graph", copy, "--lang", language, "check")
        assert 1 == found.exit_code
        assert [told for told in told_in(found.stdout)[name] if told.startswith(f"  {line}  {kind}: ") and part in told]

    as_json = kg("--graph", copy, "check", "--format", "json")
    report = json.loads(as_json.stdout)
    assert 1 == as_json.exit_code
    assert report["conforms"] is False
    assert Counter(result["severity"] for result in report["results"]) == {
        severity: count for severity, count in report["counts"].items() if count
    }
    assert [
        result
        for result in report["results"]
        if (name, line) == (result["file"], result["line"])
        and mistake.nl in result["messages"]["nl"]
        and mistake.en in result["messages"]["en"]
    ]
    expected = Counter(once_for_many(report["results"]))
    english = told_in(found.stdout)
    assert expected == Counter((file, told) for file, lines in english.items() for told in lines)

    as_turtle = kg("--graph", copy, "check", "--format", "turtle")
    graph = Graph().parse(data=as_turtle.stdout, format="turtle")
    assert 1 == as_turtle.exit_code
    assert [False] == [value.toPython() for value in graph.objects(None, SH.conforms)]
    assert Counter(terms(graph, node) for node in graph.objects(None, SH.result)) == Counter(
        (
            result["focusNode"],
            result["path"] or "",
            result["severity"],
            tuple(sorted((language, text) for language, text in result["messages"].items())),
        )
        for result in report["results"]
    )

    assert_not_built(copy, config, generation, tmp_path, mistake.nl)


@pytest.mark.parametrize("mistake", UNREADABLE, ids=lambda mistake: mistake.name)
def test_what_cannot_be_read_is_told_where_it_is(copy, config, generation, tmp_path, mistake):
    """What does not parse, or stands in two files, gives exit code 1 with file and line, in every format; no build."""
    name, line = mistake.make(copy)
    for language in ("nl", "en"):
        found = kg("--graph", copy, "--lang", language, "check")
        assert 1 == found.exit_code
        [told] = told_in(found.stdout)[name]
        assert told.startswith(tuple(f"  {line}{after}" for after in ("  unreadable: ", "  onleesbaar: ", ":")))
        assert mistake.en in found.stdout

    report = json.loads(kg("--graph", copy, "check", "--format", "json").stdout)
    assert report["conforms"] is False
    assert report["results"] == []
    assert [(name, line)] == [(problem["file"], problem["line"]) for problem in report["problems"]]
    assert report["problems"][0]["message"] in told

    as_turtle = kg("--graph", copy, "--lang", "en", "check", "--format", "turtle")
    assert (1, "") == (as_turtle.exit_code, as_turtle.stdout)
    assert found.stdout == as_turtle.stderr

    assert_not_built(copy, config, generation, tmp_path, mistake.nl)


def assert_not_built(graph, config, generation, folder, part):
    """Make sure that a broken graph is not built over what is served, and that the reason is told."""
    var = folder / "var"
    shutil.copytree(config.var, var, symlinks=True)
    built = kg("--graph", graph, "--var", var, "build")
    assert 1 == built.exit_code
    assert part in built.stdout
    assert "wat er te zien was, blijft" in built.stderr
    assert generation.name == current(var).name
    assert current(var).load()


def test_the_real_graph_is_good(generation):
    """The graph of this repository gives exit code 0 in every format, and what is told of it does not block."""
    found = kg("--graph", ROOT, "check")
    report = json.loads(kg("--graph", ROOT, "check", "--format", "json").stdout)
    graph = Graph().parse(data=kg("--graph", ROOT, "check", "--format", "turtle").stdout, format="turtle")
    assert 0 == found.exit_code
    assert "onleesbaar: 0, fouten: 0" in found.stdout
    assert report["conforms"] is True
    assert 60 < report["files"]
    assert len(report["results"]) == len(list(graph.objects(None, SH.result)))


def test_a_good_graph_without_advice_conforms(tmp_path):
    """A graph of which there is nothing to say gives exit code 0 and a SHACL report that says that it conforms."""
    graph = write_graph(tmp_path)
    assert (0, "onleesbaar: 0, fouten: 0, waarschuwingen: 0, adviezen: 0; 3 bestanden, 13 uitspraken\n") == (
        kg("--graph", graph, "check").exit_code,
        kg("--graph", graph, "check").stdout,
    )
    report = Graph().parse(data=kg("--graph", graph, "check", "--format", "turtle").stdout, format="turtle")
    assert [True] == [value.toPython() for value in report.objects(None, SH.conforms)]


KINDS = [("Violation", "fout", 1), ("Warning", "waarschuwing", 0), ("Info", "advies", 0)]


@pytest.mark.parametrize(("severity", "kind", "code"), KINDS)
def test_only_violations_fail(tmp_path, severity, kind, code):
    """A violation gives exit code 1 and no build; a warning or advice is told and built over."""
    graph = write_graph(tmp_path / "graph", more="<x:two> a <https://w3id.org/werkkennis/def#Thing> .")
    shapes = SHAPES.replace("sh:minCount 1 ;", f"sh:minCount 1 ; sh:severity sh:{severity} ;")
    (graph / "shapes/things.ttl").write_text(shapes, "utf-8")
    found = kg("--graph", graph, "check")
    assert code == found.exit_code
    assert [f"  1  {kind}: Geef een naam."] == told_in(found.stdout)["data/more.ttl"]
    assert code == kg("--graph", graph, "--var", tmp_path / "var", "build").exit_code


def test_a_file_from_elsewhere_is_laid_over_the_graph(tmp_path):
    """A file that is not in the graph is checked as if it were, by file or by folder; the graph's own files stay good."""
    draft = tmp_path / "drafts" / "draft.ttl"
    draft.parent.mkdir()
    draft.write_text(f"\n<{ID}gap/draft> a <https://w3id.org/werkkennis/def#KnowledgeGap> .\n", "utf-8")
    for given in (draft, draft.parent):
        found = kg("--graph", ROOT, "--lang", "en", "check", given)
        assert 1 == found.exit_code
        assert [
            told for told in told_in(found.stdout)[str(draft)] if told.startswith("  2  violation: Write wk:statedIn")
        ]
    assert 0 == kg("--graph", ROOT, "check", ROOT / STUDY).exit_code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "nowhere.ttl"], "nowhere.ttl does not exist"),
        (["check", "empty"], "empty holds no Turtle file"),
        (["--graph", "empty", "check"], "it has no ontology, shapes, data"),
        (["check", "--format", "xml"], "'xml' is not one of"),
        (["check", "--colour"], "No such option"),
        (["--lang", "fr", "check"], "'fr' is not one of"),
    ],
)
def test_a_wrong_call_is_told_apart_from_a_wrong_graph(tmp_path, monkeypatch, words, said):
    """A path that holds nothing, or an option that does not exist, gives exit code 2 and says why."""
    monkeypatch.chdir(write_graph(tmp_path))
    (tmp_path / "empty").mkdir()
    found = kg(*words)
    assert (2, "") == (found.exit_code, found.stdout)
    assert said in found.stderr


def test_rules_on_the_real_graph_mean_what_shacl_says(copy):
    """Rules evaluated once in the engine find, of the things with planted mistakes, what pySHACL finds of each.

    pySHACL takes minutes for all things of the real graph; tests/test_shapes.py compares the two on small graphs.
    """
    planted = ("circle", "described-nowhere", "two-classes")
    for mistake in MISTAKES:
        if mistake.name in planted:
            mistake.make(copy)
    study = copy / STUDY
    study.write_text(study.read_text("utf-8").replace("wk:commissionedBy", "wk:commissionedby"), "utf-8")
    focus = {
        f"{ID}study/tno-quickscan",
        f"{ID}intervention/job-search-training",
        f"{ID}intervention/job-search-frequency",
    }
    files, problems = read_all(find(copy))
    assert problems == []
    shapes = [triple for file in files if file.source.name == "shapes/dataset.ttl" for triple in file.triples]
    triples = [triple for file in files if file.source.room != "shapes" for triple in file.triples]

    _, report, _ = pyshacl.validate(
        core.as_rdflib(triples),
        shacl_graph=core.as_rdflib(shapes),
        focus_nodes=[URIRef(node) for node in sorted(focus)],
        inplace=True,
    )
    expected = Counter(
        (
            str(report.value(node, SH.focusNode)),
            str(report.value(node, SH.resultPath) or "None"),
            report.value(node, SH.value).n3(),
            str(report.value(node, SH.sourceConstraint)),
        )
        for node in report.objects(None, SH.result)
    )
    actual = Counter(
        (result.focus, str(result.path), result.value, result.shape)
        for result in rules.validate(engine(triples), engine(shapes))
        if result.focus in focus
    )
    assert expected == actual
    assert {"broader-without-cycle", "no-dangling-reference", "one-class", "known-term"} <= {
        shape.partition("#")[2] for *_, shape in actual
    }


def engine(triples):
    """Load triples into the engine."""
    store = ox.Store()
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return store
