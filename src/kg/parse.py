"""Read Turtle into triples, with errors that say where.

The engine's own parser (pyoxigraph) reads the files: it is fast and gives line and column. What stands here is what it
does not do: the same labels for blank nodes on every run, so that equal files give an equal graph, and the rule that
a statement stands in one file only.
"""

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.files import SourceFile
from kg.locate import LINE_END, Places
from kg.vocabulary import shorten

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A place in a file that cannot be read, or a statement that stands in two files.

    Attributes:
        name: the file's name.
        line: line number, from 1.
        column: column number, from 1; 0 when the problem is a whole line's.
        message: what is wrong and how to mend it.
        text: the offending line of the file.
    """

    name: str
    line: int
    column: int
    message: str
    text: str


@dataclass(slots=True)
class ParsedFile:
    """A file's triples, in the order of the file, and a fingerprint of its bytes (SHA-256, hexadecimal)."""

    source: SourceFile
    sha256: str
    text: str
    triples: list[ox.Triple] = field(default_factory=list)

    def quads(self) -> Iterator[ox.Quad]:
        """Give the triples as quads in the file's named graph."""
        graph = ox.NamedNode(self.source.graph)
        return (ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in self.triples)


def read(source: SourceFile) -> tuple[ParsedFile, list[Problem]]:
    """Parse one file. A file with a problem comes back without triples."""
    return read_content(source, source.path.read_bytes())


def read_content(
    source: SourceFile, content: bytes, form: ox.RdfFormat = ox.RdfFormat.TURTLE
) -> tuple[ParsedFile, list[Problem]]:
    """Parse what stands in a file, or would; see :func:`read`. Nothing is fetched to read it.

    Args:
        source: the file; its path is not looked at.
        content: the bytes.
        form: what they are written in. Names of graphs, where a form has them, are left out.
    """
    parsed = ParsedFile(source, hashlib.sha256(content).hexdigest(), content.decode("utf-8", "replace"))
    try:
        content.decode("utf-8")
        labels: dict[ox.BlankNode, ox.BlankNode] = {}
        stem = hashlib.sha256(source.name.encode()).hexdigest()[:12]
        for quad in ox.parse(content, format=form):
            if isinstance(quad.object, ox.Triple):
                parsed.triples.clear()
                return parsed, [_about_a_statement(parsed)]
            subject = _relabel(quad.subject, labels, stem)
            value = quad.object if isinstance(quad.object, ox.Literal) else _relabel(quad.object, labels, stem)
            parsed.triples.append(ox.Triple(subject, quad.predicate, value))
    except UnicodeDecodeError as error:
        before = LINE_END.split(content[: error.start].decode("utf-8"))
        line, column = len(before), len(before[-1]) + 1
        problem = Problem(source.name, line, column, "not UTF-8; save the file as UTF-8", _line(parsed.text, line))
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 0
        message = _readable(error)
        if content.startswith(codecs.BOM_UTF8):
            message = "begins with a byte order mark; save the file as UTF-8 without one (BOM)"
        problem = Problem(source.name, line, column, message, _line(parsed.text, line))
    else:
        return parsed, []
    parsed.triples.clear()
    return parsed, [problem]


def read_all(sources: Iterable[SourceFile]) -> tuple[list[ParsedFile], list[Problem]]:
    """Parse files, in order, and name every statement that stands in two of them."""
    files: list[ParsedFile] = []
    problems: list[Problem] = []
    first: dict[ox.Triple, ParsedFile] = {}
    for source in sources:
        parsed, found = read(source)
        problems += found
        files.append(parsed)
        for triple in parsed.triples:
            other = first.setdefault(triple, parsed)
            if other is not parsed:
                problems.append(twice(parsed, other, triple))
    return files, problems


def _relabel(
    term: ox.NamedNode | ox.BlankNode | ox.Triple, labels: dict[ox.BlankNode, ox.BlankNode], stem: str
) -> ox.NamedNode | ox.BlankNode | ox.Triple:
    if not isinstance(term, ox.BlankNode):
        return term
    return labels.setdefault(term, ox.BlankNode(f"b{stem}x{len(labels)}"))


def _line(text: str, number: int) -> str:
    lines = LINE_END.split(text)
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _readable(error: SyntaxError) -> str:
    """Take the engine's sentence without the position that we give ourselves."""
    sentence = str(error.msg)
    return sentence.split(": ", 1)[1] if sentence.startswith("Parser error") and ": " in sentence else sentence


def _about_a_statement(parsed: ParsedFile) -> Problem:
    """Name what RDF 1.2 can say and SHACL, rdflib and the shapes here cannot read."""
    start = re.search(r"<<|\{\|", parsed.text)
    line = len(LINE_END.findall(parsed.text, 0, start.start())) + 1 if start else 1
    message = "a statement about a statement (<< … >> or {| … |}) is not read; give that statement an IRI of its own"
    return Problem(parsed.source.name, line, 0, message, _line(parsed.text, line))


def twice(parsed: ParsedFile, other: ParsedFile, triple: ox.Triple) -> Problem:
    """Say that a statement of a file stands in another file too."""
    subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else str(triple.subject)
    line = Places(parsed.text).line(subject, triple.predicate.value) or 1
    what = f"{shorten(subject)} {shorten(triple.predicate.value)}"
    message = f"this statement ({what} …) stands in {other.source.name} too; keep it in one file"
    return Problem(parsed.source.name, line, 0, message, _line(parsed.text, line))
