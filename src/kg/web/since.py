"""What is known now about the gaps of then: a story for each."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import Blueprint, Response

from kg import questions
from kg.vocabulary import ID
from kg.web.answers import DATA, answer, page
from kg.web.dates import precision_of, say
from kg.web.gaps import about
from kg.web.lives import Status, older, statuses, strengths
from kg.web.negotiate import HTML, choose
from kg.web.parameters import complete, fields, given
from kg.web.site import site
from kg.web.text import lower_first

room = Blueprint("since", __name__)

_MOST: Final = 500_000
"""Statements up to which findings are looked for that nobody judged: each gap of then is set beside all findings."""
_SHOWN: Final = 100
"""Gaps of one status that are told of, and as many of which nothing can be told."""
_HEAD: Final = re.compile(r"^SELECT .*?(?=^WHERE)", re.MULTILINE | re.DOTALL)
_AFTER: Final = re.compile(r"^  # What came after\..*", re.MULTILINE | re.DOTALL)
_UNJUDGED: Final = re.compile(r"^ +UNION\n +# A later finding .*?(?=^      \} \}$)", re.MULTILINE | re.DOTALL)


@dataclass(slots=True)
class Story:
    """A gap of then, and what came after.

    Attributes:
        iri: the gap.
        label: what was not known.
        status: IRI of how it stands.
        stated_on: when it was stated.
        stated: the same in words.
        judged: rows of the question for the projects, and for the findings that a curator says bear on it, in the
            order of time; each with its date in words.
        earlier: the same for what was there already when the source stated the gap.
        unjudged: the same for later findings that nobody has judged.
    """

    iri: str
    label: str
    status: str
    stated_on: str
    stated: str
    judged: list[Mapping[str, str]] = field(default_factory=list)
    earlier: list[Mapping[str, str]] = field(default_factory=list)
    unjudged: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def followed(self) -> bool:
        """Whether anything came after."""
        return bool(self.judged or self.unjudged)

    @property
    def told(self) -> bool:
        """Whether there is anything to tell beside the statement."""
        return self.followed or bool(self.earlier)

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.iri.removeprefix(f"{ID}gap/")


@room.get("/what-do-we-know-now")
@room.get("/what-do-we-know-now.<suffix>")
def show(suffix: str | None = None) -> Response:
    """Tell of each gap of then what came after, or give that as data."""
    media_type = choose((HTML, *DATA), suffix)
    question = questions.find("what-do-we-know-now")
    values = given(question)
    if media_type != HTML:
        return answer(question, values, media_type)
    form = {one.parameter.name: one for one in fields(question, values)}
    if any(one.problem for one in form.values()):
        return page("since.html", 400, form=form, stories=None)
    whole = len(site().store) <= _MOST
    query = question.bind(complete(question, values))
    query = query if whole else _judged(query)
    stories = tell(site().store.select(query).records())
    then = form["statedBefore"].value
    # How the same gaps stood then: the same question, as of that day, without what came after.
    before = _standing(question.bind(complete(question, values | {"asOf": then})))
    rows = site().store.select(before).records() if then < values["asOf"] else []
    stood = {row["gap"]: row["status"] for row in rows}
    told = _first([story for story in stories if story.told])
    silent = _first([story for story in stories if not story.told])
    known = statuses()
    return page(
        "since.html",
        form=form,
        stories=stories,
        told=told,
        silent=silent,
        left_out=len(stories) - len(told) - len(silent),
        whole=whole,
        statuses=known,
        counts=Counter(story.status for story in stories),
        stood=_in_words(Counter(stood.values()), known),
        was={
            story.iri: known[stood[story.iri]]
            for story in stories
            if stood.get(story.iri, story.status) != story.status
        },
        strengths=strengths(story.iri for story in told),
        about=about(values["asOf"], [story.iri for story in told]),
        as_of=values["asOf"],
        question=question,
        query=query,
    )


def tell(rows: list[dict[str, str]]) -> list[Story]:
    """Read the rows of ``what-do-we-know-now``: one story for each gap, in the order of the question."""
    found: dict[str, Story] = {}
    for row in rows:
        if row["gap"] not in found:
            stated = say(row["statedOn"], precision_of(row["statedOn"], [row["gap"]], "statedOn"))
            found[row["gap"]] = Story(row["gap"], row["gapLabel"], row["status"], row["statedOn"], stated)
        if row["code"] != "nothing":
            precision = precision_of(row["on"], [row["thing"]])
            date = say(row["on"], precision) if row["on"] else ""
            _shelf(found[row["gap"]], row, precision).append(row | {"date": date})
    for story in found.values():
        for rows_in_time in (story.earlier, story.judged):
            rows_in_time.sort(key=lambda row: (not row["on"], row["on"]))
    return list(found.values())


def _standing(query: str) -> str:
    """Return ``what-do-we-know-now``, bound, for the status of each gap alone."""
    return _HEAD.sub("SELECT ?gap ?status\n", _AFTER.sub("}\n", query))


def _judged(query: str) -> str:
    """Return ``what-do-we-know-now``, bound, without the later findings that nobody has judged."""
    return _UNJUDGED.sub("", query)


def _first(stories: list[Story]) -> list[Story]:
    """Return the first stories of each status."""
    seen: Counter[str] = Counter()
    kept = []
    for story in stories:
        seen[story.status] += 1
        if seen[story.status] <= _SHOWN:
            kept.append(story)
    return kept


def _shelf(story: Story, row: Mapping[str, str], precision: str) -> list[Mapping[str, str]]:
    """Return where a row of the question belongs in a story."""
    if row["code"] == "later-finding":
        return story.unjudged
    stated = precision_of(story.stated_on, [story.iri], "statedOn")
    return story.earlier if older(row["on"], precision, story.stated_on, stated) else story.judged


def _in_words(counts: Mapping[str, int], known: Mapping[str, Status]) -> str:
    """Say how many gaps stood how, as "31 open, 2 contested"; empty where there is nothing to say."""
    return ", ".join(f"{counts[iri]} {lower_first(status.label)}" for iri, status in known.items() if counts.get(iri))
