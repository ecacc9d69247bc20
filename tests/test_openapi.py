"""Everything that can be asked is described, the description is sound, and the running server does what it says."""

import json
import re
from collections import defaultdict

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from requests.utils import parse_header_links
from schemathesis import checks

from kg import questions
from kg.web import create_app
from kg.web.surface import OPERATIONS

CHECKED = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
BOUNDED = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def described(client):
    """The description in English."""
    return client.get("/openapi.json?lang=en").json


@pytest.fixture(scope="session")
def schema(server):
    """The description as the running server gives it."""
    return schemathesis.openapi.from_url(f"{server}/openapi.json")


def test_every_route_is_described(app):
    """A route that stands in no table, or an entry without a route, is told by name."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}

    assert sorted(routes) == sorted(OPERATIONS)


def test_every_address_is_described(app, described):
    """Each address of each route stands in the description, with its methods."""
    methods = defaultdict(set)
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in {"static", "questions.show"}:
            methods[re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)] |= rule.methods & {"GET", "POST"}

    for path, known in methods.items():
        assert known == {name.upper() for name in described["paths"][path]}, path


def test_every_question_has_its_parameters(described):
    """Each question has an address of its own there, its words, and the parameters of its header."""
    for name in questions.names():
        question = questions.find(name)
        told = described["paths"][f"/questions/{name}"]["get"]
        given = {parameter["name"] for parameter in told["parameters"]}

        assert question.asks["en"] == told["summary"]
        assert {parameter.name for parameter in question.parameters} | {"format", "lang"} == given


def test_parameters_say_what_they_take(described):
    """Bounds, defaults and choices are those of the question and of the graph."""
    told = {one["name"]: one["schema"] for one in described["paths"]["/questions/gap-map"]["get"]["parameters"]}

    assert {"type": "integer", "minimum": 0, "maximum": 5, "default": 3} == told["minRigour"]
    assert {"type": "string", "format": "date"} == told["asOf"]
    assert {"component", "targetGroup", "outcome"} < set(told["rows"]["enum"])
    assert "nl" in told["lang"]["enum"]
    assert "csv" in told["format"]["enum"]


def test_a_suffix_stands_for_a_form(described):
    """An address with a suffix names the suffixes that it takes, and gives no page."""
    told = described["paths"]["/doc/{kind}/{slug}.{suffix}"]["get"]
    suffix = next(one for one in told["parameters"] if one["name"] == "suffix")

    assert {"ttl", "nt", "rdf", "jsonld"} < set(suffix["schema"]["enum"])
    assert "text/html" not in told["responses"]["200"]["content"]


def test_the_names_of_operations_are_unique(described):
    """Programs that are made from the description call each operation by its own name."""
    names = [told["operationId"] for path in described["paths"].values() for told in path.values()]

    assert len(names) == len(set(names))


def test_both_languages(client):
    """The description speaks the language that is asked for."""
    summaries = [
        client.get(f"/openapi.json?lang={code}").json["paths"]["/api"]["get"]["summary"] for code in ("nl", "en")
    ]

    assert ["Deze pagina", "This page"] == summaries


def test_the_page_shows_every_address(client, described):
    """The page for people lists what the description lists, with something to try, and asks for no script of its own."""
    page = client.get("/api?lang=en", headers={"Accept": "text/html"}).text

    for path in described["paths"]:
        assert path in page
    assert page.count("<details") == sum(len(told) for told in described["paths"].values())
    assert page.count("curl ") == page.count("<details")


def test_the_catalogue_of_apis(client):
    """The linkset of RFC 9727 leads to the description, the endpoint, the catalogue and the change feed."""
    found = client.get("/.well-known/api-catalog")
    links = {one["anchor"]: one for one in found.json["linkset"]}

    assert "application/linkset+json" == found.content_type
    assert "http://localhost/openapi.json" == links["http://localhost/"]["service-desc"][0]["href"]
    apis = {f"http://localhost/{path}" for path in ("", "sparql", "catalog", "changes/feed")}
    assert apis == {one["href"] for one in links["http://localhost/.well-known/api-catalog"]["item"]}


def test_the_front_page_leads_there(client):
    """Whoever knows only the host finds the description by the links of the front page."""
    found = client.get("/", headers={"Accept": "text/html"})
    links = parse_header_links(", ".join(found.headers.getlist("Link")))

    assert {"service-desc": "/openapi.json", "service-doc": "/api", "api-catalog": "/.well-known/api-catalog"} == {
        link["rel"]: link["url"] for link in links if link["rel"] in {"service-desc", "service-doc", "api-catalog"}
    }
    assert 'href="/api"' in found.text


def test_the_description_is_sound(schema):
    """It is what OpenAPI 3.1 says it should be."""
    assert "3.1.1" == schema.raw_schema["openapi"]
    schema.validate()


def test_the_contact_of_the_settings_is_told(app, config, store, generation):
    """Whoever is named in the settings stands in the description; nobody is invented."""
    named = create_app(config.replace(contact="redactie@example.org"), store, generation.name).test_client()

    assert {"email": "redactie@example.org"} == named.get("/openapi.json").json["info"]["contact"]
    assert "contact" not in json.loads(app.test_client().get("/openapi.json").data)["info"]


def visit(operation, session):
    """Ask an operation in a few ways; give how often that was, and what was not as described."""
    asked, found = [], []

    @BOUNDED
    @given(case=operation.as_strategy())
    def ask(case):
        response = case.call(session=session)
        asked.append(response.status_code)
        try:
            case.validate_response(response, checks=CHECKED)
        except schemathesis.errors.FailureGroup as group:
            found.extend(f"{operation.label}: {one}" for one in group.exceptions)

    ask()
    return len(asked), found


def test_the_server_does_what_it_says(schema):
    """Whatever is asked along the description, the status, the form and the shape of the answer are described."""
    with requests.Session() as session:
        visits = [visit(result.ok(), session) for result in schema.get_all_operations()]

    assert [] == [one for _, found in visits for one in found]
    assert 80 < len(visits)
    assert 300 < sum(number for number, _ in visits)
