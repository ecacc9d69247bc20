"""Suggestions of visitors: kept as files, checked, never served before a maintainer accepts them, and never a flood."""

import pytest
from click.testing import CliRunner

from kg import generations, settings
from kg.cli import main
from kg.errors import Busy, NotFound
from kg.files import SourceFile
from kg.gate.proposals import Proposals, Study, name_for, text_of
from kg.parse import read_content
from kg.vocabulary import ID
from kg.web import create_app
from small_graph import write_graph

FORM = {
    "title": "Meedoen met een jobcoach: een proef",
    "spoken": "nl",
    "kind": f"{ID}publication-kind/report",
    "design": f"{ID}design/unknown",
    "year": "2019",
    "link": "https://example.org/rapport.pdf",
    "why": "Laat zien wat werkt.\n<script>alert(1)</script>\n@prefix x: <y> .",
}


@pytest.fixture
def var(tmp_path):
    """A folder for suggestions."""
    return tmp_path / "var"


@pytest.fixture
def site(config, store, generation, catalogues, tmp_path):
    """A visitor of a site that takes three suggestions, and where they are kept."""
    given = config.replace(proposals=3, validate_seconds=200)
    for each in Proposals.of(given).all():
        Proposals.of(given).remove(each.name)
    yield create_app(given, store, generation.name).test_client(), Proposals.of(given)
    for each in Proposals.of(given).all():
        Proposals.of(given).remove(each.name)


def test_a_suggestion_waits_and_is_not_served(site, config, generation):
    """What is suggested is a sound file for the maintainers; the site and its generation stay as they were."""
    client, kept = site
    sent = client.post("/suggest?lang=nl", data=FORM)
    [found] = kept.all()

    assert 200 == sent.status_code
    assert "Dank u wel" in sent.text
    assert "meedoen-met-een-jobcoach-een-proef" == found.name
    assert 'dct:title "Meedoen met een jobcoach: een proef"@nl' in found.text
    assert '"2019-01-01"^^xsd:date' in found.text
    assert "# The visitor says: Laat zien wat werkt. / <script>alert(1)</script> / @prefix x: <y> ." in found.text
    assert 404 == client.get(f"/doc/study/{found.name}").status_code
    assert generation.name == generations.current(config.var).name


def test_the_form_is_there_only_where_suggestions_are_taken(site, client):
    """Where the setting allows none, there is no form, and no page leads to it."""
    taking, _ = site

    assert 200 == taking.get("/suggest").status_code
    assert 'href="/suggest"' in taking.get("/doc/study/tno-quickscan").text
    assert 404 == client.get("/suggest").status_code
    assert 404 == client.post("/suggest", data=FORM).status_code
    assert 'href="/suggest"' not in client.get("/doc/study/tno-quickscan").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 301),
        ("title", "123"),
        ("link", "javascript:alert(1)"),
        ("link", "https://"),
        ("link", 'https://example.org/"><script>'),
        ("link", "https://example.org/> . <a:b> <c:d> <e:f>"),
        ("year", "soon"),
        ("year", "2999"),
        ("kind", "https://elsewhere/"),
        ("design", ""),
        ("spoken", "xx"),
        ("why", "x" * 2001),
    ],
)
def test_what_is_wrong_is_said_at_its_field(site, field, value):
    """A wrong field is named, what was typed stays, and nothing is kept."""
    client, kept = site
    found = client.post("/suggest?lang=en", data=FORM | {field: value})

    assert 422 == found.status_code
    assert f'id="{field}-problem"' in found.text
    assert "<script>alert" not in found.text
    assert [] == kept.all()


def test_what_is_known_is_told(site, client):
    """A publication that the graph has is named, in place of a second one."""
    visitor, kept = site
    query = "SELECT ?url { ?p <https://w3id.org/werkkennis/def#url> ?url } LIMIT 1"
    [row] = client.get("/sparql", query_string={"query": query, "format": "json"}).json["results"]["bindings"]
    found = visitor.post("/suggest", data=FORM | {"link": row["url"]["value"]})

    assert 422 == found.status_code
    assert "/doc/publication/" in found.text
    assert [] == kept.all()


def test_a_flood_is_stopped(site):
    """Programs that fill in everything are not kept, one address suggests five an hour, and no more wait than may."""
    client, kept = site
    robot = client.post("/suggest", data=FORM | {"website": "x"})
    codes = [client.post("/suggest", data=FORM | {"title": f"Proef {'abcdef'[n]}", "link": f"https://example.org/{n}"}).status_code for n in range(6)]  # fmt: skip

    assert 200 == robot.status_code
    assert [200, 200, 200, 503, 503, 429] == codes
    assert 3 == len(kept.all())
    assert 413 == client.post("/suggest", data=FORM | {"why": "x" * 60_000}).status_code


def test_other_sites_cannot_send_the_form(site):
    """A form that another site sends is refused, and so is what is no form."""
    client, kept = site

    assert 403 == client.post("/suggest", data=FORM, headers={"Sec-Fetch-Site": "cross-site"}).status_code
    assert 415 == client.post("/suggest", json=FORM).status_code
    assert [] == kept.all()


def kg(folder, *words):
    """Run a command on a graph folder."""
    return CliRunner().invoke(main, ["--graph", str(folder / "graph"), "--var", str(folder / "var"), *words])


def test_one_command_accepts(tmp_path):
    """The one command lists and shows, the other writes the file into the data and takes the suggestion away."""
    write_graph(tmp_path / "graph")
    text = '# Read me.\n\n<https://w3id.org/werkkennis/id/thing/new> a <https://w3id.org/werkkennis/def#Thing> ; <http://www.w3.org/2000/01/rdf-schema#label> "new" .\n'
    kept = Proposals(tmp_path / "var/proposals", 5)
    kept.add("new", text)
    kept.add("new", text)
    kept.add("wrong", text.replace("label", "comment"))

    assert ["new", "new-2", "wrong"] == sorted(
        line.split()[1] for line in kg(tmp_path, "proposals").stdout.splitlines()
    )
    assert text == kg(tmp_path, "proposals", "new").stdout
    assert 0 == kg(tmp_path, "accept", "new").exit_code
    assert (tmp_path / "graph/data/studies/new.ttl").read_text().startswith("# Read me.")
    assert generations.prepare(tmp_path / "graph")[0].conforms
    assert 1 == kg(tmp_path, "accept", "new-2").exit_code
    assert 1 == kg(tmp_path, "accept", "wrong").exit_code
    assert 2 == kg(tmp_path, "accept", "none").exit_code
    assert 2 == kg(tmp_path, "accept", "../../graph/data/things").exit_code
    assert 0 == kg(tmp_path, "proposals", "wrong", "--remove").exit_code
    assert ["new-2"] == [each.name for each in kept.all()]


def test_a_suggestion_of_the_form_can_be_accepted(config, tmp_path):
    """What the form makes keeps all rules of the real graph, with and without what is not required."""
    for number, study in enumerate((Study("Een proef", "nl", FORM["kind"], FORM["design"], doi="10.1234/abc"), Study("Ein", "en", FORM["kind"], FORM["design"], "2020", "https://example.org/x"))):  # fmt: skip
        text = text_of(study, f"study-{number}")
        parsed, problems = read_content(SourceFile("x.ttl", tmp_path, "data"), text.encode())

        assert [] == problems
        assert 11 <= len(parsed.triples)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Première évaluation: IPS", "premiere-evaluation-ips"),
        ("../../etc/passwd", "etc-passwd"),
        ("工作", "study"),
        ("x" * 100, "x" * 60),
        ("a " * 100, "-".join("a" * 31)),
    ],
)
def test_names(title, name):
    """A title becomes a name of letters, digits and hyphens of a bounded length."""
    assert name[:60] == name_for(title)[:60]
    assert 61 >= len(name_for(title))


def test_no_more_wait_than_may(var):
    """A full folder takes no more, and a name that is none is not found."""
    kept = Proposals(var / "proposals", 1)
    kept.add("one", "")
    with pytest.raises(Busy):
        kept.add("two", "")
    for name in ("two", "../one", ""):
        with pytest.raises(NotFound):
            kept.find(name)
    assert settings.load().proposals == 0
