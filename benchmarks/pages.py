"""The pages on the real graph: server time of each, and how heavy and how soon the front page is in a browser.

    python benchmarks/pages.py [--rounds 7]

Starts ``kg serve`` on the repository's own graph. *Cold* is the first request for a page; *warm* is the median of
later ones that each miss the cache of whole answers, *cached* of those that hit it. Weight and largest contentful
paint are Chromium's, with an empty cache, in the language of the machine and at a desktop's width.
"""

import argparse
import http.client
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import runaways

PAGES = (
    "/", "/map", "/map?rows=intervention&columns=outcome&whole=1", "/map.svg",
    "/map/cell?row=component/barriers&column=target-group/jobseekers",
    "/gaps", "/what-do-we-know-now", "/compare", "/search?q=schulden", "/questions", "/questions/gap-lifecycle",
    "/questions/gaps-by-concept.svg", "/questions/gaps-by-concept.xlsx", "/browse",
    "/doc/intervention/first-place-then-train", "/doc/target-group/jobseekers", "/doc/publication/tno-quickscan-report",
    "/def", "/sparql",
)  # fmt: skip
PAINT = """() => new Promise(done => new PerformanceObserver(
    list => done(list.getEntries().at(-1).startTime)).observe({type: "largest-contentful-paint", buffered: true}))"""


def took(line: http.client.HTTPConnection, address: str) -> tuple[float, int, int]:
    """Ask for a page; return milliseconds, status and bytes."""
    begun = time.perf_counter()
    line.request("GET", address, headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": "nl"})
    answer = line.getresponse()
    size = len(answer.read())
    return (time.perf_counter() - begun) * 1000, answer.status, size


def browsed(port: int, rounds: int) -> str:
    """Return a sentence about the front page in Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        return "No Chromium here, so the front page was not opened in a browser."
    paints, weights, requests = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="nl")
            sizes: list[int] = []
            page.on("requestfinished", lambda done, sizes=sizes: sizes.append(_size(done)))
            page.goto(f"http://127.0.0.1:{port}/", wait_until="networkidle")
            paints.append(page.evaluate(PAINT))
            weights.append(sum(sizes))
            requests.append(len(sizes))
            page.close()
        browser.close()
    paint, weight = statistics.median(paints), statistics.median(weights)
    return (
        f"The front page in Chromium: {statistics.median(requests):.0f} requests, {weight / 1000:.0f} kB on the line, "
        f"largest contentful paint after {paint:.0f} ms (medians of {rounds})."
    )


def _size(request: object) -> int:
    sizes = request.sizes()  # type: ignore[attr-defined]
    return int(sizes["responseBodySize"]) + int(sizes["responseHeadersSize"])


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, runaways.serving(Path(folder) / "var") as (_, port, _server):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        print("| page | status | kB | cold ms | warm ms | cached ms |\n|---|---|---|---|---|---|")
        for page in PAGES:
            cold, status, size = took(line, page)
            cached = statistics.median(took(line, page)[0] for _ in range(rounds))
            warm = []
            for number in range(rounds):
                line.close()
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                line.putrequest("GET", page)
                line.putheader("Accept", f"text/html,*/*;q=0.{number + 1}")
                line.putheader("Accept-Language", "nl")
                begun = time.perf_counter()
                line.endheaders()
                line.getresponse().read()
                warm.append((time.perf_counter() - begun) * 1000)
            print(
                f"| `{page}` | {status} | {size / 1000:.0f} | {cold:.0f} | {statistics.median(warm):.0f} | {cached:.1f} |"
            )
        print("\n" + browsed(port, rounds))


if __name__ == "__main__":
    main()
