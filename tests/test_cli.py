"""The command line: help, questions and queries, what a wrong call is told, and exit codes."""

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import Graph

from kg import questions
from kg.cli import main
from kg.generations import current
from kg.settings import Settings
from kg.vocabulary import ID
from small_graph import write_graph

ROOT = Path(__file__).parents[1]
COMMANDS = (
    "check",
    "build",
    "serve",
    "ask",
    "query",
    "release",
    "format",
    "lint",
    "new",
    "rollback",
    "diff",
    "history",
    "settings",
    "token",
    "proposals",
    "accept",
    "import",
    "export",
)
HEAVY = {"babel", "flask", "gunicorn", "pyoxigraph", "pyshacl", "rdflib"}
COUNT = "SELECT (COUNT(*) AS ?count) WHERE { GRAPH ?graph { ?s ?p ?o } }"


def kg(*words, **options):
    """Run a command in this process; what goes wrong inside is raised."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False, **options)


@pytest.fixture
def run(config, generation):
    """Run a command on the built real graph."""

    def on_the_real_graph(*words, **options):
        return kg("--graph", config.graph, "--var", config.var, *words, **options)

    return on_the_real_graph


def refused(found):
    """Return the one line that a wrong call is told, after making sure that nothing else is told."""
    assert (2, "") == (found.exit_code, found.stdout)
    [line] = found.stderr.splitlines()
    assert line.startswith("kg: ")
    return line


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(command, option):
    """Each command has a help text with its call and its options, and asking for it is no error."""
    found = kg(*command, option)
    assert (0, "") == (found.exit_code, found.stderr)
    assert f"Usage: main {' '.join(command)}".strip() in found.stdout
    assert "--help" in found.stdout
    assert set(COMMANDS) == set(main.commands)


def test_help_imports_nothing_heavy():
    """Asking for help loads no engine, validator or web framework, so that it answers at once."""
    script = "import sys; from kg.cli import main; main(['ask', '--help'], standalone_mode=False); print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in found.stdout.splitlines()[-1].split()}
    assert "click" in loaded
    assert set() == loaded & HEAVY


def test_without_a_command_the_help_is_shown():
    """Calling with nothing shows what there is, and an unknown command is refused."""
    assert all(name in kg().output for name in COMMANDS)
    unknown = kg("asks")
    assert 2 == unknown.exit_code
    assert "No such command 'asks'" in unknown.stderr


@pytest.mark.parametrize("language", ["nl", "en"])
def test_all_questions_are_listed_with_their_sentence(run, language):
    """Asking without a question lists each of them by name, with its sentence in the language asked for."""
    lines = run("--lang", language, "ask").stdout.splitlines()
    assert list(questions.names()) == lines[::2]
    assert [f"    {questions.find(name).asks[language]}" for name in questions.names()] == lines[1::2]


@pytest.mark.parametrize("name", ["long-term-unknown", "outcomes-never-measured"])
def test_the_formats_of_an_answer_agree(run, store, name):
    """CSV, JSON and table have the rows that the store gives for the query that is shown as rq."""
    query = run("ask", name, "--format", "rq").stdout
    expected = store.select(query)
    rows = list(csv.reader(io.StringIO(run("ask", name, "--format", "csv").stdout)))
    assert list(expected.columns) == rows[0]
    assert [list(record.values()) for record in expected.records()] == rows[1:]
    bindings = json.loads(run("ask", name, "--format", "json").stdout)["results"]["bindings"]
    assert expected.records() == [{key: row.get(key, {"value": ""})["value"] for key in rows[0]} for row in bindings]
    head, line, *body, count = run("ask", name).stdout.splitlines()
    labels = [column.removesuffix("Label") for column in expected.columns if f"{column}Label" not in expected.columns]
    assert labels == head.split()
    assert set("- ") == set(line)
    assert f"({len(rows) - 1} rows)" == count
    assert len(rows) - 1 == len(body) > 0


def test_csv_ends_its_lines_as_files_here_do(config, generation):
    """CSV goes out as UTF-8 with LF line ends, byte for byte, so that it can be laid beside the expected tables."""
    expected = (ROOT / "tests/questions/outcomes-never-measured/real.csv").read_bytes()
    words = ["--graph", config.graph, "--var", config.var, "ask", "outcomes-never-measured", "--set", "asOf=2026-11-21"]
    command = [sys.executable, "-c", "from kg.cli import main; main()", *words, "--format", "csv"]
    found = subprocess.run(command, capture_output=True, check=True)
    assert expected == found.stdout
    assert b"\r" not in found.stdout


def test_the_language_is_that_of_the_labels(run):
    """Labels are in the language of the call, which --set overrules."""
    assert "Social capital" in run("--lang", "en", "ask", "long-term-unknown").stdout
    assert "Discriminatie" in run("--lang", "nl", "ask", "long-term-unknown").stdout
    overruled = run("--lang", "nl", "ask", "long-term-unknown", "--set", "lang=en")
    assert "Social capital" in overruled.stdout


@pytest.mark.parametrize(
    ("name", "value", "bound"),
    [
        ("gap-map", "asOf=2015-12-31", '"2015-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("gap-map", "minRigour=5", '"9999-12-31"^^xsd:date 5 wk:component'),
        ("gap-map", "rows=outcome", "<https://w3id.org/werkkennis/def#outcome>"),
        ("gap-map", "country=country/nl", f"<{ID}country/nl>"),
        ("gap-map", "country=country:nl", f"<{ID}country/nl>"),
        ("gap-map", f"country={ID}country/nl", f"<{ID}country/nl>"),
    ],
)
def test_a_value_that_is_set_changes_the_answer(run, name, value, bound):
    """A date, a number, a dimension and a concept in each way of writing are bound, and the answer becomes another."""
    query = run("ask", name, "--set", value, "--format", "rq").stdout
    assert bound in query
    answer = run("ask", name, "--set", value, "--format", "csv")
    assert 0 == answer.exit_code
    assert run("ask", name, "--format", "csv").stdout != answer.stdout


def test_several_values_are_set(run):
    """The option may be repeated; of a name given twice the last counts; an optional value may be left open."""
    twice = run("ask", "gap-map", "--set", "asOf=2001-01-01", "--set", "minRigour=0", "--set", "asOf=2015-12-31", "--set", "theme=", "--format", "rq")  # fmt: skip
    once = run("ask", "gap-map", "--set", "minRigour=0", "--set", "asOf=2015-12-31", "--format", "rq")
    assert (0, once.stdout) == (twice.exit_code, twice.stdout)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gap-mpa"], "there is no question 'gap-mpa'; did you mean gap-map"),
        (["zzz"], "there are cell-estimates, cell-findings, "),
        (["gap-map", "--set", "colour=red"], "gap-map has no parameter colour; it has rows, columns"),
        (["gap-map", "--set", "asOf=2015"], "asOf='2015': a date such as 2015-12-31 is needed"),
        (["gap-map", "--set", "asOf=2015-02-30"], "asOf='2015-02-30': "),
        (["gap-map", "--set", "minRigour=high"], "minRigour='high': a whole number from 0 to 5 is needed"),
        (["gap-map", "--set", "asOf="], "asOf needs a value"),
        (["gap-map", "--set", "country=nowhere"], "an IRI or a short name such as component/barriers is needed"),
        (["gap-map", "--set", "asOf"], "--set asOf: write it as name=value"),
        (
            ["gap-map", "--set", "targetGroup=target-group/jobseeker"],
            "there is no such concept in the scheme target-groups; did you mean target-group/jobseekers",
        ),
        (
            ["gap-map", "--set", "targetGroup=country/nl"],
            "targetGroup='country/nl': there is no such concept in the scheme target-groups; ",
        ),
        (["gap-map", "--set", "country=http://nowhere.org/x"], "there is no such concept in the scheme countries; "),
        (["gap-map", "--set", "rows=componnent"], "there is no such dimension; did you mean component?"),
    ],
)
def test_a_wrong_question_is_refused_with_the_right_one(run, words, said):
    """A question, parameter, value or concept that does not exist gives exit code 2 and a sentence that helps on."""
    assert said in refused(run("ask", *words))


def test_queries_come_from_a_file_or_from_standard_input(run, generation, tmp_path):
    """A query is read from a file, from standard input, or from the file called -, and gives the same answer."""
    file = tmp_path / "query.rq"
    file.write_text(COUNT, "utf-8")
    expected = f"count\n{generation.manifest['quads']}\n"
    for words, given in (([file], ""), ([], COUNT), (["-"], COUNT)):
        found = run("query", *words, "--format", "csv", input=given)
        assert (0, expected) == (found.exit_code, found.stdout)


def test_each_form_of_query_has_its_formats(run):
    """SELECT gives a table, CSV and JSON, ASK gives JSON, CONSTRUCT and DESCRIBE give Turtle."""
    select = f"SELECT ?label WHERE {{ <{ID}component/barriers> a ?label }}"
    assert "label\n------------\nskos:Concept\n(1 rows)\n" == run("query", input=select).stdout
    assert 1 == len(json.loads(run("query", "--format", "json", input=select).stdout)["results"]["bindings"])
    for given, answer in (("ASK { ?s ?p ?o }", True), ("ASK { <x:x> ?p ?o }", False)):
        assert answer is json.loads(run("query", "--format", "json", input=given).stdout)["boolean"]
    for given in (f"DESCRIBE <{ID}component/barriers>", f"CONSTRUCT WHERE {{ <{ID}component/barriers> ?p ?o }}"):
        assert 5 < len(Graph().parse(data=run("query", "--format", "turtle", input=given).stdout, format="turtle"))


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "turtle"),
        ("ASK { ?s ?p ?o }", "table"),
        ("ASK { ?s ?p ?o }", "csv"),
        ("ASK { ?s ?p ?o }", "turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "table"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "csv"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "json"),
    ],
)
def test_a_format_that_does_not_fit_is_refused_with_those_that_do(run, query, form):
    """A query that cannot be answered in the format asked for is told which formats there are."""
    told = refused(run("query", "--format", form, input=query))
    assert f"this query cannot be answered as {form}; SELECT takes --format table, csv or json, ASK json" in told


def test_a_query_that_cannot_be_read_is_told_where(run):
    """A syntax error is told in a sentence with line and column, and gives exit code 2."""
    assert refused(run("query", input="SELECT * WHERE {\n  ?s ?p ; }")).startswith(
        "kg: error at 2:9: cannot be read from “; }” on"
    )


def test_a_query_that_is_no_text_is_refused(run, tmp_path):
    """A file that is not UTF-8 is refused by name; one that does not exist as well."""
    (tmp_path / "latin.rq").write_bytes("ASK { ?s ?p 'één' }".encode("latin-1"))
    assert "latin.rq is not UTF-8; save it as UTF-8" in refused(run("query", tmp_path / "latin.rq"))
    missing = run("query", tmp_path / "nothing.rq")
    assert 2 == missing.exit_code
    assert "nothing.rq" in missing.stderr


def test_a_query_calls_no_other_server(run):
    """SERVICE is refused with the reason, and nothing is answered."""
    found = run("query", input="SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert (1, "") == (found.exit_code, found.stdout)
    assert found.stderr.startswith("kg: SERVICE is refused: ")


@pytest.mark.parametrize("words", [["query"], ["ask", "gap-map", "--set", "rows=component"]])
def test_what_is_not_built_yet_is_built_first(tmp_path, words):
    """Before the first build a query builds; a broken graph is then told and not answered from."""
    graph = write_graph(tmp_path / "graph", more="<x:d> a <https://w3id.org/werkkennis/def#Dimension> .")
    (graph / "data/more.ttl").write_text(
        "<https://w3id.org/werkkennis/def#component> a <https://w3id.org/werkkennis/def#Dimension> ."
    )
    found = kg("--graph", graph, "--var", tmp_path / "var", *words, "--format", "csv", input=COUNT)
    assert (0, "") == (found.exit_code, found.stderr)
    assert current(tmp_path / "var").load()
    (graph / "data/more.ttl").write_text("<x:a> <x:b>")
    broken = kg("--graph", graph, "--var", tmp_path / "other", *words, input=COUNT)
    assert 1 == broken.exit_code
    assert "data/more.ttl\n  1:" in broken.stdout
    assert not (tmp_path / "other/current").exists()


def test_a_folder_that_is_no_graph_is_refused(tmp_path):
    """A folder without the rooms of a graph is refused with the option to use."""
    told = refused(kg("--graph", tmp_path, "--var", tmp_path / "var", "build"))
    assert "it has no ontology, shapes, data. Name one with --graph FOLDER." in told


@pytest.mark.parametrize("command", ["check", "build"])
def test_what_works_on_the_files_takes_no_engine(tmp_path, command):
    """An engine that is named where none is asked is refused, and nothing is built."""
    told = refused(kg("--store", "http://127.0.0.1:9/query", "--graph", ROOT, "--var", tmp_path, command))

    assert f"kg: {command} works on the files and not on the engine at --store; leave --store out" == told
    assert [] == list(tmp_path.iterdir())


def test_a_port_in_use_is_told_before_anything_is_started(tmp_path):
    """A port that another program has is named with what to do; nothing is built and nothing else is written."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused(kg("--graph", ROOT, "--var", tmp_path, "serve", "--port", port))

    assert f"kg: port {port} on 127.0.0.1 is in use; choose another with --port" == told
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("192.0.2.1", 8000), ("::1", -1)])
def test_an_address_that_cannot_be_served_is_told(tmp_path, host, port):
    """An address that is not this machine's, or is none, is refused in a sentence."""
    told = refused(kg("--graph", ROOT, "--var", tmp_path, "serve", "--host", host, "--port", port))

    assert told.startswith(f"kg: port {port} on {host} cannot be served: ")


def test_every_setting_is_listed(monkeypatch):
    """Each setting stands there with the value in force, its default and its meaning; a password does not."""
    monkeypatch.setenv("KG_PORT", "8396")
    monkeypatch.setenv("KG_STORE_PASSWORD", "secret")
    monkeypatch.delenv("KG_QUEUE", raising=False)
    found = kg("--var", "/srv/var", "settings", "--json")
    rows = {row["variable"]: row for row in json.loads(found.stdout)}
    text = kg("settings").stdout

    assert [entry.metadata["variable"] for entry in fields(Settings)] == list(rows)
    assert all(row["meaning"] in text for row in rows.values())
    assert (8396, 8000) == (rows["KG_PORT"]["value"], rows["KG_PORT"]["default"])
    assert ("/srv/var", "var") == (rows["KG_VAR"]["value"], rows["KG_VAR"]["default"])
    assert "KG_PORT=8396\n    port to serve on [default: 8000]\n" in text
    assert "KG_QUEUE=64\n" in text
    assert "secret" not in found.stdout + text
    assert "(not shown)" == rows["KG_STORE_PASSWORD"]["value"]


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize(
    ("given", "expected"),
    [((), "kg serve"), (("PORT=8080",), "kg serve --port 8080"), (("HOST=::1",), "kg serve --host ::1")],
)
def test_make_passes_on_only_what_is_given(given, expected):
    """Where no port is given to make, that of KG_PORT counts."""
    environment = {"PATH": os.environ["PATH"], "KG_PORT": "8396"}
    command = ["make", "--dry-run", "--assume-old=.venv/serve", "serve", *given]
    found = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert f".venv/bin/{expected}".split() == found.stdout.splitlines()[-1].split()
