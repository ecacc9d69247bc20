"""The pages of the site: cold, warm (missing the cache of whole answers) and cached."""

import http.client
import statistics
import time
from collections.abc import Iterator

from pages import PAGES
from suite.context import Context
from suite.measuring import Row, said
from suite.peers import ours

LIMIT = 120


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure all pages on one server, and which is the slowest."""
    slowest: dict[str, list[list[float]]] = {"cold": [], "warm": [], "cached": []}
    with ours(context.generation(size), KG_LOG_LEVEL="error", KG_PAGE_SECONDS="60") as (site, _):
        host = site.removeprefix("http://")
        for page in PAGES:
            found: dict[str, list[float]] = {}
            missing = {}
            try:
                found["cold"] = [_took(host, page, "*/*;q=0.8")]
                found["warm"] = [_took(host, page, f"*/*;q=0.{100 + turn}") for turn in range(context.rounds)]
                found["cached"] = [_took(host, page, "*/*;q=0.8") for _ in range(context.rounds)]
            except (OSError, http.client.HTTPException) as error:
                missing["ours"] = said(error)
            for how in slowest:
                values = {"ours": found[how]} if how in found and not missing else {}
                yield Row("pages", f"{page}, {how}", size, "ms", values=values, missing=dict(missing))
                slowest[how] += values.values()
    for how, all_of_them in slowest.items():
        if all_of_them:
            worst = max(all_of_them, key=statistics.median)
            yield Row("pages", f"slowest page, {how}", size, "ms", values={"ours": worst})


def _took(host: str, page: str, accept: str) -> float:
    """Return how many milliseconds a page took over a connection of its own, opened before.

    Raises:
        OSError: the answer was no page.
    """
    line = http.client.HTTPConnection(host, timeout=LIMIT)
    line.connect()
    begun = time.perf_counter()
    line.request("GET", page, headers={"Accept": f"text/html,{accept}", "Accept-Language": "nl"})
    answer = line.getresponse()
    answer.read()
    took = (time.perf_counter() - begun) * 1000
    line.close()
    if answer.status != http.client.OK:
        raise OSError(f"status {answer.status}")
    return took
