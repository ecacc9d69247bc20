"""Let only what conforms be written: an import is checked with the graph that it will stand in."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.durable import flush, put
from kg.errors import UsageProblem
from kg.files import SourceFile, find
from kg.importing.complaints import Complaint
from kg.parse import ParsedFile, read, read_all
from kg.validate import Severity, incremental
from kg.validate.suggest import with_suggestions
from kg.vocabulary import shorten

MADE: Final = "Made by `kg import`"
"""How the comment above a file says that it may be overwritten."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The graph without the file that is to be written.

    Attributes:
        files: its parsed files.
        shapes: what the shapes say.
        store: what all others say, a named graph a file.
        before: what the file to be written says now.
        target: the file to be written.
        inside: whether that is in the graph folder.
    """

    files: tuple[ParsedFile, ...]
    shapes: tuple[ox.Triple, ...]
    store: ox.Store
    before: tuple[ox.Quad, ...]
    target: SourceFile
    inside: bool


def surroundings(folder: Path, out: Path) -> Surroundings:
    """Read a graph folder without one of its files.

    Args:
        folder: the graph folder.
        out: where Turtle will be written.

    Raises:
        UsageProblem: the place is not fit, or the graph itself has files that cannot be read.
    """
    if out.suffix != ".ttl":
        raise UsageProblem(f"{out} is no name for Turtle; let it end in .ttl")
    if not out.parent.is_dir():
        raise UsageProblem(f"the folder {out.parent} does not exist")
    if out.is_file() and MADE not in out.read_text("utf-8", "replace").partition("@prefix")[0]:
        raise UsageProblem(
            f"{out} exists and was not made from a table, or is there to be filled in; name another with --out"
        )
    place, here = out.resolve(), folder.resolve()
    inside = place.is_relative_to(here)
    name = place.relative_to(here).as_posix() if inside else out.as_posix()
    files, problems = read_all(source for source in find(folder) if source.path.resolve() != place)
    if problems:
        raise UsageProblem(f"the graph has files that cannot be read; first mend {problems[0].name}:{problems[0].line}")
    store = ox.Store()
    shapes: list[ox.Triple] = []
    for file in files:
        if file.source.room == "shapes":
            shapes += file.triples
        else:
            store.bulk_extend(file.quads())
    target = SourceFile(name, out, "data")
    # What cannot be read now is replaced whole.
    before = tuple(read(target)[0].quads()) if inside and out.is_file() else ()
    return Surroundings(tuple(files), tuple(shapes), store, before, target, inside)


def check(
    triples: Sequence[ox.Triple],
    around: Surroundings,
    rows_of: Callable[[str], Sequence[int]],
    language: str,
) -> list[Complaint]:
    """Return what keeps triples from being written, told of the rows that say it, in the file or in what refers to it.

    Args:
        triples: what it says.
        around: the graph that it will stand in.
        rows_of: numbers of the rows that speak of a thing, by its IRI.
        language: of the sentences about shapes.
    """
    complaints = []
    if around.inside:
        homes = {triple: file for file in around.files for triple in file.triples}
        for triple in triples:
            if triple in homes:
                subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else str(triple.subject)
                about = f"{shorten(subject)} {shorten(triple.predicate.value)}"
                sentence = f"the graph says this already, in {homes[triple].source.name}; keep it in one file"
                complaints.append(Complaint(_first(rows_of(subject)), "", about, sentence))
    graph = ox.NamedNode(around.target.graph)
    added = [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in dict.fromkeys(triples)]
    shapes = incremental.Shapes(around.shapes)
    # What goes with the old file is looked at first, so that the check of the new one starts without it.
    around.store.bulk_extend(around.before)
    touched = shapes.affected(around.store, {quad.triple for quad in around.before})
    around.store.remove_graph(graph)
    found = incremental.examine(around.store, shapes, (), added, touched | {quad.subject for quad in added})
    around.store.bulk_extend(added)
    for result in with_suggestions(found.results, around.store):
        if result.severity is Severity.Violation:
            about = shorten(result.focus) + (f" {shorten(result.path)}" if result.path else "")
            complaints.append(Complaint(_first(rows_of(result.focus)), "", about, result.message(language)))
    around.store.remove_graph(graph)
    return complaints


def _first(numbers: Sequence[int]) -> int:
    return next(iter(numbers), 0)


def write(text: str, out: Path) -> bool:
    """Write a file in one step; tell whether it changed.

    Raises:
        UsageProblem: it cannot be written.
    """
    content = text.encode()
    try:
        if out.is_file() and out.read_bytes() == content:
            return False
        handle, name = tempfile.mkstemp(prefix=".new-", dir=out.parent)
        os.close(handle)
        try:
            put(Path(name), content)
            Path(name).chmod(0o644)
            Path(name).replace(out)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        flush(out.parent)
    except OSError as error:
        raise UsageProblem(f"{out} cannot be written: {error.strerror or error}") from error
    return True
