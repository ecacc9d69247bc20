"""What the synthetic graph is made over: the real words, how often each is used, and what is known where.

The concepts are those of the ontology, in the order in which the real graph uses them, so that a weight of 1/rank gives
the skew of a real register: a few take most, many are hardly used, and the last of some schemes are never used. Each
pair of a component and a target group has a fate, drawn once by seed: whatever the size of the graph, some cells are
never searched, some were searched in vain, some rest on theory, some on weak studies, and some point one way.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.files import find
from kg.parse import read_all
from kg.vocabulary import SKOS, WK

ROOT: Final = Path(__file__).parents[2]
TAKEN: Final = ("ontology/", "data/interventions/", "data/organisations.ttl", "data/curators.ttl")
"""The real files that stand in every synthetic graph."""
FATES: Final = {
    "never": 24, "searched": 14, "untested": 10, "weak": 12, "favourable": 9, "unfavourable": 5, "none": 7, "open": 19
}  # fmt: skip
"""Of a hundred pairs of a component and a target group, how many have which fate."""
KEPT_OUT: Final = {"target-groups": 4, "outcomes": 3, "countries": 3}
"""How many of the least used concepts of a scheme no finding ever names."""


class Pool:
    """Values to pick from, the first most often: the weight of each is 1 over its place.

    Args:
        values: most used first.
    """

    def __init__(self, values: Sequence[str]) -> None:
        self.values = list(values)
        self._weights = list(accumulate(1 / place for place in range(1, len(values) + 1)))

    def pick(self, chance: random.Random) -> str:
        """Return one."""
        return chance.choices(self.values, cum_weights=self._weights)[0]


@dataclass(slots=True)
class Terrain:
    """The words of the graph.

    Attributes:
        files: the real files taken over, as pairs of their name and their triples.
        schemes: slug of a scheme to its concepts, most used first.
        labels: concept to its Dutch and its English name, without quotes.
        wider: concept to the one above it.
        components: intervention to its components.
        rigour: study design to its rigour.
        fates: pair of component and target group to what is known there.
    """

    files: list[tuple[str, list[ox.Triple]]]
    schemes: dict[str, list[str]]
    labels: dict[str, tuple[str, str]]
    wider: dict[str, str]
    components: dict[str, list[str]]
    rigour: dict[str, str]
    fates: dict[tuple[str, str], str] = field(default_factory=dict)

    def used(self, scheme: str) -> list[str]:
        """Return the concepts that findings may name."""
        return self.schemes[scheme][: len(self.schemes[scheme]) - KEPT_OUT.get(scheme, 0)]

    def below(self, concept: str, scheme: str) -> list[str]:
        """Return a concept and all that is narrower."""
        return [each for each in self.schemes[scheme] if concept in self._above(each)]

    def fate(self, components: Sequence[str], groups: Sequence[str]) -> str | None:
        """Return what is known about all these pairs, or None when it differs from pair to pair."""
        found = {self.fates[component, group] for component in components for group in groups}
        return found.pop() if len(found) == 1 else None

    def _above(self, concept: str | None) -> list[str]:
        found = []
        while concept:
            found.append(concept)
            concept = self.wider.get(concept)
        return found


def survey(seed: int, root: Path = ROOT) -> Terrain:
    """Read the real words and draw the fates.

    Args:
        seed: of the fates.
        root: the graph folder.
    """
    parsed, _ = read_all(source for source in find(root) if source.room != "shapes")
    use = Counter(
        str(triple.object) for file in parsed if file.source.room == "data" for triple in file.triples
    )  # how often each thing is named in the data
    taken = [(file.source.name, file.triples) for file in parsed if file.source.name.startswith(TAKEN)]
    terrain = Terrain(taken, {}, {}, {}, {}, {})
    for _, triples in taken:
        for triple in triples:
            _note(terrain, triple)
    for concepts in terrain.schemes.values():
        concepts.sort(key=lambda concept: (-use[concept], concept))
    chance = random.Random(seed)  # noqa: S311 - made-up data
    pairs = [(one, other) for one in terrain.schemes["components"] for other in terrain.used("target-groups")]
    fates = [fate for fate, share in FATES.items() for _ in range(share)]
    drawn = [fates[place * len(fates) // len(pairs)] for place in range(len(pairs))]
    chance.shuffle(drawn)
    terrain.fates = dict(zip(pairs, drawn, strict=True))
    for component in terrain.schemes["components"][-1:]:
        # One component for which nothing was ever shown to work.
        for group in terrain.used("target-groups"):
            if terrain.fates[component, group] in {"favourable", "open"}:
                terrain.fates[component, group] = "none"
    # The most used pairs are open: the queries of the benchmark ask about them.
    for component in terrain.schemes["components"][:3]:
        for group in terrain.used("target-groups")[:6]:
            terrain.fates[component, group] = "open"
    return terrain


def _note(terrain: Terrain, triple: ox.Triple) -> None:
    """Keep what a statement says about a concept."""
    subject, predicate, value = str(triple.subject), triple.predicate.value, triple.object
    if predicate == SKOS + "inScheme" and isinstance(value, ox.NamedNode):
        terrain.schemes.setdefault(value.value.rpartition("/")[2], []).append(subject)
    elif predicate == SKOS + "prefLabel" and isinstance(value, ox.Literal):
        dutch, english = terrain.labels.get(subject, ("", ""))
        name = value.value.replace("\\", "").replace('"', "'")
        terrain.labels[subject] = (name, english) if value.language == "nl" else (dutch, name)
    elif predicate == SKOS + "broader":
        terrain.wider[subject] = str(value)
    elif predicate == WK + "component":
        terrain.components.setdefault(subject, []).append(str(value))
    elif predicate == WK + "rigour":
        terrain.rigour[subject] = str(value)
