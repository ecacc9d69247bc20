"""The query editor in a real browser, and the form that it grows out of."""

import csv
import io
import os
import re
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
import test_pages
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from kg.web.editor import fetched

if not fetched() and os.environ.get("CI") != "true":
    pytest.skip("the build here could not fetch the editor", allow_module_level=True)

browser, visit = test_pages.browser, test_pages.visit
RUN = "#ask button[type=submit]"
ROWS = "#found .yasr table.dataTable tbody tr"
SELECT = """PREFIX wk: <https://w3id.org/werkkennis/def#>
SELECT ?gap ?locator WHERE { ?gap a wk:KnowledgeGap ; wk:locator ?locator } ORDER BY ?gap LIMIT 12"""
TYPED = "SELECT * { ?gap a <https://w3id.org/werkkennis/def#KnowledgeGap> } ORDER BY ?gap LIMIT 12"
ANSWERS = {
    "verdict": "ASK { ?s ?p ?o }",
    "graph": "DESCRIBE <https://w3id.org/werkkennis/id/component/barriers>",
    "pages": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 400",
}


@pytest.fixture
def edit(visit):
    """Open the editor, and wait until it has taken the place of the form's field."""

    def opened(address="/sparql", **how):
        page = visit(address, **how)
        page.wait_for_selector(".yasqe .CodeMirror")
        return page

    return opened


def write(page, query):
    """Put a query where the visitor's own would be."""
    page.locator(".yasqe .CodeMirror").evaluate("(element, query) => element.CodeMirror.setValue(query)", query)


def written(page):
    """Return the query that stands in the editor."""
    return page.locator(".yasqe .CodeMirror").evaluate("element => element.CodeMirror.getValue()")


def run(page, query):
    """Run a query and wait for its answer."""
    write(page, query)
    page.click(RUN)
    expect(page.locator("#status")).to_have_text(re.compile(r"\d"))


def as_csv(server, query):
    """Return what the endpoint gives a program."""
    asked = Request(f"{server}/sparql?{urlencode({'query': query})}", headers={"Accept": "text/csv"})
    with urlopen(asked, timeout=30) as answer:
        return answer.read()


def assert_accessible(page):
    """Hold the page, with everything in it, against WCAG 2.2 AA."""
    found = Axe().run(page, options=test_pages.RULES)
    assert found.response["passes"]
    assert 0 == found.violations_count, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_query_that_is_typed_runs(edit, server):
    """Typed with the keyboard and run with Ctrl+Enter, a query gives the endpoint's rows, asking nothing elsewhere."""
    page = edit()
    page.locator(".yasqe [role=textbox]").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(TYPED)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(ROWS)
    expected = list(csv.reader(io.StringIO(as_csv(server, TYPED).decode())))

    assert 12 == page.locator(ROWS).count()
    assert expected[1][0] == page.locator(f"{ROWS} a.iri").first.get_attribute("title")
    assert page.locator(f"{ROWS} a.iri").first.get_attribute("href").startswith("/doc/gap/")
    assert page.inner_text("#status").startswith("12 rijen")
    assert [] == page.complaints
    assert [] == page.elsewhere


def test_an_example_that_is_chosen_runs(edit):
    """Every question is an example under its theme, in the language of the page; the chosen one comes and runs."""
    page = edit(language="en")
    page.select_option("#question", label="Which outcomes were never measured?")
    page.click("#examples button")
    expect(page.locator(".CodeMirror-code")).to_contain_text("Which outcomes were never measured?")
    shown = written(page)
    page.click(RUN)
    page.wait_for_selector(ROWS)

    assert 25 < page.locator("#question option").count()
    assert 5 <= page.locator("#question optgroup").count()
    assert '"en"' in shown
    assert re.match(r"\d+ rows in", page.inner_text("#status"))


def test_what_is_saved_is_what_the_endpoint_gives(edit, server):
    """The CSV that a visitor saves is that of the endpoint, byte for byte, of the query whose answer is shown."""
    page = edit()
    run(page, SELECT)
    write(page, "SELECT * { ?not ?this ?one }")
    with page.expect_download() as saved:
        page.click("#save")

    assert "werkkennis.csv" == saved.value.suggested_filename
    assert as_csv(server, SELECT) == saved.value.path().read_bytes()


def test_a_mistake_is_said_where_it_is(edit):
    """The engine's sentence stands at the field, its line is marked, and the field has the focus."""
    page = edit()
    write(page, "SELECT *\n{ ?s ?p }")
    page.click(RUN)
    page.wait_for_selector("#problem:not([hidden])")
    field = page.locator(".yasqe [role=textbox]")

    assert "2:" in page.inner_text("#problem")
    assert 1 == page.locator(".yasqe .mistake").count()
    assert "true" == field.get_attribute("aria-invalid")
    assert "problem" in field.get_attribute("aria-describedby").split()
    assert page.evaluate("document.activeElement.closest('.yasqe') !== null")
    assert not page.locator("#found").is_visible()
    assert_accessible(page)


def test_an_answer_goes_when_the_next_query_begins(edit):
    """While a query runs, and after it was stopped, no table and no file of the query before it are offered."""
    page = edit()
    run(page, SELECT)
    page.route("**/sparql", lambda _: None)  # an answer that never comes
    write(page, ANSWERS["verdict"])
    page.click(RUN)
    expect(page.locator("#stop")).to_be_enabled()
    hidden = [page.locator(place).is_hidden() for place in ("#found", "#save")]
    page.click("#stop")

    expect(page.locator("#status")).to_have_text("Gestopt.")
    assert [True, True] == hidden
    assert page.locator("#found").is_hidden()
    assert page.locator("#save").is_hidden()


def test_our_own_words_are_completed(edit):
    """A part of a name or of its label brings our class with its label; choosing it declares its prefix as well."""
    page = edit(language="en")
    write(page, "")
    page.locator(".yasqe [role=textbox]").click()
    page.keyboard.type("SELECT * { ?s a Knowledge")
    page.keyboard.press("Control+ ")
    page.wait_for_selector(".CodeMirror-hint")
    hints = page.locator(".CodeMirror-hint").all_inner_texts()
    page.keyboard.press("Enter")

    assert ["wk:KnowledgeGap  Knowledge gap"] == hints
    expect(page.locator(".CodeMirror-code")).to_contain_text("PREFIX wk: <https://w3id.org/werkkennis/def#>")
    assert written(page).rstrip().endswith("?s a wk:KnowledgeGap")
    assert [] == page.elsewhere


def test_a_link_to_a_query_holds_for_everyone(edit, visit):
    """The link gives the same query and rows in another browser, also without JavaScript; a long one after the #."""
    page = edit()
    run(page, SELECT)
    page.click("#share")
    link = page.input_value("#shared").partition("/sparql")[2]
    long = SELECT + "\n# " + "long " * 2000
    write(page, long)
    page.click("#share")
    long_link = page.input_value("#shared").partition("/sparql")[2]

    assert [SELECT] == parse_qs(urlsplit(link).query)["query"]
    assert 12 == visit(f"/sparql{link}", script=False).locator("table.answer tbody tr").count()
    assert SELECT == written(edit(f"/sparql{link}"))
    assert long_link.startswith("#query=")
    other = edit(f"/sparql{long_link}")
    other.wait_for_selector(ROWS)
    assert long == written(other)


def test_a_question_is_opened_in_the_editor(visit):
    """From the page of a question its query leads to the editor, with the values of that page."""
    page = visit("/questions/gap-lifecycle?asOf=2018-01-01")
    page.click("details.query summary")
    page.click("details.query a.beside")
    page.wait_for_selector(".yasqe .CodeMirror")

    assert '"2018-01-01"^^' in written(page)
    assert "gap-lifecycle" == page.input_value("#question")


def test_nothing_is_kept_but_a_draft(edit):
    """A draft comes back in the same browser, a link never overwrites it, and no cookie is set."""
    page = edit()
    write(page, "ASK { ?draft ?p ?o }")
    page.locator(".yasqe [role=textbox]").click()
    page.keyboard.press("Tab")
    page.goto(page.url.partition("?")[0] + "?question=gap-map")
    page.wait_for_selector(".yasqe .CodeMirror")
    linked = written(page)
    page.goto(page.url.partition("?")[0])
    page.wait_for_selector(".yasqe .CodeMirror")

    assert "?rowTop" in linked
    assert "ASK { ?draft ?p ?o }" == written(page)
    assert [] == page.context.cookies()
    assert page.evaluate("sessionStorage.length === 0 && document.cookie === ''")


def test_the_tab_key_leaves_the_editor(edit):
    """The keyboard is not caught: tab leads on to the next field, and back."""
    page = edit()
    page.locator(".yasqe [role=textbox]").click()
    page.keyboard.press("Tab")
    assert "format" == page.evaluate("document.activeElement.id")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('.yasqe') !== null")


def test_without_script_the_form_does_it_all(visit):
    """Without JavaScript an example is shown, a query runs, a mistake is said at the field, and all is accessible."""
    page = visit("/sparql", script=False, language="en")
    page.select_option("#question", "long-term-unknown")
    page.click("#examples button")
    shown = page.input_value("textarea#query")
    page.fill("textarea#query", SELECT)
    page.click(RUN)
    rows = page.locator("table.answer tbody tr").count()
    page.fill("textarea#query", "SELECT")
    page.click(RUN)

    assert "question@en" in shown
    assert not page.locator("#tools").is_visible()
    assert 12 == rows
    assert "problem" == page.get_attribute("textarea#query", "aria-describedby")
    assert page.locator("#problem").is_visible()


@pytest.mark.parametrize(("language", "width"), [("nl", 390), ("en", 1440)])
def test_the_editor_is_accessible(edit, language, width):
    """No violation of WCAG 2.2 AA in the page, the editor and every sort of answer; nothing is left out."""
    page = edit(language=language, width=width)
    assert_accessible(page)
    for query in ANSWERS.values():
        run(page, query)
        page.wait_for_selector("#found .yasr_results > *")
        assert_accessible(page)
        page.evaluate("document.getElementById('status').textContent = ''")
    page.click(".select_response")
    page.wait_for_selector(".yasr .CodeMirror")
    assert_accessible(page)
    assert [] == page.complaints
    assert [] == page.elsewhere


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_form_is_accessible(visit, language):
    """No violation of WCAG 2.2 AA where the editor never comes."""
    page = visit("/sparql", language=language)
    page.route("**/vendor/**", lambda route: route.abort())
    page.reload()

    assert page.locator("textarea#query").is_visible()
    assert_accessible(page)
