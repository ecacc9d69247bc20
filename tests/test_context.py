"""The JSON-LD context: made from the ontology, named by its content, kept with each release."""

import hashlib
import json

import pyoxigraph as ox
import pytest

from kg.describe import context
from kg.store import EmbeddedStore
from kg.web import create_app
from small_graph import write_graph

ONTOLOGY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

wk:Thing a owl:Class ; rdfs:isDefinedBy <https://w3id.org/werkkennis/def> .
wk:near a owl:ObjectProperty ; rdfs:isDefinedBy <https://w3id.org/werkkennis/def> .
wk:size a owl:DatatypeProperty ; rdfs:range xsd:decimal ; rdfs:isDefinedBy <https://w3id.org/werkkennis/def> .
wk:said a owl:DatatypeProperty ; rdfs:range rdf:langString ; rdfs:isDefinedBy <https://w3id.org/werkkennis/def> .
wk:code a owl:DatatypeProperty ; rdfs:range xsd:string ; rdfs:isDefinedBy <https://w3id.org/werkkennis/def> .
wk:label a owl:DatatypeProperty ; rdfs:range xsd:string ; rdfs:isDefinedBy <https://w3id.org/werkkennis/def> .
"""
MORE = "wk:colour a owl:ObjectProperty ; rdfs:isDefinedBy <https://w3id.org/werkkennis/def> .\n"


def made(text):
    """Return the context of an ontology."""
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    return context.of(store)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Thing", {"@id": "wk:Thing"}),
        ("near", {"@id": "wk:near", "@type": "@id"}),
        ("size", {"@id": "wk:size", "@type": "xsd:decimal"}),
        ("said", {"@id": "wk:said", "@container": "@language"}),
        ("code", {"@id": "wk:code"}),
        ("label", {"@id": "wk:label"}),
        ("prefLabel", {"@id": "skos:prefLabel", "@container": "@language"}),
        ("broader", {"@id": "skos:broader", "@type": "@id"}),
        ("skos", "http://www.w3.org/2004/02/skos/core#"),
        ("id", "@id"),
    ],
)
def test_a_term_is_written_as_the_ontology_says(name, expected):
    """Things, texts in languages, typed values and plain codes each have their form; ours goes before a borrowed name."""
    assert expected == made(ONTOLOGY).terms[name]


def test_a_context_is_named_by_its_content():
    """Equal ontologies have one context, whatever their order; another term gives another name."""
    one, again, other = made(ONTOLOGY), made(ONTOLOGY), made(ONTOLOGY + MORE)

    assert one == again
    assert one.name != other.name
    assert hashlib.sha256(one.document).hexdigest().startswith(one.name)
    assert one.terms == json.loads(one.document)["@context"]


def test_a_context_that_was_released_is_served_for_good(tmp_path, config, catalogues):
    """When the ontology has changed, documents that were made with the context before can still be read."""
    old, new = made(ONTOLOGY), ox.Store()
    new.load((ONTOLOGY + MORE).encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("https://example.org/g"))
    folder = write_graph(tmp_path / "graph")
    (folder / "history").mkdir()
    context.keep(folder, old)
    visitor = create_app(config.replace(graph=folder), EmbeddedStore(new), "changed").test_client()
    newest = visitor.get("/def/context.jsonld").headers["Location"]

    assert old.document == visitor.get(f"/def/context-{old.name}.jsonld").data
    assert f"/def/context-{made(ONTOLOGY + MORE).name}.jsonld" == newest
    assert 200 == visitor.get(newest).status_code
    assert {old.name: old.document} == dict(context.kept(folder))
