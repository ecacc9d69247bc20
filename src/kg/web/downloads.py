"""Dumps: files that were made when the generation was built, at addresses that never mean something else."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, redirect, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from kg.dumps import contents
from kg.errors import NotFound
from kg.publication import DumpFile, Published
from kg.web.site import site

room = Blueprint("downloads", __name__)

_LATEST: Final = "latest"
FOR_GOOD: Final = "public, max-age=31536000, immutable"
"""What is found under an address like this never changes (RFC 8246)."""


@room.get("/dumps/latest/<name>")
def latest(name: str) -> Redirect:
    """Send to the file of what is served now (302)."""
    published = _published()
    if name not in contents(published.folder, published.label):
        raise NotFound(f"there is no file {name} to download")
    response = redirect(url_for("downloads.download", label=published.label, name=name), HTTPStatus.FOUND)
    response.headers["Cache-Control"] = "no-cache"
    return response


@room.get("/dumps", strict_slashes=False)
@room.get("/dumps/<label>", strict_slashes=False)
def listed(label: str = _LATEST) -> Redirect:
    """Send to where all downloads are listed (303).

    Raises:
        NotFound: nothing is published under that label.
    """
    published = _published()
    if label != _LATEST and not contents(published.folder, label):
        raise NotFound(f"nothing is published under {label}")
    return redirect(url_for("dataset.catalogue"), HTTPStatus.SEE_OTHER)


@room.get("/dumps/<label>/<name>")
def download(label: str, name: str) -> Response:
    """Give a file, or the part of it that is asked for (RFC 9110, section 14)."""
    published = _published()
    file = _find(published, label, name)
    moment = next((one.created for one in published.releases if one.version == label), None)
    response = send_file(
        # The folder may be given from where the server was started, which is not where Flask looks.
        (published.folder / label / name).resolve(),
        mimetype="application/gzip" if file.compressed else file.media_type,
        conditional=True,
        # A tag of a part of the digest would do; the whole is what SHA256SUMS says too.
        etag=file.sha256,
        last_modified=datetime.fromisoformat(moment) if moment else datetime.fromtimestamp(0, tz=UTC),
    )
    if moment is None:
        del response.headers["Last-Modified"]
    response.headers["Cache-Control"] = FOR_GOOD
    description = f"{name}-metadata.json"
    if description in contents(published.folder, label):
        where = url_for("downloads.download", label=label, name=description, lang=None)
        # Where a reader of tables looks for what their columns mean (CSVW, Model for Tabular Data, section 5.2).
        response.headers["Link"] = f'<{where}>; rel="describedby"; type="application/csvm+json"'
    return response


def _published() -> Published:
    published = site().published
    if published is None:
        raise NotFound("this site stands over an engine elsewhere and has nothing to download; ask its SPARQL endpoint")
    return published


def _find(published: Published, label: str, name: str) -> DumpFile:
    """Return what is known of a file; only what a list of dumps names is ever opened.

    Raises:
        NotFound: nothing of that name is published under that label.
    """
    file = contents(published.folder, label).get(name)
    if file is None:
        raise NotFound(f"{label} has no file {name} to download")
    return file
