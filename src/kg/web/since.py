"""What is known now about the gaps of then: a story for each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response

from kg import questions
from kg.vocabulary import ID
from kg.web.answers import DATA, answer, page
from kg.web.dates import precision_of, say
from kg.web.gaps import about, ask
from kg.web.lives import Status, older, statuses, strengths
from kg.web.negotiate import HTML, choose
from kg.web.parameters import fields, given
from kg.web.text import lower_first

room = Blueprint("since", __name__)


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
    asked = ask("what-do-we-know-now", values)
    stories = tell(asked.rows)
    then = form["statedBefore"].value
    # How the same gaps stood then: the same question, as of that day.
    rows = ask("what-do-we-know-now", values | {"asOf": then}).rows if then < values["asOf"] else []
    stood = {row["gap"]: row["status"] for row in rows}
    known = statuses()
    return page(
        "since.html",
        form=form,
        stories=stories,
        statuses=known,
        counts=Counter(story.status for story in stories),
        stood=_in_words(Counter(stood.values()), known),
        was={
            story.iri: known[stood[story.iri]]
            for story in stories
            if stood.get(story.iri, story.status) != story.status
        },
        strengths=strengths(),
        about=about(values["asOf"], [story.iri for story in stories]),
        as_of=values["asOf"],
        asked=asked,
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


def _shelf(story: Story, row: Mapping[str, str], precision: str) -> list[Mapping[str, str]]:
    """Return where a row of the question belongs in a story."""
    if row["code"] == "later-finding":
        return story.unjudged
    stated = precision_of(story.stated_on, [story.iri], "statedOn")
    return story.earlier if older(row["on"], precision, story.stated_on, stated) else story.judged


def _in_words(counts: Mapping[str, int], known: Mapping[str, Status]) -> str:
    """Say how many gaps stood how, as "31 open, 2 contested"; empty where there is nothing to say."""
    return ", ".join(f"{counts[iri]} {lower_first(status.label)}" for iri, status in known.items() if counts.get(iri))
