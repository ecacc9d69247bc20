"""What changed in the data: release by release, in sentences, as data and as a feed for people (Atom, RFC 4287)."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, json, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from kg.history.differences import KINDS
from kg.history.pages import PATCH as PATCH_FILE
from kg.history.patch import between
from kg.history.releases import version_iri
from kg.history.sentences import Account
from kg.web import releases
from kg.web.addresses import located
from kg.web.answers import page
from kg.web.atom import atom
from kg.web.headers import FOR_GOOD
from kg.web.language import language
from kg.web.negotiate import ATOM, CSV, HTML, PATCH, PLAIN_JSON, choose, split
from kg.web.tallies import groups, tallies

room = Blueprint("changes", __name__)

_FORMS: Final = (HTML, CSV, PLAIN_JSON, PATCH)
_ALSO_LATEST: Final = "current"


@room.get("/changes")
@room.get("/changes.<suffix>")
def show(suffix: str | None = None) -> Response | Redirect:
    """Show the releases, newest first, and how much each changed; or send to what differs between two of them."""
    media_type = choose((HTML, CSV, PLAIN_JSON, ATOM), suffix)
    older, newer = request.args.get("older", ""), request.args.get("newer", "")
    if older and newer:
        releases.label(older), releases.label(newer)
        return redirect(url_for("changes.compared", older=older, newer=newer), 303)
    told = [(release, tallies(release.version)) for release in reversed(releases.all_of().releases)]
    if media_type == ATOM:
        return located(atom(told))
    if media_type == HTML:
        return located(page("changes.html", published=releases.all_of(), told=told, latest=releases.LATEST))
    rows = [
        {
            "version": release.version,
            "created": release.created,
            "note": release.note(language())[0],
            "kind": tally.name,
        }
        | {name: getattr(tally, name) for name in KINDS}
        for release, tallies in told
        for tally in tallies
    ]
    columns = ("version", "created", "note", "kind", *KINDS)
    return located(_table(columns, rows, "changes") if media_type == CSV else _json({"releases": rows}, "changes"))


@room.get("/changes/<version>")
def release(version: str) -> Response:
    """Show all that a release changed.

    Raises:
        NotFound: there is no such release.
    """
    version, suffix = _split(version)
    found = releases.find(version)
    media_type = choose(_FORMS, suffix)
    if media_type == PATCH:
        body = (releases.folder() / version / PATCH_FILE).read_bytes()
        return _lasting(_named(Response(body, mimetype=PATCH), f"{version}.rdfp"))
    older = releases.before(version)
    accounts = releases.between(older, version)
    if media_type == HTML:
        gone = releases.gone(accounts)
        return located(page("changes-release.html", release=found, older=older, groups=groups(accounts), gone=gone))
    return located(_data(accounts, media_type, f"changes-{version}"))


@room.get("/changes/<older>/<newer>")
def compared(older: str, newer: str) -> Response | Redirect:
    """Show what is different between two releases, or between one and what is served now (``latest``).

    What the command line calls ``current`` leads to ``latest``.

    Raises:
        NotFound: one of them is no release.
    """
    newer, suffix = _split(newer)
    if newer == _ALSO_LATEST and all(one.version != newer for one in releases.all_of().releases):
        ending = f".{suffix}" if suffix else ""
        return redirect(url_for("changes.compared", older=older, newer=f"{releases.LATEST}{ending}"), 303)
    labels = releases.label(older), releases.label(newer)
    media_type = choose(_FORMS, suffix)
    name = f"changes-{older}-{newer}"
    if media_type == PATCH:
        # What is served now has no name for good unless it was released.
        header = {"prev": version_iri(labels[0])}
        if newer != releases.LATEST or releases.all_of().released:
            header["id"] = version_iri(labels[1])
        patch = between(releases.lines(labels[0]), releases.lines(labels[1]), header)
        return located(_named(Response(patch.text(), mimetype=PATCH), f"{name}.rdfp"))
    accounts = releases.between(*labels)
    if media_type == HTML:
        gone = releases.gone(accounts)
        return located(page("changes-between.html", older=older, newer=newer, groups=groups(accounts), gone=gone))
    return located(_data(accounts, media_type, name))


def _split(version: str) -> tuple[str, str | None]:
    """Split a suffix from a version, which may look as if it ended in one."""
    known = {one.version for one in releases.all_of().releases}
    return (version, None) if version in known else split(version)


def _data(accounts: Iterable[Account], media_type: str, name: str) -> Response:
    if media_type == PLAIN_JSON:
        return _json({"things": [asdict(account) for account in accounts]}, name)
    columns = ("thing", "name", "kind", "change", "property", "propertyLabel", "language", "now", "was")
    rows = [
        {
            "thing": account.iri, "name": account.name, "kind": account.type_name, "change": account.kind,
            "property": point.property, "propertyLabel": point.name, "language": point.language,
            "now": " | ".join(value.iri or value.text for value in point.now),
            "was": " | ".join(value.iri or value.text for value in point.was),
        }
        for account in accounts
        for point in account.points
    ]  # fmt: skip
    return _table(columns, rows, name)


def _table(columns: Sequence[str], rows: Iterable[dict[str, Any]], name: str) -> Response:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return _named(Response(text.getvalue(), content_type="text/csv; charset=utf-8"), f"{name}.csv")


def _json(content: dict[str, Any], name: str) -> Response:
    body = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return _named(Response(body, mimetype=PLAIN_JSON), f"{name}.json")


def _named(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _lasting(response: Response) -> Response:
    response.headers["Cache-Control"] = FOR_GOOD
    return response
