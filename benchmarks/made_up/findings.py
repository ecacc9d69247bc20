"""Findings, as the fate of their cell allows, and their estimates."""

from kg.vocabulary import RDFS, WK
from made_up.hand import A, Hand, Statement, number, wk

KINDS = {"effect": 50, "association": 18, "description": 16, "comparison": 6, "problem": 5, "process": 5}
DIRECTIONS = {"favourable": 45, "none": 25, "unfavourable": 12, "mixed": 10, "not-stated": 8}
STRONG = {
    "randomised-trial", "quasi-experiment", "natural-experiment", "systematic-review", "meta-analysis", "scan",
    "knowledge-synthesis",
}  # fmt: skip
WITHOUT_EFFECT = ("description", "association", "problem")
BEYOND_RESEARCH = ("theoretical", "professional-experience", "client-preference")
MONTHS = {"short": 6, "medium": 18, "long": 36}

Origin = tuple[str, str, str, str]
"""Study, publication, design of the study and country; the last may be empty."""


def finding(hand: Hand, place: int, origin: Origin) -> list[Statement]:
    """Return a finding, with its estimate if it has one.

    Args:
        hand: what to draw from.
        place: its number.
        origin: where it comes from.
    """
    study, publication, design, country = origin
    components, groups, fate = _cell(hand)
    kind, direction, basis = _said(hand, fate, design)
    outcome = hand.one("outcome")
    thing = hand.remembered("finding", wk("finding", f"f{place}"))
    (dutch, english), (group, group_english) = hand.terrain.labels[outcome], hand.terrain.labels[groups[0]]
    found = [
        f"{thing} {A} <{WK}Finding>",
        f'{thing} <{RDFS}label> "{dutch} bij {group} (bevinding {place})"@nl',
        f'{thing} <{RDFS}label> "{english}: {group_english} (finding {place})"@en',
        f"{thing} <{WK}findingKind> {wk('finding-kind', kind)}",
        f"{thing} <{WK}direction> {wk('direction', direction)}",
        f"{thing} <{WK}basis> {wk('basis', basis)}",
        f"{thing} <{WK}study> {study}",
        f"{thing} <{WK}reportedIn> {publication}",
        f"{thing} <{WK}extractedFrom> {wk('extraction', hand.chance.choice(('full-text', 'abstract', 'summary')))}",
        *hand.stated(thing),
        *(f"{thing} <{WK}component> {each}" for each in components),
    ]
    tested = kind in {"effect", "comparison"}
    if groups[0] != hand.pools["targetGroup"].values[0] or hand.maybe(0.5):
        found += (f"{thing} <{WK}targetGroup> {each}" for each in groups)
    if tested or kind == "association" or hand.maybe(0.3):
        found.append(f"{thing} <{WK}outcome> {outcome}")
    if tested or hand.maybe(0.3):
        found.append(f"{thing} <{WK}intervention> {hand.intervention(components[0])}")
    if kind == "comparison":
        found.append(f"{thing} <{WK}comparator> {hand.one('intervention')}")
    if kind == "association" and direction not in {"none", "not-stated"}:
        found.append(f"{thing} <{WK}sign> {wk('sign', hand.chance.choice(('positive', 'negative')))}")
    if country:
        found.append(f"{thing} <{WK}country> {country}")
    # What clients prefer is hardly ever said about a programme line: that is a question of its own.
    found += hand.about(thing, theme=0.0 if basis == "client-preference" else 0.2, contextFactor=0.03, sector=0.03)
    if tested:
        found += _measured(hand, thing, place, stated=direction != "not-stated")
    if hand.maybe(0.02):
        found.append(f"{thing} <{WK}hedged> {number('true', 'boolean')}")
    if hand.maybe(0.05):
        found.append(f'{thing} <{WK}condition> "met begeleiding op de werkplek"@nl')
        found.append(f'{thing} <{WK}condition> "with support at the workplace"@en')
    return found


def _cell(hand: Hand) -> tuple[list[str], list[str], str]:
    """Return components and target groups of a finding, all of one fate, and that fate."""
    fate: str | None = None
    while fate in {None, "never", "searched"}:
        components, groups = [hand.one("component")], [hand.one("targetGroup")]
        fate = hand.terrain.fate(components, groups)
    for values, name, share in ((components, "component", 0.08), (groups, "targetGroup", 0.12)):
        if hand.maybe(share) and (other := hand.one(name)) not in values:
            values.append(other)
            if hand.terrain.fate(components, groups) != fate:
                values.pop()
    return components, groups, str(fate)


def _said(hand: Hand, fate: str, design: str) -> tuple[str, str, str]:
    """Return kind, direction and basis of a finding."""
    chance = hand.chance
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    direction = chance.choices(list(DIRECTIONS), list(DIRECTIONS.values()))[0]
    basis = "empirical" if hand.maybe(0.93) else chance.choice(("not-stated", *BEYOND_RESEARCH))
    if fate == "untested":
        basis = chance.choice(BEYOND_RESEARCH)
    if fate == "untested" or design in {"theory", "expert-opinion"} or (fate == "weak" and design in STRONG):
        kind = chance.choice(WITHOUT_EFFECT)
    if kind == "effect" and fate in DIRECTIONS:
        direction = fate
    elif kind != "effect" and hand.maybe(0.3):
        direction = "not-stated"
    return kind, direction, basis


def _measured(hand: Hand, thing: str, place: int, *, stated: bool) -> list[Statement]:
    """Return horizon, magnitude and estimate of an effect or a comparison, where it has them."""
    found = []
    if hand.maybe(0.2):
        horizon = hand.one("horizon")
        found.append(f"{thing} <{WK}horizon> {horizon}")
        found.append(f"{thing} <{WK}followUpMonths> {number(MONTHS[horizon.rpartition('/')[2][:-1]])}")
    if hand.maybe(0.1):
        found.append(f"{thing} <{WK}magnitude> {wk('magnitude', hand.chance.choice(('small', 'moderate', 'large')))}")
    if stated and hand.maybe(0.15):
        estimate, value, half = wk("estimate", f"e{place}"), hand.chance.gauss(0.3, 0.4), hand.chance.uniform(0.05, 0.5)
        numbers = {"value": value, "lower": value - half, "upper": value + half}
        found += [
            f"{thing} <{WK}estimate> {estimate}",
            f"{estimate} {A} <{WK}EffectEstimate>",
            f'{estimate} <{RDFS}label> "Schatting {place}"@nl',
            f'{estimate} <{RDFS}label> "Estimate {place}"@en',
            f"{estimate} <{WK}measure> {hand.one('measure')}",
            *(f"{estimate} <{WK}{name}> {number(f'{amount:.3f}', 'decimal')}" for name, amount in numbers.items()),
            f"{estimate} <{WK}n> {number(hand.chance.randrange(20, 5000))}",
        ]
    return found
