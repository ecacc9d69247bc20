"""Where a visitor who knows more is led to, and what goes along."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from kg.settings import Settings
from kg.vocabulary import ID
from kg.web import create_app

BROWSER = {"Accept": "text/html", "Accept-Language": "nl"}
GAP = "tno-page-economic-incentives-few-interventions"
PAGES = {
    "/questions/gaps-by-concept?asOf=2016-01-01": "gaps-by-concept",
    "/doc/component/barriers": f"{ID}component/barriers",
    "/doc/publication/tno-quickscan-report": f"{ID}publication/tno-quickscan-report",
    f"/gaps/{GAP}": f"{ID}gap/{GAP}",
    "/map/cell?row=component/barriers&column=target-group/jobseekers": "/map/cell?row=component/barriers",
}


@pytest.mark.parametrize(("address", "named"), PAGES.items())
def test_feedback_names_the_page_and_what_it_is_about(store, catalogues, address, named):
    """Both links begin a message with the page's address and its subject."""
    visitor = create_app(Settings(contact="redactie@example.org"), store, "x").test_client()
    page = visitor.get(address, headers=BROWSER).text
    links = re.findall(r'href="(mailto:redactie@example.org[^"]+)"', page)

    assert 2 == len(links)
    for link in links:
        told = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
        assert named in told["body"][0]
        assert address.partition("?")[0] in told["body"][0]


@pytest.mark.parametrize("address", PAGES)
def test_without_an_address_nothing_is_offered(client, address):
    """Where the settings name nobody to write to, there is no link to nowhere."""
    assert "mailto:" not in client.get(address, headers=BROWSER).text
