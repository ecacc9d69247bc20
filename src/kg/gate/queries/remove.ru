# Take a named graph away, if its state is still the one that is meant: its statements, then what is said about it.
PREFIX schema: <https://schema.org/>
DELETE { GRAPH ?graph { ?subject ?property ?value } } WHERE {
  VALUES (?graph ?old) { (<https://w3id.org/werkkennis/id/graph/data.new> "old") }
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?old }
  GRAPH ?graph { ?subject ?property ?value }
} ;
DELETE { GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph ?property ?value } } WHERE {
  VALUES (?graph ?old) { (<https://w3id.org/werkkennis/id/graph/data.new> "old") }
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?old ; ?property ?value }
}
