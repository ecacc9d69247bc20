"""A second run held against a stored one: which medians, and which ratios to a peer, fall outside its stated spread.

A machine that others use too is now fast and now slow; a ratio holds both contenders to the same hour.
"""

from collections.abc import Iterator, Mapping

from suite.keeping import Result
from suite.measuring import Row


def compared(stored: Result, second: Result, peers: Mapping[str, str]) -> Iterator[str]:
    """Give the lines of a report in Markdown.

    Args:
        stored: the run that states the spreads.
        second: another.
        peers: the peer of each figure that has one.
    """
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
    yield from _ratios(stored, second, peers)


def _ratios(stored: Result, second: Result, peers: Mapping[str, str]) -> Iterator[str]:
    """Compare how many times as good as its peer our server and tools were, then and now."""
    inside, outside = 0, []
    for (figure, case, size), row in stored.rows.items():
        again, peer = second.rows.get((figure, case, size)), peers.get(figure, "")
        for contender in row.values:
            now = again.ratio(contender, peer) if again else None
            if not contender.startswith("ours") or now is None or not (then := row.ratio(contender, peer)):
                continue
            low, high = row.ratio_spread(contender, peer)
            if low <= now <= high:
                inside += 1
            else:
                outside.append(
                    f"| {figure} | {case} | {size:,} | {contender} | {then:.3g} | {low:.3g} to {high:.3g} | {now:.3g} |"
                )
    if inside or outside:
        yield f"\n{inside} of {inside + len(outside)} ratios of ours to a peer lie within the spreads of both."
    if outside:
        yield "\n| figure | case | findings | contender | times as good as the peer | spread | now |"
        yield "|---|---|---|---|---|---|---|"
        yield from outside


def _times(row: Row, contender: str, now: float) -> str:
    """Return how many times as good a median is as the stored one: above 1 is better, whatever the unit."""
    stored = row.median(contender)
    if not stored or not now:
        return ""
    return f"{now / stored if row.more_is_better else stored / now:.2f}"
