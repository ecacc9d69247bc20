"""Absolute addresses, as the world asks for them: under the public URL of the settings, else as this was asked for."""

from flask import request

from kg.errors import UsageProblem
from kg.web.site import site


def public(path: str = "") -> str:
    """Return the address of a path of this site, for the world.

    Args:
        path: without a slash before it; ``sitemap.xml``.

    Raises:
        UsageProblem: the settings name no public URL, and the request names a host that cannot be one.
    """
    root = site().config.public_url
    if not root and not request.host:
        raise UsageProblem("the Host header of the request names no host")
    return f"{(root or request.root_url).rstrip('/')}/{path}"


def published(local: str) -> str:
    """Return the address for the world of what ``url_for`` gives, which may begin with the path of a proxy."""
    return public(local.removeprefix(request.script_root).lstrip("/"))
