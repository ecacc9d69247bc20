"""Where to report a weakness of this site (RFC 9116), as far as the settings name somebody to report it to."""

from datetime import UTC, date, datetime
from typing import Final

from flask import Blueprint, Response, render_template

from kg.errors import NotFound
from kg.questions import LANGUAGES
from kg.web.public import public
from kg.web.site import site, today

room = Blueprint("security", __name__)

_MONTHS: Final = 6


@room.get("/.well-known/security.txt")
def contact() -> Response:
    """Say where to report a weakness, and until when that holds.

    Raises:
        NotFound: the settings name no contact, or one that the standard does not allow.
    """
    given = site().config.contact
    if not given:
        raise NotFound("whoever runs this site has named no contact (KG_CONTACT)")
    if given.startswith("http://"):
        raise NotFound("the contact of this site (KG_CONTACT) is an address without https, which RFC 9116 rules out")
    address = given if given.startswith("https://") else f"mailto:{given}"
    here = public(".well-known/security.txt")
    told = {
        "contact": address,
        "expires": _later(date.fromisoformat(today())).isoformat().replace("+00:00", "Z"),
        "languages": ", ".join(LANGUAGES),
        "canonical": here if here.startswith("https://") else "",
    }
    return Response(render_template("security.txt", **told), mimetype="text/plain")


def _later(day: date) -> datetime:
    """Return the beginning of a month half a year ahead: the settings are read anew at each answer, so they hold."""
    months = day.year * 12 + day.month - 1 + _MONTHS
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
