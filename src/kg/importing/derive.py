"""Columns that follow from others in their row: a part of a text, a rule, a formula."""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from kg.errors import UsageProblem
from kg.importing.cells import decimal
from kg.importing.mapping import Cell, Derived
from kg.importing.names import doi
from kg.importing.templates import fill

_NORMAL: Final = 1.959964
"""The 97.5th percentile of the normal distribution: 95 % lies within this many standard errors."""


def derive(column: Derived, values: Mapping[str, Sequence[Cell]]) -> list[Cell]:
    """Return what a derived column holds in a row.

    Raises:
        UsageProblem: the mapping names a way that does not exist.
        ValueError: the numbers of the row cannot be right.
    """
    if column.how == "pattern":
        return _by_pattern(column.options, values)
    if column.how == "rules":
        return _by_rules(column.rules, values)
    if column.how == "risk-ratio":
        return _risk_ratio(column.options, values)
    raise UsageProblem(f"derived column {column.name}: there is no formula {column.how!r}; there is risk-ratio")


def _text(values: Mapping[str, Sequence[Cell]], name: str) -> str:
    if name not in values:
        raise UsageProblem(f"a derived column names {name!r}, which is no column")
    return values[name][0][""] if values[name] else ""


def _by_pattern(options: Mapping[str, Any], values: Mapping[str, Sequence[Cell]]) -> list[Cell]:
    text = _text(values, options["of"])
    parts = re.split(options["separator"], text) if "separator" in options else [text]
    found = [re.search(options["pattern"], part) for part in parts]
    texts = [match[min(match.re.groups, 1)] for match in found if match]
    return [{"": doi(part) if options.get("kind") == "doi" else part.strip()} for part in texts if part]


def _by_rules(rules: Sequence[Mapping[str, Any]], values: Mapping[str, Sequence[Cell]]) -> list[Cell]:
    """Return the aspects of the first rule that holds."""
    for rule in rules:
        if holds(rule.get("when", {}), values):
            told = {key: fill(str(value), values, {}, 0) for key, value in rule.items() if key != "when"}
            aspects = {key: texts[0] for key, texts in told.items() if texts}
            return [{"": aspects.get("thing", ""), **aspects}]
    return []


def holds(when: Mapping[str, Any], values: Mapping[str, Sequence[Cell]]) -> bool:
    """Tell whether a row is as a rule says: every column that it names holds what it wants, or one of that."""
    return all(
        any(_holds(_text(values, name), str(one), values) for one in (wanted if isinstance(wanted, list) else [wanted]))
        for name, wanted in when.items()
    )


def _holds(text: str, wanted: str, values: Mapping[str, Sequence[Cell]]) -> bool:
    if wanted in {"given", "empty"}:
        return bool(text) == (wanted == "given")
    comparison, _, limit = wanted.partition(" ")
    if comparison in {">", "<"}:
        limit = "".join(fill(limit, values, {}, 0)[:1])
        if not text or not limit:
            return False
        return Decimal(text) > Decimal(limit) if comparison == ">" else Decimal(text) < Decimal(limit)
    return text == wanted


def _risk_ratio(options: Mapping[str, Any], values: Mapping[str, Sequence[Cell]]) -> list[Cell]:
    """Divide two shares, with a 95 % interval by the normal approximation of the logarithm of the ratio.

    With a of n and c of m: ratio (a/n)/(c/m), standard error of its logarithm √(1/a - 1/n + 1/c - 1/m). Source: Katz,
    Baptista, Azen and Pike (1978), Biometrics 34, pages 469 to 474. The two groups are taken as independent. Without all four
    counts, or with one that is not positive, there is no value.
    """
    texts = [_text(values, options[name]) for name in ("events", "of", "control_events", "control_of")]
    if not all(text and Decimal(text) > 0 for text in texts):
        return []
    events, among, control_events, control_among = (int(Decimal(text)) for text in texts)
    if events > among or control_events > control_among:
        raise ValueError(
            f"more have the outcome than were counted ({events} of {among}, {control_events} of {control_among})"
        )
    ratio = (events / among) / (control_events / control_among)
    error = math.sqrt(1 / events - 1 / among + 1 / control_events - 1 / control_among)
    told = {
        "value": ratio,
        "lower": ratio * math.exp(-_NORMAL * error),
        "upper": ratio * math.exp(_NORMAL * error),
    }
    cell = {name: decimal(Decimal(f"{number:.4f}")) for name, number in told.items()}
    return [{"": cell["value"], **cell, "n": str(among + control_among)}]
