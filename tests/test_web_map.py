"""The front page, the map and its cells."""

import csv
import io
import json
import re
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from kg import questions
from kg.vocabulary import ID
from kg.web.concepts import Head
from kg.web.grid import lay_out

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "nl"}
STATES = {"effect", "harm", "no-effect", "mixed", "too-weak", "untested", "searched-nothing", "never-searched"}


def rows_of(response):
    """Read a CSV answer."""
    return list(csv.DictReader(io.StringIO(response.text)))


def test_the_front_page_is_dutch_and_holds_the_map(client):
    """The front page says what this is, shows the map and says what its absence does not mean."""
    page = client.get("/", headers=BROWSER)

    assert 200 == page.status_code
    assert '<html lang="nl">' in page.text
    assert '<table class="map">' in page.text
    assert "Niet hierin betekent niet: werkt niet." in page.text


def test_the_front_page_shows_the_first_branch_of_target_groups(client):
    """The first map has people looking for work as columns, and no professionals."""
    page = client.get("/", headers=BROWSER).text

    assert "target-group/jobseekers" in page
    assert "target-group/professionals-and-organisations" not in page


def test_all_branches_on_request(client):
    """With ``whole`` the other branches are columns too."""
    page = client.get("/map?whole=1", headers=BROWSER).text

    assert "target-group/professionals-and-organisations" in page


def test_rows_stand_in_the_groups_of_the_graph(client, store):
    """The components stand under the names of their collections, in the graph's words."""
    query = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?label { ?group a skos:Collection ; skos:prefLabel ?label . FILTER(LANG(?label) = "nl") }"""
    groups = [row["label"] for row in store.select(query).records()]
    page = client.get("/map", headers=BROWSER).text

    assert groups
    for group in groups:
        assert f"<span>{group}</span></th>" in page


def test_every_cell_has_its_state_in_words_and_leads_to_its_own_page(client):
    """Each pair of the answer is a link to its cell, with the state as a class and a word."""
    answer = rows_of(client.get("/map.csv", headers=BROWSER))
    page = client.get("/map", headers=BROWSER).text
    cells = re.findall(r'<td class="s-([a-z-]+)"><a href="/map/cell\?([^"]+)" title="([^"]+)">', page)

    assert len(answer) == len(cells)
    assert {row["state"] for row in answer} == {state for state, _, _ in cells}
    assert {state for state, _, _ in cells} <= STATES
    assert len(cells) == len(re.findall(r'<span class="word">[A-Z][^<]+<span class="hidden">', page))


def test_no_state_is_mixed_up_with_another(client):
    """Of each cell, the class on the page is the state in the data."""
    answer = {(row["row"], row["column"]): row["state"] for row in rows_of(client.get("/map.csv", headers=BROWSER))}
    page = client.get("/map", headers=BROWSER).text
    shown = {}
    for state, link in re.findall(r'<td class="s-([a-z-]+)"><a href="/map/cell\?([^"]+)"', page):
        place = dict(part.split("=") for part in link.replace("&amp;", "&").split("&"))
        shown[ID + place["row"], ID + place["column"]] = state

    assert answer == shown


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [("csv", "text/csv"), ("json", "application/sparql-results+json"), ("rq", "application/sparql-query")],
)
@pytest.mark.parametrize(
    "address", ["/map{}?rows=component", "/map/cell{}?row=component/barriers&column=target-group/jobseekers"]
)
def test_the_data_behind_a_page(client, address, suffix, media_type):
    """A page is there as data by suffix, by ``format`` and by ``Accept``, with the same bytes."""
    by_suffix = client.get(address.format(f".{suffix}"), headers=BROWSER)
    by_format = client.get(address.format("") + f"&format={suffix}", headers=BROWSER)
    by_accept = client.get(address.format(""), headers={"Accept": media_type, "Accept-Language": "nl"})

    assert 200 == by_suffix.status_code
    assert media_type == by_suffix.mimetype
    assert by_suffix.data == by_format.data == by_accept.data


def test_the_query_behind_the_map_gives_the_map(client, store):
    """The bound query, run as it is, gives the same rows as the map's CSV."""
    query = client.get("/map.rq?asOf=2016-01-01&minRigour=2", headers=BROWSER).text
    answer = client.get("/map.csv?asOf=2016-01-01&minRigour=2", headers=BROWSER).data

    assert '"2016-01-01"^^' in query
    assert answer == store.reply(query, lambda offered: "text/csv" if "text/csv" in offered else offered[0]).body


def test_without_a_date_the_map_stands_at_today(client):
    """Without ``asOf`` the day of the visit is bound, not the end of time."""
    query = client.get("/map.rq", headers=BROWSER).text

    assert "9999-12-31" not in query


def test_before_the_first_source_nothing_is_known(client):
    """At a date before all sources every cell was never searched."""
    answer = rows_of(client.get("/map.csv?asOf=1900-01-01"))

    assert {"never-searched"} == {row["state"] for row in answer}


def test_a_filter_is_in_the_address_of_the_cells(client):
    """The links to the cells carry filters, date and bar along."""
    page = client.get("/map?asOf=2017-01-01&minRigour=1&theme=theme/re-integration", headers=BROWSER).text
    link = re.search(r'href="/map/cell\?([^"]+)"', page)[1]

    assert "asOf=2017-01-01" in link
    assert "minRigour=1" in link
    assert "theme=theme/re-integration" in link


@pytest.mark.parametrize("query", ["asOf=tomorrow", "minRigour=high", "theme=x"])
def test_a_value_that_cannot_be_used_is_said_at_its_field(client, query):
    """A wrong value gives 400 and a sentence at the field, which is marked as invalid."""
    page = client.get(f"/map?{query}", headers=BROWSER)
    name = query.partition("=")[0]

    assert 400 == page.status_code
    assert f'id="field-{name}-problem"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_unknown_dimensions_are_named(client):
    """Rows that are no dimension give 400 with the dimensions that there are."""
    problem = client.get("/map.csv?rows=colour")

    assert 400 == problem.status_code
    assert "targetGroup" in problem.json["detail"]


def cells(client):
    """Return the rows of the map, one for each state that it has."""
    found = {}
    for row in rows_of(client.get("/map.csv")):
        found.setdefault(row["state"], row)
    return found


def cell_address(row, **more):
    """Return the address of a cell."""
    place = {name: row[name].removeprefix(ID) for name in ("row", "column")}
    return "/map/cell?" + urlencode(place | more)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_cell_of_each_state_says_its_state(client, store, language):
    """The page of a cell names the state in the words of the graph, whatever the state."""
    query = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?notation ?label { ?state skos:notation ?notation ; skos:prefLabel ?label ;
          skos:inScheme <https://w3id.org/werkkennis/id/scheme/cell-states> }"""
    labels = {row[0].value: row[1].value for row in store.select(query).rows if row[1].language == language}

    for state, row in cells(client).items():
        page = client.get(cell_address(row, lang=language), headers=BROWSER).text
        assert f'<p class="state">{labels[state]}</p>' in page


def test_an_empty_cell_says_whether_anyone_searched(client):
    """Searched without result has the date of the search; never searched says so, and that it proves nothing."""
    found = cells(client)
    searched = client.get(cell_address(found["searched-nothing"]), headers=BROWSER).text
    never = client.get(cell_address(found["never-searched"]), headers=BROWSER).text

    assert re.search(r"een zoekactie tot [a-z ]*\d{1,2} [a-z]+ \d{4} beide begrippen dekt", searched)
    assert "geen bekende zoekactie dekt beide begrippen" in never
    assert "betekent niet dat het niet werkt" in never


def test_a_cell_shows_as_many_findings_as_its_question_gives(client):
    """Every finding of the cell's question stands on its page with a link."""
    row = cells(client)["effect"]
    page = client.get(cell_address(row), headers=BROWSER).text
    findings = rows_of(client.get(cell_address(row).replace("/map/cell", "/map/cell.csv")))

    assert findings
    for finding in findings:
        assert finding["finding"].removeprefix(ID) in page


def test_a_cell_shows_the_query_behind_each_part(client):
    """The three bound queries stand on the page, and their questions are linked as data."""
    page = client.get(cell_address(cells(client)["effect"]), headers=BROWSER).text

    for name in ("cell-findings", "cell-gaps", "cell-searches"):
        assert f"/questions/{name}.csv" in page
        assert questions.find(name).asks["nl"] in page


def test_the_links_of_a_cell_to_its_data_work(client):
    """Each part of a cell is there as data with the parameters of the cell."""
    page = client.get(cell_address(cells(client)["effect"], lang="en"), headers=BROWSER).text
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/questions/cell-[^"]+)"', page)]

    assert 9 == len(links)
    for link in links:
        assert 200 == client.get(link).status_code


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("row=component/barriers", 400), ("row=component/x&column=target-group/jobseekers", 404)],
)
def test_a_cell_that_does_not_exist(client, query, status):
    """Without a row or column the address is wrong; with unknown ones there is no such cell."""
    assert status == client.get(f"/map/cell?{query}").status_code


@pytest.mark.parametrize("rows", ["component", "contextFactor", "intervention", "targetGroup", "outcome", "country"])
@pytest.mark.parametrize("columns", ["outcome", "horizon", "sector", "theme"])
def test_any_two_dimensions_make_a_map(client, rows, columns):
    """The map is drawn for any two dimensions."""
    page = client.get(f"/map?rows={rows}&columns={columns}", headers=BROWSER)

    assert 200 == page.status_code
    assert '<td class="s-' in page.text


def test_json_of_the_map_is_sparql_results(client):
    """The JSON is the standard form that every SPARQL client reads."""
    found = json.loads(client.get("/map.json").data)

    assert "state" in found["head"]["vars"]
    assert found["results"]["bindings"]
    assert ox.parse_query_results(client.get("/map.json").data, format=ox.QueryResultsFormat.JSON)


def test_depth_counts_from_the_top_of_what_is_shown():
    """A branch that is shown alone stands at the left, and its concepts keep their order."""
    heads = [Head("a", "A", 0, ""), Head("b", "B", 1, ""), Head("c", "C", 2, ""), Head("d", "D", 0, "")]
    answer = [
        {"row": "b", "column": column, "state": "effect", "oneStudyDeep": "false", "synthesisGap": "false"}
        | dict.fromkeys(("studies", "findings", "gaps", "projects"), "0")
        for column in ("c", "b")
    ]
    grid = lay_out(answer, heads, heads)

    assert [("b", 0), ("c", 1)] == [(head.iri, head.depth) for head in grid.heads]
    assert [("b", 0)] == [(head.iri, head.depth) for band in grid.rows for head in band.heads]


def test_a_search_and_its_publication_keep_their_own_precision(client):
    """A search that ended at the latest on the day before which its publication cannot have come out says just that."""
    address = (
        "/map/cell?rows=component&columns=targetGroup&row=component/barriers&column=target-group/jobseekers&lang=en"
    )
    page = client.get(address).text
    searches = page[page.index("Searched until") :]

    assert searches.index("22 July 2015 at the latest") < searches.index("22 July 2015 at the earliest")
