"""What is different between two states: thing by thing, in sentences, and ``kg diff`` and ``kg history``."""

import contextlib
import gzip
import json
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kg import generations
from kg.cli import main
from kg.dumps.reading import statements
from kg.history import Patch
from kg.history.differences import compare
from kg.history.nodes import stable
from kg.history.patch import lines_of
from kg.history.sentences import accounts, head, text
from small_graph import DATA, DIRECTIONS, NAMES, SHAPES, write_graph

A = "https://w3id.org/werkkennis/id/thing/"
GRAPH = "https://w3id.org/werkkennis/id/graph/x"
LISTS = """
wks:Thing sh:or ( [ sh:path rdfs:label ; sh:minCount 1 ] [ sh:path rdfs:comment ; sh:minCount 1 ] ) .
wks:label sh:languageIn ( "nl" "en" ) .
"""
MOVED = """
wks:label sh:languageIn ( "nl" "en" ) .
wks:Thing sh:or ( [ sh:minCount 1 ; sh:path rdfs:label ] [ sh:minCount 1 ; sh:path rdfs:comment ] ) .
"""
FINDING = f"""{DIRECTIONS}thing:x a wk:Thing ; rdfs:label "X helpt"@nl , "X helps"@en ; wk:direction thing:%s ; wk:hedged %s .
"""


def quads(turtle):
    """Return Turtle as statements in a named graph."""
    return lines_of(ox.Quad(*quad.triple, ox.NamedNode(GRAPH)) for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE))


def nothing(_iri):
    """Name nothing."""
    return ""


@pytest.fixture
def graph(tmp_path):
    """The small graph with names, a rule that has lists, and a finding."""
    folder = write_graph(tmp_path / "graph", finding=FINDING % ("up", "true"))
    (folder / "ontology/things.ttl").write_text(NAMES, encoding="utf-8")
    (folder / "shapes/things.ttl").write_text(SHAPES + LISTS, encoding="utf-8")
    return folder


@pytest.fixture
def run(graph, tmp_path):
    """Run a command on it."""

    def on_it(*words, language="en"):
        given = ["--graph", str(graph), "--var", str(tmp_path / "var"), "--lang", language, *map(str, words)]
        return CliRunner().invoke(main, given, catch_exceptions=False)

    return on_it


def change(graph):
    """Let the finding say something else, a thing go and a thing come."""
    (graph / "data/finding.ttl").write_text(FINDING % ("none", "false"), encoding="utf-8")
    data = DATA.replace("thing/one", "thing/new").replace("Eén", "Nieuwe")
    (graph / "data/things.ttl").write_text(data, encoding="utf-8")


def test_a_moved_line_is_no_difference():
    """Blank nodes and lists are compared by what they say, wherever they stand."""
    before, after = quads(SHAPES + LISTS), quads(SHAPES + MOVED)

    assert before != after
    assert compare(before, after).equal


def test_what_is_said_with_a_blank_node_belongs_to_its_thing():
    """A change deep in a list is a change of the thing whose list it is, and of no other."""
    before, after = quads(SHAPES + LISTS), quads(SHAPES + LISTS.replace("rdfs:comment", "rdfs:seeAlso"))
    [thing] = compare(before, after).things

    assert ("https://w3id.org/werkkennis/shapes#Thing", "changed") == (thing.iri, thing.kind)
    assert ["Changed: sh:NodeShape “wks:Thing”.", "  Parts without a name of their own have changed."] == list(
        text(compare(before, after), "en", nothing)
    )


def test_nodes_that_nothing_leads_to_are_compared_too():
    """A blank node at the top of a file makes a difference, but to no thing."""
    found = compare(quads("[] <urn:p> 1 , 2 ."), quads("[] <urn:p> 1 , 3 ."))

    assert (False, ()) == (found.equal, found.things)
    assert compare(quads("[] <urn:p> [] . _:b <urn:q> 1 ."), quads("_:x <urn:q> 1 . [] <urn:p> [] .")).equal


def test_the_patch_of_a_comparison_leads_from_one_to_the_other():
    """It removes and adds what differs under the lasting names of blank nodes."""
    before, after = stable(quads(SHAPES + LISTS)), stable(quads(SHAPES + LISTS.replace('"en"', '"de"')))
    state = set(before.lines)
    compare(before.lines, after.lines).patch.apply(state)

    assert after.lines == state
    assert isinstance(compare(before.lines, after.lines).patch, Patch)


@given(st.lists(st.tuples(*[st.sampled_from("abc")] * 3), max_size=12), st.randoms(use_true_random=False))
def test_names_of_blank_nodes_do_not_matter(triples, random):
    """Any graph of blank nodes equals itself with other names in another order."""
    names = dict(zip("abc", random.sample("xyz", 3), strict=True))
    one = [f"_:{s} <urn:{p}> _:{o} <{GRAPH}> ." for s, p, o in triples]
    other = [f"_:{names[s]} <urn:{p}> _:{names[o]} <{GRAPH}> ." for s, p, o in triples]
    random.shuffle(other)

    assert compare(set(one), set(other)).equal


def test_a_statement_in_another_file_is_no_other_thing():
    """Where it stands is told as a figure; what the thing says is the same."""
    [line] = quads(f'<{A}one> <urn:p> "a text _:b and\u2028 more" .')
    found = compare([line], [line.replace(GRAPH, GRAPH + "y")])

    assert (False, (), 1) == (found.equal, found.things, found.moved)
    assert ["In een ander bestand, verder gelijk: 1."] == list(text(found, "nl", nothing))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ["Changed: thing “X helps”.", "  Direction: now no effect, was favourable.", "  Hedged: now no, was yes."],
        ),
        (
            "nl",
            ["Veranderd: ding “X helpt”.", "  Richting: nu geen effect, was gunstig.", "  Voorbehoud: nu nee, was ja."],
        ),
    ],
)
def test_sentences_are_made_of_the_graphs_own_words(language, expected):
    """Properties, classes and values bear the names that the graph gives them, in both languages."""
    before, after = (quads(NAMES + FINDING % said) for said in (("up", "true"), ("none", "false")))

    assert expected == list(text(compare(before, after), language, nothing))


def test_texts_are_told_by_language():
    """A text that changed in one language is told for that language, in quotes."""
    before = quads(f'<{A}one> <urn:p> "oud"@nl , "same"@en ; <urn:q> 1 .')
    after = quads(f'<{A}one> <urn:p> "nieuw"@nl , "same"@en ; <urn:r> 2 .')

    assert [
        "Changed: thing “thing:one”.",
        "  Urn:p (nl): now “nieuw”, was “oud”.",
        "  Urn:q: no longer 1.",
        "  Urn:r: added: 2.",
    ] == list(text(compare(before, after), "en", nothing))


WITHDRAWN = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix thing: <https://w3id.org/werkkennis/id/thing/> .
@prefix wk: <https://w3id.org/werkkennis/def#> .

thing:x a wk:Withdrawn ; skos:changeNote "Stond er dubbel in."@nl , "Was in here twice"@en ; dct:isReplacedBy thing:up .
"""


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Withdrawn: thing “X helps”. Reason: Was in here twice. Instead: “favourable”."),
        ("nl", "Ingetrokken: ding “X helpt”. Reden: Stond er dubbel in. In plaats daarvan: “gunstig”."),
    ],
)
def test_a_withdrawal_is_one_sentence(language, expected):
    """What was withdrawn is told with its name and kind from before, why, and what is there instead; no more."""
    before = quads(NAMES + FINDING % ("up", "true"))
    rest = (FINDING % ("up", "true")).partition("thing:x")[0]
    found = compare(before, quads(NAMES + rest + WITHDRAWN))
    [thing] = found.things

    assert [expected] == list(text(found, language, nothing))
    assert ("withdrawn", "https://w3id.org/werkkennis/def#Thing") == (thing.kind, thing.type)


def test_a_withdrawal_without_a_replacement(graph):
    """A reason alone is told alone; a reason that is written anew is a change."""
    alone = WITHDRAWN.replace(" ; dct:isReplacedBy thing:up", "")
    [account] = accounts(compare(quads(NAMES + FINDING % ("up", "true")), quads(NAMES + alone)), "nl", nothing)[-1:]
    [again] = compare(quads(alone), quads(alone.replace("twice", "three times"))).things

    assert "Ingetrokken: ding “X helpt”. Reden: Stond er dubbel in." == head(account, "nl")
    assert ("changed", True) == (again.kind, again.withdrawn)


def test_what_is_gone_keeps_its_name(graph):
    """A thing that is no longer there is called what it was called."""
    before = quads(NAMES + FINDING % ("up", "true"))
    [account] = [one for one in accounts(compare(before, quads(NAMES)), "nl", nothing) if one.iri == f"{A}x"]

    assert ("X helpt", "removed", "Ding") == (account.name, account.kind, account.type_name)


def test_diff_in_words(run, graph):
    """Two states are told apart in sentences, with exit code 1; a state and itself with 0."""
    run("release", "1.0")
    change(graph)
    found = run("diff", "1.0", graph)

    assert (1, "") == (found.exit_code, found.stderr)
    assert [
        "Gone: thing “Eén”.",
        "New: thing “Nieuwe”.",
        "Changed: thing “X helps”.",
        "  Direction: now no effect, was favourable.",
        "  Hedged: now no, was yes.",
    ] == found.stdout.splitlines()
    same = run("diff", graph, graph, language="nl")
    assert (0, "Er is geen verschil.\n") == (same.exit_code, same.stdout)


def git(graph):
    """Keep the graph folder in a git repository, as HEAD and v1."""
    command = ["git", "-C", str(graph), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first"), ("tag", "v1")):
        subprocess.run([*command, *words], check=True)


def test_every_way_to_name_a_state(run, graph, tmp_path):
    """A release, a folder, what is served, a generation, a git revision and a dump of one state are all equal."""
    run("release", "1.0")
    run("build")
    git(graph)
    name = generations.current(tmp_path / "var").name
    dump = tmp_path / "var/dumps/1.0/werkkennis.nq"
    ways = ["1.0", graph, "current", name, "HEAD", "v1", dump, f"{dump}.gz", tmp_path / "var/dumps/1.0/werkkennis.ttl"]

    assert [0] * len(ways) == [run("diff", "1.0", way).exit_code for way in ways]
    change(graph)
    assert [1] * len(ways) == [run("diff", way, tmp_path / "graph").exit_code for way in [*ways[:1], *ways[2:], "v1"]]


def test_a_number_in_other_digits_is_no_difference(run, graph):
    """A file says 1.0 where the engine serves 1; between files, release, build and revision that is no change."""
    (graph / "data/number.ttl").write_text(f"<{A}n> <x:value> 1.0 , 010 .", encoding="utf-8")
    assert 0 == run("release", "1.0").exit_code
    assert 0 == run("build").exit_code
    git(graph)
    for first, second in (("1.0", graph), ("HEAD", "current"), ("1.0", "HEAD"), (graph, "current")):
        found = run("diff", first, second)
        assert (0, "There is no difference.\n") == (found.exit_code, found.stdout), (first, second)
    (graph / "data/number.ttl").write_text(f"<{A}n> <x:value> 1.5 , 010 .", encoding="utf-8")
    assert 1 == run("diff", "1.0", graph).exit_code


def test_a_file_is_compared_with_itself(run, graph):
    """A file against a revision, a release or what is served is compared with that file there, not with the whole."""
    path = graph / "data/finding.ttl"
    assert 0 == run("release", "1.0").exit_code
    assert 0 == run("build").exit_code
    git(graph)
    for other in ("HEAD", "1.0", "current", graph):
        assert 0 == run("diff", other, path).exit_code, other
        assert 0 == run("diff", path, other).exit_code, other
    path.write_text(FINDING % ("none", "true"), encoding="utf-8")
    for other in ("HEAD", "1.0", "current"):
        assert "now no effect, was favourable" in run("diff", other, path).stdout
    (graph / "data/other.ttl").write_text(f"<{A}o> <x:p> 1 .", encoding="utf-8")
    assert "New: thing “thing:o”.\n" == run("diff", "HEAD", graph / "data/other.ttl").stdout


def test_diff_of_two_files(run, graph, tmp_path):
    """Files by themselves are in no named graph, and are compared by what they say."""
    other = tmp_path / "other.ttl"
    other.write_text(FINDING % ("none", "true"), encoding="utf-8")
    found = run("diff", graph / "data/finding.ttl", other, "--format", "nq")

    assert [
        f"- <{A}x> <https://w3id.org/werkkennis/def#direction> <{A}up> .",
        f"+ <{A}x> <https://w3id.org/werkkennis/def#direction> <{A}none> .",
    ] == found.stdout.splitlines()


def test_diff_as_a_patch_and_as_json(run, graph):
    """A script gets RDF Patch, or what the sentences say as JSON."""
    run("release", "1.0")
    change(graph)
    patch = run("diff", "1.0", graph, "--format", "rdfp").stdout.splitlines()
    told = json.loads(run("diff", "1.0", graph, "--json").stdout)

    assert ("TX .", "TC .") == (patch[0], patch[-1])
    assert (told["added"], told["removed"]) == tuple(sum(row.startswith(f"{kind} ") for row in patch) for kind in "AD")
    assert ["removed", "added", "changed"] == [thing["kind"] for thing in told["things"]]
    assert {
        "now": [{"text": "no effect", "iri": f"{A}none"}],
        "was": [{"text": "favourable", "iri": f"{A}up"}],
    }.items() <= (told["things"][2]["points"][0].items())


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("nowhere", "'nowhere' is nothing known"),
        ("current", "current: nothing has been built"),
        ("--output=x", "No such option"),
        ("-x", "No such option"),
        ("0123456789abcdef", "nothing known"),
        ("HEAD:secret", "nothing known"),
        ("notes.docx", "in no format of RDF by its name"),
        ("broken.ttl", "cannot be read"),
        ("broken.nq.gz", "cannot be read"),
        ("empty", "is no graph folder"),
        ("mistaken", "cannot be read: data/wrong.ttl:1"),
    ],
)
def test_what_is_not_there_is_told(run, graph, tmp_path, word, says):
    """A state that is not there or not readable is a wrong call: exit code 2, one sentence."""
    with contextlib.chdir(tmp_path):
        Path("notes.docx").write_text("no RDF")
        Path("broken.ttl").write_text("no RDF")
        Path("broken.nq.gz").write_bytes(gzip.compress(b"x")[:-5])
        Path("empty").mkdir()
        (write_graph(Path("mistaken")) / "data/wrong.ttl").write_text("no RDF")
        found = run("diff", word, graph)

    assert (2, "") == (found.exit_code, found.stdout)
    assert says in found.stderr


def test_a_damaged_history_is_told(run, graph):
    """A patch that was changed is an error that says which."""
    run("release", "1.0")
    path = graph / "history/1.0.rdfp"
    path.write_text(path.read_text("utf-8").replace("Eén", "Twee"), encoding="utf-8")
    found = run("diff", "1.0", graph)

    assert (2, True) == (found.exit_code, "history/1.0.rdfp" in found.stderr)


def test_history_lists_the_releases(run, graph):
    """Each release with its moment, size, what it added and removed, and its note; nothing before the first."""
    nothing_yet = run("history")
    run("release", "1.0", "--note", "The first.")
    found = run("history")
    [row] = json.loads(run("history", "--json").stdout)

    assert (0, "", True) == (nothing_yet.exit_code, nothing_yet.stdout, "no release yet" in nothing_yet.stderr)
    assert found.stdout.startswith(f"1.0  {row['created']}")
    assert found.stdout.endswith(f"{row['quads']} statements  +{row['added']} -0  The first.\n")
    assert [] == json.loads(
        CliRunner().invoke(main, ["--graph", str(write_graph(graph / "x")), "history", "--json"]).stdout
    )


def test_the_real_graph_is_compared(generation):
    """All of the real graph against nothing: every thing is new, and has a name."""
    published = generation.published
    [first, *_] = published.releases
    found = compare([], statements(published.folder, first.version))

    assert first.quads == len(found.patch.added)
    assert all(account.name for account in accounts(found, "nl", nothing))
