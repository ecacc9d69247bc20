"""What the NDE's Requirements for Datasets 1.14 and the crawler of its register ask, put to the running server.

The requirements are written down here in our own words (https://docs.nde.nl/requirements-datasets/); what becomes a
requirement with version 2.0 is held to now, but for the mail address of a site whose settings name none.
"""

import gzip
import json
import re
import urllib.request
from urllib.parse import urlencode, urljoin

import pyoxigraph as ox
import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

DATASET = URIRef("https://w3id.org/werkkennis/id/dataset/werkkennis")
BASE = "https://w3id.org/werkkennis"
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
SPARQL = URIRef("https://www.w3.org/TR/sparql11-protocol/")
LICENCES = re.compile(r"https://creativecommons\.org/(licenses/[a-z-]+/4\.0|publicdomain/(zero|mark)/1\.0)/")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}.*)?")
FIRST = 256 * 1024
"""Bytes within which the crawler looks for the first statement of a file."""


def fetch(address, method="GET", accept="text/turtle", body=None):
    """Ask the server; give the answer's headers, where it came from, and its bytes."""
    request = urllib.request.Request(address, body, {"Accept": accept}, method=method)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.headers, answer.url, answer.read()


@pytest.fixture(scope="module")
def described(server):
    """The description that the crawler finds from the host name alone."""
    headers, _, body = fetch(f"{server}/.well-known/datacatalog")
    assert "text/turtle" == headers.get_content_type()
    return Graph().parse(data=body, format="turtle")


def texts(graph, subject, predicate):
    """Return the texts of a property by language; there is one for each, and none is without a language."""
    found = list(graph.objects(subject, predicate))
    assert all(isinstance(text, Literal) and text.language for text in found)
    assert len(found) == len({text.language for text in found})
    return {text.language: str(text) for text in found}


def test_there_is_one_data_set(described):
    """The catalogue holds one data set, whose releases are not mistaken for others."""
    assert [DATASET] == list(described.subjects(RDF.type, DCAT.Dataset))
    catalogue = described.value(None, DCAT.dataset, DATASET)
    assert {DCAT.Catalog} == set(described.objects(catalogue, RDF.type))
    assert {"nl", "en"} == set(texts(described, catalogue, DCTERMS.title))
    assert {"nl", "en"} == set(texts(described, catalogue, DCTERMS.description))


def test_the_data_set_is_described(described):
    """Title and description per language, one licence of Creative Commons, values of the European lists, typed dates."""
    assert {"nl", "en"} == set(texts(described, DATASET, DCTERMS.title))
    description = texts(described, DATASET, DCTERMS.description)
    assert {"nl", "en"} == set(description)
    assert all(text.count(".") >= 2 and len(text) <= 2000 for text in description.values())
    assert [True] == [bool(LICENCES.fullmatch(licence)) for licence in described.objects(DATASET, DCTERMS.license)]
    assert [URIRef(f"{EU}access-right/PUBLIC")] == list(described.objects(DATASET, DCTERMS.accessRights))
    assert [True] == [
        one.startswith(f"{EU}frequency/") for one in described.objects(DATASET, DCTERMS.accrualPeriodicity)
    ]
    assert {f"{EU}language/NLD", f"{EU}language/ENG"} == {
        str(one) for one in described.objects(DATASET, DCTERMS.language)
    }
    assert all(isinstance(one, URIRef) for one in described.objects(DATASET, DCTERMS.spatial))
    for predicate in (DCTERMS.created, DCTERMS.issued, DCTERMS.modified):
        for date in described.objects(DATASET, predicate):
            assert date.datatype in {XSD.date, XSD.dateTime}
            assert MOMENT.fullmatch(str(date))


def test_who_answers_for_it(described):
    """One publisher, a maker and a contact point, each with an IRI and a name."""
    publishers = list(described.objects(DATASET, DCTERMS.publisher))

    assert 1 == len(publishers)
    for agent in {*publishers, *described.objects(DATASET, DCTERMS.creator)}:
        assert agent.startswith("https://")
        assert FOAF.Agent in set(described.objects(agent, RDF.type))
        assert texts(described, agent, FOAF.name)
    assert list(described.objects(DATASET, DCTERMS.creator))
    (contact,) = described.objects(DATASET, DCAT.contactPoint)
    assert texts(described, contact, VCARD.fn)
    # A mail address is warned about until 2.0; none is made up.
    mail, page = described.value(contact, VCARD.hasEmail), described.value(contact, VCARD.hasURL)
    assert (mail and mail.startswith("mailto:")) or page


def test_each_form_can_be_taken(described):
    """A form has one address to reach it, one licence, and a kind; the endpoint is known by the standard it follows."""
    forms = list(described.objects(DATASET, DCAT.distribution))
    endpoints = [form for form in forms if (form, DCTERMS.conformsTo, SPARQL) in described]

    assert 10 <= len(forms)
    for form in forms:
        assert isinstance(form, URIRef)
        assert {DCAT.Distribution} == set(described.objects(form, RDF.type))
        assert 1 == len(list(described.objects(form, DCAT.accessURL)))
        assert [True] == [bool(LICENCES.fullmatch(licence)) for licence in described.objects(form, DCTERMS.license)]
        assert 1 == len(list(described.objects(form, DCTERMS["format"])))
        assert not [media for media in described.objects(form, DCAT.mediaType) if "sparql" in media]
    assert 1 == len(endpoints)
    assert [] == list(described.objects(endpoints[0], DCAT.mediaType))
    assert [URIRef(f"{EU}file-type/SPARQLQRES")] == list(described.objects(endpoints[0], DCTERMS["format"]))


def test_the_files_are_what_they_say(described):
    """HEAD on each address agrees with the description, and the first statement of a file comes at once."""
    for form in described.objects(DATASET, DCAT.distribution):
        media = described.value(form, DCAT.mediaType)
        if media is None:
            continue
        packed = described.value(form, DCAT.compressFormat)
        declared = str(packed or media).partition("/media-types/")[2]
        for predicate in (DCAT.accessURL, DCAT.downloadURL):
            headers, place, _ = fetch(str(described.value(form, predicate)), "HEAD", "*/*")
            assert declared == headers.get_content_type(), place
            assert int(described.value(form, DCAT.byteSize)) == int(headers["Content-Length"]), place
        _, _, body = fetch(str(described.value(form, DCAT.downloadURL)), accept="*/*")
        content = gzip.decompress(body) if packed else body
        assert len(body) == int(described.value(form, DCAT.byteSize))
        kind = str(media).partition("/media-types/")[2]
        if kind in {"application/n-triples", "application/n-quads", "text/turtle", "application/trig"}:
            form_of_rdf = ox.RdfFormat.from_media_type(kind)
            # A statement may be cut where the crawler stops reading; the first is whole.
            assert next(iter(ox.parse(content[:FIRST], format=form_of_rdf)))


def test_the_endpoint_answers(described):
    """The crawler's own query, as it sends it: by POST, as a form, within five seconds."""
    forms = described.objects(DATASET, DCAT.distribution)
    form = next(one for one in forms if (one, DCTERMS.conformsTo, SPARQL) in described)
    query = urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 1"}).encode()
    headers, _, body = fetch(
        str(described.value(form, DCAT.accessURL)), "POST", "application/sparql-results+json", query
    )

    assert "application/sparql-results+json" == headers.get_content_type()
    assert 1 == len(json.loads(body)["results"]["bindings"])


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json"])
def test_the_data_set_resolves(server, accept):
    """The IRI of the data set leads to a page and to RDF, each in the form that its header says."""
    headers, place, body = fetch(f"{server}/id/dataset/werkkennis", accept=accept)

    assert f"{server}/doc/dataset/werkkennis" == place
    assert accept == headers.get_content_type()
    if accept == "text/turtle":
        assert (DATASET, RDF.type, DCAT.Dataset) in Graph().parse(data=body, format="turtle")


def test_a_sample_of_subjects_resolves(server, described):
    """Ten things of a file, picked over its whole length, each end in a page or RDF."""
    _, _, body = fetch(f"{server}/dumps/latest/werkkennis.nt", accept="*/*")
    subjects = sorted(set(re.findall(rb"^<(https://w3id\.org/werkkennis/[^>]+)>", body, re.MULTILINE)))
    for subject in subjects[:: max(1, len(subjects) // 10)][:10]:
        path = subject.decode().removeprefix(BASE)
        headers, _, _ = fetch(urljoin(server, path), accept="text/html, text/turtle;q=0.8")
        assert headers.get_content_type() in {"text/html", "text/turtle"}


@pytest.mark.parametrize("path", ["/", "/catalog", "/doc/dataset/werkkennis"])
def test_pages_carry_it_for_search_engines(server, path):
    """The page holds the data set in the words of schema.org, as Google and the register ask."""
    _, _, body = fetch(server + path, accept="text/html")
    found = json.loads(re.search(rb'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)[1])

    assert ("https://schema.org/", "Dataset", str(DATASET)) == (found["@context"], found["@type"], found["@id"])
    assert {"nl", "en"} == {text["@language"] for text in found["name"]}
    assert all(50 <= len(text["@value"]) <= 5000 for text in found["description"])
    assert LICENCES.fullmatch(found["license"])
    assert found["isAccessibleForFree"] is True
    assert {"nl", "en"} == set(found["inLanguage"])
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2}", found["temporalCoverage"])
    assert found["mainEntityOfPage"].startswith("https://")
    for agent in (found["publisher"], *found["creator"]):
        assert "Organization" == agent["@type"]
        assert agent["@id"].startswith("https://")
        assert agent["name"]
        # A contact point without a mail address is a violation; without a contact point there is a warning.
        assert agent.get("contactPoint", {"email": "x"})["email"]
    assert 10 <= len(found["distribution"])
    for form in found["distribution"]:
        assert "DataDownload" == form["@type"]
        assert form["contentUrl"].startswith(server)
        assert ("encodingFormat" in form) != ("usageInfo" in form)
        assert re.fullmatch(r"[a-z]+/[a-z0-9][a-z0-9.+-]*", form.get("encodingFormat", "text/turtle"))
