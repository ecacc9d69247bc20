"""The library of questions and their answers."""

import csv
import io
import json
import zipfile
from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from openpyxl import load_workbook

from kg import questions
from kg.store import Table
from kg.vocabulary import ID
from kg.web.captions import CODES, COLUMNS, THEMES
from kg.web.explain import explained
from kg.web.tables import sheet
from kg.web.workbooks import workbook

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "nl"}
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def test_there_are_questions():
    """The tests below go over all questions, of which there are many."""
    assert 20 <= len(questions.names())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_library_names_every_question(client, language):
    """Each question stands in the library with its sentence, under a theme that has a name."""
    page = client.get(f"/questions?lang={language}", headers=BROWSER)

    assert 200 == page.status_code
    for name in questions.names():
        question = questions.find(name)
        assert f'/questions/{name}?lang={language}">{escape(question.asks[language])}</a>' in page.text
        assert question.theme in THEMES


@pytest.mark.parametrize("name", questions.names())
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_has_a_page(client, name, language):
    """A question's page has its sentence as title, its parameters as labelled fields, and a table or a reason."""
    question = questions.find(name)
    page = client.get(f"/questions/{name}?lang={language}", headers=BROWSER)

    assert 200 == page.status_code
    assert f"<h1>{escape(question.asks[language])}</h1>" in page.text
    assert '<table class="answer">' in page.text or '<p class="caution">' in page.text
    for parameter in question.parameters:
        if parameter.kind != "language":
            assert f'<label for="field-{parameter.name}">{parameter.labels[language]}</label>' in page.text


@pytest.mark.parametrize("name", questions.names())
def test_the_twins_of_a_question_agree(client, name):
    """CSV and JSON have the same rows, and the page says how many."""
    page = client.get(f"/questions/{name}", headers=BROWSER).text
    rows = list(csv.DictReader(io.StringIO(client.get(f"/questions/{name}.csv").text)))
    found = json.loads(client.get(f"/questions/{name}.json").data)

    assert len(rows) == len(found["results"]["bindings"])
    assert f'<p class="size">{len(rows)} regel' in page


@pytest.mark.parametrize("name", questions.names())
def test_every_column_and_code_has_a_word(app, store, name):
    """No variable's name and no code of an answer stands on a page."""
    question = questions.find(name)
    table = store.select(question.bind({}))
    with app.test_request_context(headers=BROWSER):
        shown = sheet(table)
    columns = {column.removesuffix("Label") for column in table.columns if not column.lower().endswith("precision")}

    assert set() == columns - set(COLUMNS)
    assert not set(shown.headings) & set(table.columns)
    for row in table.rows:
        for column, term in zip(table.columns, row, strict=True):
            coded = isinstance(term, ox.Literal) and not term.language and term.datatype.value == XSD_STRING
            if coded and column not in {"state", "datePrecision", "untilPrecision", "organisationLabel"}:
                assert term.value in CODES


def test_things_are_links_with_their_label(client):
    """A column of things shows labels that lead to the things' pages; the label is no column of its own."""
    page = client.get("/questions/gap-lifecycle", headers=BROWSER).text

    assert '<a href="/doc/gap/' in page
    assert "gapLabel" not in page.partition("<pre")[0]


def test_concepts_are_chosen_from_their_scheme(client, store):
    """A concept parameter is a list of all concepts of its scheme."""
    query = f"""SELECT ?concept {{
        ?concept <http://www.w3.org/2004/02/skos/core#inScheme> <{ID}scheme/target-groups> }}"""
    page = client.get("/questions/outcomes-never-measured", headers=BROWSER).text

    for row in store.select(query).records():
        assert f'<option value="{row["concept"].removeprefix(ID)}"' in page


def test_a_choice_is_kept_in_the_form(client):
    """What was chosen is still chosen after the answer."""
    page = client.get("/questions/outcomes-never-measured?targetGroup=target-group/jobseekers", headers=BROWSER).text

    assert '<option value="target-group/jobseekers" selected>' in page


def test_an_unknown_question_suggests_others(client):
    """A name that is nearly right gives 404 and the right one."""
    page = client.get("/questions/gap-lifecycl", headers=BROWSER)

    assert 404 == page.status_code
    assert "gap-lifecycle" in page.text


@pytest.mark.parametrize("query", ["asOf=yesterday", "asOf=2015-02-30", "years=ten", "years=1.5"])
def test_a_wrong_value_is_said_at_its_field(client, query):
    """A value of the wrong type gives 400, the value in its field, and a sentence there."""
    name, _, value = query.partition("=")
    page = client.get(f"/questions/stale-searches?{query}", headers=BROWSER)

    assert 400 == page.status_code
    assert f'value="{value}"' in page.text
    assert f'aria-describedby="field-{name}-problem"' in page.text


@pytest.mark.parametrize("query", ["targetGroup=target-group/jobseeker", "country=component/barriers", "rows=columm"])
def test_a_concept_that_does_not_exist_is_said_at_its_field(client, query):
    """A concept or dimension that the graph does not have gives 400 and a sentence at its field, not an empty answer."""
    page = client.get(f"/questions/gap-map?{query}", headers=BROWSER)

    assert 400 == page.status_code
    assert f'aria-describedby="field-{query.partition("=")[0]}-problem"' in page.text


@pytest.mark.parametrize("query", ["asOf=yesterday", "colour=red", "lang=fr"])
def test_a_wrong_value_as_data(client, query):
    """For a program a wrong value is a problem document that names the parameter."""
    problem = client.get(f"/questions/stale-searches.csv?{query}")

    assert 400 == problem.status_code
    assert "application/problem+json" == problem.mimetype
    assert query.partition("=")[0] in problem.json["detail"]


def test_an_empty_value_is_no_value(client):
    """A form that is sent with empty fields gives the same answer as no form."""
    assert (
        client.get("/questions/stale-searches.csv?asOf=&years=").data
        == client.get("/questions/stale-searches.csv").data
    )


def test_the_query_is_bound_and_safe(client):
    """The query as data holds the value, serialised: a value that tries to break out is refused."""
    good = client.get("/questions/gap-lifecycle.rq?asOf=2018-01-01")
    bad = client.get('/questions/gap-lifecycle.rq?asOf=2018-01-01") } SERVICE <http://x/> {')

    assert '"2018-01-01"^^' in good.text
    assert 400 == bad.status_code


def test_a_repeated_value_spans_its_rows():
    """Equal values of leading columns are one cell; an equal value after a different one is not."""
    iri = [ox.NamedNode(f"http://example.org/{name}") for name in "abc"]
    table = Table(("x", "y", "z"), ((iri[0], iri[1], iri[2]), (iri[0], iri[1], iri[1]), (iri[0], iri[2], iri[1])))
    rows = sheet(table).rows

    assert [3, 2, 1] == [entry.span for entry in rows[0]]
    assert [None, None] == rows[1][:2]
    assert rows[2][0] is None
    assert 1 == rows[2][1].span
    assert rows[2][2] is not None


def test_a_column_without_values_is_named_but_not_shown(app):
    """A column that no row fills is left out of the table and named under it."""
    table = Table(("theme", "outcome"), ((ox.NamedNode("http://example.org/a"), None),))
    with app.test_request_context(headers=BROWSER):
        shown = sheet(table)

    assert (["Thema"], ["Uitkomst"]) == (shown.headings, shown.left_out)


def test_dates_are_no_more_precise_than_the_source(app, store):
    """A date that its publication bears with a precision is said with it."""
    query = """PREFIX wk: <https://w3id.org/werkkennis/def#> PREFIX dct: <http://purl.org/dc/terms/>
        SELECT ?publication ?issued { ?publication dct:issued ?issued ; wk:datePrecision "not-after" }"""
    table = store.select(query)
    with app.test_request_context(headers=BROWSER):
        shown = sheet(table)

    assert shown.rows
    assert all(row[1].text.startswith("uiterlijk ") for row in shown.rows)


def test_an_explanation_says_the_words_of_its_table(app):
    """Codes and column names in an explanation are given in the words that the table uses."""
    text = (
        'contested-gap: one. lastSearchedUntil is a date (answers, confirms); "cell" and nothing else, project or not.'
    )
    with app.test_request_context(headers={"Accept-Language": "en"}):
        words = explained(text)

    assert words == (
        "“contested gap”: one. “Last searched” is a date (“answers it”, “confirms it”); "
        "“row and column” and nothing else, project or not."
    )


def test_today_is_the_date_of_a_question_without_one(client):
    """The field for the date holds today's date."""
    assert f'value="{date.today().isoformat()[:4]}' in client.get("/questions/gap-lifecycle", headers=BROWSER).text  # noqa: DTZ011


@pytest.mark.parametrize("form", ["csv", "json", "rq"])
def test_data_of_a_concept_that_is_not_there_is_refused(client, form):
    """An empty table would hide a typing mistake; the answer names what looks like it."""
    problem = client.get(f"/map.{form}?theme=theme/reintegration")

    assert 400 == problem.status_code
    assert "theme/re-integration" in problem.text


def test_a_workbook_holds_the_answer_and_what_it_is(client):
    """The rows of the CSV, with numbers as numbers; beside it the question, its parameters and the licence."""
    rows = list(csv.reader(io.StringIO(client.get("/questions/gaps-by-concept.csv?lang=en").text)))
    sent = client.get("/questions/gaps-by-concept.xlsx?lang=en")
    book = load_workbook(io.BytesIO(sent.data))
    answer, about = book.worksheets

    assert rows == [[str(value) for value in row] for row in answer.iter_rows(values_only=True)]
    assert isinstance(answer["C2"].value, int)
    told = dict(about.iter_rows(values_only=True))
    assert questions.find("gaps-by-concept").asks["en"] == told["Question"]
    assert "CC BY 4.0" == told["Licence"]
    assert 'inline; filename="gaps-by-concept.xlsx"' == sent.headers["Content-Disposition"]


def test_equal_answers_are_equal_workbooks(client):
    """Nothing in a workbook tells when it was made, so that a cache can tell that it is the same."""
    sent = client.get("/questions/gaps-by-concept.xlsx?lang=en").data
    with zipfile.ZipFile(io.BytesIO(sent)) as parts:
        assert {(2000, 1, 1, 0, 0, 0)} == {part.date_time for part in parts.infolist()}
    properties = load_workbook(io.BytesIO(sent)).properties
    assert (2000, 2000) == (properties.created.year, properties.modified.year)


@given(st.text(st.characters(exclude_categories=["C"])))
def test_no_text_becomes_a_formula(app, text):
    """Whatever stands in the graph is text in the workbook."""
    with app.test_request_context():
        book = load_workbook(io.BytesIO(workbook(Table(("x",), ((ox.Literal(text),),)), {})))
    cell = book.worksheets[0]["A2"]

    assert text == (cell.value or "")
    assert "f" != cell.data_type


@pytest.mark.parametrize("name", [name for name in questions.names() if questions.find(name).chart])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_chart_is_drawn_of_the_answer(client, store, name, language):
    """A question that names a chart gives it as SVG, made of columns that its answer has."""
    question = questions.find(name)
    drawn = client.get(f"/questions/{name}.svg?lang={language}")

    assert set(question.chart) <= set(store.select(question.bind({})).columns)
    assert "image/svg+xml" == drawn.mimetype
    assert b"</svg>" in drawn.data
    assert drawn.data == client.get(f"/questions/{name}.svg?lang={language}").data
    assert (
        f'src="/questions/{name}.svg?lang={language}"'
        in client.get(f"/questions/{name}?lang={language}", headers=BROWSER).text
    )


def test_a_question_without_a_chart_has_none(client):
    """Where a chart would be no help, that format is not offered."""
    assert 406 == client.get("/questions/gap-lifecycle.svg").status_code


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_tells_others_what_it_is(client, language):
    """Title and description for search engines and for who shares the link."""
    question = questions.find("gap-lifecycle")
    text = client.get(f"/questions/gap-lifecycle?lang={language}", headers=BROWSER).text

    assert f'<meta property="og:title" content="{escape(question.asks[language])}">' in text
    assert f'<meta name="description" content="{escape(question.explains[language])}">' in text


def test_a_chart_opened_alone_is_drawn(client):
    """A drawing brings its own styles, which its policy must allow; it may do nothing else."""
    policy = client.get("/questions/gaps-by-concept.svg").headers["Content-Security-Policy"]

    assert "default-src 'none'; style-src 'unsafe-inline'; sandbox" == policy


def test_a_narrowed_answer_says_to_what(client):
    """Which group an answer is about stands above it in words, not only in a list to choose from."""
    page = client.get(
        "/questions/outcomes-never-measured?targetGroup=target-group/mild-mental-complaints&lang=en", headers=BROWSER
    ).text

    assert "<li>Target group: <strong>" in page
    assert '<ul class="narrowed"' not in client.get("/questions/outcomes-never-measured", headers=BROWSER).text


def test_a_chart_without_bars_is_not_shown(client):
    """Where every value is nought, a chart would show nothing."""
    address = "/questions/outcomes-never-measured?targetGroup=target-group/mild-mental-complaints"

    assert "<figure" in client.get("/questions/outcomes-never-measured", headers=BROWSER).text
    assert "<figure" not in client.get(address, headers=BROWSER).text
