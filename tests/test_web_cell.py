"""The page of a cell: its verdict, its numbers, what is near, who could fill it, and what can be taken along."""

import csv
import io
import re
from html import unescape
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from kg import questions
from kg.files import find
from kg.store import EmbeddedStore
from kg.vocabulary import ID
from kg.web import cell, create_app, forest
from kg.web.estimates import panels
from kg.web.verdict import verdict

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "en"}
PARTS = ("findings", "estimates", "studies", "gaps", "projects", "searches", "nearest", "organisations")
CELL = "row=component/human-capital&column=target-group/jobseekers"
FULL = "row=component/human-capital&column=target-group/severe-psychiatric-disorders"
PREFIXES = "".join(
    f"@prefix {kind}: <{ID}{kind}/> .\n"
    for kind in (
        "basis", "bearing", "bearing-kind", "component", "design", "direction", "estimate", "finding", "finding-kind",
        "gap", "gap-kind", "measure", "project", "publication", "rigour", "search", "search-depth", "study", "target-group",
    )
) + """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
publication:report a wk:Publication ; rdfs:label "Rapport"@nl , "Report"@en ; dct:title "Rapport"@nl ;
    dct:issued "2014-01-01"^^xsd:date ; wk:datePrecision "year" .
study:strong a wk:Study ; rdfs:label "Sterk"@nl , "Strong"@en ; wk:design design:randomised-trial ; wk:rigour rigour:level-5 .
study:weak a wk:Study ; rdfs:label "Zwak"@nl , "Weak"@en ; wk:design design:before-after ; wk:rigour rigour:level-2 .
"""  # fmt: skip
ESTIMATES = [
    ("ratio", "strong", "risk-ratio", "wk:value 1.4 ; wk:lower 1.12 ; wk:upper 1.75 ; wk:n 1240"),
    ("bare", "weak", "risk-ratio", "wk:value 0.95"),
    ("one-bound", "strong", "risk-ratio", "wk:value 2.0 ; wk:upper 3.1"),
    ("difference", "strong", "percentage-points", "wk:value -3.5 ; wk:lower -6.5 ; wk:upper -0.5"),
    ("share", "weak", "percentage", "wk:value 12.5 ; wk:n 90"),
]


def finding(name, study="strong", kind="effect", direction="favourable", more="; wk:basis basis:empirical"):
    """Write a finding in the cell of human capital and people with severe psychiatric disorders."""
    return (
        f'finding:{name} a wk:Finding ; rdfs:label "Bevinding {name}"@nl , "Finding {name}"@en ; wk:study study:{study} ;'
        f" wk:findingKind finding-kind:{kind} ; wk:direction direction:{direction} ;"
        " wk:component component:human-capital ; wk:targetGroup target-group:severe-psychiatric-disorders ;"
        f' wk:reportedIn publication:report ; wk:locator "Tabel 1"@nl , "Table 1"@en {more} .\n'
    )


def with_estimates():
    """Write a finding with an estimate of each kind."""
    return "".join(
        finding(name, study, more=f"; wk:basis basis:empirical ; wk:estimate estimate:{name}")
        + f'estimate:{name} a wk:EffectEstimate ; rdfs:label "{name}"@nl , "{name}"@en ; wk:measure measure:{measure} ; {numbers} .\n'
        for name, study, measure, numbers in ESTIMATES
    )


@pytest.fixture(scope="module")
def ontology(config):
    """The real concepts without any real data."""
    return [source for source in find(config.graph) if source.path.parent.name == "ontology"]


@pytest.fixture
def visit(config, ontology, catalogues):
    """Make a visitor of a site that holds the real concepts and a few statements."""

    def opened(text, **settings):
        graph = ox.Store()
        for source in ontology:
            graph.bulk_load(path=source.path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(source.graph))
        graph.load(PREFIXES + text, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:few"))
        name = f"few-{abs(hash(text))}"
        return create_app(config.replace(**settings), EmbeddedStore(graph), name).test_client()

    return opened


def said(page):
    """Return the state and the verdict of a page."""
    found = re.search(r'<p class="state">([^<]+)</p>\s*<p>([^<]+)</p>', page)
    return found[1], found[2].replace("&#34;", '"')


SEARCH = """search:one a wk:Search ; rdfs:label "Zoekactie"@nl , "Search"@en ; wk:component component:human-capital ;
    wk:targetGroup target-group:severe-psychiatric-disorders ; wk:depth search-depth:scan ; wk:until "2013-05-01"^^xsd:date ;
    wk:reportedIn publication:report ; wk:study study:strong ."""
NEWEST = "Newest source: 2014."
STATES = {
    "Favourable effect": (
        finding("a") + finding("b"),
        f"2 findings count here, from 1 study. The rigour is 5 of 5. {NEWEST}",
    ),
    "Unfavourable effect": (
        finding("a", direction="unfavourable"),
        f"1 finding counts here, from 1 study. The rigour is 5 of 5. {NEWEST}",
    ),
    "No effect": (
        finding("a", direction="none"),
        f"1 finding counts here, from 1 study. The rigour is 5 of 5. {NEWEST}",
    ),
    "Mixed effect": (
        finding("a") + finding("b", direction="none"),
        f"2 findings count here, from 1 study. Favourable: 1, no effect: 1. The rigour is 5 of 5. {NEWEST}",
    ),
    "Too weak to say": (
        finding("a", "weak") + finding("b", "strong", "process"),
        (
            "2 findings stand here, but none shows an effect with a direction at a rigour of 3 or more. "
            f"The rigour runs from 2 to 5 of 5. {NEWEST}"
        ),
    ),
    "Untested": (
        finding("a", kind="process", more="; wk:basis basis:not-stated"),
        "1 finding stands here; its source does not say that it rests on empirical research.",
    ),
    "Searched, nothing found": (
        SEARCH,
        "No finding stands here, although a search up to 1 May 2013 covers both concepts.",
    ),
    "Never searched": (
        "",
        (
            "No finding stands here, and no known search covers both concepts. "
            "That nothing stands here does not mean that it does not work."
        ),
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_the_verdict_in_each_state(visit, state):
    """In each of the eight states the verdict says just what the graph holds."""
    text, sentences = STATES[state]
    page = visit(text).get(f"/map/cell?{FULL}", headers=BROWSER).text

    assert (state, sentences) == said(page)


def test_a_search_that_does_not_cover_a_filter(visit):
    """A search of both concepts that says nothing on the chosen country is not denied, only not counted."""
    page = visit(SEARCH).get(f"/map/cell?{FULL}&country=country/nl", headers=BROWSER).text

    assert "no known search covers both concepts within this choice" in said(page)[1]
    assert "No known search covers both concepts." not in page


def test_a_contested_gap_is_named_in_the_verdict(visit):
    """A gap that a finding of another source denies is named in the verdict, and its status stands in the table."""
    text = (
        finding("a")
        + """gap:one a wk:KnowledgeGap ; rdfs:label "Lacune"@nl , "Nobody knows this"@en ; wk:gapKind gap-kind:no-evidence ;
        wk:component component:human-capital ; wk:targetGroup target-group:severe-psychiatric-disorders ;
        wk:statedIn publication:report ; wk:locator "Bladzijde 1"@nl , "Page 1"@en .
        bearing:one a wk:Bearing ; wk:gap gap:one ; wk:finding finding:a ; wk:bearingKind bearing-kind:contests ."""
    )
    page = visit(text).get(f"/map/cell?{FULL}", headers=BROWSER).text

    assert "A finding contests a gap that is listed below: “Nobody knows this”." in said(page)[1]
    assert ">Contested</a>" in page


def test_a_contested_gap_on_the_column_alone_is_no_verdict_on_the_cell(visit):
    """A gap that names only the column is about more than the cell: it stands in the list, and not in the verdict."""
    text = (
        finding("a")
        + """gap:one a wk:KnowledgeGap ; rdfs:label "Lacune"@nl , "Nobody knows this"@en ; wk:gapKind gap-kind:no-evidence ;
        wk:targetGroup target-group:severe-psychiatric-disorders ; wk:statedIn publication:report ;
        wk:locator "Bladzijde 1"@nl , "Page 1"@en .
        bearing:one a wk:Bearing ; wk:gap gap:one ; wk:finding finding:a ; wk:bearingKind bearing-kind:contests ."""
    )
    page = visit(text).get(f"/map/cell?{FULL}", headers=BROWSER).text

    assert "Nobody knows this" not in said(page)[1]
    assert "Nobody knows this" in page.partition('id="gaps"')[2]
    assert ">Contested</a>" in page


def test_a_project_on_a_gap_of_the_column_is_known(visit):
    """A project without dates that takes up a gap on the column alone is named, and no sentence denies that it is."""
    text = """gap:one a wk:KnowledgeGap ; rdfs:label "Lacune"@nl , "Nobody knows this"@en ; wk:gapKind gap-kind:no-evidence ;
        wk:targetGroup target-group:severe-psychiatric-disorders ; wk:statedIn publication:report ;
        wk:locator "Bladzijde 1"@nl , "Page 1"@en .
        project:one a wk:Project ; rdfs:label "Project een"@nl , "Project one"@en ; wk:addressesGap gap:one .
        project:later a wk:Project ; rdfs:label "Later"@nl , "Not yet begun"@en ; wk:addressesGap gap:one ;
        wk:startDate "2020-01-01"^^xsd:date ."""
    page = visit(text).get(f"/map/cell?{FULL}&asOf=2019-01-01", headers=BROWSER).text
    part = page.partition('id="projects"')[2].partition("</section>")[0]

    assert "takes up a gap that names both the row and the column" in part
    assert "Projects on a gap that names only the row or only the column" in part
    assert ">Project one</a>" in part
    assert "Not yet begun" not in part
    assert "No known project works on this" not in page


def test_a_rank_that_is_not_known_is_no_number(visit):
    """In the table of studies a rigour that is not known is said in words, as in that of the findings."""
    text = finding("a", "odd") + (
        'study:odd a wk:Study ; rdfs:label "Vreemd"@nl , "Odd"@en ; wk:design design:unknown ; wk:rigour rigour:unknown .'
    )
    page = visit(text).get(f"/map/cell?{FULL}", headers=BROWSER).text
    studies = page.partition('id="studies"')[2].partition("</table>")[0]

    assert "Odd</a>" in studies
    assert "not given" in studies
    assert ">-1<" not in studies


def test_rigour_that_is_not_known_is_said(app):
    """A verdict never gives the rigour of the firmest finding as that of all."""
    cell = {"state": "too-weak", "findings": "2"}
    rows = [{"rank": rank, "issued": "2014-02-03", "publication": "x:p", "counts": "false"} for rank in ("2", "-1")]
    with app.test_request_context("/?lang=en"):
        some, none = (
            " ".join(verdict(cell, {"findings": shown, "gaps": [], "searches": []}, "3")) for shown in (rows, rows[1:])
        )

    assert some.endswith("The rigour is 2 of 5 at most, and not known of all. Newest source: 3 February 2014.")
    assert none.endswith("The rigour is not known. Newest source: 3 February 2014.")


def test_every_part_has_its_query_and_its_data(client):
    """Each part shows its bound query, leads to the editor with it, and gives its rows as data."""
    page = client.get(f"/map/cell?{CELL}", headers=BROWSER).text
    for name in PARTS:
        assert f"/questions/cell-{name}.csv?" in page
        assert questions.find(f"cell-{name}").asks["en"] in page.replace("&#39;", "'")
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/(?:questions/cell-|sparql)[^"]+)"', page)]

    assert len(links) > 4 * len(PARTS)
    assert {200} == {client.get(link).status_code for link in links}


def test_who_searched_is_said(client):
    """With a search stands when it ended and which organisation made it."""
    page = client.get(f"/map/cell?{CELL}", headers=BROWSER).text
    searches = page[page.index('id="searches"') : page.index('id="download"')]

    assert "22 July 2015 at the latest" in searches
    assert '/doc/organisation/tno"' in searches


def test_the_numbers_stand_in_tables_by_measure(visit):
    """Each estimate stands in the table of its measure with its numbers; what the source does not give is said so."""
    page = visit(with_estimates()).get(f"/map/cell?{FULL}", headers=BROWSER).text
    rows = [
        tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL))
        for row in re.findall(r"<tr>(.*?)</tr>", page[page.index("<figure") : page.index('id="studies"')], re.DOTALL)
    ]
    numbers = {row[1]: row[3:8] for row in rows if row}
    none = "\N{EN DASH}not given"

    assert {
        "Finding ratio": ("1.4", "1.12 to 1.75", "1,240", none, "yes"),
        "Finding bare": ("0.95", none, none, none, "no"),
        "Finding one-bound": ("2", "\N{EN DASH} to 3.1", none, none, "yes"),
        "Finding difference": ("\N{MINUS SIGN}3.5", "\N{MINUS SIGN}6.5 to \N{MINUS SIGN}0.5", none, none, "yes"),
        "Finding share": ("12.5", none, "90", none, "no"),
    } == numbers


def on(outcome, name, direction, value):
    """Write a finding of the strong study on an outcome, with a number in percentage points."""
    more = f"; wk:basis basis:empirical ; wk:outcome <{ID}outcome/{outcome}> ; wk:followUpMonths 12 ; wk:estimate estimate:{name}"
    label = f'rdfs:label "{name}"@nl , "{name}"@en'
    return (
        finding(name, direction=direction, more=more)
        + f"estimate:{name} a wk:EffectEstimate ; {label} ; wk:measure measure:percentage-points ; wk:value {value} .\n"
    )


TWO_SIDES = on("finding-work", "work", "favourable", "6.0") + on("exit-from-benefit", "benefit", "favourable", "-4.0")


def test_what_is_good_is_said_of_each_number(visit):
    """One study on two outcomes gets two panels; each row names outcome and direction, each panel its good side."""
    visitor = visit(
        TWO_SIDES + on("finding-work", "worse", "unfavourable", "-2.0") + on("income", "odd", "none", "1.0")
    )
    with visitor.application.test_request_context("/?lang=en"):
        drawn = panels(rows_of(visitor))
        told = {panel.title: panel.favours for panel in drawn}
        words = [text.get_text() for text in forest.figure(drawn).texts]

    assert {
        "Percentage points: Exit from benefit": "A lower number is favourable here.",
        "Percentage points: Finding work": "A higher number is favourable here.",
        "Percentage points: Income": "",
    } == told
    assert "▲ Favourable: Exit from benefit" in words
    assert "▲ Favourable: Finding work" in words
    assert "▼ Unfavourable: Finding work" in words
    assert "○ No difference: Income" in words


def test_findings_that_differ_on_what_is_good_are_said_to(visit):
    """Where one finding calls more favourable and another less, the panel takes no side."""
    visitor = visit(on("income", "more", "favourable", "6.0") + on("income", "less", "favourable", "-4.0"))
    with visitor.application.test_request_context("/?lang=en"):
        (panel,) = panels(rows_of(visitor))

    assert "The findings do not agree on which side is favourable." == panel.favours
    assert 2 == len(panel.estimates)


def test_an_estimate_on_two_outcomes_stands_once(visit):
    """A number that a finding gives for two outcomes together is drawn once, under both names."""
    visitor = visit(on("income", "both", "favourable", "6.0") + f"finding:both wk:outcome <{ID}outcome/finding-work> .")
    with visitor.application.test_request_context("/?lang=en"):
        found = [(panel.title, len(panel.estimates)) for panel in panels(rows_of(visitor))]

    assert [("Percentage points: Finding work, Income", 1)] == found


def test_a_finding_says_what_it_is_about(visit):
    """The table of findings names intervention, outcome and months; a finding with several of them has one row."""
    more = f"; wk:intervention <{ID}intervention/none-of-these> ."
    names = f'<{ID}intervention/none-of-these> <http://www.w3.org/2004/02/skos/core#prefLabel> "Hulp"@nl , "Help"@en .'
    text = on("finding-work", "a", "favourable", "6.0") + f"finding:a wk:outcome <{ID}outcome/income> {more}\n{names}"
    page = visit(text).get(f"/map/cell?{FULL}", headers=BROWSER).text
    table = page[page.index('id="findings"') : page.index('id="estimates"')]
    body = table[table.index("<tbody>") : table.index("</tbody>")]
    cells = [re.sub(r"<[^>]+>|\s+", " ", cell).split() for cell in re.findall(r"<td[^>]*>(.*?)</td>", body, re.DOTALL)]

    assert 1 == body.count("<tr>")
    assert ["Finding", "a"] == cells[0]
    assert ["Help"] == cells[1]
    assert {"Finding", "work", "Income", ","} >= set(" ".join(cells[2]).replace(",", " , ").split())
    assert ["12"] == cells[3]
    assert ["Favourable"] == cells[4]


def test_a_long_table_is_folded_and_whole(visit):
    """Of many findings the first ten are shown, and the others are on the same page, folded in, without a script."""
    text = "".join(finding(f"number-{number}") for number in range(25))
    page = visit(text).get(f"/map/cell?{FULL}", headers=BROWSER).text
    part = page[page.index('id="findings"') : page.index('id="studies"')]
    shown, folded = part[: part.index("<details")], part[part.index("<details") :]

    assert 10 == shown.count("/doc/finding/")
    assert 15 == folded.count("/doc/finding/")
    assert re.search(r"<summary>15 more rows: Findings</summary>", folded)
    assert 25 == len(set(re.findall(r"/doc/finding/number-\d+", part)))


def test_a_very_long_table_is_cut_and_says_so(visit, monkeypatch):
    """Of a cell with thousands of findings the first stand on the page; the data has all, and the verdict speaks of all."""
    client = visit(
        "".join(finding(f"number-{number}") for number in range(20))
        + "".join(finding(f"number-{number}", "weak") for number in range(20, 25))
    )
    whole = client.get(f"/map/cell?{FULL}&minRigour=1", headers=BROWSER).text
    monkeypatch.setattr(cell, "_LARGEST", 15)
    cut = client.get(f"/map/cell?{FULL}&minRigour=1", headers=BROWSER).text
    page = client.get(f"/map/cell?{FULL}", headers=BROWSER).text
    part = page[page.index('id="findings"') : page.index('id="studies"')]

    assert 15 == len(set(re.findall(r"/doc/finding/number-\d+", part)))
    assert "Shown are the first 15 of 25 rows; the data files have all." in part
    assert 25 == len(set(re.findall(r"/number-\d+", client.get(f"/map/cell.csv?{FULL}").text)))
    # What is nearest has a page of its own, for the same cell.
    near = page[page.index('id="nearest"') : page.index('id="organisations"')]
    [asked] = re.findall(r'href="(/questions/cell-nearest[^"]+)"', near)
    assert "does not look beside the cell" in near
    assert 200 == client.get(unescape(asked), headers=BROWSER).status_code
    assert "The rigour runs from 2 to 5 of 5." in said(whole)[1]
    assert said(whole) == said(cut)
    assert ['Studies <span class="count">2</span>'] * 2 == [
        re.search(r"Studies <span[^/]+/span>", text)[0] for text in (whole, cut)
    ]


def test_very_many_numbers_share_what_a_page_holds(visit, monkeypatch):
    """Of hundreds of estimates each panel shows as many as its share, twenty at least, and says how many it has."""
    text = "".join(
        on(outcome, f"{outcome}-{number}", "none", f"{number}.0")
        for outcome, many in (("income", 30), ("finding-work", 5))
        for number in range(many)
    )
    client = visit(text)

    def shown(more=""):
        page = client.get(f"/map/cell?{FULL}{more}", headers=BROWSER).text
        part = page[page.index('id="estimates"') : page.index('id="studies"')]
        return [
            len(set(re.findall(rf"/doc/finding/{outcome}-[0-9]+", part))) for outcome in ("income", "finding-work")
        ], part

    assert ([30, 5], True) == (shown()[0], "Shown are the first" not in shown()[1])
    monkeypatch.setattr(cell, "_LARGEST", 34)
    numbers, part = shown("&minRigour=1")
    assert [20, 5] == numbers
    assert "Shown are the first 20 of 30 rows; the data files have all." in part
    assert "Shown are the first 25 of 35 rows; the data files have all." in part
    monkeypatch.setattr(cell, "_LARGEST", 5)
    numbers, part = shown("&minRigour=2")
    assert [0, 5] == numbers
    assert "Shown are the first 5 of 35 rows; the data files have all." in part


def test_in_a_very_large_graph_organisations_are_asked_for_apart(visit, monkeypatch):
    """Where looking for organisations would take long, the page says that it does not, and where the answer is."""
    client = visit(finding("one"))
    assert "does not look for organisations" not in client.get(f"/map/cell?{FULL}", headers=BROWSER).text
    monkeypatch.setattr(cell, "_WIDEST", 1)
    page = client.get(f"/map/cell?{FULL}&minRigour=1", headers=BROWSER).text
    part = page[page.index('id="organisations"') : page.index('id="download"')]

    assert "In so large a graph this page does not look for organisations." in part
    [asked] = re.findall(r'href="(/questions/cell-organisations[^"]+)"', part)
    assert 200 == client.get(unescape(asked), headers=BROWSER).status_code


def test_a_cell_without_numbers_has_no_forest_plot(visit):
    """Without estimates there is no picture on the page, and none at its address."""
    visitor = visit(finding("a"))

    assert "<figure" not in visitor.get(f"/map/cell?{FULL}", headers=BROWSER).text
    assert 404 == visitor.get(f"/map/cell.svg?{FULL}").status_code


def test_the_forest_plot_is_an_svg_that_needs_no_style_sheet(visit):
    """The picture is well-formed, holds no style that our policy refuses, and is the same each time."""
    visitor = visit(with_estimates())
    picture = visitor.get(f"/map/cell.svg?{FULL}")

    assert (200, "image/svg+xml") == (picture.status_code, picture.mimetype)
    assert ET.fromstring(picture.data).tag.endswith("svg")  # noqa: S314 - our own
    assert "style" not in picture.text
    assert picture.data == visitor.get(f"/map/cell.svg?{FULL}&format=svg").data


def rows_of(visitor):
    """Return the rows of the estimates, as the page has them."""
    return list(csv.DictReader(io.StringIO(visitor.get(f"/questions/cell-estimates.csv?{FULL}&lang=en").text)))


def test_a_panel_for_each_measure_and_its_line_of_no_effect(visit):
    """Ratios have no effect at 1 on a logarithmic scale, differences at 0; a percentage has no such line."""
    visitor = visit(with_estimates())
    with visitor.application.test_request_context("/?lang=en"):
        found = [(one.measure, one.no_effect, one.logarithmic, len(one.estimates)) for one in panels(rows_of(visitor))]

    assert [("Risk ratio", "1", True, 3), ("Percentage points", "0", False, 1), ("Percentage", "", False, 1)] == found


def test_what_the_forest_plot_draws(visit):
    """Each estimate has its marker at its value, filled where it counts, and a line from bound to bound."""
    visitor = visit(with_estimates())
    with visitor.application.test_request_context("/?lang=en"):
        drawn = panels(rows_of(visitor))
        figure = forest.figure(drawn)
    axes = figure.axes[0]
    markers = [(line.get_xdata()[0], line.get_markerfacecolor()) for line in axes.lines if line.get_marker() == "s"]
    bounds = [tuple(line.get_xdata()) for line in axes.lines if line.get_marker() in {"None", ""}]
    words = {text.get_text() for text in figure.texts}

    assert len(drawn) == len(figure.axes)
    assert ("log", "linear") == (axes.get_xscale(), figure.axes[1].get_xscale())
    assert {(1.4, "#154273"), (2.0, "#154273"), (0.95, "white")} == {(float(place), face) for place, face in markers}
    assert {(1.12, 1.75), (2.0, 3.1), (0.95, 0.95), (1, 1)} == {tuple(map(float, ends)) for ends in bounds}
    names = {f"Finding {name}" for name, *_rest in ESTIMATES}
    assert {"Risk ratio", "Report, 2014", "1.4 (1.12 to 1.75)\nn = 1,240", "0.95"} | names <= words


def test_a_ratio_of_nought_is_not_drawn_on_a_logarithmic_scale(visit):
    """A bound of 0 has no place on a logarithmic scale; the panel is drawn all the same."""
    more = "; wk:basis basis:empirical ; wk:estimate estimate:odd"
    odd = 'estimate:odd rdfs:label "odd"@nl , "odd"@en ; wk:measure measure:odds-ratio ; wk:value 0.5 ; wk:lower 0.0 .'

    assert 200 == visit(finding("odd", more=more) + odd).get(f"/map/cell.svg?{FULL}").status_code


def test_an_empty_cell_leads_to_the_nearest_evidence(client):
    """Every neighbour that the question gives is linked with its own state, and that page agrees."""
    page = client.get("/map/cell?rows=intervention&columns=country&row=intervention/first-place-then-train&column=country/nl", headers=BROWSER).text  # fmt: skip
    near = page[page.index('id="nearest"') : page.index("</section>", page.index('id="nearest"'))]
    links = re.findall(r'<li><a href="([^"]+)">[^<]+</a>\s*<span class="chip s-([a-z-]+)">', near)

    assert len(links) >= 2
    assert "Neighbouring column" in near
    for link, state in links:
        assert f'class="verdict s-{state}"' in client.get(link.replace("&amp;", "&"), headers=BROWSER).text


def test_a_filter_is_named_and_another_country_is_near(client):
    """A cell of one country says so in words, and the same cell in another country is near."""
    address = "/map/cell?rows=intervention&columns=targetGroup&row=intervention/first-place-then-train&column=target-group/severe-psychiatric-disorders&country=country/nl"  # fmt: skip
    page = client.get(address, headers=BROWSER).text

    assert re.search(r'<p class="narrowed">Only for: country <strong>Netherlands</strong></p>', page)
    assert "Other country" in page


def test_who_could_fill_it_is_the_answer_of_its_question(client):
    """The organisations stand in the order of the question, those that touch both first."""
    page = client.get(f"/map/cell?{CELL}", headers=BROWSER).text
    part = page[page.index('id="organisations"') : page.index('id="download"')]
    rows = list(csv.DictReader(io.StringIO(client.get(f"/questions/cell-organisations.csv?{CELL}").text)))
    named = re.findall(r'href="/doc/(organisation/[a-z-]+)', part)

    assert [row["organisation"].removeprefix(ID) for row in rows][:10] == list(dict.fromkeys(named))


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [("ris", "application/x-research-info-systems"), ("bib", "application/x-bibtex")],
)
def test_references_of_a_cell(client, suffix, media_type):
    """The publications behind findings and gaps can be had as references, by suffix and by ``Accept``."""
    file = client.get(f"/map/cell.{suffix}?{CELL}", headers=BROWSER)
    by_accept = client.get(f"/map/cell?{CELL}", headers={"Accept": media_type, "Accept-Language": "en"})
    rows = [
        row
        for name in ("findings", "gaps")
        for row in csv.DictReader(io.StringIO(client.get(f"/questions/cell-{name}.csv?{CELL}").text))
    ]

    assert (200, media_type) == (file.status_code, file.mimetype)
    assert file.data == by_accept.data
    assert {row["publication"].rpartition("/")[2] for row in rows} == set(
        re.findall(r"^(?:ID  - |@\w+\{)([\w-]+)", file.text, re.MULTILINE)
    )


def test_feedback_carries_the_context_along(visit):
    """With an address in the settings the page has two links whose message names the page, the cell and the date."""
    page = visit("", contact="redactie@example.org").get(f"/map/cell?{FULL}&asOf=2016-01-01", headers=BROWSER).text
    links = re.findall(r'href="(mailto:redactie@example.org[^"]+)"', page)

    assert 2 == len(links)
    for link in links:
        assert "row%3Dcomponent%2Fhuman-capital" in link
        assert "2016-01-01" in link
    tracker = visit("", contact="https://example.org/issues/new").get(f"/map/cell?{FULL}", headers=BROWSER).text
    assert 2 == len(re.findall(r'href="https://example.org/issues/new\?title=[^"]+&amp;body=', tracker))


def test_without_an_address_there_are_no_feedback_links(client):
    """Where the settings name nobody to write to, nothing is offered."""
    assert "mailto:" not in client.get(f"/map/cell?{CELL}", headers=BROWSER).text


@pytest.mark.parametrize("name", PARTS)
def test_the_question_of_a_part_opens_with_words(client, name):
    """Opened without parameters, row and column stand there by name, to be chosen from a list."""
    page = client.get(f"/questions/cell-{name}", headers=BROWSER).text

    assert '<option value="component/barriers" selected>' in page
    assert '<option value="target-group/severe-psychiatric-disorders" selected>' in page


@pytest.mark.parametrize("suffix", ["csv", "json", "rq", "xlsx", "ris", "bib", "svg", "html"])
@pytest.mark.parametrize(
    "bad", ["row=x&column=y", "row=component/barriers", f"{CELL}&asOf=soon", f"{CELL}&rows=colour"]
)
def test_bad_input_is_refused_in_every_format(client, suffix, bad):
    """Whatever the format, a wrong address is answered with 400 or 404 and no trace."""
    found = client.get(f"/map/cell.{suffix}?{bad}")

    assert found.status_code in {400, 404}
    assert "Traceback" not in found.text
