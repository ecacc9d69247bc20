# Replace the statements of a named graph, if its state is still the one that is meant.
PREFIX schema: <https://schema.org/>
PREFIX void: <http://rdfs.org/ns/void#>
DELETE {
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?old ; void:triples ?before }
} INSERT {
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?new ; void:triples ?count }
} WHERE {
  VALUES (?graph ?old ?new ?count) { (<https://w3id.org/werkkennis/id/graph/data.new> "old" "new" 0) }
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?old ; void:triples ?before }
} ;
DELETE { GRAPH ?graph { ?subject ?property ?value } } WHERE {
  VALUES (?graph ?new) { (<https://w3id.org/werkkennis/id/graph/data.new> "new") }
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?new }
  GRAPH ?graph { ?subject ?property ?value }
} ;
INSERT {
  # statements
} WHERE {
  VALUES (?graph ?new) { (<https://w3id.org/werkkennis/id/graph/data.new> "new") }
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?new }
}
