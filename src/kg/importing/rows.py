"""Turn the rows of a table into triples, by its mapping, beside what the graph has already."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kg.errors import UsageProblem
from kg.importing import cells, derive
from kg.importing.complaints import Complaint, NotImported
from kg.importing.mapping import Cell, TableMapping, Thing
from kg.importing.names import Concepts, Sources, doi, fold, iri
from kg.importing.sheets import Row, Sheet
from kg.importing.templates import fill
from kg.vocabulary import WK, XSD

_NAME: Final = re.compile(r"[a-z][a-z-]*:[a-z0-9]+(?:-[a-z0-9]+)*")
_PRECISIONS: Final = ("year", "month", "day")


@dataclass(slots=True)
class Imported:
    """What came of a table.

    Attributes:
        triples: what it says.
        rows: numbers of the rows that speak of a thing, by IRI.
        present: things that the graph has already, by IRI, with the rows that name them.
        left_out: numbers of the rows that were left out.
        unused: columns of the table that the mapping does not read.
    """

    triples: list[ox.Triple] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    present: dict[str, list[int]] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def convert(sheet: Sheet, mapping: TableMapping, store: ox.Store) -> Imported:
    """Convert a table.

    Args:
        sheet: the table.
        mapping: what its columns mean.
        store: the graph, to find concepts and sources in.

    Raises:
        NotImported: the table has mistakes; carries all of them.
        UsageProblem: the mapping names what does not exist.
    """
    concepts = Concepts(store)
    headings, complaints = cells.columns_of(sheet, mapping.columns)
    read: list[tuple[Row, dict[str, list[Cell]]]] = []
    made = Imported(unused=[name for name in sheet.columns if name not in headings.values()])
    for row in sheet.rows if not complaints else ():
        if mapping.leave_out and not row.cells.get(headings.get(mapping.leave_out, ""), ""):
            made.left_out.append(row.number)
            continue
        values, found = cells.read(row, mapping.columns, headings, mapping.empty, concepts)
        if not found:
            try:
                for column in mapping.derived:
                    values[column.name] = derive.derive(column, values)
            except ValueError as error:
                found = [Complaint(row.number, "", "", str(error))]
        complaints += found
        read.append((row, values))
    if complaints:
        raise NotImported(sheet.name, complaints)
    _Writer(mapping, Sources(store), made, sheet.name).write(read)
    return made


class _Writer:
    """Collects statements, and notes where two rows disagree about one thing."""

    def __init__(self, mapping: TableMapping, sources: Sources, made: Imported, name: str) -> None:
        self._mapping, self._sources, self._made, self._name = mapping, sources, made, name
        self._said: dict[tuple[str, str], tuple[int, set[ox.Literal]]] = {}
        self._own: dict[str, str] = {}
        self._triples: dict[ox.Triple, None] = {}
        self._complaints: list[Complaint] = []

    def write(self, rows: Sequence[tuple[Row, Mapping[str, list[Cell]]]]) -> None:
        for row, values in rows:
            names: dict[str, str] = {}
            mine: list[tuple[Thing, str]] = []
            for thing in self._mapping.things:
                if thing.given and not fill(thing.given, values, names, row.number):
                    continue
                made = fill(thing.name, values, names, row.number)
                if len(made) != 1:
                    continue
                if not _NAME.fullmatch(made[0]):
                    raise UsageProblem(
                        f"{made[0]!r} is no name for a thing; the mapping must make kind:slug of {thing.role}"
                    )
                known = self._known(thing, values, names, row.number)
                names[thing.role] = known or self._earlier(thing, made[0], values, names, row.number)
                target = self._made.present if known else self._made.rows
                target.setdefault(iri(names[thing.role]), []).append(row.number)
                if names[thing.role] == made[0]:
                    mine.append((thing, made[0]))
            for thing, name in mine:
                for predicate, language, datatype, templates in thing.says:
                    texts = [text for one in templates for text in fill(one, values, names, row.number)]
                    self._say(row.number, name, f"{predicate}@{language}", terms(texts, language, datatype))
        if self._complaints:
            raise NotImported(self._name, self._complaints)
        self._made.triples = list(self._triples)

    def _known(self, thing: Thing, values: Mapping[str, list[Cell]], names: Mapping[str, str], row: int) -> str | None:
        """Return the name under which the graph has a publication, or the study of one, already."""
        if "study_of" in thing.same_as:
            publication = names.get(thing.same_as["study_of"], "")
            return self._sources.study(publication) if iri(publication) in self._made.present else None
        return self._sources.publication(*_marks(thing, values, names, row))

    def _earlier(
        self, thing: Thing, name: str, values: Mapping[str, list[Cell]], names: Mapping[str, str], row: int
    ) -> str:
        """Return the name that an earlier row gave to the same publication; else this one."""
        if "study_of" in thing.same_as:
            return name
        number, title, year = _marks(thing, values, names, row)
        keys = [doi(number)] * bool(number) + [f"{fold(title)} {year[:4]}"] * bool(title and year)
        first = next((self._own[key] for key in keys if key in self._own), name)
        self._own.update(dict.fromkeys(keys, first))
        return first

    def _say(self, row: int, name: str, predicate: str, said: Sequence[tuple[str, ox.NamedNode | ox.Literal]]) -> None:
        subject = ox.NamedNode(iri(name))
        literals = {term for extra, term in said if isinstance(term, ox.Literal) and not extra}
        if literals:
            first, before = self._said.setdefault((name, predicate), (row, literals))
            if before != literals:
                shown = " / ".join(sorted(literal.value for literal in literals))
                sentence = f"row {first} says something else of {name} ({predicate.strip('@')}): {' / '.join(sorted(one.value for one in before))}"
                self._complaints.append(Complaint(row, "", shown, sentence))
        for extra, term in said:
            about = ox.NamedNode(extra or iri(predicate.partition("@")[0]))
            self._triples[ox.Triple(subject, about, term)] = None


def _marks(thing: Thing, values: Mapping[str, list[Cell]], names: Mapping[str, str], row: int) -> tuple[str, str, str]:
    """Return the DOI, title and year by which a publication is known; empty where the row has none."""
    number, title, year = (
        "".join(fill(thing.same_as[key], values, names, row)[:1]) if key in thing.same_as else ""
        for key in ("doi", "title", "year")
    )
    return number, title, year


def terms(texts: Sequence[str], language: str, datatype: str) -> list[tuple[str, ox.NamedNode | ox.Literal]]:
    """Return the values of a statement, each with the property that it has of its own: the precision of a date.

    Raises:
        UsageProblem: a text is no thing and no language or datatype is given.
    """
    found: list[tuple[str, ox.NamedNode | ox.Literal]] = []
    for text in texts:
        if language:
            found.append(("", ox.Literal(text, language=language)))
        elif datatype == "date":
            parts = text.split("-")
            day = "-".join([*parts, "01", "01"][:3])
            found.append(("", ox.Literal(day, datatype=ox.NamedNode(f"{XSD}date"))))
            found.append((f"{WK}datePrecision", ox.Literal(_PRECISIONS[len(parts) - 1])))
        elif datatype:
            found.append(("", ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{datatype}"))))
        elif re.match(r"[\w-]+:\S+\Z", text):
            found.append(("", ox.NamedNode(iri(text))))
        else:
            raise UsageProblem(f"{text!r} is no thing; for a text write the property with @nl, @en or ^^string")
    return found
