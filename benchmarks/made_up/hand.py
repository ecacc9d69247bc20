"""What every part of the made-up register draws from: chance, the calendar, pools of words, and what came shortly before."""

import random
from collections import deque
from datetime import date
from typing import Final

from kg.vocabulary import ID, PROV, RDF, RDFS, WK, XSD
from made_up.terrain import Pool, Terrain

A: Final = f"<{RDF}type>"
CURATOR: Final = f"<{ID}curator/werkkennis-editors>"
FIRST_DAY: Final = date(1995, 1, 1)
LATELY: Final = 40
"""How many of each kind of thing are remembered."""

Statement = str
"""Subject, predicate and object in N-Triples, without the point."""


def wk(kind: str, slug: str | int) -> str:
    """Return a thing of ours."""
    return f"<{ID}{kind}/{slug}>"


def dated(day: date) -> str:
    """Return a date as a literal."""
    return f'"{day}"^^<{XSD}date>'


def number(value: float | str, kind: str = "integer") -> str:
    """Return a number as a literal."""
    return f'"{value}"^^<{XSD}{kind}>'


class Hand:
    """Draws things and what they are about.

    Args:
        terrain: the words and what is known where.
        seed: the same draws the same.
    """

    def __init__(self, terrain: Terrain, seed: int) -> None:
        self.terrain = terrain
        self.chance = random.Random(seed)  # noqa: S311 - made-up data
        self.today = FIRST_DAY
        schemes = {
            "component": "components", "targetGroup": "target-groups", "outcome": "outcomes", "country": "countries",
            "sector": "sectors", "theme": "themes", "contextFactor": "context-factors", "level": "levels",
            "measure": "effect-measures", "gapKind": "gap-kinds", "gapReason": "gap-reasons",
            "assertionKind": "assertion-kinds", "recognition": "recognition-levels",
        }  # fmt: skip
        self.pools = {name: Pool(terrain.used(scheme)) for name, scheme in schemes.items()}
        self.pools["horizon"] = Pool([wk("horizon", term) for term in ("short", "medium", "long")])
        self.recent: dict[str, deque[str]] = {}
        self.numbers: dict[str, int] = {}

    def maybe(self, share: float) -> bool:
        """Tell whether something happens that happens in this share of cases."""
        return self.chance.random() < share

    def new(self, kind: str, dutch: str, english: str) -> tuple[str, list[Statement]]:
        """Return a new thing of a kind, remembered, and its names."""
        place = self.numbers[kind] = self.numbers.get(kind, -1) + 1
        thing = self.remembered(kind, wk(kind, f"{kind[0]}{place}"))
        return thing, [f'{thing} <{RDFS}label> "{dutch} {place}"@nl', f'{thing} <{RDFS}label> "{english} {place}"@en']

    def remembered(self, kind: str, thing: str) -> str:
        """Keep a thing among the last of its kind, and return it."""
        self.recent.setdefault(kind, deque(maxlen=LATELY)).append(thing)
        return thing

    def late(self, kind: str) -> str | None:
        """Return one of the last things of a kind, if there are any."""
        known = self.recent.get(kind)
        return self.chance.choice(known) if known else None

    def stated(self, thing: str) -> list[Statement]:
        """Return the place and the curator of a statement."""
        page = self.chance.randrange(1, 200)
        return [
            f'{thing} <{WK}locator> "blz. {page}"@nl',
            f'{thing} <{WK}locator> "p. {page}"@en',
            f"{thing} <{PROV}wasAttributedTo> {CURATOR}",
        ]

    def about(self, thing: str, **shares: float) -> list[Statement]:
        """Return dimensions of a thing; with each dimension the share of things that have it."""
        return [
            f"{thing} <{WK}{name}> {self.pools[name].pick(self.chance)}"
            for name, share in shares.items()
            if self.maybe(share)
        ]

    def intervention(self, component: str) -> str:
        """Return an intervention, mostly of a component."""
        name = f"intervention of {component}" if self.maybe(0.9) else "intervention"
        return self.pools[name].pick(self.chance)

    def one(self, name: str) -> str:
        """Return something out of a pool."""
        return self.pools[name].pick(self.chance)
