"""The catalogue that a build makes: from the files, what was published and the settings."""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.describe import Imprint
from kg.describe.catalogue import CATALOGUE, CATALOGUE_GRAPH, describe
from kg.files import find
from kg.parse import read_all
from kg.publication import DumpFile, Published, Released
from kg.vocabulary import BASE, DATASET, DCT, ID, RDF, VOID, WK
from small_graph import write_graph

ROOT = Path(__file__).parents[1]
DCAT, SPDX = "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#"
FOAF, VCARD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2006/vcard/ns#"
EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"


def files_of(*names):
    """Return dumps of a few kinds, each with a fingerprint of its own."""
    found = []
    for number, (name, media_type, about) in enumerate(
        (
            ("werkkennis.ttl", "text/turtle", ""),
            ("werkkennis.ttl.gz", "text/turtle", ""),
            ("scheme-themes.nt", "application/n-triples", "scheme/themes"),
            ("studies.csv", "text/csv", "table/studies"),
            ("studies.csv-metadata.json", "application/csvm+json", "table/studies"),
            ("SHA256SUMS", "text/plain", ""),
        )
    ):
        if not names or name in names:
            found.append(DumpFile(name, media_type, name.endswith(".gz"), 1000 + number, f"{number:064x}", about))
    return tuple(found)


def released(version, created, note=""):
    """Return a release."""
    return Released(version, created, 10, "0" * 64, 1, 0, {"nl": note} if note else {}, files_of())


RELEASES = (released("2026-11-21", "2026-11-21T10:00:00Z"), released("2026-11-22.2", "2026-11-22T10:00:00Z", "Meer."))
AT_RELEASE = Published("2026-11-22.2", 0, Path(), files_of(), RELEASES)
AFTER_RELEASE = Published("build-0123456789abcdef", 2, Path(), files_of(), RELEASES)
NEVER_RELEASED = Published("build-0123456789abcdef", 2, Path(), files_of(), ())


@pytest.fixture(scope="module")
def parsed():
    """The repository's own files."""
    return read_all(find(ROOT))[0]


def told(parsed, published=AT_RELEASE, imprint=None):
    """Return the catalogue as a store with one graph."""
    store = ox.Store()
    store.extend(describe(parsed, published, imprint or Imprint()))
    return store


def values(store, subject, predicate):
    """Return the values of a property."""
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
    return {quad.object.value for quad in found}


def test_all_stands_in_one_graph_and_has_a_name(parsed):
    """The catalogue is a named graph without nameless nodes, and equal input gives an equal catalogue."""
    quads = list(describe(parsed, AT_RELEASE, Imprint()))

    assert {ox.NamedNode(CATALOGUE_GRAPH)} == {quad.graph_name for quad in quads}
    assert not [
        quad for quad in quads if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
    ]
    assert len(quads) == len(set(quads))
    assert quads == list(describe(parsed, AT_RELEASE, Imprint()))


def test_a_file_is_a_distribution(parsed):
    """A file has its address, kind, size and fingerprint; one that is packed says so, and keeps the kind of its content."""
    store = told(parsed)
    form = f"{ID}distribution/werkkennis-ttl-gz"
    checksum = f"{ID}checksum/werkkennis-ttl-gz"

    assert form in values(store, DATASET, f"{DCAT}distribution")
    assert {f"{BASE}dumps/2026-11-22.2/werkkennis.ttl.gz"} == values(store, form, f"{DCAT}downloadURL")
    assert {f"{BASE}dumps/latest/werkkennis.ttl.gz"} == values(store, form, f"{DCAT}accessURL")
    assert {f"{IANA}text/turtle"} == values(store, form, f"{DCAT}mediaType")
    assert {f"{IANA}application/gzip"} == values(store, form, f"{DCAT}compressFormat")
    assert {f"{EU}file-type/RDF_TURTLE"} == values(store, form, f"{DCT}format")
    assert {"1001"} == values(store, form, f"{DCAT}byteSize")
    assert {checksum} == values(store, form, f"{SPDX}checksum")
    assert {f"{1:064x}"} == values(store, checksum, f"{SPDX}checksumValue")
    assert set() == values(store, f"{ID}distribution/werkkennis-ttl", f"{DCAT}compressFormat")
    assert {f"{BASE}dumps/latest/werkkennis.ttl.gz"} == values(store, DATASET, f"{VOID}dataDump")


def test_what_tells_of_files_is_no_distribution(parsed):
    """The columns of a table are described beside it; the list of fingerprints is no form of the data set."""
    store = told(parsed)
    forms = {iri.removeprefix(f"{ID}distribution/") for iri in values(store, DATASET, f"{DCAT}distribution")}

    assert {"sparql", "changes", "werkkennis-ttl", "werkkennis-ttl-gz", "studies-csv"} == forms
    assert {f"{BASE}dumps/2026-11-22.2/studies.csv-metadata.json"} == values(
        store, f"{ID}distribution/studies-csv", "http://www.w3.org/2007/05/powder-s#describedby"
    )


def test_releases_are_versions(parsed):
    """Each release is a data set with an IRI, a date, files of its own and the release before it."""
    store = told(parsed)
    first, second = f"{DATASET}-2026-11-21", f"{DATASET}-2026-11-22.2"

    assert {first, second} == values(store, DATASET, f"{DCAT}hasVersion")
    assert {second} == values(store, DATASET, f"{DCAT}hasCurrentVersion")
    assert {f"{DCAT}Dataset"} == values(store, second, f"{RDF}type")
    assert {"2026-11-22.2"} == values(store, second, f"{DCAT}version")
    assert {DATASET} == values(store, second, f"{DCAT}isVersionOf")
    assert (set(), {first}) == (values(store, first, f"{DCAT}prev"), values(store, second, f"{DCAT}prev"))
    assert {"2026-11-22T10:00:00Z"} == values(store, second, f"{DCT}issued")
    assert {"Meer."} == values(store, second, "http://www.w3.org/ns/adms#versionNotes")
    assert f"{ID}distribution/2026-11-22.2-werkkennis-ttl" in values(store, second, f"{DCAT}distribution")
    assert {f"{BASE}dumps/2026-11-21/werkkennis.ttl"} == values(
        store, f"{ID}distribution/2026-11-21-werkkennis-ttl", f"{DCAT}downloadURL"
    )


@pytest.mark.parametrize(
    ("published", "issued", "modified", "version"),
    [
        (AT_RELEASE, {"2026-11-21T10:00:00Z"}, {"2026-11-22T10:00:00Z"}, {"2026-11-22.2"}),
        (AFTER_RELEASE, {"2026-11-21T10:00:00Z"}, set(), set()),
        (NEVER_RELEASED, set(), set(), set()),
    ],
)
def test_dates_follow_from_releases(parsed, published, issued, modified, version):
    """The data set came out with its first release; when it last changed is known only at a release."""
    store = told(parsed, published)

    assert issued == values(store, DATASET, f"{DCT}issued") == values(store, CATALOGUE, f"{DCT}issued")
    assert modified == values(store, DATASET, f"{DCT}modified") == values(store, CATALOGUE, f"{DCT}modified")
    assert version == values(store, DATASET, f"{DCAT}version")


def test_a_concept_scheme_is_a_part(parsed):
    """A scheme is a data set of its own, with its title and description and no other files than its own."""
    store = told(parsed)
    part = f"{ID}dataset/scheme-themes"

    assert {part} == values(store, DATASET, f"{DCT}hasPart")
    assert {"Thema\N{RIGHT SINGLE QUOTATION MARK}s", "Themes"} == values(store, part, f"{DCT}title")
    assert {f"{ID}scheme/themes"} == values(store, part, f"{DCT}subject")
    assert {f"{ID}distribution/scheme-themes-nt"} == values(store, part, f"{DCAT}distribution")


def test_a_scheme_is_as_old_as_its_content(parsed):
    """A scheme came out with the first release that has it, and changed with the last release whose file is another."""
    [file] = [one for one in files_of() if one.about == "scheme/themes"]
    other = replace(file, sha256="f" * 64)
    dated = [f"2026-11-{day}T10:00:00Z" for day in (20, 21, 22)]
    releases = tuple(
        replace(released(f"{number}.0", created), files=(one,))
        for number, (created, one) in enumerate(zip(dated, (other, file, file), strict=True), start=1)
    )
    part, form = f"{ID}dataset/scheme-themes", f"{ID}distribution/scheme-themes-nt"
    for present, modified in ((file, {dated[1]}), (replace(file, sha256="e" * 64), set())):
        for label in ("3.0", "build-0123456789abcdef"):
            store = told(parsed, Published(label, 0, Path(), (present,), releases))
            assert {dated[0]} == values(store, part, f"{DCT}issued")
            assert modified == values(store, part, f"{DCT}modified") == values(store, form, f"{DCT}modified")


def test_a_scheme_claims_nothing_of_the_whole(parsed):
    """Period, country and keywords are those of the whole data set and its releases, not those of a list of concepts."""
    store = told(parsed)
    for name in (f"{DCT}temporal", f"{DCT}spatial", f"{DCAT}keyword"):
        assert set() == values(store, f"{ID}dataset/scheme-themes", name)
        assert values(store, DATASET + "-2026-11-21", name)


@pytest.mark.parametrize(
    ("precision", "ends"),
    [
        ("year", ("2020-01-01", "2020-12-31")),
        ("month", ("2020-02-01", "2020-02-29")),
        ("day", ("2020-02-03", "2020-02-03")),
    ],
)
def test_a_period_ends_on_the_last_day(tmp_path, precision, ends):
    """A date that is a year or a month covers all of it; one that is only a bound is not counted."""
    dated = '<urn:%s> <%sissued> "%s"^^<http://www.w3.org/2001/XMLSchema#date> ; <%sdatePrecision> "%s" .\n'
    text = f"<{DATASET}> a <{DCAT}Dataset> .\n"
    text += dated % ("a", DCT, "2020-02-03", WK, precision) + dated % ("b", DCT, "2031-01-01", WK, "not-after")
    store = told(read_all(find(write_graph(tmp_path, catalog=text)))[0])
    period = f"{ID}period/werkkennis"

    assert ends == tuple(values(store, period, f"{DCAT}{name}").pop() for name in ("startDate", "endDate"))


def test_the_editors_publish_by_default(parsed):
    """Without settings the editors publish, and the contact point leads to the page that says so: no address is made up."""
    store = told(parsed)
    editors, contact = f"{ID}curator/werkkennis-editors", f"{ID}contact/werkkennis"

    assert {editors} == values(store, DATASET, f"{DCT}publisher") == values(store, CATALOGUE, f"{DCT}publisher")
    assert {"Redactie Werkkennis", "Werkkennis editors"} == values(store, editors, f"{FOAF}name")
    assert {contact} == values(store, DATASET, f"{DCAT}contactPoint")
    assert {f"{BASE}catalog#contact"} == values(store, contact, f"{VCARD}hasURL")
    assert set() == values(store, contact, f"{VCARD}hasEmail")


@pytest.mark.parametrize(
    ("iri", "expected"), [("https://ror.org/01bnjb948", "https://ror.org/01bnjb948"), ("", f"{ID}publisher/werkkennis")]
)
def test_a_publisher_of_the_settings(parsed, iri, expected):
    """An organisation of the settings publishes, under its own identifier where it has one; the editors stay the makers."""
    store = told(parsed, imprint=Imprint("Gemeente Voorbeeld", iri, "info@example.org"))

    assert (
        {expected}
        == values(store, DATASET, f"{DCT}publisher")
        == values(store, f"{ID}service/sparql", f"{DCT}publisher")
    )
    assert {"Gemeente Voorbeeld"} == values(store, expected, f"{FOAF}name")
    assert {f"{ID}curator/werkkennis-editors"} == values(store, DATASET + "-2026-11-21", f"{DCT}creator")
    assert {"mailto:info@example.org"} == values(store, f"{ID}contact/werkkennis", f"{VCARD}hasEmail")
    assert set() == values(store, f"{ID}contact/werkkennis", f"{VCARD}hasURL")


def test_the_licence_of_the_files_goes_first(parsed, tmp_path):
    """A licence of the settings holds only where the files name none."""
    silent = "<https://w3id.org/werkkennis/id/dataset/werkkennis> a <http://www.w3.org/ns/dcat#Dataset> ."
    other = read_all(find(write_graph(tmp_path, catalog=silent)))[0]
    chosen = Imprint(licence="https://creativecommons.org/publicdomain/zero/1.0/")

    for files, licence in (
        (parsed, "https://creativecommons.org/licenses/by/4.0/"),
        (other, "https://creativecommons.org/publicdomain/zero/1.0/"),
    ):
        store = told(files, imprint=chosen)
        assert {licence} == values(store, f"{ID}distribution/werkkennis-ttl", f"{DCT}license")


def test_values_of_others_are_explained(parsed):
    """What the catalogue takes from lists of others goes along with its class and name; what it does not use stays out."""
    store = told(parsed)

    assert {f"{DCT}LinguisticSystem"} == values(store, f"{EU}language/NLD", f"{RDF}type")
    assert {"openbaar", "public"} == values(
        store, f"{EU}access-right/PUBLIC", "http://www.w3.org/2000/01/rdf-schema#label"
    )
    assert set() == values(store, f"{EU}file-type/RDF_TRIG", f"{RDF}type")


def test_a_graph_without_a_description_has_no_catalogue(tmp_path):
    """Another graph that says nothing of itself as a whole gets no catalogue that makes things up."""
    assert [] == list(describe(read_all(find(write_graph(tmp_path)))[0], AT_RELEASE, Imprint()))
