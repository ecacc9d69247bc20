"""The names of things: base IRI, namespaces, and the short form in which people read them."""

from typing import Final

BASE: Final = "https://w3id.org/werkkennis/"
WK: Final = f"{BASE}def#"
ID: Final = f"{BASE}id/"
GRAPH: Final = f"{ID}graph/"
DATASET: Final = f"{ID}dataset/werkkennis"

DCT: Final = "http://purl.org/dc/terms/"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA: Final = "https://schema.org/"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
VOID: Final = "http://rdfs.org/ns/void#"
WKS: Final = f"{BASE}shapes#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final[dict[str, str]] = {
    "wk": WK,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": DCT,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "partition": f"{BASE}.well-known/void#",
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": SH,
    "skos": SKOS,
    "vann": "http://purl.org/vocab/vann/",
    "void": VOID,
    "void-ext": "http://ldf.fi/void-ext#",
    "xsd": XSD,
    "wks": WKS,
}


def shorten(iri: str) -> str:
    """Return the IRI as a person reads it: ``type:slug`` for things of ours, a prefixed name where we know one."""
    if iri.startswith(ID):
        kind, _, slug = iri[len(ID) :].partition("/")
        return f"{kind}:{slug}" if slug else iri
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
