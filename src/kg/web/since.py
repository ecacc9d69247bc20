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
from kg.web.lives import statuses
from kg.web.negotiate import HTML, choose
from kg.web.parameters import fields, given

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
        judged: rows of the question for the projects, and for the findings that a curator says bear on it; each with
            its date in words.
        unjudged: the same for later findings that nobody has judged.
    """

    iri: str
    label: str
    status: str
    stated_on: str
    stated: str
    judged: list[Mapping[str, str]] = field(default_factory=list)
    unjudged: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def followed(self) -> bool:
        """Whether anything came after."""
        return bool(self.judged or self.unjudged)

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
    return page(
        "since.html",
        form=form,
        stories=stories,
        statuses=statuses(),
        counts=Counter(story.status for story in stories),
        about=about(values["asOf"]),
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
            date = say(row["on"], precision_of(row["on"], [row["thing"]])) if row["on"] else ""
            story = found[row["gap"]]
            (story.unjudged if row["code"] == "later-finding" else story.judged).append(row | {"date": date})
    return list(found.values())
