"""Search: what is found, in which order, how it is shown; whatever is typed, nothing breaks."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from kg import questions
from kg.errors import StoreUnavailable
from kg.search import Asked, Card, Index, Passage, passage, pieces, read, wanted
from kg.search.spelling import Spelling
from kg.search.words import fold, root
from kg.settings import Settings
from kg.store import EmbeddedStore
from kg.vocabulary import ID
from kg.web import create_app, lookup

BROWSER = {"Accept": "text/html", "Accept-Language": "nl"}


def names(page):
    """Return the names of the results on a page."""
    found = re.findall(r"<h2><a href=[^>]*>(.*?)</a></h2>", page)
    return [name.replace("<mark>", "").replace("</mark>", "") for name in found]


def card(slug, name, kind="Concept", tier=0, text="", **more):
    """Return the card of a thing with a Dutch name."""
    return Card(f"{ID}{slug}", kind, tier, {"nl": name}, texts=[Passage(text, "nl")] if text else [], **more)


def found_by(index, query, language="nl", **more):
    """Return the Dutch names of what a query finds."""
    return [one.name("nl").text for one in index.find(Asked(query, language, **more)).cards]


@pytest.fixture(scope="module")
def index():
    """A small index with the words that are hard to find."""
    return Index(
        [
            card("a/1", "Arbeidsbemiddeling", text="Vraag en aanbod bij elkaar brengen."),
            card("a/2", "Schuldhulpverlening", also=[Passage("Hulp bij schulden", "nl")]),
            card("a/3", "Werkplekken", text="Waar iemand werkt."),
            card("a/4", "Re-integratie"),
            card("a/5", "Coördinatoren"),
            card("a/6", "Banen"),
            card("a/7", "Begeleiding"),
            card("a/8", "Beleid"),
            card("a/9", "Loonkostensubsidie"),
            card("a/10", "Studie van een auteur", kind="Publication", also=[Passage("Jo Ødegård-Çelik", "")]),
            card("f/1", "Arbeidsbemiddeling helpt een beetje", kind="Finding", tier=2),
            card("f/2", "Over bemiddeling is weinig bekend", kind="Finding", tier=2),
            Card(f"{ID}a/11", "Concept", 0, {"nl": "Mensen met een uitkering", "en": "Benefit recipients"}),
        ]
    )


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("bemiddeling", "Arbeidsbemiddeling"),
        ("schuldhulp", "Schuldhulpverlening"),
        ("SCHULD", "Schuldhulpverlening"),
        ("schulden", "Schuldhulpverlening"),
        ("verlening", "Schuldhulpverlening"),
        ("werkplek", "Werkplekken"),
        ("reintegratie", "Re-integratie"),
        ("reïntegratie", "Re-integratie"),
        ("integratie", "Re-integratie"),
        ("coordinator", "Coördinatoren"),
        ("baan", "Banen"),
        ("loon", "Loonkostensubsidie"),
        ("odegard celik", "Studie van een auteur"),
        ("Benefits", "Mensen met een uitkering"),
        ("recipient", "Mensen met een uitkering"),
    ],
)
def test_words_are_found_as_people_write_them(index, query, name):
    """Parts of compounds, singular for plural, no accents, no hyphens, either language: the thing is found."""
    assert name in found_by(index, query)


@pytest.mark.parametrize(("query", "name"), [("beleid", "Begeleiding"), ("lon", "Banen"), ("eid", "Beleid")])
def test_what_only_looks_alike_is_not_found(index, query, name):
    """A policy is no guidance, and three letters in the middle of a word find nothing."""
    assert name not in found_by(index, query)


def test_all_words_are_needed_unless_no_thing_has_them(index):
    """Two words find what has both; where nothing has both, what has one, and this is said."""
    both = index.find(Asked("hulp schulden", "nl"))
    some = index.find(Asked("banen beleid", "nl"))

    assert (["Schuldhulpverlening"], True) == ([one.name("nl").text for one in both.cards], both.whole)
    assert ({"Banen", "Beleid"}, False) == ({one.name("nl").text for one in some.cards}, some.whole)


def test_a_statement_stands_below_a_thing_of_the_same_match(index):
    """A concept with the word in a compound comes before a finding with the word itself."""
    order = found_by(index, "bemiddeling")

    assert ["Arbeidsbemiddeling", "Over bemiddeling is weinig bekend", "Arbeidsbemiddeling helpt een beetje"] == order


def test_the_name_that_is_asked_for_comes_first(index):
    """The exact name of a finding comes before a concept that has it as a part."""
    assert "Arbeidsbemiddeling" == found_by(index, "arbeidsbemiddeling")[0]


def test_without_words_everything_is_listed_by_name(index):
    """No word finds all things, in the order of the alphabet."""
    listed = found_by(index, "")

    assert 13 == len(listed)
    assert sorted(listed, key=fold) == listed


def test_facets_count_without_their_own_filter(index):
    """Choosing a kind narrows the results and leaves the counts of the other kinds."""
    found = index.find(Asked("bemiddeling", "nl", kind="Finding"))

    assert (2, {"Concept": 1, "Finding": 2}) == (found.total, found.kinds)


def test_results_come_in_pages(index):
    """Pages of results do not overlap and hold all."""
    asked = Asked("", "nl")
    parts = [one.iri for start in (0, 5, 10) for one in index.find(asked, start, 5).cards]

    assert parts == [one.iri for one in index.find(asked, 0, 100).cards]


@pytest.mark.parametrize(
    ("query", "better"),
    [
        ("schudhulpverlening", "schuldhulpverlening"),
        ("re-integrtie", "re-integratie"),
        ("de schudhulpverlening  nu", "de schuldhulpverlening nu"),
        ("Cordinatoren", "coördinatoren"),
        ("schuldhulp", ""),
        ("zzzzzz", ""),
        ("", ""),
    ],
)
def test_a_wrong_spelling_is_corrected(index, query, better):
    """A word that stands nowhere becomes the one that it looks like; the rest of the query stays."""
    assert better == index.corrected(query)


def test_a_frequent_word_wins_among_equals():
    """Of two words that are as near the one that stands in more texts is given."""
    assert "plaats" == Spelling([("plaats", 9), ("plaatj", 1)]).like("plaat")


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("baan banen", "ban"),
        ("gemeente gemeenten", "gemeent"),
        ("uitkering uitkeringen", "uitkering"),
        ("interventie interventies", "interventi"),
        ("werkplek werkplekken", "werkplek"),
        ("bedrijf bedrijven", "bedrijf"),
        ("jongere jongeren", "jonger"),
        ("kans kansen", "kans"),
        ("proces processen", "proc"),
        ("schuld schulden", "schuld"),
        ("psychiatrisch psychiatrische", "psychiatrisch"),
    ],
)
def test_dutch_endings(words, same):
    """Singular and plural, and both forms of an adjective, have one root."""
    assert {same} == {root(word, "nl") for word in words.split()}


def test_what_shows_of_a_text_is_where_the_word_stands():
    """A long text is cut around the word; the word is marked, and only it."""
    long = f"{'eerst iets anders ' * 30}dan schuldhulp {'en nog meer ' * 30}"
    words = wanted("schuldhulp")
    shown = passage(card("a/1", "Naam", text=long), words, "nl")

    assert len(shown.text) < 260
    assert shown.text.startswith("… ")
    assert shown.text.endswith(" …")
    assert ["schuldhulp"] == [piece.text for piece in pieces(shown.text, words) if piece.marked]


@given(st.text(max_size=300), st.text(max_size=40))
def test_pieces_are_the_text(text, query):
    """Whatever is marked, the pieces together are the text."""
    assert text == "".join(piece.text for piece in pieces(text, wanted(query)))


def test_a_name_in_another_language_tells_why(index):
    """Where only the English name has the word, the Dutch page shows it, as English."""
    words = wanted("recipients")
    one = index.find(Asked("recipients", "nl")).cards[0]

    assert Passage("Benefit recipients", "en") == passage(one, words, "nl")


def test_kinds_come_from_the_classes():
    """What is a concept and an intervention is an intervention; what is of no kind of ours is left out."""
    turtle = f"""
        @prefix wk: <https://w3id.org/werkkennis/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix dct: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <{ID}intervention/x> a wk:Intervention , skos:Concept ; skos:prefLabel "X"@nl ; skos:notation "x-y" .
        <{ID}rating/y> a wk:Rating ; rdfs:label "Y"@nl .
        <{ID}publication/z> a wk:Publication ; rdfs:label "Z"@nl ; dct:creator "A. Uteur" , <{ID}organisation/o> .
        <{ID}organisation/o> a <http://www.w3.org/ns/org#Organization> ; rdfs:label "Instituut"@nl .
        <{ID}other/q> a <http://example.org/Other> ; rdfs:label "Q"@nl .
    """
    store = ox.Store()
    store.load(turtle.encode(), ox.RdfFormat.TURTLE)
    table = EmbeddedStore(store).select("SELECT ?s ?p ?o { ?s ?p ?o }")
    catalogue = read(table.rows)
    cards = {one.iri.removeprefix(ID): one for one in catalogue.cards}

    assert ["Intervention", "Publication", "Organization", "Rating"] == list(catalogue.kinds)
    assert {"intervention/x", "rating/y", "publication/z", "organisation/o"} == set(cards)
    assert {"A. Uteur", "Instituut"} == {one.text for one in cards["publication/z"].also}
    assert ["X"] == found_by(Index(catalogue.cards), "x y")


def test_a_search_shows_what_it_finds(client):
    """Names link to the pages of the things, with the word marked, the word by itself first; the number of results is said."""
    page = client.get("/search?q=schuldhulp", headers=BROWSER).text

    assert '<a href="/doc/intervention/debt-interventions"><mark>Schuldhulpverlening</mark></a>' in page
    assert "Vrijwilligers in de schuldhulp" == names(page)[0]
    total = client.get("/search.json?q=schuldhulp").json["total"]
    assert f"{total} resultaten voor “schuldhulp”" in page
    assert min(total, 20) == len(names(page))


def test_everything_that_has_a_name_can_be_found(client, store):
    """The name of each thing finds it."""
    query = f"""SELECT ?thing ?name {{
        ?thing a ?kind ; <http://www.w3.org/2000/01/rdf-schema#label> ?name
        FILTER(STRSTARTS(STR(?thing), "{ID}") && !STRSTARTS(STR(?thing), "{ID}graph/") && LANG(?name) = "nl") }}
        ORDER BY ?thing LIMIT 25"""
    rows = store.select(query).records()

    assert rows
    for row in rows:
        found = client.get("/search.json", query_string={"q": row["name"]}).json
        assert row["thing"] in [one["iri"] for one in found["results"]], row["name"]


def test_of_a_large_graph_all_but_the_literature_can_be_found(client, config, store, monkeypatch):
    """Where the words of all are too many, what is not in a source is found as ever, and the page says what is not."""
    monkeypatch.setattr(lookup, "_MOST", 0)
    large = create_app(config, store, "large").test_client()
    kinds = ("Intervention", "KnowledgeGap", "Project", "Recommendation", "Organization", "Concept", "Question", "Term")

    for kind in kinds:
        small, brief = (one.get(f"/search.json?q=werk&kind={kind}").json for one in (client, large))
        assert small["total"] == brief["total"] > 0, kind
        assert {one["iri"] for one in small["results"]} == {one["iri"] for one in brief["results"]}, kind
    assert not {"Finding", "Study", "Publication"} & {one["value"] for one in large.get("/search.json").json["kinds"]}
    said = "studies, publicaties en wat daarin staat hier niet worden doorzocht"
    assert said in large.get("/search?q=werk", headers=BROWSER).text
    assert said not in client.get("/search?q=werk", headers=BROWSER).text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_questions_are_found_in_both_languages(client, language):
    """The sentence of a question finds it, also on a page in the other language, and leads to it."""
    question = questions.find("gap-lifecycle")
    found = client.get("/search.json", query_string={"q": question.asks[language], "lang": "en"}).json

    assert "/questions/gap-lifecycle?lang=en" == found["results"][0]["url"]
    assert question.asks["en"] == found["results"][0]["label"]


def test_labels_are_in_the_language_of_the_page(client):
    """A Dutch word finds a thing on the English page, which has its English name."""
    found = client.get("/search?q=schuldhulp&lang=en", headers=BROWSER).text

    assert '<html lang="en">' in found
    assert "Volunteers in debt counselling" == names(found)[0]
    assert 'lang="nl"><mark>' in found


def test_a_wrong_spelling_has_a_result(client):
    """What stands nowhere is looked for as it is meant, and the page says so."""
    page = client.get("/search?q=schudhulpverlening", headers=BROWSER).text

    assert "Niets heeft de woorden “schudhulpverlening”. Hier staat wat “schuldhulpverlening” heeft." in page
    assert "Schuldhulpverlening" == names(page)[0]


def test_nothing_found_says_nothing_about_what_works(client):
    """A search without results is a page that helps, and no claim."""
    page = client.get("/search?q=qqqqzzzz", headers=BROWSER)

    assert 200 == page.status_code
    assert "Dat zegt niets over wat werkt" in page.text
    assert 'href="/map"' in page.text


def test_an_empty_search_shows_what_there_is(client):
    """Without a query the page explains itself, and has a link to each kind with its number."""
    page = client.get("/search", headers=BROWSER).text
    gaps = client.get("/questions/gap-lifecycle.csv").text

    count = int(re.search(r'kind=KnowledgeGap">Kennislacune</a> <span class="count">(\d+)', page)[1])
    assert len({line.split(",")[0] for line in gaps.splitlines()[1:]}) == count
    assert "Zo zoekt het" in page


def test_browsing_a_kind_goes_over_all_its_pages(client):
    """All things of a kind stand on its pages, once, in the order of the alphabet."""
    first = client.get("/search.json?kind=KnowledgeGap&lang=nl").json
    rest = [
        client.get(f"/search.json?kind=KnowledgeGap&lang=nl&page={page}").json for page in range(2, first["pages"] + 1)
    ]
    listed = [one["label"] for answer in (first, *rest) for one in answer["results"]]

    assert first["total"] == len(listed)
    assert sorted(listed, key=fold) == listed


def test_the_page_and_its_data_agree(client):
    """The JSON has the results of the page."""
    found = client.get("/search.json?q=werk&lang=nl").json
    page = client.get("/search?q=werk&lang=nl", headers=BROWSER).text

    assert [str(escape(one["label"])) for one in found["results"]] == names(page)
    assert f"{found['total']} resultaten" in page
    assert found["total"] == sum(kind["count"] for kind in found["kinds"])


@pytest.mark.parametrize("wrong", ["kind=None", "scheme=x", "page=0", "page=-1", "page=two", "page=1.5"])
def test_a_wrong_value_is_refused(client, wrong):
    """A kind or scheme that does not exist, or a number that is none, gives 400."""
    assert 400 == client.get(f"/search?q=werk&{wrong}", headers=BROWSER).status_code


def test_a_page_past_the_last_is_not_there(client):
    """There is no page 500 of the results, nor any later one."""
    assert [404, 404] == [
        client.get(f"/search?q=werk&page={page}", headers=BROWSER).status_code for page in (500, 99999)
    ]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "a AND (b",
        "*",
        "/[/",
        "name_nl:x",
        "\x00\x01",
        "'; DROP",
        "a" * 9000,
        "<script>alert(1)</script>",
        "日本語",
    ],
)
def test_no_query_breaks_the_page(client, query):
    """Operators, quotes, control characters and long texts are words or nothing, and never markup."""
    page = client.get("/search", query_string={"q": query}, headers=BROWSER)

    assert 200 == page.status_code
    assert "<script>alert" not in page.text


@settings(max_examples=150, deadline=None)
@given(
    query=st.text(max_size=60) | st.text(st.sampled_from("ab \"'()[]{}*?+-~^:\\/|&!<>.,;éß\x00\u202e"), max_size=40),
    path=st.sampled_from(["/search", "/search.json", "/search/suggest"]),
)
def test_whatever_is_typed_there_is_an_answer(app, query, path):
    """Any text gives a page, data or suggestions."""
    assert 200 == app.test_client().get(path, query_string={"q": query}).status_code


def test_suggestions_are_few_names_with_their_pages(client):
    """What somebody types gives at most ten names that have it, each with kind and address."""
    found = client.get("/search/suggest?q=schuldh&lang=nl").json

    assert "Schuldhulpverlening" == found[0]["label"]
    assert "/doc/intervention/debt-interventions?lang=nl" == found[0]["url"]
    assert "Interventie" == found[0]["kind"]
    assert len(client.get("/search/suggest?q=we").json) == 10


@pytest.mark.parametrize("typed", ["", "s", " ", "%00%00%00"])
def test_too_little_suggests_nothing(client, typed):
    """One letter, or nothing that is a letter, gives no suggestions."""
    assert [] == client.get(f"/search/suggest?q={typed}").json


def test_an_unfinished_last_word_is_enough(client):
    """The last word may have one letter only."""
    assert "Job search behaviour" in [one["label"] for one in client.get("/search/suggest?q=job+s&lang=en").json]


@pytest.mark.parametrize("page", ["/", "/questions", "/doc/component/barriers", "/nowhere"])
def test_the_search_box_is_on_every_page(client, page):
    """Each page has a form that leads to the search and keeps the language; it works without a script."""
    text = client.get(f"{page}?lang=en", headers=BROWSER).text
    form = text.partition('<form class="finder"')[2].partition("</form>")[0]

    assert 'action="/search"' in form
    assert '<input type="hidden" name="lang" value="en">' in form
    assert "Search the site" in form


def test_the_index_is_made_once(config, store, generation, catalogues):
    """Many who search first wait for one index."""
    asked = []

    class Counting:
        def select(self, query):
            asked.append(query)
            return store.select(query)

        def __len__(self):
            return len(store)

    app = create_app(config.replace(cache_bytes=0), Counting(), generation.name)
    start = threading.Barrier(8)

    def search(_number):
        start.wait()
        return app.test_client().get("/search.json?q=werk").status_code

    with ThreadPoolExecutor(8) as pool:
        assert [200] * 8 == list(pool.map(search, range(8)))
    assert 1 == len(asked)


def test_a_store_that_was_away_is_asked_again(store, catalogues):
    """While the store does not answer a search says so; when it does, the search works."""

    class Waking:
        awake = False

        def select(self, query):
            if not self.awake:
                raise StoreUnavailable("away")
            return store.select(query)

        def __len__(self):
            return len(store)

    waking = Waking()
    visitor = create_app(Settings(cache_bytes=0), waking, "x").test_client()
    away = visitor.get("/search.json?q=werk").status_code
    waking.awake = True

    assert 503 == away
    # On a busy machine the index may take longer than a search waits for it: that is 503 as well, and no failure.
    answers = (visitor.get("/search.json?q=werk").status_code for _ in range(20))
    assert 200 == next((status for status in answers if status != 503), 503)


def test_the_data_can_be_read(client):
    """The twin is JSON, whatever the query holds."""
    answer = client.get("/search.json", query_string={"q": '"quoted" \\ back'})

    assert "application/json" == answer.mimetype
    assert '"quoted" \\ back' == json.loads(answer.data)["query"]


def test_a_gap_is_found_by_what_it_is_about(client):
    """A gap need not name the intervention in its own words; where it does not, it stands behind what does."""
    found = [
        one["label"] for page in (1, 2) for one in client.get(f"/search.json?q=schuldhulp&page={page}").json["results"]
    ]

    assert "Schuldhulpverlening" in found[:10]
    assert any("schuldproblemen" in name for name in found)
