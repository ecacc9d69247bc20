"""In which language a page speaks: ``?lang=``, else what the browser asks for, else the setting."""

from typing import Any, Final

from flask import Flask, g, request
from flask_babel import Babel, get_locale  # type: ignore[import-untyped]
from werkzeug.wrappers import Response

from kg.questions import LANGUAGES
from kg.web.negotiate import CSV, HTML, JSON
from kg.web.site import site

_SPOKEN: Final = {HTML, CSV, JSON}


def init_app(app: Flask) -> None:
    """Give an application its languages."""
    Babel(app, locale_selector=_select)
    app.url_defaults(_keep)
    app.after_request(_declare)
    app.context_processor(lambda: {"language": language(), "other_language": other()})


def language() -> str:
    """Return the language of this page, ``nl`` or ``en``."""
    return str(get_locale() or site().config.language)


def other() -> str:
    """Return the language that the page's switch leads to."""
    return next(code for code in LANGUAGES if code != language())


def _select() -> str:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    g.by_language = True
    return request.accept_languages.best_match(LANGUAGES) or site().config.language


def _keep(endpoint: str, values: dict[str, Any]) -> None:
    """Carry a language that the address names on to the links of the page; there are no cookies to keep it."""
    asked = request.args.get("lang", "") if request else ""
    if asked in LANGUAGES and endpoint != "static" and "lang" not in values:
        values["lang"] = asked


def _declare(response: Response) -> Response:
    # A dump holds both languages, and is the same for everybody.
    if response.mimetype in _SPOKEN and "Location" not in response.headers and request.blueprint != "downloads":
        response.headers["Content-Language"] = language()
    # Only what the answer was chosen by: a cache then keeps one copy of what is the same for everybody.
    chosen = (("Accept", g.get("by_accept")), ("Accept-Language", g.get("by_language")))
    response.vary.update([name for name, by_it in chosen if by_it])
    return response
