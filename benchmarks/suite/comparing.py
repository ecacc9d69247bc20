"""A second run held against a stored one: which medians fall outside the spread that the first one stated."""

from collections.abc import Iterator

from suite.keeping import Result


def compared(stored: Result, second: Result) -> Iterator[str]:
    """Give the lines of a report in Markdown."""
    inside, outside, absent = 0, [], []
    for name, row in stored.rows.items():
        again = second.rows.get(name)
        figure, case, size = name
        for contender in row.values:
            middle = again.median(contender) if again else None
            low, high = row.spread(contender)
            if middle is None:
                why = again.missing.get(contender, "not measured") if again else "not measured"
                absent.append(f"- {figure}, {case}, {size:,}, {contender}: {why}")
            elif low <= middle <= high:
                inside += 1
            else:
                outside.append(
                    f"| {figure} | {case} | {size:,} | {contender} | {row.median(contender):,.4g} | {low:,.4g} to {high:,.4g} "
                    f"| {middle:,.4g} | {middle / (row.median(contender) or 1):.2f} | {row.unit} |"
                )
    yield f"{inside} of {inside + len(outside)} medians lie within the spread that the stored run states."
    if outside:
        yield "\n| figure | case | findings | contender | stored median | spread | now | times | unit |"
        yield "|---|---|---|---|---|---|---|---|---|"
        yield from outside
    if absent:
        yield "\nNot measured this time:\n"
        yield from absent
