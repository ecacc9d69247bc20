"""The site behind a proxy and under a path: every link works, and nothing that a client says about hosts comes back."""

import html
import re
from urllib.parse import urljoin, urlsplit

import pytest

from kg.web import create_app

PUBLIC = "https://example.org/kg"
EVIL = "evil.example"
BROWSER = {"Accept": "text/html", "Accept-Language": "nl"}
PAGES = [
    "/", "/map?rows=outcome", "/map/cell?row=component/barriers&column=target-group/jobseekers", "/gaps", "/questions",
    "/questions/gap-lifecycle", "/doc/component/barriers", "/doc/gap/gm-professional-standards",
    "/doc/curator/werkkennis-editors", "/doc/graph/data.organisations", "/def", "/shapes", "/catalog", "/sparql",
    "/search?q=werk", "/browse", "/compare", "/what-do-we-know-now", "/changes", "/api",
]  # fmt: skip
DATA = [
    "/doc/component/barriers.jsonld", "/linkset/doc/component/barriers.json", "/linkset/def.txt", "/catalog.ttl",
    "/.well-known/void.ttl", "/sparql.ttl", "/sitemap.xml", "/robots.txt", "/openapi.json", "/changes.atom",
    "/.well-known/security.txt", "/.well-known/void", "/.well-known/api-catalog", "/.well-known/datacatalog",
]  # fmt: skip
LINK = re.compile(r'(?:href|src|action|data-(?!label)[a-z-]+)="([^"]*)"')


@pytest.fixture(scope="module")
def under_a_path(config, store, generation, catalogues):
    """A visitor to the site whose public address lies under a path."""
    changed = config.replace(public_url=PUBLIC)
    return create_app(changed, store, generation.name, published=generation.published).test_client()


def links(page):
    """Return all addresses in a page that a browser may follow, load or send to."""
    return {html.unescape(link) for link in LINK.findall(page) if link and not link.startswith("#")}


def own(link, base):
    """Return the path of a link to this site as the proxy hands it on, or None for one that leads elsewhere."""
    whole = urlsplit(urljoin(base, link))
    if whole.netloc != "example.org":
        return None
    assert whole.path == "/kg" or whole.path.startswith("/kg/"), (base, link)
    return (whole.path.removeprefix("/kg") or "/") + (f"?{whole.query}" if whole.query else "")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_works_under_a_path(under_a_path, page):
    """What a page links to, loads and sends to lies under the path, and is there when the proxy takes the path off."""
    found = under_a_path.get(page, headers=BROWSER)
    given = links(found.text) | set(re.findall(r"<([^>]*)>;", found.headers.get("Link", "")))
    paths = {path for link in given if (path := own(link, PUBLIC + page))}

    assert 10 < len(paths)
    for path in sorted(paths)[:60]:
        with under_a_path.get(path, headers={"Accept": "*/*"}) as answer:
            assert answer.status_code in {200, 302, 303, 308}, (page, path)


@pytest.mark.parametrize("page", [*PAGES, *DATA])
def test_a_proxy_may_leave_the_path_on(under_a_path, page):
    """The answer is the same whether the proxy takes the path off or leaves it on."""
    bare, whole = (under_a_path.get(f"{prefix}{page}", headers=BROWSER) for prefix in ("", "/kg"))

    assert bare.status_code == whole.status_code
    assert bare.data == whole.data


@pytest.mark.parametrize("page", [*PAGES, *DATA, "/id/component/barriers", "/nowhere"])
def test_no_host_of_a_client_comes_back(under_a_path, page):
    """With a public address set, no header of a request that names a host or path shows in the answer."""
    headers = BROWSER | {
        "Host": EVIL,
        "X-Forwarded-Host": EVIL,
        "X-Forwarded-Prefix": f"/{EVIL}",
        "Forwarded": f"host={EVIL}",
        "Referer": f"https://{EVIL}/",
    }
    found = under_a_path.get(page, headers=headers)

    assert EVIL not in found.text
    assert EVIL not in str(found.headers)


def test_redirections_stay_under_the_path(under_a_path):
    """A redirection leads to where the proxy has the site."""
    assert "/kg/doc/component/barriers" == under_a_path.get("/id/component/barriers").headers["Location"]
    assert "/kg/questions" == under_a_path.get("/kg/questions/").headers["Location"]


def test_addresses_for_the_world_are_whole(under_a_path):
    """What stands in data, where no page is around it, is the public address."""
    context = under_a_path.get("/doc/component/barriers.jsonld").json["@context"]
    anchor = under_a_path.get("/linkset/doc/component/barriers.json").json["linkset"][0]["anchor"]

    assert context.startswith(f"{PUBLIC}/def/context-")
    assert f"{PUBLIC}/doc/component/barriers" == anchor


def test_identifiers_stay_what_they_are(under_a_path):
    """The IRI of a thing is the same wherever the site stands."""
    found = under_a_path.get("/doc/component/barriers.nt").text

    assert found.startswith("<https://w3id.org/werkkennis/id/component/barriers>")
    assert PUBLIC not in found


@pytest.mark.parametrize(
    ("proxies", "prefix", "expected"),
    [
        (1, "/kg", "/kg/doc/component/barriers"),
        (0, "/kg", "/doc/component/barriers"),
        (1, "//evil.example", "/doc/component/barriers"),
        (1, '/a"><b', "/doc/component/barriers"),
        (1, "", "/doc/component/barriers"),
    ],
)
def test_a_trusted_proxy_names_the_path(config, store, proxies, prefix, expected):
    """Without a public address a trusted proxy may name the path; one that is no path, or of nobody trusted, is not believed."""
    visitor = create_app(config.replace(proxies=proxies), store, "proxied").test_client()
    found = visitor.get("/id/component/barriers", headers={"X-Forwarded-Prefix": prefix})

    assert expected == found.headers["Location"]
