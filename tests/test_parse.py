"""Reading Turtle: what is read, and what an editor is told when it cannot be."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.files import SourceFile
from kg.parse import Problem, read, read_all

PREFIXES = "@prefix ex: <http://example.org/> .\n"


def source(folder, name, content):
    """Write a file and return it as a file of the graph."""
    path = folder / name.rsplit("/", 1)[-1]
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return SourceFile(name, path, "data")


def problem_of(folder, content):
    """Return the one problem of a file that cannot be read."""
    parsed, problems = read(source(folder, "data/a.ttl", content))
    assert parsed.triples == []
    assert len(problems) == 1
    return problems[0]


def test_a_good_file_is_read_in_its_order(tmp_path):
    """The triples come in the order of the file, with the fingerprint of its bytes."""
    text = 'PREFIX ex: <http://example.org/>\nex:b ex:p "é"@nl , 1 . ex:a a ex:C .'
    parsed, problems = read(source(tmp_path, "data/a.ttl", text))
    assert problems == []
    assert [str(triple) for triple in parsed.triples] == [
        '<http://example.org/b> <http://example.org/p> "é"@nl',
        '<http://example.org/b> <http://example.org/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        "<http://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/C>",
    ]
    assert parsed.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_quads_stand_in_the_graph_of_the_file(tmp_path):
    """Every triple of a file stands in one named graph, whose name follows from the file's."""
    parsed, _ = read(source(tmp_path, "data/studies/a.ttl", PREFIXES + "ex:a ex:p ex:b ."))
    assert [quad.graph_name.value for quad in parsed.quads()] == ["https://w3id.org/werkkennis/id/graph/data.studies.a"]


def test_an_empty_file_is_no_mistake(tmp_path):
    """A file without statements has no triples and no problems."""
    parsed, problems = read(source(tmp_path, "data/a.ttl", b""))
    assert (parsed.triples, problems) == ([], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ex:a ex:p ex:b .\nex:a unknown:p ex:b .",
            (3, 6, "The prefix unknown: has not been declared", "ex:a unknown:p ex:b ."),
        ),
        ("ex:a ex:p ex:b .\nex:c ex:p ", (3, 11, "Unexpected end", "ex:c ex:p ")),
        ('ex:a ex:p "één" ; x:p 1 .', (2, 19, "The prefix x: has not been declared", 'ex:a ex:p "één" ; x:p 1 .')),
        ("ex:a ex:p <a b> .", (2, 11, "Invalid IRI code point ' '", "ex:a ex:p <a b> .")),
        (
            'ex:a ex:p "een\ntwee" .',
            (2, 15, "Line jumps are not allowed in string literals, use \\n", 'ex:a ex:p "een'),
        ),
        ("ex:a ex:p 1 .\r\nex:a x:p 1 .\r\n", (3, 6, "The prefix x: has not been declared", "ex:a x:p 1 .")),
        ("ex:a ex:p 1 .\rex:a x:p 1 .\r", (3, 6, "The prefix x: has not been declared", "ex:a x:p 1 .")),
        (
            'ex:a ex:p "\u2028\u0085\x0c" .\nex:a x:p 1 .',
            (3, 6, "The prefix x: has not been declared", "ex:a x:p 1 ."),
        ),
        ('ex:a ex:p """een\ntwee .\n', (2, 11, "Unexpected end of file", 'ex:a ex:p """een')),
    ],
    ids=["prefix", "end", "column", "iri", "string", "crlf", "cr", "separators", "unclosed"],
)
def test_a_mistake_is_told_with_its_place(tmp_path, text, expected):
    """A file that does not parse gives one problem, with line, column in characters, cause and the line itself."""
    problem = problem_of(tmp_path, PREFIXES + text)
    assert (problem.line, problem.column, problem.message, problem.text) == expected
    assert problem.name == "data/a.ttl"


def test_a_file_that_is_not_utf_8_says_so(tmp_path):
    """A byte that is no UTF-8 is told with its line, its column in characters and how to mend it."""
    problem = problem_of(tmp_path, PREFIXES.encode() + b'ex:a ex:p "\xc3\xa9n \xe9\xe9n" .\n')
    expected = Problem("data/a.ttl", 2, 15, "not UTF-8; save the file as UTF-8", 'ex:a ex:p "én ��n" .')
    assert problem == expected


def test_a_byte_order_mark_is_named(tmp_path):
    """The invisible mark that some editors put before a text is named, as no one could see it in the message else."""
    problem = problem_of(tmp_path, b"\xef\xbb\xbf" + PREFIXES.encode())
    assert (problem.line, problem.column) == (1, 1)
    assert problem.message == "begins with a byte order mark; save the file as UTF-8 without one (BOM)"


@pytest.mark.parametrize(
    "text", ["ex:a ex:p\n<<( ex:b ex:p 1 )>> .", "ex:a ex:p 1\n{| ex:q 2 |} .", "\n<< ex:a ex:p 1 >> a ex:C ."]
)
def test_a_statement_about_a_statement_is_named(tmp_path, text):
    """What only RDF 1.2 can say is told as a mistake with its line, as the shapes would not see it."""
    problem = problem_of(tmp_path, PREFIXES + text)
    assert problem.line == 3
    assert problem.message.startswith("a statement about a statement")


def test_blank_nodes_get_the_same_labels_in_every_process(tmp_path):
    """Equal files give equal triples, blank nodes too, whatever process reads them."""
    text = PREFIXES + "ex:a ex:p [ ex:p ( 1 2 ) ] , _:x , _:y . _:y ex:p _:x ."
    given = source(tmp_path, "data/a.ttl", text)
    script = (
        "import sys; from pathlib import Path; from kg.files import SourceFile; from kg.parse import read;"
        "print(*map(str, read(SourceFile('data/a.ttl', Path(sys.argv[1]), 'data'))[0].triples), sep='\\n')"
    )
    expected = [str(triple) for triple in read(given)[0].triples]
    assert len(expected) == 9
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", script, str(given.path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.splitlines() == expected


def test_blank_nodes_of_two_files_are_two(tmp_path):
    """A label such as _:x means something else in every file."""
    text = PREFIXES + "_:x ex:p 1 ."
    files, problems = read_all([source(tmp_path, "data/a.ttl", text), source(tmp_path, "data/b.ttl", text)])
    assert problems == []
    assert files[0].triples[0].subject != files[1].triples[0].subject


def test_a_statement_in_two_files_is_named_with_both(tmp_path):
    """A statement that stands in two files is told at the later one, with its line and the other file's name."""
    first = source(tmp_path, "data/a.ttl", PREFIXES + "ex:a ex:p 1 .")
    second = source(tmp_path, "data/b.ttl", PREFIXES + "\nex:b ex:p 1 .\nex:a\n    ex:q 2 ;\n    ex:p 1 .")
    _, problems = read_all([first, second])
    expected = (
        "this statement (http://example.org/a http://example.org/p …) stands in data/a.ttl too; keep it in one file"
    )
    assert problems == [Problem("data/b.ttl", 6, 0, expected, "    ex:p 1 .")]


def test_a_statement_twice_in_one_file_is_one_statement(tmp_path):
    """Saying the same twice in one file is no mistake, as in Turtle itself."""
    _, problems = read_all([source(tmp_path, "data/a.ttl", PREFIXES + "ex:a ex:p 1 , 1 . ex:a ex:p 1 .")])
    assert problems == []


def test_every_unreadable_file_is_told_at_once(tmp_path):
    """One check names the mistakes of all files, and the good files are still read."""
    sources = [source(tmp_path, f"data/{name}.ttl", text) for name, text in (("a", "<"), ("b", PREFIXES), ("c", "x:"))]
    files, problems = read_all(sources)
    assert [problem.name for problem in problems] == ["data/a.ttl", "data/c.ttl"]
    assert [file.source.name for file in files] == ["data/a.ttl", "data/b.ttl", "data/c.ttl"]


def test_the_graph_of_this_repository_parses():
    """All Turtle of this repository reads without a problem, and no statement stands in two files."""
    from kg.files import find  # noqa: PLC0415

    files, problems = read_all(find(Path(__file__).parents[1]))
    assert problems == []
    assert len(files) >= 70
    assert all(isinstance(triple, ox.Triple) for file in files for triple in file.triples)
