"""Find the line of a Turtle file where a thing is described.

The engine's parser says where a *syntax* error is, but not where a triple came from. A mistake in content needs a line
too, so this reads the tokens of a file that parses (Turtle 1.1, section 6.5) and notes where each subject's block,
each of its predicates and each of their values begins.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import pyoxigraph as ox

from kg.vocabulary import RDF

LINE_END = re.compile(r"\r\n|\n|\r")
_NOTHING = ("", "", 0, 0)
_LETTER = r"[A-Za-z0-9_\-\u0080-\U0010ffff]"
TOKEN = re.compile(
    rf"""
      (?P<skip>\s+|\#[^\r\n]*)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    | (?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<blank>_:(?:{_LETTER}|\.)*{_LETTER})
    | (?P<name>(?:[A-Za-z\u0080-\U0010ffff](?:(?:{_LETTER}|\.)*{_LETTER})?)?:(?:(?:{_LETTER}|[.:%]|\\.)*(?:{_LETTER}|[:%]|\\.))?)
    | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?<!\.))
    | (?P<type>\^\^)
    | (?P<mark>[;,.\[\]()])
    | (?P<word>[A-Za-z]+)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of a file.

    Attributes:
        line: its number, from 1.
        column: where it begins, in characters from 1.
        end: the column after its last character; what goes on on the next line ends with this one.
        text: the whole line.
    """

    line: int
    column: int
    end: int
    text: str


class Places:
    """Where the subjects of one Turtle text, and their predicates, begin.

    Args:
        text: Turtle that parses; of text that does not, the places before the error are right.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._subjects: dict[str, int] = {}
        self._predicates: dict[tuple[str, str], int] = {}
        self._begins: dict[str | tuple[str, str], tuple[int, int]] = {}
        self._values: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._prologue = ""
        self._read(text)

    def line(self, subject: str, predicate: str | None = None) -> int | None:
        """Return the line, from 1, where the predicate of the subject stands first, else the subject, else None."""
        return self._predicates.get((subject, predicate or "")) or self._subjects.get(subject)

    def span(self, subject: str, predicate: str | None = None, value: str | None = None) -> Span | None:
        """Return the most telling place of a statement: its value, else its predicate, else its subject, else None.

        Args:
            subject: its IRI.
            predicate: its IRI, where one is meant.
            value: a term in Turtle or N-Triples syntax, where one is meant.
        """
        key = (subject, predicate or "")
        wanted = _term(value) if value and key in self._values else None
        if wanted is not None:
            for start, end in self._values[key]:
                if _term(self._text[start:end], self._prologue) == wanted:
                    return self._span(start, end)
        found = self._begins.get(key) or self._begins.get(subject)
        return found and self._span(*found)

    def values(self, subject: str, predicate: str) -> list[tuple[int, int]]:
        """Return where the values of a predicate that have no brackets begin and end, as offsets into the text."""
        return list(self._values.get((subject, predicate), ()))

    def _span(self, start: int, end: int) -> Span:
        line = bisect_right(self._lines, start)
        text = LINE_END.split(self._text[self._lines[line - 1] :], maxsplit=1)[0]
        column = start - self._lines[line - 1] + 1
        return Span(line, column, min(column + end - start, len(text) + 1), text)

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins."""
        return [0, *(match.end() for match in LINE_END.finditer(self._text))]

    def subjects(self) -> set[str]:
        """Return the IRIs of all subjects (blank nodes have none)."""
        return set(self._subjects)

    def _read(self, text: str) -> None:  # noqa: C901, PLR0912 - a state machine reads best whole
        prefixes: dict[str, str] = {}
        base = ""
        tokens = _tokens(text)
        subject: str | None = None
        predicate: str | None = None
        expect, depth = "subject", 0
        for kind, token, line, start in tokens:
            if kind == "mark" and token in "([":
                if expect == "subject" and depth == 0:
                    subject, expect = None, "predicate" if token == "[" else "object"
                depth += 1
            elif kind == "mark" and token in ")]":
                depth -= 1
                if depth == 0 and subject is None:
                    expect = "predicate"
            elif depth > 0:
                continue
            elif kind == "mark":
                expect = {".": "subject", ";": "predicate"}.get(token, expect)
            elif expect == "subject" and (token.lower() in {"@prefix", "prefix", "@base", "base"}):
                name = next(tokens, _NOTHING)[1] if token.lower().endswith("prefix") else None
                target = _iri(next(tokens, _NOTHING)[1], base)
                if name is None:
                    base = target
                else:
                    prefixes[name[:-1]] = target
            elif expect == "subject":
                subject = resolve(kind, token, prefixes, base)
                if subject is not None:
                    self._subjects.setdefault(subject, line)
                    self._begins.setdefault(subject, (start, start + len(token)))
                expect = "predicate"
            elif expect == "predicate":
                predicate = RDF + "type" if token == "a" else resolve(kind, token, prefixes, base)
                if subject is not None and predicate is not None:
                    self._predicates.setdefault((subject, predicate), line)
                    self._begins.setdefault((subject, predicate), (start, start + len(token)))
                expect = "object"
            elif subject is not None and predicate is not None:
                self._note_value((subject, predicate), kind, start, start + len(token))
        self._prologue = "".join(f"@prefix {name}: <{target}> .\n" for name, target in prefixes.items())
        self._prologue += f"@base <{base}> .\n" if base else ""

    def _note_value(self, key: tuple[str, str], kind: str, start: int, end: int) -> None:
        """Note a value's token; a literal's language or datatype belongs to it."""
        values = self._values.setdefault(key, [])
        if values and (kind in {"at", "type"} or self._text[values[-1][0] : start].rstrip().endswith("^^")):
            start = values.pop()[0]
        values.append((start, end))


def _tokens(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Give the tokens of a Turtle text with their kind, line and offset; stop at what is no token."""
    position, line = 0, 1
    while position < len(text) and (match := TOKEN.match(text, position)):
        kind, token = str(match.lastgroup), match.group()
        if kind != "skip":
            yield kind, token, line, position
        if kind in {"skip", "string"}:
            line += len(LINE_END.findall(token))
        position = match.end()


def resolve(kind: str, token: str, prefixes: dict[str, str], base: str) -> str | None:
    """Return the IRI that a token of kind ``iri`` or ``name`` means, None for one of another kind."""
    if kind == "iri":
        return _iri(token, base)
    if kind == "name":
        prefix, _, local = token.partition(":")
        return prefixes.get(prefix, "") + (re.sub(r"\\(.)", r"\1", local) if "\\" in local else local)
    return None


def _term(text: str, prologue: str = "") -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None:
    """Return the term that a text means, None when it means none."""
    try:
        quad: ox.Quad = next(ox.parse(f"{prologue}<x:s> <x:p> {text} .", format=ox.RdfFormat.TURTLE))
    except SyntaxError:
        return None
    return quad.object


@cache
def _iri(token: str, base: str) -> str:
    """Return the IRI that ``<…>`` means; the engine knows escapes and how a relative one is resolved."""
    try:
        return str(next(ox.parse(f"{token} a 1 .", format=ox.RdfFormat.TURTLE, base_iri=base or None)).subject.value)
    except SyntaxError:
        return token[1:-1]
