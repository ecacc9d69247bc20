"""Ten thousand random and hostile requests to the running server: none is its undoing, none comes back as it was.

The requests are written byte by byte, because a client that keeps to the standard would refuse to send most of them.
Where one fails, its number is told: ``hostile(number)`` gives the same request again.
"""

import json
import os
import random
import re
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import pytest

from surroundings import await_answer, free_port

NUMBER = 10_000
THREADS = 4
PUBLIC = "https://kennis.example.org/kg"
MARK = "wkx\"'><svg/onload=wkx>"
EVIL = "host-of-somebody.example"
CANARY = "canary.txt"
SONG = "what the canary sings"
LEAKS = [SONG, "root:x:0:0", "[build-system]", "from flask import", "Traceback (most recent", EVIL]
REFLECTED = ["<svg/onload", "<script>wkx", "wkx\"'", "wkx49"]
PATHS = [
    "/", "/map", "/map/cell?row=component/barriers&column=target-group/jobseekers", "/map/line?row=component/barriers",
    "/map.csv", "/gaps", "/gaps.json", "/gaps/tno-summary-evidence-not-used", "/gaps/differences", "/questions",
    "/questions/gap-map.rq", "/questions/stale-searches.csv", "/questions/gaps-by-concept?lang=en", "/compare",
    "/compare/dates?from=2015-01-01&to=2020-01-01", "/browse", "/browse/study", "/search?q=werk", "/search/suggest?q=jobc",
    "/id/component/barriers", "/doc/component/barriers", "/doc/component/barriers.ttl", "/doc/component/barriers.jsonld",
    "/doc/dataset/werkkennis.nt", "/doc/study/tno-quickscan", "/doc/publication/tno-quickscan.bib", "/def", "/def.ttl",
    "/shapes.nt", "/catalog", "/catalog.ttl", "/.well-known/void", "/.well-known/datacatalog",
    "/.well-known/sparql-examples", "/.well-known/security.txt", "/.well-known/api-catalog", "/openapi.json", "/api",
    "/sparql?query=ASK%20%7B%7D", "/sparql.csv?query=SELECT%20(1%20AS%20%3Fn)%20%7B%7D", "/sparql", "/sparql/words.json",
    "/changes", "/changes.atom", "/changes/feed", "/sitemap-pages.xml", "/robots.txt", "/health", "/health/ready",
    "/metrics", "/static/site.css", "/static/icon.svg", "/what-do-we-know-now.csv",
    "/dumps/latest/werkkennis.nt.gz", "/dumps/latest/SHA256SUMS", "/dumps/@LABEL@/werkkennis.nt",
    "/dumps/@LABEL@/werkkennis.ttl.gz", "/dumps/@LABEL@/studies.csv", "/dumps/@LABEL@/SHA256SUMS",
]  # fmt: skip
NASTY = [
    "..", "../", "..\\", "..%2f", "..%5c", "%2e%2e%2f", "%252e%252e%252f", "..;/", "..%00/", "%c0%ae%c0%ae/", ".%2e/",
    "../../../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "....//....//etc/passwd",
    "%2fetc%2fpasswd", "//etc/passwd", "file:///etc/passwd", "../@CANARY@", "..%2f@CANARY@", "../../@CANARY@",
    "../generations/../@CANARY@", "../../pyproject.toml", "../__init__.py", "..%2f__init__.py", "/.git/config", "/.env",
    "%00", "%0d%0aX-Injected:%20wkx", "%0aX-Injected:wkx", "%E5%98%8A%E5%98%8DX-Injected:wkx", "%0d%0a%0d%0a<svg/onload=wkx>",
    "%", "%2", "%zz", "%u0041", "%ff%fe", "%ed%a0%80", "%f0%9f%98%80", "\u0133sselmeer", "caf\u00e9", "\u202e", "\ufeff", "\u0000",
    "<script>wkx</script>", "%3Csvg/onload=wkx%3E", quote(MARK), MARK, "wkx{{7*7}}", "wkx${7*7}", "%(wkx)s", "{0.__class__}",
    "' OR '1'='1", "'; DROP TABLE x; --", "> } INSERT DATA { <a:b> <a:b> <a:b> } #", "> SERVICE <http://else.example/> {", "`id`",
    "|id", ";id", "$(id)", "*", "**", "?", "??", "&&", "&=&=", "=", "#", ";", ":", "@", "@else.example", "//else.example/%2f..",
    "\\\\else.example", "javascript:wkx", "http://else.example/", "https:else.example", ".", "./", "/", "//", "///", "%20", "+", " ",
    "\t", "~", "!", "-", "_", "nan", "NaN", "Infinity", "-1", "0", "1e309", "99999999999999999999", "0x10", "true", "null", "None",
    "undefined", "[]", "{}", '"', "a" * 300, "a" * 5000, "%41" * 700, "a/" * 200, "../" * 60, "9" * 400, "\u00e9" * 300,
    "lang=xx", "format=" + "x" * 100, "format=exe", "after=not%20an%20iri", "after=%00", "asOf=9999-99-99", "asOf=-1", "asOf=",
    "minRigour=99", "page=0", "page=99999999999", "rows=", "rows=../..", "levels=-5", "levels=" + "9" * 50, "fold=" + "x" * 500,
    "q=" + quote(MARK), "q=%00", "q=" + "a " * 300, "query=" + quote(MARK), "query=ASK%20%7B%7D&query=ASK%20%7B%7D", "query=%ff",
    "default-graph-uri=file:///etc/passwd", "update=CLEAR%20ALL", ".ttl", ".html", ".exe", ".json.json", ".csv/", ".%74tl", ".ttl%00",
]  # fmt: skip
NAMES = ["q", "lang", "x", "format", "row", "asOf"]
METHODS = [
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "TRACE",
    "PROPFIND",
    "get",
    "G\u00c9T",
    "GE T",
    "",
    "FOO" * 40,
]
ACCEPTS = [
    "*/*", "text/html", "text/turtle", "application/ld+json", "application/rdf+xml;q=0.9, text/html;q=0.1", "image/*", "text/*;q=0",
    "application/n-triples;charset=x;q=1", "a/b", "/", "text/html;q=nan", "text/html;q=-1", "*;q=0.5", ",,,,", ";;;", MARK, "\u00e9",
    "text/html" + ";a=b" * 300, ", ".join(["x/y"] * 400), 'application/ld+json;profile="http://else.example/"',
]  # fmt: skip
RANGES = [
    "bytes=0-0", "bytes=0-99", "bytes=-1", "bytes=-0", "bytes=5-2", "bytes=99999999999-", "bytes=0-99999999999999999999", "bytes=",
    "bytes", "bytes=a-b", "bytes=0-0,2-2,4-4", "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 3000, 2)), "bytes=--1", "lines=0-1",
    "bytes=0-,0-,0-", "bytes=-" + "9" * 40, "bytes = 0 - 9", MARK, "bytes=0x0-0x9", "bytes=\u0661-\u0662",
]  # fmt: skip
HOSTS = [
    EVIL, f"{EVIL}:80", f"{EVIL}:99999999", f"user@{EVIL}", "", " ", "[::1]", "[", "[::", "127.0.0.1:0", "..", "a b", MARK, "caf\u00e9.nl",
    "xn--a", "a" * 300, f"kennis.example.org, {EVIL}", f"kennis.example.org/{EVIL}", "%0d%0aX-Injected: wkx", "-", "_", "localhost:-1",
]  # fmt: skip
OTHERS = [
    ("X-Forwarded-Host", EVIL), ("X-Forwarded-Host", MARK), ("X-Forwarded-Proto", "javascript"), ("X-Forwarded-Proto", MARK),
    ("X-Forwarded-Prefix", f"//{EVIL}"), ("X-Forwarded-Prefix", MARK), ("X-Forwarded-For", MARK), ("X-Forwarded-For", "1, 2, 3"),
    ("X-Forwarded-Port", "99999999"), ("Forwarded", f"host={EVIL};proto=x"), ("X-Original-URL", "/metrics"), ("X-Rewrite-URL", "/health"),
    ("X-HTTP-Method-Override", "DELETE"), ("Referer", MARK), ("User-Agent", MARK), ("Origin", f"https://{EVIL}"), ("Origin", MARK),
    ("Accept-Language", MARK), ("Accept-Language", "nl;q=nan"), ("Accept-Language", ", ".join(["xx"] * 500)), ("Accept-Encoding", MARK),
    ("Accept-Encoding", "gzip;q=2, br;q=x"), ("Accept-Charset", "utf-7"), ("If-None-Match", MARK), ("If-None-Match", "*"),
    ("If-None-Match", '"' * 50), ("If-None-Match", ", ".join(['W/"x"'] * 300)), ("If-Match", '"x"'), ("If-Modified-Since", "yesterday"),
    ("If-Modified-Since", "Mon, 99 Foo 99999 99:99:99 GMT"), ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"), ("If-Range", MARK), ("If-Range", '"x"'), ("Cookie", MARK),
    ("Cookie", "session=" + "A" * 3000), ("Authorization", "Basic " + "A" * 500), ("X-Request-ID", MARK), ("X-Request-ID", "a" * 500),
    ("Content-Type", "multipart/form-data"), ("Content-Type", MARK), ("Expect", "100-continue"), ("Expect", "wkx"), ("Upgrade", "h2c"),
    ("Connection", "close"), ("TE", "trailers"), ("Max-Forwards", "-1"), ("Via", MARK), ("Prefer", MARK), ("Sec-Fetch-Site", MARK),
]  # fmt: skip
BROKEN = [
    b"%M %P HTTP/9.9\r\nHost: x\r\n\r\n", b"%M %P\r\n\r\n", b"%P\r\n\r\n", b"%M %P HTTP/1.1\r\n\r\n", b"%M %P HTTP/1.0\r\n\r\n",
    b"%M http://else.example%P HTTP/1.1\r\nHost: x\r\n\r\n", b"%M //else.example%P HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT else.example:443 HTTP/1.1\r\nHost: else.example:443\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"%M * HTTP/1.1\r\nHost: x\r\n\r\n", b"%M %P HTTP/1.1\r\nHost: x\r\nHost: else.example\r\n\r\n",
    b"%M %P HTTP/1.1\r\nHost: x\r\nNo colon wkx\r\n\r\n", b"%M %P HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n",
    b"%M %P HTTP/1.1\r\nHost: x\r\n folded: wkx\r\n\r\n", b"%M %P HTTP/1.1\r\nHost: x\r\nX-\x00: wkx\r\n\r\n",
    b"%M %P HTTP/1.1\r\nHost: x\r\nX: a\rX-Injected: wkx\r\n\r\n", b"%M %P HTTP/1.1\nHost: x\n\n",
    b"%M %P HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"%M %P HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n",
    b"POST %P HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST %P HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nwkx\r\n0\r\n\r\n",
    b"POST %P HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: wkx\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"%M %P HTTP/1.1\r\nHost: x\r\n" + b"X-Y: wkx\r\n" * 150 + b"\r\n", b"%M %P HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    b"%M %P" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]  # fmt: skip
BODIES = [
    ("application/x-www-form-urlencoded", b"query=" + quote(MARK).encode()), ("application/x-www-form-urlencoded", b"%ff=%00&query"),
    ("application/sparql-query", MARK.encode()), ("application/sparql-query", b"\xff\xfe"), ("application/sparql-update", b"CLEAR ALL"),
    ("text/turtle", b"<a:b> <a:b> <a:b> ."), ("application/json", b"[" * 5000), ("multipart/form-data; boundary=x", b"--x\r\n" * 50),
    ("", b"\x00" * 1000), (MARK, b"x"),
]  # fmt: skip


@dataclass(frozen=True)
class Request:
    """A request: its bytes, and whether it is HTTP, so that it must have an answer."""

    sent: bytes
    sound: bool
    head: bool


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    headers: dict[str, str]
    names: list[str]
    body: bytes


def hostile(number, label):
    """Return the request of that number."""
    chance = random.Random(number)  # noqa: S311 - to be met again, not to be kept secret
    path = _path(chance).replace("@LABEL@", label).replace("@CANARY@", CANARY)
    method = chance.choice(METHODS) if chance.random() < 0.2 else "GET"
    target = _escaped(path, chance)
    if chance.random() < 0.06:
        text = chance.choice(BROKEN).replace(b"%M", method.encode() or b"GET").replace(b"%P", target)
        return Request(text, sound=False, head=method == "HEAD")
    headers = [("Host", chance.choice(HOSTS) if chance.random() < 0.25 else "kennis.example.org")]
    if chance.random() < 0.5:
        headers.append(("Accept", ", ".join(chance.sample(ACCEPTS, chance.randint(1, 2)))))
    if chance.random() < (0.8 if "/dumps/" in path else 0.1):
        headers.append(("Range", chance.choice(RANGES)))
    headers += [chance.choice(OTHERS) for _ in range(chance.choice((0, 0, 1, 1, 2, 4)))]
    body = b""
    if method not in {"GET", "HEAD", "OPTIONS"} and chance.random() < 0.6:
        kind, body = chance.choice(BODIES)
        headers += [("Content-Type", kind), ("Content-Length", str(len(body)))]
    lines = [method.encode() + b" " + target + b" HTTP/1.1", *(_line(name, value) for name, value in headers)]
    sound = bool(re.fullmatch(r"[A-Z]+", method)) and all(0x21 <= byte <= 0x7E for byte in target)
    sound = sound and all(name != "Host" or re.fullmatch(r"[\w.:@-]+", value) for name, value in headers)
    sound = sound and not any(name in {"Expect", "Upgrade", "TE"} for name, _ in headers)
    return Request(b"\r\n".join([*lines, b"", body]), sound, method == "HEAD")


def _path(chance):
    """Return the path of a real address with a few changes, or one made up."""
    kind = chance.random()
    path = chance.choice(PATHS)
    if kind < 0.1:
        return path
    if kind < 0.2:
        return "/" + "/".join(chance.choice(NASTY) for _ in range(chance.randint(1, 4)))
    for _ in range(chance.randint(1, 3)):
        place = chance.choice((len(path), path.rfind("/") + 1, chance.randint(1, len(path))))
        piece = chance.choice(NASTY)
        change = chance.random()
        if change < 0.35:
            path = path[:place] + piece + path[place:]
        elif change < 0.5:
            path = path[:place] + piece
        elif change < 0.6:
            path = path[:place] + path[place + chance.randint(1, 5) :]
        elif change < 0.7:
            path = path[:place] + "".join(chance.choice("/.%?&=;#<>\"'\\ab0\u00e9") for _ in range(3)) + path[place:]
        else:
            path += ("&" if "?" in path else "?") + (piece if "=" in piece else f"{chance.choice(NAMES)}={piece}")
    return path if path.startswith("/") else f"/{path}"


def _escaped(path, chance):
    """Return a path as bytes: mostly as a client escapes it, else as it is; some below the path of the public address."""
    if chance.random() < 0.3:
        path = f"/kg{path}"
    return (
        quote(path, safe="/?&=%:;@+,!$'()*~#[]").encode() if chance.random() < 0.85 else path.encode("utf-8", "replace")
    )


def _line(name, value):
    return f"{name}: ".encode() + value.encode("utf-8")


class Visitor:
    """Sends bytes over a connection that is kept as long as the server keeps it."""

    def __init__(self, port):
        self._port = port
        self._stream = None

    def ask(self, request):
        """Send a request; give the response, or None when the server closed without a word."""
        for _ in range(2):
            fresh = self._stream is None
            try:
                if fresh:
                    self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
                    self._stream = self._socket.makefile("rb")
                self._socket.sendall(request.sent)
                response = self._read(request)
            except (BrokenPipeError, ConnectionResetError):
                response = None
            if response and request.sound and response.headers.get("connection") != "close":
                return response
            self.close()
            if response or fresh:
                return response
        return None

    def close(self):
        """End the connection."""
        if self._stream is not None:
            self._stream.close()
            self._socket.close()
            self._stream = None

    def _read(self, request):
        first = self._stream.readline()
        if not first:
            return None
        status = int(first.split()[1])
        headers, names = {}, []
        while (line := self._stream.readline()) not in {b"\r\n", b"\n", b""}:
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
            names.append(name.lower())
        if status == 100:
            return self._read(request)
        if request.head or status in {204, 304}:
            return Response(status, headers, names, b"")
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._stream.readline().split(b";")[0] or b"0", 16):
                body += self._stream.read(size)
                self._stream.readline()
            self._stream.readline()
        elif "content-length" in headers:
            body = self._stream.read(int(headers["content-length"]))
        else:
            body = self._stream.read()
        return Response(status, headers, names, body)


def faults(request, response):
    """Say what is wrong with the answer to a request."""
    if response is None:
        return ["no answer"] if request.sound else []
    found = []
    if response.status >= 500 and not _honest(request, response):
        found.append(f"status {response.status}")
    if "x-injected" in response.headers or any(times > 1 for times in Counter(response.names).values()):
        found.append("a header that is not ours")
    for name, value in response.headers.items():
        if re.search(r"[<>\"']wkx|wkx[<>\"']|<svg|[\x00-\x08\x0a-\x1f\x7f]", value) or EVIL in value:
            found.append(f"reflected in {name}: {value[:100]}")
    location = urlsplit(urljoin(PUBLIC, response.headers.get("location", "")))
    if (location.scheme, location.netloc) != ("https", "kennis.example.org"):
        found.append(f"led away to {location.geturl()[:100]}")
    plain = response.body.decode("utf-8", "replace") if "content-encoding" not in response.headers else ""
    if "html" in response.headers.get("content-type", "html"):
        found += [f"reflected: {mark}" for mark in REFLECTED if mark in plain]
    if plain and response.headers.get("x-content-type-options") != "nosniff":
        found.append("a browser may guess what this is")
    return found + [f"leaked: {leak}" for leak in LEAKS if leak in plain]


def _honest(request, response):
    """Tell whether a server may answer so: too many ask at once, or a body is in a coding that nobody knows (RFC 9112)."""
    return (response.status == 503 and "retry-after" in response.headers) or (
        response.status == 501 and b"Transfer-Encoding" in request.sent
    )


@pytest.fixture(scope="module")
def var(config, generation):
    """The folder of what is built, with a file in it that nobody may see."""
    canary = config.var / CANARY
    canary.write_text(SONG)
    yield config.var
    canary.unlink()


@pytest.fixture(scope="module")
def port(config, var, catalogues):
    """The port of a server that has a public address under a path."""
    found = free_port()
    command = [sys.executable, "-c", "from kg.cli import main; main()", "--graph", str(config.graph), "--var", str(var)]
    told = {"KG_PUBLIC_URL": PUBLIC, "KG_QUERY_SECONDS": "3", "KG_LOG_LEVEL": "error", "KG_PER_VISITOR": "8"}
    process = subprocess.Popen([*command, "serve", "--port", str(found)], env=os.environ | told)
    try:
        await_answer(process, f"http://127.0.0.1:{found}/health")
        yield found
    finally:
        process.terminate()
        process.wait(timeout=40)


@pytest.fixture(scope="module")
def label(port):
    """Under which name the newest data is published."""
    with closing(Visitor(port)) as visitor:
        sent = b"GET /dumps/latest/SHA256SUMS HTTP/1.1\r\nHost: x\r\n\r\n"
        response = visitor.ask(Request(sent, sound=True, head=False))
    return response.headers["location"].split("/")[-2]


def test_ten_thousand_hostile_requests(port, label):
    """Each is answered or refused; nothing fails, comes back as it was, or shows what is not published."""
    statuses, wrong = Counter(), []

    def visit(first):
        with closing(Visitor(port)) as visitor:
            for number in range(first, NUMBER, THREADS):
                request = hostile(number, label)
                response = visitor.ask(request)
                statuses[response.status if response else 0] += 1
                wrong.extend((number, fault, request.sent[:300]) for fault in faults(request, response))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(visit, range(THREADS)))

    assert [] == wrong[:20]
    assert NUMBER == sum(statuses.values())
    # The requests are hostile, and not only nonsense: many reach a page, and each way to refuse is met.
    assert statuses[200] > NUMBER // 10
    assert {200, 206, 303, 304, 400, 404, 405, 406, 416} <= set(statuses)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10) as answer:
        assert 200 == answer.status


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"wkx\r\n\r\n", 400),
        (b"GET /wkx\xe9 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nwkx\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: wkx\r\n\r\n", 417),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: wkx\r\n" * 200 + b"\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: wkx\r\n\r\n", 501),
    ],
)
def test_what_cannot_be_read_is_not_repeated(port, sent, status):
    """A request that is none is answered with a problem document that says nothing of it back."""
    with closing(Visitor(port)) as visitor:
        response = visitor.ask(Request(sent, sound=False, head=False))

    assert (status, "application/problem+json") == (response.status, response.headers["content-type"])
    assert status == json.loads(response.body)["status"]
    assert b"wkx" not in response.body
    assert "nosniff" == response.headers["x-content-type-options"]
