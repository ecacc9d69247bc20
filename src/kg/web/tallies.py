"""What changed, counted and sorted by kind of thing, first what people come for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kg.history.differences import KINDS as CHANGES
from kg.history.sentences import Account
from kg.vocabulary import OWL, RDF, RDFS, SH, SKOS, WK, shorten
from kg.web import releases
from kg.web.catalogue import gettext
from kg.web.catalogue import lazy_gettext as _
from kg.web.kinds import BY_CLASS, KINDS
from kg.web.language import language
from kg.web.terms import TERMS

_ORDER: Final = {kind.iri: number for number, kind in enumerate(KINDS) if kind.iri}
_TOGETHER: Final = (
    (("http://www.w3.org/ns/org#Organization",), _("Organisations")),
    ((f"{SKOS}Concept", f"{SKOS}ConceptScheme", f"{SKOS}Collection"), _("Concepts and their schemes")),
    ((OWL, RDF, RDFS, f"{WK}Dimension"), _("Words of the ontology")),
    ((SH,), _("Rules for the data")),
)
"""How the classes begin whose things are called by one name."""


@dataclass(slots=True)
class Tally:
    """How many things of one name a release added, changed, withdrew and removed."""

    name: str
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    removed: int = 0

    @property
    def words(self) -> str:
        """The four in words, without those that are none."""
        parts = (
            (self.added, gettext("%(num)s new", num=self.added)),
            (self.changed, gettext("%(num)s changed", num=self.changed)),
            (self.withdrawn, gettext("%(num)s withdrawn", num=self.withdrawn)),
            (self.removed, gettext("%(num)s no longer there", num=self.removed)),
        )
        return ", ".join(words for number, words in parts if number)


@dataclass(frozen=True, slots=True)
class Group:
    """What is different about the things of one name.

    Attributes:
        name: what they are called together.
        added: those that are new.
        changed: those of which something else is said.
        withdrawn: those of which only the reason is left, and what is there instead.
        removed: those that are gone.
    """

    name: str
    added: Sequence[Account]
    changed: Sequence[Account]
    withdrawn: Sequence[Account]
    removed: Sequence[Account]


def _place(iri: str) -> int:
    """Return where the things of a class stand: first what people come for, last what has no name together."""
    together = (number for number, (begins, _name) in enumerate(_TOGETHER) if iri.startswith(begins))
    return _ORDER.get(iri, len(_ORDER) + next(together, len(_TOGETHER)))


def _name(iri: str, label: str) -> str:
    """Return what the things of a class are called together, or the class itself."""
    if kind := BY_CLASS.get(iri):
        return str(kind.label)
    for begins, name in _TOGETHER:
        if iri.startswith(begins):
            return str(name)
    return label or (str(TERMS.get(iri, shorten(iri))) if iri else gettext("Other things"))


def tallies(version: str) -> list[Tally]:
    """Return how much a release changed, first of what people come for."""
    found: dict[str, Tally] = {}
    for one in sorted(releases.summary_of(version).tallies, key=lambda one: _place(one.type)):
        tally = found.setdefault(name := _name(one.type, one.names[language()]), Tally(name))
        tally.added += one.added
        tally.changed += one.changed
        tally.withdrawn += one.withdrawn
        tally.removed += one.removed
    return list(found.values())


def groups(accounts: Iterable[Account]) -> list[Group]:
    """Sort accounts by the kind of thing and by what became of it."""
    found: dict[str, dict[str, list[Account]]] = {}
    for account in sorted(accounts, key=lambda account: _place(account.type)):
        label = "" if account.type in TERMS or not account.type else account.type_name
        kinds = found.setdefault(_name(account.type, label), {name: [] for name in CHANGES})
        kinds[account.kind].append(account)
    return [Group(name, **kinds) for name, kinds in found.items()]
