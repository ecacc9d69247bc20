"""The smallest graph folder that can be checked and built: a few things, one rule, for tests that need no more."""

from pathlib import Path

ONTOLOGY = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .

wk:Thing a owl:Class .
"""
SHAPES = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix wks: <https://w3id.org/werkkennis/shapes#> .

wks:Thing a sh:NodeShape ;
    sh:targetClass wk:Thing ;
    sh:property wks:label .

wks:label a sh:PropertyShape ;
    sh:path rdfs:label ;
    sh:minCount 1 ;
    sh:message "Geef een naam."@nl , "Give a name."@en .
"""
DATA = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .

<https://w3id.org/werkkennis/id/thing/one> a wk:Thing ;
    rdfs:label "Eén"@nl ;
    rdfs:seeAlso [ rdfs:label "a node without a name" ] .
"""
NAMES = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .

wk:Thing a owl:Class ; rdfs:label "Ding"@nl , "Thing"@en .
wk:Finding a owl:Class ; rdfs:label "Bevinding"@nl , "Finding"@en .
wk:direction a owl:ObjectProperty ; rdfs:label "richting"@nl , "direction"@en .
wk:hedged a owl:DatatypeProperty ; rdfs:label "voorbehoud"@nl , "hedged"@en .
"""
DIRECTIONS = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix thing: <https://w3id.org/werkkennis/id/thing/> .

thing:up a wk:Thing ; rdfs:label "gunstig"@nl , "favourable"@en .
thing:none a wk:Thing ; rdfs:label "geen effect"@nl , "no effect"@en .
"""


def write_graph(folder: Path, **files: str) -> Path:
    """Write the small graph, with further data files given as name=text, and return its folder."""
    for room, text in (("ontology", ONTOLOGY), ("shapes", SHAPES), ("data", DATA)):
        (folder / room).mkdir(parents=True, exist_ok=True)
        (folder / room / "things.ttl").write_text(text, encoding="utf-8")
    for name, text in files.items():
        (folder / "data" / f"{name}.ttl").write_text(text, encoding="utf-8")
    return folder
