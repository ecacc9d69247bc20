"""Pages of things: what stands next to them, their row of the map, what refers to them; and the lists by kind."""

import csv
import io
import re
from html import unescape

import pyoxigraph as ox
import pytest

from kg.store import EmbeddedStore
from kg.vocabulary import DCT, ID, WK
from kg.web import create_app
from kg.web.browse import PAGE
from kg.web.kinds import KINDS, SHELVES
from kg.web.site import page_query

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "nl"}
SMALL = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix finding: <https://w3id.org/werkkennis/id/finding/> .
@prefix finding-kind: <https://w3id.org/werkkennis/id/finding-kind/> .
@prefix direction: <https://w3id.org/werkkennis/id/direction/> .
@prefix intervention: <https://w3id.org/werkkennis/id/intervention/> .
@prefix organisation: <https://w3id.org/werkkennis/id/organisation/> .
@prefix publication: <https://w3id.org/werkkennis/id/publication/> .
@prefix rating: <https://w3id.org/werkkennis/id/rating/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix recognition: <https://w3id.org/werkkennis/id/recognition/> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

rating:nji-training a wk:Rating ; rdfs:label "Erkenning van scholing"@nl , "Recognition of training"@en ;
    wk:rates intervention:training ; wk:ratingLevel recognition:first-indications ; wk:by organisation:tno ;
    wk:on "2019-05-01"^^xsd:date ; wk:validUntil "2024-05-01"^^xsd:date .
finding:only-compared a wk:Finding ; rdfs:label "Contact doet het beter dan scholing"@nl , "Contact beats training"@en ;
    wk:findingKind finding-kind:comparison ; wk:direction direction:favourable ;
    wk:intervention intervention:contact ; wk:comparator intervention:training ; wk:reportedIn publication:tno-quickscan-page .
"""


@pytest.fixture(scope="module")
def small(config, generation, catalogues):
    """A visitor of the site over the repository's graph, with a rating and a comparison besides."""
    engine = ox.Store()
    engine.extend(generation.load())
    engine.load(SMALL.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"{ID}graph/small"))
    return create_app(config, EmbeddedStore(engine), "small").test_client()


def read(client, address):
    """Return the text of a page."""
    page = client.get(address, headers=BROWSER)
    assert 200 == page.status_code
    return unescape(page.text)


def answer(client, address):
    """Return the rows of an answer in CSV."""
    return list(csv.DictReader(io.StringIO(client.get(address, headers=BROWSER).text)))


def section(page, name):
    """Return the part of a page under a heading."""
    return page.partition(f'<h2 id="{name}">')[2].partition("</section>")[0]


def table(page, name):
    """Return the table in which one kind of things is listed that refer to a thing."""
    return page.partition(f'<summary id="refers-{name}">')[2].partition("</table>")[0]


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_a_list_has_every_thing_of_its_kind(client, store, kind):
    """Each thing of a kind stands on one page of the list of that kind, once."""
    query = f'SELECT DISTINCT ?s {{ ?s a ?class FILTER(STRSTARTS(STR(?s), "{ID}{kind}/")) }}'
    things = sorted(row["s"].removeprefix(ID) for row in store.select(query).records())
    pages = range(1, -(-len(things) // PAGE) + 1) or [1]
    listed = [
        read(client, f"/browse/{kind}?page={page}").partition("<h1>")[2].partition("<details")[0] for page in pages
    ]

    assert things == sorted(thing for page in listed for thing in re.findall(r'<a href="/doc/([^"]+)">', page))
    for page in listed:
        assert len(things) == int(re.search(r'<span class="count">(\d+)</span></h1>', page)[1])


def test_a_long_list_comes_in_pages(client):
    """Each page leads to the one before and after it, says which it is, and goes on where the other ended."""
    first, second = (read(client, f"/browse/finding{asked}") for asked in ("?lang=en", "?lang=en&page=2"))
    things = [re.findall(r'<li class="depth-0"><a href="/doc/([^"?]+)', page) for page in (first, second)]

    assert [PAGE, PAGE] == [len(found) for found in things]
    assert not set(things[0]) & set(things[1])
    assert re.search(r'<a rel="next" href="/browse/finding[?][^"]*page=2', first)
    assert 'rel="prev"' not in first
    assert '<a rel="prev" href="/browse/finding?lang=en">' in second
    assert 'aria-current="page" aria-label="Page 2"' in second
    assert "Page 2 of" in second


def test_words_that_tell_things_apart_stand_in_one_order(client):
    """Two kinds of one organisation or authors of one publication stand in the order of the alphabet."""
    said = re.findall(r'<span class="note">([^<]+)</span>', read(client, "/browse/publication"))
    authors = [part.split(", ") for line in said for part in line.split(" · ") if part.count(", ") == 1]

    assert authors
    assert [sorted(names) for names in authors] == authors


@pytest.mark.parametrize(("asked", "status"), [("0", 400), ("x", 400), ("-1", 400), ("9999", 404), ("", 200)])
def test_a_page_of_a_list_that_is_not_there(client, asked, status):
    """What is no number of a page is refused; a page after the last is not found."""
    assert status == client.get(f"/browse/study?page={asked}", headers=BROWSER).status_code


def test_a_page_of_the_query_is_a_page_of_the_list():
    """The query gives as many things as stand on a page."""
    assert f"LIMIT {PAGE}\n" in page_query("things-of-kind")


def test_the_lists_are_found_from_one_page(client):
    """The page with all kinds counts each as its list does, and no kind is on no shelf."""
    page = read(client, "/browse")

    assert {kind.name for kind in KINDS} == {name for _, names in SHELVES for name in names}
    for name, count in re.findall(r'<a href="/browse/([a-z-]+)">[^<]+</a> <span class="count">(\d+)</span>', page):
        assert f'<span class="count">{count}</span></h1>' in read(client, f"/browse/{name}")


@pytest.mark.parametrize("address", ["/browse/none", "/browse/direction", "/browse/%3Cb%3E", "/browse/study.csv"])
def test_a_list_that_is_not_there(client, address):
    """A kind without a list is not found, and nothing of its name is shown as markup."""
    page = client.get(address, headers=BROWSER)

    assert 404 == page.status_code
    assert "<b>" not in page.text


@pytest.mark.parametrize(
    ("thing", "rows", "columns"),
    [
        ("intervention/training", "intervention", "outcome"),
        ("target-group/jobseekers", "targetGroup", "component"),
        ("target-group/client-managers", "targetGroup", "component"),
        ("component/discrimination", "component", "targetGroup"),
        ("outcome/finding-work", "outcome", "component"),
        ("theme/re-integration", "theme", "component"),
        ("country/nl", "country", "component"),
    ],
)
def test_the_row_of_the_map_is_that_of_the_map(client, thing, rows, columns):
    """The states on the page of a concept are those of its row of the gap map."""
    found = answer(client, f"/map.csv?rows={rows}&columns={columns}&rowTop={thing}")
    expected = {row["column"].removeprefix(ID): row["state"] for row in found if row["row"] == ID + thing}
    cells = re.findall(r'<li class="s-([a-z-]+) [^"]*"><a href="/map/cell\?([^"]+)"', read(client, f"/doc/{thing}"))
    columns_of = {re.search(r"column=([^&]+)", link)[1].replace("%2F", "/"): state for state, link in cells}

    assert expected
    assert expected == columns_of


def test_each_cell_of_the_row_opens(client):
    """The links of the row lead to cells of the same state."""
    page = read(client, "/doc/intervention/training")
    for state, link in re.findall(r'<li class="s-([a-z-]+) [^"]*"><a href="(/map/cell\?[^"]+)"', page)[:3]:
        assert f'<div class="verdict s-{state}">' in read(client, link)


def test_what_is_no_concept_has_no_row(client):
    """A study has no row of the map."""
    assert 'class="strip"' not in read(client, "/doc/study/tno-quickscan")


def test_neighbours(client):
    """The page of an intervention leads to what is wider, narrower and beside it."""
    page = section(read(client, "/doc/intervention/work-experience-places"), "neighbours")

    assert "<dt>Smaller</dt>" in page
    assert '<a href="/doc/intervention/work-experience-places-private">' in page.partition("<dt>Smaller</dt>")[2]
    assert '<a href="/doc/intervention/work-experience-places">' not in page


def test_technical_facts_come_last(client):
    """The scheme of a concept stands below all that a reader looks for."""
    page = read(client, "/doc/target-group/jobseekers")

    assert page.index('id="neighbours"') < page.index('id="incoming"') < page.index("<dt>Uit het begrippenkader</dt>")


@pytest.mark.parametrize(
    "thing", ["study/tno-quickscan", "publication/tno-quickscan-summary", "component/labour-demand"]
)
@pytest.mark.parametrize(("kind", "name"), [("Finding", "finding"), ("KnowledgeGap", "gap")])
def test_what_refers_stands_in_a_table(client, store, thing, kind, name):
    """Each finding and gap that names a thing stands once in the table of its kind."""
    query = f"SELECT DISTINCT ?s {{ ?s ?p <{ID}{thing}> ; a <{WK}{kind}> }}"
    expected = sorted(row["s"].removeprefix(ID) for row in store.select(query).records())
    listed = table(read(client, f"/doc/{thing}"), name)

    assert expected == sorted(re.findall(rf'<a href="/doc/({name}/[^"]+)"', listed))


def test_a_table_says_nothing_twice(client):
    """On the page of a publication the findings do not name that publication and its date in every row."""
    page = table(read(client, "/doc/publication/tno-quickscan-summary"), "finding")

    assert '<th scope="col">Vindplaats</th>' in page
    assert '<th scope="col">Bron</th>' not in page
    assert '<th scope="col">Gepubliceerd</th>' not in page


def test_a_finding_that_only_compares_says_so(small):
    """On the page of an intervention it is said in which role a finding names it."""
    page = table(read(small, "/doc/intervention/training"), "finding")
    row = page.partition("finding/only-compared")[2].partition("</tr>")[0]

    assert '<th scope="col">Rol</th>' in page
    assert "vergeleken interventie" in row


def test_a_rating_names_scheme_level_and_end(small):
    """A rating stands on the page of what it rates, with who gave it, when, and until when it holds."""
    page = table(read(small, "/doc/intervention/training"), "rating")

    for word in ("Erkenningsniveaus", "Eerste aanwijzingen", "TNO", "1 mei 2019", "1 mei 2024"):
        assert word in page


def test_an_organisation_shows_the_open_gaps_nearest_to_it(client):
    """The gaps are those of the question who could fill it, those with most subjects in common first."""
    rows = answer(client, "/questions/who-could-fill-it.csv")
    shared = {row["gap"]: int(row["sharedConcepts"]) for row in rows if row["organisation"] == f"{ID}organisation/tno"}
    page = section(read(client, "/doc/organisation/tno"), "who-could-fill-it")
    found = [shared[ID + gap] for gap in re.findall(r'<a href="/doc/(gap/[^"]+)">', page)]

    assert sorted(shared.values(), reverse=True)[:10] == found
    assert f'<span class="count">{len(shared)}</span>' in page


def test_a_programme_in_time(client):
    """The rounds and events of a programme stand in the order of time, with what was asked and granted; undated last."""
    page = section(read(client, "/doc/programme/vakkundig-aan-het-werk"), "timeline")
    rounds = re.findall(r'<a href="/doc/round/([^"]+)">', page)

    assert "17 mei 2016 – 20 september 2016" in page  # noqa: RUF001 - as the page says it
    assert "23 aanvragen, 12 toegekend" in page
    assert ["round-1", "round-2"] == rounds[:2]
    assert "top-down-rounds" == rounds[-1]
    assert "Geen datum genoemd" in page


@pytest.mark.parametrize("thing", ["programme/vakkundig-aan-het-werk", "round/round-1", "round/round-2"])
def test_a_project_without_a_date_has_not_the_date_of_its_round(client, store, thing):
    """A project of which no source gives a date stands under "no date stated", also where its round has one."""
    dated = {
        str(row[0].value).removeprefix(ID)
        for row in store.select(
            f"SELECT DISTINCT ?p {{ ?p a <{WK}Project> ; <{WK}startDate>|<{WK}endDate> ?day }}"
        ).rows
    }
    moments = section(read(client, f"/doc/{thing}"), "timeline").split("<li")[1:]
    undated = {
        name
        for moment in moments
        for name in re.findall(r'<a href="/doc/(project/[^"]+)">', moment)
        if 'class="when">Geen datum genoemd<' in moment
    }
    shown = {name for moment in moments for name in re.findall(r'<a href="/doc/(project/[^"]+)">', moment)}

    assert undated
    assert shown - dated == undated


def test_a_study_has_one_date(client):
    """In each table a study is of the day on which the first findings of it came out, not of its registration."""
    page = read(client, "/doc/intervention/ips")
    name = "/doc/study/michon-ips-2014"
    behind = re.findall(rf'<tr>(?:(?!</tr>).)*{name}"(?:(?!</tr>).)*</tr>', section(page, "studies-behind"), re.DOTALL)
    named = re.findall(rf'<tr>(?:(?!</tr>).)*{name}"(?:(?!</tr>).)*</tr>', table(page, "study"), re.DOTALL)

    assert [1, 1] == [len(behind), len(named)]
    for row in behind + named:
        assert ">2014<" in row
        assert "2005" not in row


def test_what_has_a_table_is_in_no_list():
    """The query of the lists leaves out each class that has a table, so that nothing stands there twice."""
    tabled = [kind.iri.removeprefix(WK) for kind in KINDS if kind.table]

    assert len(tabled) > 10
    assert [] == [
        name for name in tabled if not re.search(rf"wk:{name}\b", page_query("incoming").partition("NOT IN")[2])
    ]


def test_of_what_is_named_often_the_newest_stand_there(client, store):
    """A concept that hundreds name shows the newest and the most rigorous, and says how many there are."""
    page = read(client, "/doc/component/discrimination")
    named = store.select(
        f"SELECT ?finding (MAX(?day) AS ?newest) {{ ?finding ?property <{ID}component/discrimination> ; a <{WK}Finding> ; "
        f"<{WK}reportedIn>/<{DCT}issued> ?day }} GROUP BY ?finding"
    ).records()
    shown = set(re.findall(r'<a href="/doc/(finding/[^"]+)"', table(page, "finding")))
    days = {row["finding"].removeprefix(ID): row["newest"] for row in named}

    assert len(named) > 300
    assert len(shown) == 100
    assert min(days[name] for name in shown) >= max(day for name, day in days.items() if name not in shown)
    assert f"de eerste 100 van {len(named)} regels" in page
    assert f'<span class="count">{len(named)}</span>' in page
    behind = section(page, "studies-behind")
    numbers = [re.findall(r'<td class="number">(\d+)</td>', row) for row in behind.split("</tr>")]
    ranks = [int(row[0]) for row in numbers if len(row) == 2]
    assert len(ranks) > 1
    assert ranks == sorted(ranks, reverse=True)
    assert re.search(r"de eerste 100 van (\d+) regels", behind)[1] == re.search(r'class="count">(\d+)<', behind)[1]


@pytest.mark.parametrize(
    ("finding", "said"),
    [("michon-ips-2014-competitive-employment", "Niveau 5 van 5"), ("hiring-discrimination-156", "Onbekend")],
)
def test_a_finding_says_how_rigorous_its_study_is(client, finding, said):
    """The page of a finding names the rigour of its study below that study."""
    page = read(client, f"/doc/finding/{finding}")
    row = page.partition("<dt>Bewijskracht van de studie</dt>")[2].partition("</div>")[0]

    assert said in row
    assert "<dt>Bewijskracht" in read(client, "/doc/study/michon-ips-2014")


def test_a_programme_shows_the_gaps_of_its_lines(client):
    """The numbers of each programme line are those of the question about money and gaps."""
    rows = [row for row in answer(client, "/questions/funding-against-gaps.csv") if row["code"] == "line"]
    page = section(read(client, "/doc/programme/vakkundig-aan-het-werk"), "funding-against-gaps")
    shown = re.findall(r'<a href="/doc/(theme/[^"]+)">.*?</td>\s*<td class="number">(\d+)</td>', page, re.DOTALL)

    assert {(row["theme"].removeprefix(ID), row["statedGaps"]) for row in rows} == set(shown)


def test_the_query_behind_a_table_gives_its_rows(client, store):
    """The query that stands under a table has as many rows as the table."""
    page = read(client, "/doc/study/tno-quickscan").partition('<summary id="refers-gap">')[2]
    count = int(re.search(r'<span class="count">(\d+)</span>', page)[1])
    query = re.search(r"<code>(.*?)</code>", page, re.DOTALL)[1]

    assert count == len(store.select(query).rows)


def test_numbers_are_written_as_people_write_them(client):
    """A budget is written with the points of the language."""
    dutch = read(client, "/doc/programme/vakkundig-aan-het-werk?lang=nl")
    english = read(client, "/doc/programme/vakkundig-aan-het-werk?lang=en")

    assert "10.000.000" in dutch
    assert "10,000,000" in english


@pytest.mark.parametrize("kind", ["intervention", "study", "publication", "gap"])
def test_a_page_leads_to_the_list_of_its_kind(client, store, kind):
    """The trail of a page leads to all things of its kind."""
    query = f'SELECT DISTINCT ?s {{ ?s a ?class FILTER(STRSTARTS(STR(?s), "{ID}{kind}/")) }} LIMIT 1'
    one = store.select(query).records()[0]["s"].removeprefix(ID)
    trail = read(client, f"/doc/{one}").partition('<p class="trail">')[2].partition("</p>")[0]

    assert f'<a href="/browse/{kind}">' in trail


def test_an_intervention_leads_to_its_comparison(client):
    """The page of an intervention leads to a comparison with at most three that stand beside it."""
    page = section(read(client, "/doc/intervention/training"), "neighbours")
    link = re.search(r'href="(/compare/interventions\?[^"]+)"', page)[1]

    assert 4 == link.count("intervention=intervention")
    assert '<table class="sides">' in read(client, link)


@pytest.mark.parametrize(
    ("thing", "least"),
    [("publication/tno-quickscan-report", 1), ("study/tno-quickscan", 3), ("component/discrimination", 1)],
)
def test_references_of_a_thing(client, thing, least):
    """The publications behind a thing go to a reference manager, as many as its page says."""
    count = int(re.search(r"literatuurprogramma: (\d+) publicatie", read(client, f"/doc/{thing}"))[1])

    assert least <= count
    assert count == client.get(f"/doc/{thing}.ris").text.count("\nER  -")
    assert count == len(re.findall(r"^@\w+\{", client.get(f"/doc/{thing}.bib").text, re.MULTILINE))


def test_what_no_publication_names_has_no_references(client):
    """A thing of which no publication says anything has no such file."""
    assert ".ris" not in read(client, "/doc/scheme/directions")
    assert 404 == client.get("/doc/scheme/directions.ris").status_code
