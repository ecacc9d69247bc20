"""A question's parameters as a visitor gives and sees them: values from the address, fields for a form."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask import request

from kg.errors import BadParameter
from kg.questions import Parameter, Question, refuse_unknown
from kg.vocabulary import ID
from kg.web.catalogue import gettext as _
from kg.web.concepts import dimensions, short, tree
from kg.web.language import language
from kg.web.site import records, site, today

UNTIL_NOW: Final = "asOf"
_HIDDEN: Final = {"language"}
_AXES: Final = {"row": "rows", "column": "columns"}
"""Parameters that name a concept of the dimension that another one names."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen: as it stands in the address, what it is called, how deep it is nested."""

    value: str
    label: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter in a form.

    Attributes:
        parameter: what the question's header says about it.
        label: what it is called in the language of the page.
        value: what the visitor gave, or the default.
        options: what there is to choose from; empty where anything can be written.
        problem: why the value cannot be used, or the empty string.
    """

    parameter: Parameter
    label: str
    value: str
    options: tuple[Option, ...]
    problem: str


def given(question: Question, besides: Collection[str] = ("format",)) -> dict[str, str]:
    """Return the parameter values of this request: what the address has, today as as-of date, the page's language.

    A name in the address that is no parameter is kept, so that binding can refuse it; unless it is one of those that
    may stand besides the parameters.
    """
    optional = {parameter.name for parameter in question.parameters if parameter.optional}
    values = {name: value for name, value in request.args.items() if value.strip() or name in optional}
    return complete(question, {name: value for name, value in values.items() if name not in besides})


def complete(question: Question, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values with today and the page's language where the question has these and they are not given."""
    declared = {parameter.name for parameter in question.parameters}
    defaults = {UNTIL_NOW: today(), "lang": language()}
    kept = {name: value for name, value in values.items() if name != "lang" or "lang" in declared}
    return {name: value for name, value in defaults.items() if name in declared} | kept


def fields(question: Question, values: Mapping[str, str]) -> list[Field]:
    """Return the form of a question, with a sentence at each value that cannot be used."""
    shown = {
        parameter.name: short(values.get(parameter.name, plain(parameter.default))) for parameter in question.parameters
    }
    return [
        Field(
            parameter,
            parameter.labels[language()],
            shown[parameter.name],
            tuple(_options(parameter, shown)),
            _problem(question, parameter, values),
        )
        for parameter in question.parameters
        if parameter.kind not in _HIDDEN
    ]


def plain(default: str) -> str:
    """Return a default, which is in SPARQL syntax, as a visitor writes it."""
    if default == "UNDEF":
        return ""
    if default.startswith('"'):
        return default[1:].partition('"')[0]
    if ":" in default and not default.startswith(("<", "wk:")):
        return default.replace(":", "/", 1)
    return default.strip("<>")


def _problem(question: Question, parameter: Parameter, values: Mapping[str, str]) -> str:
    if parameter.name not in values:
        return ""
    try:
        question.bind({parameter.name: values[parameter.name]})
        refuse_unknown(question, {parameter.name: values[parameter.name]}, site().store)
    except BadParameter:
        kind, _separator, bounds = parameter.kind.partition(":")
        if kind == "integer" and bounds:
            least, _separator, most = bounds.partition("-")
            return _("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
        return {
            "date": _("Write a date as year-month-day, such as 2015-12-31."),
            "integer": _("Write a whole number."),
            "dimension": _("Choose one of the list."),
            "concept": _("Choose one of the list."),
        }.get(kind, _("Write an IRI or a short name, such as component/barriers."))
    return ""


def _options(parameter: Parameter, shown: Mapping[str, str]) -> Iterator[Option]:
    kind, _separator, scheme = parameter.kind.partition(":")
    if kind == "dimension":
        yield from (Option(dimension.name, dimension.label) for dimension in dimensions())
    elif kind == "concept":
        yield from (Option(short(head.iri), head.label, head.depth) for head in tree(f"{ID}scheme/{scheme}"))
    elif parameter.name in _AXES:
        yield from _along(shown.get(_AXES[parameter.name], ""), shown[parameter.name])
    elif parameter.name == "minRigour":
        for row in records("levels", lang=language()):
            yield Option(row["rank"], f"{row['rank']}: {row['definition']}")


def _along(axis: str, value: str) -> list[Option]:
    """Return the concepts of a dimension; none when the value is not one of them, so that it stays as it is."""
    schemes = [dimension.scheme for dimension in dimensions() if dimension.name == axis]
    options = [Option(short(head.iri), head.label, head.depth) for scheme in schemes for head in tree(scheme)]
    return options if value.replace(":", "/", 1) in {option.value for option in options} else []
