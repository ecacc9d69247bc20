"""Measures of quality: find the query files, run them over the files of a graph, say where each thing stands.

A measure is a ``.rq`` file beside this module: plain SPARQL with ``#+ key: value`` lines at the top, as questions have.
It selects ``?thing`` and may select ``?other`` (a second thing) and ``?note`` (a text or date).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kg.errors import NotFound
from kg.locate import Places
from kg.parse import ParsedFile
from kg.questions import bind
from kg.vocabulary import RDFS, SKOS, XSD

_HEADER = re.compile(r"^#\+ *([\w@]+): *(.*?) *$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure.

    Attributes:
        name: its file's name without ``.rq``.
        title: what it finds, by language.
        why: why that matters and what to do, by language.
        text: the query.
        parameters: those of ``asOf`` that it has.
    """

    name: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    text: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a measure found.

    Attributes:
        thing: its IRI.
        label: its name in the language asked for, else in any; may be empty.
        other: IRI of a second thing; may be empty.
        note: what else there is to say; may be empty.
        file: where the thing is described; may be empty.
        line: the line there, from 1; 0 when there is none.
    """

    thing: str
    label: str
    other: str = ""
    note: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Advice:
    """What one measure found."""

    measure: Measure
    found: tuple[Found, ...]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all measures, sorted."""
    folder = files("kg") / "advice"
    return tuple(sorted(entry.name.removesuffix(".rq") for entry in folder.iterdir() if entry.name.endswith(".rq")))


@cache
def find(name: str) -> Measure:
    """Return the measure of that name.

    Raises:
        NotFound: there is none; the message names those that look like it.
    """
    if name not in names():
        near = get_close_matches(name, names())
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names())}"
        raise NotFound(f"there is no measure {name!r}; {hint}")
    text = (files("kg") / "advice" / f"{name}.rq").read_text("utf-8")
    header = _HEADER.findall(text)
    said = dict(header)
    parameters = tuple(value for key, value in header if key == "parameter")
    languages = ("nl", "en")
    return Measure(
        name,
        {language: said[f"title@{language}"] for language in languages},
        {language: said[f"why@{language}"] for language in languages},
        text,
        parameters,
    )


def advise(parsed: Sequence[ParsedFile], chosen: Iterable[str], language: str, as_of: date) -> list[Advice]:
    """Run measures over the files of a graph.

    Args:
        parsed: the files.
        chosen: names of measures; all when there is none.
        language: of the names of things, ``nl`` or ``en``.
        as_of: the day on which it is asked what has expired.

    Raises:
        NotFound: there is no such measure.
    """
    measures = [find(name) for name in chosen] or [find(name) for name in names()]
    described = [file for file in parsed if file.source.room != "shapes"]
    store = ox.Store()
    for file in described:
        store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in file.triples)
    places = _Homes(described)
    day = f'"{as_of.isoformat()}"^^<{XSD}date>'
    advice = []
    for measure in measures:
        query = bind(measure.text, measure.parameters, dict.fromkeys(measure.parameters, day))
        rows = [_texts(row) for row in _rows(store, query)]
        found = (
            Found(thing, _label(store, thing, language), other, note, *places.of(thing)) for thing, other, note in rows
        )
        advice.append(Advice(measure, tuple(found)))
    return advice


def _rows(store: ox.Store, query: str) -> list[tuple[ox.QuerySolution, set[str]]]:
    solutions = store.query(query)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("a measure is a SELECT")
    named = {variable.value for variable in solutions.variables}
    return [(solution, named) for solution in solutions]


def _texts(row: tuple[ox.QuerySolution, set[str]]) -> tuple[str, str, str]:
    solution, named = row
    thing, other, note = (solution[name] if name in named else None for name in ("thing", "other", "note"))
    return _text(thing), _text(other), _text(note)


def _text(term: object) -> str:
    return str(term.value) if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else ""


def _label(store: ox.Store, iri: str, language: str) -> str:
    found: dict[str, str] = {}
    for name in (SKOS + "prefLabel", RDFS + "label"):
        for quad in store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(name), None):
            if isinstance(quad.object, ox.Literal):
                found[quad.object.language or ""] = quad.object.value
    return found.get(language) or next((found[tag] for tag in sorted(found)), "")


class _Homes:
    """Knows in which file a thing is described: where its class stands, else the first that names it."""

    def __init__(self, described: Iterable[ParsedFile]) -> None:
        self._files: dict[str, ParsedFile] = {}
        self._places: dict[str, Places] = {}
        typed = set()
        for file in described:
            for triple in file.triples:
                if isinstance(triple.subject, ox.NamedNode):
                    subject = triple.subject.value
                    is_type = triple.predicate.value.endswith("#type")
                    if subject not in self._files or (is_type and subject not in typed):
                        self._files[subject] = file
                    if is_type:
                        typed.add(subject)

    def of(self, iri: str) -> tuple[str, int]:
        """Return file and line of a thing, nothing and 0 when it is described nowhere."""
        file = self._files.get(iri)
        if file is None:
            return "", 0
        places = self._places.get(file.source.name) or self._places.setdefault(file.source.name, Places(file.text))
        return file.source.name, places.line(iri) or 0
