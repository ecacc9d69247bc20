"""From a file that people have to Turtle that can be written: choose the reader, convert, check."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.dumps.columns import THING
from kg.errors import UsageProblem
from kg.importing import checked, coding, corrections, csvw, losses, mapping, names, references, rows, sheets, skeletons
from kg.importing.complaints import Complaint, NotImported
from kg.importing.origins import Origins
from kg.importing.statements import Imported
from kg.spoken import gettext as _
from kg.spoken import ngettext, speaking
from kg.vocabulary import RDF, shorten
from kg.writing import turtle

_DEFAULT: Final = "data/studies"
_FEW: Final = 8


@dataclass(slots=True)
class Ready:
    """Turtle that conforms, and what people should know of it.

    Attributes:
        text: the Turtle.
        place: where it goes.
        counts: how many new things there are of each kind.
        notes: sentences on what was left out, was there already, did not match, or is asked.
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
        ignored: columns of a table that are not read.
        replaces: whether things may go that the file has now.
    """

    source: Path
    described: Path | None = None
    sheet: str | None = None
    out: Path | None = None
    number: str = ""
    ignored: tuple[str, ...] = ()
    replaces: bool = False


def prepare(graph: Path, request: Request, language: str = "nl") -> Ready:
    """Read a table, bibliography or coding and make Turtle of it.

    Args:
        graph: the graph folder.
        request: what is asked.
        language: of all sentences.

    Raises:
        NotImported: the file has mistakes; carries all of them.
        UsageProblem: the call is wrong.
    """
    with speaking(language):
        return _prepare(graph, request, language)


def _prepare(graph: Path, request: Request, language: str) -> Ready:
    source, described = request.source, request.described
    if not source.is_file():
        raise UsageProblem(_("%(file)s does not exist", file=source))
    if source.suffix.lower() in references.SUFFIXES:
        if described or request.sheet:
            raise UsageProblem(_("a bibliography or coding needs no --mapping and has no --sheet; leave them out"))
        return _of_references(graph, request, language)
    if request.number:
        raise UsageProblem(_("%(file)s is no bibliography; --doi chooses a reference of one", file=source))
    described = described or csvw.beside(source)
    if described is None:
        sentence = _(
            "say with --mapping what the columns of %(file)s mean (--mapping findings for the table of kg import "
            "--headings); a table of kg export has that in %(name)s-metadata.json, which must stand beside it",
            file=source,
            name=source.name,
        )
        raise UsageProblem(sentence)
    table = sheets.read(source, request.sheet)
    if described.suffix.lower() == ".json":
        place = request.out or graph / _DEFAULT / f"{source.stem}.ttl"
        return _of_a_described_table(graph, table, described, replace(request, out=place), language)
    told = mapping.read(mapping.place(graph, described))
    if table.columns[:1] == (THING,) and all(THING not in column.headings for column in told.columns):
        sentence = _(
            "%(file)s is a table of kg export: leave --mapping out; its description %(name)s-metadata.json must stand "
            "beside it",
            file=source,
            name=source.name,
        )
        raise UsageProblem(sentence)
    told = replace(told, ignore=told.ignore | set(request.ignored))
    around = checked.surroundings(graph, request.out or graph / (told.out or f"{_DEFAULT}/{source.stem}.ttl"))
    made = rows.convert(table, told, around.store)
    # A mapping without a place of its own is for tables of anybody's, which have to be kept too.
    comment = head(told.head, table.name, described.stem if not told.out else "")
    origins = Origins(made.rows, made.columns)
    ready = _checked((table.name, comment), made.triples, origins, around, language, replaces=request.replaces)
    if made.left_out:
        ready.notes.append(
            _("left out, without a %(column)s: rows %(rows)s", column=told.leave_out, rows=_listed(made.left_out))
        )
    ready.notes += [
        _(
            "already in the graph, not written again: %(thing)s (rows %(rows)s)",
            thing=shorten(iri),
            rows=_listed(numbers),
        )
        for iri, numbers in made.present.items()
    ]
    ready.notes += [
        _(
            "taken over from %(thing)r, as nothing was filled in: %(words)s (rows %(rows)s)",
            thing=thing,
            words=words,
            rows=_listed(numbers),
        )
        for (thing, words), numbers in made.taken.items()
    ]
    ready.notes += [_("please look once more: %(doubt)s", doubt=doubt.told().strip()) for doubt in made.doubts]
    return ready


def head(told: str, name: str, mapping_name: str = "") -> str:
    """Return the comment above what came of a table: such a file may be made again, any other is not overwritten.

    Args:
        told: what the mapping says of it.
        name: of the table.
        mapping_name: of the mapping, where the comment has to say how to make the file again; else empty.
    """
    if not mapping_name:
        return f"{told.strip()}\n{checked.MADE} from {name}. Change the table or its mapping, not this file.".strip()
    return (
        f"{told.strip()}\n{checked.MADE} from {name} (--mapping {mapping_name}). Change that table and import it again, "
        f"not this file;\nkeep the table, for example as data/tables/{name}."
    ).strip()


def _of_references(graph: Path, request: Request, language: str) -> Ready:
    source = request.source
    coded = coding.read(source) if coding.is_coding(source) else None
    found = list(coded.references) if coded else references.read(source)
    if request.number:
        wanted = names.doi(request.number)
        found = [reference for reference in found if reference.doi == wanted and wanted]
        if not found:
            raise UsageProblem(_("%(file)s has no reference with the DOI %(doi)s", file=source, doi=request.number))
    complaints = [
        Complaint(one.number, "title", "", _("this reference has no title")) for one in found if not one.title
    ]
    if complaints:
        raise NotImported(source.name, complaints)
    around = checked.surroundings(graph, request.out or graph / _DEFAULT / f"{source.stem}.ttl")
    made = skeletons.make(found, around.store)
    unmatched = coding.apply(coded, made, around.store) if coded else []
    about = f"Studies and publications from {source.name}: skeletons to be filled in."
    ready = _checked((source.name, about), made.triples, Origins(made.rows), around, language)
    ready.notes += [
        _("already in the graph, skipped: %(title)r is %(name)s", title=one.title, name=name)
        for one, name in made.present
    ]
    if coded and coded.outcomes:
        ready.notes.append(_("not read: %(count)s results in numbers; enter them as findings", count=coded.outcomes))
    ready.notes += [
        _("not matched: %(sentence)s", sentence=sentence) for sentence in [*dict.fromkeys(made.unmatched), *unmatched]
    ]
    return ready


def _of_a_described_table(graph: Path, table: sheets.Sheet, described: Path, request: Request, language: str) -> Ready:
    """Take a table back: whole into a file elsewhere, only what is new into the graph."""
    place = request.out or Path()
    made = csvw.convert(table, described)
    around = checked.surroundings(graph, place)
    notes = []
    if place.resolve().is_relative_to(graph.resolve()):
        here = {triple for file in around.files for triple in file.triples}
        known = {triple.subject for triple in here}
        changed = corrections.find(table, described, around)
        if not changed:
            # What is no cell of an exported table: a description of somebody else's.
            other = [triple for triple in made.triples if triple.subject in known and triple not in here]
            changed = [_changed(triple, made, around) for triple in other]
        if changed:
            raise NotImported(table.name, changed)
        there = {triple.subject for triple in made.triples if triple in here}
        made.triples = [triple for triple in made.triples if triple not in here]
        said = ngettext(
            "already in the graph, not written again: %(num)s thing",
            "already in the graph, not written again: %(num)s things",
            len(there),
        )
        notes = [said] * bool(there)
    comment, origins = head("", table.name), Origins(made.rows)
    ready = _checked((table.name, comment), made.triples, origins, around, language, replaces=request.replaces)
    ready.notes += notes
    return ready


def _changed(triple: ox.Triple, made: Imported, around: checked.Surroundings) -> Complaint:
    name = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""
    home = next(file for file in around.files if any(one.subject == triple.subject for one in file.triples))
    value = triple.object.value if isinstance(triple.object, ox.Literal | ox.NamedNode) else ""
    sentence = _("%(name)s says something else in %(file)s; change it there", name=shorten(name), file=home.source.name)
    return Complaint(made.rows[name][0], shorten(triple.predicate.value), shorten(value), sentence)


def _checked(  # noqa: PLR0913 - what is written, where, and what may go
    told: tuple[str, str],
    triples: list[ox.Triple],
    origins: Origins,
    around: checked.Surroundings,
    language: str,
    *,
    replaces: bool = False,
) -> Ready:
    """Write Turtle and let the shapes look at it; ``told`` is the name of the source and the comment on top."""
    name, comment = told
    complaints = checked.check(triples, around, origins, language)
    if not complaints and not replaces:
        complaints = losses.find(triples, around, origins)
    if complaints:
        raise NotImported(name, complaints)
    ready = Ready(turtle(triples, header=comment), around.target.path)
    cells = losses.changed(triples, around, origins)
    ready.notes += [_("changed: %(cell)s", cell=cell) for cell in cells[:_FEW]]
    if len(cells) > _FEW:
        ready.notes.append(_("changed: %(count)s cells more", count=len(cells) - _FEW))
    for triple in set(triples):
        if triple.predicate.value == f"{RDF}type" and isinstance(triple.object, ox.NamedNode):
            kind = shorten(triple.object.value)
            ready.counts[kind] = ready.counts.get(kind, 0) + 1
    return ready


def _listed(numbers: list[int]) -> str:
    shown = [str(number) for number in dict.fromkeys(numbers)]
    more = _(" and %(count)s more", count=len(shown) - _FEW) if len(shown) > _FEW else ""
    return ", ".join(shown[:_FEW]) + more
