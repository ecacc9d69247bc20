"""Every kind of page in a real browser: accessible, readable on a phone, quiet, and whole without JavaScript."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
CELL = "/map/cell?row=component/barriers&column=target-group/jobseekers"
PAGES = {
    "front": "/",
    "map": "/map",
    "large map": "/map?rows=intervention&columns=outcome&whole=1",
    "map with filters": "/map?rows=outcome&columns=component&theme=theme/re-integration&asOf=2016-12-31&minRigour=1",
    "map with a wrong value": "/map?asOf=soon",
    "map with shut branches": "/map?rows=intervention&columns=targetGroup&levels=1&fold=intervention/re-integration",
    "row of the map": "/map/line?rows=intervention&columns=outcome&row=intervention/re-integration",
    "column of the map": "/map/line?rows=outcome&columns=targetGroup&column=target-group/mild-mental-complaints",
    "embedded map": "/map?embed=1&theme=theme/re-integration",
    "cell": CELL,
    "empty cell": "/map/cell?row=component/discrimination&column=target-group/people-in-poverty",
    "cell of a country": "/map/cell?rows=intervention&columns=targetGroup&row=intervention/first-place-then-train&column=target-group/severe-psychiatric-disorders&country=country/nl",
    "question of a cell": "/questions/cell-nearest",
    "gaps": "/gaps",
    "gaps of a theme": "/gaps?project=without&status=gap-status/open&theme=theme/debts-and-poverty&sort=label",
    "gaps with a wrong value": "/gaps?asOf=soon",
    "gap": "/gaps/tno-page-economic-incentives-few-interventions",
    "gap with a project": "/gaps/gm-professional-standards",
    "gaps against the map": "/gaps/differences",
    "what came of the gaps of then": "/what-do-we-know-now",
    "questions": "/questions",
    "for programs": "/api",
    "question": "/questions/gap-lifecycle",
    "question with choices": "/questions/outcomes-never-measured",
    "question with a wide answer": "/questions/sources-that-disagree",
    "finding": "/doc/finding/tno-summary-training-long-term",
    "concept": "/doc/target-group/jobseekers",
    "publication": "/doc/publication/tno-quickscan-report",
    "catalogue": "/catalog",
    "concept scheme to download": "/doc/dataset/scheme-themes",
    "file to download": "/doc/distribution/werkkennis-ttl-gz",
    "search": "/search",
    "search with results": "/search?q=werk&page=2",
    "search with a wrong spelling": "/search?q=schudhulpverlening",
    "search without results": "/search?q=qqqqzzzz",
    "browsing a kind": "/search?kind=KnowledgeGap",
    "terms": "/def",
    "rules": "/shapes",
    "file of the graph": "/doc/graph/data.organisations",
    "what much refers to": "/doc/curator/werkkennis-editors",
    "further page of what refers": "/doc/curator/werkkennis-editors?after=https%3A%2F%2Fw3id.org%2Fwerkkennis%2Fid%2Ff",
    "endpoint": "/sparql",
    "endpoint with an answer": "/sparql?format=html&query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205",
    "endpoint with a mistake": "/sparql?format=html&query=SELECT",
    "all things": "/browse",
    "things of a kind": "/browse/intervention",
    "a page of a long list": "/browse/finding?page=2",
    "intervention": "/doc/intervention/training",
    "organisation": "/doc/organisation/tno",
    "programme": "/doc/programme/vakkundig-aan-het-werk",
    "study": "/doc/study/tno-quickscan",
    "comparison": "/compare",
    "interventions compared": "/compare/interventions?intervention=intervention/training&intervention=intervention/aftercare",
    "a choice that cannot be compared": "/compare/interventions?intervention=intervention/training",
    "dates compared": "/compare/dates?rows=intervention&columns=outcome&from=2015-01-01",
    "schemes compared": "/compare/ratings",
    "error": "/questions/none",
    "check data": "/validate",
    "releases": "/changes",
    "release": "/changes/2026-11-22",
    "difference between releases": "/changes/2026-11-22/latest",
}
WIDTHS = (390, 1440)

if CHROMIUM is None and os.environ.get("CI") != "true":
    pytest.skip("no Chromium here", allow_module_level=True)


@pytest.fixture(scope="module")
def browser():
    """A browser without a window."""
    assert CHROMIUM, "the browser tests need Chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture
def visit(browser, server):
    """Open a page of the running server; anything that the page complains about or asks elsewhere is kept."""
    contexts = []

    def opened(address, *, width=1440, language="nl", script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=language, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints, page.elsewhere = [], []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: urlsplit(asked.url).netloc == urlsplit(server).netloc or page.elsewhere.append(asked.url),
        )
        page.goto(server + address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_quiet(visit, name, language, width):
    """No violation of WCAG 2.2 AA, no sideways scrolling of the page, no complaint, no request to another host."""
    page = visit(PAGES[name], width=width, language=language)
    found = Axe().run(page, options=RULES)

    assert language == page.get_attribute("html", "lang")
    assert found.response["passes"]
    assert 0 == found.violations_count, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert [] == [text for text in page.complaints if "the server responded with a status of 4" not in text]
    assert [] == page.elsewhere


@pytest.mark.parametrize("address", ["/", CELL, "/questions/gap-lifecycle", "/doc/target-group/jobseekers"])
def test_a_page_is_whole_without_script(visit, address):
    """Without JavaScript the same text is there: nothing is made in the browser."""
    with_script = visit(address).inner_text("main")
    without = visit(address, script=False).inner_text("main")

    assert with_script == without


def test_the_cells_of_the_map_are_reached_by_keyboard(visit):
    """From the map's frame the tab key leads over its heads and cells, and the one that has the focus shows it."""
    page = visit("/")
    page.focus("div.scroll.map")
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') || ''"))

    assert any(link.startswith("/map/cell") for link in reached)
    assert "none" != page.evaluate("getComputedStyle(document.activeElement).outlineStyle")


def test_the_first_tab_skips_to_the_content(visit):
    """The first stop is a link past the header, which is seen when it has the focus and works."""
    page = visit("/")
    page.keyboard.press("Tab")
    link = page.locator(":focus")

    assert "#main" == link.get_attribute("href")
    assert 0 <= link.bounding_box()["y"]
    page.keyboard.press("Enter")
    assert "main" == page.evaluate("document.activeElement.id")


def test_the_heads_of_the_map_stay_in_sight_on_a_phone(visit):
    """When the map is moved sideways the names of its rows stay where they are."""
    page = visit("/", width=390)
    head = page.locator("table.map tbody th[scope=row]").first
    before = head.bounding_box()
    page.evaluate("document.querySelector('div.scroll.map').scrollLeft = 400")
    after = head.bounding_box()

    assert before["x"] == after["x"]
    assert before["width"] < 390 / 2


def test_a_person_finds_the_reasons_of_a_cell(visit):
    """From the front page a cell leads to its verdict, a finding on it to its source, and back."""
    page = visit("/")
    page.locator("td.s-effect a").first.click()
    verdict = page.locator(".verdict").inner_text()
    page.locator("table.answer a").first.click()

    assert "telt" in verdict or "tellen" in verdict
    assert page.locator("section.source").is_visible()
    page.go_back()
    page.go_back()
    assert page.locator("table.map").is_visible()


def test_a_person_chooses_another_map(visit):
    """The form leads to an address that has the choices, and the map has them."""
    page = visit("/map")
    page.select_option("#field-rows", "intervention")
    page.select_option("#field-columns", "outcome")
    page.fill("#field-asOf", "2017-01-01")
    page.click("form.settings button")

    assert "rows=intervention" in page.url
    assert "asOf=2017-01-01" in page.url
    assert "outcome" == page.input_value("#field-columns")
    assert page.locator("table.map td.s-never-searched").count()


def test_a_person_switches_the_language_and_keeps_it(visit):
    """The switch leads to the same page in English, and the next page is in English too."""
    page = visit("/questions/gap-lifecycle?asOf=2018-01-01")
    page.click("a.switch")

    assert "asOf=2018-01-01" in page.url
    assert "en" == page.get_attribute("html", "lang")
    page.click("header.site nav a")
    assert "en" == page.get_attribute("html", "lang")


def test_a_person_runs_the_query_behind_an_answer(visit):
    """The query of a question is shown, and runs at the endpoint with the same number of rows."""
    page = visit("/questions/gaps-by-concept")
    size = page.inner_text(".size")
    page.click("details.query summary")
    page.click("details.query button")

    assert page.url.endswith("/sparql")
    assert size == page.inner_text(".size")


def test_the_map_is_printed_whole(visit):
    """On paper nothing of the map is cut off, and forms and menus are left out."""
    page = visit("/map")
    page.emulate_media(media="print")

    assert "visible" == page.evaluate("getComputedStyle(document.querySelector('div.scroll.map')).overflowX")
    assert not page.locator("form.settings").is_visible()
    assert not page.locator("header.site nav").is_visible()


@pytest.mark.parametrize("address", ["/", "/search"])
def test_the_search_box_suggests_names(visit, address):
    """What is typed gives suggestions that the arrow keys reach, that are accessible, and that lead to the thing."""
    page = visit(address)
    box = page.locator("input[type=search]")
    box.press_sequentially("schuldh")
    page.locator("[role=option]").first.wait_for()
    box.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")

    assert "true" == box.get_attribute("aria-expanded")
    assert chosen.get_attribute("id") == box.get_attribute("aria-activedescendant")
    assert "Schuldhulpverlening" in chosen.inner_text()
    assert 0 == Axe().run(page, options=RULES).violations_count
    box.press("Enter")
    page.wait_for_url("**/doc/intervention/debt-interventions*")
    assert [] == page.complaints


def test_the_search_box_works_without_script(visit):
    """The box is a form: Enter leads to the results."""
    page = visit("/", script=False)
    page.locator("input[type=search]").fill("schuldhulp")
    page.locator("input[type=search]").press("Enter")

    assert "schuldhulp" in page.locator(".results h2").first.inner_text().lower()
