"""Compare: interventions, two dates, and two schemes of rating side by side."""

import csv
import io
import re
from html import unescape

import pyoxigraph as ox
import pytest

from kg.store import EmbeddedStore
from kg.vocabulary import ID
from kg.web import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "nl"}
PAIR = "/compare/interventions?intervention=intervention/training&intervention=intervention/first-place-then-train"
SMALL = """\
@prefix basis: <https://w3id.org/werkkennis/id/basis/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix design: <https://w3id.org/werkkennis/id/design/> .
@prefix direction: <https://w3id.org/werkkennis/id/direction/> .
@prefix finding: <https://w3id.org/werkkennis/id/finding/> .
@prefix finding-kind: <https://w3id.org/werkkennis/id/finding-kind/> .
@prefix intervention: <https://w3id.org/werkkennis/id/intervention/> .
@prefix organisation: <https://w3id.org/werkkennis/id/organisation/> .
@prefix outcome: <https://w3id.org/werkkennis/id/outcome/> .
@prefix project: <https://w3id.org/werkkennis/id/project/> .
@prefix publication: <https://w3id.org/werkkennis/id/publication/> .
@prefix rating: <https://w3id.org/werkkennis/id/rating/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix recognition: <https://w3id.org/werkkennis/id/recognition/> .
@prefix rigour: <https://w3id.org/werkkennis/id/rigour/> .
@prefix study: <https://w3id.org/werkkennis/id/study/> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

publication:small a wk:Publication ; rdfs:label "Een bron"@nl , "A source"@en ; dct:issued "2020-03-01"^^xsd:date .
study:trial a wk:Study ; rdfs:label "Een proef"@nl , "A trial"@en ; wk:rigour rigour:level-5 ;
    wk:design design:randomised-trial ; wk:reportedIn publication:small .
study:weak a wk:Study ; rdfs:label "Een meting"@nl , "A measurement"@en ; wk:rigour rigour:level-2 ;
    wk:design design:before-after ; wk:reportedIn publication:small .
finding:trial a wk:Finding ; rdfs:label "Werkt"@nl , "Works"@en ; wk:findingKind finding-kind:effect ;
    wk:direction direction:unfavourable ; wk:basis basis:empirical ; wk:intervention intervention:aftercare ;
    wk:outcome outcome:income ; wk:study study:trial ; wk:reportedIn publication:small .
finding:weak a wk:Finding ; rdfs:label "Zwak"@nl , "Weak"@en ; wk:findingKind finding-kind:effect ;
    wk:direction direction:favourable ; wk:basis basis:empirical ; wk:intervention intervention:aftercare ;
    wk:outcome outcome:income ; wk:study study:weak ; wk:reportedIn publication:small .
finding:nameless a wk:Finding ; rdfs:label "Zonder uitkomst"@nl , "Without outcome"@en ; wk:findingKind finding-kind:effect ;
    wk:direction direction:none ; wk:basis basis:empirical ; wk:intervention intervention:aftercare ;
    wk:study study:trial ; wk:reportedIn publication:small .
project:small a wk:Project ; rdfs:label "Een project"@nl , "A project"@en ; wk:startDate "2019-01-01"^^xsd:date .
rating:old a wk:Rating ; rdfs:label "Oud"@nl , "Old"@en ; wk:rates intervention:aftercare ;
    wk:ratingLevel recognition:first-indications ; wk:by organisation:tno ;
    wk:on "2019-05-01"^^xsd:date ; wk:validUntil "2024-05-01"^^xsd:date .
rating:trial a wk:Rating ; rdfs:label "Studie"@nl , "Study"@en ; wk:rates study:trial ;
    wk:ratingLevel recognition:well-described ; wk:on "2020-05-01"^^xsd:date .
"""


@pytest.fixture(scope="module")
def small(config, generation, catalogues):
    """A visitor of the site over the repository's graph, with a trial, a weak study, a project and two ratings besides."""
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


def row(page, label):
    """Return the cells of the row of a table that bears a label."""
    found = re.search(rf'<th scope="row"[^>]*>(?:<a [^>]*>)?{re.escape(label)}.*?</tr>', page, re.DOTALL)
    return re.findall(r"<td>.*?</td>", found[0], re.DOTALL)


def states(cells):
    """Return the states in cells of a table."""
    return [re.search(r'class="chip s-([a-z-]+)"', cell)[1] for cell in cells]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "address", ["/compare", "/compare/interventions", PAIR, "/compare/dates", "/compare/ratings?first=rigour-levels&second=recognition-levels"]
)  # fmt: skip
def test_the_pages_answer(client, address, language):
    """Each way to compare has a page in both languages."""
    page = read(client, f"{address}{'&' if '?' in address else '?'}lang={language}")

    assert f'<html lang="{language}">' in page
    assert "<form" in page


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("intervention=intervention/training", "Kies een tweede interventie"),
        ("intervention=intervention/training&intervention=intervention/training", "Kies een tweede interventie"),
        ("intervention=intervention/training&intervention=intervention/none", "geen interventie met deze naam"),
        ("intervention=component/barriers&intervention=intervention/training", "geen interventie met deze naam"),
        ("intervention=<b>&intervention=intervention/training", "geen interventie met deze naam"),
        (
            "&".join(f"intervention=intervention/{name}" for name in ("training", "contact", "aftercare", "enforcement", "anti-stigma")),
            "Kies hoogstens 4",
        ),
        ("intervention=intervention/training&intervention=intervention/contact&asOf=soon", "Schrijf een datum"),
        ("intervention=intervention/training&intervention=intervention/contact&minRigour=x", "heel getal"),
    ],
)  # fmt: skip
def test_a_choice_that_cannot_be_compared(client, query, problem):
    """What cannot be compared is said at the form, with 400."""
    page = client.get(f"/compare/interventions?{query}", headers=BROWSER)

    assert 400 == page.status_code
    assert problem in page.text
    assert "<b>" not in page.text


@pytest.mark.parametrize("address", ["/compare?x=1", "/compare/interventions?rows=a", "/compare/dates?asOf=2015-01-01", "/compare/ratings?x=1"])  # fmt: skip
def test_a_name_that_means_nothing(client, address):
    """A name in the address that no page of comparison knows is refused."""
    assert 400 == client.get(address, headers=BROWSER).status_code


def test_the_states_are_those_of_the_map(client):
    """The state of each intervention and outcome is that of the cell of the map."""
    known = {
        (found["row"], found["columnLabel"]): found["state"]
        for found in answer(client, "/map.csv?rows=intervention&columns=outcome")
    }
    page = read(client, PAIR)

    assert ["mixed", "mixed"] == states(row(page, "Werk vinden"))
    for label in {label for _, label in known}:
        expected = [known[f"{ID}intervention/{name}", label] for name in ("training", "first-place-then-train")]
        if set(expected) != {"never-searched"}:
            assert expected == states(row(page, label))


def test_directions_are_counted_and_not_summed(client):
    """Each direction is counted by itself, and the bar moves effects below it."""
    at_bar = row(read(client, PAIR), "Werk vinden")[0]
    above = row(read(client, f"{PAIR}&minRigour=5"), "Werk vinden")[0]

    assert "11 gunstig, 2 geen verschil, 2 wisselend" in at_bar
    assert "Onder de lat: 1 gunstig, 1 ongunstig, 1 wisselend" in at_bar
    assert "2 gunstig" in above
    assert "Onder de lat: 10 gunstig, 2 geen verschil, 1 ongunstig, 3 wisselend" in above
    assert ["mixed", "effect"] == states([at_bar, above])


def test_what_is_not_in_here_is_not_called_without_effect(client):
    """Outcomes of which nothing is known are named under the table, with the sentence that says what that means."""
    page = read(client, PAIR)

    assert "geen bekende zoekactie beslaat ze" in page
    assert "Niet hierin betekent niet: werkt niet." in page


def test_effects_at_and_below_the_bar_stay_apart(small):
    """One trial and one weak study: the state follows the trial, the weak one is named below the bar."""
    page = read(small, "/compare/interventions?intervention=intervention/aftercare&intervention=intervention/training")
    cell = row(page, "Inkomen")[0]

    assert ["harm"] == states([cell])
    assert "<p>1 ongunstig</p>" in cell
    assert "Onder de lat: 1 gunstig" in cell
    assert "1 geen verschil" in row(page, "Uitkomst niet genoemd door de bron")[0]


def test_a_rating_says_by_whom_and_until_when(small):
    """The level of an intervention stands with its scheme, who gave it, and that it has run out."""
    page = read(small, "/compare/interventions?intervention=intervention/aftercare&intervention=intervention/training")
    first, second = row(page, "Beoordelingen")

    for word in ("Eerste aanwijzingen", "Erkenningsniveaus", "TNO", "1 mei 2019", "tot 1 mei 2024", "verlopen"):
        assert word in first
    assert "hier geen" in second


def test_as_of_a_date(small):
    """Before the source came out neither its effects nor its studies are known."""
    address = "/compare/interventions?intervention=intervention/aftercare&intervention=intervention/training&asOf={}"

    assert "Een proef" in read(small, address.format("2020-03-01"))
    assert "Een proef" not in read(small, address.format("2020-02-29"))


@pytest.mark.parametrize(
    "axes", ["", "&rows=intervention&columns=outcome", "&rows=outcome&columns=targetGroup&minRigour=1"]
)
@pytest.mark.parametrize("which", ["client", "small"])
def test_the_cells_that_changed(request, which, axes):
    """The cells are those of which the two maps have another state, with both states."""
    visitor = request.getfixturevalue(which)
    then, now = (
        {(found["row"], found["column"]): found["state"] for found in answer(visitor, f"/map.csv?asOf={day}{axes}")}
        for day in ("2015-01-01", "2021-01-01")
    )
    expected = sorted((then[pair], now[pair]) for pair in then if then[pair] != now[pair])
    page = read(visitor, f"/compare/dates?from=2015-01-01&to=2021-01-01{axes}")
    chips = re.findall(r'class="chip s-([a-z-]+)"', page.partition('<table class="answer changes">')[2])

    assert expected
    assert expected == sorted(zip(chips[::2], chips[1::2], strict=True))
    assert f'<span class="count">{len(expected)}</span>' in page


def test_what_came_out_in_between(client):
    """What is new is what the question of the library says, by kind."""
    rows = answer(client, "/questions/changed-between.csv?from=2015-12-31&to=2018-12-31")
    page = read(client, "/compare/dates?from=2015-12-31&to=2018-12-31").partition('id="new"')[2]
    counts = [int(count) for count in re.findall(r'<summary>[^<]+<span class="count">(\d+)</span>', page)]

    assert [
        sum(found["code"] == code for found in rows) for code in ("finding", "gap", "recommendation", "search")
    ] == counts


def test_projects_that_began(client, small):
    """A project stands where it began; one of which nobody says when is not said to have begun."""
    address = "/compare/dates?from={}&to={}"

    assert "/doc/project/small" in read(small, address.format("2018-12-31", "2019-01-01"))
    assert "/doc/project/small" not in read(small, address.format("2019-01-01", "2020-01-01"))
    assert "Van 22 projecten zegt geen bron wanneer ze begonnen." in read(
        client, address.format("2018-12-31", "2019-01-01")
    )


@pytest.mark.parametrize("query", ["from=2016-01-01&to=2016-01-01", "from=2017-01-01&to=2016-01-01", "from=x", "to=2016-02-30", "rows=x", "minRigour=9"])  # fmt: skip
def test_dates_that_cannot_be_compared(client, query):
    """Two dates in the wrong order, or what is no date, no dimension or no bar, is refused at the form."""
    page = client.get(f"/compare/dates?{query}", headers=BROWSER)

    assert 400 == page.status_code
    assert 'class="problem"' in page.text


def test_a_scheme_in_which_nothing_is_rated_says_so(client):
    """Where the graph holds no rating in a scheme, the page says so plainly, and not that nothing has been rated."""
    page = read(client, "/compare/ratings")

    assert "Niets wat hier staat heeft al een niveau uit “Erkenningsniveaus”." in page
    assert "hier geen niveau" in page


def test_levels_stand_apart(small):
    """A thing has its levels in each scheme's own column; who, when and until stand with it; none is called higher."""
    page = read(small, "/compare/ratings?first=recognition-levels&second=rigour-levels")
    trial, aftercare = row(page, "Een proef"), row(page, "Nazorg")

    assert "Goed beschreven" in trial[0]
    assert "Niveau 5" in trial[1]
    assert all(
        word in aftercare[0] for word in ("Eerste aanwijzingen", "TNO", "1 mei 2019", "tot 1 mei 2024", "verlopen")
    )
    assert "hier geen niveau" in aftercare[1]
    assert "geen niveau uit “Erkenningsniveaus”" not in page


@pytest.mark.parametrize("query", ["first=none", "first=rigour-levels&second=rigour-levels", "second=<b>"])
def test_schemes_that_cannot_be_compared(client, query):
    """An unknown scheme, or one with itself, is refused at the form."""
    page = client.get(f"/compare/ratings?{query}", headers=BROWSER)

    assert 400 == page.status_code
    assert 'id="schemes-problem"' in page.text
    assert "<b>" not in page.text
