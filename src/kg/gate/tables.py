"""Check a table as ``kg import`` would read it, for a process of its own; nothing is written.

Its mistakes are told by row and column. A table without any becomes Turtle, which is checked as what people send is.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import PayloadTooLarge, UsageProblem
from kg.files import SourceFile
from kg.gate.bases import Base, load
from kg.gate.checking import Submission, Verdict, against
from kg.gate.compiled import Compiled
from kg.importing import mapping, ready, rows, sheets
from kg.importing.checked import in_order, listed
from kg.importing.complaints import Complaint, NotImported
from kg.parse import read_content
from kg.spoken import gettext as _
from kg.spoken import speaking
from kg.vocabulary import shorten
from kg.writing import turtle

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES: Final = {"text/csv": ".csv", WORKBOOK: ".xlsx"}
"""What a table may be written in, by media type."""
_MOST_COLUMNS: Final = 500
_MOST_ROWS: Final = 20_000
_MOST_MEMBERS: Final = 1_000
_UNPACKED: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """What somebody sends.

    Attributes:
        name: of the file, without a folder.
        content: its bytes.
        media_type: one of ``TABLES``.
        mapping: file that says what its columns mean.
        language: of the sentences, ``nl`` or ``en``.
        replaces: name of the file of the graph that it takes the place of; empty: the one that its mapping names, if any.
    """

    name: str
    content: bytes
    media_type: str
    mapping: Path
    language: str
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a table: mistakes, or Turtle and what the rules say of it.

    Attributes:
        mistakes: by row and column; with one, there is nothing else but
        hints: sentences that help to mend them.
        submission: the Turtle, under the name that it would have.
        verdict: of its check.
        rows: numbers of the rows that speak of a thing, by its IRI.
        left_out: rows that say nothing by the mapping.
        doubts: what is no mistake, and may be meant otherwise.
    """

    mistakes: tuple[Complaint, ...] = ()
    hints: tuple[str, ...] = ()
    submission: Submission | None = None
    verdict: Verdict | None = None
    rows: dict[str, list[int]] = field(default_factory=dict)
    left_out: tuple[int, ...] = ()
    doubts: tuple[Complaint, ...] = ()


def mappings(graph: Path) -> list[str]:
    """Return the names of the mappings that a graph folder has."""
    return sorted(path.stem for path in (graph / "data" / "mappings").glob("*.toml"))


def check_table(generation: Path | bytes, table: Table, kept: Compiled | None = None) -> Outcome:
    """Read a table and check what it says; for a process of its own.

    Args:
        generation: folder of the generation to check against, or that generation as N-Quads.
        table: what is sent.
        kept: shapes that were read before.

    Raises:
        PayloadTooLarge: it has more columns, rows or unpacked bytes than are read here.
        UsageProblem: it is no table, or the mapping cannot be read.
        NoGeneration: the generation is damaged.
    """
    with speaking(table.language):
        if table.media_type == WORKBOOK:
            _refuse_bombs(table.content)
        told = mapping.read(table.mapping)
        sheet = _measured(sheets.read_content(Path(table.name).with_suffix(TABLES[table.media_type]), table.content))
        base = load(generation, None)
        # Beside what was made of the table before, every row would be there already.
        replaces = table.replaces or (told.out if base.graph(told.out) else "")
        before = _taken_away(base, replaces)
        try:
            made = rows.convert(sheet, told, base.store)
        except NotImported as error:
            return Outcome(mistakes=tuple(error.complaints), hints=tuple(error.hints))
        if twice := _elsewhere(made.triples, base):
            return Outcome(mistakes=tuple(twice))
        base.store.bulk_extend(before)
        text = turtle(made.triples, header=ready.head(told.head, table.name, "" if told.out else table.mapping.stem))
    name = Path(replaces or told.out or f"{table.name}.ttl").name
    submission = Submission(name, text.encode(), replaces=replaces)
    parsed, _problems = read_content(SourceFile(name, Path(name), "data"), submission.content)
    verdict = against(base, parsed, replaces, kept)
    return Outcome((), (), submission, verdict, made.rows, tuple(made.left_out), tuple(made.doubts))


def _elsewhere(triples: Sequence[ox.Triple], base: Base) -> list[Complaint]:
    """Return a complaint for each file that says some of a table already: one for all of it, as the rules say one a line."""
    found: dict[str, dict[str, None]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            for home in base.homes(triple):
                found.setdefault(home, {})[shorten(triple.subject.value)] = None
    return [
        Complaint(
            0,
            "",
            "",
            _(
                "%(things)s: this stands in %(file)s already; is this table a correction of it? Then choose that file "
                "at 'Takes the place of' (replaces)",
                things=listed(in_order(things)),
                file=home,
            ),
        )
        for home, things in found.items()
    ]


def _taken_away(base: Base, name: str) -> Sequence[ox.Quad]:
    graph = base.graph(name) if name else None
    if graph is None:
        return ()
    quads = list(base.store.quads_for_pattern(None, None, None, graph))
    base.store.remove_graph(graph)
    return quads


def _refuse_bombs(content: bytes) -> None:
    """Make sure that a workbook is not much more than it seems: a packed file says beforehand what it will be.

    Raises:
        PayloadTooLarge: it is.
        UsageProblem: it is no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UsageProblem(_("this is no workbook: %(reason)s", reason=error)) from error
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _UNPACKED:
        sentence = _(
            "a workbook may have %(parts)s parts and %(bytes)s bytes when it is unpacked",
            parts=_MOST_MEMBERS,
            bytes=_UNPACKED,
        )
        raise PayloadTooLarge(sentence)


def _measured(sheet: sheets.Sheet) -> sheets.Sheet:
    if len(sheet.columns) > _MOST_COLUMNS or len(sheet.rows) > _MOST_ROWS:
        sentence = _(
            "a table may have %(columns)s columns and %(rows)s rows here; send less at a time",
            columns=_MOST_COLUMNS,
            rows=_MOST_ROWS,
        )
        raise PayloadTooLarge(sentence)
    return sheet
