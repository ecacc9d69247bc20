"""Releases: a history of patches from which any release can be made again, and nothing that is published disappears."""

import re
from datetime import UTC, datetime

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kg import generations, history
from kg.cli import main
from kg.errors import KgError, UsageProblem
from kg.history import patch
from kg.publication import note_in
from small_graph import write_graph

ONE = "https://w3id.org/werkkennis/id/thing/one"
TWO = '<https://w3id.org/werkkennis/id/thing/two> a <https://w3id.org/werkkennis/def#Thing> ; <http://www.w3.org/2000/01/rdf-schema#label> "Twee"@nl ; <http://purl.org/dc/terms/relation> <https://w3id.org/werkkennis/id/thing/one> .\n'
MOMENT = ox.NamedNode("http://purl.org/dc/terms/modified")
GONE = ox.NamedNode("http://www.w3.org/ns/prov#invalidatedAtTime")


@pytest.fixture
def clock(monkeypatch):
    """A clock that gives another second at each look, so that releases can follow one another in a test."""

    class Clock(datetime):
        second = 0

        @classmethod
        def now(cls, tz=None):
            Clock.second += 1
            return datetime(2026, 1, 1, 0, 0, Clock.second, tzinfo=tz or UTC)

    monkeypatch.setattr("kg.history.releases.datetime", Clock)


@pytest.fixture
def graph(tmp_path):
    """The small graph."""
    return write_graph(tmp_path / "graph")


def state_of(graph):
    """Return the statements of a graph folder."""
    return frozenset(patch.lines_of(generations.prepare(graph)[2]))


def cut(graph, version=None):
    """Release a graph folder as it is."""
    return history.cut(graph, state_of(graph), version, "")


def documents(generation, predicate):
    """Return what the history says of documents: the end of their IRI, and the moment."""
    found = generation.load().quads_for_pattern(None, predicate, None)
    return {quad.subject.value.removeprefix("https://w3id.org/werkkennis/"): quad.object.value for quad in found}


def test_a_graph_without_history_has_no_release(graph):
    """A folder without history has none, and its generation is a build that differs from nothing that was released."""
    assert history.read(graph) == []


def test_every_release_can_be_made_again(graph, clock):
    """Replaying the patches gives each release exactly as it was."""
    states = []
    for name in ("two", "three"):
        states.append(state_of(graph))
        cut(graph)
        write_graph(graph, **{name: TWO.replace("thing/two", f"thing/{name}")})
    (graph / "data/two.ttl").unlink()
    states.append(state_of(graph))
    cut(graph)
    assert [state for _, state in history.replay(history.read(graph))] == states
    assert [release.quads for release in history.read(graph)] == [len(state) for state in states]


def test_releases_are_named_by_their_day(graph, clock):
    """Without a version a release bears its date, the second of a day with a number."""
    first = cut(graph)
    write_graph(graph, two=TWO)
    second = cut(graph)
    assert (first.version, second.version) == ("2026-01-01", "2026-01-01.2")
    assert [release.version for release in history.read(graph)] == ["2026-01-01", "2026-01-01.2"]


@pytest.mark.parametrize("version", ["latest", "feed", "build-1", "../x", "a b", "", ".", "x" * 41, "a/b", "2026-"])
def test_a_version_is_a_name(graph, version):
    """What cannot stand in an address, or means something else there, is no version."""
    if version == "":
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", cut(graph, version).version)
        return
    with pytest.raises(UsageProblem, match=r"cannot name a release|is reserved"):
        cut(graph, version)
    assert history.read(graph) == []


@pytest.mark.parametrize("version", ["latest", "feed", "build-x"])
def test_a_reserved_name_is_told(graph, version):
    """A name that means something else in addresses is said to be reserved."""
    refused = kg("--graph", graph, "release", version)

    assert (2, True) == (refused.exit_code, "is reserved" in refused.stderr)
    assert "reserved" in kg("release", "--help").output


def test_notes_bear_their_language(graph):
    """A note in Dutch and one in English are kept as such; an old one has no language and is read all the same."""
    kg("--graph", graph, "release", "1", "--note", "De eerste.", "--note-en", "The first.")
    [release] = history.read(graph)
    path = graph / "history/1.rdfp"
    old = re.sub(r"H note-en .*\n", "", path.read_text("utf-8")).replace("H note-nl", "H note")

    assert {"nl": "De eerste.", "en": "The first."} == release.notes
    path.write_text(old, encoding="utf-8")
    assert {"": "De eerste."} == history.read(graph)[0].notes
    assert ("De eerste.", "") == note_in(history.read(graph)[0].notes, "en")


def test_a_release_never_changes(graph, clock):
    """A version is used once, and a release without a change is none."""
    cut(graph, "1")
    with pytest.raises(UsageProblem, match="nothing has changed since release 1"):
        cut(graph, "2")
    write_graph(graph, two=TWO)
    with pytest.raises(UsageProblem, match="there is a release 1"):
        cut(graph, "1")


def test_a_release_needs_a_later_moment(graph, monkeypatch):
    """A clock that runs behind is told, since the change feed is ordered by time."""
    cut(graph, "1")
    write_graph(graph, two=TWO)
    path = graph / "history/1.rdfp"
    path.write_text(re.sub(r'created "\d{4}', 'created "9999', path.read_text()))
    with pytest.raises(KgError, match="see the clock"):
        cut(graph, "2")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("TC .\n", "", "breaks off"),
        ("A <", "B <", "line 7: this is no row"),
        ('version "1"', 'version "2"', "release 2 under another name"),
        ("thing/one", "thing/on", "leads to other statements"),
        ('quads "', 'quads "x', "cannot be read"),
        ("H sha256", "H md5", "cannot be read"),
        ('H created "2', "H created 2", "neither an IRI nor a text"),
    ],
)
def test_damage_is_told(graph, old, new, told):
    """A history that was changed or broken off is not believed; the error names the file and says what to do."""
    cut(graph, "1")
    path = graph / "history/1.rdfp"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(KgError, match=told) as error:
        list(history.replay(history.read(graph)))
    assert "history/1.rdfp" in str(error.value)


def test_a_missing_release_is_told(graph, clock):
    """Releases follow one another; without one of them the others lead nowhere."""
    cut(graph, "1")
    write_graph(graph, two=TWO)
    cut(graph, "2")
    (graph / "history/1.rdfp").unlink()
    with pytest.raises(KgError, match=r"history/2.rdfp does not follow"):
        history.read(graph)


def test_documents_have_the_moment_of_their_last_change(graph, tmp_path, clock):
    """A document changes when a statement begins or ends at its thing; what changed since the release has no moment."""
    first = cut(graph, "1").created
    write_graph(graph, two=TWO)
    second = cut(graph, "2").created
    _, generation = generations.build(graph, tmp_path / "var", 5)
    assert documents(generation, MOMENT) == {
        "doc/thing/one": second,
        "doc/thing/two": second,
        "def": first,
        "shapes": first,
    }
    (graph / "data/two.ttl").write_text(TWO.replace("Twee", "Twede"))
    _, generation = generations.build(graph, tmp_path / "var", 5)
    assert documents(generation, MOMENT) == {"doc/thing/one": second, "def": first, "shapes": first}


def test_a_rule_without_a_name_changes_the_page_of_the_rules(graph, tmp_path, clock):
    """The rules have one page, so a change anywhere in them is a change of it, in a nameless node too."""
    path = graph / "shapes/things.ttl"
    path.write_text(path.read_text() + "wks:Thing sh:not [ sh:hasValue wks:Nothing ] .\n")
    first = cut(graph, "1").created
    path.write_text(path.read_text().replace("wks:Nothing", "wks:None"))
    _, generation = generations.build(graph, tmp_path / "var", 5)
    assert documents(generation, MOMENT) == {"doc/thing/one": first, "def": first}
    second = cut(graph, "2").created
    _, generation = generations.build(graph, tmp_path / "var", 5)
    assert documents(generation, MOMENT) == {"doc/thing/one": first, "def": first, "shapes": second}


def test_what_is_gone_is_remembered(graph, tmp_path, clock):
    """A document about a thing that was released and is gone says since when; a thing that came back is there."""
    write_graph(graph, two=TWO)
    cut(graph, "1")
    (graph / "data/two.ttl").unlink()
    assert history.lost(history.read(graph), state_of(graph)) == ["https://w3id.org/werkkennis/id/thing/two"]
    second = cut(graph, "2").created
    _, generation = generations.build(graph, tmp_path / "var", 5)
    assert documents(generation, GONE) == {"doc/thing/two": second}
    assert documents(generation, MOMENT)["doc/thing/one"] == second
    write_graph(graph, two=TWO)
    cut(graph, "3")
    _, generation = generations.build(graph, tmp_path / "var", 5)
    assert documents(generation, GONE) == {}


def test_the_repository_has_a_history(config):
    """The history of the real graph leads where it says, release by release."""
    releases = history.read(config.graph)
    assert releases[0].version == "2026-11-22"
    assert [release for release, _ in history.replay(releases)] == releases


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
QUADS = st.builds(
    lambda subject, text, graph: ox.Quad(
        subject, ox.NamedNode("http://example.org/p"), ox.Literal(text), ox.NamedNode(f"http://example.org/{graph}")
    ),
    st.sampled_from([ox.NamedNode("http://example.org/s"), ox.BlankNode("b1")]),
    TEXTS,
    st.sampled_from("gh"),
)


@given(st.sets(QUADS, max_size=6), st.sets(QUADS, max_size=6), TEXTS)
def test_a_patch_is_read_as_it_was_written(before, after, note):
    """Whatever the statements and the note hold, line ends too, a patch survives being text and leads to its end."""
    old, new = patch.lines_of(before), patch.lines_of(after)
    made = patch.between(old, new, {"id": "http://example.org/id", "note": note})
    assert patch.parse(made.text(), "x") == made
    state = set(old)
    made.apply(state)
    assert sorted(state) == new


def kg(*words):
    """Run a command in this process, in English; what goes wrong inside is raised."""
    return CliRunner().invoke(main, ["--lang", "en", *map(str, words)], catch_exceptions=False)


def test_the_command_releases_what_conforms(graph):
    """The command names the release, and refuses files with mistakes with the mistakes and exit code 1."""
    made = kg("--graph", graph, "release", "1.0", "--note", "The first.")
    assert (made.exit_code, made.output) == (
        0, f"release 1.0: 13 statements, 13 added, 0 removed; {graph}/history/1.0.rdfp\n"
    )  # fmt: skip
    assert [(one.version, one.notes) for one in history.read(graph)] == [("1.0", {"nl": "The first."})]
    write_graph(graph, two=TWO.partition(" ;")[0] + " .\n")
    refused = kg("--graph", graph, "release", "1.1")
    assert refused.exit_code == 1
    assert "data/two.ttl" in refused.stdout
    assert "kg: nothing was released, because of the mistakes above" in refused.stderr
    assert len(history.read(graph)) == 1


def test_the_command_speaks_dutch(graph):
    """What was released, and why nothing was, is told in the language of the call."""
    made = kg("--lang", "nl", "--graph", graph, "release", "1.0")
    refused = kg("--lang", "nl", "--graph", graph, "release", "1.0")

    assert "1.0: 13 uitspraken, 13 erbij, 0 eraf" in made.stdout
    assert "er is al een " in refused.stderr


def test_the_command_lets_nothing_disappear_unsaid(graph, clock):
    """A thing that was released and is gone is named, with what to do; on demand the release is made all the same."""
    write_graph(graph, two=TWO)
    assert kg("--graph", graph, "release", "1").exit_code == 0
    (graph / "data/two.ttl").unlink()
    refused = kg("--graph", graph, "release", "2")
    assert refused.exit_code == 2
    assert "  https://w3id.org/werkkennis/id/thing/two\nsay in data/withdrawn.ttl" in refused.stderr
    example = refused.stderr.partition("looks like this:\n\n")[2]
    (graph / "data/withdrawn.ttl").write_text(example.replace("what-came-in-its-place", "one"))
    assert kg("--graph", graph, "check").exit_code == 0
    (graph / "data/withdrawn.ttl").unlink()
    assert kg("--graph", graph, "release", "2", "--without-notice").exit_code == 0
    assert [release.version for release in history.read(graph)] == ["1", "2"]


def test_a_folder_that_cannot_be_written_gets_no_release(graph):
    """What stands in the way of the file is told, and there is no half of a release."""
    (graph / "history").write_text("a file")
    refused = kg("--graph", graph, "release", "1")
    assert refused.exit_code == 1
    assert "no release was made" in refused.stderr
