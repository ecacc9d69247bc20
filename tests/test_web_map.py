"""The front page, the map and its cells."""

import csv
import html
import io
import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pyoxigraph as ox
import pytest

from kg import questions
from kg.vocabulary import ID
from kg.web import figures, picture
from kg.web.concepts import Head
from kg.web.folding import Folding
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
    page = client.get("/map?levels=9", headers=BROWSER).text
    cells = re.findall(r'<td class="s-([a-z-]+)"><a href="/map/cell\?([^"]+)" title="([^"]+)">', page)

    assert len(answer) == len(cells)
    assert {row["state"] for row in answer} == {state for state, _, _ in cells}
    assert {state for state, _, _ in cells} <= STATES
    assert len(cells) == len(re.findall(r'<span class="word">[A-Z][^<]+<span class="hidden">', page))


@pytest.mark.parametrize("view", ["rows=component&columns=outcome", "rows=outcome&columns=targetGroup&asOf=2016-01-01"])
def test_each_cell_says_what_it_stands_for(client, view):
    """The tip of a cell says its row, column, state and counts as the data have them: no cell is blank."""
    states = state_labels(client)
    told = {
        f"{row['rowLabel']} \u00d7 {row['columnLabel']}: {states[row['state']]}.": row
        for row in rows_of(client.get(f"/map.csv?{view}", headers=BROWSER))
    }
    page = client.get(f"/map?levels=9&{view}", headers=BROWSER).text
    tips = [html.unescape(tip) for tip in re.findall(r'<td class="s-[a-z-]+"><a href="[^"]+" title="([^"]+)">', page)]

    assert len(told) == len(tips)
    for tip in tips:
        row = told[re.match(r".* \u00d7 .*?: .*?\.", tip)[0]]
        amounts = {word: int(number) for number, word in re.findall(r"(\d+) (studie|bevinding|genoemde|lopend)", tip)}
        studies, findings = int(row["studies"]), int(row["findings"])
        expected = {"genoemde": int(row["gaps"]), "lopend": int(row["projects"])}
        expected |= {"studie": studies, "bevinding": 0 if studies else findings}
        assert {word: number for word, number in expected.items() if number} == amounts
        assert ("meer dan vijf jaar" in tip) == (row["stale"] == "true")
        assert (f"Gezocht tot in {row['newest'][:4]}" in tip) == (row["state"] == "searched-nothing")


def state_labels(client):
    """Return the Dutch word of each state, from the legend of the map."""
    legend = client.get("/map", headers=BROWSER).text.partition('<section class="legend"')[2]
    return dict(re.findall(r'<span class="chip s-([a-z-]+)"><svg.*?</svg> ([^<]+)</span>', legend))


def test_the_key_counts_the_cells_of_each_state(client):
    """Beside each state stands how many cells of the answer have it; together they are all."""
    answer = [row["state"] for row in rows_of(client.get("/map.csv"))]
    page = client.get("/map", headers=BROWSER).text
    key = page[page.index('<ul class="key"') : page.index("</ul>", page.index('<ul class="key"'))]
    counted = dict(re.findall(r's-([a-z-]+)".*?<span class="tally">(\d+)', key))

    assert {state: str(answer.count(state)) for state in STATES} == counted


def test_no_state_is_mixed_up_with_another(client):
    """Of each cell, the class on the page is the state in the data."""
    answer = {(row["row"], row["column"]): row["state"] for row in rows_of(client.get("/map.csv", headers=BROWSER))}
    page = client.get("/map?levels=9", headers=BROWSER).text
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


@pytest.mark.parametrize("bar", ["-1", "6", "99"])
@pytest.mark.parametrize(
    "address", ["/map", "/map.csv", "/map.svg", "/", "/map/line", "/map/cell", "/questions/gap-map"]
)
def test_a_bar_outside_the_scale_is_refused(client, address, bar):
    """The bar runs from 0 to 5; any other is refused with a sentence that says so, never taken for something else."""
    place = "&row=component/barriers" + ("&column=target-group/jobseekers" if "cell" in address else "")
    found = client.get(f"{address}?minRigour={bar}{place if '/map/' in address else ''}", headers=BROWSER)

    assert 400 == found.status_code
    assert re.search("0 tot en met 5|0 to 5", found.text)


def test_the_bar_moves_in_one_step(client):
    """Each of the six steps is a link to the same map with that bar; the one in use says so."""
    page = client.get("/map?rows=outcome&minRigour=2&asOf=2016-01-01", headers=BROWSER).text
    steps = re.findall(r'<a href="(/map\?[^"]+)" title="[^"]+"( aria-current="true")?>(\d)</a>', page)

    assert ["0", "1", "2", "3", "4", "5"] == [step for _, _, step in steps]
    assert ["2"] == [step for _, current, step in steps if current]
    for link, _, step in steps:
        query = parse_qs(urlsplit(html.unescape(link)).query)
        assert {"rows": ["outcome"], "asOf": ["2016-01-01"], "minRigour": [step]} == query


@pytest.mark.parametrize("date", ["1800-01-01", "9998-01-01"])
def test_any_date_is_taken(client, date):
    """A date long ago or far off is a date."""
    assert 200 == client.get(f"/map?asOf={date}", headers=BROWSER).status_code


@pytest.mark.parametrize("path", ["/map", "/questions"])
def test_an_address_with_a_slash_leads_to_the_page(client, path):
    """A trailing slash leads to the address without one and keeps what was asked."""
    found = client.get(f"{path}/?lang=en")

    assert 308 == found.status_code
    assert f"{path}?lang=en" == found.headers["Location"]


def test_branches_open_and_shut_by_a_link(client):
    """A shut branch shows its concept alone, and its link opens it again; the address says which are shut."""
    whole = client.get("/map?levels=9", headers=BROWSER).text
    link = html.unescape(re.search(r'<a class="turn" href="([^"]+fold=target-group%2Fmental[^"]+)"', whole)[1])
    shut = client.get(link.partition("#")[0], headers=BROWSER).text
    back = re.search(r'<a class="turn" href="([^"#]+)[^"]*" aria-expanded="false">', shut)[1]
    columns = "row=component/barriers&amp;column=target-group/"

    assert f"{columns}mild-mental-complaints" in whole
    assert f"{columns}mild-mental-complaints" not in shut
    assert f"{columns}mental-health-conditions" in shut
    assert whole.count('<td class="s-') == client.get(html.unescape(back), headers=BROWSER).text.count('<td class="s-')


def test_a_level_shows_what_stands_above_it(client):
    """With one level only the topmost rows and columns are shown, each with how many are narrower."""
    page = client.get("/map?rows=intervention&columns=outcome&whole=1&levels=1", headers=BROWSER).text
    tops = len(re.findall(r'<th scope="row"', page))

    assert tops == len(re.findall(r'<th scope="row" abbr="[^"]+" class="depth-0">', page))
    assert re.search(r'aria-expanded="false">\+\d+<span', page)


def test_a_large_scheme_starts_readable():
    """Levels that would give more heads than a person takes in start shut, from the deepest on."""
    heads = [Head(f"{top}", "", 0, "") for top in range(3)]
    heads = [one for head in heads for one in (head, *(Head(f"{head.iri}-{n}", "", 1, "") for n in range(10)))]
    folded = Folding(None, frozenset()).apply(heads)

    assert ["0", "1", "2"] == [head.iri for head in folded]
    assert [(10, False)] * 3 == [(head.narrower, head.open) for head in folded]
    assert heads[:14] == [replace(head, narrower=0, open=True) for head in Folding(None, frozenset()).apply(heads[:14])]
    assert ["0", "1", *(f"1-{n}" for n in range(10)), "2"] == [
        head.iri for head in Folding(None, frozenset({"1"})).apply(heads)
    ]


def test_one_branch_alone(client):
    """A row with narrower ones leads to the map of its branch, which says so and leads back to all."""
    line = client.get(
        "/map/line?rows=intervention&columns=outcome&row=intervention/re-integration", headers=BROWSER
    ).text
    link = re.search(r'<a href="([^"]+)">De kaart van alleen deze tak</a>', line)[1]
    page = client.get(html.unescape(link), headers=BROWSER).text
    back = re.search(r'<span class="only">Alleen: Re-integratie <a href="([^"]+)">', page)[1]

    assert {"rowTop": ["intervention/re-integration"]}.items() <= parse_qs(urlsplit(html.unescape(link)).query).items()
    assert "row=intervention/training" in page
    assert "row=intervention/enforcement" not in page
    assert "row=intervention/enforcement" in client.get(html.unescape(back), headers=BROWSER).text


@pytest.mark.parametrize("address", ["/map", "/map.csv", "/map.svg", "/"])
@pytest.mark.parametrize("branch", ["rowTop=component/none", "columnTop=component/barriers", "rowTop=x"])
def test_a_branch_that_does_not_exist(client, address, branch):
    """A branch that is none of the rows or columns is not found, whatever is asked for; nothing empty is shown."""
    assert client.get(f"{address}?{branch}", headers=BROWSER).status_code in {400, 404}


def test_levels_that_are_no_number_are_refused(client):
    """The levels run from 1 to 9."""
    assert 400 == client.get("/map?levels=all", headers=BROWSER).status_code


@pytest.mark.parametrize(
    ("side", "concept", "view"),
    [
        ("row", "component/barriers", {}),
        (
            "column",
            "target-group/mild-mental-complaints",
            {"rows": "outcome", "columns": "targetGroup", "minRigour": "0"},
        ),
        ("row", "intervention/re-integration", {"rows": "intervention", "columns": "outcome", "asOf": "2016-01-01"}),
    ],
)
def test_a_line_lists_the_cells_of_its_row_or_column(client, side, concept, view):
    """The page of a row or column has the cells of the data, each with its state, and links to each."""
    query = urlencode(view | {side: concept}, safe="/")
    answer = [row for row in rows_of(client.get(f"/map/line.csv?{query}")) if row[side] == ID + concept]
    page = client.get(f"/map/line?{query}", headers=BROWSER).text
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    shown = re.findall(r'<a href="/map/cell\?([^"]+)">.*?<td><span class="chip s-([a-z-]+)">', table, re.DOTALL)
    other = {"row": "column", "column": "row"}[side]

    assert answer
    assert {row[other].removeprefix(ID): row["state"] for row in answer} == {
        parse_qs(html.unescape(link))[other][0]: state for link, state in shown
    }
    assert client.get("/map/cell?" + html.unescape(shown[0][0])).status_code == 200


@pytest.mark.parametrize("concept", ["component/barriers", "target-group/jobseekers", "theme/re-integration"])
def test_a_line_leads_to_as_many_gaps_as_it_counts(client, concept):
    """The number of gaps that name the row is the number of gaps on the page that it leads to."""
    dimension = {"component": "component", "target-group": "targetGroup", "theme": "theme"}[concept.partition("/")[0]]
    page = client.get(f"/map/line?rows={dimension}&columns=outcome&row={concept}", headers=BROWSER).text
    link, number = re.search(r'<a href="(/gaps\?[^"]+)">(\d+) genoemde', page).groups()
    gaps = rows_of(client.get(html.unescape(link).replace("/gaps?", "/gaps.csv?")))

    assert int(number) == len({row["gap"] for row in gaps})


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400), ("row=component/barriers&column=target-group/jobseekers", 400), ("row=component/none", 404),
        ("row=outcome/income", 404), ("column=component/barriers", 404), ("row=a b", 404),
    ],
)  # fmt: skip
def test_a_line_that_does_not_exist(client, query, status):
    """One row or column is needed, and it has to be of the map."""
    assert status == client.get(f"/map/line?{query}", headers=BROWSER).status_code
    assert status == client.get(f"/map/line.csv?{query}").status_code


def test_heads_lead_to_their_line(client):
    """The head of each row and column leads to its list, with the date and filters of the map."""
    page = client.get("/map?asOf=2017-01-01&theme=theme/re-integration", headers=BROWSER).text
    lines = re.findall(r'<th scope="(row|col)" abbr="[^"]+" class="depth-\d"><a href="(/map/line\?[^"]+)">', page)

    assert {"row", "col"} == {side for side, _ in lines}
    for _, link in (lines[0], lines[-1]):
        assert "asOf=2017-01-01" in link
        assert "theme=theme/re-integration" in link
        assert 200 == client.get(html.unescape(link), headers=BROWSER).status_code


@pytest.mark.parametrize(("suffix", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_map_as_a_picture(client, suffix, start):
    """The map is there as a picture to put in a report, the same each time, styled without the page."""
    address = f"/map.{suffix}?rows=component&columns=targetGroup&asOf=2016-01-01"
    found = client.get(address, headers=BROWSER)

    assert 200 == found.status_code
    assert found.data.startswith(start)
    assert f"component-targetGroup-2016-01-01.{suffix}" in found.headers["Content-Disposition"]
    assert "sandbox" in found.headers["Content-Security-Policy"]
    assert found.data == client.get(address, headers=BROWSER).data


def test_a_picture_that_nobody_could_read_is_refused(client, monkeypatch):
    """A map with more cells than a picture holds is refused; the sentence says how to make it smaller."""
    monkeypatch.setattr(picture, "_MOST", 10)
    found = client.get("/map.png?asOf=2015-01-01")

    assert 400 == found.status_code
    assert "shut some branches" in found.json["detail"]


def test_only_the_embedded_map_may_stand_in_other_pages(client):
    """The map without head and foot may be framed by any page; no other page may."""
    framed = client.get("/map?embed=1&asOf=2016-01-01", headers=BROWSER)
    plain = client.get("/map?asOf=2016-01-01", headers=BROWSER)

    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]
    assert "<header" not in framed.text
    assert plain.text.count('<td class="s-') == framed.text.count('<td class="s-')
    assert "embed=1" not in framed.text.partition("<base")[2]


def test_the_lines_to_copy_show_the_same_map(client):
    """The lines for another page hold the address of this map, whole, as HTML."""
    page = client.get("/map?asOf=2016-01-01&theme=theme/re-integration", headers=BROWSER).text
    lines = html.unescape(re.search(r"<code>(&lt;iframe.*?)</code>", page)[1])
    source = urlsplit(html.unescape(re.search(r'src="([^"]+)"', lines)[1]))
    framed = client.get(f"{source.path}?{source.query}", headers=BROWSER).text

    assert "http://localhost" == f"{source.scheme}://{source.netloc}"
    assert {"asOf": ["2016-01-01"], "theme": ["theme/re-integration"], "embed": ["1"]}.items() <= parse_qs(
        source.query
    ).items()
    assert page.count('<td class="s-') == framed.count('<td class="s-')


def test_the_figures_on_the_front_page_are_those_of_their_questions(client):
    """Each figure is the number of rows of the question that it leads to."""
    page = client.get("/", headers=BROWSER).text
    counted = re.findall(r'<a href="/questions/([a-z-]+)"><strong>(\d+)</strong>', page)

    assert len(counted) == 3
    for name, number in counted:
        assert int(number) == len(rows_of(client.get(f"/questions/{name}.csv")))
    never = re.search(r'<a href="#map"><strong>(\d+)</strong>', page)[1]
    assert int(never) == [row["state"] for row in rows_of(client.get("/map.csv"))].count("never-searched")


def test_of_a_very_large_graph_the_front_page_does_not_count(client, monkeypatch):
    """What would keep a visitor waiting is not counted; the map and the ways to these questions are there."""
    monkeypatch.setattr(figures, "_MOST", 0)
    answer = client.get("/?asOf=2026-11-01", headers=BROWSER)

    assert answer.status_code == 200
    assert '"><strong>' in answer.text
    assert not re.findall(r'<a href="/questions/[^"]+"><strong>', answer.text)
    assert "/questions/outcomes-never-measured" in answer.text


def test_a_filter_is_named_and_can_be_left_out(client):
    """A filter in use stands above the map in words, with a link that leaves it out and keeps the rest."""
    page = client.get("/map?asOf=2017-01-01&theme=theme/re-integration", headers=BROWSER).text
    link = re.search(r'<span class="only">Thema: [^<]+<a href="([^"]+)">', page)[1]

    assert "asOf=2017-01-01" in link
    assert "theme=" not in link


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
    axes = {"rows": "contextFactor", "columns": "outcome"}
    found = {row["state"]: row for row in rows_of(client.get(f"/map.csv?{urlencode(axes)}"))}
    searched = client.get(cell_address(found["searched-nothing"], **axes), headers=BROWSER).text
    never = client.get(cell_address(found["never-searched"], **axes), headers=BROWSER).text

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

    assert links
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
        | dict.fromkeys(("studies", "findings", "gaps", "contested", "projects"), "0")
        | dict.fromkeys(("favourable", "none", "unfavourable", "mixed"), "0")
        | {"newest": "", "stale": "false"}
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
