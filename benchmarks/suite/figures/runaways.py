"""Runaway queries beside a normal visitor: ``runaways.py``, whose checks and table it leaves as they are."""

import re
import subprocess
import sys
from collections.abc import Iterator

from suite.context import ROOT, Context
from suite.measuring import Row, said

EACH = 4
"""Of each of fifteen kinds in one round."""
TOLD = {
    "visitor, p99 during for p99 before": ("times", r"p99 ratio: (\d+(?:\.\d+)?)"),
    "ended otherwise than they should": ("runaways", r"(\d+) ended otherwise"),
    "runaways that were run": ("runaways", r"(\d+) runaways in"),
}


def measure(context: Context, size: int) -> Iterator[Row]:
    """Run the runaways on the real graph, so many rounds, and read what is said of them."""
    rows = {case: Row("runaways", case, size, unit) for case, (unit, _) in TOLD.items()}
    command = [sys.executable, str(ROOT / "benchmarks" / "runaways.py"), "--each", str(EACH)]
    for _ in range(context.rounds):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=context.limit, check=False)
            for case, (_, pattern) in TOLD.items():
                rows[case].values.setdefault("ours", []).append(float(re.findall(pattern, done.stdout)[-1]))
        except (subprocess.SubprocessError, IndexError) as error:
            for row in rows.values():
                row.missing["ours"] = said(error)
            break
    yield from rows.values()
