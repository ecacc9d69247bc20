"""Names and labels made from what rows say, so that the order of the rows does not matter; alike ones are told apart."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kg.importing.complaints import Complaint
from kg.importing.mapping import Cell, Derived
from kg.importing.templates import fill, shortened
from kg.spoken import gettext as _

_Rows = Sequence[tuple[int, dict[str, list[Cell]]]]


def join(column: Derived, rows: _Rows, heading: str) -> list[Complaint]:
    """Fill in a column that joins parts of others, in all rows of a table.

    The options of the column: ``given``, a template whose value is taken as it is; else ``join``, templates of which those
    with a value are joined by ``between``; ``apart``, templates that are added one by one where rows would have the same;
    ``unique``, whether no two rows may have the same; ``longest``, how many signs what is made may have. All rows that are alike get the addition, so that a row that is added later never takes over the name of another.

    Args:
        column: how to join.
        rows: number and values of every row; the column is added to them.
        heading: the column of the table in which a person can say it.

    Returns:
        A complaint about each row that is said, or would be called, the same as an earlier one.
    """
    made: dict[int, str] = {}
    given: dict[str, int] = {}
    complaints = []
    for number, values in rows:
        said = _first(column.options.get("given", ""), values)
        if said in given and column.options.get("unique"):
            sentence = _("row %(row)s says this already; each row has its own", row=given[said])
            complaints.append(Complaint(number, heading, said, sentence))
        if said:
            given.setdefault(said, number)
        else:
            made[number] = _joined(column.options["join"], column.options.get("between", "-"), values)
    by_number, between = dict(rows), column.options.get("between", "-")
    for template in column.options.get("apart", ()):
        for numbers in _alike(made, given):
            for number in numbers:
                parts = [made[number], _joined([template], between, by_number[number])]
                made[number] = between.join(part for part in parts if part)
    for numbers in _alike(made, given) if column.options.get("unique") else ():
        for number in numbers[1:] or numbers:
            other = next((one for one in numbers if one != number), given.get(made[number], 0))
            sentence = _(
                "this row cannot be told apart from row %(row)s; give each a name of its own in this column", row=other
            )
            complaints.append(Complaint(number, heading, "", sentence))
    for number, values in rows:
        text = (
            shortened(made[number], column.options.get("longest"))
            if number in made
            else _first(column.options["given"], values)
        )
        values[column.name] = [{"": text}] if text else []
    return complaints


def _alike(made: Mapping[int, str], given: Mapping[str, int]) -> list[list[int]]:
    """Return the rows that would be called the same, by each other's or by a given name."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, text in made.items():
        groups[text].append(number)
    return [numbers for text, numbers in groups.items() if len(numbers) > 1 or text in given]


def _first(template: str, values: Mapping[str, Sequence[Cell]]) -> str:
    return next(iter(fill(template, values, {}, 0)), "") if template else ""


def _joined(templates: Sequence[str], between: str, values: Mapping[str, Any]) -> str:
    """Return the parts that have a value; several values of one part come in the order of the alphabet."""
    return between.join(text for one in templates for text in sorted(fill(one, values, {}, 0)) if text)
