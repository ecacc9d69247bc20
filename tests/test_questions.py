"""Question files: their header, their parameters, and their answers in two engines."""

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from rdflib import Graph, Literal

from kg import questions
from kg.errors import BadParameter, NotFound
from kg.files import find
from kg.store import EmbeddedStore
from kg.vocabulary import ID, WK, XSD

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "questions"
NAMES = questions.names()
REAL = sorted(path.parent.name for path in EXAMPLES.glob("*/real.csv"))
TODAY = {"asOf": "2026-11-21"}
THEMES = {"map", "evidence", "gaps", "programme", "sources", "change"}
# Written apart from the code under test: a clause with one row, and what stands in it.
TERM = re.compile(r'"[^"]*"(?:\^\^[^\s()]++)?|<[^>]*>|[^\s"<>()]++')
CLAUSE = re.compile(rf"VALUES\s*\(([^)]*)\)\s*\{{\s*\(((?>(?:\s*+(?:{TERM.pattern}))*))\s*\)\s*\}}")
HEADER = """\
#+ question@nl: Waarom?
#+ question@en: Why?
#+ explain@nl: Daarom.
#+ explain@en: Because.
#+ answers: CQ1
#+ theme: map
"""
ALL_KINDS = HEADER + """\
#+ parameter: day date "Dag" "Day"
#+ parameter: number integer "Getal" "Number"
#+ parameter: lang language "Taal" "Language"
#+ parameter: rows dimension "Rijen" "Rows"
#+ parameter: thing thing "Ding" "Thing"
#+ parameter: group concept:target-groups optional "Doelgroep" "Target group"
PREFIX wk: <https://w3id.org/werkkennis/def#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT * WHERE {
  VALUES (?day ?number ?lang ?rows ?thing ?group) { ("9999-12-31"^^xsd:date 3 "nl" wk:component <x:thing> UNDEF) }
  { VALUES (?lang ?number) { ("nl" 3) } }
  VALUES (?other) { ("kept") }
  VALUES ?single { "kept" }
  VALUES (?day ?other) { (UNDEF "kept") }
}
"""  # fmt: skip
QUESTION = questions.read("all-kinds", ALL_KINDS)


def clauses(text):
    """List the VALUES clauses of a query as a dictionary of variable to term each."""
    return [
        dict(zip(re.findall(r"\w+", match[1]), TERM.findall(match[2]), strict=True)) for match in CLAUSE.finditer(text)
    ]


def outside(text):
    """Return all of a query but the rows of its VALUES clauses, without regard to white space."""
    return re.sub(r"\s+", "", CLAUSE.sub(lambda match: f"VALUES({match[1]}){{(…)}}", text))


def row_of(text):
    """Run the clauses of a query and return the only row that they give together, by variable."""
    prefixes = "\n".join(line for line in text.splitlines() if line.startswith("PREFIX"))
    found = ox.Store().query(f"{prefixes} SELECT * {{ {' '.join(match[0] for match in CLAUSE.finditer(text))} }}")
    rows = list(found)
    assert len(rows) == 1
    return {variable.value: rows[0][variable] for variable in found.variables}


def test_the_header_is_read():
    """The header gives the words in two languages, the shelf, and each parameter with its kind and default."""
    assert QUESTION.asks == {"nl": "Waarom?", "en": "Why?"}
    assert QUESTION.explains == {"nl": "Daarom.", "en": "Because."}
    assert (QUESTION.answers, QUESTION.theme) == ("CQ1", "map")
    told = [(p.name, p.kind, p.optional, p.labels["nl"], p.labels["en"], p.default) for p in QUESTION.parameters]
    assert told == [
        ("day", "date", False, "Dag", "Day", '"9999-12-31"^^xsd:date'),
        ("number", "integer", False, "Getal", "Number", "3"),
        ("lang", "language", False, "Taal", "Language", '"nl"'),
        ("rows", "dimension", False, "Rijen", "Rows", "wk:component"),
        ("thing", "thing", False, "Ding", "Thing", "<x:thing>"),
        ("group", "concept:target-groups", True, "Doelgroep", "Target group", "UNDEF"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER.replace("#+ question@nl: Waarom?\n", "") + "ASK {}", "lack 'question@nl'"),
        (HEADER.replace("#+ explain@en: Because.\n", "") + "ASK {}", "lack 'explain@en'"),
        (HEADER.replace("#+ answers: CQ1\n", "") + "ASK {}", "lack 'answers'"),
        (HEADER.replace("#+ theme: map\n", "") + "ASK {}", "lack 'theme'"),
        (HEADER + '#+ parameter: day "Dag" "Day"\nASK {}', "a parameter line is: name type"),
        (HEADER + '#+ parameter: day date "Dag"\nASK {}', "a parameter line is: name type"),
        (HEADER + '#+ parameter: day date "Dag" "Day"\nASK {}', "lack 'day'"),
        (
            HEADER + '#+ parameter: n integer "Getal" "Number"\nASK { VALUES (?n) { (1) } VALUES (?n) { (2) } }',
            "[?]n has two defaults, 1 and 2",
        ),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(text, message):
    """A question without its words, or whose parameters and VALUES clauses do not agree, is refused by name."""
    with pytest.raises(ValueError, match=f"a-question: .*{message}"):
        questions.read("a-question", text)


def test_values_replace_the_defaults_everywhere():
    """A bound value stands in every clause of declared parameters; a clause with any other variable stays."""
    bound = QUESTION.bind({"lang": "en", "number": "5"})
    assert outside(bound) == outside(ALL_KINDS)
    assert clauses(bound) == [
        {**clauses(ALL_KINDS)[0], "lang": '"en"', "number": "5"},
        {"lang": '"en"', "number": "5"},
        {"other": '"kept"'},
        {"day": "UNDEF", "other": '"kept"'},
    ]
    assert 'VALUES ?single { "kept" }' in bound


def test_nothing_bound_means_the_defaults():
    """Without values the query is the file's."""
    assert outside(QUESTION.bind({})) == outside(ALL_KINDS)
    assert clauses(QUESTION.bind({})) == clauses(ALL_KINDS)


@pytest.mark.parametrize(
    ("name", "given_text", "expected"),
    [
        ("day", "2015-12-31", ox.Literal("2015-12-31", datatype=ox.NamedNode(XSD + "date"))),
        ("day", " 2016-02-29 ", ox.Literal("2016-02-29", datatype=ox.NamedNode(XSD + "date"))),
        ("number", "0", ox.Literal(0)),
        ("number", "-1", ox.Literal(-1)),
        ("number", "007", ox.Literal(7)),
        ("lang", "en", ox.Literal("en")),
        ("rows", "targetGroup", ox.NamedNode(WK + "targetGroup")),
        ("rows", "wk:outcome", ox.NamedNode(WK + "outcome")),
        ("rows", WK + "sector", ox.NamedNode(WK + "sector")),
        ("thing", "component/barriers", ox.NamedNode(ID + "component/barriers")),
        ("thing", "component:barriers", ox.NamedNode(ID + "component/barriers")),
        ("thing", "https://example.org/a?b=c#d", ox.NamedNode("https://example.org/a?b=c#d")),
        ("group", "target-group/jobseekers", ox.NamedNode(ID + "target-group/jobseekers")),
        ("group", "", None),
    ],
)
def test_a_value_is_read_as_people_write_it(name, given_text, expected):
    """Each kind of parameter takes the short and the long way of writing, and gives one term."""
    assert row_of(QUESTION.bind({name: given_text}))[name] == expected


@pytest.mark.parametrize(
    ("name", "given_text"),
    [
        ("day", "31-12-2015"), ("day", "2015"), ("day", "2015-02-30"), ("day", ""), ("day", "٢٠١٥-١٢-٣١"), ("day", "0000-01-01"),
        ("number", "3.5"), ("number", "three"), ("number", ""), ("number", "1e3"), ("number", "9" * 20), ("number", "٣"),
        ("lang", "fr"), ("lang", "NL"), ("lang", ""),
        ("rows", "wk:a b"), ("rows", "x:y"), ("rows", "https://example.org/def#component"), ("rows", "é"),
        ("thing", "barriers"), ("thing", "<x:y>"), ("thing", "http://a b"), ("thing", "http://a>b"), ("thing", 'http://a"b'),
        ("thing", "http://a\ud800"), ("group", "/"), ("group", "urn x"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(name, given_text):
    """What is no date, number, language, dimension or IRI is refused, and the message names the parameter."""
    with pytest.raises(BadParameter, match=name):
        QUESTION.bind({name: given_text})


def test_a_number_keeps_within_its_bounds():
    """A parameter with bounds takes the least and the most, and refuses what lies outside with both named."""
    question = questions.read(
        "ranked", HEADER + '#+ parameter: rank integer:0-5 "Rang" "Rank"\nSELECT * { VALUES (?rank) { (3) } }'
    )

    assert [row_of(question.bind({"rank": rank}))["rank"] for rank in ("0", "5")] == [ox.Literal(0), ox.Literal(5)]
    for rank in ("-1", "6", "high"):
        with pytest.raises(BadParameter, match=f"rank='{rank}': a whole number from 0 to 5 is needed"):
            question.bind({"rank": rank})


def test_an_unknown_parameter_is_refused_with_those_there_are():
    """A parameter that a question does not have is refused with the ones that it has."""
    with pytest.raises(BadParameter, match="all-kinds has no parameter days; it has day, number, lang, rows, thing"):
        QUESTION.bind({"days": "2015-12-31"})
    with pytest.raises(BadParameter, match="plain has no parameter day; it has none"):
        questions.read("plain", HEADER + "ASK {}").bind({"day": "2015-12-31"})


def test_an_unknown_question_is_refused_with_those_like_it():
    """A question that is not there is refused with the names that look like it, or with all of them."""
    with pytest.raises(NotFound, match="no question 'gapmap'; did you mean gap-map"):
        questions.find("gapmap")
    with pytest.raises(NotFound, match=r"there are .*gap-map, "):
        questions.find("zzz")
    with pytest.raises(NotFound):
        questions.find("../settings")


WEIRD = st.one_of(
    st.text(),
    st.text("<>{}()\"'\\#?$:/ \n\t^@;.aUé\u202e\u0000\ud800"),
    st.sampled_from(
        (
            '2015-01-01"^^xsd:date) } } #', 'nl") } SELECT', "3) } UNION { ?s ?p ?o }", "http://x> ) } DROP ALL #", "UNDEF) (1",
            "http://x/\\u003e", "http://x/) } #", "http://x/?a=$1\\1\\g<0>", 'component") . } ', "wk:a) } {", "http://x/'\\", "http://é/",
            "http://x/%7D", "component/a.b", "component/a_b-c", "2015-12-31", "-0", "wk:wk:a", " nl ", "http://x/#)}",
        )
    ),
    st.dates().map(str),
    st.integers(-(10**12), 10**12).map(str),
    st.text(min_size=1).map("http://example.org/{}".format),
)  # fmt: skip


@tries(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from([parameter.name for parameter in QUESTION.parameters]), WEIRD, min_size=1))
def test_nothing_can_be_smuggled_in(values):
    """Any text is either refused or becomes one term in a row; nothing else of the query changes, and it still parses."""
    try:
        bound = QUESTION.bind(values)
    except BadParameter:
        return
    assert outside(bound) == outside(ALL_KINDS)
    ox.Store().query(bound)
    row = row_of(bound)
    plain = {"lang": str, "number": lambda text: str(int(text)), "day": str}
    for name, text in values.items():
        if name in plain:
            assert row[name].value == plain[name](text.strip())
        elif name == "rows":
            assert row[name].value == WK + text.strip().removeprefix(WK).removeprefix("wk:")
        elif not text.strip():
            assert row[name] is None
        elif "://" in text:
            assert row[name].value == text.strip()
        else:
            assert row[name].value == ID + text.strip().replace(":", "/", 1)
    assert clauses(bound)[1] == {name: clauses(bound)[0][name] for name in ("lang", "number")}


GIVEN = {
    "date": ("2001-02-03", '"2001-02-03"^^<http://www.w3.org/2001/XMLSchema#date>'),
    "integer": ("4", "4"),
    "language": ("en", '"en"'),
    "dimension": ("someDimension", f"<{WK}someDimension>"),
    "thing": ("x/a-thing", f"<{ID}x/a-thing>"),
    "concept": ("x/a-concept", f"<{ID}x/a-concept>"),
}


def test_there_are_questions():
    """At least the twenty-six questions that were agreed are there, each with a folder of its own and no folder without."""
    assert len(NAMES) >= 26
    assert sorted(path.name for path in EXAMPLES.iterdir()) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_file_keeps_the_rules(name):
    """Its theme is a shelf, its words differ, every clause with a parameter is bound, and the default day is the far one."""
    question = questions.find(name)
    assert question.theme in THEMES
    assert re.fullmatch(r"CQ\d+", question.answers)
    assert question.asks["nl"] != question.asks["en"]
    assert question.explains["nl"] != question.explains["en"]
    assert question.asks["nl"].endswith("?")
    assert question.asks["en"].endswith("?")
    known = {parameter.name: parameter for parameter in question.parameters}
    bound = question.bind({name: GIVEN[p.kind.partition(":")[0]][0] for name, p in known.items()})
    for clause in clauses(bound):
        assert not set(clause) & set(known) or set(clause) <= set(known)
        for variable in set(clause) & set(known):
            assert clause[variable] == GIVEN[known[variable].kind.partition(":")[0]][1]
    assert not set(re.findall(r"VALUES\s*\?(\w+)", bound)) & set(known)
    far = {"2026-11-21"} if name == "stale-searches" else {"9999-12-31"}  # nothing is stale on a day that never comes
    assert {p.default[1:11] for p in question.parameters if p.name == "asOf"} <= far
    assert {p.kind for p in question.parameters if p.optional} == {
        p.kind for p in question.parameters if p.default == "UNDEF"
    }
    assert outside(bound) == outside(question.text)


def in_oxigraph(store, query):
    """Answer a query in Oxigraph, as the CSV that a reader gets."""
    return store.reply(query, lambda _: "text/csv").body.decode().replace("\r\n", "\n")


def written(term):
    """Write a term as Oxigraph does: nothing for none, and a decimal number without zeros at its end."""
    if isinstance(term, Literal) and isinstance(term.value, Decimal):
        return f"{term.value.normalize():f}"
    return "" if term is None else str(term)


def in_rdflib(graph, query):
    """Answer a query in rdflib, as the same CSV."""
    output = io.StringIO()
    found = graph.query(query)
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([str(variable) for variable in found.vars])
    writer.writerows([[written(term) for term in row] for row in found])
    return output.getvalue()


def table(name, file):
    """Read an expected table; its lines end in LF only."""
    text = (EXAMPLES / name / file).read_bytes().decode()
    assert "\r" not in text
    return text


def loaded(sources):
    """Load Turtle files into both engines."""
    engine, graph = ox.Store(), Graph()
    for path, graph_name in sources:
        engine.bulk_load(path=path, format=ox.RdfFormat.TURTLE, to_graph=graph_name)
        graph.parse(path, format="turtle")
    return EmbeddedStore(engine), graph


@pytest.mark.parametrize("name", NAMES)
def test_a_question_gives_the_expected_table(name):
    """On a graph small enough to check by eye both engines give the expected table, row by row."""
    given_values = EXAMPLES / name / "parameters.json"
    values = json.loads(given_values.read_text("utf-8")) if given_values.exists() else {}
    query = questions.find(name).bind({key: str(value) for key, value in values.items()})
    store, graph = loaded([(EXAMPLES / name / "graph.ttl", ox.NamedNode("x:graph"))])
    expected = table(name, "expected.csv")
    assert in_oxigraph(store, query) == expected
    assert list(csv.reader(io.StringIO(in_rdflib(graph, query)))) == list(csv.reader(io.StringIO(expected)))
    assert len(expected.splitlines()) > 1


@pytest.fixture(scope="session")
def real():
    """The graph of this repository in both engines."""
    return loaded([(source.path, ox.NamedNode(source.graph)) for source in find(ROOT)])


def test_every_question_has_an_expected_answer_on_the_real_graph():
    """Each question has its table of the real graph in the repository, so that a changed fact shows as a changed line."""
    assert REAL == list(NAMES)


@pytest.mark.parametrize("name", REAL)
def test_the_real_graph_gives_the_expected_table(real, name):
    """On the real graph, at one fixed day, both engines give the table that stands in the repository."""
    store, graph = real
    question = questions.find(name)
    query = question.bind(TODAY if "asOf" in {parameter.name for parameter in question.parameters} else {})
    expected = table(name, "real.csv")
    assert in_oxigraph(store, query) == expected
    assert list(csv.reader(io.StringIO(in_rdflib(graph, query)))) == list(csv.reader(io.StringIO(expected)))


@pytest.mark.parametrize("name", [name for name in NAMES if "parameter: asOf" in questions.find(name).text])
def test_what_is_known_grows_with_time_only(real, name):
    """No question tells of a day after the as-of date, and before the first source none names a finding, gap or search."""
    store, _ = real
    for day in ("1998-12-31", "2015-12-31"):
        told = in_oxigraph(store, questions.find(name).bind({"asOf": day}))
        rows = csv.DictReader(io.StringIO(told))
        # A round that has opened says on which later day it closes.
        dates = [text for row in rows for column, text in row.items() if column != "closed"]
        assert all(date <= day for date in dates if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date))
        assert day > "2015" or not re.search(r"/id/(?:finding|search|gap)/", told)
