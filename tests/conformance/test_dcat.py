"""The description of the data set, fetched from the running server, against the shapes of DCAT-AP and DCAT-AP-NL.

``ranges.ttl`` of DCAT-AP 3.0.1 is left out: it is no well-formed SHACL. What the shapes only recommend and is left
out on purpose is named here, and with its reason in ``docs/harvesters.md``.
"""

import os
import urllib.request
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, SH, BNode, Graph, URIRef

SUITES = Path(os.environ.get("KG_CONFORMANCE") or Path(__file__).resolve().parents[3] / "shared" / "conformance")
SHAPES = {
    "dcat-ap-3.0.1": (
        "shapes.ttl",
        "range.ttl",
        "shapes_recommended.ttl",
        "deprecateduris.ttl",
        "mdr-vocabularies.shape.ttl",
    ),
    "dcat-ap-nl-3.0": (
        "dcat-ap-nl-SHACL.ttl",
        "dcat-ap-nl-SHACL-klassebereik.ttl",
        "dcat-ap-nl-SHACL-klassebereik-codelijsten.ttl",
        "dcat-ap-nl-SHACL-aanbevolen.ttl",
        "dcat-ap-OPT.ttl",
        "dcat-ap-nl-OPT.ttl",
    ),
}
LEFT = {
    "dcat-ap-3.0.1": {
        ("Agent", "type"),  # no list of kinds of publishers fits a group of editors
        ("Catalog", "publisher"),  # is no body of the European Union
        ("Dataset", "publisher"),
        ("DataService", "publisher"),
        ("Distribution", "availability"),  # of the endpoint: nobody has promised anything
        ("Location", "bbox"),  # of the Netherlands: its IRI is enough
        ("Location", "centroid"),
        ("Catalog", "modified"),  # not known for data that is newer than its last release
        ("Catalog", "issued"),  # where there was no release yet
        ("Dataset", "keyword"),  # of a concept scheme: those of the whole data set are not its own
        ("Dataset", "spatial"),
        ("Dataset", "temporal"),
    },
    "dcat-ap-nl-3.0": {
        ("Distribution", "accessService"),  # of a file: no service gives it
        ("Distribution", "downloadURL"),  # of the endpoint: it is no file
    },
}
"""What is recommended and left out: class and property."""

if not SUITES.is_dir():
    pytest.skip("the shapes of others are not here", allow_module_level=True)


@cache
def shapes(suite):
    """Return all shapes of a suite."""
    graph = Graph()
    for name in SHAPES[suite]:
        graph.parse(SUITES / suite / name)
    return graph


def fetch(address, accept="text/turtle"):
    """Fetch a description as a harvester does, redirects followed."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert accept == answer.headers.get_content_type()
        return Graph().parse(data=answer.read(), format={"application/rdf+xml": "xml"}.get(accept, accept))


def results(graph, suite):
    """Return what the shapes find: severity, class of the focus node, local name of the path, and the node."""
    _, report, _ = validate(graph, shacl_graph=shapes(suite))
    found = set()
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        kinds = sorted(str(kind).rpartition("#")[2].rpartition("/")[2] for kind in graph.objects(focus, RDF.type))
        path = str(report.value(result, SH.resultPath)).rpartition("#")[2].rpartition("/")[2]
        severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2]
        found.add((severity, kinds[0] if kinds else "", path, str(focus)))
    return found


ADDRESSES = ["/catalog", "/.well-known/datacatalog", "/id/dataset/werkkennis", "release", "part"]


def place(server, name):
    """Return where a description is: a release and a part are found by following the data set's own links."""
    if name.startswith("/"):
        return server + name
    dataset = URIRef("https://w3id.org/werkkennis/id/dataset/werkkennis")
    predicate = URIRef(f"{DCAT}hasVersion") if name == "release" else DCTERMS.hasPart
    found = sorted(fetch(f"{server}/catalog").objects(dataset, predicate))
    if not found:
        pytest.skip("there is no release yet")
    return server + found[-1].removeprefix("https://w3id.org/werkkennis")


@pytest.mark.parametrize("suite", SHAPES)
@pytest.mark.parametrize("name", ADDRESSES)
def test_the_description_conforms(server, suite, name):
    """There is no violation, and no recommendation is left out but those that are named."""
    graph = fetch(place(server, name))
    found = results(graph, suite)

    assert set() == {one for one in found if one[0] == "Violation"}
    assert {(kind, path) for severity, kind, path, _ in found if severity == "Warning"} <= LEFT[suite]
    assert (None, RDF.type, DCAT.Dataset) in graph


@pytest.mark.parametrize("accept", ["application/n-triples", "application/rdf+xml"])
def test_other_formats_say_the_same(server, accept):
    """Each format of RDF holds the same statements."""
    assert set(fetch(f"{server}/catalog")) == set(fetch(f"{server}/catalog", accept))


def test_nothing_is_nameless(server):
    """Everything in the catalogue has an IRI, and what it names of ours leads to a description of it."""
    graph = fetch(f"{server}/catalog")

    assert not [node for node in graph.all_nodes() if isinstance(node, BNode)]
    for node in sorted(str(node) for node in graph.all_nodes()):
        if node.startswith("https://w3id.org/werkkennis/id/") and "/graph/" not in node:
            assert (None, None, None) in fetch(server + node.removeprefix("https://w3id.org/werkkennis")), node


def test_the_shapes_can_be_broken():
    """A data set with nothing but its class is found wanting by both suites."""
    bare = Graph().parse(data=f"<x:d> a <{DCAT.Dataset}> .", format="turtle")

    for suite in SHAPES:
        assert [one for one in results(bare, suite) if one[0] == "Violation"]
