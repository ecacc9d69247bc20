"""The pages on stated gaps: the list, one gap, where things differ, and what came of the gaps of then."""

import csv
import io
import re
from collections import Counter
from html import unescape

import pyoxigraph as ox
import pytest

from kg.store import EmbeddedStore
from kg.vocabulary import ID
from kg.web import create_app, gaps, since
from kg.web.lives import older

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
DATES = ["2015-12-31", "2017-01-01", "2026-11-22"]
CONTESTED = "tno-page-economic-incentives-few-interventions"
LATE = "gm-professional-standards"


def rows_of(response):
    """Read a CSV answer."""
    assert 200 == response.status_code
    return list(csv.DictReader(io.StringIO(response.text)))


def asked(client, name, **values):
    """Return the rows of a question's answer."""
    return rows_of(client.get(f"/questions/{name}.csv", query_string=values))


def listed(page):
    """Return the slugs of the gaps on the list of a page."""
    found = re.search(r'<ol class="gap-list".*?</ol>', page.text, re.DOTALL)
    return re.findall(r'<h3><a href="/gaps/([a-z0-9-]+)', found[0]) if found else []


def tallied(page):
    """Return the counts at the top of a page, by the notation of the status."""
    found = re.findall(
        r'<li class="g-([a-z-]+)[^>]*>\s*<(?:a|span) class="tally".*?class="number">(\d+)<', page.text, re.DOTALL
    )
    return {status: int(number) for status, number in found}


def slug(iri):
    """Return the last part of an IRI."""
    return iri.rpartition("/")[2]


def by_status(rows):
    """Count the gaps of an answer by the notation of their status; statuses without a gap are there too."""
    known = dict.fromkeys(("open", "being-studied", "partly-answered", "answered", "contested"), 0)
    return known | Counter(slug(status) for status in {row["gap"]: row["status"] for row in rows}.values())


@pytest.mark.parametrize("date", DATES)
def test_the_counts_are_those_of_the_question(client, date):
    """How many gaps stand how, and how many there are, is what gap-lifecycle answers at that date."""
    rows = asked(client, "gap-lifecycle", asOf=date)
    page = client.get(f"/gaps?asOf={date}", headers=BROWSER)

    assert by_status(rows) == tallied(page)
    assert sorted({slug(row["gap"]) for row in rows}) == sorted(listed(page))
    assert f"{len({row['gap'] for row in rows})} gaps" in page.text


@pytest.mark.parametrize("date", DATES)
def test_the_status_is_the_same_in_every_question(client, date):
    """The questions that give a status give a gap the same one."""
    status = {row["gap"]: row["status"] for row in asked(client, "gap-lifecycle", asOf=date)}

    for name, more in (("gaps-without-project", {}), ("what-do-we-know-now", {"statedBefore": date})):
        for row in asked(client, name, asOf=date, **more):
            assert status[row["gap"]] == row["status"]
    for component in ("barriers", "discrimination", "economic-incentives", "labour-demand"):
        place = {"row": f"component/{component}", "column": "target-group/jobseekers"}
        for row in asked(client, "cell-gaps", asOf=date, **place):
            assert status[row["gap"]] == row["status"]


FILTERS = [
    {"theme": "theme/debts-and-poverty"},
    {"component": "component/discrimination"},
    {"targetGroup": "target-group/jobseekers"},
    {"gapKind": "gap-kind/no-evidence"},
    {"publication": "publication/movisie-recommendations"},
    {"status": "gap-status/contested"},
    {"status": "gap-status/answered"},
    {"theme": "theme/re-integration", "gapKind": "gap-kind/thin-evidence", "status": "gap-status/open"},
]


@pytest.mark.parametrize("project", ["", "with", "without"])
@pytest.mark.parametrize("values", FILTERS)
def test_a_filter_gives_the_gaps_that_its_data_has(client, values, project):
    """The list and the CSV of the same address hold the same gaps, and fewer than without the filter."""
    query = values | ({"project": project} if project else {})
    page = client.get("/gaps", query_string=query, headers=BROWSER)
    rows = rows_of(client.get("/gaps.csv", query_string=query))

    assert 200 == page.status_code
    assert sorted({slug(row["gap"]) for row in rows}) == sorted(listed(page))
    assert len(listed(page)) < len(listed(client.get("/gaps", headers=BROWSER)))


def test_a_filter_takes_in_what_is_narrower(client, store):
    """A gap on a narrower target group is found under the wider one."""
    query = """PREFIX wk: <https://w3id.org/werkkennis/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT DISTINCT ?gap { ?gap a wk:KnowledgeGap ;
          wk:targetGroup/skos:broader* <https://w3id.org/werkkennis/id/target-group/jobseekers> }"""
    expected = {slug(row["gap"]) for row in store.select(query).records()}
    page = client.get("/gaps?targetGroup=target-group/jobseekers", headers=BROWSER)

    assert expected == set(listed(page))


def test_with_and_without_a_project_are_all(client):
    """A gap has a project or has none; without one it stands in the answer of gaps-without-project."""
    everything = listed(client.get("/gaps", headers=BROWSER))
    with_project = listed(client.get("/gaps?project=with", headers=BROWSER))
    without = listed(client.get("/gaps?project=without", headers=BROWSER))

    assert with_project
    assert sorted(everything) == sorted(with_project + without)
    assert sorted(slug(row["gap"]) for row in asked(client, "gaps-without-project")) == sorted(without)


def test_the_open_gaps_of_a_theme_are_one_click_away(client):
    """From the list one link per theme gives its open gaps without a project as CSV, as many as it says."""
    page = client.get("/gaps", headers=BROWSER).text
    box = re.search(r'<ul class="themes">.*?</ul>', page, re.DOTALL)[0]
    shown = re.findall(r'class="number">(\d+)</span>\s*<a class="file" href="([^"]+)"', box)

    assert shown
    for number, link in shown:
        rows = rows_of(client.get(unescape(link)))
        assert int(number) == len(rows)
        assert {f"{ID}gap-status/open"} == {row["status"] for row in rows}
        assert "project=without" in link


def test_without_project_is_an_address_of_its_own(client):
    """The short address leads to the filter and keeps the rest."""
    found = client.get("/gaps/without-project?theme=theme/re-integration&lang=en")

    assert 302 == found.status_code
    assert "/gaps?theme=theme%2Fre-integration&lang=en&project=without" == found.location


@pytest.mark.parametrize(("sort", "backwards"), [("oldest", False), ("newest", True)])
def test_the_list_is_sorted_by_date(client, sort, backwards):
    """The oldest or the newest statement comes first."""
    stated = {slug(row["gap"]): row["statedOn"] for row in asked(client, "gap-lifecycle")}
    dates = [stated[gap] for gap in listed(client.get(f"/gaps?sort={sort}", headers=BROWSER))]

    assert sorted(dates, reverse=backwards) == dates
    assert len(set(dates)) > 1


def test_a_long_list_comes_in_pages(client, monkeypatch):
    """Each gap stands on one page, in the order of the whole list; the number above is that of all."""
    whole = client.get("/gaps?sort=label", headers=BROWSER)
    monkeypatch.setattr(gaps, "PAGE", 20)
    number = -(-len(listed(whole)) // 20)
    pages = [client.get(f"/gaps?sort=label&page={page}", headers=BROWSER) for page in range(1, number + 1)]

    assert number > 2
    assert listed(whole) == [gap for page in pages for gap in listed(page)]
    assert all(f">{len(listed(whole))} gaps <" in page.text for page in pages)
    assert tallied(whole) == tallied(pages[-1])
    assert 'href="/gaps?sort=label&amp;page=2"' in pages[0].text
    titles = [re.search("<title>(.*)</title>", page.text)[1] for page in pages]
    assert "page" not in titles[0]
    assert f"page 2 of {number}" in titles[1]
    assert 404 == client.get(f"/gaps?page={number + 1}", headers=BROWSER).status_code
    assert 400 == client.get("/gaps?page=two", headers=BROWSER).status_code
    assert client.get("/gaps.csv?sort=label&page=2").text == client.get("/gaps.csv").text


def test_the_list_is_sorted_by_label(client):
    """From A to Z goes by the words of the page's language."""
    label = {slug(row["gap"]): row["gapLabel"] for row in asked(client, "gap-lifecycle", lang="en")}
    labels = [label[gap].casefold() for gap in listed(client.get("/gaps?sort=label", headers=BROWSER))]

    assert sorted(labels) == labels


@pytest.mark.parametrize("name", ["asOf", "theme", "status", "publication"])
def test_a_value_that_cannot_be_used_is_said_at_its_field(client, name):
    """A wrong value gives 400 and a sentence at the field."""
    page = client.get(f"/gaps?{name}=x/y", headers=BROWSER)

    assert 400 == page.status_code
    assert f'id="field-{name}-problem"' in page.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/gaps?sort=x", 400),
        ("/gaps?project=maybe", 400),
        ("/gaps?colour=red", 400),
        ("/gaps.ttl", 406),
        ("/gaps/none", 404),
        ("/gaps/é", 404),
        (f"/gaps/{LATE}?asOf=soon", 400),
        (f"/gaps/{LATE}?status=gap-status/open", 400),
        (f"/gaps/{LATE}?asOf=2015-12-31", 404),
        ("/gaps/differences?minRigour=9", 400),
        ("/what-do-we-know-now?statedBefore=then", 400),
    ],
)
def test_a_request_that_cannot_be_met_is_answered_as_such(client, address, status):
    """Never an error of ours, and never a gap that nobody had stated yet."""
    assert status == client.get(address, headers=BROWSER).status_code


def test_a_list_that_nothing_fits_says_what_that_means(client):
    """An empty list is no claim that everything is known."""
    page = client.get("/gaps?asOf=1900-01-01", headers=BROWSER).text

    assert "does not mean that everything is known" in page


@pytest.mark.parametrize("gap", [CONTESTED, LATE, "tno-summary-evidence-not-used", "tno-page-what-really-works"])
def test_the_page_of_a_gap_tells_its_whole_life(client, gap):
    """Every step, thing and organisation of the question stands on the timeline, with the status of the question."""
    rows = asked(client, "gap-lifecycle", gap=f"gap/{gap}", lang="en")
    page = unescape(client.get(f"/gaps/{gap}", headers=BROWSER).text)
    line = re.search(r'<ol class="timeline">.*?</ol>', page, re.DOTALL)[0]

    assert rows
    assert {row["gapLabel"] for row in rows} == {re.search(r"<h1>(.*?)</h1>", page)[1]}
    for row in rows:
        assert row["thingLabel"] in line
        assert row["organisationLabel"] in line
        assert f'<li class="{row["step"]}"' in line
        assert f'<p class="state">{row["statusLabel"]}</p>' in page
    # Each step once, and "now".
    assert len({(row["step"], row["on"], row["thing"]) for row in rows}) + 1 == len(re.findall(r"<h3>", line))


@pytest.mark.parametrize("suffix", ["csv", "json", "rq"])
def test_a_gap_is_there_as_data(client, suffix):
    """The data of a gap's page is the answer of gap-lifecycle for that gap."""
    page = client.get(f"/gaps/{LATE}.{suffix}?asOf=2020-01-01")
    question = client.get(f"/questions/gap-lifecycle.{suffix}?asOf=2020-01-01&gap=gap/{LATE}")

    assert 200 == page.status_code
    assert question.data == page.data


def test_every_gap_has_a_page(client):
    """Whatever a gap names, its page is there, and links to the document with all that is said about it."""
    for gap in listed(client.get("/gaps", headers=BROWSER)):
        page = client.get(f"/gaps/{gap}", headers=BROWSER)
        assert 200 == page.status_code
        assert f'href="/doc/gap/{gap}"' in page.text


def test_the_cells_of_a_gap_have_the_state_that_the_map_gives(client):
    """The state beside a gap's subjects is that of the map at the same date."""
    page = client.get("/gaps/tno-page-discrimination-few-interventions?asOf=2017-01-01", headers=BROWSER).text
    cells = re.findall(r'<li><a href="/map/cell\?([^"]+)">[^<]+</a> <span class="chip s-([a-z-]+)">', page)

    assert cells
    for query, state in cells:
        values = dict(part.split("=") for part in unescape(query).split("&"))
        place = (ID + values.pop("row"), ID + values.pop("column"))
        rows = asked(client, "gap-map", **values)
        assert state == next(row["state"] for row in rows if (row["row"], row["column"]) == place)


def test_sources_that_disagree_stand_beside_each_other(client):
    """A contested gap shows each statement against it that the question gives, with its source."""
    rows = [row for row in asked(client, "sources-that-disagree", lang="en") if slug(row["statement"]) == CONTESTED]
    page = unescape(client.get(f"/gaps/{CONTESTED}", headers=BROWSER).text)
    sides = re.search(r'<div class="others">.*?</section>', page, re.DOTALL)[0]

    assert rows
    assert len(rows) == sides.count("<blockquote>")
    for row in rows:
        assert row["otherStatementLabel"] in sides
        assert row["otherPublicationLabel"] in sides


@pytest.mark.parametrize("date", DATES)
def test_the_numbers_of_the_differences_are_those_of_the_questions(client, date):
    """Each count is the number of gaps, concepts, pairs or recommendations in the answer at that date."""
    codes = Counter(row["code"] for row in asked(client, "stated-versus-computed-gaps", asOf=date))
    disagree = asked(client, "sources-that-disagree", asOf=date)
    advice = {row["recommendation"] for row in asked(client, "recommendations-without-follow-up", asOf=date)}
    page = client.get(f"/gaps/differences?asOf={date}", headers=BROWSER).text
    shown = {name: int(number) for name, number in re.findall(r'<li><a href="#([a-z]+)">[^<]+\((\d+)\)', page)}

    expected = {
        "stated": codes["stated-but-evidence"],
        "empty": codes["empty-not-stated"],
        "sources": len(disagree),
        "advice": len(advice),
    }
    assert expected == shown
    assert all(f"/doc/recommendation/{slug(iri)}" in page for iri in advice)


@pytest.mark.parametrize("date", DATES)
def test_what_we_know_now_counts_what_the_question_answers(client, date):
    """The counts at the top, the gaps and what came after are those of what-do-we-know-now."""
    rows = asked(client, "what-do-we-know-now", asOf=date, lang="en")
    page = client.get(f"/what-do-we-know-now?asOf={date}", headers=BROWSER)
    text = unescape(page.text)

    assert by_status(rows) == tallied(page)
    assert {slug(row["gap"]) for row in rows} == set(re.findall(r'href="/gaps/([a-z0-9-]+)\?', text)) - {"differences"}
    for row in rows:
        assert row["code"] == "later-finding" or row["thingLabel"] in text
    later = Counter(row["gap"] for row in rows if row["code"] == "later-finding")
    assert sorted(later.values()) == sorted(map(int, re.findall(r'#later">(\d+) later finding', text)))
    assert rows_of(client.get(f"/what-do-we-know-now.csv?asOf={date}&lang=en")) == rows


@pytest.mark.parametrize("date", ["2016-12-31", "2026-11-22"])
def test_what_we_know_now_says_how_it_stood_then(client, date):
    """Under the tallies stands how the same gaps stood then, and how many changed; each that did bears a mark."""
    then = {row["gap"]: row["status"] for row in asked(client, "what-do-we-know-now", asOf="2015-12-31", lang="en")}
    now = {row["gap"]: row["status"] for row in asked(client, "what-do-we-know-now", asOf=date, lang="en")}
    changed = [slug(then[gap]).replace("-", " ") for gap in now if then[gap] != now[gap]]
    page = client.get(f"/what-do-we-know-now?asOf={date}", headers=BROWSER).text
    said = re.search(r'<p class="stood">(.*?)</p>', page, re.DOTALL)[1]

    assert then.keys() == now.keys()
    assert "On December 31, 2015:" in said or "On 31 December 2015:" in said
    assert {
        status.replace("-", " "): number
        for status, number in by_status([{"gap": gap, "status": status} for gap, status in then.items()]).items()
        if number
    } == {
        status: int(number)
        for number, status in re.findall(r"(\d+) ([a-z ]+)[,.]", said.partition(":")[2].partition("<strong>")[0])
    }
    assert (f"status of {len(changed)} gap" if changed else "no gap changed its status") in said
    assert sorted(changed) == sorted(re.findall(r'<p class="was[^>]*>.*?was ([a-z ]+)</p>', page, re.DOTALL))


def test_of_a_large_graph_what_was_judged_is_told(client, monkeypatch):
    """There the page has the same statuses and judged findings, and says that it looked for no others."""
    small = client.get("/what-do-we-know-now", headers=BROWSER)
    monkeypatch.setattr(since, "_MOST", 0)
    # Another address: what was given at the same one is kept.
    large = client.get("/what-do-we-know-now?statedBefore=2015-12-31&lang=en", headers=BROWSER)
    said = "findings that nobody has judged yet are not looked for here"

    assert tallied(small) == tallied(large)
    assert '<li class="later-finding">' in small.text
    assert '<li class="later-finding">' not in large.text
    assert said not in small.text
    assert said in large.text
    rows = asked(client, "what-do-we-know-now", lang="en")
    judged = {row["thingLabel"] for row in rows if row["code"] not in {"later-finding", "nothing"}}
    assert judged
    assert all(label in unescape(large.text) for label in judged)


def test_of_many_gaps_the_oldest_of_each_status_are_told_of(client, monkeypatch):
    """The tallies count all; the page says how many it leaves to the files."""
    whole = client.get("/what-do-we-know-now", headers=BROWSER)
    monkeypatch.setattr(since, "_SHOWN", 2)
    page = client.get("/what-do-we-know-now?statedBefore=2015-12-31", headers=BROWSER)
    rows = asked(client, "what-do-we-know-now", lang="en")
    stated = {row["gap"]: row["status"] for row in rows}
    told = {row["gap"]: row["status"] for row in rows if row["code"] != "nothing"}
    shown = {
        slug(gap)
        for status in set(stated.values())
        for part in (told, stated.keys() - told.keys())
        for gap in [gap for gap in stated if gap in part and stated[gap] == status][:2]
    }

    assert tallied(whole) == tallied(page)
    assert shown == set(re.findall(r'<(?:h3|li)><a href="/gaps/([a-z0-9-]+)"', page.text))
    assert f"{len(stated) - len(shown)} more are in the files" in page.text


def test_at_the_date_of_then_nothing_is_compared(client):
    """As of the day itself, or earlier, there is no then to compare with."""
    for date in ("2015-12-31", "2015-10-01"):
        page = client.get(f"/what-do-we-know-now?asOf={date}", headers=BROWSER).text
        assert 'class="stood"' not in page
        assert 'class="was ' not in page


def test_the_rigour_direction_and_country_of_a_judged_finding_are_shown(client):
    """Each judged finding of a gap's story and of its timeline bears the rigour and direction of the question."""
    rows = asked(client, "what-do-we-know-now", lang="en")
    judged = [row for row in rows if row["code"] in {"answers", "partly-answers", "confirms", "contests"}]
    story = unescape(client.get("/what-do-we-know-now", headers=BROWSER).text)
    line = unescape(client.get(f"/gaps/{slug(judged[0]['gap'])}", headers=BROWSER).text)

    assert judged
    for row, page in [(row, story) for row in judged] + [(judged[0], line)]:
        entry = re.search(rf'/doc/finding/{slug(row["thing"])}[?"].*?</li>', page, re.DOTALL)[0]
        known = row["rigourRank"] and int(row["rigourRank"]) >= 0
        assert (f"rigour {row['rigourRank']}" if known else "rigour not known") in entry
        stated = row["direction"] and slug(row["direction"]) != "not-stated"
        assert (f"direction: {row['directionLabel'].lower()}" if stated else "") in entry
        assert bool(stated) == ("direction: " in entry)
    assert "Netherlands" in story


def test_at_the_end_of_2015_the_pages_know_of_nothing_later(client):
    """No source, project or finding that came later is named on a page of then."""
    later = (
        "movisie-recommendations",
        "zonmw-gewogen-maatwerk",
        "project/gewogen-maatwerk",
        "movisie-choices-by-intuition",
    )

    for address in ("/gaps", "/what-do-we-know-now", "/gaps/differences", "/gaps/tno-summary-evidence-not-used"):
        page = client.get(f"{address}?asOf=2015-12-31", headers=BROWSER).text
        assert [] == [name for name in later if name in page]
    assert later[3] in client.get("/gaps/tno-summary-evidence-not-used", headers=BROWSER).text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("address", ["/gaps", f"/gaps/{CONTESTED}", "/gaps/differences", "/what-do-we-know-now"])
def test_a_page_shows_the_query_behind_it(client, address, language):
    """The bound query stands on the page and can be run."""
    page = client.get(f"{address}?asOf=2016-01-01&lang={language}", headers=BROWSER).text

    assert "2016-01-01" in re.search(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)[1]


LIFE = """
@prefix bearing: <https://w3id.org/werkkennis/id/bearing/> .
@prefix bearing-kind: <https://w3id.org/werkkennis/id/bearing-kind/> .
@prefix component: <https://w3id.org/werkkennis/id/component/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix finding: <https://w3id.org/werkkennis/id/finding/> .
@prefix finding-kind: <https://w3id.org/werkkennis/id/finding-kind/> .
@prefix gap: <https://w3id.org/werkkennis/id/gap/> .
@prefix gap-kind: <https://w3id.org/werkkennis/id/gap-kind/> .
@prefix organisation: <https://w3id.org/werkkennis/id/organisation/> .
@prefix project: <https://w3id.org/werkkennis/id/project/> .
@prefix publication: <https://w3id.org/werkkennis/id/publication/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

organisation:fund rdfs:label "Fonds"@nl , "Fund"@en .
publication:first a wk:Publication ; rdfs:label "Eerste"@nl , "First"@en ; dct:issued "2015-01-01"^^xsd:date .
publication:second a wk:Publication ; rdfs:label "Tweede"@nl , "Second"@en ; dct:issued "2018-01-01"^^xsd:date .
publication:third a wk:Publication ; rdfs:label "Derde"@nl , "Third"@en ; dct:issued "2021-01-01"^^xsd:date .
gap:full a wk:KnowledgeGap ; rdfs:label "Een heel leven"@nl , "A whole life"@en ; wk:gapKind gap-kind:no-evidence ;
    wk:component component:barriers ; wk:statedIn publication:first .
project:one a wk:Project ; rdfs:label "Project Een"@nl , "Project One"@en ; wk:addressesGap gap:full ; wk:fundedBy organisation:fund ;
    wk:startDate "2016-01-01"^^xsd:date ; wk:endDate "2017-06-30"^^xsd:date .
finding:part a wk:Finding ; rdfs:label "Deels"@nl , "In part"@en ; wk:findingKind finding-kind:process ; wk:reportedIn publication:second .
finding:all a wk:Finding ; rdfs:label "Geheel"@nl , "In full"@en ; wk:findingKind finding-kind:process ; wk:reportedIn publication:third .
finding:new a wk:Finding ; rdfs:label "Nieuw"@nl , "Quite new"@en ; wk:findingKind finding-kind:effect ;
    wk:component component:barriers ; wk:reportedIn publication:third .
bearing:part wk:gap gap:full ; wk:finding finding:part ; wk:bearingKind bearing-kind:partly-answers .
bearing:all wk:gap gap:full ; wk:finding finding:all ; wk:bearingKind bearing-kind:answers .
"""
STEPS = [
    ("2015-12-31", "open", ["stated"], "No project in here works on it, and no finding has been judged to answer, confirm or contest it."),
    ("2016-12-31", "being-studied", ["stated", "project"], "1 project on it is under way."),
    ("2017-12-31", "open", ["stated", "project", "project-ended"], "1 project on it has ended."),
    ("2018-12-31", "partly-answered", ["stated", "project", "project-ended", "partly-answers"],
     "1 finding answers part of it. 1 project on it has ended."),
    ("2021-12-31", "answered", ["stated", "project", "project-ended", "partly-answers", "answers"],
     "1 finding answers it. 1 finding answers part of it. 1 project on it has ended."),
]  # fmt: skip


OLDER = """
publication:zero a wk:Publication ; rdfs:label "Nulde"@nl , "Zeroth"@en ; dct:issued "2011-01-01"^^xsd:date .
gap:known a wk:KnowledgeGap ; rdfs:label "Al bekend"@nl , "Known already"@en ; wk:gapKind gap-kind:no-evidence ;
    wk:statedIn publication:first .
finding:old a wk:Finding ; rdfs:label "Oud"@nl , "Old"@en ; wk:findingKind finding-kind:process ; wk:reportedIn publication:zero .
bearing:old wk:gap gap:known ; wk:finding finding:old ; wk:bearingKind bearing-kind:partly-answers .
bearing:late wk:gap gap:known ; wk:finding finding:all ; wk:bearingKind bearing-kind:answers .
"""


@pytest.fixture(scope="module")
def full_life(config, catalogues):
    """A visitor of a site with the concepts of the repository and one gap that went through every status."""
    return small_site(config, LIFE)


@pytest.fixture(scope="module")
def older_life(config, catalogues):
    """The same with a gap of which a part had been found before its source said that nobody knew."""
    return small_site(config, LIFE + OLDER)


def small_site(config, data):
    """Return a visitor of a site with the concepts of the repository and some data."""
    engine = ox.Store()
    for path in sorted((config.graph / "ontology").glob("*.ttl")):
        engine.bulk_load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"x:{path.stem}"))
    engine.load(data, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:life"))
    return create_app(config, EmbeddedStore(engine), "small").test_client()


@pytest.mark.parametrize(("date", "status", "steps", "why"), STEPS)
def test_a_gap_goes_from_stated_to_answered(full_life, date, status, steps, why):
    """At each date the page has the status of then, what it rests on, and the steps up to then in the order of time."""
    page = full_life.get(f"/gaps/full?asOf={date}", headers=BROWSER).text
    line = re.search(r'<ol class="timeline">.*?</ol>', page, re.DOTALL)[0]

    assert [*steps, f"now g-{status}"] == re.findall(r'<li class="([^"]+)">', line)
    assert f'<div class="verdict g-{status}">' in page
    assert f"<p>{why}</p>" in page
    assert ("Fund</a>" in line) == ("project" in steps)
    assert {status: 1} == {
        key: number for key, number in tallied(full_life.get(f"/gaps?asOf={date}", headers=BROWSER)).items() if number
    }


def test_a_later_finding_waits_to_be_judged(full_life):
    """A later finding that fits the gap and that no curator judged is named as such, on its page and in its story."""
    before = full_life.get("/gaps/full?asOf=2020-12-31", headers=BROWSER).text
    after = full_life.get("/gaps/full?asOf=2021-12-31", headers=BROWSER).text
    story = full_life.get("/what-do-we-know-now?asOf=2021-12-31", headers=BROWSER).text

    assert "Quite new" not in before
    assert "Quite new" in after[after.index('id="later"') :]
    assert 1 == story.count('<li class="later-finding">')


def test_what_was_there_before_the_gap_says_so(older_life):
    """A judged finding older than the statement stands before it and says so; one of after it does not."""
    for address in ("/gaps/known", "/what-do-we-know-now?asOf=2021-12-31"):
        page = older_life.get(address, headers=BROWSER).text
        line = re.search(r'Known already.*?<ol class="timeline">(.*?)</ol>', page, re.DOTALL)[1]
        assert ["partly-answers earlier", "stated", "answers"] == re.findall(r'<li class="([^"]+)">', line)[:3]
        assert 1 == line.count("Was there already when the source wrote this")
        assert line.index("2011") < line.index("Was there already") < line.index("Stated as a gap")


@pytest.mark.parametrize(
    ("on", "own", "stated", "other", "expected"),
    [
        ("2014-12-31", "", "2015-07-22", "", True),
        ("2015-07-22", "", "2015-07-22", "", False),
        ("2015-01-01", "year", "2015-07-22", "", False),
        ("2014-01-01", "year", "2015-07-22", "", True),
        ("2015-03-01", "month", "2015-07-22", "", True),
        ("2015-03-01", "", "2015-07-01", "year", False),
        ("2014-01-01", "not-before", "2015-07-22", "", False),
        ("2014-01-01", "", "2015-07-22", "not-after", False),
        ("", "", "2015-07-22", "", False),
    ],
)
def test_older_is_said_only_where_it_is_sure(on, own, stated, other, expected):
    """A date that is known to the year or month only is not called older within that year or month."""
    assert expected is older(on, own, stated, other)


def test_a_gap_with_one_sort_of_subject_has_no_cell(full_life):
    """The map needs two dimensions; a gap that names one says so."""
    assert "no cell of its own on the map" in full_life.get("/gaps/full", headers=BROWSER).text


def test_a_gap_that_is_answered_needs_nobody(full_life):
    """Nobody is named to fill a gap that a finding answers."""
    assert "nobody is asked to fill it" in full_life.get("/gaps/full?asOf=2021-12-31", headers=BROWSER).text


def test_a_question_of_gaps_takes_a_number_of_projects(full_life):
    """At least one project means: one that had begun by then."""
    for date, number in (("2015-12-31", 0), ("2016-12-31", 1), ("2021-12-31", 1)):
        rows = asked(full_life, "gap-lifecycle", asOf=date, minProjects=1)
        assert number == len({row["gap"] for row in rows})
