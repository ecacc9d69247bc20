"""Question files: find them, read their header, bind their parameters.

A question is a ``.rq`` file: plain SPARQL that runs unchanged in any engine, with ``#+ key: value`` lines at the top.
Its parameters are the variables of ``VALUES`` clauses that hold one row of defaults. Binding replaces the terms of
those rows by properly serialised ones and nothing else. A clause may be repeated in each group that needs a
parameter: SPARQL evaluates groups and sub-selects on their own, from the inside out, and one clause at the top joined
to a UNION was measured twenty times slower than one in each branch.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import BadParameter, NotFound
from kg.vocabulary import ID, WK, XSD

if TYPE_CHECKING:
    from kg.store import Store

LANGUAGES = ("nl", "en")
_HEADER = re.compile(r"^#\+ *([\w@]+): *(.*?) *$", re.MULTILINE)
_PARAMETER = re.compile(r'(\w+) ([\w:-]+)( optional)? "([^"]*)" "([^"]*)"')
_TERM = re.compile(
    r"""UNDEF|<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^(?:<[^<>\s]*>|[\w-]*:[\w.-]+))?|[\w-]*:[\w.-]+|[+-]?\d+""",
)
_LISTED = ("concept", "dimension")
_VALUES = re.compile(
    rf"VALUES\s*\(\s*((?:\?\w+\s*)+)\)\s*\{{\s*\(\s*((?:(?:{_TERM.pattern})\s*)+)\)\s*\}}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A question's parameter.

    Attributes:
        name: the variable's name.
        kind: ``date``, ``integer``, ``integer:<least>-<most>``, ``language``, ``dimension``, ``thing`` or
            ``concept:<scheme slug>``.
        optional: whether it may be left unbound.
        labels: what it is called, by language.
        default: its default in SPARQL syntax as the file has it.
    """

    name: str
    kind: str
    optional: bool
    labels: Mapping[str, str]
    default: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question file.

    Attributes:
        name: file name without ``.rq``; also URL, command and test name.
        text: the file, whole.
        asks: the question in words, by language; its title everywhere.
        explains: what counts and how to read the answer, by language.
        answers: the competency question that it answers, such as ``CQ3``.
        theme: the shelf of the library on which it stands.
        parameters: in the order of the header.
        chart: columns of a bar chart, the bars' labels first and then what is stacked; empty where a chart is no help.
    """

    name: str
    text: str
    asks: Mapping[str, str]
    explains: Mapping[str, str]
    answers: str
    theme: str
    parameters: tuple[Parameter, ...]
    chart: tuple[str, ...] = ()

    def bind(self, values: Mapping[str, str]) -> str:
        """Return the query with the given parameter values in place of the defaults.

        Args:
            values: parameter name to value as a person writes it: ``2015-12-31``, ``3``, ``nl``, ``component``,
                ``target-group/jobseekers`` or a full IRI; the empty string leaves an optional parameter unbound.

        Raises:
            BadParameter: a name is not a parameter of this question, or a value is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        if unknown := sorted(set(values) - set(known)):
            raise BadParameter(
                f"{self.name} has no parameter {', '.join(unknown)}; it has {', '.join(known) or 'none'}"
            )
        return bind(self.text, known, {name: _term(known[name], value) for name, value in values.items()})

    def terms_in(self, query: str) -> Mapping[str, str] | None:
        """Return the terms to which a query binds the parameters of this question; None where it is another query."""
        return terms_in(self.text, [parameter.name for parameter in self.parameters], query)


def terms_in(text: str, names: Sequence[str], query: str) -> Mapping[str, str] | None:
    """Return the terms to which a query binds names of a text; None where it is made from another text."""
    try:
        terms = _defaults("query", query, set(names))
    except ValueError:
        return None
    return terms if bind(query, names, {}) == bind(text, names, terms) else None


def bind(text: str, declared: Collection[str], terms: Mapping[str, str]) -> str:
    """Replace the rows of every VALUES clause that holds declared parameters only.

    Args:
        text: the query.
        declared: names of the parameters.
        terms: parameter name to a term in SPARQL syntax; a parameter that is not named keeps its default.
    """

    def replaced(match: re.Match[str]) -> str:
        variables = re.findall(r"\?(\w+)", match[1])
        if not set(variables) <= set(declared):
            return match[0]
        row = [terms.get(name, default) for name, default in zip(variables, _TERM.findall(match[2]), strict=True)]
        return f"VALUES ({' '.join('?' + name for name in variables)}) {{ ({' '.join(row)}) }}"

    return _VALUES.sub(replaced, text)


@cache
def names() -> tuple[str, ...]:
    """Return the names of all questions, sorted."""
    folder = files("kg") / "queries"
    return tuple(sorted(entry.name.removesuffix(".rq") for entry in folder.iterdir() if entry.name.endswith(".rq")))


@cache
def find(name: str) -> Question:
    """Return the question of that name.

    Raises:
        NotFound: there is none; the message names those that look like it.
    """
    if name not in names():
        raise NotFound(f"there is no question {name!r}; {_hint(name, names())}")
    return read(name, (files("kg") / "queries" / f"{name}.rq").read_text("utf-8"))


def read(name: str, text: str) -> Question:
    """Read a question from its text.

    Raises:
        ValueError: the header lacks something, or a parameter and the VALUES clauses do not agree.
    """
    header: dict[str, list[str]] = {}
    for key, value in _HEADER.findall(text):
        header.setdefault(key, []).append(value)
    try:
        declared = [_PARAMETER.fullmatch(line) for line in header.get("parameter", [])]
        if not all(declared):
            raise ValueError(f'{name}: a parameter line is: name type [optional] "nl" "en"')
        defaults = _defaults(name, text, {match[1] for match in declared if match})
        parameters = tuple(
            Parameter(match[1], match[2], bool(match[3]), {"nl": match[4], "en": match[5]}, defaults[match[1]])
            for match in declared
            if match
        )
        return Question(
            name,
            text,
            {language: header[f"question@{language}"][0] for language in LANGUAGES},
            {language: header[f"explain@{language}"][0] for language in LANGUAGES},
            header["answers"][0],
            header["theme"][0],
            parameters,
            tuple(" ".join(header.get("chart", ())).split()),
        )
    except KeyError as error:
        raise ValueError(f"{name}: the header or the VALUES clauses lack {error}") from error


def refuse_unknown(question: Question, values: Mapping[str, str], store: "Store") -> None:
    """Make sure that the given concepts and dimensions exist: an empty answer would hide a typing mistake.

    Args:
        question: the question.
        values: what its parameters are bound to, as :meth:`Question.bind` accepts it.
        store: the graph in which they have to be.

    Raises:
        BadParameter: one does not exist; the message names those that look like it.
    """
    for parameter in question.parameters:
        value = values.get(parameter.name, "")
        kind, _, scheme = parameter.kind.partition(":")
        if not value.strip() or kind not in _LISTED:
            continue
        term = _term(parameter, value)
        listing = bind(_listing(kind), ["scheme"], {"scheme": f"<{ID}scheme/{scheme}>"})
        known = [f"<{row['value']}>" for row in store.select(listing).records()]
        if term not in known:
            hint = _hint(_short(term), [_short(other) for other in known])
            where = f" in the scheme {scheme}" if scheme else ""
            raise BadParameter(f"{parameter.name}={value!r}: there is no such {kind}{where}; {hint}")


@cache
def _listing(kind: str) -> str:
    return (files("kg") / "queries" / "values" / f"{kind}.rq").read_text("utf-8")


def _short(term: str) -> str:
    return term.strip("<>").removeprefix(ID).removeprefix(WK)


def _hint(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    close = get_close_matches(name, known, n=3)
    return f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known) or 'none'}"


def _defaults(name: str, text: str, declared: set[str]) -> dict[str, str]:
    defaults: dict[str, str] = {}
    for match in _VALUES.finditer(text):
        variables = re.findall(r"\?(\w+)", match[1])
        if set(variables) <= declared:
            for variable, term in zip(variables, _TERM.findall(match[2]), strict=True):
                if defaults.setdefault(variable, term) != term:
                    raise ValueError(f"{name}: ?{variable} has two defaults, {defaults[variable]} and {term}")
    return defaults


def _term(parameter: Parameter, value: str) -> str:
    """Serialise one value as a SPARQL term."""
    value = value.strip()
    if not value:
        if parameter.optional:
            return "UNDEF"
        raise BadParameter(f"{parameter.name} needs a value")
    kind, _, scheme = parameter.kind.partition(":")
    try:
        return _SERIALISERS[kind](value, scheme)
    except ValueError as error:
        raise BadParameter(f"{parameter.name}={value!r}: {error}") from error


def _date(value: str, _: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("a date such as 2015-12-31 is needed")
    date.fromisoformat(value)
    return str(ox.Literal(value, datatype=ox.NamedNode(XSD + "date")))


def _integer(value: str, bounds: str) -> str:
    least, _, most = bounds.partition("-")
    needed = f"a whole number from {least} to {most} is needed" if bounds else "a whole number is needed"
    if not re.fullmatch(r"-?\d{1,9}", value, re.ASCII) or (bounds and not int(least) <= int(value) <= int(most)):
        raise ValueError(needed)
    return str(int(value))


def _language(value: str, _: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"one of {', '.join(LANGUAGES)} is needed")
    return str(ox.Literal(value))


def _dimension(value: str, _: str) -> str:
    name = value.removeprefix(WK).removeprefix("wk:")
    if not re.fullmatch(r"[A-Za-z]+", name, re.ASCII):
        raise ValueError("a dimension such as component or targetGroup is needed")
    return str(ox.NamedNode(WK + name))


def _thing(value: str, _: str) -> str:
    if re.fullmatch(r"[a-z-]+[/:][\w.-]+", value, re.ASCII):
        value = ID + value.replace(":", "/", 1)
    if "://" not in value:
        raise ValueError("an IRI or a short name such as component/barriers is needed")
    return str(ox.NamedNode(value))


_SERIALISERS = {
    "date": _date,
    "integer": _integer,
    "language": _language,
    "dimension": _dimension,
    "thing": _thing,
    "concept": _thing,
}
