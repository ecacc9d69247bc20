"""What programs read first: the service description of the endpoint, the statistics, and the questions as SPARQL.

All but the address of the endpoint stands in the graph. A browser is led to the page that says the same to people.
"""

from typing import Final
from urllib.parse import urljoin

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from kg.errors import NotAcceptable, UsageProblem
from kg.store import GRAPH_FORMATS
from kg.vocabulary import DATASET, PREFIXES
from kg.web.addresses import address
from kg.web.answers import exactly
from kg.web.bounded import in_order
from kg.web.negotiate import HTML, choose
from kg.web.site import bound, site

room = Blueprint("description", __name__)

_ENDPOINT: Final = "sparql"
_TRIPLES: Final = "application/n-triples"


@room.get("/.well-known/void")
def statistics() -> Redirect:
    """Give the VoID description of the data set."""
    return _described("void", address(DATASET))


@room.get("/.well-known/sparql-examples")
def examples() -> Redirect:
    """Give the questions and the prefixes, in the way that editors for SPARQL read them."""
    return _described("examples", url_for("questions.library"))


def service(suffix: str | None) -> Response | None:
    """Return the SPARQL 1.1 Service Description; None for who would rather have a page or wants no RDF.

    Args:
        suffix: what the address ends in.
    """
    try:
        media_type = choose((*GRAPH_FORMATS, HTML), suffix)
    except NotAcceptable:
        return None
    return None if media_type == HTML else _graph("service", media_type)


def endpoint() -> str:
    """Return the address at which the world asks: under the public URL of the settings, else of this request.

    Raises:
        UsageProblem: the request names a host that cannot be one.
    """
    root = site().config.public_url
    if not root and not request.host:
        raise UsageProblem("the Host header of the request names no host")
    return urljoin(f"{(root or request.root_url).rstrip('/')}/", _ENDPOINT)


def _described(name: str, page: str) -> Redirect:
    media_type = choose((*GRAPH_FORMATS, HTML))
    return redirect(page, 303) if media_type == HTML else _graph(name, media_type)


def _graph(name: str, media_type: str) -> Response:
    """Return a graph whole and in an order of its own, so that equal statements have an equal tag."""
    found = site().store.reply(bound(name, endpoint=endpoint()), exactly(_TRIPLES)).read()
    said = in_order(quad.triple for quad in ox.parse(found, format=ox.RdfFormat.N_TRIPLES))
    # JSON-LD names no context, so that who reads this first need fetch nothing more.
    return Response(ox.serialize(said, format=GRAPH_FORMATS[media_type], prefixes=PREFIXES), content_type=media_type)
