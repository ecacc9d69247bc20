"""Where the world finds the site: its public address, which may lie under a path, behind a proxy.

With ``KG_PUBLIC_URL`` set, nothing that a client writes into ``Host`` or ``X-Forwarded-…`` is believed: every address
that an answer names begins as the setting does. A proxy may take the path of the setting off or leave it on.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")


class Mounted:
    """Stands before an application (WSGI) and tells it under which address it is found.

    Args:
        app: the application.
        public_url: of the settings; empty: as it was asked, with a prefix that a trusted proxy may name.
    """

    def __init__(self, app: "WSGIApplication", public_url: str) -> None:
        self._app = app
        self._public = urlsplit(public_url.rstrip("/"))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        if self._public.netloc:
            environ["wsgi.url_scheme"] = self._public.scheme
            environ["HTTP_HOST"] = self._public.netloc
            environ["SCRIPT_NAME"] = ""
            _mount(environ, unquote(self._public.path))
        elif prefix := environ.get("SCRIPT_NAME", ""):
            # Only a proxy that is trusted can have set it, but it may have passed on what a client wrote.
            environ["SCRIPT_NAME"] = ""
            _mount(environ, prefix if _PREFIX.fullmatch(prefix) else "")
        return self._app(environ, start_response)


def _mount(environ: "WSGIEnvironment", prefix: str) -> None:
    path = environ.get("PATH_INFO", "")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        environ["PATH_INFO"] = path[len(prefix) :]
    environ["SCRIPT_NAME"] = prefix
