"""A run held against stored ones: which medians, and which ratios to a peer, fall outside the spread that these state.

A machine that others use too is now fast and now slow; a ratio holds both contenders to the same hour. Rounds of one
hour agree more than days do, so several runs state a spread together: from the least to the largest that one of them
expects.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from suite.keeping import Result
from suite.measuring import Row


def compared(stored: Sequence[Result], second: Result, peers: Mapping[str, str]) -> Iterator[str]:
    """Give the lines of a report in Markdown.

    Args:
        stored: the runs that state the spreads; medians are those of the last of them that has one.
        second: another.
        peers: the peer of each figure that has one.
    """
    inside, left, outside, absent = 0, 0, [], []
    asked = {figure for figure, _, _ in second.rows}
    for name, rows in _rows(stored).items():
        again = second.rows.get(name)
        figure, case, size = name
        for contender, having in _contenders(rows).items():
            row, middle = having[-1], again.median(contender) if again else None
            low, high = _widest(one.spread(contender) for one in having)
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
    yield f"{inside} of {inside + len(outside)} medians lie within the spread that {_whose(stored)}."
    if outside:
        yield "\n| figure | case | findings | contender | stored median | spread | now | unit | times as good |"
        yield "|---|---|---|---|---|---|---|---|---|"
        yield from outside
    if left:
        yield f"\n{left} medians are of figures that were not asked for this time."
    if not inside and not outside:
        now, then = ({size for _, _, size in names} for names in (second.rows, _rows(stored)))
        yield f"\nNothing of what was measured is stored: findings {_listed(now)} now, {_listed(then)} stored."
    elif absent:
        yield "\nNot measured this time:\n"
        yield from absent
    yield from _ratios(stored, second, peers)


def _listed(sizes: Iterable[int]) -> str:
    return ", ".join(f"{size:,}" for size in sorted(sizes)) or "none"


def _rows(stored: Sequence[Result]) -> dict[tuple[str, str, int], list[Row]]:
    """Return the rows of all runs, by what they measure."""
    found: dict[tuple[str, str, int], list[Row]] = {}
    for result in stored:
        for name, row in result.rows.items():
            found.setdefault(name, []).append(row)
    return found


def _contenders(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return by contender the rows that have values of it."""
    return {name: [row for row in rows if row.values.get(name)] for row in rows for name in row.values}


def _widest(spreads: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return from where to where several spreads reach."""
    lows, highs = zip(*spreads, strict=True)
    return min(lows), max(highs)


def _whose(stored: Sequence[Result]) -> str:
    return "the stored run states" if len(stored) == 1 else f"the {len(stored)} stored runs state"


def _ratios(stored: Sequence[Result], second: Result, peers: Mapping[str, str]) -> Iterator[str]:
    """Compare how many times as good as its peer our server and tools were, then and now."""
    inside, outside = 0, []
    for (figure, case, size), rows in _rows(stored).items():
        again, peer = second.rows.get((figure, case, size)), peers.get(figure, "")
        for contender, having in _contenders(rows).items():
            now = again.ratio(contender, peer) if again else None
            known = [row for row in having if row.ratio(contender, peer)]
            if not contender.startswith("ours") or now is None or not known:
                continue
            then = known[-1].ratio(contender, peer)
            low, high = _widest(row.ratio_spread(contender, peer) for row in known)
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
