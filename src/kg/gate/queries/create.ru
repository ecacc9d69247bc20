# Make a named graph, unless there is one: what is said about it, then its statements.
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX void: <http://rdfs.org/ns/void#>
INSERT {
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> {
    ?graph a void:Dataset ;
           dct:title ?name ;
           dct:license <https://creativecommons.org/licenses/by/4.0/> ;
           prov:wasAttributedTo <https://w3id.org/werkkennis/id/curator/werkkennis-editors> ;
           schema:sha256 ?new ;
           void:triples ?count .
  }
} WHERE {
  VALUES (?graph ?name ?new ?count) { (<https://w3id.org/werkkennis/id/graph/data.new> "data/new.ttl" "new" 0) }
  FILTER NOT EXISTS { GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?any } }
} ;
INSERT {
  # statements
} WHERE {
  VALUES (?graph ?new) { (<https://w3id.org/werkkennis/id/graph/data.new> "new") }
  GRAPH <https://w3id.org/werkkennis/id/graph/provenance> { ?graph schema:sha256 ?new }
}
