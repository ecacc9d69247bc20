"""Dutch first, English beside it: how the language is chosen, and that every word has both."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from kg.settings import Settings
from kg.web import create_app

KG = Path(__file__).resolve().parents[1] / "src/kg"
WEB = KG / "web"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


@pytest.fixture(scope="module")
def catalogue():
    """The Dutch catalogue."""
    with (WEB / "translations/nl/LC_MESSAGES/messages.po").open("rb") as po:
        return read_po(po, locale="nl")


@pytest.fixture(scope="module")
def used():
    """Every text that the templates and modules of the site and of the command line look up."""
    return {message for _, _, message, _, _ in extract_from_dir(KG, method_map=METHODS)}


def test_every_text_has_a_dutch_translation(catalogue, used):
    """No text is missing from the catalogue, empty, doubtful or without one of its plurals."""
    assert 150 < len(used)
    for text in used:
        message = catalogue.get(text[0] if isinstance(text, tuple) else text)
        assert message is not None, text
        assert not message.fuzzy, text
        assert all(message.string) if isinstance(message.string, tuple) else message.string, text


def test_no_translation_is_left_over(catalogue, used):
    """Every entry of the catalogue is used."""
    assert {message.id for message in catalogue if message.id} == used


def test_translations_keep_their_values(catalogue):
    """A value that stands in a text stands in its translation too."""
    for message in catalogue:
        assert not list(message.check(catalogue)), message.id


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", None, "nl"),
        ("", "en", "en"),
        ("", "en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("", "nl-NL,nl;q=0.9,en;q=0.5", "nl"),
        ("", "fr", "nl"),
        ("", "fr, en;q=0.3", "en"),
        ("?lang=en", "nl", "en"),
        ("?lang=nl", "en", "nl"),
        ("?lang=fr", "en", "en"),
    ],
)
@pytest.mark.parametrize("page", ["/", "/questions", "/def", "/sparql", "/nowhere"])
def test_which_language(client, page, query, header, language):
    """The address decides, else what the browser asks for, else Dutch; the page and its header say which."""
    headers = {"Accept": "text/html"} | ({"Accept-Language": header} if header else {})
    found = client.get(page + query, headers=headers)

    assert f'<html lang="{language}">' in found.text
    assert language == found.headers["Content-Language"]


def test_the_setting_decides_for_who_asks_nothing(store, catalogues):
    """The language of the settings is that of a visitor who asks for none that we have."""
    visitor = create_app(Settings(language="en"), store, "x").test_client()

    assert '<html lang="en">' in visitor.get("/", headers={"Accept": "text/html"}).text


def test_the_switch_keeps_the_rest_of_the_address(client):
    """The link to the other language leads to the same page with the same choices."""
    page = client.get("/map?rows=outcome&asOf=2017-01-01&lang=nl", headers={"Accept": "text/html"}).text

    assert 'href="/map?rows=outcome&amp;asOf=2017-01-01&amp;lang=en"' in page


@pytest.mark.parametrize("page", ["/", "/map", "/questions", "/doc/component/barriers"])
def test_a_chosen_language_goes_along(client, page):
    """Who chose a language in the address keeps it on every link of the site."""
    text = client.get(f"{page}?lang=en", headers={"Accept": "text/html", "Accept-Language": "nl"}).text
    links = [part.partition('"')[0] for part in text.split('<a href="/')[1:]]

    assert links
    assert all("lang=en" in link for link in links)


def test_data_speaks_the_language_of_its_address(client):
    """Labels in a CSV are in the language asked for."""
    dutch = client.get("/questions/gaps-by-concept.csv?lang=nl").text
    english = client.get("/questions/gaps-by-concept.csv?lang=en").text

    assert dutch != english
