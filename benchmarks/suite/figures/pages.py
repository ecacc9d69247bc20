"""The pages of the site: cold, warm (missing the cache of whole answers) and cached; the front page in a browser."""

import http.client
import shutil
import statistics
import time
from collections.abc import Iterator

from suite.context import Context
from suite.measuring import Row, said
from suite.peers import settled

LIMIT = 120
PAGES = (
    "/", "/map", "/map?rows=intervention&columns=outcome&whole=1", "/map.svg",
    "/map/cell?row=component/barriers&column=target-group/jobseekers",
    "/gaps", "/what-do-we-know-now", "/compare", "/search?q=schulden", "/questions", "/questions/gap-lifecycle",
    "/questions/gaps-by-concept.svg", "/questions/gaps-by-concept.xlsx", "/browse", "/browse/finding",
    "/doc/intervention/first-place-then-train", "/doc/target-group/jobseekers", "/doc/publication/tno-quickscan-report",
    "/def", "/sparql",
)  # fmt: skip
PAINT = """() => new Promise(done => new PerformanceObserver(
    list => done(list.getEntries().at(-1).startTime)).observe({type: "largest-contentful-paint", buffered: true}))"""


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure all pages on one server, and which is the slowest."""
    slowest: dict[str, list[list[float]]] = {"cold": [], "warm": [], "cached": []}
    with settled(context.generation(size), KG_LOG_LEVEL="error", KG_PAGE_SECONDS="60") as (site, _):
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
        if not size:
            yield from _browsed(f"{site}/", context.rounds)
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


def _browsed(address: str, rounds: int) -> Iterator[Row]:
    """Measure the front page in Chromium, with an empty cache, at a desktop's width."""
    rows = {
        unit: Row("pages", f"front page in Chromium, {case}", 0, unit)
        for case, unit in (("largest contentful paint", "ms"), ("on the line", "kB"), ("number of", "requests"))
    }
    try:
        for paint, sizes in _visits(address, rounds):
            for unit, value in (("ms", paint), ("kB", sum(sizes) / 1000), ("requests", len(sizes))):
                rows[unit].values.setdefault("ours", []).append(value)
    except Exception as error:  # noqa: BLE001 - without a browser the pages themselves are still measured
        for row in rows.values():
            row.values, row.missing = {}, {"ours": said(error)}
    yield from rows.values()


def _visits(address: str, rounds: int) -> Iterator[tuple[float, list[int]]]:
    """Give of each visit the milliseconds to the largest paint, and the bytes of each answer."""
    from playwright.sync_api import Request, sync_playwright  # noqa: PLC0415

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        raise RuntimeError("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="nl")
            sizes: list[int] = []

            def finished(done: Request, sizes: list[int] = sizes) -> None:
                told = done.sizes()
                sizes.append(told["responseBodySize"] + told["responseHeadersSize"])

            page.on("requestfinished", finished)
            page.goto(address, wait_until="networkidle")
            yield page.evaluate(PAINT), sizes
            page.close()
        browser.close()
