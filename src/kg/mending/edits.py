"""Slips with one remedy, as changes of the text: a language, a date, a term, a prefix, the order of the prefixes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyoxigraph as ox

from kg.horizons import horizon_of
from kg.locate import LINE_END, Places
from kg.parse import ParsedFile
from kg.validate import Result
from kg.vocabulary import DCT, ID, WK, XSD, shorten

_LANGUAGES: Final = frozenset({"nl", "en"})
_DECLARED: Final = re.compile(r"^@prefix[ \t]+([^\s:]*):[ \t]*<([^>\s]*)>[ \t]*\.[ \t]*$", re.MULTILINE)
_BLOCK: Final = re.compile(r"(?:^@prefix[ \t]+[^\s:]*:[ \t]*<[^>\s]*>[ \t]*\.[ \t]*(?:\n|\Z))+", re.MULTILINE)
_MISSING: Final = re.compile(r"The prefix (\S*): has not been declared")
_PRECISION: Final = WK + "datePrecision"
_HORIZON: Final = WK + "horizon"
_WHOLE, _MONTH, _YEAR = (re.compile(text) for text in (r"\d{4}-\d\d-\d\d", r"\d{4}-\d\d", r"\d{4}"))


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a text, and what it does to the graph.

    Attributes:
        start: offset of the first character that goes.
        end: offset after the last character that goes.
        text: what comes in its place.
        line: where it is, from 1.
        told: what changes, for a person.
        removed: statements that go.
        added: statements that come.
    """

    start: int
    end: int
    text: str
    line: int
    told: str
    removed: tuple[ox.Triple, ...] = ()
    added: tuple[ox.Triple, ...] = ()


def declared(texts: Iterable[str]) -> dict[str, str]:
    """Return the prefixes that texts declare, where all that declare one agree."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for name, namespace in _DECLARED.findall(text):
            found.setdefault(name, set()).add(namespace)
    return {name: namespaces.pop() for name, namespaces in found.items() if len(namespaces) == 1}


def prefix(text: str, message: str, known: Mapping[str, str]) -> Edit | None:
    """Return the declaration that the parser misses, None when it misses none or nobody knows it."""
    missing = _MISSING.search(message)
    if missing is None or missing[1] not in known:
        return None
    line = f"@prefix {missing[1]}: <{known[missing[1]]}> ."
    lines = list(_DECLARED.finditer(text))
    before = next((match.start() for match in lines if match[1] > missing[1]), None)
    if before is None:
        before = lines[-1].end() + 1 if lines else 0
    # Behind comments at the top, where no prefix stands yet.
    if not lines and (top := re.match(r"(?:#[^\n]*\n)+", text)):
        before = top.end()
        return Edit(before, before, f"\n{line}\n", _line(text, before), f"+ {line}")
    return Edit(before, before, f"{line}\n", _line(text, before), f"+ {line}")


def prefix_order(text: str) -> Edit | None:
    """Return the block of prefixes in order, None when it is, or when there are more such blocks."""
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) != 1 or len({name for name, _ in _DECLARED.findall(text)}) != len(_DECLARED.findall(text)):
        return None
    lines = blocks[0][0].splitlines(keepends=True)
    ordered = sorted(lines, key=lambda line: _DECLARED.findall(line)[0][0])
    if lines == ordered or not lines[-1].endswith("\n"):
        return None
    start = blocks[0].start()
    return Edit(start, blocks[0].end(), "".join(ordered), _line(text, start), "prefixes in order")


def values(file: ParsedFile, results: Iterable[Result], dates: frozenset[str]) -> Iterator[Edit]:
    """Give the changes of values about which a check complains.

    Args:
        file: the file, which parses.
        results: of the check, those of this file.
        dates: properties whose values are dates.
    """
    places = Places(file.text)
    wanted = dict.fromkeys((result.focus, result.path) for result in results if result.path)
    for focus, path in wanted:
        statements = (
            [triple for triple in file.triples if triple.subject == ox.NamedNode(focus)] if ":" in focus else []
        )
        found = [triple for triple in statements if triple.predicate.value == path]
        if path == _HORIZON and not found:
            yield from _terms(file.text, places, statements)
        elif path in dates:
            yield from _dates(file.text, places, statements, found)
        else:
            yield from _languages(file.text, places, statements, found)


def _languages(text: str, places: Places, statements: list[ox.Triple], found: list[ox.Triple]) -> Iterator[Edit]:
    """A text without a language, where only one language can be meant."""
    plain = [triple for triple in found if _is_plain(triple)]
    given = {triple.object.language for triple in found if isinstance(triple.object, ox.Literal)} - {None}
    possible = {tag for tag in _LANGUAGES if tag not in given} if given & _LANGUAGES else set()
    if found and found[0].predicate.value == DCT + "title":
        said = {triple.object.value for triple in statements if triple.predicate.value == DCT + "language"}  # type: ignore[union-attr]
        possible = said & _LANGUAGES
    if len(plain) != 1 or len(possible) != 1:
        return
    tag = possible.pop()
    triple = plain[0]
    changed = ox.Literal(triple.object.value, language=tag)  # type: ignore[union-attr]
    place = _place(text, places, triple)
    if place and text[place[1] - 1] in "\"'":
        new = ox.Triple(triple.subject, triple.predicate, changed)
        yield Edit(place[1], place[1], f"@{tag}", _line(text, place[0]), _told(triple, new), (triple,), (new,))


def _dates(text: str, places: Places, statements: list[ox.Triple], found: list[ox.Triple]) -> Iterator[Edit]:
    """A date without its type, or a year or month in place of a date."""
    for triple in found:
        whole, precision = _whole_date(triple.object)
        place = _place(text, places, triple)
        if whole is None or place is None:
            continue
        new = ox.Triple(triple.subject, triple.predicate, ox.Literal(whole, datatype=ox.NamedNode(XSD + "date")))
        written = f'"{whole}"^^{_short(text, XSD, "date")}'
        added = [new]
        if precision:
            said = [each.object for each in statements if each.predicate.value == _PRECISION]
            others = [each for each in statements if each is not triple and _is_date(each)]
            if others or (said and said != [ox.Literal(precision)]):
                # Of two dates it would not be known which one is meant.
                continue
            if not said:
                added.append(ox.Triple(triple.subject, ox.NamedNode(_PRECISION), ox.Literal(precision)))
                rest = text[place[1] :].lstrip()
                if rest[:1] not in ";.":
                    continue
                written += f' ;\n    {_short(text, WK, "datePrecision")} "{precision}"'
        told = " and ".join(_told(triple, each) if each is new else f"+ {_said(each)}" for each in added)
        yield Edit(*place, written, _line(text, place[0]), told, (triple,), tuple(added))


def _terms(text: str, places: Places, statements: list[ox.Triple]) -> Iterator[Edit]:
    """The term that follows from the number of months, as the concept scheme of horizons says."""
    months = [triple for triple in statements if triple.predicate.value == WK + "followUpMonths"]
    if len(months) != 1 or not isinstance(months[0].object, ox.Literal) or not months[0].object.value.isdecimal():
        return
    place = _place(text, places, months[0])
    if place is None or text[place[1] :].lstrip()[:1] not in {";", "."}:
        return
    term = horizon_of(int(months[0].object.value))
    new = ox.Triple(months[0].subject, ox.NamedNode(_HORIZON), ox.NamedNode(f"{ID}horizon/{term}"))
    written = f" ;\n    {_short(text, WK, 'horizon')} {_short(text, f'{ID}horizon/', term)}"
    yield Edit(place[1], place[1], written, _line(text, place[0]), f"+ {_said(new)}", (), (new,))


def _whole_date(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> tuple[str | None, str]:
    """Return the date that a value means and its precision; None when it means none, or is one already."""
    if not isinstance(value, ox.Literal) or value.datatype.value == XSD + "date":
        return None, ""
    forms = {XSD + "string": (_WHOLE, _MONTH, _YEAR), XSD + "gYear": (_YEAR,), XSD + "gYearMonth": (_MONTH,)}
    for form, rest, precision in ((_WHOLE, "", ""), (_MONTH, "-01", "month"), (_YEAR, "-01-01", "year")):
        if form in forms.get(value.datatype.value, ()) and form.fullmatch(value.value):
            try:
                return date.fromisoformat(value.value + rest).isoformat(), precision
            except ValueError:
                return None, ""
    return None, ""


def _is_plain(triple: ox.Triple) -> bool:
    value = triple.object
    return isinstance(value, ox.Literal) and not value.language and value.datatype.value == XSD + "string"


def _is_date(triple: ox.Triple) -> bool:
    kinds = {XSD + name for name in ("date", "gYear", "gYearMonth")}
    return isinstance(triple.object, ox.Literal) and triple.object.datatype.value in kinds


def _place(text: str, places: Places, triple: ox.Triple) -> tuple[int, int] | None:
    """Return where the value of a statement stands, when it stands there once."""
    subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""
    prologue = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in _DECLARED.findall(text))
    found = []
    for start, end in places.values(subject, triple.predicate.value):
        try:
            quad = next(ox.parse(f"{prologue}<x:s> <x:p> {text[start:end]} .", format=ox.RdfFormat.TURTLE))
        except SyntaxError:
            continue
        if quad.object == triple.object:
            found.append((start, end))
    return found[0] if len(found) == 1 else None


def _short(text: str, namespace: str, local: str) -> str:
    name = next((name for name, known in _DECLARED.findall(text) if known == namespace), None)
    return f"<{namespace}{local}>" if name is None else f"{name}:{local}"


def _told(old: ox.Triple, new: ox.Triple) -> str:
    return f"{_said(old)} -> {_value(new)}"


def _said(triple: ox.Triple) -> str:
    subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else str(triple.subject)
    return f"{shorten(subject)} {shorten(triple.predicate.value)} {_value(triple)}"


def _value(triple: ox.Triple) -> str:
    if isinstance(triple.object, ox.NamedNode):
        return shorten(triple.object.value)
    return re.sub(r"\^\^<([^>]*)>", lambda match: f"^^{shorten(match[1])}", str(triple.object))


def _line(text: str, offset: int) -> int:
    return len(LINE_END.findall(text, 0, offset)) + 1
