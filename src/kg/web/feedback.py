"""Links to suggest a study and to report a mistake, which carry along what the visitor was looking at."""

from urllib.parse import quote, urlencode

from flask import Flask, request

from kg.web.catalogue import gettext as _
from kg.web.site import site


def init_app(app: Flask) -> None:
    """Give the templates of an application the addresses for feedback."""
    app.jinja_env.globals.update(feedback=address)


def address(subject: str, about: str, **values: str) -> str:
    """Return where to write to, with a message begun; empty where the settings name nobody to write to.

    Args:
        subject: what it is about, in a few words.
        about: the name of what the visitor is looking at.
        values: what it was asked with, such as the date.
    """
    contact = site().config.contact
    if not contact:
        return ""
    lines = [about, _("Page: %(address)s", address=_here()), *(f"{name}: {value}" for name, value in values.items())]
    told = {"subject": f"{subject}: {about}", "body": "\r\n".join([*lines, "", ""])}
    if contact.startswith("http"):
        # An issue tracker: GitHub, Gitea and Forgejo read these names.
        return f"{contact}?{urlencode({'title': told['subject'], 'body': told['body']}, quote_via=quote)}"
    return f"mailto:{contact}?{urlencode(told, quote_via=quote)}"


def _here() -> str:
    """Return the address of this page for the world."""
    public = site().config.public_url.rstrip("/")
    return f"{public}{request.full_path.rstrip('?')}" if public else request.url
