"""What the page on clients shows is true: each block runs against the real server and gives what the endpoint gives."""

import csv
import io
import re
import shutil
import subprocess
import sys
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from conftest import ROOT

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


def test_the_address_for_a_spreadsheet(server):
    """The address for Excel gives a CSV file."""
    address = blocks("text")[0].strip().replace(SHOWN, server)
    with urlopen(address, timeout=30) as answer:
        assert "text/csv" == answer.headers.get_content_type()
        assert 5 < len(answer.read().splitlines())
