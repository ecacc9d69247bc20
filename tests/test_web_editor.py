"""What the editor is given: a query to start from, examples, words to complete, and the policy of its page."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from kg import questions
from kg.web import create_app, editor
from kg.web.captions import THEMES

HTML = {"Accept": "text/html", "Accept-Language": "en"}


def test_every_question_is_an_example(client):
    """Each stands in the list under its theme, in the language of the page."""
    page = unescape(client.get("/sparql", headers=HTML).text)
    options = dict(re.findall(r'<option value="([a-z-]+)"[^>]*>([^<]+)</option>', page.split("</select>")[0]))

    assert {name: questions.find(name).asks["en"] for name in questions.names()} == options
    assert len(THEMES) == page.count("<optgroup")


@pytest.mark.parametrize("name", questions.names())
def test_an_example_is_shown_and_not_run(client, name):
    """The query of an example stands in the form, in the page's language, and can be read by the engine."""
    page = client.get("/sparql", query_string={"question": name}, headers=HTML)
    query = client.get(f"/questions/{name}.rq?lang=en").text

    assert 200 == page.status_code
    assert query.splitlines()[-1] in unescape(page.text)
    assert '<table class="answer"' not in page.text


def test_the_link_of_a_question_keeps_its_values(client):
    """The link on a question's page leads to the query of that page."""
    page = client.get("/questions/gap-lifecycle?asOf=2018-01-01&lang=en", headers=HTML).text
    link = re.search(r'class="beside" href="([^"]+)"', page)[1].replace("&amp;", "&")

    assert {"question": ["gap-lifecycle"], "asOf": ["2018-01-01"], "lang": ["en"]} == parse_qs(urlsplit(link).query)
    assert "2018-01-01" in client.get(link, headers=HTML).text


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"question": "none"}, 404),
        ({"question": "gap-map", "asOf": "soon"}, 400),
        ({"question": "gap-map", "x": "1"}, 400),
    ],
)
def test_a_wrong_example_is_said(client, values, status):
    """A question that is not there, or a value that cannot be used, is a page with its status."""
    assert status == client.get("/sparql", query_string=values, headers=HTML).status_code


@pytest.mark.parametrize(("language", "label"), [("nl", "Kennislacune"), ("en", "Knowledge gap")])
def test_the_words_to_complete(client, language, label):
    """Classes, properties and concepts come with their label, prefixes with their namespace; a copy can be kept."""
    found = client.get(f"/sparql/words.json?lang={language}")
    words = found.json
    again = client.get(f"/sparql/words.json?lang={language}", headers={"If-None-Match": found.headers["ETag"]})

    assert ["https://w3id.org/werkkennis/def#KnowledgeGap", label] in words["classes"]
    assert "http://purl.org/dc/terms/title" in dict(words["properties"])
    assert "https://w3id.org/werkkennis/id/component/barriers" in dict(words["concepts"])
    assert "https://w3id.org/werkkennis/def#" == words["prefixes"]["wk"]
    assert "https://w3id.org/werkkennis/id/target-group/" == words["prefixes"]["target-group"]
    assert 304 == again.status_code


def test_every_prefix_of_a_question_can_be_completed(client):
    """What our own queries declare is what the editor declares."""
    known = client.get("/sparql/words.json").json["prefixes"]
    for name in questions.names():
        for prefix, namespace in re.findall(r"^PREFIX ([\w-]+): <([^>]+)>", questions.find(name).text, re.MULTILINE):
            assert namespace == known.get(prefix), (name, prefix)


def test_the_policy_of_the_page_lets_in_one_style_and_no_script(client):
    """Only the page of the editor has more than the policy of every page, and that is one hash of a style."""
    of_editor = client.get("/sparql", headers=HTML).headers["Content-Security-Policy"]
    of_others = client.get("/", headers=HTML).headers["Content-Security-Policy"]
    as_data = client.get("/sparql?query=ASK{}").headers["Content-Security-Policy"]

    assert re.fullmatch(re.escape(of_others) + r"; style-src 'self' 'sha256-[\w+/=]{44}'", of_editor)
    assert of_others == as_data
    assert "unsafe" not in of_editor


def test_without_the_editor_the_page_is_a_plain_form(config, store, catalogues, monkeypatch):
    """Where the build could not fetch the editor, nothing of it is asked for and the form is there."""
    monkeypatch.setattr(editor, "fetched", lambda: False)
    page = create_app(config, store, "x").test_client().get("/sparql", headers=HTML).text

    assert "/static/editor/" not in page
    assert "yasgui" not in page
    assert '<textarea id="query"' in page
