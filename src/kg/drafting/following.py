"""What follows from what was said of a new thing, where it was not said itself."""

from collections.abc import Callable, Sequence
from typing import Final

import pyoxigraph as ox

from kg.drafting.fields import Field, Kind
from kg.drafting.known import Known
from kg.horizons import horizon_of
from kg.spoken import gettext as _
from kg.vocabulary import ID, RDF, SKOS, WK

_EMPIRICAL: Final = f"{ID}basis/empirical"
_EFFECT: Final = f"{ID}finding-kind/effect"


def triple(subject: str, predicate: str, value: ox.Literal | ox.NamedNode) -> ox.Triple:
    """Return a statement."""
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


class Following:
    """What follows for a thing in the making.

    Args:
        kind: what is made.
        known: the graph that it will be part of.
        said: gives what was said so far, by the option of its field.
    """

    def __init__(self, kind: Kind, known: Known, said: Callable[[str], Sequence[ox.Literal | ox.NamedNode]]) -> None:
        self._kind = kind
        self._known = known
        self._said = said

    def statements(self, iri: str, name: str) -> list[ox.Triple]:
        """Return the statements that follow.

        Args:
            iri: of the thing.
            name: its last part.
        """
        if self._kind.scheme:
            return self._concept(iri, name)
        if self._kind.name == "study" and not self._said("rigour"):
            return self._rigour(iri)
        if self._kind.name == "finding":
            taken = [triple(iri, WK + "component", ox.NamedNode(each)) for each in self._components()]
            return taken if self._said("horizon") else [*taken, *self._horizon(iri)]
        return []

    def suggestion(self, field: Field) -> str:
        """Return the answer that is likely, by what was said before: what a study found rests on what was seen."""
        return self._known.name(_EMPIRICAL) if field.option == "basis" and self._said("study") else ""

    def notes(self) -> list[str]:
        """Return what a person should know of it: what was taken over, and what may be missing."""
        found = [
            _(
                "component taken over from %(thing)s, as none was given: %(component)s",
                thing=self._known.told([source]),
                component=self._known.told([component]),
            )
            for component, source in self._components().items()
        ]
        if self._is_effect() and not self._said("component") and not self._components():
            found.append(
                _("please look once more: %(doubt)s", doubt=_("without a component this effect is not on the map"))
            )
        if self._is_effect() and not self._said("target-group"):
            found.append(
                _("please look once more: %(doubt)s", doubt=_("without a target group this effect is not on the map"))
            )
        return found

    def _components(self) -> dict[str, str]:
        """Return the components of the interventions of an effect that names none itself, with the intervention."""
        if not self._is_effect() or self._said("component"):
            return {}
        return {
            component: shown.value
            for shown in self._said("intervention")
            for component in self._known.values(shown.value, WK + "component")
        }

    def _is_effect(self) -> bool:
        return self._kind.name == "finding" and ox.NamedNode(_EFFECT) in self._said("kind")

    def _horizon(self, iri: str) -> list[ox.Triple]:
        """Return the horizon of a number of months; none where none is said."""
        return [
            triple(iri, WK + "horizon", ox.NamedNode(f"{ID}horizon/{horizon_of(int(value.value))}"))
            for value in self._said("follow-up")
        ]

    def _concept(self, iri: str, name: str) -> list[ox.Triple]:
        """Return what makes a thing a concept of its scheme; at the top where it has nothing broader."""
        scheme = ox.NamedNode(self._kind.scheme)
        found = [
            triple(iri, RDF + "type", ox.NamedNode(SKOS + "Concept")),
            triple(iri, SKOS + "inScheme", scheme),
            triple(iri, SKOS + "notation", ox.Literal(name)),
        ]
        return found if self._said("broader") else [*found, triple(iri, SKOS + "topConceptOf", scheme)]

    def _rigour(self, iri: str) -> list[ox.Triple]:
        """Return the rigour of the design, where that is all there is to know."""
        design = next((value.value for value in self._said("design")), "")
        level = self._known.value(design, WK + "rigour")
        return [triple(iri, WK + "rigour", ox.NamedNode(level))] if level else []
