"""The mapping of a table, declared in TOML: what its columns hold, and what each row says of which things.

See ``data/mappings/README.md`` for the form, with an example.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kg.errors import UsageProblem
from kg.importing.names import did_you_mean
from kg.spoken import gettext as _

KINDS: Final = ("text", "name", "integer", "decimal", "year", "date", "doi", "address")
UNITS: Final = ("months", "percent")
LITERALS: Final = ("string", "integer", "decimal", "date", "boolean")
_SETTINGS: Final = (
    "out", "head", "empty", "leave_out", "ignore", "together", "columns", "derived", "things", "mistakes", "doubts"
)  # fmt: skip
_OF_A_COLUMN: Final = (
    "heading", "kind", "unit", "required", "optional", "minimum", "maximum", "separator", "concept", "values", "past",
    "percent", "about", "otherwise",
)  # fmt: skip
_KEY: Final = re.compile(rf"(a|[\w-]+:[\w-]+)(?:@(nl|en)|\^\^({'|'.join(LITERALS)}))?")

Cell = dict[str, str]
"""A value and its aspects: ``""`` the text itself, ``thing`` a short name, ``nl`` and ``en`` words."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds.

    Attributes:
        name: as the mapping calls it.
        headings: as the table may call it: the name, then in Dutch and English where the mapping says so.
        kind: one of KINDS.
        unit: one of UNITS, or empty.
        required: whether a row without it is a mistake.
        optional: whether the table may lack the column.
        minimum: least number, or None.
        maximum: greatest number, or None.
        separator: pattern between several values in a cell, or empty.
        concept: concept scheme whose labels stand in it, or empty.
        values: what may stand in it, each with its aspects; anything when empty.
        past: whether a date in the future is a mistake.
        percent: the columns before it, and what must stand in them, for a number to be written with a per cent sign.
        about: what it means, by language.
        otherwise: what to do when no word of it fits, by language.
    """

    name: str
    headings: tuple[str, ...]
    kind: str = "text"
    unit: str = ""
    required: bool = False
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    separator: str = ""
    concept: str = ""
    values: Mapping[str, Cell] = field(default_factory=dict)
    past: bool = False
    percent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)

    def heading(self, language: str) -> str:
        """Return what a table in a language calls it."""
        return self.headings[-1] if language != "nl" or len(self.headings) == 1 else self.headings[1]


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that rows speak of.

    Attributes:
        role: what the mapping calls it; ``{@role}`` elsewhere means its name.
        name: template of its short name.
        given: template that must have a value for the thing to exist in a row, or empty.
        same_as: templates of the DOI, title and year by which the graph may have it already (publications), or
            the role of the publication that the graph may have a study of (studies).
        says: predicate, language, datatype and templates of every statement.
    """

    role: str
    name: str
    given: str
    same_as: Mapping[str, str]
    says: tuple[tuple[str, str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A column that follows from others: a pattern, rules, parts joined, what is taken over, or a formula; ``how`` says it."""

    name: str
    how: str
    options: Mapping[str, Any]
    rules: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A whole mapping.

    Attributes:
        out: where the Turtle goes, inside the graph folder; empty: named after the table, in data/studies.
        head: comment above it.
        empty: texts that mean that there is no value.
        leave_out: column without which a row is left out, or empty.
        ignore: columns of the table that are not read.
        together: columns that are not all empty in a row that says something.
        columns: what the table holds.
        derived: what follows from it.
        things: what rows speak of.
        mistakes: when a row is refused: ``when``, ``column`` and what to do by language.
        doubts: when a row is asked about: ``when``, ``column`` and a question by language.
    """

    out: str
    head: str
    empty: frozenset[str]
    leave_out: str
    ignore: frozenset[str]
    together: tuple[str, ...]
    columns: tuple[Column, ...]
    derived: tuple[Derived, ...]
    things: tuple[Thing, ...]
    mistakes: tuple[Mapping[str, Any], ...] = ()
    doubts: tuple[Mapping[str, Any], ...] = ()


def place(graph: Path, given: Path) -> Path:
    """Return where a mapping is: the path that is given, or the mapping of that name in data/mappings.

    Raises:
        UsageProblem: neither is there.
    """
    here = graph / "data" / "mappings"
    found = next((path for path in (given, here / f"{given}.toml") if path.is_file()), None)
    if found:
        return found
    known = sorted(path.stem for path in here.glob("*.toml"))
    told = _("; data/mappings has %(names)s", names=", ".join(known)) if known else ""
    raise UsageProblem(_("%(name)s is no mapping", name=given) + told)


def read(path: Path) -> TableMapping:
    """Read a mapping.

    Raises:
        UsageProblem: the file cannot be read, or says what a mapping cannot say.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageProblem(f"{path} is no TOML: {error}") from error
    try:
        _refuse_unknown(told, _SETTINGS, "a mapping")
        return TableMapping(
            out=str(told.get("out", "")),
            head=str(told.get("head", "")),
            empty=frozenset(map(str, told.get("empty", ()))),
            leave_out=str(told.get("leave_out", "")),
            ignore=frozenset(map(str, told.get("ignore", ()))),
            together=tuple(map(str, told.get("together", ()))),
            columns=tuple(_column(name, said) for name, said in told["columns"].items()),
            derived=tuple(_derived(name, said) for name, said in told.get("derived", {}).items()),
            things=tuple(_thing(role, said) for role, said in told["things"].items()),
            mistakes=tuple(told.get("mistakes", ())),
            doubts=tuple(told.get("doubts", ())),
        )
    except KeyError as error:
        raise UsageProblem(f"{path}: {error.args[0]!r} is missing") from error
    except (UsageProblem, AttributeError, TypeError, ValueError) as error:
        raise UsageProblem(f"{path}: {error}") from error


def _column(name: str, said: Mapping[str, Any]) -> Column:
    _refuse_unknown(said, _OF_A_COLUMN, f"column {name}")
    options = {key: value for key, value in said.items() if key not in {"heading", "values"}}
    for key, allowed in (("kind", KINDS), ("unit", UNITS)):
        if key in options and options[key] not in allowed:
            raise UsageProblem(f"column {name}: the {key} {options[key]!r} is not one of {', '.join(allowed)}")
    values = {
        text: {key: str(value) for key, value in aspects.items()} for text, aspects in said.get("values", {}).items()
    }
    return Column(name=name, headings=(name, *said.get("heading", ())), values=values, **options)


def _derived(name: str, said: Mapping[str, Any] | list[Mapping[str, Any]]) -> Derived:
    if isinstance(said, list):
        return Derived(name, "rules", {}, tuple(said))
    if "formula" in said:
        return Derived(name, str(said["formula"]), said)
    if "join" in said:
        _refuse_unknown(said, ("given", "join", "between", "apart", "unique", "longest"), f"derived column {name}")
        return Derived(name, "join", said)
    if "taken" in said:
        _refuse_unknown(said, ("given", "taken", "property", "when"), f"derived column {name}")
        return Derived(name, "taken", {"given": said["given"], "property": said["property"], **said})
    _refuse_unknown(said, ("of", "kind", "pattern", "separator"), f"derived column {name}")
    re.compile(said["pattern"])
    return Derived(name, "pattern", {"of": str(said["of"]), **said})


def _thing(role: str, said: Mapping[str, Any]) -> Thing:
    _refuse_unknown(said, ("name", "given", "same_as", "says"), f"thing {role}")
    says = []
    for key, templates in said["says"].items():
        found = _KEY.fullmatch(key)
        if not found:
            raise UsageProblem(
                f"thing {role}: {key!r} is no property; write prefix:name for a thing, prefix:name@nl for a text, "
                f"prefix:name^^{'|'.join(LITERALS)} for a value"
            )
        given = templates if isinstance(templates, list) else [templates]
        says.append(
            ("rdf:type" if found[1] == "a" else found[1], found[2] or "", found[3] or "", tuple(map(str, given)))
        )
    return Thing(role, str(said["name"]), str(said.get("given", "")), said.get("same_as", {}), tuple(says))


def _refuse_unknown(told: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    for key in told:
        if key not in known:
            raise UsageProblem(f"{what} has no setting {key!r}{did_you_mean(key, known)}")
