"""Let only what conforms be written: an import is checked with the graph that it will stand in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.durable import write_atomically
from kg.errors import UsageProblem
from kg.files import SourceFile, find
from kg.importing.complaints import Complaint
from kg.importing.names import Concepts
from kg.importing.origins import Origins
from kg.parse import ParsedFile, read, read_all
from kg.spoken import gettext as _
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
        raise UsageProblem(_("%(out)s is no name for Turtle; let it end in .ttl", out=out))
    if not out.parent.is_dir():
        raise UsageProblem(_("the folder %(folder)s does not exist", folder=out.parent))
    if out.is_file() and MADE not in _comment(out.read_text("utf-8", "replace")):
        sentence = _(
            "%(out)s exists and was not made from a table, or is there to be filled in; name another with --out",
            out=out,
        )
        raise UsageProblem(sentence)
    place, here = out.resolve(), folder.resolve()
    inside = place.is_relative_to(here)
    name = place.relative_to(here).as_posix() if inside else out.as_posix()
    files, problems = read_all(source for source in find(folder) if source.path.resolve() != place)
    if problems:
        first = f"{problems[0].name}:{problems[0].line}"
        raise UsageProblem(_("the graph has files that cannot be read; first mend %(place)s", place=first))
    store = ox.Store()
    shapes: list[ox.Triple] = []
    for file in files:
        if file.source.room == "shapes":
            shapes += file.triples
        else:
            store.bulk_extend(file.quads())
    target = SourceFile(name, out, "data")
    # What cannot be read now is replaced whole.
    before = tuple(read(target)[0].quads()) if out.is_file() else ()
    return Surroundings(tuple(files), tuple(shapes), store, before, target, inside)


def check(
    triples: Sequence[ox.Triple],
    around: Surroundings,
    origins: Origins,
    language: str,
) -> list[Complaint]:
    """Return what keeps triples from being written, told of the rows that say it, in the file or in what refers to it.

    Args:
        triples: what it says.
        around: the graph that it will stand in.
        origins: rows and columns from which it came.
        language: of the sentences about shapes.
    """
    elsewhere = _elsewhere(triples, around, origins) if around.inside else []
    if elsewhere:
        # What stands twice breaks many rules; none of that is the fault of a row.
        return elsewhere
    complaints = []
    graph = ox.NamedNode(around.target.graph)
    added = [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in dict.fromkeys(triples)]
    shapes = incremental.Shapes(around.shapes)
    # What goes with the old file is looked at first, so that the check of the new one starts without it.
    around.store.bulk_extend(around.before)
    touched = shapes.affected(around.store, {quad.triple for quad in around.before})
    around.store.remove_graph(graph)
    found = incremental.examine(around.store, shapes, (), added, touched | {quad.subject for quad in added})
    around.store.bulk_extend(added)
    concepts = Concepts(around.store)
    for result in with_suggestions(found.results, around.store):
        if result.severity is Severity.Violation:
            sentence = origins.told(result.focus, result.message(language), concepts)
            heading = origins.column(result.focus, result.path) if result.path else ""
            about = shorten(result.focus) + (f" {shorten(result.path)}" if result.path else "")
            about = "" if heading and origins.row(result.focus) else about
            complaints.append(Complaint(origins.row(result.focus), heading, about, sentence))
    around.store.remove_graph(graph)
    return complaints


def _elsewhere(triples: Iterable[ox.Triple], around: Surroundings, origins: Origins) -> list[Complaint]:
    """Return a complaint for each other file in which some of the triples stand already."""
    homes = {triple: file for file in around.files for triple in file.triples}
    found: dict[str, list[str]] = {}
    for triple in triples:
        if triple in homes and isinstance(triple.subject, ox.NamedNode):
            found.setdefault(homes[triple].source.name, []).append(triple.subject.value)
    texts = {file.source.name: file.text for file in around.files}
    complaints = []
    for name, subjects in found.items():
        things = in_order(dict.fromkeys(map(shorten, subjects)))
        told = {"things": listed(things), "file": name, "table": made_from(texts[name])}
        sentence = (
            _(
                "%(things)s: this stands in %(file)s already, made from %(table)s; "
                "import that table, or say --out with that file to put this table in its place",
                **told,
            )
            if told["table"]
            else _("%(things)s: this stands in %(file)s already; change it there, by hand", **told)
        )
        complaints.append(Complaint(origins.row(subjects[0]) if len(things) == 1 else 0, "", "", sentence))
    return complaints


def made_from(text: str) -> str:
    """Return the name of the table that a file was made from; empty when it was made by hand."""
    _before, _made, rest = _comment(text).partition(f"{MADE} from ")
    return re.split(r"\.\s| \(", rest, maxsplit=1)[0]


def in_order(names: Iterable[str]) -> list[str]:
    """Return names with studies first, then publications and findings; an estimate comes after its finding."""
    kinds = ("study", "publication", "finding")
    place = {kind: number for number, kind in enumerate(kinds)}
    return sorted(names, key=lambda name: (place.get(name.partition(":")[0], len(kinds)), name))


def listed(names: Sequence[str]) -> str:
    """Return the first few of a list of names, and how many more there are."""
    few = 3
    more = _(" and %(count)s more", count=len(names) - few) if len(names) > few else ""
    return ", ".join(names[:few]) + more


def _comment(text: str) -> str:
    return text.partition("@prefix")[0]


def write(text: str, out: Path) -> bool:
    """Write a file in one step; tell whether it changed.

    Raises:
        UsageProblem: it cannot be written.
    """
    content = text.encode()
    try:
        if out.is_file() and out.read_bytes() == content:
            return False
        write_atomically(out, content)
    except OSError as error:
        sentence = _("%(file)s cannot be written: %(reason)s", file=out, reason=error.strerror or error)
        raise UsageProblem(sentence) from error
    return True
