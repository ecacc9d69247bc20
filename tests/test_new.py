"""``kg new``: a file that is good from the start, from options or from answers; names as people write them."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.drafting.fields import KINDS
from kg.drafting.known import slug
from kg.validate import check
from kg.writing import formatted

ROOT = Path(__file__).parents[1]
STUDY = [
    "study", "--label-nl", "Proef met zoeken naar werk", "--label-en", "Trial of looking for work",
    "--design", "Gerandomiseerd experiment", "--title", "Zoeken helpt", "--language", "nl", "--type", "rapport",
    "--issued", "2024-05", "--url", "https://example.org/report", "--country", "nederland",
]  # fmt: skip
FINDING = [
    "finding", "--label-nl", "Zoeken vergroot de kans op werk", "--label-en", "Looking raises the chance of work",
    "--kind", "effect", "--study", "TNO-quickscan", "--publication", "publication:tno-quickscan-page",
    "--locator-nl", "Wat is er bekend?, alinea 2", "--locator-en", "What is known?, paragraph 2",
    "--read", "web-page", "--intervention", "job search frequency", "--outcome", "finding-work",
    "--target-group", "werkzoekenden", "--direction", "gunstig", "--basis", "empirical", "--follow-up", "12",
]  # fmt: skip
GAP = [
    "gap", "--label-nl", "Niemand weet het", "--label-en", "Nobody knows", "--kind", "no-evidence", "--publication",
    "tno-quickscan-page", "--locator-nl", "Kop, alinea 1", "--locator-en", "Heading, paragraph 1", "--theme", "re-integration",
]  # fmt: skip
PROJECT = [
    "project", "--label-nl", "Nieuw project", "--label-en", "New project", "--theme", "theme:re-integration",
    "--partner", "TNO", "--partner", "VNG", "--start", "2024-01-01", "--target-group", "jobseekers",
]  # fmt: skip
BODY = [
    "organisation",
    "--label-nl",
    "Nieuwe stichting",
    "--label-en",
    "New foundation",
    "--kind",
    "other",
    "--short",
    "NS",
]


MEASURE = [
    "intervention", "--label-nl", "Werkplan", "--label-en", "Work plan", "--definition-nl", "Een plan om werk te vinden.",
    "--definition-en", "A plan to find work.", "--broader", "re-integration", "--component", "human-capital",
    "--target-group", "jobseekers",
]  # fmt: skip
NUMBER = ["--measure", "procentpunten", "--value", "+6", "--lower", "1,5", "--upper", "10.5", "--n", "400"]


@pytest.fixture
def graph(tmp_path):
    """A copy of the real graph, to be added to."""
    for room in ("ontology", "shapes", "data"):
        # Without the tables of others, which take most of the time of a check, and the study that stands in one of them.
        left = shutil.ignore_patterns("hiring-*", "ui-*", "*-lippens-*", "tables", "mappings")
        shutil.copytree(ROOT / room, tmp_path / "graph" / room, ignore=left)
    return tmp_path / "graph"


def new(graph, *words, language="en", **options):
    """Run ``kg new`` in this process; what goes wrong inside is raised."""
    command = ["--graph", str(graph), "--lang", language, "new", *map(str, words)]
    return CliRunner().invoke(main, command, catch_exceptions=False, **options)


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (STUDY, "studies/trial-of-looking-for-work.ttl"),
        ([*FINDING, "--component", "barriers"], "findings/looking-raises-the-chance-of-work.ttl"),
        (GAP, "gaps/nobody-knows.ttl"),
        (PROJECT, "projects/new-project.ttl"),
        (BODY, "organisations/new-foundation.ttl"),
        (MEASURE, "interventions/work-plan.ttl"),
        (
            [*FINDING, *NUMBER, "--component", "barriers", "--hedged", "yes"],
            "findings/looking-raises-the-chance-of-work.ttl",
        ),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else "",
)
def test_each_kind_makes_a_good_file(graph, words, file):
    """The file is where it should be, passes the check, stands in the one form, and no other file is touched."""
    before = {path: path.read_bytes() for path in graph.rglob("*.ttl")}
    found = new(graph, *words)
    assert (0, "") == (found.exit_code, found.stderr)
    path = graph / "data" / file
    assert f"{path} is written: {words[0]}:{path.stem}\n" in found.stdout
    assert check(graph).conforms
    text = path.read_text("utf-8")
    assert text == formatted(text, path.name)
    assert before == {other: other.read_bytes() for other in graph.rglob("*.ttl") if other != path}
    assert [] == list(graph.rglob(".new-*"))


def test_a_study_brings_its_publication_and_the_rigour_of_its_design(graph):
    """What is said of the publication goes to a publication of its own, with the precision of its date."""
    text = new(graph, *STUDY, "--print").stdout
    triples = {str(quad.triple) for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    base = "https://w3id.org/werkkennis/"
    study, publication = (f"<{base}id/{kind}/trial-of-looking-for-work>" for kind in ("study", "publication"))
    assert {
        f"{study} <{base}def#rigour> <{base}id/rigour/level-5>",
        f"{study} <{base}def#reportedIn> {publication}",
        f'{publication} <http://purl.org/dc/terms/title> "Zoeken helpt"@nl',
        f'{publication} <http://purl.org/dc/terms/issued> "2024-05-01"^^<http://www.w3.org/2001/XMLSchema#date>',
        f'{publication} <{base}def#datePrecision> "month"',
    } <= triples
    old = new(graph, *STUDY[:7], "--publication", "tno-quickscan-report", "--print").stdout
    assert "wk:reportedIn publication:tno-quickscan-report ." in old
    assert "a wk:Publication" not in old


@pytest.mark.parametrize(
    "word",
    [
        "effect",
        "Effect",
        "finding-kind:effect",
        "finding-kind/effect",
        "https://w3id.org/werkkennis/id/finding-kind/effect",
    ],
)
def test_a_concept_is_found_by_any_of_its_names(graph, word):
    """Its label in either language, its slug, its short name and its IRI all mean the same."""
    words = [word if given == "effect" else given for given in FINDING]
    assert "wk:findingKind finding-kind:effect ;" in new(graph, *words, "--print").stdout


@pytest.mark.parametrize(
    ("words", "old", "given", "said"),
    [
        (FINDING, "gunstig", "gunstich", "direction: there is no 'gunstich'; did you mean Favourable (direction:favourable)"),
        (FINDING, "job search frequency", "search", "intervention: there is no 'search'; did you mean "),
        (FINDING, "empirical", "zzz", "basis: there is no 'zzz'; there are Empirical research (basis:"),
        (FINDING, "12", "a year", "follow-up: 'a year': a whole number is needed"),
        ([*FINDING, "--value", "x", "--measure", "risk-ratio"], "x", "1,240", "value: '1,240': a number such as 6, -0.35"),
        ([*FINDING, "--value", "x", "--measure", "risk-ratio"], "x", "about 6", "value: 'about 6': a number such as"),
        ([*FINDING, "--value", "6"], "-", "-", "--measure must be given for a new finding"),
        ([*FINDING, "--hedged", "x"], "x", "perhaps", "hedged: 'perhaps': yes or no is needed"),
        (STUDY, "2024-05", "2024-13", "issued: '2024-13': a date such as 2024-05-31, 2024-05 or 2024 is needed"),
        (STUDY, "2024-05", "May", "issued: 'May': a date such as"),
        (STUDY, "https://example.org/report", "example.org", "url: 'example.org': an address that begins with https://"),
        (STUDY, "--language", "--doi", "--language must be given for a new study"),
        (PROJECT, "2024-01-01", "2024", "start: '2024': a full date such as 2024-05-31 is needed here"),
        (STUDY[:3], "-", "-", "--label-en, --design, --language, --title, --type, --issued must be given for a new study"),
        ([*STUDY, "--name", "Zo niet"], "-", "-", "'Zo niet' cannot name a thing"),
        ([*STUDY, "--name", "tno-quickscan"], "-", "-", "there is a <https://w3id.org/werkkennis/id/study/tno-quickscan> already"),
        ([*FINDING, "--curator", "somebody"], "-", "-", "there is no curator somebody; data/curators.ttl has "),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_what_would(graph, words, old, given, said):
    """A name that is none is answered with those nearest to it, a value with its form; nothing is written."""
    before = set(graph.rglob("*"))
    found = new(graph, *(given if word == old else word for word in words))
    assert (2, "") == (found.exit_code, found.stdout)
    assert said in found.stderr
    assert before == set(graph.rglob("*"))


def test_nothing_is_written_over(graph):
    """A file that is there stays, whatever is in it."""
    path = graph / "data/mine.ttl"
    path.write_text("# mine\n", "utf-8")
    found = new(graph, *BODY, "--file", path)
    assert (2, "") == (found.exit_code, found.stdout)
    assert f"{path} is there already; nothing was written" in found.stderr
    assert "# mine\n" == path.read_text("utf-8")


def test_what_the_shapes_refuse_is_not_written(graph):
    """An effect needs a study, and the shapes say so; a mistake elsewhere in the graph is not in the way."""
    bare = [word for word in FINDING if word not in {"--study", "TNO-quickscan"}]
    path = graph / "data/findings/looking-raises-the-chance-of-work.ttl"
    found = new(graph, *bare)
    assert 1 == found.exit_code
    assert "violation: " in found.stdout
    assert "nothing was written, because of the mistakes above" in found.stderr
    assert not path.exists()
    (graph / "data/other.ttl").write_text("<x:a> a <https://w3id.org/werkkennis/def#Sudy> .\n", "utf-8")
    assert 0 == new(graph, *FINDING).exit_code
    assert path.exists()


def test_a_graph_that_cannot_be_read_is_told(graph):
    """Nothing can be looked up in a graph that does not parse."""
    (graph / "data/broken.ttl").write_text("<x:a>", "utf-8")
    assert "data/broken.ttl:1 cannot be read; mend it first: kg check" in new(graph, *BODY).stderr


def test_questions_are_asked_until_the_answer_fits(graph):
    """With --ask each field is asked; a wrong name is asked again, an empty answer leaves out what is not needed."""
    answers = ["Nieuwe club", "New club", "", "associaton", "association", "", "", "", "", ""]
    found = new(graph, "organisation", "--ask", input="\n".join([*answers, ""]))
    assert 0 == found.exit_code, found.output
    assert "kind: there is no 'associaton'; did you mean Association (organisation-kind:association)" in found.stderr
    assert "organisation-kind:association" in (graph / "data/organisations/new-club.ttl").read_text("utf-8")


def test_what_is_given_is_not_asked(graph):
    """Options and answers go together; several values come in one answer; the questions are in the language chosen."""
    known = [*GAP[:-2], "--ask"]
    found = new(graph, *known, input="\n" * 5 + "jobseekers; large-distance\n" + "\n" * 20)
    assert 0 == found.exit_code, found.output
    text = (graph / "data/gaps/nobody-knows.ttl").read_text("utf-8")
    assert "wk:targetGroup target-group:jobseekers , target-group:large-distance ;" in text
    assert "Kind of gap" not in found.stderr
    assert "Target group (more with ;)" in found.stderr


def test_what_is_needed_is_said_to_be(graph):
    """An empty answer is refused with a reason; what a study found rests on what was seen, unless said otherwise."""
    found = new(graph, *BODY[:5], "--ask", input="\n\nother\n" + "\n" * 20)
    assert 0 == found.exit_code, found.output
    assert "Kind of organisation (needed)" in found.stderr
    assert "this must be filled in" in found.stderr
    without = [word for word in FINDING if word not in {"--basis", "empirical"}]
    asked = new(graph, *without, "--ask", input="\n" * 40)
    assert "Basis (more with ;) (needed) [Empirical" in asked.stderr
    assert "wk:basis basis:empirical" in next((graph / "data/findings").glob("*.ttl")).read_text("utf-8")


def test_without_anybody_to_ask_nothing_is_asked(graph):
    """A script that forgets something is told what, and does not hang."""
    found = new(graph, "organisation")
    assert (2, "") == (found.exit_code, found.stdout)
    assert "--label-nl, --label-en, --kind must be given for a new organisation" in found.stderr


ASKED = ["Proef", "Trial", "randomised-trial", "", "", "nl", "Een titel", "report", "2025"]


def test_a_study_with_a_new_publication_can_be_asked_for(graph):
    """Answered at the prompt alone, the title gets the language that was asked before it."""
    found = new(graph, "study", "--ask", input="\n".join([*ASKED, *[""] * 20]))
    assert 0 == found.exit_code, found.output
    assert 'dct:title "Een titel"@nl ;' in (graph / "data/studies/trial.ttl").read_text("utf-8")


def test_a_title_has_the_language_that_is_asked_later(graph):
    """The title may be given as an option and the language at the prompt, in whatever order."""
    answers = [*ASKED[:6], *ASKED[7:], *[""] * 20]
    found = new(graph, "study", "--title", "A title", "--ask", "--print", input="\n".join(answers))
    assert 0 == found.exit_code, found.output
    assert 'dct:title "A title"@nl ;' in found.stdout


BARE = [word for word in FINDING if word not in {"--study", "TNO-quickscan"}]


def test_what_is_refused_is_asked_again(graph):
    """An effect that names no study is asked for one, and then it is written; what else was answered stays."""
    given = {word.removeprefix("--").removesuffix("-nl") for word in BARE if word.startswith("--")}
    kind = next(kind for kind in KINDS if kind.name == "finding")
    asked = [
        field
        for field in kind.fields
        if field.option not in given and field.option not in ("value", "lower", "upper", "n")
    ]
    found = new(graph, *BARE, "--ask", input="\n" * len(asked) + "tno-quickscan\n" + "\n" * 5)
    assert 0 == found.exit_code, found.output
    assert "wk:study study:tno-quickscan" in next((graph / "data/findings").glob("*.ttl")).read_text("utf-8")


def test_answers_are_not_lost(graph):
    """When nothing more is answered the draft is kept under a name that no command reads, and that name is told."""
    found = new(graph, *BARE, "--ask", input="\n" * 60)
    kept = graph / "data/findings/looking-raises-the-chance-of-work.ttl.draft"
    assert 1 == found.exit_code
    assert "This does not fit yet:\n  Name with wk:study the study" in found.stderr
    assert f"your answers are in {kept}. Mend them there and rename it to {kept.stem}" in found.stderr
    assert "Zoeken vergroot de kans op werk" in kept.read_text("utf-8")
    assert f"{kept.with_suffix('')}\n" in found.stdout
    assert check(graph).conforms


def test_who_breaks_off_is_told_how_to_go_on(graph):
    """What was answered before is given back as a command."""
    found = new(graph, "organisation", "--ask", input="Nieuwe club\nNew club\n")
    assert 1 == found.exit_code
    assert "kg new organisation --label-nl 'Nieuwe club' --label-en 'New club' --ask" in found.stderr


def test_what_is_printed_is_checked(graph):
    """--print gives the text, and fails with the mistakes on standard error when it is not good."""
    found = new(graph, *BARE, "--print")
    assert 1 == found.exit_code
    assert "a wk:Finding ;" in found.stdout
    assert "violation: Name with wk:study" in found.stderr


@pytest.mark.parametrize(("months", "horizon"), [("12", "short"), ("13", "medium"), ("24", "medium"), ("25", "long")])
def test_the_horizon_follows_from_the_months(graph, months, horizon):
    """The number of months decides, unless the source's own word is given."""
    words = [months if word == "12" else word for word in FINDING]
    assert f"wk:horizon horizon:{horizon} ;" in new(graph, *words, "--print").stdout
    told = new(graph, *words, "--horizon", "long term", "--print").stdout
    assert ["wk:horizon horizon:long ;"] == [line.strip() for line in told.splitlines() if "wk:horizon" in line]


def test_an_effect_takes_over_the_component_of_its_intervention(graph):
    """Without a component and a target group nothing would be on the map: the one is known, the other is asked."""
    found = new(graph, *FINDING, "--print")
    assert "wk:component component:job-search-behaviour ;" in found.stdout
    assert "component taken over from " in found.stderr
    assert "target group" not in found.stderr
    own = new(graph, *FINDING, "--component", "discrimination", "--print").stdout
    assert ["wk:component component:discrimination ;"] == [
        line.strip() for line in own.splitlines() if "wk:component" in line
    ]
    without = [word for word in FINDING if word not in {"--target-group", "werkzoekenden"}]
    assert "without a target group this effect is not on the map" in new(graph, *without, "--print").stderr


def test_a_number_comes_with_its_finding(graph):
    """Measure, value, bounds and number of participants become an estimate; a sign and a comma are understood."""
    text = new(graph, *FINDING, *NUMBER, "--print").stdout
    assert "estimate:looking-raises-the-chance-of-work a wk:EffectEstimate ;" in text
    assert "wk:estimate estimate:looking-raises-the-chance-of-work ;" in text
    for line in ("measure measure:percentage-points", "value 6.0", "lower 1.5", "upper 10.5", "n 400"):
        assert f"wk:{line} " in text


def test_the_name_of_a_number_is_not_too_long(graph):
    """A name of as many signs as there may be still names its number."""
    long = ("Zoeken vergroot de kans op werk " * 5)[:139].strip()
    words = [long if word == "Zoeken vergroot de kans op werk" else word for word in [*FINDING, *NUMBER]]
    assert 0 == new(graph, *words, "--print").exit_code


def test_choices_are_told_by_name(graph):
    """What looks like an answer is offered by its name, the nearest first; ? lists all."""
    given = [word for word in FINDING if word not in {"--target-group", "werkzoekenden"}]
    refused = new(graph, *given, "--target-group", "benefi", "--print").stderr
    assert "did you mean " in refused
    assert "(target-group:unemployment-benefit-recipients)" in refused
    listed = new(graph, *BODY[:5], "--ask", input="\n?\n" + "\n" * 20).stderr
    assert "  Association (organisation-kind:association)\n" in listed


def test_questions_and_errors_are_in_dutch(graph, catalogues):
    """With --lang nl what is asked, offered and refused is in Dutch."""
    refused = new(graph, *(word.replace("gunstig", "gunstich") for word in FINDING), language="nl").stderr
    assert "direction: 'gunstich' is er niet; bedoel je Gunstig (direction:favourable)" in refused
    asked = new(graph, *BARE, "--ask", input="\n" * 60, language="nl")
    assert "Dit klopt nog niet:\n  Noem met wk:study" in asked.stderr
    assert "Uitkomst" not in asked.stderr
    assert "(meer met ;)" in asked.stderr
    assert "je antwoorden staan in " in asked.stderr


def test_every_field_has_both_questions():
    """Each question is there in Dutch and English, and no two options of a kind are the same."""
    for kind in KINDS:
        assert len(kind.fields) == len({field.option for field in kind.fields})
        for field in kind.fields:
            assert field.asks("nl")
            assert field.asks("en")


@pytest.mark.parametrize(("text", "expected"), [("Één proef (2024)", "een-proef-2024"), ("!", ""), ("a  B", "a-b")])
def test_a_name_for_an_iri(text, expected):
    """Accents, capitals and marks do not go into an IRI."""
    assert expected == slug(text)
