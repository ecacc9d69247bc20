"""A second run held against a stored one: which medians fall outside the spread that the first one stated."""

from collections.abc import Iterator

from suite.keeping import Result
from suite.measuring import Row


def compared(stored: Result, second: Result) -> Iterator[str]:
    """Give the lines of a report in Markdown."""
    inside, left, outside, absent = 0, 0, [], []
    asked = {figure for figure, _, _ in second.rows}
    for name, row in stored.rows.items():
        again = second.rows.get(name)
        figure, case, size = name
        for contender in row.values:
            middle = again.median(contender) if again else None
            low, high = row.spread(contender)
            if middle is None and figure not in asked:
                left += 1
            elif middle is None:
                why = again.missing.get(contender, "not measured") if again else "not measured"
                absent.append(f"- {figure}, {case}, {size:,}, {contender}: {why}")
            elif low <= middle <= high:
                inside += 1
            else:
                outside.append(
                    f"| {figure} | {case} | {size:,} | {contender} | {row.median(contender):,.4g} | {low:,.4g} to {high:,.4g} "
                    f"| {middle:,.4g} | {row.unit} | {_times(row, contender, middle)} |"
                )
    yield f"{inside} of {inside + len(outside)} medians lie within the spread that the stored run states."
    if outside:
        yield "\n| figure | case | findings | contender | stored median | spread | now | unit | times as good |"
        yield "|---|---|---|---|---|---|---|---|---|"
        yield from outside
    if left:
        yield f"\n{left} medians are of figures that were not asked for this time."
    if absent:
        yield "\nNot measured this time:\n"
        yield from absent


def _times(row: Row, contender: str, now: float) -> str:
    """Return how many times as good a median is as the stored one: above 1 is better, whatever the unit."""
    stored = row.median(contender)
    if not stored or not now:
        return ""
    return f"{now / stored if row.more_is_better else stored / now:.2f}"
