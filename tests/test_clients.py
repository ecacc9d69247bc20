"""What the page on clients shows is true: each block runs against the real server and gives what the endpoint gives."""

import csv
import io
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pytest

from kg.settings import Settings
from kg.web.connections import LONGEST_LINE
from surroundings import ROOT

PAGE = (ROOT / "docs" / "clients.md").read_text("utf-8")
SHOWN = "http://127.0.0.1:8000"
QUERY = """
PREFIX wk: <https://w3id.org/werkkennis/def#>
SELECT ?source (COUNT(*) AS ?gaps) { ?gap a wk:KnowledgeGap ; wk:statedIn ?source }
GROUP BY ?source ORDER BY ?source
"""


def blocks(language):
    """Return the blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


PYTHON = {
    re.search(r"^(?:import|from) (pandas|SPARQLWrapper|rdflib)", code, re.MULTILINE)[1]: code
    for code in blocks("python")
}
CURL = [code for code in blocks("bash") if code.startswith("curl")]
OTHER = [code for code in blocks("bash") if not code.startswith("curl")]


@pytest.fixture(scope="module")
def rows(server):
    """What the endpoint answers to the query of the page."""
    with urlopen(f"{server}/sparql?{urlencode({'query': QUERY, 'format': 'csv'})}", timeout=30) as answer:
        found = list(csv.reader(io.StringIO(answer.read().decode())))
    assert ["source", "gaps"] == found[0]
    assert 3 < len(found)
    return found[1:]


def get(address):
    """Return the type of what stands at an address, and its content."""
    with urlopen(address, timeout=60) as answer:
        return answer.headers.get_content_type(), answer.read().decode()


def run(command, code, server):
    """Run a block as a reader does, with the address of this server; give what it prints."""
    done = subprocess.run(
        [*command, code.replace(SHOWN, server)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def test_the_page_shows_each_client():
    """No block is missed by the tests below, and what they do not run says so."""
    assert {"pandas", "SPARQLWrapper", "rdflib"} == set(PYTHON)
    assert 2 == len(CURL)
    assert 1 == len(blocks("r"))
    assert 1 == len(OTHER)
    assert "npx" in OTHER[0]
    assert 3 == PAGE.lower().count("not run by our tests")


@pytest.mark.parametrize("client", ["SPARQLWrapper", "rdflib"])
def test_python(client, server, rows):
    """A client prints each source and its number of gaps."""
    printed = run([sys.executable, "-c"], PYTHON[client], server)

    assert rows == [line.split() for line in printed.splitlines()]


def test_pandas(server, rows):
    """The table has each source with its number, as a number."""
    pytest.importorskip("pandas")
    code = PYTHON["pandas"].replace("print(table)", "print(table.to_csv(index=False)); print(table.dtypes['gaps'])")
    *printed, kind = run([sys.executable, "-c"], code, server).split()

    assert rows == [line.split(",") for line in printed[1:]]
    assert "int64" == kind


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_curl(server, rows):
    """The endpoint gives the same rows as CSV, and a question gives its answer."""
    asked, question = (run(["sh", "-c"], code, server) for code in CURL)

    assert rows == list(csv.reader(io.StringIO(asked)))[1:]
    assert question.startswith("concept,conceptLabel,gaps")
    assert "Social capital" in question or "Social Capital" in question


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R here")
def test_r(server, rows):
    """R reads the same table."""
    code = blocks("r")[0].replace("print(gaps)", "write.csv(gaps, row.names = FALSE)")

    assert rows == list(csv.reader(io.StringIO(run(["Rscript", "-e"], code, server))))[1:]


def test_rdflib_by_post(server, rows):
    """A query that is too long for an address is answered when rdflib sends it by POST, as the page says."""
    long = (
        PYTHON["rdflib"]
        .replace('/sparql")', '/sparql", method="POST")')
        .replace('query("""', f'query("""#{"x" * 40_000}')
    )
    assert rows == [line.split() for line in run([sys.executable, "-c"], long, server).splitlines()]


def test_a_long_query_in_a_spreadsheet(server):
    """A link of the editor, short or after the #, becomes the address of a CSV file in the way that is told."""
    written = urlencode({"query": f"{QUERY}# {'long ' * 1500}"})
    beginnings = re.findall(r"`(/sparql[?#]query=)`", PAGE)
    [instead] = re.findall(r"put `(/sparql\S+query=)` in the place", PAGE)
    found = [
        get(f"{server}/sparql{sign}{written}".replace(beginning, instead))
        for sign, beginning in zip("?#", beginnings, strict=True)
    ]

    assert ["/sparql?query=", "/sparql#query="] == beginnings
    assert ["text/csv"] * 2 == [kind for kind, _ in found]
    assert found[0][1] == found[1][1]
    assert found[0][1].startswith("source,gaps")


def test_what_is_where(server, store):
    """Each sort of graph on the page is there and there is no other, and the second query asks the facts alone."""
    every, facts = (
        list(csv.reader(io.StringIO(get(f"{server}/sparql.csv?query={quote(code)}")[1])))[1:]
        for code in blocks("sparql")
    )
    begins = "https://w3id.org/werkkennis/id/graph/"
    sorts = re.findall(r"^\| `([a-z.-]+)` (?:and a file )?\|", PAGE.partition("## Forms")[0], re.MULTILINE)
    fits = {graph: [sort for sort in sorts if graph.startswith(begins + sort)] for graph, _ in every}
    classes = {iri.rpartition("#")[2] for iri, _ in facts}

    assert begins in PAGE
    assert all(len(found) == 1 for found in fits.values())
    assert set(sorts) == {found[0] for found in fits.values()}
    assert len(store) == sum(int(statements) for _, statements in every)
    assert {"Finding", "KnowledgeGap", "Project", "Organization"} <= classes
    assert not {"NodeShape", "Class", "ConceptScheme"} & classes


FORMS = [
    (name, query)
    for names, told in re.findall(
        r"^\| (`.+`) \| .* \| (.+) \|$", PAGE.partition("## Forms")[2].partition("## curl")[0], re.MULTILINE
    )
    for name in re.findall(r"`(\w+)`", names)
    for query in re.findall(r"`([A-Z]+)`", told)
]
WHOLE = {
    "SELECT": "SELECT * { ?s a ?c } LIMIT 2",
    "ASK": "ASK { }",
    "CONSTRUCT": "CONSTRUCT WHERE { ?s a ?c } LIMIT 2",
    "DESCRIBE": "DESCRIBE <https://w3id.org/werkkennis/id/component/barriers>",
}


@pytest.mark.parametrize(("name", "query"), FORMS)
def test_a_short_name_gives_its_form(server, name, query):
    """Each name in the table gives one form, as a parameter and as a suffix."""
    asked = urlencode({"query": WHOLE[query]})
    kind, _ = get(f"{server}/sparql?{asked}&format={name}")

    assert {"ttl": "turtle", "rdf": "rdf+xml", "jsonld": "ld+json", "nt": "n-triples", "tsv": "tab"}.get(
        name, name
    ) in kind
    assert kind == get(f"{server}/sparql.{name}?{asked}")[0]


def test_the_limits_are_those_of_the_settings():
    """Each limit on the page is the default of its setting."""
    table = re.findall(r"^\| .+ \| (?:`(KG_\w+)`|.) \| ([\d,]+)", PAGE, re.MULTILINE)
    defaults = {entry.metadata["variable"]: entry.default for entry in fields(Settings)}

    assert 8 == len(table)
    assert [(name, f"{defaults.get(name, LONGEST_LINE):,}") for name, _ in table] == table


def test_the_address_for_a_spreadsheet(server):
    """The address for Excel gives a CSV file."""
    address = blocks("text")[0].strip().replace(SHOWN, server)
    with urlopen(address, timeout=30) as answer:
        assert "text/csv" == answer.headers.get_content_type()
        assert 5 < len(answer.read().splitlines())
