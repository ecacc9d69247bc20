"""Tables for a spreadsheet, and back: what is exported is read again without loss."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from kg import exporting
from kg.cli import main
from kg.errors import KgError
from kg.importing import csvw, sheets
from kg.importing.complaints import NotImported
from kg.vocabulary import ID, RDF, RDFS, WK

ROOT = Path(__file__).parents[1]
NAMES = {"studies": "Study", "findings": "Finding", "gaps": "KnowledgeGap"}


def kg(*words):
    return CliRunner().invoke(main, ["--lang", "en", *(str(word) for word in words)], catch_exceptions=False)


@pytest.fixture(scope="module")
def loaded(generation):
    """The built graph, as its triples."""
    return generation.load()


@pytest.fixture
def run(config, generation):
    """Run a command on the built graph."""
    return lambda *words: kg("--graph", config.graph, "--var", config.var, *words)


def test_an_export_needs_no_mapping(run, tmp_path):
    """A mapping beside an exported table is told to be left out, in one sentence."""
    place = tmp_path / "findings.xlsx"
    run("export", "--table", "findings", "--format", "xlsx", "--out", place)
    found = run("import", place, "--mapping", "findings", "--preview")
    assert (2, "") == (found.exit_code, found.stdout)
    assert "is a table of kg export: leave --mapping out" in found.stderr


@pytest.fixture
def pointed(config, generation, tmp_path):
    """Export findings with standard output pointed at a file of a folder of its own."""

    def export(form):
        start = (sys.executable, "-c", "from kg.cli import main; main()", "--graph", config.graph, "--var", config.var)
        words = [*start, "--lang", "en", "export", "--table", "findings", "--format", form]
        with (tmp_path / f"table.{form}").open("wb") as into:
            return subprocess.run(words, stdout=into, stderr=subprocess.PIPE, cwd=tmp_path, check=False, timeout=120)

    return export


def test_a_table_goes_where_its_output_is_pointed(pointed, run, tmp_path):
    """Who points > at a file finds the table in it, whole; what is said about it goes to standard error."""
    found = pointed("csv")
    assert (0, True) == (found.returncode, b"rows; with --out findings.csv" in found.stderr)
    assert ["table.csv"] == [path.name for path in tmp_path.iterdir()]
    run("export", "--table", "findings", "--out", tmp_path / "findings.csv")
    assert (tmp_path / "findings.csv").read_bytes() == (tmp_path / "table.csv").read_bytes()


def test_a_workbook_is_not_put_where_its_message_goes(pointed, tmp_path):
    """Who points > at a file without --out is told so, and nothing is written."""
    found = pointed("xlsx")
    assert 2 == found.returncode
    assert b"say --out findings.xlsx" in found.stderr
    assert ["table.xlsx"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_exported_comes_back_without_loss(name, form, run, loaded, tmp_path):
    """Every statement of every thing of the table, on the properties of its columns, is there after export and import."""
    place = tmp_path / f"{name}.{form}"
    assert 0 == run("export", "--table", name, "--format", form, "--out", place).exit_code
    back = tmp_path / "back.ttl"
    found = run("import", place, "--out", back)
    assert 0 == found.exit_code, found.output
    parsed = {(quad.subject, quad.predicate, quad.object) for quad in ox.parse(path=back)}
    described = json.loads((tmp_path / f"{name}.{form}-metadata.json").read_text("utf-8"))
    properties = {column["propertyUrl"] for column in described["tableSchema"]["columns"] if "propertyUrl" in column}
    kind = ox.NamedNode(WK + NAMES[name])
    expected = {
        (quad.subject, quad.predicate, quad.object)
        for thing in loaded.quads_for_pattern(None, ox.NamedNode(f"{RDF}type"), kind)
        for quad in loaded.quads_for_pattern(thing.subject, None, None)
        if quad.predicate.value in properties and (quad.predicate.value != f"{RDF}type" or quad.object == kind)
    }
    assert len(expected) > 100
    assert expected == parsed
    # What a table does not have is no more than the statements of other things, and these few of its own.
    every = {
        quad.predicate.value
        for thing in {one[0] for one in expected}
        for quad in loaded.quads_for_pattern(thing, None, None)
    }
    assert every - properties <= {f"{WK}{rest}" for rest in ("summarises", "datePrecision", "order", "site")} | {
        f"{RDF}type"
    }


def test_a_workbook_has_texts_only(run, tmp_path):
    """No spreadsheet makes a date of a number, or a formula of a text, in an exported workbook."""
    place = tmp_path / "findings.xlsx"
    run("export", "--table", "findings", "--format", "xlsx", "--out", place)
    book = load_workbook(place, read_only=True)
    kinds = {type(cell) for row in book["findings"].iter_rows(values_only=True) for cell in row}
    book.close()
    assert {str, type(None)} == kinds


def test_an_exported_table_put_back_into_its_graph_adds_nothing(run, config, tmp_path):
    """Into the graph itself only what is new is written; a table of what is there already writes nothing."""
    place = tmp_path / "gaps.csv"
    run("export", "--table", "gaps", "--out", place)
    found = run("import", place)
    assert (0, "nothing new; nothing is written\n") == (found.exit_code, found.stdout)
    assert not (config.graph / "data/studies/gaps.ttl").exists()


def test_a_changed_cell_is_told_with_the_file_that_must_change(run, tmp_path):
    """A thing stands in one file: the row, the column and that file are named, and nothing is written."""
    place = tmp_path / "findings.csv"
    run("export", "--table", "findings", "--out", place)
    rows = list(csv.reader(io.StringIO(place.read_text("utf-8"), newline="")))
    number = next(n for n, row in enumerate(rows) if row[0].endswith("/tno-summary-compulsory-volunteering"))
    column = rows[0].index("direction")
    rows[number][column] = "direction:favourable"
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    place.write_text(text.getvalue(), encoding="utf-8")
    found = run("import", place)
    assert 1 == found.exit_code
    [line] = found.stdout.splitlines()[1:]
    assert f"row {number + 1}, column direction 'direction:favourable': the graph says 'direction:" in line
    [text] = (Path(place) for place in [ROOT / "data/studies/2015-tno-quickscan-summary.ttl"])
    lines = text.read_text("utf-8").splitlines()
    where = line.rpartition("change it by hand in data/studies/2015-tno-quickscan-summary.ttl:")[2]
    assert "wk:direction" in lines[int(where) - 1]


def test_a_row_added_to_an_exported_table_becomes_a_thing(run, config, tmp_path):
    """A new row, with short names, is written as what the table holds, and only that row."""
    folder = tmp_path / "graph"
    for room in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / room, folder / room)
    place = tmp_path / "gaps.csv"
    run("export", "--table", "gaps", "--out", place)
    rows = list(csv.reader(io.StringIO(place.read_text("utf-8"), newline="")))
    added = dict(zip(rows[0], rows[1], strict=True)) | {
        "thing": "gap:a-new-gap",
        "labelNl": "Nieuwe lacune",
        "labelEn": "New gap",
    }
    text = io.StringIO()
    csv.writer(text).writerows([*rows, [added[name] for name in rows[0]]])
    place.write_text(text.getvalue(), encoding="utf-8")
    found = kg("--graph", folder, "import", place)
    assert 0 == found.exit_code, found.output
    assert "1 wk:KnowledgeGap" in found.stdout
    assert "gap:a-new-gap a wk:KnowledgeGap" in (folder / "data/studies/gaps.ttl").read_text("utf-8")


def test_a_cell_that_is_not_what_its_column_promises_is_refused(run, tmp_path):
    """A number that is none, and a thing that is none, are named by row and column."""
    place = tmp_path / "findings.csv"
    run("export", "--table", "findings", "--out", place)
    sheet = sheets.read(place)
    cells = sheet.rows[0].cells | {"hedged": "perhaps", "publication": "no thing", "thing": ""}
    with pytest.raises(NotImported) as refused:
        csvw.convert(
            sheets.Sheet(
                sheet.name, sheet.columns, (sheets.Row(2, cells), sheets.Row(3, cells | {"thing": "finding:x"}))
            ),
            tmp_path / "findings.csv-metadata.json",
        )
    told = {(one.row, one.column): one.message for one in refused.value.complaints}
    assert "true or false" in told[3, "hedged"]
    assert "short name" in told[3, "publication"]
    assert "the thing that this row is about" in told[2, "thing"]
    assert {(2, "thing"), (3, "hedged"), (3, "publication")} == set(told)


def test_a_text_that_no_cell_can_hold_is_refused_and_not_cut(loaded):
    """A bar between several values cannot be told from a bar in a text: then nothing is exported."""
    store = ox.Store()
    store.extend(loaded)
    graph = ox.NamedNode(f"{ID}graph/test")
    gap = ox.NamedNode(f"{ID}gap/with-a-bar")
    store.add(ox.Quad(gap, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{WK}KnowledgeGap"), graph))
    for text in ("one | two", "three"):
        store.add(ox.Quad(gap, ox.NamedNode(f"{WK}locator"), ox.Literal(text, language="nl"), graph))
    store.add(ox.Quad(gap, ox.NamedNode(f"{RDFS}label"), ox.Literal("x", language="nl"), graph))
    with pytest.raises(KgError, match="gap:with-a-bar"):
        exporting.table(store, "gaps", "csv", "gaps.csv")


def test_a_wrong_place_is_refused(run, tmp_path):
    """A name of another form, and a folder that does not exist, are told in a sentence."""
    for place in (tmp_path / "findings.txt", tmp_path / "none" / "findings.csv"):
        found = run("export", "--table", "findings", "--out", place)
        assert (2, True) == (found.exit_code, found.stderr.startswith("kg: "))


def test_what_follows_from_another_thing_and_an_emptied_cell_are_told_too(run, tmp_path):
    """A number of the estimate, a name of a concept and a cell that was emptied are no less changed."""
    place = tmp_path / "findings.csv"
    run("export", "--table", "findings", "--out", place)
    rows = list(csv.reader(io.StringIO(place.read_text("utf-8"), newline="")))
    heading = rows[0]
    number = next(n for n, row in enumerate(rows) if row[0].endswith("/ui-benefit-elasticity-1"))
    rows[number][heading.index("value")] = "7.5"
    rows[number][heading.index("interventionNl")] = "Iets anders"
    rows[number][heading.index("direction")] = ""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    place.write_text(text.getvalue(), encoding="utf-8")
    found = run("import", place)
    assert 1 == found.exit_code
    told = {
        line.split("column ")[1].partition(":")[0].partition(" ")[0]: line for line in found.stdout.splitlines()[1:]
    }
    assert {"value", "interventionNl", "direction"} == set(told)
    assert "is made from ui_benefit_elasticities.csv: change it in that table" in told["value"]
    assert "under intervention; change it there" in told["interventionNl"]
    assert "data/studies/ui-benefit-elasticities.ttl:" in told["direction"]


def test_a_table_without_its_description_says_which_file_must_stand_beside_it(run, tmp_path):
    """The name of the description is in the message."""
    place = tmp_path / "mine.csv"
    place.write_text("thing\nfinding:x\n", encoding="utf-8")
    found = run("import", place)
    assert (2, True) == (found.exit_code, "mine.csv-metadata.json" in found.stderr)
