"""What can be asked of this site by HTTP: each route, what it is for, what it takes and what it gives.

The addresses are those of the routes and the parameters of a question those of its header; only what neither says
stands here. A route that is missing fails a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kg.gate.changes import PATCHES
from kg.gate.checking import FORMS
from kg.gate.tables import TABLES
from kg.questions import LANGUAGES
from kg.store import GRAPH_FORMATS, RESULT_FORMATS
from kg.web import references
from kg.web.catalogue import LazyString
from kg.web.catalogue import lazy_gettext as _
from kg.web.compare import MOST
from kg.web.gaps import PROJECTS
from kg.web.negotiate import CSV, HTML, JSON, PATCH, PNG, QUERY, SVG, TURTLE, XLSX

PLAIN_JSON: Final = "application/json"
LINKSET: Final = "application/linkset+json"
ATOM: Final = "application/atom+xml"
XML: Final = "application/xml"
TEXT: Final = "text/plain"
EVERYTHING: Final = "*/*"
_GRAPHS: Final = tuple(GRAPH_FORMATS)
_LD: Final = "application/ld+json"
LINKS: Final = "application/linkset"
_TABLES: Final = (CSV, JSON, QUERY, XLSX)
_SLUG: Final = r"^[A-Za-z0-9._~-]+$"


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter of an address.

    Attributes:
        name: as the address has it.
        says: what it is for.
        schema: JSON Schema of a value; a list may be given by repeating the parameter.
        required: whether it must be given.
        example: a value that can be tried.
    """

    name: str
    says: LazyString | str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route does.

    Attributes:
        shelf: where it stands on the page, one of ``SHELVES``.
        says: what it is for.
        gives: media types of an answer with status 200, our preference first.
        inputs: parameters of the query beside those of the question.
        question: the question whose parameters it takes, and of these ``only`` some when that is not empty.
        only: names of parameters.
        leads: the status with which it sends elsewhere; 0 where it answers itself.
        schema: name of the schema of its JSON.
        missing: whether it can say that there is no such thing (404), though its address has no variable part.
        gone: whether it can say that a thing is no longer there (410).
        suffixed: whether the last part of its address may end in a suffix, beside those of the routes.
        takes: media types of the body of a request that sends something.
        fields: of a form that may be sent in place of these, with JSON Schema.
        reports: statuses other than 200 with an answer of the same kind.
        refuses: statuses with which such a request can be refused.
    """

    shelf: str
    says: LazyString
    gives: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    question: str = ""
    only: tuple[str, ...] = ()
    leads: int = 0
    schema: str = ""
    missing: bool = False
    gone: bool = False
    suffixed: bool = False
    takes: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    reports: tuple[int, ...] = ()
    refuses: tuple[int, ...] = ()

    def giving(self, gives: tuple[str, ...]) -> "Operation":
        """Return the same with other media types."""
        return replace(self, gives=gives)


SHELVES: Final[dict[str, LazyString]] = {
    "things": _("Things and terms"),
    "dataset": _("The data set as a whole"),
    "sparql": _("SPARQL, the query language"),
    "questions": _("Questions"),
    "map": _("The map"),
    "gaps": _("Stated gaps"),
    "find": _("Find and compare"),
    "write": _("Check and write"),
    "site": _("About this site"),
}
_QUADS: Final = ("application/trig", "application/n-quads")
_GRAPH: Final = Input(
    "graph", _("IRI of the named graph"), example="https://w3id.org/werkkennis/id/graph/data.organisations"
)
_DEFAULT: Final = Input("default", _("in place of it: all graphs together, to be read only"))
_REFUSED: Final = (401, 403, 404, 406, 409, 412, 413, 415, 422, 428, 429, 500, 501, 507)
_WORD: Final = {"type": "string", "maxLength": 200}
_NUMBER: Final = {"type": "integer", "minimum": 1}
_MANY: Final = {"type": "array", "items": {"type": "string"}}
_SHOWN: Final = (
    Input("levels", _("how many levels of the rows and columns are open"), {"type": "integer", "minimum": 1}),
    Input("fold", _("a branch that is opened or shut on its own; may be repeated"), _MANY),
    Input("whole", _("1 to show all branches and not only the first"), {"type": "string", "enum": ["1"]}),
    Input("embed", _("1 for a map to stand inside a page of another site"), {"type": "string", "enum": ["1"]}),
)
_ROW: Final = Input("row", _("concept of the row"), example="component/barriers")
_COLUMN: Final = Input("column", _("concept of the column"), example="target-group/jobseekers")
_PAGE: Final = Input("page", _("which page of the list"), _NUMBER)
_MAP: Final = "gap-map"
_LIVES: Final = "gap-lifecycle"

PARTS: Final[dict[str, Input]] = {
    "kind": Input("kind", _("kind of thing"), {"type": "string", "pattern": _SLUG}, example="component"),
    "slug": Input(
        "slug", _("name of the thing in its address"), {"type": "string", "pattern": _SLUG}, example="barriers"
    ),
    "name": Input("name", _("name of the list or file"), {"type": "string", "pattern": _SLUG}, example="study"),
    "question": Input(
        "question", _("name of the question"), {"type": "string", "pattern": _SLUG}, example="stale-searches"
    ),
    "label": Input("label", _("name of a release or build"), {"type": "string", "pattern": _SLUG}, example="latest"),
    "number": Input("number", _("version of the ontology"), {"type": "string", "pattern": _SLUG}, example="0.1.0"),
    "version": Input("version", _("name of a release"), {"type": "string", "pattern": _SLUG}, example="2026-11-22"),
    "page": Input("page", _("number of a page"), _NUMBER, example="1"),
    "older": Input("older", _("the first of two releases"), {"type": "string", "pattern": _SLUG}, example="2026-11-22"),
    "newer": Input(
        "newer", _("the second of two releases, or latest"), {"type": "string", "pattern": _SLUG}, example="latest"
    ),
    "of": Input("of", _("of which thing it is a version"), example="id/finding/tno-summary-training-long-term"),
    "part": Input("part", _("part of the sitemap"), {"type": "string", "pattern": r"^[a-z0-9]+$"}, example="pages"),
}
"""What stands in the changing parts of an address."""

OPERATIONS: Final[dict[str, Operation]] = {
    "resources.thing": Operation("things", _("A thing by its IRI; sends to the document about it"), leads=303),
    "resources.document": Operation(
        "things",
        _("What is known about a thing: what is said about it, what refers to it, and the names of both"),
        (HTML, *_GRAPHS, *references.FORMATS),
        (Input("after", _("after which thing the next page of what refers to it begins")),),
        gone=True,
        suffixed=True,
    ),
    "ontology.show": Operation("things", _("The classes and properties, each with its meaning"), (HTML, *_GRAPHS)),
    "ontology.context": Operation("things", _("The JSON-LD context that is used now; sends to it"), leads=302),
    "ontology.kept_context": Operation("things", _("A JSON-LD context; it never changes"), (_LD,)),
    "ontology.version": Operation("things", _("The present version of the ontology; sends to it"), leads=303),
    "rules.show": Operation("things", _("The rules that data must keep"), (HTML, *_GRAPHS)),
    "linkset.show": Operation(
        "things",
        _("The links of a page, for machines (Signposting)"),
        (LINKSET, LINKS),
        schema="Linkset",
        suffixed=True,
    ),
    "browse.shelves": Operation("things", _("All kinds of things, and how many there are of each"), (HTML,)),
    "browse.one": Operation("things", _("All things of one kind"), (HTML,), (_PAGE,)),
    "dataset.catalogue": Operation("dataset", _("All forms in which the data set can be had (DCAT)"), (HTML, *_GRAPHS)),
    "dataset.discovered": Operation("dataset", _("Where crawlers look for the catalogue; sends to it"), leads=302),
    "dataset.one": Operation(
        "dataset", _("The data set, a release or a part of it"), (HTML, *_GRAPHS), gone=True, suffixed=True
    ),
    "description.statistics": Operation(
        "dataset", _("Statistics of the data set (VoID); a browser is led on"), _GRAPHS, leads=303
    ),
    "description.examples": Operation(
        "sparql", _("All questions as SPARQL, and the prefixes (SHACL)"), _GRAPHS, leads=303
    ),
    "changes.show": Operation(
        "dataset",
        _("The releases, and how much each of them changed"),
        (HTML, CSV, PLAIN_JSON, ATOM),
        (
            Input("older", _("the first of two releases to compare"), _WORD),
            Input("newer", _("the second of two releases to compare"), _WORD),
        ),
        missing=True,
    ),
    "changes.release": Operation(
        "dataset", _("All that a release changed"), (HTML, CSV, PLAIN_JSON, PATCH), suffixed=True
    ),
    "changes.compared": Operation(
        "dataset", _("All that is different between two releases"), (HTML, CSV, PLAIN_JSON, PATCH), suffixed=True
    ),
    "feed.root": Operation(
        "dataset", _("The changes as an event stream (LDES): where its pages are"), _GRAPHS, leads=303, missing=True
    ),
    "feed.closed": Operation(
        "dataset", _("A page of that stream, which never changes"), _GRAPHS, leads=303, suffixed=True
    ),
    "feed.member": Operation("dataset", _("A version of a thing; sends to the page that tells of it"), leads=303),
    "downloads.listed": Operation("dataset", _("Everything that can be downloaded; sends to the catalogue"), leads=303),
    "downloads.latest": Operation("dataset", _("A file with the newest data; sends to the file itself"), leads=302),
    "downloads.download": Operation(
        "dataset", _("A file of a release or build; parts of it can be asked for"), (EVERYTHING,)
    ),
    "sparql.endpoint": Operation(
        "sparql",
        _("The SPARQL 1.1 endpoint; without a query its description, or the editor"),
        (*RESULT_FORMATS, *_GRAPHS, HTML),
        (
            Input(
                "query",
                _("the query"),
                example="SELECT * { ?gap a <https://w3id.org/werkkennis/def#KnowledgeGap> } LIMIT 3",
            ),
            Input("default-graph-uri", _("a graph to ask; may be repeated"), _MANY),
            Input("named-graph-uri", _("a graph that the query may name; may be repeated"), _MANY),
            Input("question", _("a question to open in the editor")),
        ),
    ),
    "editor.words": Operation(
        "sparql", _("Prefixes and terms, for completion in an editor"), (PLAIN_JSON,), schema="Words"
    ),
    "questions.library": Operation("questions", _("All questions, by theme"), (HTML,)),
    "questions.slash": Operation("questions", _("The same, with a slash too many"), leads=308),
    "questions.show": Operation("questions", _("A question with its answer"), (HTML, *_TABLES, *_GRAPHS)),
    "map.front": Operation(
        "map",
        _("The front page: a map, and the ways in; RDF is found in the catalogue"),
        (HTML,),
        _SHOWN,
        question=_MAP,
        missing=True,
        leads=303,
    ),
    "map.slash": Operation("map", _("The same, with a slash too many"), leads=308),
    "map.show": Operation(
        "map",
        _("The map: where evidence is, and where nobody knows"),
        (HTML, *_TABLES, SVG, PNG),
        _SHOWN,
        question=_MAP,
        missing=True,
    ),
    "cell.show": Operation(
        "map",
        _("What stands behind one cell of the map"),
        (HTML, *_TABLES, *references.FORMATS, SVG),
        (
            Input(_ROW.name, _ROW.says, required=True, example=_ROW.example),
            Input(_COLUMN.name, _COLUMN.says, required=True, example=_COLUMN.example),
            *_SHOWN,
        ),
        question=_MAP,
        missing=True,
    ),
    "line.show": Operation(
        "map",
        _("A whole row or column of the map"),
        (HTML, *_TABLES),
        (_ROW, _COLUMN, *_SHOWN),
        question=_MAP,
        missing=True,
    ),
    "gaps.show": Operation(
        "gaps",
        _("The gaps that sources stated, each with how it stands"),
        (HTML, *_TABLES),
        (
            Input(
                "project", _("with or without a project that took it up"), {"type": "string", "enum": list(PROJECTS)}
            ),
            Input("sort", _("in which order"), {"type": "string", "enum": ["", "status", "oldest", "newest", "label"]}),
            _PAGE,
        ),
        question=_LIVES,
    ),
    "gaps.without_project": Operation("gaps", _("The gaps that no project took up"), leads=302),
    "gap.show": Operation(
        "gaps", _("The life of one gap"), (HTML, *_TABLES), question=_LIVES, only=("asOf",), suffixed=True
    ),
    "differences.show": Operation(
        "gaps", _("Where stated gaps and the map differ"), (HTML,), question="stated-versus-computed-gaps"
    ),
    "since.show": Operation(
        "gaps", _("Each gap of 2015 with what came after"), (HTML, *_TABLES), question="what-do-we-know-now"
    ),
    "search.show": Operation(
        "find",
        _("Search everything by its words"),
        (HTML, PLAIN_JSON),
        (
            Input("q", _("words to look for"), _WORD, example="jobcoach"),
            Input("kind", _("a kind of thing, as the page offers it")),
            Input("scheme", _("a concept scheme, as the page offers it")),
            Input("page", _("which page of the results"), _NUMBER),
        ),
        schema="Found",
        missing=True,
    ),
    "search.suggest": Operation(
        "find",
        _("Names that begin like what is typed"),
        (PLAIN_JSON,),
        (Input("q", _("what is typed"), _WORD, example="jobc"),),
        schema="Suggestions",
    ),
    "compare.ways": Operation("find", _("What can be compared"), (HTML,)),
    "compare.interventions": Operation(
        "find",
        _("Interventions side by side"),
        (HTML,),
        (Input("intervention", _("may be repeated"), _MANY | {"maxItems": MOST}, example="intervention/training"),),
        question=_MAP,
        only=("minRigour", "asOf"),
    ),
    "compare.dates": Operation(
        "find",
        _("The map at two dates"),
        (HTML,),
        (
            Input("from", _("the first date"), {"type": "string", "format": "date"}),
            Input("to", _("the second date"), {"type": "string", "format": "date"}),
        ),
        question=_MAP,
        only=("rows", "columns", "minRigour"),
    ),
    "compare.ratings": Operation(
        "find",
        _("Two schemes of rating side by side"),
        (HTML,),
        (Input("first", _("a scheme of rating")), Input("second", _("a scheme of rating"))),
    ),
    "validate.show": Operation("write", _("A form in which data can be checked"), (HTML,)),
    "validate.answer": Operation(
        "write",
        _("Check data against the rules of the graph; nothing is stored"),
        (TURTLE, *(form for form in _GRAPHS if form != TURTLE), PLAIN_JSON, TEXT, HTML),
        (
            Input("replaces", _("a data file of the graph, or its graph, that the data takes the place of")),
            Input("mapping", _("of a table: which of the graph's mappings says what its columns mean")),
            Input(
                "format",
                _("the form of the report; data gives the statements themselves"),
                {"type": "string", "enum": ["ttl", "json", "txt", "html", "data"]},
            ),
        ),
        takes=(*FORMS, *TABLES),
        fields={
            "text": {"type": "string"},
            "type": {"type": "string", "enum": ["", "ttl", "nt", "jsonld", "rdf"]},
            "replaces": {"type": "string"},
            "mapping": {"type": "string"},
            "format": {"type": "string", "enum": ["ttl", "json", "txt", "html", "data"]},
        },
        reports=(400, 422),
        refuses=(404, 406, 413, 415, 429, 507),
    ),
    "gate.read": Operation(
        "write",
        _("A named graph, or all together (Graph Store Protocol)"),
        (*(form for form in _GRAPHS if form not in _QUADS), HTML),
        (_GRAPH, _DEFAULT),
        missing=True,
        leads=303,
    ),
    "gate.write": Operation(
        "write",
        _("Write to a named graph; needs a token, and the ETag of what is there"),
        (),
        (_GRAPH, _DEFAULT),
        takes=(*FORMS, *PATCHES),
        refuses=_REFUSED,
    ),
    "gate.write_directly": Operation(
        "write",
        _("Write to a named graph at its own address"),
        (),
        takes=(*FORMS, *PATCHES),
        refuses=_REFUSED,
    ),
    "proposals.show": Operation(
        "write", _("A form in which a study can be suggested, where suggestions are taken"), (HTML,), missing=True
    ),
    "proposals.answer": Operation(
        "write",
        _("Suggest a study to the maintainers; nothing is served before they accept it"),
        (HTML,),
        takes=("application/x-www-form-urlencoded",),
        fields={name: {"type": "string"} for name in ("title", "spoken", "kind", "design", "year", "link", "why")},
        reports=(422,),
        refuses=(403, 404, 413, 415, 429, 507),
    ),
    "health.show": Operation(
        "site", _("Whether the site answers, and from which generation"), (PLAIN_JSON,), schema="Health"
    ),
    "health.live": Operation("site", _("Whether the web process answers"), (PLAIN_JSON,), schema="Health"),
    "health.ready": Operation("site", _("Whether queries are answered"), (PLAIN_JSON,), schema="Health"),
    "metrics.show": Operation("site", _("Figures for Prometheus"), (TEXT,)),
    "sitemap.whole": Operation("site", _("All pages, for crawlers; a list of parts when there are many"), (XML,)),
    "sitemap.one": Operation("site", _("A part of a large sitemap"), (XML,)),
    "sitemap.robots": Operation("site", _("What crawlers may read"), (TEXT,)),
    "security.contact": Operation("site", _("Where to report a weakness"), (TEXT,), missing=True),
    "api.description": Operation("site", _("All this for programs (OpenAPI 3.1)"), (PLAIN_JSON,), schema="OpenAPI"),
    "api.show": Operation("site", _("This page"), (HTML,)),
    "api.catalogue": Operation("site", _("Which APIs there are here (RFC 9727)"), (LINKSET,), schema="Linkset"),
}
"""By endpoint, as Flask calls it."""

LANGUAGE: Final = Input("lang", _("language of the words"), {"type": "string", "enum": list(LANGUAGES)})
