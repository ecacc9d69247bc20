"""What the query editor needs: the query to start from, the questions as examples, and the words of the graph.

The editor itself is Yasgui, which the build fetches. Without it, or without JavaScript, the page is a plain form.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, json, request, url_for

from kg.questions import Question, find
from kg.vocabulary import ID, PREFIXES, WK
from kg.web.answers import page
from kg.web.captions import THEMES
from kg.web.headers import POLICY
from kg.web.language import language
from kg.web.negotiate import HTML
from kg.web.parameters import complete, given
from kg.web.questions import shelves
from kg.web.site import records

room = Blueprint("editor", __name__)

_FETCHED: Final = ("yasgui.min.js", "yasgui.min.css")
_FIRST: Final = "gaps-by-concept"
_BESIDES: Final = ("question", "format")
# The table of answers makes its columns resizable with one style element of its own, which is never another. Its hash
# lets that element in, on this page only; scripts, style attributes and every other style element stay out.
_STYLE: Final = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
_ROLES: Final = {"classes": "class", "properties": "property", "concepts": "concept"}


def init_app(app: Flask) -> None:
    """Give the templates of an application what the editor needs."""
    app.after_request(_let_in)
    app.jinja_env.globals.update(frontend_fetched=fetched, editor_link=link, examples=examples, namespaces=(ID, WK))


@cache
def fetched() -> bool:
    """Tell whether the build has fetched the editor and the design system."""
    folder = files("kg.web") / "static" / "vendor"
    return all((folder / name).is_file() for name in _FETCHED)


def examples() -> list[tuple[str, list[Question]]]:
    """Return the questions under the name of their theme."""
    return [(str(THEMES.get(theme, theme)), shelf) for theme, shelf in shelves().items() if shelf]


def start() -> Response:
    """Show the form, with what it starts with: the question that the address names, bound as it says; else an example.

    Raises:
        NotFound: there is no question of that name.
        BadParameter: a value cannot be used.
    """
    name = request.args.get("question", "")
    if name:
        question = find(name)
        return page("sparql.html", query=question.bind(given(question, besides=_BESIDES)), chosen=name)
    question = find(_FIRST)
    return page("sparql.html", example=question.bind(complete(question, {})), chosen=_FIRST)


def link(question: Question) -> str:
    """Return the address at which the editor has the query of this page's question, with the values of this page."""
    values = [(name, value) for name, value in request.args.items(multi=True) if name not in {*_BESIDES, "lang"}]
    kept = [("lang", request.args["lang"])] if "lang" in request.args else []
    return f"{url_for('sparql.endpoint', lang=None)}?{urlencode([('question', question.name), *values, *kept])}"


def _let_in(response: Response) -> Response:
    if request.endpoint == "sparql.endpoint" and response.mimetype == HTML:
        response.headers["Content-Security-Policy"] = f"{POLICY}; style-src 'self' {_STYLE}"
    return response


@room.get("/sparql/words.json")
def words() -> Response:
    """Give the prefixes and words that the editor completes, made once for each generation and language."""
    known: dict[str, str] = current_app.extensions.setdefault("kg-editor-words", {})
    spoken = language()
    if spoken not in known:
        known[spoken] = json.dumps(_words(spoken), separators=(",", ":"))
    return Response(known[spoken], mimetype="application/json")


def _words(spoken: str) -> dict[str, Any]:
    """Return prefixes, and for each role the words as pairs of IRI and label."""
    kinds = {row["kind"]: f"{ID}{row['kind']}/" for row in records("kinds")}
    rows = records("terms", lang=spoken)
    return {"prefixes": PREFIXES | kinds} | {
        name: [(row["term"], row["label"]) for row in rows if row["role"] == role] for name, role in _ROLES.items()
    }
