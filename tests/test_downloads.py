"""Dumps: every form holds the same statements, the tables say what the graph says, and an address never means two things."""

import csv
import gzip
import hashlib
import io
import json
import shutil
from datetime import date
from functools import partial

import pyoxigraph as ox
import pytest
from csvw import CSVW

from kg import generations, history
from kg.dumps import contents
from kg.history.patch import lines_of
from kg.store import EmbeddedStore
from kg.web import create_app
from small_graph import DATA, write_graph

FORMS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def published(generation):
    """What was published of the real graph."""
    return generation.published


@pytest.fixture
def read(client, published):
    """Give the bytes of a file of what is served, by its name."""

    def get(name):
        found = client.get(f"/dumps/latest/{name}", follow_redirects=True, buffered=True)
        assert found.status_code == 200
        return found.data

    return get


def statements(content, form, *, graphs):
    """Return parsed statements, blank nodes named canonically."""
    quads = ox.parse(content, format=form)
    kept = quads if graphs else (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset = ox.Dataset(kept)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


@pytest.mark.parametrize("suffix", FORMS)
def test_every_form_holds_the_graph(config, read, suffix):
    """Each dump, plain and packed, holds the statements of the files and no other."""
    content = read(f"werkkennis.{suffix}")
    graphs = suffix in {"nq", "trig"}
    store = generations.prepare(config.graph)[2]
    expected = statements("\n".join(lines_of(store)).encode(), ox.RdfFormat.N_QUADS, graphs=graphs)
    assert statements(content, FORMS[suffix], graphs=graphs) == expected
    assert gzip.decompress(read(f"werkkennis.{suffix}.gz")) == content


def test_the_first_statement_comes_at_once(read):
    """A harvester that takes the first 256 KiB of a dump has statements of it (NDE)."""
    for suffix, form in FORMS.items():
        try:
            first = next(iter(ox.parse(io.BytesIO(read(f"werkkennis.{suffix}")[: 256 * 1024]), format=form)))
        except SyntaxError:
            first = None
        assert first is not None or suffix == "jsonld", suffix


def test_each_scheme_by_itself(store, read, published):
    """Each concept scheme can be had alone, with all its concepts and what is said about them."""
    schemes = store.select(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT ?scheme (COUNT(DISTINCT ?concept) AS ?n) { ?concept skos:inScheme ?scheme "
        "FILTER(STRSTARTS(STR(?scheme), 'https://w3id.org/werkkennis/id/scheme/')) } GROUP BY ?scheme"
    ).records()
    expected = {row["scheme"].rpartition("/")[2]: int(row["n"]) for row in schemes}
    assert len(expected) > 20
    found = {}
    for slug in expected:
        quads = list(ox.parse(read(f"scheme-{slug}.ttl"), format=ox.RdfFormat.TURTLE))
        within = {quad.subject for quad in quads if quad.predicate.value.endswith("#inScheme")}
        found[slug] = len(within)
        assert {quad.subject.value for quad in quads} - {one.value for one in within} <= {
            f"https://w3id.org/werkkennis/id/scheme/{slug}"
        }
    assert found == expected
    assert {file.about for file in published.files if file.about.startswith("scheme/")} == {
        f"scheme/{slug}" for slug in expected
    }


@pytest.mark.parametrize(("name", "kind"), [("studies", "Study"), ("findings", "Finding"), ("gaps", "KnowledgeGap")])
def test_a_table_says_what_the_graph_says(store, read, name, kind):
    """Every thing has one row, and every value of a described column is a statement of the graph about it."""
    rows = list(csv.DictReader(io.StringIO(read(f"{name}.csv").decode(), newline="")))
    asked = store.select(f"SELECT ?s {{ ?s a <https://w3id.org/werkkennis/def#{kind}> }} ORDER BY ?s").records()
    assert [row["thing"] for row in rows] == [row["s"] for row in asked]
    columns = json.loads(read(f"{name}.csv-metadata.json"))["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == list(rows[0])
    about = {column["name"]: column for column in columns}
    direct = [
        name for name in about if about[name].get("propertyUrl", "").startswith("https://w3id.org/werkkennis/def#")
    ]
    said = {
        (row["s"], row["p"], row["o"])
        for row in store.select(
            f"SELECT ?s ?p ?o {{ ?s a <https://w3id.org/werkkennis/def#{kind}> ; ?p ?o }}"
        ).records()
    }
    checked = 0
    for row in rows:
        for column in direct:
            if not row[column]:
                continue
            values = row[column].split("|") if "separator" in about[column] else [row[column]]
            for value in values:
                assert (row["thing"], about[column]["propertyUrl"], value) in said
                checked += 1
    assert checked > len(rows)


@pytest.mark.parametrize("name", ["studies", "findings", "gaps"])
def test_a_table_is_as_it_is_described(read, tmp_path, name):
    """A reader of CSV on the Web finds each table as its description says, and takes many values out of one cell."""
    for part in (f"{name}.csv", f"{name}.csv-metadata.json"):
        (tmp_path / part).write_bytes(read(part))
    described = CSVW(tmp_path / f"{name}.csv-metadata.json")
    assert described.is_valid
    rows = list(described.tables[0])
    plain = csv.DictReader(io.StringIO((tmp_path / f"{name}.csv").read_text("utf-8"), newline=""))
    assert [row["thing"] for row in rows] == [row["thing"] for row in plain]
    assert {type(row["theme"]) for row in rows} == {list}
    assert any(isinstance(row["issued"], date | list) for row in rows)


@pytest.mark.parametrize("name", ["studies", "findings", "gaps"])
def test_every_column_is_explained(read, name):
    """Each column has a label and an explanation in both languages, no two the same label; dates have a precision."""
    columns = json.loads(read(f"{name}.csv-metadata.json"))["tableSchema"]["columns"]
    labels = [tuple(text["@value"] for text in column["rdfs:label"]) for column in columns if "lang" not in column]
    assert len(set(labels)) == len(labels)
    for column in columns:
        for words in (column["rdfs:label"], column["rdfs:comment"]):
            assert [text["@language"] for text in words] == ["nl", "en"]
    rows = list(csv.DictReader(io.StringIO(read(f"{name}.csv").decode(), newline="")))
    assert {row["issuedPrecision"] != "" for row in rows if row["issued"]} == {True}


def test_the_fingerprints_are_those_of_the_files(read, published):
    """SHA256SUMS and what the site knows of each file are true."""
    sums = dict(reversed(line.split("  ")) for line in read("SHA256SUMS").decode().splitlines())
    for file in published.files:
        content = read(file.name)
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256)
        assert sums.get(file.name, file.sha256) == file.sha256
    assert set(sums) == {file.name for file in published.files} - {"SHA256SUMS"}


def test_an_address_for_good(client, published):
    """The address of a release says that it never changes; latest sends there and is asked about each time."""
    sent = client.get("/dumps/latest/werkkennis.nt.gz")
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/dumps/{published.label}/werkkennis.nt.gz")
    assert sent.headers["Cache-Control"] == "no-cache"
    found = client.get(sent.headers["Location"], buffered=True)
    assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert found.content_type == "application/gzip"
    assert "Content-Encoding" not in found.headers


def test_parts_of_a_file(client, published):
    """A download that broke off goes on where it was; what lies outside the file is refused; a copy is not sent again."""
    ask = partial(client.open, buffered=True)
    address = f"/dumps/{published.label}/werkkennis.nt"
    whole = ask(address, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in whole.headers
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = ask(address, headers={"Range": "bytes=100-199", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.data) == (206, whole.data[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.data)}"
    rest = ask(address, headers={"Range": f"bytes={len(whole.data) - 5}-", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, whole.data[-5:])
    other = ask(address, headers={"Range": "bytes=0-4", "If-Range": '"other"'})
    assert (other.status_code, len(other.data)) == (200, len(whole.data))
    assert ask(address, headers={"Range": f"bytes={len(whole.data)}-"}).status_code == 416
    assert ask(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    head = ask(address, method="HEAD")
    assert (head.headers["Content-Length"], head.headers["ETag"]) == (str(len(whole.data)), whole.headers["ETag"])


@pytest.mark.parametrize(
    "address",
    ["/dumps/latest/files.json", "/dumps/latest/x", "/dumps/nothing/werkkennis.nt", "/dumps/../generations/x",
     "/dumps/..%2f..%2fetc/passwd", "/dumps/%2e%2e/manifest.json", "/dumps/.new-x/werkkennis.nt"],
)  # fmt: skip
def test_only_what_is_published(client, address):
    """Nothing is found that no list of dumps names."""
    assert client.get(address).status_code == 404


def test_dumps_of_releases_stay(tmp_path):
    """The dumps of a release are there after later builds and after a rebuild from nothing; those of old builds go."""
    graph, var = write_graph(tmp_path / "graph"), tmp_path / "var"
    state = frozenset(lines_of(generations.prepare(graph)[2]))
    history.cut(graph, state, "1", "the first")
    released = generations.build(graph, var, 1)[1].published
    assert (released.label, released.released, released.changed) == ("1", True, 0)
    labels = []
    for number in range(2):
        (graph / "data/things.ttl").write_text(DATA.replace("Eén", f"Een {number}"))
        made = generations.build(graph, var, 1)[1].published
        labels.append(made.label)
        assert (made.released, made.changed) == (False, 1)
    assert sorted(path.name for path in (var / "dumps").iterdir()) == ["1", labels[1]]
    before = {path.name: path.read_bytes() for path in (var / "dumps/1").iterdir()}
    shutil.rmtree(var)
    again = generations.build(graph, var, 1)[1].published
    assert {path.name: path.read_bytes() for path in (var / "dumps/1").iterdir()} == before
    assert again.releases == made.releases == released.releases
    assert again.releases[0].notes == {"nl": "the first"}


def test_damaged_dumps_are_made_again(tmp_path):
    """A file that is missing or cut off is there again after the next build."""
    graph, var = write_graph(tmp_path / "graph"), tmp_path / "var"
    made = generations.build(graph, var, 1)[1].published
    (made.folder / made.label / "werkkennis.nt").unlink()
    (made.folder / made.label / "werkkennis.nq").write_text("")
    generations.build(graph, var, 1)
    for file in made.files:
        content = (made.folder / made.label / file.name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256
    assert set(contents(made.folder, made.label)) == {file.name for file in made.files}


def test_over_an_engine_elsewhere_there_is_nothing_to_download(config, store):
    """Without a generation the site says that there are no files and where to ask."""
    found = create_app(config, store, "x").test_client().get("/dumps/latest/werkkennis.nt")
    assert found.status_code == 404
    assert "SPARQL" in found.text
    assert isinstance(store, EmbeddedStore)


@pytest.mark.parametrize(
    "asked",
    ["items=0-5", "bytes=abc", "bytes=5-2", "bytes=0-0,5-9", "bytes=", "bytes", "=", "bytes=-0", "bytes=1.0-2", "0-5"],
)
def test_a_range_that_is_none_is_ignored(client, published, asked):
    """Who asks for a part in a way that means nothing, or for several parts, gets the whole (RFC 9110, 14.2)."""
    address = f"/dumps/{published.label}/SHA256SUMS"
    found = client.get(address, headers={"Range": asked}, buffered=True)
    assert (found.status_code, found.data) == (200, client.get(address, buffered=True).data)
    assert "Content-Range" not in found.headers


def test_a_range_outside_the_file(client, published):
    """Who asks for what lies behind the end is told how long the file is; HEAD knows no parts."""
    address = f"/dumps/{published.label}/SHA256SUMS"
    size = len(client.get(address, buffered=True).data)
    for asked in (f"bytes={size}-", "bytes=99999999-"):
        found = client.get(address, headers={"Range": asked}, buffered=True)
        assert (found.status_code, found.headers["Content-Range"]) == (416, f"bytes */{size}")
    for asked in ("bytes=-5", "Bytes=-5", f"bytes={size - 5}-", f"bytes={size - 5}-{size + 9}"):
        found = client.get(address, headers={"Range": asked}, buffered=True)
        assert (found.status_code, len(found.data)) == (206, 5)
    assert client.head(address, headers={"Range": "bytes=0-4"}, buffered=True).status_code == 200


def test_a_folder_of_downloads_leads_to_the_catalogue(client, published):
    """Whoever shortens an address comes to the list of downloads; what is missing is told in the visitor's words."""
    for path in ("/dumps", "/dumps/latest", f"/dumps/{published.label}"):
        for address in (path, f"{path}/"):
            found = client.get(address)
            assert (found.status_code, found.headers["Location"]) == (303, "/catalog"), address
    for address in ("/dumps/nothing", "/dumps/nothing/", "/dumps/..", "/dumps/%2e%2e/", "/dumps/.new-x/"):
        assert client.get(address).status_code == 404
    assert "build-" not in client.get("/dumps/latest/nope").json["detail"]


def test_a_table_names_its_description(client, published):
    """A table leads to what its columns mean; it holds both languages, and is the same in every one."""
    found = client.get(f"/dumps/{published.label}/studies.csv", headers={"Accept-Language": "nl"}, buffered=True)
    described = f"/dumps/{published.label}/studies.csv-metadata.json"
    assert found.headers["Link"] == f'<{described}>; rel="describedby"; type="application/csvm+json"'
    assert "Content-Language" not in found.headers
    assert not {"Accept", "Accept-Language"} & set(found.vary)
    assert client.get(described, buffered=True).status_code == 200
    assert "Link" not in client.get(f"/dumps/{published.label}/werkkennis.nt", buffered=True).headers
