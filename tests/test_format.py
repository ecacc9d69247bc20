"""One form of Turtle: formatting never changes the graph, loses no comment, and does nothing the second time."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.cli import main
from kg.vocabulary import PREFIXES
from kg.writing import FormatProblem, formatted, turtle
from kg.writing.source import tokens
from small_graph import write_graph
from test_locate import turtle as strange

ROOT = Path(__file__).parents[1]
FILES = sorted(path for room in ("ontology", "shapes", "data") for path in (ROOT / room).rglob("*.ttl"))
HEAD = "@prefix ex: <http://e/> .\n@prefix wk: <https://w3id.org/werkkennis/def#> .\n"


def graph(text):
    """Return the statements of a text, blank nodes with the labels of the standard."""
    found = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def comments(text):
    """Return the comments of a text, each as often as it stands there."""
    return Counter(comment.text for token in tokens(text) for comment in token.comments)


RESOURCES = (
    "ex:a",
    "ex:b",
    "ex:c.d",
    "<http://e/x/y>",
    "wk:Finding",
    "<https://w3id.org/werkkennis/id/study/one>",
    "ex:",
)
LITERALS = (
    '"x"', '"één"@nl', "'one'@en", '"x"@en-GB', "5", "-0.5", "1e3", ".5e-2", "true", '"5"^^ex:t', '"05"^^<http://e/t>',
    '"a\\nb\\t\\u00e9\\"\\\\"', '"""a "quoted"\nline # no comment\n\n"" \\\\"""', "'''it's\n'''@nl", '"# [ ] ; , ."',
    '"12"^^<http://www.w3.org/2001/XMLSchema#integer>', '"maybe"^^<http://www.w3.org/2001/XMLSchema#boolean>', '""', '"\\r\\f"',
)  # fmt: skip


@st.composite
def texts(draw):  # noqa: C901 - a grammar reads best whole
    """Make Turtle with everything that people write, and comments at every place where one can stand."""
    number = iter(range(10_000))

    def gap(*, line=False):
        kind = draw(st.sampled_from((" ",) * 6 + ("\n", "\n\n", " #", "\n  #", "\n\n#", "\r\n")))
        if "#" in kind:
            return f"{kind} c{next(number)}{draw(st.sampled_from(('', ' [ ; . ', ' é')))}\n" + gap()
        return "\n" if line and kind == " " else kind

    def value(depth):
        kind = draw(
            st.sampled_from(("iri", "iri", "text", "text", "label", "nested", "list") if depth else ("iri", "text"))
        )
        if kind == "iri":
            return draw(st.sampled_from(RESOURCES))
        if kind == "text":
            return draw(st.sampled_from(LITERALS))
        if kind == "label":
            return draw(st.sampled_from(("_:x", "_:y", "_:z1")))
        if kind == "list":
            return "(" + "".join(f" {value(depth - 1)}" for _ in range(draw(st.integers(0, 3)))) + " )"
        return f"[{gap()}{said(depth - 1)}{gap()}]" if draw(st.booleans()) else "[ ]"

    def said(depth):
        parts = []
        for _ in range(draw(st.integers(1, 3))):
            name = draw(st.sampled_from(("a", "ex:p", "ex:q", "wk:label", "<http://e/r>")))
            values = f"{gap()},{gap()}".join(value(depth) for _ in range(draw(st.integers(1, 3))))
            parts.append(f"{name}{gap()}{values}")
        return f"{gap()};{gap()}".join(parts) + draw(st.sampled_from(("", " ;", " ; ;")))

    text = draw(st.sampled_from(("", "# top\n", "# top\n\n", "# top\n# more\n\n"))) + HEAD
    for _ in range(draw(st.integers(0, 4))):
        text += gap(line=True)
        subject = draw(st.sampled_from((*RESOURCES[:5], "_:x", "_:y", "[ ex:p 1 ]", "[ ]")))
        text += f"{subject}{gap()}{said(2)}{gap()}."
    return text + gap()


@settings(max_examples=150, deadline=None)
@given(texts(), st.booleans())
def test_formatting_is_safe_and_done_once(text, keep_order):
    """The graph stays, every comment stays, and formatting the result changes nothing. What cannot be placed is refused."""
    try:
        once = formatted(text, "a.ttl", keep_order=keep_order)
    except FormatProblem as problem:
        if re.match(r"a\.ttl:\d+: a comment", str(problem)):
            return
        raise
    assert graph(text) == graph(once)
    assert sum(comments(text).values()) == once.count("# c") + once.count("# top") + once.count("# more")
    assert once == formatted(once, "a.ttl", keep_order=keep_order)


@st.composite
def documents(draw):
    """Make a file of sections: a head, headings, and things in any order, some with a comment of their own right above."""
    names = draw(st.lists(st.integers(0, 40), unique=True, min_size=1, max_size=12))
    text, number = f"# the head\n\n{HEAD}\n", 0
    while names:
        some, names = names[: (cut := draw(st.integers(1, 5)))], names[cut:]
        text += (
            f"# heading {number}\n{draw(st.sampled_from(('', f'# more of {number}' + chr(10))))}\n" if number else ""
        )
        for name in some:
            text += draw(st.sampled_from(("", f"# about {name}\n", f"# about {name}\n# and more of it\n")))
            text += f"ex:s{name} ex:p {name} ;\n    # first of {name}\n    ex:q 1 ; # behind {name}\n    ex:r 2 .\n\n"
        number += 1
    return f"{text}# the end\n"


def places(text):
    """Return of each comment what it stands at: the thing below or around it, or the things that it heads."""
    blocks = [block.splitlines() for block in text.split("\n\n")]
    found, heading = {}, ("",)
    for block in blocks:
        subject = next((line.split()[0] for line in block if line.startswith("ex:")), None)
        if subject is None:
            heading = tuple(line for line in block if line.startswith("#")) or heading
            found.setdefault(heading, set())
            continue
        found.setdefault(heading, set()).add(subject)
        found[subject] = [line[line.index("#") :] for line in block if "#" in line]
    return found


@settings(max_examples=100, deadline=None)
@given(documents(), st.booleans())
def test_every_comment_stays_where_it_belongs(text, keep_order):
    """A comment above, in or behind a thing goes with it; a heading keeps its things; head and end stay head and end."""
    once = formatted(text, "a.ttl", keep_order=keep_order)
    assert places(text) == places(once)
    assert once.startswith("# the head\n\n@prefix")
    assert once.endswith("\n\n# the end\n")


@settings(max_examples=100, deadline=None)
@given(strange(), st.booleans())
def test_strange_turtle_is_safe_too(written, keep_order):
    """Escapes, bases, prefixes that look like words, and comments full of Turtle change nothing either."""
    try:
        once = formatted(written.text, "a.ttl", keep_order=keep_order)
    except FormatProblem as problem:
        if "a comment" in str(problem):
            return
        raise
    assert graph(written.text) == graph(once)
    assert once == formatted(once, "a.ttl", keep_order=keep_order)


@settings(max_examples=80, deadline=None)
@given(texts().filter(lambda text: "#" not in re.sub(r'"[^"\n]*"|<[^>\n]*>|"""[^"]*', "", text)), st.randoms())
def test_equal_graphs_have_one_text(text, random):
    """The order in which somebody wrote the statements down is not seen in the result."""
    triples = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    random.shuffle(triples)
    shuffled = turtle([triple.triple for triple in triples], {"ex": "http://e/", **PREFIXES})
    assert graph(text) == graph(shuffled)
    assert shuffled == formatted(shuffled, "a.ttl")
    random.shuffle(triples)
    assert shuffled == turtle([triple.triple for triple in triples], {"ex": "http://e/", **PREFIXES})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_files_of_this_repository_survive(path):
    """Each file here can be formatted in both orders, keeps its graph and its comments, and is then in order."""
    text = path.read_text("utf-8")
    for keep_order in (True, False):
        once = formatted(text, path.name, keep_order=keep_order)
        assert graph(text) == graph(once)
        assert comments(text) == comments(once)
        assert once == formatted(once, path.name, keep_order=keep_order)


def test_the_form_itself():
    """One file with everything, and how it is written."""
    messy = """\
# The file.

PREFIX ex: <http://example.org/>
@prefix old: <http://old/> .
@prefix q: <http://example.org/q#> . # kept
ex:b ex:p [ ex:q 1 ; ex:r "x" ] ; # behind
  a ex:C ; ex:list ( 1 "two"@en [] ) ;
  # before
  ex:row9 ex:row10 , ex:row9 ; <http://www.w3.org/2000/01/rdf-schema#label> "B"@en, "B"@nl .

# About a.
<http://example.org/a> q:x 1.50 , 2 ,
   # above three
   3 .

# A section

ex:z ex:p "more\\nlines" . ex:y ex:p _:n . ex:x ex:p _:n . _:n ex:p ex:x .
# The end.
"""
    assert (
        formatted(messy, "a.ttl")
        == """\
# The file.

@prefix ex: <http://example.org/> .
@prefix q: <http://example.org/q#> . # kept
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

# About a.
ex:a q:x
        1.50 ,
        2 ,
        # above three
        3 .

ex:b a ex:C ;
    rdfs:label "B"@nl , "B"@en ;
    ex:list ( 1 "two"@en [] ) ;
    ex:p [ ex:q 1 ; ex:r "x" ] ; # behind
    # before
    ex:row9 ex:row9 , ex:row10 .

# A section

ex:x ex:p _:n .

ex:y ex:p _:n .

ex:z ex:p \"\"\"more
lines\"\"\" .

_:n ex:p ex:x .

# The end.
"""
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ex:a ex:p ( 1 # in a list\n 2 ) .", "a.ttl:3: a comment in a list ( … ) has no place"),
        ('ex:a ex:p "5"^^ # kind\n ex:t .', "a.ttl:3: a comment in a literal has no place"),
        (
            "# nobody\n@prefix no: <http://no/> .\nex:a ex:p 1 .",
            "the prefix no: is not used, but has a comment (# nobody)",
        ),
        ("ex:a ex:p", "a.ttl:3: cannot be read"),
        ("ex:a ex:p <<( ex:a ex:p 1 )>> .", "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused(text, said):
    """A comment without a place and a text that is no Turtle are told with their line."""
    with pytest.raises(FormatProblem) as refused:
        formatted(HEAD + text, "a.ttl")
    assert said in str(refused.value)
    assert str(refused.value).startswith("a.ttl")


def kg(*words, **options):
    """Run a command in this process; what goes wrong inside is raised."""
    return CliRunner().invoke(main, ["--lang", "en", *map(str, words)], catch_exceptions=False, **options)


MESSY = HEAD + "ex:b ex:p 1.\nex:a ex:p 2."
NEAT = "@prefix ex: <http://e/> .\n\nex:a ex:p 2 .\n\nex:b ex:p 1 .\n"


def test_files_are_formatted_in_place(tmp_path):
    """Files and folders that are named are brought into the form, their rights stay, and nothing else is left behind."""
    (tmp_path / "deep").mkdir()
    files = [tmp_path / "a.ttl", tmp_path / "deep/b.ttl"]
    for file in files:
        file.write_text(MESSY, "utf-8")
        file.chmod(0o640)
    link = tmp_path / "link.ttl"
    link.symlink_to(files[0])

    assert 1 == kg("format", "--check", tmp_path).exit_code
    shown = kg("format", "--diff", files[0])
    assert (1, MESSY) == (shown.exit_code, files[0].read_text("utf-8"))
    assert "-ex:b ex:p 1.\n" in shown.stdout
    assert "+ex:b ex:p 1 .\n" in shown.stdout

    found = kg("format", tmp_path)
    assert (0, "2 changed, 1 were in order, 0 refused\n") == (found.exit_code, found.stderr)
    assert [NEAT, NEAT] == [file.read_text("utf-8") for file in files]
    assert {0o640} == {file.stat().st_mode & 0o777 for file in files}
    assert link.is_symlink()
    assert {"a.ttl", "deep", "link.ttl"} == {path.name for path in tmp_path.iterdir()}
    assert (0, "0 would change, 3 were in order, 0 refused\n") == (
        (again := kg("format", "--check", tmp_path)).exit_code, again.stderr,
    )  # fmt: skip


def test_the_order_of_a_document_can_stay(tmp_path):
    """With --keep-order only the layout changes."""
    file = tmp_path / "a.ttl"
    file.write_text(MESSY, "utf-8")
    assert 0 == kg("format", "--keep-order", file).exit_code
    assert "@prefix ex: <http://e/> .\n\nex:b ex:p 1 .\n\nex:a ex:p 2 .\n" == file.read_text("utf-8")


def test_without_paths_the_data_of_the_graph_are_meant(tmp_path):
    """The rules and words of a graph are left to those who write them."""
    graph = write_graph(tmp_path, more=MESSY)
    before = {path: path.read_text("utf-8") for path in graph.rglob("*.ttl")}
    kg("--graph", graph, "format")
    changed = {path.relative_to(graph).as_posix() for path, text in before.items() if path.read_text("utf-8") != text}
    assert changed == {"data/more.ttl", "data/things.ttl"}


def test_the_data_of_this_repository_are_in_that_form(tmp_path):
    """Whoever runs the command on a fresh clone sees nothing change."""
    found = CliRunner().invoke(
        main, ["--var", str(tmp_path), "--graph", str(ROOT), "--lang", "en", "format", "--check"]
    )
    assert 0 == found.exit_code, found.output


def test_one_refusal_does_not_stop_the_others(tmp_path):
    """A file that cannot be formatted is named and left as it is; the others are formatted."""
    bad = {"bad.ttl": HEAD + "ex:a ex:p ( # c\n1 ) .", "broken.ttl": "ex:a", "latin.ttl": b"# \xe9\n"}
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "good.ttl").write_text(MESSY, "utf-8")
    found = kg("format", tmp_path)
    assert 1 == found.exit_code
    assert found.stdout == f"{tmp_path / 'good.ttl'}\n"
    assert "bad.ttl:3: a comment in a list" in found.stderr
    assert re.search(r"broken\.ttl:1:\d: cannot be read: ", found.stderr)
    assert "latin.ttl:1:3: cannot be read: not UTF-8" in found.stderr
    assert found.stderr.endswith("1 changed, 0 were in order, 3 refused\n")
    assert [path.read_bytes() for name in bad if (path := tmp_path / name)] == [
        content if isinstance(content, bytes) else content.encode() for content in bad.values()
    ]


def test_an_editor_formats_through_a_pipe():
    """Standard input goes to standard output; what is no Turtle is refused."""
    found = kg("format", "-", input=MESSY)
    assert (0, NEAT, "") == (found.exit_code, found.stdout, found.stderr)
    assert (1, "") == ((broken := kg("format", "-", input="ex:a")).exit_code, broken.stdout)
    assert "standard input:1: cannot be read" in broken.stderr


def test_nothing_to_format_is_a_wrong_call(tmp_path):
    """A path that does not exist, or holds no Turtle, gives exit code 2."""
    for path in (tmp_path, tmp_path / "no.ttl"):
        assert 2 == kg("format", path).exit_code


def test_a_file_that_cannot_be_written_stays(tmp_path, monkeypatch):
    """When the disk is full the file is as it was, nothing is left beside it, and the sentence says so."""

    def full(*_):
        raise OSError(28, "No space left on device")

    file = tmp_path / "a.ttl"
    file.write_text(MESSY, "utf-8")
    monkeypatch.setattr("os.fsync", full)
    found = kg("format", file)
    assert 1 == found.exit_code
    assert "cannot be written (No space left on device); it was left as it is" in found.stderr
    assert [("a.ttl", MESSY)] == [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()]


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    """Killed again and again while it formats, the file is as it was or as it should be, and never half."""
    file = tmp_path / "a.ttl"
    messy = HEAD + "".join(f"ex:s{number} ex:p {number}.\n" for number in range(500))
    file.write_text(messy, "utf-8")
    script = (
        "import sys; from pathlib import Path; from kg.writing import format_file; from kg.writing.disk import replace_text\n"
        "path = Path(sys.argv[1]); messy = path.with_suffix('.messy').read_text(); print('ready', flush=True)\n"
        "while True: replace_text(path, 'a', messy); format_file(path, 'a')"
    )
    file.with_suffix(".messy").write_text(messy, "utf-8")
    whole = {messy, formatted(messy, "a.ttl")}
    for number in range(12):
        process = subprocess.Popen([sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(0.011 * number)
        process.kill()
        process.wait()
        process.stdout.close()
        assert file.read_text("utf-8") in whole
    for stale in tmp_path.glob(".new-*"):
        os.utime(stale, (0, 0))
    kg("format", file)
    assert [] == list(tmp_path.glob(".new-*"))
    assert formatted(messy, "a.ttl") == file.read_text("utf-8")


def test_it_speaks_dutch(tmp_path, catalogues):
    """In Dutch the count and what is wrong are told in Dutch."""
    (tmp_path / "a.ttl").write_text(MESSY, "utf-8")
    assert (
        "1 zouden veranderen, 0 waren in orde, 0 geweigerd\n"
        == kg("--lang", "nl", "format", "--check", tmp_path).stderr
    )
    assert "bestaat niet" in kg("--lang", "nl", "format", tmp_path / "no.ttl").stderr
