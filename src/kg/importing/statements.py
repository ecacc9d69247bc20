"""What the rows of a table say, as triples; two rows that disagree about one thing are noticed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kg.errors import UsageProblem
from kg.importing import origins
from kg.importing.complaints import Complaint, NotImported
from kg.importing.mapping import Cell, TableMapping, Thing
from kg.importing.names import Sources, doi, fold, iri
from kg.importing.sheets import Row
from kg.importing.templates import fill
from kg.spoken import gettext as _
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
        columns: the heading under which stands what a thing says on a property, by their IRIs.
        doubts: what a person is asked about; no mistakes.
        taken: what was not said and taken over from the graph: from what, and what, in words; with the rows.
    """

    triples: list[ox.Triple] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    present: dict[str, list[int]] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    doubts: list[Complaint] = field(default_factory=list)
    taken: dict[tuple[str, str], list[int]] = field(default_factory=dict)


class Writer:
    """Collects statements, and notes where two rows disagree about one thing.

    Args:
        mapping: what rows say.
        sources: publications and studies of the graph.
        made: where the statements go.
        name: of the table.
        headings: under which heading each column stands.
    """

    def __init__(
        self, mapping: TableMapping, sources: Sources, made: Imported, name: str, headings: Mapping[str, str]
    ) -> None:
        self._mapping, self._sources, self._made, self._name = mapping, sources, made, name
        self._headings = {
            templates: origins.heading(mapping, templates, headings)
            for thing in mapping.things
            for _predicate, _language, _datatype, templates in thing.says
        }
        self._said: dict[tuple[str, str], tuple[int, set[ox.Literal]]] = {}
        self._own: dict[str, str] = {}
        self._triples: dict[ox.Triple, None] = {}
        self._complaints: list[Complaint] = []

    def write(self, rows: Sequence[tuple[Row, Mapping[str, list[Cell]]]]) -> None:
        """Write what rows say.

        Raises:
            NotImported: two rows disagree.
            UsageProblem: the mapping makes what is no name, or no thing.
        """
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
                self._write(thing, name, row.number, values, names)
        if self._complaints:
            raise NotImported(self._name, self._complaints)
        self._made.triples = list(self._triples)

    def _write(
        self, thing: Thing, name: str, row: int, values: Mapping[str, list[Cell]], names: Mapping[str, str]
    ) -> None:
        for predicate, tongue, datatype, templates in thing.says:
            if self._headings[templates]:
                self._made.columns.setdefault((iri(name), iri(predicate)), self._headings[templates])
            texts = [text for one in templates for text in fill(one, values, names, row)]
            self._say(row, name, f"{predicate}@{tongue}", terms(texts, tongue, datatype))

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
                sentence = _(
                    "row %(row)s says something else of %(name)s: %(said)s",
                    row=first,
                    name=name,
                    said=" / ".join(sorted(one.value for one in before)),
                )
                heading = self._made.columns.get((iri(name), iri(predicate.partition("@")[0])), "")
                self._complaints.append(Complaint(row, heading, shown, sentence))
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
