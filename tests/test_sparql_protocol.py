"""The SPARQL protocol to the letter, on the running server: what goes wrong elsewhere goes right here."""

import gzip
import json
import time
from http.client import HTTPConnection
from urllib.parse import quote, quote_plus, urlencode, urlsplit

import brotli
import pyoxigraph as ox
import pytest
from flask_compress.compat import compression

from kg import questions

QUERY, FORM, UPDATE = "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
ROWS = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT "
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
UNPACK = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda packed: compression.zstd.ZstdDecompressor().decompress(packed),
}
OF_THE_TRANSFER = {"date", "connection", "transfer-encoding", "x-request-id"}


@pytest.fixture
def ask(server):
    """Send a request as it is; give status, headers and body."""
    connection = HTTPConnection("127.0.0.1", urlsplit(server).port, timeout=60)

    def sent(method, path, body=None, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, names)
        response = connection.getresponse()
        return response.status, response.headers, response.read()

    yield sent
    connection.close()


def values(body):
    """Return the values of the only column of a table in JSON."""
    found = json.loads(body)
    [name] = found["head"]["vars"]
    return [row[name]["value"] for row in found["results"]["bindings"]]


def by(ask, way, query, **headers):
    """Send a query in one of the three ways of the protocol."""
    if way == "get":
        return ask("GET", f"/sparql?query={quote(query, safe='')}", **headers)
    if way == "form":
        return ask("POST", "/sparql", f"query={quote_plus(query)}", Content_Type=FORM, **headers)
    return ask("POST", "/sparql", query.encode(), Content_Type=QUERY, **headers)


WAYS = pytest.mark.parametrize("way", ["get", "form", "direct"])


@WAYS
@pytest.mark.parametrize("text", ["a%20b", "a%2520b", "a+b", "a%2Bb", "100%25", "é€𝄞", "a&b=c;d"])
def test_a_query_is_decoded_once(ask, way, text):
    """Percent signs, plus signs, ampersands and letters of any script arrive as they were sent, in all three ways."""
    status, _, body = by(ask, way, f'SELECT (CONCAT(STR(<http://e/{text}>), " {text}") AS ?x) {{}}')

    assert 200 == status
    assert [f"http://e/{text} {text}"] == values(body)


def test_a_plus_sign_in_an_address_or_a_form_is_a_space(ask):
    """A bare ``+`` means a space, an escaped one itself."""
    encoded = "query=SELECT+(1%2B1+AS+?x)+%7B%7D"

    assert ["2"] == values(ask("GET", f"/sparql?{encoded}")[2])
    assert ["2"] == values(ask("POST", "/sparql", encoded, Content_Type=FORM)[2])


def test_no_wish_is_not_a_wish_that_cannot_be_met(ask):
    """Without ``Accept``, or with an empty one, there is a default; where nothing fits, 406 names what can be had."""
    query = f"/sparql?query={quote(ROWS + '1')}"
    plain, empty, none = (ask("GET", query, **headers) for headers in ({}, {"Accept": ""}, {"Accept": "image/png"}))

    assert (200, JSON) == (plain[0], plain[1].get_content_type())
    assert (200, JSON) == (empty[0], empty[1].get_content_type())
    assert (406, "application/problem+json") == (none[0], none[1].get_content_type())
    assert all(name in json.loads(none[2])["detail"] for name in (JSON, XML, "text/csv", "text/turtle", "text/html"))


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*;q=0", None),
        ("text/csv, */*;q=0", "text/csv"),
        ("text/csv;q=0, */*", JSON),
        (f"{JSON};q=0.5, */*;q=0.9", XML),
        (f"{JSON}; charset=utf-8", JSON),
        ("text/csv; charset=utf-8; header=present, */*;q=0.1", "text/csv"),
        ("application/*", JSON),
        ("text/*", "text/csv"),
        ("application/xml", XML),
        ("text/csv;q=0.9, text/tab-separated-values;q=0.91", "text/tab-separated-values"),
        ("APPLICATION/SPARQL-RESULTS+XML", XML),
        ("nonsense", None),
        (";;,q=,*", None),
    ],
)
def test_weights(ask, accept, expected):
    """Weights are obeyed by the most specific range that fits, parameters of a type aside; weight 0 forbids."""
    status, headers, _ = ask("GET", f"/sparql?query={quote(ROWS + '1')}", Accept=accept)

    assert (200, expected) == (status, headers.get_content_type()) if expected else status == 406


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None),
        ("POST", "/sparql", "query=ASK%7B%7D&query=ASK%7B%7D"),
        ("POST", "/sparql?query=ASK%7B%7D", "query=ASK%7B%7D"),
    ],
)
def test_two_queries_are_too_many(ask, method, path, body):
    """Two ``query`` parameters are refused, also where one is in the address and one in the form."""
    status, _, answer = ask(method, path, body, **({"Content_Type": FORM} if body else {}))

    assert 400 == status
    assert "2 were sent" in json.loads(answer)["detail"]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (f"{QUERY}; charset=UTF-8", 200),
        (f'{QUERY};charset="utf-8"', 200),
        (f"{QUERY.upper()}; Charset=utf8", 200),
        (f"{QUERY}; charset=US-ASCII", 200),
        (f"{QUERY}; charset=UTF-16", 415),
        (f"{QUERY}; charset=ISO-8859-1", 415),
        ("text/plain; charset=UTF-8", 415),
        ("", 415),
    ],
)
def test_the_character_set_of_a_body(ask, content_type, status):
    """A query may say that it is UTF-8; one in another character set is refused, not guessed at."""
    assert status == ask("POST", "/sparql", b"ASK {}", Content_Type=content_type)[0]


@pytest.mark.parametrize("content_type", [f"{FORM}; charset=UTF-8", FORM.upper()])
def test_the_character_set_of_a_form(ask, content_type):
    """A form may say that it is UTF-8."""
    assert 200 == ask("POST", "/sparql", "query=ASK%7B%7D", Content_Type=content_type)[0]


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type"),
    [
        ("GET", "/sparql?query=ASK%7B%3Fs%20%3Fp%20%22%FF%22%7D", None, None),
        ("POST", "/sparql", b"query=ASK%7B%3Fs%20%3Fp%20%22%FF%22%7D", FORM),
        ("POST", "/sparql", b'ASK { ?s ?p "\xff" }', QUERY),
        ("POST", "/sparql", "ASK {}".encode("utf-16"), QUERY),
    ],
)
def test_what_is_not_utf8_is_refused(ask, method, path, body, content_type):
    """Bytes that are not UTF-8 are told so in each of the three ways; they are never replaced by something else."""
    headers = {"Content_Type": content_type} if content_type else {}
    status, _, answer = ask(method, path, body, **headers)

    assert 400 == status
    assert "UTF-8" in json.loads(answer)["detail"]


def test_a_packed_body_is_refused(ask):
    """A body that was compressed is refused with 415; it is not read as if it were plain."""
    headers = {"Content_Type": QUERY, "Content_Encoding": "gzip"}

    assert 415 == ask("POST", "/sparql", gzip.compress(b"ASK {}"), **headers)[0]


@pytest.mark.parametrize("body", [b"", b"  \n", b"# nothing"])
def test_an_empty_body_is_no_query(ask, body):
    """A POST of nothing is 400, in both ways."""
    assert 400 == ask("POST", "/sparql", body, Content_Type=QUERY)[0]
    assert 400 == ask("POST", "/sparql", b"query=" + body.strip(), Content_Type=FORM)[0]


@WAYS
def test_a_byte_order_mark_is_no_part_of_the_query(ask, way):
    """What Windows puts before a file of text does no harm."""
    assert 200 == by(ask, way, "\ufeffASK {}")[0]


def test_a_browser_that_accepts_html_gets_a_page(ask):
    """With the header of a browser an answer is a page; by suffix or ``format=`` the browser gets data all the same."""
    query = quote(ROWS + "1")

    assert "text/html" == ask("GET", f"/sparql?query={query}", Accept=CHROMIUM)[1].get_content_type()
    assert "text/csv" == ask("GET", f"/sparql.csv?query={query}", Accept=CHROMIUM)[1].get_content_type()
    assert "text/csv" == ask("GET", f"/sparql?query={query}&format=csv", Accept=CHROMIUM)[1].get_content_type()


@pytest.mark.parametrize(
    ("name", "query", "media_type"),
    [
        ("json", "ASK {}", JSON),
        ("xml", "ASK {}", XML),
        ("tsv", ROWS + "1", "text/tab-separated-values"),
        ("html", ROWS + "1", "text/html"),
        ("ttl", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "text/turtle"),
        ("nt", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/n-triples"),
        ("nq", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/n-quads"),
        ("trig", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/trig"),
        ("rdf", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/rdf+xml"),
        ("xml", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/rdf+xml"),
        ("jsonld", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/ld+json"),
        ("json", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/ld+json"),
    ],
)
def test_a_suffix_or_a_name_chooses_the_format(ask, name, query, media_type):
    """The suffix, the ``format`` in the address, or in a form wins over ``Accept``."""
    asked = f"query={quote(query)}"
    ways = [
        ask("GET", f"/sparql.{name}?{asked}", Accept="text/html"),
        ask("GET", f"/sparql?{asked}&format={name}", Accept="text/html"),
        ask("GET", f"/sparql?{asked}&format={media_type}", Accept="image/png"),
        ask("POST", "/sparql", f"{asked}&format={name}", Content_Type=FORM),
        ask("POST", f"/sparql.{name}", query, Content_Type=QUERY),
    ]

    assert [(200, media_type)] * 5 == [(status, headers.get_content_type()) for status, headers, _ in ways]


def test_an_unknown_suffix_is_not_there(ask):
    """A suffix that stands for no format is 404 with those that do."""
    status, _, body = ask("GET", f"/sparql.pdf?query={quote('ASK {}')}")

    assert 404 == status
    assert "csv" in json.loads(body)["detail"]


def test_every_question_fits_into_an_address(ask):
    """Each question of the library is answered by GET, with each character that can be escaped escaped."""
    found = {name: by(ask, "get", questions.find(name).bind({}))[0] for name in questions.names()}

    assert dict.fromkeys(questions.names(), 200) == found


def test_a_very_long_address_is_told_in_words(ask):
    """Up to 32 kB an address is answered; beyond that a problem document tells the limit, and that POST has none."""
    line = len("GET /sparql?query= HTTP/1.1")
    query = f"ASK%20%7B%7D%23{'x' * 33_000}"
    status, headers, body = ask("GET", f"/sparql?query={query[: 32_769 - line]}")

    assert 200 == ask("GET", f"/sparql?query={query[: 32_768 - line]}")[0]
    assert (414, "application/problem+json") == (status, headers.get_content_type())
    assert 414 == json.loads(body)["status"]
    assert "32,768 bytes; send a longer query by POST" in json.loads(body)["detail"]


def test_the_same_query_by_post_may_be_long(ask):
    """What is too long for an address may be sent as a form or directly."""
    long = f"ASK {{}} #{'x' * 90_000}"

    assert 200 == by(ask, "form", long)[0] == by(ask, "direct", long)[0]


@pytest.mark.parametrize(
    "body", [b"#" * 2_000_001, b"#" * 30_000_000, [b"#" * 65_536] * 32, [b"ASK {} #", b"x" * 9_000_000]]
)
def test_a_body_past_the_limit_is_413(ask, body):
    """More than the limit is refused in words, whether its length is told or not; it is never cut and then read."""
    status, _, answer = ask("POST", "/sparql", body, Content_Type=QUERY)

    assert 413 == status
    assert "2,000,000 bytes" in json.loads(answer)["detail"]
    assert 200 == ask("POST", "/sparql", [b"ASK {} #", b"x" * 1_900_000], Content_Type=QUERY)[0]


@WAYS
def test_a_mistake_is_told_with_its_place_in_a_line(ask, way):
    """A query that cannot be read is 400 with the engine's words, line and column, without its list of all tokens."""
    status, _, body = by(ask, way, "ASK {\n  ?s ?p }")
    detail = json.loads(body)["detail"]

    assert 400 == status
    assert detail.startswith("error at 2:")
    assert len(detail) < 300
    assert "\n" not in detail


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        ("/sparql?update=CLEAR%20ALL", None, None),
        ("/sparql?query=CLEAR%20ALL", None, None),
        ("/sparql?query=" + quote("PREFIX select: <x:> INSERT DATA { select:a <x:b> 1 }"), None, None),
        ("/sparql?query=" + quote("LOAD <http://127.0.0.1/>"), None, None),
        ("/sparql", "update=CLEAR+ALL", FORM),
        ("/sparql", "CLEAR ALL", UPDATE),
        ("/sparql", "CLEAR ALL", QUERY),
    ],
)
def test_an_update_is_refused_in_words(ask, path, body, content_type):
    """An update is 403 with a sentence, in whatever way it comes."""
    headers = {"Content_Type": content_type} if content_type else {}
    status, _, answer = ask("POST" if body else "GET", path, body, **headers)

    assert 403 == status
    assert "it takes no updates" in json.loads(answer)["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/sparql",
        f"/sparql?query={quote(ROWS + '1')}",
        f"/sparql.csv?query={quote(ROWS + '500')}",
        f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}",
        "/sparql?query=SELECT",
        "/sparql?query=CLEAR%20ALL",
    ],
)
@pytest.mark.parametrize("accept", ["*/*", CHROMIUM])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_head_is_get_without_a_body(ask, path, accept, encoding):
    """HEAD has the status and every header of GET, for small, large and wrong requests, and no body."""
    headers = {"Accept": accept, "Accept_Encoding": encoding}
    head, get = ask("HEAD", path, **headers), ask("GET", path, **headers)

    assert b"" == head[2]
    assert get[0] == head[0]
    assert told(get[1]) == told(head[1])


def told(headers):
    """Return the headers but those of one transfer."""
    return {name: value for name, value in headers.items() if name.lower() not in OF_THE_TRANSFER}


def test_a_page_of_another_site_may_ask(ask):
    """The request that a browser sends beforehand is answered with all that it needs; so is the answer itself."""
    asks = {"Origin": "https://example.org", "Access_Control_Request_Method": "POST"}
    status, headers, body = ask("OPTIONS", "/sparql", Access_Control_Request_Headers="content-type", **asks)
    answer = ask("GET", "/sparql?query=ASK%7B%7D", Origin="https://example.org")[1]

    assert (204, b"") == (status, body)
    assert "*" == headers["Access-Control-Allow-Origin"] == answer["Access-Control-Allow-Origin"]
    assert {"GET", "HEAD", "POST", "OPTIONS"} == set(headers["Access-Control-Allow-Methods"].split(", "))
    assert "Content-Type" in headers["Access-Control-Allow-Headers"]
    assert "ETag" in answer["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/sparql?query=SELECT", 400), ("PUT", "/sparql", 405), ("GET", "/nowhere", 404)],
)
def test_a_page_of_another_site_may_read_what_is_wrong(ask, method, path, status):
    """Errors too can be read by pages of other sites; 405 names the methods that there are."""
    found, headers, _ = ask(method, path)

    assert (status, "*") == (found, headers["Access-Control-Allow-Origin"])
    assert status != 405 or {"GET", "HEAD", "POST", "OPTIONS"} == set(headers["Allow"].split(", "))


def test_what_an_answer_depends_on(ask):
    """Every answer names the headers that it may depend on, whether or not the request had them."""
    for headers in ({}, {"Accept": "text/csv", "Accept_Encoding": "gzip", "Origin": "https://example.org"}):
        vary = ask("GET", f"/sparql?query={quote(ROWS + '99')}", **headers)[1].get_all("Vary")
        assert {"accept", "accept-encoding", "origin"} <= {name.strip().lower() for name in ",".join(vary).split(",")}


@WAYS
@pytest.mark.parametrize("rows", ["99", "9000"])
@pytest.mark.parametrize("encoding", UNPACK)
def test_answers_are_packed_when_asked(ask, way, rows, encoding):
    """An answer worth packing is packed as asked, small or streamed, and unpacks to the plain one."""
    _, plain, expected = by(ask, way, ROWS + rows)
    status, headers, body = by(ask, way, ROWS + rows, Accept_Encoding=encoding)

    assert 200 == status
    assert "Content-Encoding" not in plain
    assert (None if encoding == "identity" else encoding) == headers["Content-Encoding"]
    assert expected == UNPACK[encoding](body)
    assert encoding == "identity" or len(body) < len(expected) / 3


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("gzip;q=0.5, br;q=0.6", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("compress", None),
        ("GZIP", "gzip"),
        (";;=,", None),
    ],
)
def test_weights_of_packing(ask, accepted, encoding):
    """Weights are obeyed, weight 0 forbids, and an encoding that we do not have is passed over."""
    found = ask("GET", f"/sparql?query={quote(ROWS + '99')}", Accept_Encoding=accepted)[1]

    assert encoding == found["Content-Encoding"]


def test_a_small_answer_stays_plain(ask):
    """What fits one packet is not worth packing."""
    assert "Content-Encoding" not in ask("GET", "/sparql?query=ASK%7B%7D", Accept_Encoding="gzip")[1]


@pytest.mark.parametrize("rows", ["9", "9000"])
@pytest.mark.parametrize("encoding", UNPACK)
def test_a_copy_is_asked_about_by_its_tag(ask, rows, encoding):
    """With the tag of an answer the next request is 304 without a body; with another it is the answer."""
    path, headers = f"/sparql?query={quote(ROWS + rows)}", {"Accept_Encoding": encoding}
    _, first, body = ask("GET", path, **headers)
    again = ask("GET", path, If_None_Match=first["ETag"], **headers)
    listed = ask("HEAD", path, If_None_Match=f'"x", {first["ETag"]}', **headers)
    star = ask("GET", path, If_None_Match="*", **headers)
    other = ask("GET", path, If_None_Match='W/"other"', **headers)

    assert [(304, b"")] * 3 == [(status, got) for status, _, got in (again, listed, star)]
    assert first["ETag"] == again[1]["ETag"] == listed[1]["ETag"]
    assert first["Vary"] == again[1]["Vary"]
    assert first["Cache-Control"] == again[1]["Cache-Control"] == "no-cache"
    assert (200, body) == (other[0], other[2])
    assert 400 == ask("GET", "/sparql?query=SELECT", If_None_Match="*")[0]


def test_the_tag_depends_on_all_that_the_answer_does(ask):
    """Another query, format or data set has another tag; the way in which the format was asked for does not matter."""
    query = quote(ROWS + "9")
    graph = quote("https://w3id.org/werkkennis/id/graph/ontology.kg")
    paths = [
        f"/sparql?query={query}",
        f"/sparql?query={query}%20",
        f"/sparql.csv?query={query}",
        f"/sparql?query={query}&default-graph-uri={graph}",
        f"/sparql?query={query}&named-graph-uri={graph}",
    ]

    assert 5 == len({ask("GET", path)[1]["ETag"] for path in paths})


@pytest.mark.parametrize("call", ["NOW()", "RAND ( )", "UUID()", "struuid()", "NoW # so\n ()"])
def test_what_changes_by_itself_has_no_tag(ask, call):
    """A query for the time or for chance has another answer each time, so no copy is kept."""
    path = f"/sparql?query={quote(f'SELECT (STR({call}) AS ?x) {{}}')}"
    first, second = ask("GET", path), ask("GET", path)

    assert 200 == first[0] == second[0]
    assert first[2] != second[2]
    assert "ETag" not in first[1]
    assert "no-store" == first[1]["Cache-Control"]


def test_a_word_that_only_looks_like_chance_has_a_tag(ask):
    """The names of those functions in a text, a variable or a longer word change nothing."""
    query = 'SELECT ("RAND" AS ?known) ?now { BIND(1 AS ?now) FILTER(?now IN (1)) } # UUID'

    assert "ETag" in ask("GET", f"/sparql?query={quote(query)}")[1]


@pytest.mark.parametrize("accept", [JSON, "text/turtle"])
def test_a_large_answer_comes_whole_with_its_length(ask, accept):
    """An answer past what is handed over in memory has its length beforehand, and all of it comes."""
    query = "SELECT * { ?s ?p ?o }" if accept == JSON else "CONSTRUCT WHERE { ?s ?p ?o }"
    status, headers, body = ask("GET", f"/sparql?query={quote(query)}", Accept=accept)

    assert 200 == status
    assert 300_000 < len(body) == int(headers["Content-Length"])
    if accept == JSON:
        assert json.loads(body)
    else:
        assert list(ox.parse(body, format=ox.RdfFormat.TURTLE))


def test_a_large_answer_that_nobody_reads_leaves_nothing_behind(ask, config):
    """HEAD and a copy that is still good leave no file of the answer."""
    path = f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}"

    assert 200 == ask("HEAD", path)[0]
    assert 304 == ask("GET", path, If_None_Match="*")[0]
    # The answer is here before the server has cleared up.
    for _ in range(50):
        left = [file for file in (config.var / "spool").glob("*/*") if file.is_file()]
        if not left:
            break
        time.sleep(0.1)
    assert [] == left


def test_a_relative_name_is_one_of_ours(ask):
    """A relative IRI in a query is read against the base of the graph (SPARQL 1.1 Protocol, section 2.1.5)."""
    found = values(ask("GET", f"/sparql?query={quote('SELECT (<id/component/barriers> AS ?x) {}')}")[2])

    assert ["https://w3id.org/werkkennis/id/component/barriers"] == found


def test_the_data_set_of_the_request_goes_before_that_of_the_query(ask):
    """``default-graph-uri`` in the address overrides FROM in the query, in all three ways (section 2.1.4)."""
    query = "ASK FROM <x:nothing> { ?s ?p ?o }"
    graph = urlencode({"default-graph-uri": "https://w3id.org/werkkennis/id/graph/ontology.kg"})
    ways = [
        ask("GET", f"/sparql?{graph}&query={quote(query)}"),
        ask("POST", "/sparql", f"{graph}&query={quote_plus(query)}", Content_Type=FORM),
        ask("POST", f"/sparql?{graph}", f"query={quote_plus(query)}", Content_Type=FORM),
        ask("POST", f"/sparql?{graph}", query, Content_Type=QUERY),
    ]

    assert [True] * 4 == [json.loads(body)["boolean"] for _, _, body in ways]
    assert json.loads(ask("GET", f"/sparql?query={quote(query)}")[2])["boolean"] is False


@pytest.mark.parametrize("name", ["relative", "", "http://e/ a"])
def test_a_graph_needs_a_name(ask, name):
    """A data set named by what is no IRI is 400."""
    assert 400 == ask("GET", f"/sparql?query=ASK%7B%7D&default-graph-uri={quote(name)}")[0]
