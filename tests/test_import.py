"""Tables, bibliographies and codings become Turtle: every mistake at once by row and column, nothing guessed or lost."""

import contextlib
import csv
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kg.cli import main
from kg.errors import KgError, UsageProblem
from kg.files import find
from kg.importing import (
    cells,
    checked,
    coding,
    derive,
    mapping,
    names,
    ready,
    references,
    rows,
    sheets,
    skeletons,
    templates,
    wordlist,
)
from kg.importing.complaints import NotImported
from kg.parse import read_all
from kg.spoken import speaking
from kg.vocabulary import ID, WK, shorten
from kg.writing import turtle

ROOT = Path(__file__).parents[1]
MAPPINGS = ROOT / "data/mappings"
TABLES = {
    "ui-benefit-elasticities": "ui_benefit_elasticities.csv",
    "hiring-discrimination-register": "lippens_register.csv",
}
TRIAL = """\
Studie;Titel;Auteurs;Jaar;Taal;Document;Opzet;Land;Soort;Interventie;Doelgroep;Uitkomst;Richting;Meetmoment;Maat;Waarde;Vindplaats;Gelezen
Proef Voorbeeldstad;Snelle start;A. Jansen;2024-05;nl;Rapport;rct;Nederland;Effect;Scholing;Clienten van de gemeente;Werk vinden;Gunstig;1 jaar;Procentpunten;4,5;p. 31;Volledige tekst
Proef Voorbeeldstad;Snelle start;A. Jansen;2024-05;nl;Report;RCT;netherlands;effect;TRAINING;Municipal clients;Income;No difference;24 months;;;p. 32;Full text
"""
FIRST = "proef-voorbeeldstad-training-finding-work-municipal-clients-12-months"
SECOND = "proef-voorbeeldstad-training-income-municipal-clients-24-months"


def store_of(folder):
    """Load the files of a graph folder, a named graph a file."""
    files, problems = read_all(find(folder))
    assert problems == []
    store = ox.Store()
    for file in files:
        store.bulk_extend(file.quads())
    return store


@pytest.fixture(scope="module", autouse=True)
def both_languages(catalogues):
    """The catalogue, from which the Dutch sentences come."""


@pytest.fixture(scope="module")
def real():
    """The repository's own graph."""
    return store_of(ROOT)


@pytest.fixture(scope="module")
def without_tables():
    """The repository's own graph without what came of the two tables."""
    store = store_of(ROOT)
    for name in TABLES:
        store.remove_graph(ox.NamedNode(f"{ID}graph/data.studies.{name}"))
    return store


@pytest.fixture
def folder(tmp_path):
    """A copy of the repository's own graph, to write into."""
    for room in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / room, tmp_path / "graph" / room)
    return tmp_path / "graph"


def put(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def kg(*words):
    return CliRunner().invoke(main, ["--lang", "en", *(str(word) for word in words)], catch_exceptions=False)


def converted(text, store, tmp_path, told=MAPPINGS / "findings.toml"):
    return rows.convert(sheets.read(put(tmp_path / "table.csv", text)), mapping.read(told), store)


def values(triples, thing, name):
    """What triples say of a thing of ours, in short."""
    found = [triple.object for triple in triples if triple.subject == ox.NamedNode(names.iri(thing))
             and triple.predicate == ox.NamedNode(names.iri(name))]  # fmt: skip
    return {shorten(term.value) if isinstance(term, ox.NamedNode) else term.value for term in found}


# The two tables


@pytest.mark.parametrize("name", TABLES)
def test_the_file_of_a_table_is_what_its_mapping_makes_of_it(name, without_tables):
    """What stands under data/studies is, byte for byte, what the table and its mapping give."""
    told = mapping.read(MAPPINGS / f"{name}.toml")
    made = rows.convert(sheets.read(ROOT / "data/tables" / name / TABLES[name]), told, without_tables)
    assert (ROOT / told.out).read_text("utf-8") == turtle(made.triples, header=ready.head(told.head, TABLES[name]))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_stands_with_its_licence(name):
    """The licence stands beside the table and is named where people look: in the list of tables and in the Turtle."""
    licence = (ROOT / "data/tables" / name / "LICENSE").read_text("utf-8")
    assert licence.startswith("MIT License")
    holder = licence.split("Copyright (c) ")[1].split("\n")[0].split(" ", 1)[1]
    assert holder in (ROOT / "data/tables/README.md").read_text("utf-8")
    assert f"data/tables/{name}/LICENSE"[5:] in (ROOT / f"data/studies/{name}.ttl").read_text("utf-8")


def table(name):
    with (ROOT / "data/tables" / name / TABLES[name]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(store, thing, name):
    pattern = store.quads_for_pattern(ox.NamedNode(ID + thing), ox.NamedNode(WK + name), None)
    return [quad.object.value.removeprefix(ID) for quad in pattern]


def test_each_elasticity_is_a_finding_with_the_direction_of_its_interval(real):
    """Ninety-one rows, ninety-one findings: above zero is unfavourable, below favourable, around it no difference."""
    counted = {}
    for row in table("ui-benefit-elasticities"):
        finding = f"finding/ui-benefit-elasticity-{row['row']}"
        low, high = float(row["ci_low"]), float(row["ci_high"])
        expected = "unfavourable" if low > 0 else "favourable" if high < 0 else "none"
        assert [f"direction/{expected}"] == said(real, finding, "direction")
        kind = "association" if row["design"] == "cross-sectional" else "effect"
        assert [f"finding-kind/{kind}"] == said(real, finding, "findingKind")
        # The finding is about the speed of finding work, the elasticity about the time without it.
        sign = {True: "negative", False: "positive"}[float(row["elasticity"]) > 0]
        assert [f"sign/{sign}"] * (kind == "association") == said(real, finding, "sign")
        lever = {"PBD": "benefit-duration", "RR": "benefit-level"}[row["lever"]]
        assert [f"intervention/{lever}"] == said(real, finding, "intervention")
        estimate = f"estimate/ui-benefit-elasticity-{row['row']}"
        assert [float(row["elasticity"])] == [float(value) for value in said(real, estimate, "value")]
        assert [low, high] == [float(said(real, estimate, name)[0]) for name in ("lower", "upper")]
        assert [row["n"]] * (row["n"] != "NA") == said(real, estimate, "n")
        counted[kind, expected] = counted.get((kind, expected), 0) + 1
    assert counted == {
        ("effect", "unfavourable"): 58, ("effect", "none"): 10, ("effect", "favourable"): 1,
        ("association", "unfavourable"): 17, ("association", "none"): 5,
    }  # fmt: skip


def test_each_row_of_the_register_is_evidence_of_a_problem(real):
    """No row of the discrimination register is an effect, names an intervention or an outcome, or adds a number."""
    count = estimates = 0
    for number, row in enumerate(table("hiring-discrimination-register"), 2):
        finding = f"finding/hiring-discrimination-{number}"
        if not row["study"]:
            assert [] == said(real, finding, "findingKind")
            continue
        count += 1
        assert ["finding-kind/problem"] == said(real, finding, "findingKind")
        assert [] == said(real, finding, "intervention") + said(real, finding, "outcome")
        expected = {"\u2212": "unfavourable", "0": "none", "+": "favourable"}[row["effect_sign"]]
        assert [f"direction/{expected}"] == said(real, finding, "direction")
        counts = [row[name] for name in ("callback_min", "tested_min", "callback_maj", "tested_maj")]
        estimate = f"estimate/hiring-discrimination-{number}"
        given_counts = all(text and round(float(text)) > 0 for text in counts)
        assert [estimate] * given_counts == said(real, finding, "estimate")
        if given_counts:
            estimates += 1
            a, n, c, m = (round(float(text)) for text in counts)
            assert math.isclose((a / n) / (c / m), float(said(real, estimate, "value")[0]), abs_tol=0.00005)
            assert [str(n + m)] == said(real, estimate, "n")
    assert (335, 306) == (count, estimates)


def test_every_study_of_a_table_stands_once(real):
    """Fifty-seven articles and 169 experiments, each with a publication of its own and no DOI twice."""
    for name, studies in (("cohen-ganong-2024", 57), ("lippens-vermeiren-baert-2023", 169)):
        included = said(real, f"study/{name}", "includesStudy")
        assert studies == len(included)
        assert (
            studies == len({publication for study in included for publication in said(real, study, "reportedIn")}) - 1
        )
    dois = [quad.object.value for quad in real.quads_for_pattern(None, ox.NamedNode(f"{WK}doi"), None)]
    assert len(dois) == len(set(dois))


def test_the_ratio_and_its_interval_are_those_of_the_formula():
    """The logarithm of the ratio is approximately normal: 15 of 100 against 30 of 100 is 0.5 (0.2872 to 0.8704)."""
    said_so = mapping.Derived("ratio", "risk-ratio", {
        "events": "a", "of": "n", "control_events": "c", "control_of": "m"})  # fmt: skip
    row = {name: [{"": text}] for name, text in {"a": "15", "n": "100", "c": "30", "m": "100"}.items()}
    assert [{"": "0.5", "value": "0.5", "lower": "0.2872", "upper": "0.8704", "n": "200"}] == derive.derive(
        said_so, row
    )
    assert [] == derive.derive(said_so, row | {"a": [{"": "0"}]})
    assert [] == derive.derive(said_so, row | {"m": []})
    with pytest.raises(ValueError, match="more have the outcome"):
        derive.derive(said_so, row | {"n": [{"": "9"}]})


# A table by hand


def test_a_spreadsheet_in_two_languages_becomes_findings(real, tmp_path):
    """Headings and concepts may be Dutch or English, with or without accents and capitals; units are read."""
    made = converted(TRIAL, real, tmp_path).triples
    first, second = f"finding:{FIRST}", f"finding:{SECOND}"
    assert (
        {"intervention:training"} == values(made, first, "wk:intervention") == values(made, second, "wk:intervention")
    )
    assert (
        {"target-group:municipal-clients"}
        == values(made, first, "wk:targetGroup")
        == values(made, second, "wk:targetGroup")
    )
    assert ({"12"}, {"24"}) == (values(made, first, "wk:followUpMonths"), values(made, second, "wk:followUpMonths"))
    assert ({"direction:favourable"}, {"direction:none"}) == (
        values(made, first, "wk:direction"), values(made, second, "wk:direction"))  # fmt: skip
    assert {"4.5"} == values(made, f"estimate:{FIRST}", "wk:value")
    assert set() == values(made, second, "wk:estimate")
    assert {"design:randomised-trial"} == values(made, "study:proef-voorbeeldstad", "wk:design")
    assert {"rigour:level-5"} == values(made, "study:proef-voorbeeldstad", "wk:rigour")
    publication = "publication:proef-voorbeeldstad"
    assert ({"2024-05-01"}, {"month"}) == (
        values(made, publication, "dct:issued"), values(made, publication, "wk:datePrecision"))  # fmt: skip


def test_every_mistake_is_named_at_once_with_row_column_and_what_was_meant(real, tmp_path):
    """A wrong word, number, date and an empty cell are all told, each with its place and how to mend it."""
    wrong = (
        TRIAL.replace("Scholing", "Schooling").replace("4,5", "veel").replace("2024-05;nl;Report", "mei 2024;nl;Report")
    )
    wrong = wrong.replace(";Income;", ";;")
    with pytest.raises(NotImported) as refused:
        converted(wrong, real, tmp_path)
    told = {(one.row, one.column): one.message for one in refused.value.complaints}
    assert {(2, "Interventie"), (2, "Waarde"), (3, "Jaar"), (3, "Uitkomst")} == set(told)
    assert "did you mean 'Scholing'?" in told[2, "Interventie"]
    assert "digits" in told[2, "Waarde"]
    assert "2018-05-31" in told[3, "Jaar"]
    assert "filled in" in told[3, "Uitkomst"]


def test_a_missing_column_is_named_with_the_one_that_looks_like_it(real, tmp_path):
    """A heading with a mistake in it is taken for what it is: a column that is missing."""
    with pytest.raises(NotImported) as refused:
        converted(TRIAL.replace("Richting", "Richtng"), real, tmp_path)
    told = {one.column: one.message for one in refused.value.complaints}
    assert {"Richtng", "direction"} == set(told)
    assert "missing" in told["direction"]
    assert "did you mean 'richting'" in told["Richtng"]


def test_two_rows_that_disagree_about_one_thing_are_named(real, tmp_path):
    """One study cannot have two titles: the second row is told what the first says."""
    with pytest.raises(NotImported) as refused:
        converted(
            TRIAL.replace("Snelle start;A. Jansen;2024-05;nl;Report", "Trage start;A. Jansen;2024-05;nl;Report"),
            real,
            tmp_path,
        )
    assert [3] == [one.row for one in refused.value.complaints]
    assert "row 2 says something else" in refused.value.complaints[0].message


def test_what_the_graph_has_already_is_not_written_again(real, tmp_path):
    """A publication with a DOI of the graph, or with its title and year, is that one, and its study too."""
    report = "Quickscan wetenschappelijke literatuur gemeentelijke uitvoeringspraktijk"
    made = converted(TRIAL.replace("Snelle start", report).replace("2024-05", "2015-07-22"), real, tmp_path)
    assert {f"{ID}publication/tno-quickscan-report", f"{ID}study/tno-quickscan"} == set(made.present)
    assert {"study:tno-quickscan"} == values(made.triples, f"finding:{FIRST}", "wk:study")
    assert set() == values(made.triples, "publication:tno-quickscan-report", "dct:title")


def test_the_same_table_as_a_workbook_gives_the_same_triples(real, tmp_path):
    """Numbers and dates of a workbook are read as what they show."""
    book = Workbook()
    for line in csv.reader(TRIAL.splitlines(), delimiter=";"):
        book.active.append([float(text.replace(",", ".")) if text == "4,5" else text for text in line])
    book.save(tmp_path / "table.xlsx")
    told = mapping.read(MAPPINGS / "findings.toml")
    expected = converted(TRIAL, real, tmp_path).triples
    assert set(expected) == set(rows.convert(sheets.read(tmp_path / "table.xlsx"), told, real).triples)


@pytest.mark.parametrize(
    ("kind", "unit", "text", "expected"),
    [
        ("integer", "", "1200", "1200"),
        ("integer", "", "946.0", "946"),
        ("integer", "", "945.9999999999999", "946"),
        ("integer", "months", "2 jaar", "24"),
        ("integer", "months", "6 maanden", "6"),
        ("decimal", "", "0,42", "0.42"),
        ("decimal", "", "\u22121.95", "-1.95"),
        ("decimal", "", "3", "3.0"),
        ("decimal", "", "-0.5030", "-0.503"),
        ("decimal", "percent", "12 %", "12.0"),
        ("date", "", "31-5-2018", "2018-05-31"),
        ("date", "", "2018-05", "2018-05"),
        ("year", "", "2018.0", "2018"),
        ("doi", "", "https://doi.org/10.1016/S1514-0326(17)30002-8", "10.1016/s1514-0326(17)30002-8"),
        ("integer", "", "12.5", None),
        ("decimal", "", "1,234", None),
        ("decimal", "", "n.v.t.", None),
        ("date", "", "2018-02-30", None),
        ("date", "", "5/6/2018", None),
        ("year", "", "18", None),
        ("doi", "", "doi:none", None),
        ("address", "", "www.example.org", None),
        ("integer", "months", "3 weken", None),
    ],
)
def test_a_cell_is_read_as_its_column_promises_or_refused(kind, unit, text, expected, real):
    """What can only be meant in one way is read; what cannot be read, or could mean two things, is refused."""
    column = mapping.Column("x", ("x",), kind=kind, unit=unit)
    found, complaints = cells.read(sheets.Row(2, {"x": text}), [column], {"x": "x"}, frozenset(), names.Concepts(real))
    assert (
        ([[{"": expected}]], 0) == ([found["x"]], len(complaints))
        if expected
        else [(2, "x")] == [(one.row, one.column) for one in complaints]
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"a,a\n1,2\n", "stands twice"),
        (b"a,,c\n1,2,3\n", "has no name"),
        (b"a,b\n1,2,3\n", "more cells"),
        (b"a,b\n\xff,2\n", "not UTF-8"),
        (b'a,b\n"1,2\n', "no CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(content, message, tmp_path):
    """A file without rows, with a wrong heading or in another encoding is refused with the reason."""
    (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(UsageProblem, match=message):
        sheets.read(tmp_path / "table.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[columns", "no TOML"),
        ("[columns.a]\nkind = 'number'\n[things.x]\n", "kind 'number' is not one of"),
        ("colums = 1\n", "did you mean 'columns'"),
        ("[columns.a]\n[things.x]\nname = 'x:{a}'\n[things.x.says]\n'rdfs:label@de' = '{a}'\n", "is no property"),
        ("[columns.a]\n", "'things' is missing"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused_in_a_sentence(text, message, tmp_path):
    """A mapping that says what it cannot say is refused, with what was probably meant."""
    with pytest.raises(UsageProblem, match=message):
        mapping.read(put(tmp_path / "mapping.toml", text))


@pytest.mark.parametrize("name", ["studie", "{studie", "study:{nothing}", "study:{study|upper}"])
def test_a_template_that_names_nothing_is_refused(name, real, tmp_path):
    """A template with a column or a change that does not exist is the mapping's mistake, not the table's."""
    told = (MAPPINGS / "findings.toml").read_text("utf-8").replace("study:{study|slug}", name)
    if name == "studie":
        told = told.replace('"wk:country" = "{country}"', '"wk:country" = "{title}"')
    with pytest.raises(UsageProblem):
        converted(TRIAL, real, tmp_path, put(tmp_path / "mapping.toml", told))


@tries(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from(["table.csv", "table.xlsx", "a.ris", "a.bib", "a.json"]))
def test_whatever_a_file_holds_a_person_is_told(real, tmp_path, data, name):
    """Noise, and tables, bibliographies and codings with noise in them, are read or refused in a sentence."""
    seed = data.draw(st.sampled_from([TRIAL, RIS, BIBTEX, json.dumps(CSL), json.dumps(CODING), ""])).encode()
    start = data.draw(st.integers(0, len(seed)))
    content = seed[:start] + data.draw(st.binary(max_size=12)) + seed[start + data.draw(st.integers(0, 9)) :]
    source = tmp_path / name
    source.write_bytes(content)
    with contextlib.suppress(KgError):
        if name.startswith("table"):
            rows.convert(sheets.read(source), mapping.read(MAPPINGS / "findings.toml"), real)
        elif coding.is_coding(source):
            coded = coding.read(source)
            coding.apply(coded, skeletons.make(coded.references, real), real)
        else:
            skeletons.make(references.read(source), real)


def complaints_of(text, real, tmp_path):
    """What is wrong with a table, by row and column, and the hints below it."""
    with pytest.raises(NotImported) as refused:
        converted(text, real, tmp_path)
    return {(one.row, one.column): one.message for one in refused.value.complaints}, refused.value.hints


def findings_of(triples):
    """The names of the findings."""
    return {shorten(one.subject.value) for one in triples if one.object == ox.NamedNode(f"{WK}Finding")}


def test_the_order_of_the_rows_changes_nothing(real, tmp_path):
    """A sorted sheet says the same: no name and no label depends on where a row stands."""
    heading, *lines = TRIAL.splitlines()
    first = set(converted(TRIAL, real, tmp_path).triples)
    assert first == set(converted("\n".join([heading, *reversed(lines)]), real, tmp_path).triples)
    assert {
        "Proef Voorbeeldstad: gunstig voor werk vinden, scholing, cliënten van de gemeente, na 12 maanden",
        "Proef Voorbeeldstad: favourable for finding work, training, municipal clients, after 12 months",
    } == values(first, f"finding:{FIRST}", "rdfs:label")


def test_rows_that_are_alike_are_told_apart_by_what_differs(real, tmp_path):
    """Both get more to their name, so that a row added later never takes the name of another."""
    heading, first, second = TRIAL.splitlines()
    made = converted("\n".join([heading, first, first.replace("p. 31", "p. 40"), second]), real, tmp_path).triples
    more = f"{FIRST}-effect-percentage-points-p"
    assert {f"finding:{more}-31", f"finding:{more}-40", f"finding:{SECOND}"} == findings_of(made)


def test_no_name_that_is_made_is_too_long(folder, tmp_path):
    """What is made of a long name of a study is cut between words, the name of a number too."""
    long = "Proef met een heel lange naam waarin de gemeente en de uitvoerder met naam en toenaam staan, tweede ronde, deel 3"
    source = put(tmp_path / "long.csv", TRIAL.replace("Proef Voorbeeldstad", long))
    found = kg("--graph", folder, "import", source, "--mapping", "findings")
    assert 0 == found.exit_code, found.output
    labels = [quad.object.value for quad in ox.parse(path=folder / "data/studies/long.ttl")
              if quad.predicate.value.endswith("#label")]  # fmt: skip
    assert (True, True) == (max(map(len, labels)) <= 140, any("…" in label for label in labels))


def test_a_key_and_a_label_of_ones_own_are_taken(real, tmp_path):
    """The column for it gives a name that stays, and labels in both languages; two rows cannot have the same key."""
    heading, first, second = TRIAL.splitlines()
    own = f"{heading};Sleutel;Naam (nl);Naam (en)\n{first};finding:my-own;Eigen naam;Own name\n{second};;;"
    made = converted(own, real, tmp_path).triples
    assert {"finding:my-own", f"finding:{SECOND}"} == findings_of(made)
    assert {"Eigen naam", "Own name"} == values(made, "finding:my-own", "rdfs:label")
    told, _ = complaints_of(f"{heading};Sleutel\n{first};my-own\n{second};my-own", real, tmp_path)
    assert {(3, "Sleutel"): "row 2 says this already; each row has its own"} == told


@pytest.mark.parametrize(
    ("months", "said", "expected"),
    [("12", "", "short"), ("13", "", "medium"), ("2 jaar", "", "medium"), ("25", "", "long"), ("", "", None),
     ("6", "Lange termijn", "long"), ("", "medium term", "medium")],
)  # fmt: skip
def test_the_term_is_the_sources_own_or_follows_from_the_months(months, said, expected, real, tmp_path):
    """The word of the source goes first; otherwise the number of months counts; without either there is none."""
    heading, first, _ = TRIAL.splitlines()
    row = f"{heading};Termijn\n{first.replace('1 jaar', months)};{said}"
    made = converted(row, real, tmp_path).triples
    [finding] = findings_of(made)
    assert ({f"horizon:{expected}"} if expected else set()) == values(made, finding, "wk:horizon")


def test_what_a_source_says_beside_its_numbers_has_columns(real, tmp_path):
    """Comparator, condition, remark and hedging are read."""
    heading, first, _ = TRIAL.splitlines()
    heading += ";Vergeleken met;Voorwaarde (nl);Voorwaarde (en);Voorzichtig;Opmerking (nl);Opmerking (en)"
    made = converted(f"{heading}\n{first};Re-integratie;als a;if a;ja;let op;note", real, tmp_path).triples
    expected = {
        "wk:comparator": {"intervention:re-integration"}, "wk:condition": {"als a", "if a"}, "wk:hedged": {"true"},
        "rdfs:comment": {"let op", "note"},
    }  # fmt: skip
    assert expected == {name: values(made, f"finding:{FIRST}", name) for name in expected}


@pytest.mark.parametrize("sign", ["", "%", " %"])
def test_a_percentage_may_have_its_sign(sign, real, tmp_path):
    """Where the measure is in per cent the sign is read, and elsewhere it is asked about; what is empty may be said."""
    text = TRIAL.replace("4,5", f"4,5{sign}").replace(";;;p. 32", ";n.v.t.;NA;p. 32")
    assert {"4.5"} == values(converted(text, real, tmp_path).triples, f"estimate:{FIRST}", "wk:value")
    if sign:
        told, _ = complaints_of(text.replace("Procentpunten", "Cohens d"), real, tmp_path)
        assert "Percentage points, Percentage" in told[2, "Waarde"]


def test_slips_that_nobody_would_see_are_mistakes(real, tmp_path):
    """A column nobody knows, a row that stands twice, a total below the table and a date to come are refused."""
    heading, first, second = TRIAL.splitlines()
    told, _ = complaints_of(f"{heading};Uitkmst\n{first};x\n", real, tmp_path)
    assert {(0, "Uitkmst")} == set(told)
    total = ";" * 15 + "9;;"
    later = second.replace("2024-05", "2999")
    told, _ = complaints_of(f"{heading}\n{first}\n{first}\n{total}\n{later}", real, tmp_path)
    assert {(3, ""), (4, ""), (5, "Jaar")} == set(told)
    assert ("row 2" in told[3, ""], "Studie and Titel" in told[4, ""], "future" in told[5, "Jaar"]) == (True,) * 3


def test_what_is_odd_but_may_be_right_is_asked(real, tmp_path):
    """More people than took part, and less of what is good yet favourable: a question and no mistake."""
    heading, first, second = TRIAL.splitlines()
    text = f"{heading};Deelnemers;Aantal\n{first.replace('4,5', '-4,5')};100;200\n{second};100;"
    made = converted(text, real, tmp_path)
    assert [(2, "Aantal", "200"), (2, "Waarde", "-4,5")] == [(one.row, one.column, one.value) for one in made.doubts]


def test_an_effect_takes_over_the_component_of_its_intervention(folder, real, tmp_path):
    """Without it, nothing would be on the map; who it is for cannot be known, so that is asked."""
    text = TRIAL.replace("Clienten van de gemeente", "")
    made = converted(text, real, tmp_path)
    name = FIRST.replace("-municipal-clients", "")
    assert {"component:human-capital"} == values(made.triples, f"finding:{name}", "wk:component")
    assert "Doelgroep" in {doubt.column for doubt in made.doubts}
    heading, first, second = TRIAL.splitlines()
    own = converted(f"{heading};Component\n{first};Discriminatie\n{second};", real, tmp_path).triples
    assert {"component:discrimination"} == values(own, f"finding:{FIRST}", "wk:component")

    said = kg("--graph", folder, "import", put(tmp_path / "table.csv", TRIAL), "--mapping", "findings", "--preview")
    assert "taken over from" in said.stderr


def test_what_belongs_together_is_asked_in_words_of_the_table(real, tmp_path):
    """A number without a measure, or with one that is none, and a comment in one language: no talk of properties."""
    heading, first, _second = TRIAL.splitlines()
    alone, _ = complaints_of(f"{heading}\n{first.replace('Procentpunten', '')}", real, tmp_path)
    assert "write the number in the comment" in alone[2, "Maat"]
    other, _ = complaints_of(f"{heading}\n{first.replace('Procentpunten', 'Euro')}", real, tmp_path)
    assert "write the number in the comment" in other[2, "Maat"]
    once, _ = complaints_of(f"{heading};Opmerking (nl)\n{first};Let op", real, tmp_path)
    assert {(2, "comment (en)"): "the comment is there in one language; write the same here in English"} == once
    with speaking("nl"):
        once, _ = complaints_of(f"{heading};Opmerking (nl)\n{first};Let op", real, tmp_path)
    assert {(2, "opmerking (en)")} == set(once)


@pytest.mark.parametrize(("value", "direction"), [("0,8", "Gunstig"), ("1,2", "Ongunstig")])
def test_a_ratio_that_goes_against_its_direction_is_asked_about(value, direction, real, tmp_path):
    """Below 1 is less and above 1 is more of an outcome of which more is good."""
    heading, first, _second = TRIAL.splitlines()
    first = first.replace("Gunstig", direction).replace("4,5", value).replace("Procentpunten", "Oddsratio")
    text = f"{heading}\n{first}"
    assert [(2, "Waarde", value)] == [
        (one.row, one.column, one.value) for one in converted(text, real, tmp_path).doubts
    ]


def test_an_unknown_word_is_told_with_those_about_it_and_where_all_stand(real, tmp_path):
    """What looks alike, what is explained with the same word, the command that lists all, and how to add one."""
    told, hints = complaints_of(
        TRIAL.replace("Werk vinden", "betaalde baan").replace("TRAINING", "Zoutkeet"), real, tmp_path
    )
    assert "'Betaald werk'" in told[2, "Uitkomst"]
    assert any("kg import --words outcomes" in hint for hint in hints)
    assert any("intervention:zoutkeet a wk:Intervention" in hint for hint in hints)


@pytest.mark.parametrize(
    "case",
    [
        ("nl", "Doelgroep", "Clienten", "'Cliënten van de gemeente'", "Client managers"),
        ("nl", "Uitkomst", "Werk", "'Werk vinden'", "Well-being"),
        ("nl", "Richting", "Prima", "Gunstig, ", "bedoel"),
        ("en", "Interventie", "Stimulating", "'Stimulating job search'", "Stimuleren"),
    ],
)
def test_what_is_meant_is_found_by_its_names_first(case, real, tmp_path):
    """In the language of the call before the other, and all of a short list; definitions come last."""
    language, column, text, meant, not_meant = case
    heading, first, _second = TRIAL.splitlines()
    cells = first.split(";")
    cells[heading.split(";").index(column)] = text
    with speaking(language):
        told, _hints = complaints_of(f"{heading}\n{';'.join(cells)}", real, tmp_path)
    assert (meant in told[2, column], not_meant in told[2, column]) == (True, False), told


def test_what_a_word_does_not_mean_is_no_hint():
    """A sentence with a "not" in it says what is left out."""
    [out, within] = [
        names.Word(name, {"nl": name}, (), {"nl": text})
        for name, text in [
            ("Werklozen", "Mensen met een uitkering van het UWV. Bijstand hoort er niet bij."),
            ("Minima", "Mensen die van bijstand leven."),
        ]
    ]
    assert (0, 1) == (wordlist.explains(out, "Bijstand"), wordlist.explains(within, "Bijstand"))


def test_the_words_of_a_scheme_are_listed_with_both_labels_and_meaning(folder):
    """Each concept with its label in the other language and its definition; an unknown scheme is told."""
    found = kg("--graph", folder, "--lang", "nl", "import", "--words", "outcomes")
    assert (
        "Werk vinden  (Finding work | Employment | Paid work | Baan vinden | Betaald werk | outcome:finding-work)\n    Of iemand betaald werk vindt"
        in found.stdout
    )
    unknown = kg("--graph", folder, "import", "--words", "outcome")
    assert (2, True) == (unknown.exit_code, "'outcomes'" in unknown.stderr)


def test_a_workbook_starts_a_table_with_words_to_choose_from(folder, tmp_path):
    """The headings are read back, a column of concepts offers its words, a second sheet explains, nothing is overwritten."""
    place = tmp_path / "mine.xlsx"
    call = ("--graph", folder, "--lang", "nl", "import", "--headings", "--mapping", "findings", place)
    assert 0 == kg(*call).exit_code
    book = load_workbook(place)
    table, explained, choices = book.worksheets
    offered = {str(one.sqref).partition("2")[0]: one.formula1 for one in table.data_validations.dataValidation}
    column = next(cell for cell in table[1] if cell.value == "richting").column_letter
    assert f"'Woorden'!${column}$2:${column}$6" == offered[column]
    assert ["richting", "Gunstig", "Geen verschil"] == [choices[f"{column}{row}"].value for row in (1, 2, 3)]
    assert ["studie", "nodig"] == [cell.value for cell in explained[2]][:2]
    for number, texts in enumerate(csv.reader(TRIAL.splitlines(), delimiter=";"), 1):
        for heading, text in zip(TRIAL.splitlines()[0].lower().split(";"), texts, strict=True):
            here = next(cell.column for cell in table[1] if cell.value == heading)
            if number > 1:
                table.cell(number, here, text)
    book.save(place)
    assert "2 wk:Finding" in kg("--graph", folder, "import", place, "--mapping", "findings").stdout
    assert 2 == kg(*call).exit_code
    told = kg(*call[:-1], "--explain").stdout
    assert "richting (nodig)\n    Hoe het uitpakt" in told


# From file to graph


def test_another_table_does_not_take_the_place_of_an_earlier_one(folder, tmp_path):
    """What would go is named and nothing written, unless it is asked for; the same table corrected is no trouble."""
    source = put(tmp_path / "mine.csv", TRIAL)
    call = ("--graph", folder, "import", source, "--mapping", "findings")
    out = folder / "data/studies/mine.ttl"
    first = kg(*call)
    assert f"to undo this: delete {out}" in first.stdout
    assert "keep the table" in out.read_text("utf-8")
    put(source, TRIAL.replace("4,5", "4,6"))
    assert (0, True) == (kg(*call).exit_code, "wk:value 4.6" in out.read_text("utf-8"))
    put(source, TRIAL.replace("Proef Voorbeeldstad", "Suikerdorp").replace("Snelle", "Trage"))
    other = kg(*call)
    assert (1, True) == (other.exit_code, "would lose study:proef-voorbeeldstad" in other.stdout)
    assert "wk:value 4.6" in out.read_text("utf-8")
    put(source, TRIAL.replace("1 jaar", "18"))
    corrected = kg(*call)
    assert (
        f"what row 2 says now? Then write its name in the column key, so that it keeps its address: {FIRST}"
        in corrected.stdout
    )
    heading, line, second = TRIAL.replace("1 jaar", "18").splitlines()
    put(source, f"{heading};Sleutel\n{line};{FIRST}\n{second};")
    assert (0, True) == (kg(*call).exit_code, "wk:followUpMonths 18" in out.read_text("utf-8"))
    put(source, "\n".join(TRIAL.splitlines()[:2]))
    assert [1, 0] == [kg(*call).exit_code, kg(*call, "--replace").exit_code]


def test_a_renamed_table_is_told_in_one_sentence(folder, tmp_path):
    """The trial stands in the graph already: one line says where, and from which table."""
    call = ("--mapping", "findings")
    assert 0 == kg("--graph", folder, "import", put(tmp_path / "zoutdorp.csv", TRIAL), *call).exit_code
    found = kg("--graph", folder, "import", put(tmp_path / "other.csv", TRIAL), *call)
    [line] = found.stdout.splitlines()[1:]
    assert (1, True) == (found.exit_code, "data/studies/zoutdorp.ttl already, made from zoutdorp.csv;" in line)


def test_a_rule_speaks_of_the_column(folder, tmp_path):
    """What is missing is named by the heading of the table, in the language of the call."""
    source = put(tmp_path / "proef.csv", TRIAL.replace("Scholing", ""))
    found = kg("--graph", folder, "--lang", "nl", "import", source, "--mapping", "findings")
    [line] = found.stdout.splitlines()[1:]
    assert "rij 2" in line
    assert '"Interventie"' in line
    assert "wk:" not in line
    assert "er is niets geschreven, door 1 fout in proef.csv" in found.stderr


def test_a_column_can_be_ignored(folder, tmp_path):
    """A column of one's own is no mistake when the call says so."""
    heading, *lines = TRIAL.splitlines()
    source = put(tmp_path / "proef.csv", "\n".join([f"{heading};Notitie", *(f"{line};x" for line in lines)]))
    call = ("--graph", folder, "import", source, "--mapping", "findings")
    assert [1, 0] == [kg(*call).exit_code, kg(*call, "--ignore-column", "notitie").exit_code]


def test_import_writes_checked_turtle_and_the_same_bytes_again(folder, tmp_path):
    """The file lands below data/studies, conforms, and a second import changes nothing; a preview writes nothing."""
    source = put(tmp_path / "proef.csv", TRIAL)
    call = ("--graph", folder, "import", source, "--mapping", MAPPINGS / "findings.toml")
    out = folder / "data/studies/proef.ttl"
    shown = kg(*call, "--preview")
    assert (0, False) == (shown.exit_code, out.exists())
    assert f"finding:{FIRST} a wk:Finding" in shown.stdout
    first = kg(*call)
    assert 0 == first.exit_code, first.output
    content = out.read_bytes()
    assert shown.stdout == content.decode()
    again = kg(*call)
    assert (0, content) == (again.exit_code, out.read_bytes())
    assert "unchanged" in again.stdout
    assert [] == list(out.parent.glob(".new-*"))


def test_how_to_undo_is_what_can_be_done(folder, tmp_path):
    """A new file is deleted, one that git has is fetched from there, and of another the table is imported again."""
    source = put(tmp_path / "proef.csv", TRIAL)
    call = ("--graph", folder, "import", source, "--mapping", "findings")
    assert "to undo this: delete " in kg(*call).stdout
    put(source, TRIAL.replace("4,5", "4,6"))
    again = kg(*call)
    assert "is not in git" in again.stdout
    assert ["changed: row 2, column Waarde: 4.5 → 4.6"] == [
        line for line in again.stderr.splitlines() if line.startswith("changed")
    ]
    subprocess.run(["git", "-C", folder, "init", "-q"], check=True, timeout=60)
    subprocess.run(["git", "-C", folder, "add", "data/studies/proef.ttl"], check=True, timeout=60)
    put(source, TRIAL.replace("4,5", "4,7"))
    assert "to undo this: git checkout -- " in kg(*call).stdout


def test_what_the_shapes_refuse_is_told_by_row_and_not_written(folder, tmp_path):
    """A comparison of the values with each other is the shapes' work; the sentence names the row of the spreadsheet."""
    wrong = (
        TRIAL.replace("Waarde;", "Waarde;Ondergrens;").replace("4,5;", "4,5;9,5;").replace("months;;;", "months;;;;")
    )
    call = ("--graph", folder, "--lang", "en", "import", put(tmp_path / "proef.csv", wrong))
    found = kg(*call, "--mapping", MAPPINGS / "findings.toml")
    assert 1 == found.exit_code
    assert "row 2, column Ondergrens: The lower bound" in found.stdout
    assert not (folder / "data/studies/proef.ttl").exists()
    told = json.loads(kg(*call, "--mapping", MAPPINGS / "findings.toml", "--json").stdout)
    assert [2] == [one["row"] for one in told["complaints"]]


def test_a_wrong_call_is_told_in_a_sentence(folder, tmp_path):
    """A table without a mapping, a bibliography with one, a missing file and a wrong place are refused with 2."""
    source = put(tmp_path / "a.csv", "a,b\n1,2\n")
    library = put(tmp_path / "a.ris", "TY  - JOUR\nTI  - T\nER  - \n")
    for words in (
        (source,),
        (tmp_path / "none.csv",),
        (library, "--mapping", MAPPINGS / "findings.toml"),
        (library, "--doi", "10.1000/none"),
        (source, "--mapping", MAPPINGS / "findings.toml", "--out", tmp_path / "x.txt"),
        (source, "--mapping", MAPPINGS / "findings.toml", "--sheet", "x"),
        (),
    ):
        found = kg("--graph", folder, "import", *words)
        assert (2, True) == (found.exit_code, found.stderr.startswith("kg: ")), found.output


def test_a_killed_import_leaves_the_old_file_or_the_new_one(tmp_path):
    """Whatever moment a write is ended at, the file is whole."""
    out = tmp_path / "x.ttl"
    texts = [f"# {number}\n" * 200_000 for number in range(2)]
    script = "import sys; from pathlib import Path; from kg.importing.checked import write\nwhile True:\n"
    script += f"  for n in range(2): write(f'# {{n}}\\n' * 200_000, Path({str(out)!r}))"
    for wait in (0.25, 0.3, 0.35, 0.4):
        process = subprocess.Popen([sys.executable, "-c", script], env=os.environ)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert not out.exists() or out.read_text() in texts


@given(st.text())
def test_a_slug_fits_an_iri(text):
    """Whatever the text, its slug has only small letters, digits and single hyphens between them."""
    made = templates.slug(text)
    assert made == "" or all(part.isalnum() and part.isascii() and part == part.lower() for part in made.split("-"))


# Bibliographies

RIS = """\
TY  - JOUR
AU  - van Ours, Jan C.
AU  - Graversen, Brian Krogh
TI  - How to help unemployed find jobs quickly
DA  - 2008/10/01/
DO  - https://doi.org/10.1016/J.JPUBECO.2008.04.013
LA  - eng
ER  - 

TY  - RPRT
TI  - Quickscan: wetenschappelijke literatuur; gemeentelijke uitvoeringspraktijk
PY  - 2015
ER  - 
"""  # noqa: W291 - as the format has it
BIBTEX = """\
@article{one, title = {{How to help} unemployed find jobs quickly}, author = {van Ours, Jan C. and Graversen, Brian Krogh},
  year = 2008, month = oct, day = 1, doi = {10.1016/j.jpubeco.2008.04.013}, language = {english}}
"""
CSL = {
    "type": "journal-article", "title": ["How to <i>help</i> unemployed find jobs quickly"], "language": "en",
    "author": [{"given": "Jan C.", "family": "van Ours"}, {"given": "Brian Krogh", "family": "Graversen"}],
    "issued": {"date-parts": [[2008, 10, 1]]}, "DOI": "10.1016/J.JPUBECO.2008.04.013",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"), [("a.ris", RIS), ("a.bib", BIBTEX), ("a.json", json.dumps(CSL)), ("a.json", json.dumps([CSL]))]
)
def test_a_reference_is_the_same_in_every_form(name, text, tmp_path):
    """RIS, BibTeX and CSL-JSON, as a list or as a DOI registry answers, give one and the same reference."""
    found = references.read(put(tmp_path / name, text))[0]
    assert found == references.Reference(
        1, "journal-article", "How to help unemployed find jobs quickly", "2008-10-01",
        ("Jan C. van Ours", "Brian Krogh Graversen"), "10.1016/j.jpubeco.2008.04.013", "", "", "en",
    )  # fmt: skip


def test_duplicates_are_found_by_doi_then_title_and_year(real, tmp_path):
    """Marks and capitals do not matter; a duplicate is listed with its name in the graph and makes nothing."""
    found = references.read(put(tmp_path / "a.ris", RIS))
    made = skeletons.make([*found, found[0]], real)
    assert [("publication:tno-quickscan-report", 2), ("publication:ours-2008-how-to-help-unemployed", 1)] == [
        (name, one.number) for one, name in made.present
    ]
    assert {"design:unknown"} == values(made.triples, "study:ours-2008-how-to-help-unemployed", "wk:design")
    assert {"day"} == values(made.triples, "publication:ours-2008-how-to-help-unemployed", "wk:datePrecision")


def test_a_bibliography_becomes_skeletons_that_conform(folder, tmp_path):
    """Study and publication of every new reference are written; what was there is named; a DOI chooses one."""
    listed = json.dumps([CSL, CSL | {"DOI": "10.1000/other", "title": "Another", "publisher": "T.N.O"}])
    source = put(tmp_path / "found.json", listed)
    found = kg("--graph", folder, "import", source, "--doi", "https://doi.org/10.1000/OTHER")
    assert 0 == found.exit_code, found.output
    assert "1 wk:Publication, 1 wk:Study" in found.stdout
    assert "did you mean 'TNO'?" in found.stderr
    out = folder / "data/studies/found.ttl"
    assert "publication:ours-2008-another" in out.read_text("utf-8")
    put(tmp_path / "again.json", listed)
    again = kg("--graph", folder, "import", tmp_path / "again.json", "--preview")
    assert "already in the graph, skipped: 'Another' is publication:ours-2008-another" in again.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", '"text"'),
        ("a.json", "[]"),
        ("a.bib", "@article{x, title = "),
        ("a.ris", "TY  - JOUR\n"),
        ("a.ris", ""),
    ],
)
def test_a_bibliography_that_cannot_be_read_is_refused_in_a_sentence(name, text, tmp_path):
    """A broken or empty bibliography is refused, never a traceback."""
    with pytest.raises(UsageProblem, match=name):
        references.read(put(tmp_path / name, text))


# Codings

CODING = {
    "CodeSets": [{"SetName": "Map", "SetId": 1, "Attributes": {"AttributesList": [
        {"AttributeId": 10, "AttributeName": "Outcomes", "AttributeType": "Not selectable (no checkbox)",
         "Attributes": {"AttributesList": [{"AttributeId": 11, "AttributeName": "finding work"},
                                           {"AttributeId": 12, "AttributeName": "Finding wrok"}]}},
        {"AttributeId": 20, "AttributeName": "Study design", "Attributes": {"AttributesList": [
            {"AttributeId": 21, "AttributeName": "Randomised trial"}]}},
        {"AttributeId": 30, "AttributeName": "Nederland"},
    ]}}],
    "References": [{"ItemId": 77, "Title": "A trial", "Authors": "Jansen A ; Pietersen BC ;", "Year": "2022",
                    "TypeName": "Journal, Article", "DOI": "", "URL": "", "Outcomes": [{"OutcomeId": 1}],
                    "Codes": [{"AttributeId": number, "AdditionalText": "", "ArmId": 0, "ArmTitle": "",
                               "ItemAttributeFullTextDetails": []} for number in (11, 12, 21, 30)]}],
}  # fmt: skip


def test_a_coding_becomes_study_and_finding_with_the_concepts_of_its_codes(real, tmp_path):
    """Codes with a name of ours are taken over; others are listed; what the coding does not say stays unsaid."""
    source = put(tmp_path / "coding.json", json.dumps(CODING))
    assert coding.is_coding(source)
    coded = coding.read(source)
    made = skeletons.make(coded.references, real)
    unmatched = coding.apply(coded, made, real)
    assert [
        "Map > Outcomes > Finding wrok: no concept has this name; did you mean 'Finding work' or 'Speed of finding work'?"
    ] == unmatched
    study, finding = "study:jansen-2022-a-trial", "finding:jansen-2022-a-trial"
    assert ({"design:randomised-trial"}, {"rigour:level-5"}) == (
        values(made.triples, study, "wk:design"), values(made.triples, study, "wk:rigour"))  # fmt: skip
    assert {"country:nl"} == values(made.triples, study, "wk:country")
    assert {"outcome:finding-work"} == values(made.triples, finding, "wk:outcome")
    assert {"direction:not-stated"} == values(made.triples, finding, "wk:direction")
    assert {"A Jansen", "BC Pietersen"} == values(made.triples, "publication:jansen-2022-a-trial", "dct:creator")


def test_a_coding_conforms(folder, tmp_path):
    """What a coding becomes passes the shapes and can be written."""
    found = kg("--graph", folder, "import", put(tmp_path / "coding.json", json.dumps(CODING)), "--preview")
    assert 0 == found.exit_code, found.output
    assert 'wk:locator "codering in EPPI-Reviewer, item 77"@nl' in found.stdout
    assert "not read: 1 results in numbers" in found.stderr


@pytest.mark.parametrize(
    "told",
    [
        {"References": 1},
        {"References": [1]},
        {"References": [], "CodeSets": [{"Attributes": {"AttributesList": [{}]}}]},
    ],
)
def test_a_coding_that_is_none_is_refused_in_a_sentence(told, tmp_path):
    """JSON that only looks like a coding is refused, never a traceback."""
    with pytest.raises(UsageProblem, match="no coding"):
        coding.read(put(tmp_path / "coding.json", json.dumps(told)))


def test_the_file_that_is_replaced_does_not_count_as_the_graph(folder):
    """Importing a table again does not find its own findings of last time in the graph."""
    around = checked.surroundings(folder, folder / "data/studies/ui-benefit-elasticities.ttl")
    assert not any(around.store.quads_for_pattern(ox.NamedNode(f"{ID}finding/ui-benefit-elasticity-1"), None, None))


def test_a_table_that_loses_what_others_refer_to_is_refused(folder, tmp_path):
    """A finding that a bearing rests on cannot go with its row: what would be left without it is named."""
    source = put(tmp_path / "proef.csv", TRIAL)
    call = ("--graph", folder, "--lang", "en", "import", source, "--mapping", "findings")
    assert 0 == kg(*call).exit_code
    bearing = (folder / "data/gaps/bearings.ttl").read_text("utf-8")
    old = next(word for word in bearing.split() if word.startswith("finding:") and len(word) > len("finding:"))
    (folder / "data/gaps/bearings.ttl").write_text(bearing.replace(old, f"finding:{SECOND}", 1), "utf-8")
    put(source, "\n".join(TRIAL.splitlines()[:2]))
    found = kg(*call, "--replace")
    assert 1 == found.exit_code
    assert "described nowhere" in found.stdout


def test_the_heading_of_a_mapping_starts_a_table(folder):
    """The heading comes in the language of the call, as a spreadsheet in that language reads it."""
    dutch = kg("--graph", folder, "--lang", "nl", "import", "--headings", "--mapping", "findings").stdout
    english = kg("--graph", folder, "--lang", "en", "import", "--headings", "--mapping", "findings").stdout
    assert dutch.startswith("studie;titel;auteurs;jaar")
    assert english.startswith("study,title,authors,published")
    unknown = kg("--graph", folder, "import", "--headings", "--mapping", "nothing")
    assert (2, True) == (unknown.exit_code, "data/mappings has findings, " in unknown.stderr)


def test_a_file_that_people_wrote_is_not_overwritten(folder, tmp_path):
    """A table with the name of a file by hand, and a second import of skeletons, are refused; a table is made again."""
    source = put(tmp_path / "2015-tno-quickscan.csv", TRIAL)
    before = (folder / "data/studies/2015-tno-quickscan.ttl").read_bytes()
    assert 2 == kg("--graph", folder, "import", source, "--mapping", "findings").exit_code
    assert before == (folder / "data/studies/2015-tno-quickscan.ttl").read_bytes()
    library = put(tmp_path / "found.json", json.dumps(CSL))
    assert 0 == kg("--graph", folder, "import", library).exit_code
    again = kg("--graph", folder, "import", library)
    assert (2, True) == (again.exit_code, "--out" in again.stderr)
