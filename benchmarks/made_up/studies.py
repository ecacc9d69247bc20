"""Studies, their publications and their searches."""

from collections.abc import Iterator
from datetime import date, timedelta

from kg.vocabulary import DCT, PROV, WK
from made_up.findings import finding
from made_up.hand import A, Hand, Statement, dated, number, wk

DESIGNS = {
    "randomised-trial": 14, "quasi-experiment": 16, "natural-experiment": 5, "before-after": 12, "cohort": 8,
    "cross-sectional": 10, "survey": 8, "qualitative-study": 9, "after-only-evaluation": 3, "expert-opinion": 2,
    "theory": 2, "systematic-review": 4, "meta-analysis": 3, "scan": 1, "knowledge-synthesis": 1, "unknown": 2,
}  # fmt: skip
REVIEWS = {"systematic-review", "meta-analysis", "scan", "knowledge-synthesis"}


def study(hand: Hand, first: int, size: int) -> Iterator[Statement]:
    """Give a study with its publication, its search and so many findings.

    Args:
        hand: what to draw from.
        first: number of the first finding.
        size: how many findings.
    """
    issued = hand.today + timedelta(days=hand.chance.randrange(300))
    publication, named = _publication(hand, issued)
    yield from named
    design = hand.chance.choices(list(DESIGNS), list(DESIGNS.values()))[0]
    thing, names = hand.new("study", "Studie", "Study")
    yield from names
    yield f"{thing} {A} <{WK}Study>"
    yield f"{thing} <{WK}design> {wk('design', design)}"
    yield f"{thing} <{WK}rigour> {hand.terrain.rigour[wk('design', design)]}"
    yield f"{thing} <{WK}reportedIn> {publication}"
    country = hand.one("country") if design not in REVIEWS and hand.maybe(0.9) else ""
    if country:
        yield f"{thing} <{WK}country> {country}"
    yield from hand.about(thing, theme=0.3)
    if design not in REVIEWS and hand.maybe(0.3):
        yield f"{thing} <{WK}sampleSize> {number(int(hand.chance.lognormvariate(6, 1.2)) + 1)}"
        yield f"{thing} <{WK}startDate> {dated(issued - timedelta(days=hand.chance.randrange(400, 1500)))}"
    for name, share in (("carriedOutBy", 0.5), ("commissionedBy", 0.1), ("fundedBy", 0.1)):
        if hand.maybe(share):
            yield f"{thing} <{WK}{name}> {hand.one('organisation')}"
    if (project := hand.late("project")) and hand.maybe(0.1):
        yield f"{thing} <{WK}project> {project}"
    if hand.maybe(0.2):
        yield f"{thing} <{WK}evaluates> {hand.one('intervention')}"
    if design in REVIEWS:
        for each in sorted({str(hand.late("study")) for _ in range(8)} - {thing}):
            yield f"{thing} <{WK}includesStudy> {each}"
        yield from _search(hand, thing, publication, issued, scan=design in {"scan", "knowledge-synthesis"})
    for place in range(first, first + size):
        yield from finding(hand, place, (thing, publication, design, country))


def _publication(hand: Hand, issued: date) -> tuple[str, list[Statement]]:
    thing, names = hand.new("publication", "Publicatie", "Publication")
    place = hand.numbers["publication"]
    kind = hand.chance.choice(("report", "journal-article"))
    names += [
        f"{thing} {A} <{WK}Publication>",
        f'{thing} <{DCT}title> "Report {place}"@en',
        f"{thing} <{DCT}type> {wk('publication-kind', kind)}",
        f"{thing} <{DCT}issued> {dated(issued)}",
        f'{thing} <{WK}doi> "10.5555/synthetic.{place}"',
    ]
    if hand.maybe(0.3):
        names.append(f'{thing} <{DCT}creator> "A. Author {hand.chance.randrange(1 + place // 3)}"')
    if hand.maybe(0.2):
        names.append(f"{thing} <{DCT}publisher> {hand.one('organisation')}")
    return thing, names


def _search(hand: Hand, study_: str, publication: str, issued: date, *, scan: bool) -> Iterator[Statement]:
    """Give a search. It names a component and a group together only where no cell in its reach is never searched."""
    thing, names = hand.new("search", "Zoekactie", "Search")
    yield from names
    yield f"{thing} {A} <{WK}Search>"
    yield f"{thing} {A} <{PROV}Activity>"
    yield f"{thing} <{WK}depth> {wk('search-depth', 'scan' if scan else 'systematic')}"
    yield f"{thing} <{WK}until> {dated(issued - timedelta(days=hand.chance.randrange(100, 500)))}"
    yield f"{thing} <{WK}reportedIn> {publication}"
    yield f"{thing} <{WK}study> {study_}"
    yield f'{thing} <{WK}database> "wetenschappelijke databanken"@nl'
    yield f'{thing} <{WK}database> "scientific databases"@en'
    yield from hand.stated(thing)
    yield from hand.about(thing, intervention=0.6, outcome=0.4, theme=0.3, country=0.05, horizon=0.1)
    terrain = hand.terrain
    in_vain = [pair for pair, fate in terrain.fates.items() if fate == "searched"]
    for _ in range(8):
        component = hand.chance.choice(terrain.schemes["components"])
        group = hand.chance.choice(terrain.used("target-groups"))
        if hand.maybe(0.4):
            component, group = hand.chance.choice(in_vain)
        reach = [group] if scan else terrain.below(group, "target-groups")
        if all(terrain.fates.get((component, each), "never") != "never" for each in reach):
            yield f"{thing} <{WK}component> {component}"
            yield f"{thing} <{WK}targetGroup> {group}"
            return
    yield f"{thing} <{WK}component> {component}"
