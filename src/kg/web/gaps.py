"""The gaps that sources state: how each stands, and which nobody has taken up."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from kg import questions
from kg.errors import BadParameter
from kg.questions import Question
from kg.vocabulary import ID
from kg.web.answers import DATA, answer, page
from kg.web.catalogue import gettext as _
from kg.web.concepts import short, tree
from kg.web.language import language
from kg.web.lives import Life, Step, standing, statuses
from kg.web.negotiate import HTML, choose
from kg.web.paging import paged
from kg.web.parameters import Field, Option, complete, fields, given
from kg.web.site import among, records, site

room = Blueprint("gaps", __name__)

FILTERS: Final = ("status", "theme", "component", "targetGroup", "gapKind", "publication")
PROJECTS: Final = ("", "with", "without")
PAGE: Final = 250
"""Gaps on a page of the list."""
_BESIDES: Final = ("format", "project", "sort", "page")


@dataclass(slots=True)
class About:
    """What a gap is about, and where it stands.

    Attributes:
        kind: what sort of knowledge is missing.
        publication: IRI of the source.
        source: the name of that source.
        subjects: pairs of property and concept, each with the concept's name.
    """

    kind: str
    publication: str
    source: str
    subjects: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """The names of its subjects; an intervention and a theme can bear the same."""
        return list(dict.fromkeys(label for _name, _iri, label in self.subjects))


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of a page that is the answer to a question: the question, its values, the bound query, the rows."""

    question: Question
    values: Mapping[str, str]
    query: str
    rows: list[dict[str, str]]


def ask(name: str, values: Mapping[str, str]) -> Asked:
    """Ask a question of the library; today and the page's language are filled in where they are not given.

    Raises:
        BadParameter: a value cannot be used.
    """
    question = questions.find(name)
    whole = complete(question, values)
    query = question.bind(whole)
    return Asked(question, whole, query, site().store.select(query).records())


def about(as_of: str, gaps: Iterable[str]) -> dict[str, About]:
    """Return what some gaps are about, of those that were stated by a date."""
    found: dict[str, About] = {}
    for row in among("gap-list", "gap", gaps, asOf=as_of, lang=language()).records():
        gap = found.setdefault(row["gap"], About(row["kindLabel"], row["publication"], row["publicationLabel"]))
        if row["value"]:
            gap.subjects.append((short(row["subject"]), row["value"], row["valueLabel"]))
    return found


@room.get("/gaps")
@room.get("/gaps.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Show all gaps, or give those that fit as data."""
    media_type = choose((HTML, *DATA), suffix)
    project = _choice("project", PROJECTS)
    values = given(questions.find("gap-lifecycle"), _BESIDES)
    if media_type != HTML:
        if project == "without":
            return answer(questions.find("gaps-without-project"), values, media_type)
        return answer(questions.find("gap-lifecycle"), values | _at_least(project), media_type)
    form = {one.parameter.name: one for one in fields(questions.find("gap-lifecycle"), values)}
    orders = _orders()
    sort = _choice("sort", tuple(name for name, _label in orders)) or orders[0][0]
    if any(one.problem for one in form.values()):
        return page("gaps.html", 400, form=form, filters=FILTERS, orders=orders, project=project, sort=sort, lives=None)
    form["publication"] = _sources(form["publication"], values["asOf"])
    wrong = bool(form["publication"].problem)
    narrowed = {name: value for name, value in values.items() if name != "status"}
    lifecycle = questions.find("gap-lifecycle")
    lives = standing(lifecycle.bind(complete(lifecycle, narrowed | _at_least(project))))
    free = ask("gaps-without-project", narrowed)
    without = {row["gap"] for row in free.rows}
    if project == "without":
        lives = [life for life in lives if life.iri in without]
    wanted = ID + short(values.get("status", "")).replace(":", "/", 1)
    shown = [life for life in lives if not values.get("status") or life.status == wanted]
    paging = paged(len(shown), PAGE)
    here = paging.cut(_sorted(shown, sort))
    known = about(values["asOf"], [life.iri for life in here])
    _tell(here, known, values["asOf"])
    behind = questions.find("gaps-without-project" if project == "without" else "gap-lifecycle")
    return page(
        "gaps.html",
        400 if wrong else 200,
        form=form,
        filters=FILTERS,
        orders=orders,
        project=project,
        sort=sort,
        statuses=statuses(),
        counts=Counter(life.status for life in lives),
        lives=None if wrong else here,
        paging=paging,
        about=known,
        without=without,
        by_theme=[] if any(values.get(name) for name in FILTERS) or project else _by_theme(values["asOf"], free.rows),
        values=values,
        narrowed=project or any(values.get(name) for name in FILTERS),
        question=behind,
        query=behind.bind(values if project == "without" else values | _at_least(project)),
    )


@room.get("/gaps/without-project")
def without_project() -> Redirect:
    """Send to the gaps that no project has taken up."""
    kept = request.args.to_dict() | {"project": "without"}
    return redirect(f"{url_for('gaps.show', lang=None)}?{urlencode(kept)}")


def _orders() -> tuple[tuple[str, str], ...]:
    """Return the ways to put gaps in order, each with what it is called; the first is the usual one."""
    return (
        ("status", _("By status")),
        ("oldest", _("Oldest first")),
        ("newest", _("Newest first")),
        ("label", _("From A to Z")),
    )


def _sorted(lives: list[Life], sort: str) -> list[Life]:
    """Put gaps in one of these orders; within it they keep the order of the question, the oldest first."""
    rank = {iri: place for place, iri in enumerate(statuses())}
    keys: dict[str, Callable[[Life], int | str]] = {
        "status": lambda life: rank[life.status],
        "label": lambda life: life.label.casefold(),
    }
    return sorted(lives, key=keys.get(sort, lambda life: life.stated_on), reverse=sort == "newest")


def _tell(lives: Collection[Life], known: Mapping[str, About], as_of: str) -> None:
    """Add to the gaps of a page by which source they were stated, and the projects that took them up by a date."""
    for life in lives:
        gap = known[life.iri]
        life.steps.append(Step("stated", life.stated_on, gap.publication, gap.source))
    of_gap = {life.iri: life for life in lives}
    for row in among("gap-takers", "gap", of_gap, asOf=as_of, lang=language()).records():
        of_gap[row["gap"]].steps.append(Step("project", row["on"], row["project"], row["projectLabel"]))


def _choice(name: str, known: tuple[str, ...]) -> str:
    """Return what the address chooses from a list; the empty string where it names nothing."""
    value = request.args.get(name, "")
    if value and value not in known:
        raise BadParameter(f"{name}={value!r}: one of {', '.join(filter(None, known))} is needed")
    return value


def _at_least(project: str) -> dict[str, str]:
    return {"minProjects": "1"} if project == "with" else {}


def _sources(asked: Field, as_of: str) -> Field:
    """Let a visitor choose from the sources that had stated a gap by a date."""
    rows = records("gap-sources", asOf=as_of, lang=language())
    named = {short(row["publication"]): row["publicationLabel"] for row in rows}
    options = tuple(Option(value, label) for value, label in sorted(named.items(), key=lambda pair: pair[1].casefold()))
    chosen = asked.value.replace(":", "/", 1)
    problem = "" if not chosen or chosen in named else _("This source had not stated a gap by then. Choose another.")
    return replace(asked, value=chosen, options=options, problem=problem)


def _by_theme(as_of: str, rows: list[dict[str, str]]) -> list[tuple[str, str, int]]:
    """Count, for each theme, the open gaps without a project: theme as an address has it, its name, how many."""
    free = {row["gap"] for row in rows if row["status"].endswith("/open")}
    counted = Counter(row["theme"] for row in records("gap-themes", asOf=as_of) if row["gap"] in free)
    return [(short(head.iri), head.label, counted[head.iri]) for head in tree(f"{ID}scheme/themes")]
