"""Tables that are checked on the site: mistakes by row and column, else what the rules say; nothing is stored or fetched."""

import io
import zipfile
from html import unescape

import pytest
from openpyxl import Workbook

from kg.gate.tables import WORKBOOK
from kg.web import create_app
from listening import listening

HEADING = (
    "Studie;Titel;Auteurs;Jaar;Taal;Document;Opzet;Land;Soort;Interventie;Doelgroep;Uitkomst;Richting;Meetmoment;"
    "Maat;Waarde;Vindplaats;Gelezen"
)
ROW = (
    "Proef Voorbeeldstad;Snelle start;A. Jansen;2024-05;nl;Rapport;rct;Nederland;Effect;Scholing;"
    "Clienten van de gemeente;Werk vinden;Gunstig;1 jaar;Procentpunten;4,5;p. 31;Volledige tekst"
)
SOUND = f"{HEADING}\n{ROW}\n"
WRONG = SOUND.replace("Scholing", "Schooling").replace("2024-05", "onlangs")
CSV = {"Content-Type": "text/csv", "Accept": "application/json"}


@pytest.fixture
def client(config, store, generation, catalogues):
    """A visitor of a site that has patience on a busy machine."""
    return create_app(config.replace(validate_seconds=200), store, generation.name).test_client()


def send(client, content, path="/validate?mapping=findings&lang=en", **headers):
    """Send a table as a program does."""
    return client.post(path, data=content, headers=CSV | headers)


def workbook(*rows):
    """Make a workbook of rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(content, name, text):
    """Put another part into a workbook, or in the place of one."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, text)
    return written.getvalue()


def test_a_sound_table_conforms(client):
    """A table without mistakes is checked by the rules, as CSV and as a workbook, and its Turtle can be had."""
    found = send(client, SOUND)
    assert (200, 0) == (found.status_code, found.json["counts"]["Violation"]), found.text

    book = workbook(*(line.split(";") for line in SOUND.splitlines()))
    assert 200 == send(client, book, **{"Content-Type": WORKBOOK}).status_code

    data = send(client, SOUND, "/validate?mapping=findings&format=data")
    assert "wk:Finding" in data.text
    assert "text/turtle; charset=utf-8" == data.content_type
    again = client.post("/validate", data=data.data, headers={"Content-Type": "text/turtle", "Accept": "text/plain"})
    assert 200 == again.status_code


def test_mistakes_have_rows_and_columns(client):
    """Every mistake of the table is told at once, with its row and column, in the form that is asked for."""
    found = send(client, WRONG)
    assert 422 == found.status_code
    told = {(each["row"], each["column"], each["value"]) for each in found.json["mistakes"]}
    assert {(2, "Interventie", "Schooling"), (2, "Jaar", "onlangs")} == told

    text = send(client, WRONG, Accept="text/plain")
    assert (422, "text/plain") == (text.status_code, text.mimetype)
    assert "Schooling" in text.text
    problem = send(client, WRONG, Accept="text/turtle")
    assert (422, "application/problem+json") == (problem.status_code, problem.mimetype)
    assert 2 == len(problem.json["mistakes"])


def test_a_table_that_a_person_chooses_is_of_findings(client):
    """Who says nothing of the columns has most likely filled in the workbook for findings."""
    fields = {"file": (io.BytesIO(SOUND.encode()), "t.csv")}
    page = client.post("/validate?lang=en", data=fields, headers={"Accept": "text/html"})
    assert (200, True) == (page.status_code, "This can be added to the graph" in page.text)


def test_the_same_mistake_in_many_rows_is_said_once(client):
    """With the numbers of all rows; a program gets each of them."""
    rows = [ROW.replace("Scholing", "Schooling").replace("p. 31", f"p. {page}") for page in range(3)]
    table = "\n".join([HEADING, *rows])
    text = send(client, table, Accept="text/plain").text
    assert (1, True) == (text.count("did you mean"), "rows 2\N{EN DASH}4" in text)
    assert [2, 3, 4] == [each["row"] for each in send(client, table).json["mistakes"]]


def test_what_the_rules_say_has_rows(client):
    """Where every cell can be read and a rule is not kept, the page names the rows that say so."""
    table = SOUND.replace("Scholing;", ";")
    found = send(client, table)
    assert (422, 1) == (found.status_code, found.json["counts"]["Violation"])
    page = client.post(
        "/validate?lang=en", data={"text": table, "mapping": "findings"}, headers={"Accept": "text/html"}
    )
    assert 422 == page.status_code
    assert "Row of the table: 2" in page.text
    assert 422 == send(client, table, "/validate?mapping=findings&format=data").status_code


@pytest.mark.parametrize(("language", "heading"), [("nl", "2 fouten in de tabel"), ("en", "2 mistakes in the table")])
def test_the_page_shows_mistakes(client, language, heading):
    """A person sees the same on the page, without markup of the sender's."""
    table = WRONG.replace("onlangs", "<script>alert(1)</script>")
    fields = {"file": (io.BytesIO(table.encode()), "t.csv"), "mapping": "findings"}
    page = client.post(f"/validate?lang={language}", data=fields, headers={"Accept": "text/html"})
    assert 422 == page.status_code
    assert heading in page.text
    assert "Schooling" in page.text
    assert ("did you mean" in page.text) == (language == "en")
    assert "<script>alert" not in page.text
    assert "<script>alert(1)" in unescape(page.text)


def test_the_page_shows_the_turtle(client):
    """What a table says stands on the page as Turtle, beside what the rules say of it, and can be saved."""
    page = client.post(
        "/validate?lang=en", data={"text": SOUND, "mapping": "findings"}, headers={"Accept": "text/html"}
    )
    assert 200 == page.status_code, page.text
    assert "This can be added to the graph" in page.text
    assert 'name="format" value="data"' in page.text


@pytest.mark.parametrize(("language", "asks"), [("nl", "minder, en toch gunstig"), ("en", "less, and yet favourable")])
def test_what_is_odd_is_asked(client, language, asks):
    """What is no mistake and may be meant otherwise is asked: on the page, in JSON and in the text."""
    path = f"/validate?mapping=findings&lang={language}"
    odd = SOUND.replace(";4,5;", ";-4,5;")
    [doubt] = send(client, odd, path).json["doubts"]
    text = send(client, odd, path, Accept="text/plain").text.splitlines()[-1]
    page = client.post(path, data={"text": odd, "mapping": "findings"}, headers={"Accept": "text/html"}).text

    assert (2, "-4,5") == (doubt["row"], doubt["value"])
    assert [True] * 3 == [asks in told for told in (doubt["message"], text, unescape(page))]
    assert "doubts" not in send(client, SOUND, path).json


def test_a_corrected_table_is_checked_in_place_of_its_file(client):
    """Its things stand in the graph already: that is one sentence, and the file can be named, however it is sent."""
    home, key = "data/studies/2015-tno-quickscan-summary.ttl", "tno-summary-benefit-level-speed"
    table = f"{HEADING};Sleutel\n{ROW};{key}\n"
    found = send(client, table)
    assert 422 == found.status_code
    [mistake] = found.json["mistakes"]
    assert (f"this stands in {home} already" in mistake["message"], "replaces" in mistake["message"]) == (True, True)

    raw = send(client, table, f"/validate?mapping=findings&lang=en&replaces={home}")
    fields = {"text": table, "mapping": "findings", "replaces": home}
    form = client.post("/validate?lang=en", data=fields, headers={"Accept": "application/json"})
    sent = client.post(
        "/validate?lang=en",
        data={"file": (io.BytesIO(table.encode()), "t.csv"), "mapping": "findings", "replaces": home},
        headers={"Accept": "application/json"},
    )
    for each in (raw, form, sent):
        assert "mistakes" not in each.json, each.text
    assert 404 == send(client, table, "/validate?mapping=findings&replaces=nothing").status_code


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/validate", 400),
        ("/validate?mapping=nothing", 404),
        ("/validate?mapping=../../../etc/passwd", 404),
        ("/validate?mapping=findings&format=nothing", 400),
    ],
)
def test_the_mapping_must_be_one_of_the_graph(client, path, status):
    """Without a mapping, or with one that the graph does not have, the table is refused."""
    assert status == send(client, SOUND, path).status_code


def packed(size):
    """Make a workbook that is large when it is unpacked."""
    return with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", b" " * size)


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>'
)
FAR = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
    '<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    "</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("media_type", "make", "statuses"),
    [
        (WORKBOOK, lambda: packed(300_000_000), {413}),
        (WORKBOOK, lambda: with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", BOMB), {400, 422}),
        (WORKBOOK, lambda: with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", FAR), {400, 413, 422, 504, 507}),
        (WORKBOOK, lambda: with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", "<" * 100), {400, 422}),
        (WORKBOOK, lambda: workbook([f"c{number}" for number in range(16_000)], ["x"]), {413}),
        (WORKBOOK, lambda: b"PK\x03\x04 and nothing more", {400}),
        (WORKBOOK, lambda: b"\x00" * 1_000, {400}),
        ("text/csv", lambda: ",".join(f"c{number}" for number in range(1_000_000)) + "\nx\n", {413}),
        ("text/csv", lambda: "a\n" + "x\n" * 1_000_000, {413}),
        ("text/csv", lambda: "a," * 1_000_000 + "\n", {400}),
        ("text/csv", lambda: '"' * 1_000_001, {400}),
        ("text/csv", lambda: b"\xff\xfe\x00", {400}),
        ("text/csv", lambda: HEADING + "\n" + "=cmd|'/C calc'!A0;" * 18 + "\n", {400, 422}),
        ("text/csv", lambda: "x" * 21_000_000, {413}),
    ],
)
def test_hostile_tables_have_an_answer(client, media_type, make, statuses):
    """Bombs, endless columns and rows, and what is no table: the limits hold, and the answer says which."""
    found = send(client, make(), **{"Content-Type": media_type})
    assert found.status_code in statuses, found.text[:500]
    assert 1_000_000 > len(found.data)


@pytest.mark.parametrize(
    ("given", "content", "told"),
    [
        (("", "text/csv"), "a\n1\n", "zeg wat de kolommen van de tabel betekenen (mapping); de kennisgraaf heeft "),
        (("?mapping=x", "text/csv"), "a\n1\n", "de kennisgraaf heeft geen mapping x; wel "),
        (("?mapping=findings", WORKBOOK), "x", "dit is geen werkmap: "),
        (
            ("?mapping=findings", "text/csv"),
            ";".join(map(str, range(600))) + "\n",
            "een tabel mag hier 500 kolommen en 20000 rijen hebben",
        ),
    ],
)
def test_what_is_refused_is_told_in_dutch(client, given, content, told):
    """Who reads Dutch is told in Dutch why a table is not read."""
    query, media_type = given
    headers = {"Content-Type": media_type, "Accept-Language": "nl", "Accept": "application/json"}
    assert told in client.post(f"/validate{query}", data=content, headers=headers).text


def test_nothing_is_fetched_and_no_formula_is_run(client):
    """A workbook with formulas that fetch, links to other workbooks and outside entities leads to no request."""
    with listening() as (address, asked):
        rows = [line.split(";") for line in SOUND.splitlines()]
        rows[1][1] = f'=WEBSERVICE("{address}/formula")'
        book = workbook(*rows)
        outside = (
            f'<?xml version="1.0"?><!DOCTYPE Relationships SYSTEM "{address}/dtd">'
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
            f'Target="{address}/other.xlsx" TargetMode="External"/></Relationships>'
        )
        linked = with_part(book, "xl/externalLinks/_rels/externalLink1.xml.rels", outside)
        found = [send(client, content, **{"Content-Type": WORKBOOK}) for content in (book, linked)]

    assert [422, 422] == [each.status_code for each in found]
    # A formula without a value that was kept is an empty cell.
    assert {(2, "Titel")} == {(each["row"], each["column"]) for each in found[0].json["mistakes"]}
    assert [] == asked


def test_nothing_is_stored(client, config, tmp_path, monkeypatch):
    """After a check the graph folder, what is built and the folder for temporary files are as they were."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def everything():
        places = (config.graph / "data", config.var, tmp_path)
        return sorted(str(path) for place in places for path in place.rglob("*"))

    before = everything()
    for content in (SOUND, WRONG):
        send(client, content)
    assert before == everything()
