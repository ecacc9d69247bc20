"""What a visitor sees when something is wrong, and the headers of every answer."""

import pytest

from kg.errors import KgError
from kg.web import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "nl"}
PAGES = [
    "/", "/map", "/map/cell?row=component/barriers&column=target-group/jobseekers", "/questions",
    "/questions/gap-lifecycle", "/doc/component/barriers", "/def", "/sparql",
]  # fmt: skip


class BrokenStore:
    """A store in which everything goes wrong."""

    def select(self, query):
        """Fail as a program does."""
        raise ZeroDivisionError(f"secret of /srv/secret: {query}")


class EmptyStore:
    """A store that is out of order."""

    def select(self, _query):
        """Fail with a sentence for a person."""
        raise KgError("the store is closed")


@pytest.fixture
def broken(config, catalogues):
    """A visitor to a site whose store is broken."""
    return create_app(config, BrokenStore(), "broken").test_client()


@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere", 404), ("/doc/x/y", 404), ("/questions/x", 404), ("/map/cell", 400)]
)
def test_a_program_gets_a_problem_document(client, address, status):
    """A client that asks for no page gets a problem document with type, title, status and detail (RFC 9457)."""
    found = client.get(address)

    assert status == found.status_code
    assert "application/problem+json" == found.mimetype
    assert {"type", "title", "status", "detail"} == set(found.json)
    assert status == found.json["status"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html", "text/html"),
        ("application/json", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("image/png", "application/problem+json"),
        ("text/turtle", "application/problem+json"),
    ],
)
def test_the_form_of_an_error_is_negotiated(client, accept, media_type):
    """A page for who accepts one, else the problem document, even where nothing fits."""
    assert media_type == client.get("/nowhere", headers={"Accept": accept}).mimetype


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_error_page_is_a_page_of_the_site(client, language):
    """A person gets a heading in the page's language, an advice and a way on."""
    page = client.get(f"/nowhere?lang={language}", headers=BROWSER)

    assert 404 == page.status_code
    assert {"nl": "<h1>Hier is niets</h1>", "en": "<h1>There is nothing here</h1>"}[language] in page.text
    assert 'href="/questions' in page.text


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_unexpected_gives_nothing_away(broken, accept):
    """An error of the program is 500 without its name, its message, a path or a trace."""
    found = broken.get("/questions/gap-lifecycle.csv" if accept != "text/html" else "/map", headers={"Accept": accept})

    assert 500 == found.status_code
    for secret in ("secret", "ZeroDivision", "Traceback", ".py"):
        assert secret not in found.text


def test_an_error_of_ours_says_its_sentence(config, catalogues):
    """An error that a person can mend is told in its own words, with its status."""
    found = create_app(config, EmptyStore(), "empty").test_client().get("/map")

    assert (500, "the store is closed") == (found.status_code, found.json["detail"])


@pytest.mark.parametrize(
    "address",
    [
        "/<script>alert(1)</script>",
        "/questions/<b>",
        "/doc/<b>/<b>",
        "/map?asOf=<b>",
        "/map?rows=<b>",
        "/map.csv?<b>=1",
    ],
)
def test_markup_of_the_visitor_is_not_markup_of_the_page(client, address):
    """What stands in the address is shown as text, never as markup."""
    found = client.get(address, headers=BROWSER)

    assert found.status_code in {400, 404}
    assert "<b>" not in found.text or "html" not in found.mimetype
    assert "<script>alert" not in found.text


@pytest.mark.parametrize("address", ["/map", "/questions", "/doc/component/barriers"])
def test_other_methods_are_refused(client, address):
    """Pages are read only; the answer names what can be done."""
    found = client.post(address)

    assert 405 == found.status_code
    assert "GET" in found.headers["Allow"]


@pytest.mark.parametrize(
    ("address", "offered"),
    [("/", "text/html"), ("/map", "text/csv"), ("/doc/component/barriers", "text/turtle"), ("/def", "text/turtle")],
)
def test_a_format_that_there_is_not(client, address, offered):
    """Where nothing fits, the answer is 406 and names what there is."""
    found = client.get(address, headers={"Accept": "application/pdf"})

    assert 406 == found.status_code
    assert offered in found.json["detail"]


@pytest.mark.parametrize("address", [*PAGES, "/nowhere", "/static/site.css"])
def test_every_answer_is_protected(client, address):
    """Nothing from elsewhere may run or load, types are not guessed, no address is passed on, nothing is remembered."""
    found = client.get(address, headers=BROWSER)
    policy = found.headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "nosniff" == found.headers["X-Content-Type-Options"]
    assert "no-referrer" == found.headers["Referrer-Policy"]
    assert "Set-Cookie" not in found.headers
    found.close()


@pytest.mark.parametrize("address", PAGES)
def test_a_copy_can_be_asked_about(client, address):
    """A page has a tag; who has it is told that it is still good, and another tag gets the page."""
    first = client.get(address, headers=BROWSER)
    again = client.get(address, headers=BROWSER | {"If-None-Match": first.headers["ETag"]})
    other = client.get(address, headers=BROWSER | {"If-None-Match": '"other"'})

    assert "public, max-age=0, s-maxage=60" == first.headers["Cache-Control"]
    assert (304, b"") == (again.status_code, again.data)
    assert (200, first.data) == (other.status_code, other.data)


def test_another_representation_has_another_tag(client):
    """Language and format each make their own tag, and the answer says that it varies."""
    tags = {
        client.get("/map", headers={"Accept": accept, "Accept-Language": language}).headers["ETag"]
        for accept in ("text/html", "text/csv")
        for language in ("nl", "en")
    }

    assert 4 == len(tags)
    assert {"accept", "accept-language"} <= {name.lower() for name in client.get("/map").vary}


@pytest.mark.parametrize("address", ["/nope", "/doc/finding/nope", "/dumps/latest/nope", "/questions/nope"])
def test_a_problem_document_speaks_one_language(client, address):
    """A problem document is English for everybody, says so, and does not vary by the language that is asked for."""
    found = [client.get(address, headers={"Accept-Language": code}) for code in ("nl", "en")]

    assert found[0].data == found[1].data
    assert ["en", "en"] == [one.headers["Content-Language"] for one in found]
    assert "Accept-Language" not in found[0].vary
    assert client.get("/nope").json["detail"] == "Check the address, or start from the map or the questions."


@pytest.mark.parametrize(
    ("address", "methods"),
    [("/doc/component/barriers.ttl", {"GET"}), ("/catalog", {"GET"}), ("/dumps/latest/werkkennis.nt", {"GET"}),
     ("/map", {"GET"}), ("/changes/feed", {"GET"}), ("/sparql", {"GET", "POST"}),
     ("/graphs", {"GET", "PUT", "POST", "DELETE", "PATCH"})],
)  # fmt: skip
def test_a_page_of_another_site_is_told_beforehand(client, address, methods):
    """A preflight request of a browser is answered without a body; a token is named only where one can be used."""
    found = client.options(address, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"})
    headers = set(found.headers["Access-Control-Allow-Headers"].split(", "))

    assert (204, b"") == (found.status_code, found.data)
    assert "Content-Type" not in found.headers
    assert methods | {"HEAD", "OPTIONS"} == set(found.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"Accept", "Accept-Language", "Content-Type", "If-None-Match", "If-Modified-Since", "If-Range", "Range"} < (
        headers
    )
    assert ("PUT" in methods) == ("Authorization" in headers)
    assert "86400" == found.headers["Access-Control-Max-Age"]
    assert {"Accept-Ranges", "Content-Range"} < set(found.headers["Access-Control-Expose-Headers"].split(", "))
    assert 404 == client.options("/nowhere").status_code
