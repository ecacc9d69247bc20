"""Whether the site answers, and from what."""

from flask import Blueprint, Response, jsonify

from kg import __version__
from kg.web.site import site

room = Blueprint("health", __name__)


@room.after_request
def _now(response: Response) -> Response:
    """Keep no copy: what is said here is so now."""
    response.headers["Cache-Control"] = "no-store"
    return response


@room.get("/health")
def show() -> Response:
    """Give status, generation, number of quads and version."""
    found = site()
    return jsonify(status="ok", generation=found.generation, quads=len(found.store), version=__version__)
