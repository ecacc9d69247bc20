"""What happened in a programme or a funding round, in the order of time."""

from dataclasses import dataclass, field
from typing import Final

from kg.vocabulary import WK
from kg.web.dates import precision_of, say
from kg.web.facts import Value
from kg.web.language import language
from kg.web.site import records

_ROUND: Final = f"{WK}FundingRound"


@dataclass(slots=True)
class Moment:
    """One round, event or project.

    Attributes:
        thing: its name and IRI.
        kind: what it is.
        is_round: whether it is a funding round.
        when: the date, or the dates between which it ran, in words; empty where no source says.
        applications: how many applied, or the empty string.
        granted: how many got money, or the empty string.
        themes: the programme lines it is for.
    """

    thing: Value
    kind: str
    is_round: bool
    when: str
    applications: str
    granted: str
    themes: list[Value] = field(default_factory=list)


def timeline(iri: str) -> list[Moment]:
    """Return what is part of a thing at any depth, the undated last."""
    found: dict[str, Moment] = {}
    for row in records("timeline", subject=iri, lang=language()):
        if row["thing"] not in found:
            ends = [say(row[name], precision_of(row[name], [row["thing"]])) for name in ("from", "to") if row[name]]
            thing = Value(row["label"], row["thing"])
            when = " – ".join(dict.fromkeys(ends))  # noqa: RUF001 - a span of time
            found[row["thing"]] = Moment(
                thing, row["kind"], row["class"] == _ROUND, when, row["applications"], row["granted"]
            )
        if row["theme"]:
            found[row["thing"]].themes.append(Value(row["themeLabel"], row["theme"]))
    return list(found.values())
