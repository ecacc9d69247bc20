"""What grows slowly: interventions and organisations, with the square root of the findings, as new words do in a text."""

import math
from collections.abc import Iterator

from kg.vocabulary import PREFIXES, SKOS, WK
from made_up.hand import A, Hand, Statement, wk
from made_up.terrain import Pool

ORG = PREFIXES["org"]
NEVER_CHOSEN = 10
"""One in so many interventions is never evaluated: the last ones."""


def interventions(hand: Hand, findings: int) -> Iterator[Statement]:
    """Give forms of the real interventions and of one another, and fill the pools of interventions."""
    terrain = hand.terrain
    known = list(terrain.schemes["interventions"])
    for place in range(round(3 * math.sqrt(findings))):
        wider = hand.chance.choice(known)
        thing = wk("intervention", f"i{place}")
        known.append(thing)
        kinds = [name.partition(", ")[0] for name in terrain.labels[wider]]
        terrain.labels[thing] = (f"{kinds[0]}, vorm {place}", f"{kinds[1]}, form {place}")
        terrain.components[thing] = terrain.components.get(wider) or [hand.one("component")]
        yield f"{thing} {A} <{WK}Intervention>"
        yield f"{thing} {A} <{SKOS}Concept>"
        yield f"{thing} <{SKOS}inScheme> {wk('scheme', 'interventions')}"
        yield f"{thing} <{SKOS}broader> {wider}"
        yield f'{thing} <{SKOS}notation> "i{place}"'
        for language, name, word in zip(("nl", "en"), terrain.labels[thing], ("Vorm van", "Form of"), strict=True):
            yield f'{thing} <{SKOS}prefLabel> "{name}"@{language}'
            yield f'{thing} <{SKOS}definition> "{word}: {name}."@{language}'
        for component in terrain.components[thing]:
            yield f"{thing} <{WK}component> {component}"
        yield from hand.about(thing, theme=0.9, targetGroup=0.2)
    chosen = known[: -(len(known) // NEVER_CHOSEN)]
    hand.pools["intervention"] = Pool(chosen)
    hand.pools["intervention never chosen"] = Pool(known[len(chosen) :])
    for component in terrain.schemes["components"]:
        own = [each for each in chosen if component in terrain.components.get(each, ())]
        hand.pools[f"intervention of {component}"] = Pool(own or chosen)


def organisations(hand: Hand, findings: int) -> Iterator[Statement]:
    """Give organisations, and fill their pool."""
    kinds = hand.terrain.schemes["organisation-kinds"]
    made: list[str] = []
    for _ in range(10 + round(math.sqrt(findings))):
        thing, names = hand.new("organisation", "Organisatie", "Organisation")
        yield from names
        yield f"{thing} {A} <{ORG}Organization>"
        yield f"{thing} <{WK}organisationKind> {hand.chance.choice(kinds)}"
        if made and hand.maybe(0.1):
            yield f"{thing} <{ORG}subOrganizationOf> {hand.chance.choice(made)}"
        made.append(thing)
    hand.pools["organisation"] = Pool(made)
