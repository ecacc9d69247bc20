"""From a file that people have to Turtle that can be written: choose the reader, convert, check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import UsageProblem
from kg.importing import checked, coding, csvw, mapping, names, references, rows, sheets, skeletons
from kg.importing.complaints import Complaint, NotImported
from kg.vocabulary import RDF, shorten
from kg.writing import turtle

_DEFAULT: Final = "data/studies"

_RowsOf = Callable[[str], Sequence[int]]


@dataclass(slots=True)
class Ready:
    """Turtle that conforms, and what people should know of it.

    Attributes:
        text: the Turtle.
        place: where it goes.
        counts: how many new things there are of each kind.
        notes: sentences on what was left out, was there already, or did not match.
    """

    text: str
    place: Path
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked.

    Attributes:
        source: the file.
        described: mapping (TOML) or description (CSV on the Web) of a table.
        sheet: of a workbook.
        out: where the Turtle goes; else where the mapping says, or below data/studies.
        number: DOI of the only reference that is wanted of a bibliography.
    """

    source: Path
    described: Path | None = None
    sheet: str | None = None
    out: Path | None = None
    number: str = ""


def prepare(graph: Path, request: Request, language: str = "nl") -> Ready:
    """Read a table, bibliography or coding and make Turtle of it.

    Args:
        graph: the graph folder.
        request: what is asked.
        language: of sentences about shapes.

    Raises:
        NotImported: the file has mistakes; carries all of them.
        UsageProblem: the call is wrong.
    """
    source, described = request.source, request.described
    if not source.is_file():
        raise UsageProblem(f"{source} does not exist")
    if source.suffix.lower() in references.SUFFIXES:
        if described or request.sheet:
            raise UsageProblem("a bibliography or coding needs no --mapping and has no --sheet; leave them out")
        return _of_references(graph, request, language)
    if request.number:
        raise UsageProblem(f"{source} is no bibliography; --doi chooses a reference of one")
    described = described or csvw.beside(source)
    if described is None:
        raise UsageProblem(f"say with --mapping what the columns of {source} mean; data/mappings/README.md tells how")
    table = sheets.read(source, request.sheet)
    if described.suffix.lower() == ".json":
        place = request.out or graph / _DEFAULT / f"{source.stem}.ttl"
        return _of_a_described_table(graph, table, described, place, language)
    told = mapping.read(mapping.place(graph, described))
    around = checked.surroundings(graph, request.out or graph / (told.out or f"{_DEFAULT}/{source.stem}.ttl"))
    made = rows.convert(table, told, around.store)
    ready = _checked((table.name, head(told.head, table.name)), made.triples, _finder(made.rows), around, language)
    if made.left_out:
        ready.notes.append(f"left out, without a {told.leave_out}: rows {_listed(made.left_out)}")
    if made.unused:
        ready.notes.append(f"columns that the mapping does not read: {', '.join(made.unused)}")
    ready.notes += [
        f"already in the graph, not written again: {shorten(iri)} (rows {_listed(numbers)})"
        for iri, numbers in made.present.items()
    ]
    return ready


def head(told: str, name: str) -> str:
    """Return the comment above what came of a table: such a file may be made again, any other is not overwritten."""
    return f"{told.strip()}\n{checked.MADE} from {name}. Change the table or its mapping, not this file.".strip()


def _of_references(graph: Path, request: Request, language: str) -> Ready:
    source = request.source
    coded = coding.read(source) if coding.is_coding(source) else None
    found = list(coded.references) if coded else references.read(source)
    if request.number:
        wanted = names.doi(request.number)
        found = [reference for reference in found if reference.doi == wanted and wanted]
        if not found:
            raise UsageProblem(f"{source} has no reference with the DOI {request.number}")
    complaints = [Complaint(one.number, "title", "", "this reference has no title") for one in found if not one.title]
    if complaints:
        raise NotImported(source.name, complaints)
    around = checked.surroundings(graph, request.out or graph / _DEFAULT / f"{source.stem}.ttl")
    made = skeletons.make(found, around.store)
    unmatched = coding.apply(coded, made, around.store) if coded else []
    about = f"Studies and publications from {source.name}: skeletons to be filled in."
    ready = _checked((source.name, about), made.triples, _finder(made.rows), around, language)
    ready.notes += [f"already in the graph, skipped: {one.title!r} is {name}" for one, name in made.present]
    if coded and coded.outcomes:
        ready.notes.append(f"not read: {coded.outcomes} results in numbers; enter them as findings")
    ready.notes += [f"not matched: {sentence}" for sentence in [*dict.fromkeys(made.unmatched), *unmatched]]
    return ready


def _of_a_described_table(graph: Path, table: sheets.Sheet, described: Path, place: Path, language: str) -> Ready:
    """Take a table back: whole into a file elsewhere, only what is new into the graph."""
    made = csvw.convert(table, described)
    around = checked.surroundings(graph, place)
    notes = []
    if place.resolve().is_relative_to(graph.resolve()):
        here = {triple for file in around.files for triple in file.triples}
        known = {triple.subject for triple in here}
        changed = [triple for triple in made.triples if triple.subject in known and triple not in here]
        if changed:
            raise NotImported(table.name, [_changed(triple, made, around) for triple in changed])
        there = {triple.subject for triple in made.triples if triple in here}
        made.triples = [triple for triple in made.triples if triple not in here]
        notes = [f"already in the graph, not written again: {len(there)} things"] * bool(there)
    ready = _checked((table.name, head("", table.name)), made.triples, _finder(made.rows), around, language)
    ready.notes += notes
    return ready


def _changed(triple: ox.Triple, made: rows.Imported, around: checked.Surroundings) -> Complaint:
    name = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""
    home = next(file for file in around.files if any(one.subject == triple.subject for one in file.triples))
    value = triple.object.value if isinstance(triple.object, ox.Literal | ox.NamedNode) else ""
    sentence = f"{shorten(name)} says something else in {home.source.name}; change it there"
    return Complaint(made.rows[name][0], shorten(triple.predicate.value), shorten(value), sentence)


def _checked(
    told: tuple[str, str], triples: list[ox.Triple], rows_of: _RowsOf, around: checked.Surroundings, language: str
) -> Ready:
    """Write Turtle and let the shapes look at it; ``told`` is the name of the source and the comment on top."""
    name, comment = told
    complaints = checked.check(triples, around, rows_of, language)
    if complaints:
        raise NotImported(name, complaints)
    ready = Ready(turtle(triples, header=comment), around.target.path)
    for triple in set(triples):
        if triple.predicate.value == f"{RDF}type" and isinstance(triple.object, ox.NamedNode):
            kind = shorten(triple.object.value)
            ready.counts[kind] = ready.counts.get(kind, 0) + 1
    return ready


def _finder(rows: Mapping[str, Sequence[int]]) -> _RowsOf:
    return lambda iri: rows.get(iri, ())


def _listed(numbers: list[int]) -> str:
    shown = [str(number) for number in dict.fromkeys(numbers)]
    few = 8
    return ", ".join(shown[:few]) + (f" and {len(shown) - few} more" if len(shown) > few else "")
