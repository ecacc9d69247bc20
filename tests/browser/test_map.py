"""The map in a real browser: from the front page to what nobody measured, without script, in other pages, on paper."""

import csv
import io
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
import test_pages

browser, visit = test_pages.browser, test_pages.visit
GROUP = "Mensen met mildere psychische klachten"


def test_a_policy_maker_finds_what_nobody_measured(visit, server):
    """From the front page it takes at most four clicks to the outcomes that nobody measured for one group."""
    page = visit("/", script=False)
    clicks = 0
    for link in (
        "Uitkomsten en doelgroepen op de kaart",
        re.compile("open wat onder Mensen met psychische aandoeningen of klachten valt"),
        GROUP,
        "Welke uitkomsten zijn voor deze groep nooit gemeten?",
    ):
        page.get_by_role("link", name=link, exact=True).first.click()
        clicks += 1
    shown = page.locator("table.answer tbody tr").count()
    query = parse_qs(urlsplit(page.url).query)
    with urlopen(f"{server}/questions/outcomes-never-measured.csv?targetGroup={query['targetGroup'][0]}") as answer:
        rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8")))

    assert clicks <= 4
    assert ["target-group/mild-mental-complaints"] == query["targetGroup"]
    assert 0 < len(rows) == shown


def test_a_column_lists_its_cells_with_their_states(visit):
    """The head of a column leads to all its cells; each says its state and leads on, and the way back keeps the map."""
    page = visit("/map?rows=outcome&columns=targetGroup&minRigour=2&asOf=2017-01-01&levels=9", script=False)
    rows = page.locator("table.map tbody th[scope=row]").count()
    page.get_by_role("link", name=GROUP, exact=True).click()

    assert rows == page.locator("table.line tbody tr .chip").count()
    page.get_by_role("link", name="Terug naar de kaart").click()
    assert {"minRigour": ["2"], "asOf": ["2017-01-01"]}.items() <= parse_qs(urlsplit(page.url).query).items()


def test_the_bar_moves_by_one_press_without_script(visit):
    """A press on a step of the bar shows the same map with that bar, and raising it leaves no more effects."""
    page = visit("/map?rows=component&columns=targetGroup", script=False)
    effects = []
    for step in ("0", "3", "5"):
        page.locator(".steps").get_by_role("link", name=step, exact=True).click()
        effects.append(page.locator("td.s-effect, td.s-harm, td.s-no-effect, td.s-mixed").count())
        assert step == page.locator(".steps [aria-current]").inner_text()

    assert effects == sorted(effects, reverse=True)
    assert effects[0] > effects[-1]


def test_a_branch_shuts_and_opens_by_keyboard_without_script(visit):
    """A branch is shut and opened by its link in the head, with the keys alone."""
    page = visit("/map?levels=9", script=False)
    before = page.locator("table.map thead th[scope=col]").count()
    page.locator("thead a.turn").last.press("Enter")
    page.wait_for_url("**/map?*fold=*")
    shut = page.locator("table.map thead th[scope=col]").count()
    page.locator("thead a.turn[aria-expanded=false]").press("Enter")
    page.wait_for_function("!document.querySelector('thead a.turn[aria-expanded=false]')")

    assert shut < before
    assert before == page.locator("table.map thead th[scope=col]").count()


@pytest.fixture
def other_site():
    """Serve a page from another origin; give a function that takes its HTML and returns its address."""
    pages = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages[-1].encode())

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        Thread(target=served.serve_forever, daemon=True).start()
        yield lambda text: pages.append(text) or f"http://127.0.0.1:{served.server_port}/"
        served.shutdown()


def test_the_map_stands_in_a_page_of_another_site(visit, server, other_site):
    """The lines to copy show the map in a page of another site; the plain page does not let itself be framed."""
    page = visit("/map?rows=component&columns=outcome")
    page.locator("details.embed summary").click()
    lines = page.locator("details.embed code").inner_text()
    page.goto(other_site(f'{lines}<iframe src="{server}/map" title="plain"></iframe>'))
    framed = page.frame_locator("iframe").first

    framed.locator("table.map").wait_for()
    assert framed.locator("td[class^=s-]").count()
    assert not framed.locator("header.site").count()
    assert not page.frame_locator("iframe").last.locator("table.map").count()


def test_the_picture_shows_in_a_browser(visit):
    """The drawing opens as it is, with its colours: nothing in it is refused."""
    page = visit("/map.svg?rows=component&columns=targetGroup&asOf=2016-01-01", width=1600)

    assert [] == page.complaints
    assert page.evaluate("document.documentElement.tagName") == "svg"
    fills = page.evaluate("[...new Set([...document.querySelectorAll('path')].map(e => getComputedStyle(e).fill))]")
    assert "rgb(217, 238, 221)" in fills


def test_the_settings_are_on_paper(visit):
    """On paper the date and the state words stand with the map; what is there to press is left out."""
    page = visit("/map?asOf=2016-01-01")
    page.emulate_media(media="print")

    assert page.locator(".stand").is_visible()
    assert page.locator("td .word").first.is_visible()
    assert not page.locator(".turn").first.is_visible()
    assert not page.locator("nav.bar").is_visible()
