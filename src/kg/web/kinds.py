"""The kinds of things that have a page of their own: what they are called, and the shelves on which they stand."""

from dataclasses import dataclass
from typing import Final

from kg.vocabulary import WK
from kg.web.catalogue import LazyString
from kg.web.catalogue import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing.

    Attributes:
        name: as identifiers have it: ``study`` in ``id/study/…``.
        label: what its things are called together.
        iri: the class, or the empty string for concepts.
        table: the page query that lists those that name a thing, or the empty string.
        scheme: the last part of the concept scheme's IRI, or the empty string.
    """

    name: str
    label: LazyString
    iri: str = ""
    table: str = ""
    scheme: str = ""


KINDS: Final = (
    Kind("finding", _("Findings"), f"{WK}Finding", "referring-finding"),
    Kind("gap", _("Stated gaps"), f"{WK}KnowledgeGap", "referring-gap"),
    Kind("recommendation", _("Recommendations"), f"{WK}Recommendation", "referring-recommendation"),
    Kind("study", _("Studies"), f"{WK}Study", "referring-study"),
    Kind("search", _("Searches"), f"{WK}Search", "referring-search"),
    Kind("rating", _("Ratings"), f"{WK}Rating", "referring-rating"),
    Kind("bearing", _("What findings mean for gaps"), f"{WK}Bearing", "referring-bearing"),
    Kind("intervention", _("Interventions"), f"{WK}Intervention", "referring-intervention", "interventions"),
    Kind("project", _("Projects"), f"{WK}Project", "referring-project"),
    Kind("round", _("Funding rounds"), f"{WK}FundingRound", "referring-round"),
    Kind("programme", _("Programmes"), f"{WK}Programme", "referring-programme"),
    Kind("event", _("Events"), f"{WK}Event", "referring-event"),
    Kind("publication", _("Publications"), f"{WK}Publication", "referring-publication"),
    Kind("assertion", _("What else sources say"), f"{WK}Assertion", "referring-assertion"),
    Kind("organisation", _("Organisations")),
    Kind("component", _("Components"), scheme="components"),
    Kind("context-factor", _("Context factors"), scheme="context-factors"),
    Kind("target-group", _("Target groups"), scheme="target-groups"),
    Kind("outcome", _("Outcomes"), scheme="outcomes"),
    Kind("theme", _("Themes"), scheme="themes"),
    Kind("horizon", _("Horizons"), scheme="horizons"),
    Kind("country", _("Countries"), scheme="countries"),
    Kind("sector", _("Sectors"), scheme="sectors"),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}
BY_CLASS: Final = {kind.iri: kind for kind in KINDS if kind.iri}
SHELVES: Final = (
    (_("What is done, and for whom"), ("intervention", "component", "context-factor", "target-group")),
    (_("What it should lead to, and where"), ("outcome", "horizon", "theme", "sector", "country")),
    (_("Sources"), ("publication", "study", "search")),
    (_("What the sources say"), ("finding", "gap", "recommendation", "assertion", "rating", "bearing")),
    (_("Who pays and who does it"), ("organisation", "programme", "round", "project", "event")),
)
