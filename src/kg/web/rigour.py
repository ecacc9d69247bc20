"""How rigorous the study behind a finding is, as a fact on the page of the finding."""

from kg.vocabulary import WK
from kg.web.catalogue import gettext as _
from kg.web.facts import Fact, Thing, Value
from kg.web.language import language
from kg.web.site import records

_STUDY = f"{WK}study"


def with_rigour(thing: Thing) -> Thing:
    """Add to the facts of a finding, below its study, the rigour of that study; other things stay as they are."""
    rows = records("study-rigour", subject=thing.iri, lang=language())
    place = next((number for number, fact in enumerate(thing.facts, 1) if fact.iri == _STUDY), 0)
    if rows and place:
        values = [Value(_said(row["rigourLabel"], row["rank"]), row["rigour"]) for row in rows]
        thing.facts.insert(place, Fact(f"{WK}rigour", _("Rigour of the study"), values))
    return thing


def _said(label: str, rank: str) -> str:
    return label if int(rank) < 0 else _("%(level)s of 5", level=label)
