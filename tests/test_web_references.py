"""References: what a reference manager reads back is what the graph holds, and no more."""

import re

import pyoxigraph as ox
import pytest
import rispy
from pybtex.database import parse_string

from kg.settings import Settings
from kg.store import EmbeddedStore
from kg.vocabulary import ID
from kg.web import create_app, references
from kg.web.negotiate import BIBTEX, RIS

STRANGE = '100% {work}} & $5_000 #1: ~a^b \\ "é ß" \nER  - x'
LETTERS = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
GRAPH = f"""\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix kind: <{ID}publication-kind/> .
@prefix organisation: <{ID}organisation/> .
@prefix publication: <{ID}publication/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

kind:report skos:notation "report" .
kind:journal-article skos:notation "journal-article" .
kind:webinar skos:notation "webinar" .
organisation:house rdfs:label "Huis & Haard"@nl , "Hearth & Home"@en .
publication:whole a wk:Publication ; rdfs:label "Ons woord"@nl , "Our words"@en ; dct:title "Wat werkt?"@nl ; dct:type kind:report ;
    dct:creator "R.W.B. Blonk" , "Marjet van Houten" , "José García López" , organisation:house ; dct:publisher organisation:house ;
    dct:issued "2016-08-09"^^xsd:date ; wk:datePrecision "day" ; dct:identifier "R_15" ; dct:language "nl" ;
    wk:url <https://example.org/a_b%20c~d#e> .
publication:strange a wk:Publication ; rdfs:label "Ons woord"@nl , "Our words"@en ; dct:type kind:journal-article ;
    dct:title {ox.Literal(STRANGE, language="en")} ; wk:doi "10.1234/a_b<c>(d)" .
publication:month a wk:Publication ; rdfs:label "M"@en ; dct:title "M"@en ; dct:issued "2016-08-01"^^xsd:date ; wk:datePrecision "month" .
publication:year a wk:Publication ; rdfs:label "Y"@en ; dct:title "Y"@en ; dct:issued "2016-01-01"^^xsd:date ; wk:datePrecision "year" .
publication:exact a wk:Publication ; rdfs:label "E"@en ; dct:title "E"@en ; dct:issued "2016-01-01"^^xsd:date .
publication:bound a wk:Publication ; rdfs:label "B"@en ; dct:title "B"@en ; dct:issued "2016-01-01"^^xsd:date ; wk:datePrecision "not-before" .
publication:unseen a wk:Publication ; rdfs:label "Stukken"@nl , "Pieces"@en ; wk:titleNotSeen true ; dct:type kind:webinar ; wk:forthcoming true .
"""


@pytest.fixture(scope="module")
def small(catalogues):
    """A site that holds a few publications."""
    graph = ox.Store()
    graph.load(GRAPH, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:publications"))
    return create_app(Settings(), EmbeddedStore(graph), "publications")


def text_of(app, media_type, *names):
    """Return the references to publications, in English."""
    with app.test_request_context("/?lang=en"):
        return references.answer([f"{ID}publication/{name}" for name in names], media_type).get_data(as_text=True)


def in_ris(app, *names):
    """Read the references back as RIS, by key."""
    return {entry.pop("id"): entry for entry in rispy.loads(text_of(app, RIS, *names))}


def in_bibtex(app, *names):
    """Read the references back as BibTeX, by key."""
    return parse_string(text_of(app, BIBTEX, *names), "bibtex").entries


def plain(text):
    """Return a value of BibTeX without its escapes and the braces that keep its capitals."""
    inner = re.sub(r"^\{(.*)\}$", r"\1", text)
    return re.sub(r"\\([&%$#_])|\{\\text(\w+)\}", lambda match: match[1] or LETTERS[match[2]], inner)


def test_ris_of_a_whole_publication(small):
    """Every fact has its own tag; authors by family name where that is plain, in the order of the alphabet."""
    assert {
        "type_of_reference": "RPRT",
        "title": "Wat werkt?",
        "authors": ["Blonk, R.W.B.", "Hearth & Home", "José García López", "van Houten, Marjet"],
        "year": "2016",
        "date": "2016/08/09/",
        "publisher": "Hearth & Home",
        "note": "R_15",
        "language": "nl",
        "urls": ["https://example.org/a_b%20c~d#e"],
        "notes": ["The authors stand in the order of the alphabet; their order in print is not kept."],
    } == in_ris(small, "whole")["whole"]


def test_bibtex_of_a_whole_publication(small):
    """The same in BibTeX: text escaped, the address as it is, organisations and doubtful names kept whole."""
    entry = in_bibtex(small, "whole")["whole"]
    fields = {name: value for name, value in entry.fields.items() if name not in {"note", "url"}}

    assert "techreport" == entry.type
    assert {
        "title": "Wat werkt?",
        "year": "2016",
        "month": "8",
        "day": "9",
        "institution": "Hearth & Home",
        "number": "R_15",
        "language": "nl",
    } == {name: plain(value) for name, value in fields.items()}
    assert "https://example.org/a_b%20c~d#e" == entry.fields["url"]
    assert ["Blonk, R.W.B.", r"{Hearth \& Home}", "{José García López}", "van Houten, Marjet"] == [
        str(person) for person in entry.persons["author"]
    ]


def test_a_strange_title_comes_back_as_it_was(small):
    """Marks that mean something in a format are escaped; a new line in a value ends no reference."""
    assert " ".join(STRANGE.split()) == in_ris(small, "strange")["strange"]["title"]
    assert " ".join(STRANGE.split()) == plain(in_bibtex(small, "strange")["strange"].fields["title"])
    assert "10.1234/a_b<c>(d)" == in_ris(small, "strange")["strange"]["doi"]
    assert "10.1234/a_b<c>(d)" == in_bibtex(small, "strange")["strange"].fields["doi"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("month", {"year": "2016", "date": "2016/08//"}),
        ("year", {"year": "2016", "date": "2016///"}),
        ("exact", {"year": "2016", "date": "2016/01/01/"}),
        ("bound", {}),
    ],
)
def test_a_date_is_no_more_precise_than_its_source(small, name, expected):
    """A year alone has no month or day; a date that is only a bound is no year of publication."""
    entry = in_ris(small, name)[name]
    fields = in_bibtex(small, name)[name].fields
    parts = [part for part in expected.get("date", "").split("/") if part]

    assert expected == {key: entry[key] for key in ("year", "date") if key in entry}
    assert [part.lstrip("0") for part in parts] == [fields[key] for key in ("year", "month", "day") if key in fields]
    assert (["Published: 1 January 2016 at the earliest."] if name == "bound" else []) == entry.get("notes", [])


def test_a_title_that_nobody_has_seen_is_marked(small):
    """Our own description stands in square brackets, and a note says so."""
    entry = in_ris(small, "unseen")["unseen"]

    assert ("GEN", "[Pieces]") == (entry["type_of_reference"], entry["title"])
    assert ["The title was not seen; this is a description.", "Announced, not yet published."] == entry["notes"]


def test_each_publication_stands_there_once(small):
    """A publication that is named twice is there once, and one that the graph does not know is left out."""
    assert {"month", "year"} == set(in_ris(small, "year", "month", "year", "nowhere"))
    assert {"month", "year"} == set(in_bibtex(small, "year", "month", "year", "nowhere"))
    assert "" == text_of(small, RIS, "nowhere").strip() == text_of(small, BIBTEX, "nowhere").strip()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_real_publication_comes_back(app, store, language):
    """Of the real graph each publication is read back from both formats, with its title and its DOI."""
    query = """PREFIX wk: <https://w3id.org/werkkennis/def#> PREFIX dct: <http://purl.org/dc/terms/>
        SELECT ?publication ?title ?doi { ?publication a wk:Publication OPTIONAL { ?publication dct:title ?title } OPTIONAL { ?publication wk:doi ?doi } }"""
    rows = store.select(query).records()
    with app.test_request_context(f"/?lang={language}"):
        files = [
            references.answer([row["publication"] for row in rows], kind).get_data(as_text=True)
            for kind in (RIS, BIBTEX)
        ]
    in_ris = {entry["id"]: entry for entry in rispy.loads(files[0])}
    in_bibtex = parse_string(files[1], "bibtex").entries

    assert {row["publication"].rpartition("/")[2] for row in rows} == set(in_ris) == set(in_bibtex.keys())
    for row in rows:
        key = row["publication"].rpartition("/")[2]
        if row["title"]:
            assert " ".join(row["title"].split()) == in_ris[key]["title"] == plain(in_bibtex[key].fields["title"])
        assert row["doi"] == in_ris[key].get("doi", "") == in_bibtex[key].fields.get("doi", "")
