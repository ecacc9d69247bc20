"""From what rows and columns a statement came, so that a rule can speak of the table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.importing.mapping import TableMapping
from kg.importing.names import Concepts
from kg.importing.templates import columns_in
from kg.spoken import spoken
from kg.vocabulary import shorten


@dataclass(slots=True)
class Origins:
    """Where in a table things came from.

    Attributes:
        rows: numbers of the rows that speak of a thing, by IRI.
        columns: the heading under which stands what a thing says on a property, by their IRIs.
    """

    rows: dict[str, list[int]] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)

    def row(self, thing: str) -> int:
        """Return the first row that speaks of a thing; 0 when none does."""
        return next(iter(self.rows.get(thing, ())), 0)

    def column(self, thing: str, predicate: str) -> str:
        """Return the heading under which a statement stands; empty when none is known."""
        return self.columns.get((thing, predicate), "")

    def told(self, thing: str, sentence: str, concepts: Concepts) -> str:
        """Return a sentence about a thing in words of the table: headings for properties, labels for concepts."""
        headings = {shorten(name): heading for (about, name), heading in self.columns.items() if about == thing}

        def word(found: re.Match[str]) -> str:
            name = found[0]
            called = headings.get(name) or (concepts.told(name).get(spoken()) if headings else "")
            return f'"{called}"' if called else name

        return re.sub(r"[a-z][a-z-]*:[A-Za-z]+(?:-[a-z]+)*", word, sentence)


def heading(mapping: TableMapping, templates: Sequence[str], headings: Mapping[str, str]) -> str:
    """Return the heading of the first column that templates are filled in from; empty when there is none."""
    columns = {column.name: column for column in mapping.columns}
    derived = {column.name: column for column in mapping.derived}
    waiting = [name for template in templates for name in columns_in(template)]
    seen = set()
    while waiting:
        name = waiting.pop(0)
        if name in columns:
            return headings.get(name) or columns[name].heading(spoken())
        if name in derived and name not in seen:
            seen.add(name)
            waiting += _named(derived[name].options, derived[name].rules)
    return ""


def _named(options: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns that a derived column follows from: those that are filled in before those that decide."""
    templates = [str(value) for rule in rules for key, value in rule.items() if key != "when"]
    templates += [str(options.get("given", "")), *options.get("join", ())]
    named = [name for template in templates for name in columns_in(template)]
    named += [str(options[key]) for key in ("of", "events") if key in options]
    return named + [name for rule in rules for name in rule.get("when", {})]
