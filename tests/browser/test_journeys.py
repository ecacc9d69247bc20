"""What the users came for, in a real browser, with clicks only: policy maker, funder, researcher."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import test_pages
from playwright.sync_api import expect

from kg.web.editor import fetched

browser, visit = test_pages.browser, test_pages.visit
BLANK = {"Nooit gezocht", "Gezocht, niets gevonden"}
MEASURED = {"Gunstig effect", "Ongunstig effect", "Geen effect", "Wisselend effect"}
WIDTHS = test_pages.WIDTHS


def rows_of(address):
    """Return the rows of a CSV of the running server."""
    asked = Request(address, headers={"Accept-Language": "nl"})
    with urlopen(asked, timeout=30) as answer:
        return list(csv.DictReader(io.StringIO(answer.read().decode())))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_policy_maker_sees_what_nobody_measured_for_a_group(visit, server, width, script):
    """From the front page, in four clicks at most: which outcome has nobody measured for people with mild complaints?"""
    page = visit("/", width=width, script=script)
    page.get_by_role("link", name="Uitkomsten en doelgroepen op de kaart").click()
    head = page.locator("table.map thead")
    head.get_by_role(
        "link", name=re.compile("open wat onder Mensen met psychische aandoeningen of klachten valt")
    ).click()
    head.get_by_role("link", name=re.compile("mildere psychische klachten")).first.click()

    expect(page.locator("h1")).to_contain_text("mildere psychische klachten")
    shown = {
        row.locator("th").inner_text(): row.locator("td").first.inner_text().strip()
        for row in page.locator("table.line tbody tr").all()
    }
    page.get_by_role("link", name="Welke uitkomsten zijn voor deze groep nooit gemeten?").click()
    expect(page.locator("table.answer tbody tr").first).to_be_visible()
    named = {row.locator("td").first.inner_text() for row in page.locator("table.answer tbody tr").all()}

    assert shown
    assert {label for label, state in shown.items() if state in BLANK} <= named
    assert not {label for label, state in shown.items() if state in MEASURED} & named


def test_a_funder_takes_the_open_gaps_of_one_theme_along(visit, server):
    """From the front page: open gaps without a project for one theme, as a file that equals the page."""
    page = visit("/")
    page.get_by_role("link", name="Lacunes zonder project", exact=True).click()
    page.select_option("select[name=theme]", "theme/re-integration")
    page.get_by_role("button", name="Toon de lacunes").click()
    shown = page.locator("ol.gap-list h3").all_inner_texts()
    rows = rows_of(server + page.get_by_role("link", name="CSV", exact=True).first.get_attribute("href"))

    assert shown
    assert sorted(shown) == sorted({row["gap"]: row["gapLabel"] for row in rows}.values())


def test_a_researcher_goes_from_a_cell_to_its_query_and_a_file(visit, server):
    """From a cell to its query in the editor, run there, to a CSV with the findings of the page."""
    if not fetched():
        pytest.skip("the build here could not fetch the editor")
    page = visit("/")
    page.locator("table.map td a").first.click()
    section = page.locator("section[aria-labelledby=findings]")
    expect(section).to_be_visible()
    shown = section.locator("tbody tr").count()
    data = rows_of(server + page.locator("a[href*='/questions/cell-findings.csv']").first.get_attribute("href"))
    section.locator("details.query summary").click()
    section.get_by_role("link", name="Open de zoekvraag in de editor").click()
    page.wait_for_selector(".yasqe .CodeMirror")
    page.click("#ask button[type=submit]")
    expect(page.locator("#status")).to_have_text(re.compile(r"\d"))
    with page.expect_download() as file:
        page.click("#save")

    rows = list(csv.DictReader(io.StringIO(Path(file.value.path()).read_text("utf-8"))))
    assert shown == len({row["finding"] for row in rows})
    assert data == rows


def test_the_front_page_is_light(visit, server):
    """In all at most 300 kB, and none of it from elsewhere; how soon it is painted is measured by a benchmark."""
    page = visit("/nowhere")
    sizes = []
    page.on(
        "requestfinished", lambda asked: sizes.append((urlsplit(asked.url).netloc, asked.sizes()["responseBodySize"]))
    )
    page.goto(server + "/", wait_until="networkidle")

    assert {urlsplit(server).netloc} == {host for host, _ in sizes}
    assert 300_000 >= sum(size for _, size in sizes)
