"""Queries that together use every operator of SPARQL 1.1, in every syntax that it has; all are valid."""

_PREFIXES = """
BASE <http://e/>
PREFIX : <http://e/>
PREFIX x: <x:>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

_PATTERNS = [
    "?s ?p ?o",
    "?s ?p ?o . ?o ?q ?r",
    "?s :p ?o ; :q ?r , ?t .",
    "?s a :T",
    "[] :p [ :q ?o ; :r [] ]",
    "_:a :p _:b . _:b :q ?o",
    "(1 ?x (2 3)) :p () .",
    "?s :p/:q ?o",
    "?s :p|:q ?o",
    "?s ^:p ?o",
    "?s :p* ?o",
    "?s :p+ ?o",
    "?s :p? ?o",
    "?s !:p ?o",
    "?s !(:p|^:q|a) ?o",
    "?s (:p/^:q)*|(:r+) ?o",
    "{ ?s :p ?o } UNION { ?s :q ?o } UNION {}",
    "?s ?p ?o OPTIONAL { ?o :q ?r OPTIONAL { ?r :q ?t } }",
    "?s ?p ?o MINUS { ?s :q ?o }",
    "?s ?p ?o FILTER EXISTS { ?o ?q ?r }",
    "?s ?p ?o FILTER NOT EXISTS { ?o ?q ?r FILTER(?q != ?p) }",
    "GRAPH ?g { ?s ?p ?o }",
    "GRAPH <g> { ?s ?p ?o { GRAPH x:g {} } }",
    "?s ?p ?o BIND(?o AS ?b) BIND(STR(?b) AS ?c)",
    'VALUES ?s { <a> 1 UNDEF "x"@nl true } ?s ?p ?o',
    "VALUES (?s ?p) { (:a :b) (UNDEF UNDEF) } VALUES () { () }",
    "{ SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(?n > 0) ORDER BY ?n LIMIT 3 }",
    "{{{{ ?s ?p ?o }}}}",
    "?s ?p 1 , -1.5 , +2e3 , .5 , 1.0E-2 , true , false",
    "?s ?p 'a' , \"b\" , '''c\n'c''' , \"\"\"d\"\n\"\"\" , 'e'@en-GB , '1'^^xsd:integer , '\\u00e9\\n\\t\\\\'",
    "?s x:a\\~b\\.c:d%20e ?o . ?s :1a-b.c ?o",
    "$s $p $o . # a comment } ' \"\n",
]

_EXPRESSIONS = [
    "?o = 1 || ?o != 2 && !(?o < 3) || ?o <= 4 || ?o > 5 || ?o >= 6",
    "(?o + 1 - 2 * 3 / 4) = -?o || +?o = 1",
    "?o IN (1, 'a', <b>) || ?o NOT IN ()",
    "BOUND(?o) && ISIRI(?s) || ISURI(?s) || ISBLANK(?o) || ISLITERAL(?o) || ISNUMERIC(?o)",
    "IF(?o = 1, 'a', COALESCE(?none, 1/0, 'b')) = 'a'",
    "REGEX(STR(?o), '^a.*[b-d]+$', 'i') || REGEX(STR(?o), 'x')",
    "STRLEN(UCASE(LCASE(SUBSTR(STR(?o), 1, 2)))) > 0 || SUBSTR('abc', 2) = 'bc'",
    "STRSTARTS(STR(?o), 'a') || STRENDS(STR(?o), 'b') || CONTAINS(STR(?o), 'c')",
    "CONCAT(STRBEFORE('a-b', '-'), STRAFTER('a-b', '-'), REPLACE('aa', 'a', 'b'), REPLACE('a', 'A', 'b', 'i')) = ''",
    "ENCODE_FOR_URI('a b') = 'a%20b' && LANG(?o) = '' && LANGMATCHES(LANG(?o), '*')",
    "DATATYPE(1) = xsd:integer && STRDT('1', xsd:integer) = 1 && STRLANG('a', 'nl') = 'a'@nl",
    "ISIRI(IRI('a')) && ISIRI(URI('b')) && ISBLANK(BNODE()) && ISBLANK(BNODE('c'))",
    "ABS(-1) = 1 && ROUND(1.5) = 2 && CEIL(1.1) = 2 && FLOOR(1.9) = 1 && RAND() < 1",
    "NOW() > '2020-01-01T00:00:00Z'^^xsd:dateTime && YEAR(NOW()) + MONTH(NOW()) + DAY(NOW()) > 0",
    "HOURS(NOW()) + MINUTES(NOW()) + SECONDS(NOW()) >= 0 && TZ(NOW()) != 'x' && BOUND(?s) || TIMEZONE(NOW()) = ?o",
    "MD5('a') != SHA1('a') && SHA256('a') != SHA384('a') && SHA512('a') != ''",
    "ISIRI(UUID()) && STRLEN(STRUUID()) = 36 && SAMETERM(?s, ?s)",
    "xsd:integer('1') = 1 && xsd:double('1') = xsd:float('1') && xsd:decimal('1') = 1 && xsd:boolean('true')",
    "xsd:dateTime('2020-01-01T00:00:00') < xsd:dateTime('2021-01-01T00:00:00') && xsd:string(1) = '1'",
]

_AGGREGATES = [
    "COUNT(*)", "COUNT(DISTINCT *)", "COUNT(DISTINCT ?o)", "SUM(?o)", "MIN(?o)", "MAX(?o)", "AVG(?o)", "SAMPLE(?o)",
    "GROUP_CONCAT(?o)", "GROUP_CONCAT(DISTINCT ?o; SEPARATOR = ', ')", "SUM(DISTINCT ?o) + 1",
]  # fmt: skip

_WHOLE = [
    "SELECT DISTINCT ?s { ?s ?p ?o }",
    "SELECT REDUCED * WHERE { ?s ?p ?o } ORDER BY ?s DESC(?p) ASC(STR(?o)) LIMIT 2 OFFSET 1",
    "SELECT (1 AS ?a) ?s (?a + 1 AS ?b) { ?s ?p ?o } OFFSET 1 LIMIT 2",
    "SELECT ?k (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY (STR(?p) AS ?k) HAVING (COUNT(?o) > 0) (MAX(?o) != 9)",
    "SELECT * { ?s ?p ?o } VALUES (?s ?p) { (<a> UNDEF) }",
    "SELECT * FROM <g> FROM NAMED <h> { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } }",
    "ASK {}",
    "ASK FROM <g> WHERE { ?s ?p ?o }",
    "CONSTRUCT { ?s :p ?o , [ :q ?p ] . _:b a :T } WHERE { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1",
    "CONSTRUCT {} {}",
    "DESCRIBE <a> x:b ?s WHERE { ?s ?p ?o }",
    "DESCRIBE * { ?s ?p ?o }",
    "DESCRIBE <a>",
]

QUERIES = [
    _PREFIXES + text
    for text in (
        *(f"SELECT * {{ {pattern}\n}}" for pattern in _PATTERNS),
        *(f"SELECT * {{ ?s ?p ?o FILTER({expression}) }}" for expression in _EXPRESSIONS),
        *(f"SELECT ({aggregate} AS ?a) {{ ?s ?p ?o }}" for aggregate in _AGGREGATES),
        *_WHOLE,
    )
]
