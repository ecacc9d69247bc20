"""The write gate: the SPARQL 1.1 Graph Store HTTP Protocol over the data files, each write checked before it counts.

Reading is public. Writing needs a token (RFC 6750) and the state that is meant (``If-Match``); without any token, the
gate is shut. A write is in the data files before it is answered, and soon after in the generation that is served.
"""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from kg.errors import NotFound, TooManyQueries, Unauthorised, UnsupportedMediaType, UsageProblem
from kg.files import SourceFile, find
from kg.gate.building import Builder
from kg.gate.changes import PATCHES, Operation, Part, Prepared, prepare
from kg.gate.checking import FORMS
from kg.gate.desk import Condition, Desk, Outcome, state_of
from kg.gate.elsewhere import Elsewhere
from kg.gate.keeper import Keeper, Limits
from kg.gate.names import NotWritable, file_of
from kg.gate.tally import Tally
from kg.gate.tokens import Token, Tokens
from kg.parse import read_content
from kg.store import GRAPH_FORMATS
from kg.vocabulary import GRAPH
from kg.web import bodies, checks
from kg.web.answers import exactly, sent
from kg.web.negotiate import HTML, SUFFIX, choose
from kg.web.serialise import as_bytes
from kg.web.site import bound, page_query, records, site, today
from kg.web.validate import OFFERED, as_data
from kg.web.visitor import visitor

room = Blueprint("gate", __name__)

_TRIPLES: Final = tuple(name for name in GRAPH_FORMATS if SUFFIX[name] not in {"trig", "nq"})
_WRITES: Final = ["PUT", "POST", "DELETE", "PATCH"]
_TAG: Final = re.compile(r"([0-9a-f]{64})-[a-z]+(?::[a-z]+)?")
_MOST_PARTS: Final = 20
_TRIES: Final = 10
_TRY_SECONDS: Final = 60


def init_app(app: Flask) -> None:
    """Give an application its desk, where writes are done."""
    config = app.extensions["kg"].config
    limits = Limits(
        config.validate_seconds,
        config.validate_memory,
        running=1,
        waiting=config.write_queue,
        per_visitor=config.write_queue + 1,
    )
    app.extensions["kg-gate"] = (Desk(config.graph, config.var, config.write_queue), Keeper(limits), Builder(config))
    app.extensions["kg-failures"] = Tally(_TRIES, _TRY_SECONDS)


def begin(app: Flask) -> None:
    """Build from now on whatever is written, and what was written before a crash."""
    app.extensions["kg-gate"][2].begin()


@room.get("/graphs")
def read() -> Answer:
    """Give a named graph as it was last written or built, or all of them together.

    Raises:
        NotFound: there is no such graph.
    """
    iri = _named()
    if iri == "default":
        return sent(site().store.reply(page_query("all-statements"), exactly(choose(_TRIPLES)), visitor=visitor()))
    media_type = choose((*_TRIPLES, HTML))
    if media_type == HTML:
        return _page(iri)
    content = _written(iri)
    if content is None:
        state = _served(iri)
        response = sent(site().store.reply(bound("graph-alone", graph=iri), exactly(media_type), visitor=visitor()))
    else:
        state, source = state_of(content), SourceFile(iri, Path(iri), "data")
        parsed, _ = read_content(source, content)
        response = Response(as_bytes(parsed.triples, media_type), content_type=media_type)
    # It can change at any moment: no copy stands for it.
    response.headers["Cache-Control"] = "no-store"
    response.set_etag(f"{state}-{SUFFIX[media_type]}")
    return response.make_conditional(request)


@room.route("/graphs", methods=_WRITES)
def write() -> Response:
    """Write to a named graph that the address names.

    Raises:
        KgError: it is refused; see :meth:`kg.gate.desk.Desk.write`.
    """
    token = _token()
    iri = _named()
    if iri == "default":
        raise NotWritable("the default graph is all named graphs together; write to one of them")
    return _write(token, iri)


@room.route("/id/graph/<path:slug>", methods=_WRITES)
def write_directly(slug: str) -> Response:
    """Write to a named graph at its own address (direct identification)."""
    return _write(_token(), GRAPH + slug)


def _write(token: Token, iri: str) -> Response:
    if not token.allows(iri):
        raise NotWritable(f"the token {token.name} gives no right to this graph")
    config = site().config
    operation = Operation(request.method, _parts(), token.curator)
    desk, keeper, builder = _gate()
    if config.store:
        outcome = _write_elsewhere(token, iri, operation)
        return _done(outcome, iri) if outcome.prepared.verdict.conforms else _refusal(outcome)
    source = file_of(iri, config.graph)
    generation, _ = checks.base(site())
    shapes = checks.shapes(site())

    def prepared(source: SourceFile, before: bytes | None, operation: Operation) -> Prepared:
        return keeper.run(visitor(), prepare, generation, config.graph, source, before, operation, shapes)

    outcome = desk.write(source, operation, _condition(), prepared, token.name)
    if not outcome.prepared.verdict.conforms:
        return _refusal(outcome)
    builder.wake.set()
    return _done(outcome, iri)


def _write_elsewhere(token: Token, iri: str, operation: Operation) -> Outcome:
    desk, keeper, _ = _gate()
    shapes = checks.shapes(site())

    def prepared(quads: bytes, source: SourceFile, before: bytes | None, operation: Operation) -> Prepared:
        return keeper.run(visitor(), prepare, quads, None, source, before, operation, shapes)

    there = Elsewhere(desk, site().store, site().config)
    return there.write(there.source_of(iri), operation, _condition(), prepared, token.name)


def _refusal(outcome: Outcome) -> Response:
    return as_data(outcome.prepared.verdict, choose(tuple(name for name in OFFERED if name != HTML)))


def _done(outcome: Outcome, iri: str) -> Response:
    response = Response(status=HTTPStatus.CREATED if outcome.created else HTTPStatus.NO_CONTENT)
    if outcome.state:
        response.set_etag(f"{outcome.state}-ttl")
    if outcome.created:
        response.headers["Location"] = url_for("gate.read", graph=iri, lang=None, _external=True)
    return response


def _named() -> str:
    """Return the graph that the address names, or ``default``.

    Raises:
        UsageProblem: it names none, or more than one.
    """
    given = request.args.getlist("graph")
    if "default" in request.args and not given:
        return "default"
    if (
        len(given) != 1
        or "default" in request.args
        or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*", given[0])
    ):
        raise UsageProblem("name one graph: ?graph= and its IRI, or ?default")
    return given[0]


def _token() -> Token:
    """Return the token of the request.

    Raises:
        NotWritable: there are no tokens at all, so nobody may write.
        Unauthorised: none is shown, or it does not hold.
        TooManyQueries: this visitor has shown too many that do not.
    """
    tokens = Tokens.of(site().config)
    if not tokens.any(today()):
        raise NotWritable("nothing can be written here: the maintainers of this site have made no token (kg token new)")
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given.strip():
        raise Unauthorised("a token is needed to write: Authorization: Bearer …")
    failures: Tally = current_app.extensions["kg-failures"]
    address = request.remote_addr or ""
    if failures.full(address):
        raise TooManyQueries("your address has shown too many tokens that do not hold; try again in a minute")
    found = tokens.find(given.strip(), today())
    if found is None:
        failures.count(address)
        raise Unauthorised("this token does not hold (any more)")
    return found


def _parts() -> tuple[Part, ...]:
    """Return what is sent.

    Raises:
        UnsupportedMediaType: it is of a type that is not read here.
        UsageProblem: nothing is sent.
    """
    if request.method == "DELETE":
        return ()
    limit, kind = site().config.validate_bytes, request.mimetype
    if kind == "multipart/form-data" and request.method == "POST":
        bodies.form(limit)
        files = [file for name in request.files for file in request.files.getlist(name)]
        if len(files) > _MOST_PARTS:
            raise UsageProblem(f"a form may hold {_MOST_PARTS} files")
        found = tuple(Part(file.read(), file.mimetype or "text/turtle") for file in files)
    else:
        found = (Part(bodies.whole(limit), kind),)
    allowed = PATCHES if request.method == "PATCH" else tuple(FORMS)
    for part in found:
        if part.media_type not in allowed:
            raise UnsupportedMediaType(
                f"{part.media_type or 'a body without a type'} is not read here; send {', '.join(allowed)}"
            )
    if not any(part.content.strip() for part in found):
        raise UsageProblem("nothing was sent")
    return found


def _condition() -> Condition:
    """Return the state that the request means (RFC 9110, section 13.1)."""
    states = tuple(match[1] for tag in request.if_match.as_set() if (match := _TAG.fullmatch(tag)))
    # A tag of another form is one that this graph never had.
    states = states or (("unknown",) if request.if_match.as_set() else ())
    return Condition(states, request.if_match.star_tag, request.if_none_match.star_tag)


def _written(iri: str) -> bytes | None:
    """Return what was last written to a graph, if its file still holds that."""
    config = site().config
    desk, _, _ = _gate()
    if config.store or not desk.audit.heads().content:
        return None
    source = next((one for one in find(config.graph) if one.graph == iri), None)
    if source is None:
        try:
            source = file_of(iri, config.graph)
        except NotWritable:
            return None
        if desk.gone(source):
            raise NotFound("there is no such graph (any more)")
        return None
    return desk.vouched(source)


def _served(iri: str) -> str:
    """Return the state of a graph in the generation that is served."""
    found = records("graph-state", graph=iri)
    if found:
        return found[0]["sha256"]
    if not site().store.select(bound("graph", graph=iri, after="")).rows:
        raise NotFound("there is no such graph")
    return site().generation


def _page(iri: str) -> Answer:
    if not iri.startswith(GRAPH):
        raise NotFound("there is no such graph")
    return redirect(url_for("resources.document", kind="graph", slug=iri.removeprefix(GRAPH)), 303)


def _gate() -> tuple[Desk, Keeper, Builder]:
    found: tuple[Desk, Keeper, Builder] = current_app.extensions["kg-gate"]
    return found


@room.after_request
def _challenge(response: Response) -> Response:
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="graphs"'
    return response
