"""Whether the site answers, and from what."""

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from kg import __version__
from kg.errors import Busy, KgError
from kg.web.notice import warning
from kg.web.site import select, site

room = Blueprint("health", __name__)


@room.after_request
def _fresh(response: Response) -> Response:
    """Let nobody keep what is only true now."""
    response.headers["Cache-Control"] = "no-store"
    return response


@room.get("/health")
def show() -> Response:
    """Give status, generation, number of quads and version."""
    found = site()
    return jsonify(**_status(), generation=found.generation, quads=len(found.store), version=__version__)


@room.get("/health/live")
def live() -> Response:
    """Say that the web process answers; nothing else is asked."""
    return jsonify(status="ok")


@room.get("/health/ready")
def ready() -> Response:
    """Say that queries are answered, and from which generation.

    Raises:
        Busy: they are not.
    """
    found = site()
    try:
        select("ready")
        triples = len(found.store)
    except KgError as error:
        raise Busy(f"queries are not answered now: {error}") from error
    return jsonify(**_status(), generation=found.generation, triples=triples, **_age())


def _status() -> dict[str, str]:
    """Return whether all is well; an older generation in the place of a damaged one is answers, but not well."""
    told = warning()
    return {"status": "degraded", "warning": told} if told else {"status": "ok"}


def _age() -> dict[str, str | int]:
    """Return since when the generation is the current one, where it stands in a folder of this machine."""
    folder = site().config.var / "generations" / site().generation
    try:
        since = datetime.fromtimestamp(folder.stat().st_mtime, tz=UTC)
    except OSError:
        return {}
    return {
        "since": since.isoformat(timespec="seconds"),
        "age_seconds": int((datetime.now(tz=UTC) - since).total_seconds()),
    }
