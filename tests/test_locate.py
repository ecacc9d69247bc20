"""Finding the line where a thing is described, held against the engine's own parser on Turtle of every kind."""

import re
from dataclasses import dataclass, field

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.locate import Places
from kg.vocabulary import RDF

NASTY = "a . b ; c , d # e <http://f> [ ( ] ) @prefix g: PREFIX h: ^^ _:i ex:j {| << true 1.5"
BASES = ("http://example.org/dir/file", "https://w3id.org/werkkennis/", "urn:example:thing", "tag:x,2020:a/b/c?d#e")
PREFIXES = ("", "ex", "a.b", "x-1", "é", "base", "prefix", "a", "true", "ex·1", "e\u0301")
LOCALS = (
    "a",
    "",
    "a.b",
    "a..b",
    "a:b",
    "1",
    "1.5",
    "a-b",
    "é",
    "%20x",
    "a\\,b",
    "a\\.",
    "_x",
    "a·b",
    "a\\;b",
    ":",
    "e\u0301",
)
IRIS = (
    "http://example.org/a",
    "http://example.org/a#b",
    "urn:x:y;z",
    "http://example.org/\\u00e9",
    "http://e/\\U0001F600.",
    "x:'",
)
RELATIVE = ("", "#a", "b", "../c", "?d=e", "./f/../g", "/h", "//host/i", ".")
LITERALS = (
    "1", "-1", "+1.5", ".5", "1e5", "1.5E-3", "true", "false", '""', "''", '"a"@nl', "'a'@en-GB", '"1"^^<http://e/t>',
    f'"{NASTY}"', f"'{NASTY}'", f'"""{NASTY}"""', f"'''{NASTY}'''", '"\\" \\\\"', '"""a "" b\n. ex:c\r\n"""', "'''\n'\n''' ",
    '"""\\""""', '"\\u0022"', "'it\\'s'", '"""\n\n# no comment\n"""@nl',
)  # fmt: skip


@dataclass
class Written:
    """Turtle as it is being written, with the line at which each subject and predicate was written first."""

    draw: st.DrawFn
    text: str = ""
    declared: str = ""
    prefixes: tuple[str, ...] = ()
    base: bool = False
    subjects: dict[str, int] = field(default_factory=dict)
    predicates: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """The line that is written on."""
        return len(re.findall(r"\r\n|\n|\r", self.text)) + 1

    def iri_of(self, token):
        """Ask the engine which IRI a spelling means here."""
        if token == "a":
            return RDF + "type"
        return next(ox.parse(f"{self.declared} {token} <x:p> 1 .", format=ox.RdfFormat.TURTLE)).subject.value

    def put(self, token):
        """Write a token, with white space or a comment before it."""
        self.text += self.draw(
            st.sampled_from((" ", " ", "\n", "\r\n", "\r", "\t ", f" # {NASTY}\n", "\n#\n\n", " #' \"\r"))
        )
        line = self.line
        self.text += token
        return line

    def glue(self, token):
        """Write a mark, at times right behind what stands there."""
        if self.draw(st.booleans()):
            self.text += token
        else:
            self.put(token)

    def resource(self):
        """Choose an IRI in some spelling."""
        kinds = [st.sampled_from(IRIS).map("<{}>".format)]
        if self.prefixes:
            kinds.append(st.tuples(st.sampled_from(self.prefixes), st.sampled_from(LOCALS)).map(":".join))
        if self.base:
            kinds.append(st.sampled_from(RELATIVE).map("<{}>".format))
        return self.draw(st.one_of(kinds))

    def declare(self):
        """Declare a prefix or a base, in one of the two syntaxes."""
        bound = self.draw(st.sampled_from((*PREFIXES, None)))
        target = self.draw(st.sampled_from((*BASES, *(RELATIVE if self.base else ()))))
        word = "base" if bound is None else "prefix"
        sparql = self.draw(st.booleans())
        start = len(self.text)
        self.put(self.draw(st.sampled_from((word, word.upper(), word.title()))) if sparql else f"@{word}")
        if bound is None:
            self.base = True
        else:
            self.put(f"{bound}:")
            self.prefixes = (*self.prefixes, bound)
        self.put(f"<{target}>")
        if not sparql:
            self.glue(".")
        self.declared += self.text[start:]

    def value(self, depth):
        """Write an object."""
        kind = self.draw(
            st.sampled_from(("iri", "literal", "blank", "nested", "list") if depth < 2 else ("iri", "literal"))
        )
        if kind == "nested":
            self.put("[")
            if self.draw(st.booleans()):
                self.predicate_list(depth + 1, None)
            self.glue("]")
        elif kind == "list":
            self.put("(")
            for _ in range(self.draw(st.integers(0, 2))):
                self.value(depth + 1)
            self.glue(")")
        else:
            self.put(
                {
                    "iri": self.resource,
                    "blank": lambda: "_:b.1",
                    "literal": lambda: self.draw(st.sampled_from(LITERALS)),
                }[kind]()
            )

    def predicate_list(self, depth, subject):
        """Write predicates with their objects."""
        for number in range(self.draw(st.integers(1, 3))):
            if number:
                self.glue(";")
                if self.draw(st.booleans()):
                    self.glue(";")
            predicate = self.draw(st.one_of(st.just("a"), st.builds(self.resource)))
            line = self.put(predicate)
            if subject is not None:
                self.predicates.setdefault((subject, self.iri_of(predicate)), line)
            for more in range(self.draw(st.integers(1, 2))):
                if more:
                    self.glue(",")
                self.value(depth)
        if self.draw(st.booleans()):
            self.glue(";")

    def block(self):
        """Write statements about one subject, which has an IRI or none."""
        kind = self.draw(st.sampled_from(("iri", "iri", "iri", "blank", "nested", "list")))
        if kind == "nested":
            self.put("[")
            self.predicate_list(1, None)
            self.glue("]")
            if self.draw(st.booleans()):
                self.predicate_list(0, None)
        else:
            token = {"iri": self.resource(), "blank": "_:b1", "list": f"( 1 {self.resource()} )"}[kind]
            line = self.put(token)
            subject = self.iri_of(token) if kind == "iri" else None
            if subject is not None:
                self.subjects.setdefault(subject, line)
            self.predicate_list(0, subject)
        self.glue(".")


@st.composite
def turtle(draw):
    """Make Turtle that parses, with the line of each subject and predicate."""
    written = Written(draw)
    for _ in range(draw(st.integers(1, 8))):
        (written.declare if draw(st.booleans()) else written.block)()
    written.text += draw(st.sampled_from(("", "\n", "# the end", " ")))
    return written


@settings(max_examples=250, deadline=None)
@given(turtle())
def test_the_places_are_those_of_the_parser(written):
    """For any Turtle the subjects found are the parser's, and subjects and predicates stand where they were written."""
    triples = [t for t in ox.parse(written.text, format=ox.RdfFormat.TURTLE) if isinstance(t.subject, ox.NamedNode)]
    places = Places(written.text)
    assert places.subjects() == {triple.subject.value for triple in triples}
    assert {subject: places.line(subject) for subject in written.subjects} == written.subjects
    assert {(t.subject.value, t.predicate.value) for t in triples} == set(written.predicates)
    assert {key: places.line(*key) for key in written.predicates} == written.predicates


@pytest.mark.parametrize(
    ("subject", "predicate", "line"),
    [
        ("http://e/a", None, 3),
        ("http://e/a", RDF + "type", 3),
        ("http://e/a", "http://e/p", 4),
        ("http://e/a", "http://e/q", 8),
        ("http://e/a", "http://e/inner", 3),
        ("http://e/b", None, 10),
        ("http://e/b", "http://e/q", 10),
        ("http://e/c", None, None),
        ("http://e/c", "http://e/p", None),
    ],
)
def test_a_place_is_the_most_telling_one(subject, predicate, line):
    """A predicate that the subject does not have falls back to the subject; an unknown subject has no line."""
    text = (
        "# a comment\nPREFIX e: <http://e/>\ne:a a e:C ;\n  e:p 1 ,\n    [ e:inner\n 2 ]\n  ;\n  e:q 3\n.\n"
        "e:b e:q e:c .\ne:a e:p 4 .\n"
    )
    assert Places(text).line(subject, predicate) == line


@pytest.mark.parametrize("rest", ["\x00 <x:c> <x:p> 3 .", "@prefix", "PREFIX a:", "@base <x y>", "<<", '"""'])
def test_what_stands_before_a_mistake_is_still_found(rest):
    """Of Turtle that does not parse, the places before the mistake are right."""
    assert Places(f"<x:a> <x:p> 1 .\n<x:b> <x:p> 2 .\n{rest}").subjects() == {"x:a", "x:b"}
