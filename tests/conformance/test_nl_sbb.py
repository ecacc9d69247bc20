"""Each concept scheme, as it is served and as it is downloaded, against NL-SBB, the Dutch profile of SKOS."""

import os
import urllib.request
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, SH, SKOS, Graph, URIRef

SUITES = Path(os.environ.get("KG_CONFORMANCE") or Path(__file__).resolve().parents[3] / "shared" / "conformance")
PROFILE = SUITES / "nl-sbb" / "skos-ap-nl.ttl"
ROOT = Path(__file__).resolve().parents[2]
SCHEMES = sorted(
    str(scheme).rpartition("/")[2]
    for file in (ROOT / "ontology").glob("*.ttl")
    for scheme in Graph().parse(file).subjects(RDF.type, SKOS.ConceptScheme)
)

if not PROFILE.is_file():
    pytest.skip("the shapes of NL-SBB are not here", allow_module_level=True)

SHAPES = Graph().parse(PROFILE)


def results(graph, *severities):
    """Return what the profile finds, of some severities."""
    _, report, _ = validate(graph, shacl_graph=SHAPES, advanced=True)
    wanted = {SH[severity] for severity in severities}
    return {
        (str(report.value(result, SH.focusNode)), str(report.value(result, SH.resultPath)))
        for result in report.objects(None, SH.result)
        if report.value(result, SH.resultSeverity) in wanted
    }


def fetch(address):
    """Fetch a description in Turtle."""
    request = urllib.request.Request(address, headers={"Accept": "text/turtle"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return Graph().parse(data=answer.read(), format="turtle")


def test_there_are_schemes():
    """All schemes of the ontology are tried."""
    assert len(SCHEMES) >= 25
    assert {"components", "themes", "target-groups"} <= set(SCHEMES)


@pytest.mark.parametrize("slug", SCHEMES)
def test_a_scheme_conforms(server, slug):
    """The page of a scheme has no violation as data; the file with all its concepts has not even a remark."""
    scheme = URIRef(f"https://w3id.org/werkkennis/id/scheme/{slug}")
    page = fetch(f"{server}/id/scheme/{slug}")
    file = fetch(f"{server}/dumps/latest/scheme-{slug}.ttl")

    assert set() == results(page, "Violation")
    assert set() == results(file, "Violation", "Warning")
    assert (scheme, RDF.type, SKOS.ConceptScheme) in page
    assert (None, SKOS.inScheme, scheme) in file


def test_the_profile_can_be_broken():
    """A concept without a definition violates it."""
    bare = Graph().parse(data=f"<x:c> a <{SKOS.Concept}> .", format="turtle")

    assert {("x:c", str(SKOS.definition))} == results(bare, "Violation")
