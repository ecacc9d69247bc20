"""What stands around the studies: stated gaps, what bears on them, projects and who pays, advice, ratings, assertions."""

from collections.abc import Iterator
from datetime import timedelta

from kg.vocabulary import DCT, PROV, WK
from made_up.hand import CURATOR, A, Hand, Statement, dated, number, wk

BEARINGS = {"partly-answers": 45, "confirms": 30, "answers": 15, "contests": 15}
GAP = {
    "theme": 0.8, "component": 0.6, "targetGroup": 0.5, "intervention": 0.4, "outcome": 0.15, "contextFactor": 0.08,
    "horizon": 0.04, "sector": 0.1, "country": 0.05, "level": 0.05,
}  # fmt: skip


def around(hand: Hand) -> Iterator[Statement]:
    """Give what follows a study now and then; it stands in the publication of the last study."""
    for share, make in (
        (0.16, _gap), (0.18, _bearing), (0.1, _project), (0.08, _recommendation), (0.04, _rating), (0.06, _assertion)
    ):  # fmt: skip
        if hand.maybe(share):
            yield from make(hand)


def programme(hand: Hand) -> Iterator[Statement]:
    """Give a programme."""
    thing, names = hand.new("programme", "Programma", "Programme")
    yield from names
    yield f"{thing} {A} <{WK}Programme>"
    yield f"{thing} <{WK}startDate> {dated(hand.today)}"
    yield f"{thing} <{WK}fundedBy> {hand.one('organisation')}"
    yield f"{thing} <{WK}executedBy> {hand.one('organisation')}"
    yield f"{thing} <{WK}budgetAmount> {number(f'{hand.chance.randrange(1, 90)}00000.00', 'decimal')}"


def funding_round(hand: Hand) -> Iterator[Statement]:
    """Give a round of the last programme, and its opening as an event."""
    thing, names = hand.new("round", "Ronde", "Round")
    applications = hand.chance.randrange(10, 90)
    yield from names
    yield f"{thing} {A} <{WK}FundingRound>"
    yield f"{thing} <{DCT}isPartOf> {hand.recent['programme'][-1]}"
    yield f"{thing} <{WK}opened> {dated(hand.today)}"
    yield f"{thing} <{WK}closed> {dated(hand.today + timedelta(days=60))}"
    yield f"{thing} <{WK}grantedOn> {dated(hand.today + timedelta(days=150))}"
    yield f"{thing} <{WK}applications> {number(applications)}"
    yield f"{thing} <{WK}granted> {number(applications // 4)}"
    yield f"{thing} <{WK}grantedAmount> {number(f'{applications}0000.00', 'decimal')}"
    yield f"{thing} <{WK}fundedBy> {hand.one('organisation')}"
    yield from hand.about(thing, theme=0.8)
    event, names = hand.new("event", "Gebeurtenis", "Event")
    yield from names
    yield f"{event} {A} <{WK}Event>"
    yield f"{event} <{WK}eventKind> {wk('event-kind', 'round-opened')}"
    yield f"{event} <{WK}date> {dated(hand.today)}"
    yield f"{event} <{DCT}isPartOf> {thing}"


def _gap(hand: Hand) -> Iterator[Statement]:
    earlier = hand.late("gap")
    thing, names = hand.new("gap", "Lacune", "Gap")
    yield from names
    yield f"{thing} {A} <{WK}KnowledgeGap>"
    yield f"{thing} <{WK}gapKind> {hand.one('gapKind')}"
    yield f"{thing} <{WK}gapReason> {hand.one('gapReason')}"
    yield f"{thing} <{WK}statedIn> {hand.recent['publication'][-1]}"
    yield f"{thing} <{WK}study> {hand.recent['study'][-1]}"
    yield from hand.stated(thing)
    said = hand.about(thing, **GAP) or hand.about(thing, theme=1)
    # Of the groups that no finding names, some are stated as a gap and some are not even that.
    if hand.maybe(0.02):
        said.append(f"{thing} <{WK}targetGroup> {hand.terrain.schemes['target-groups'][-1]}")
    if hand.maybe(0.02):
        said.append(f"{thing} <{WK}intervention> {hand.one('intervention never chosen')}")
    yield from said
    if earlier and hand.maybe(0.1):
        yield f"{thing} <{WK}restates> {earlier}"


def _bearing(hand: Hand) -> Iterator[Statement]:
    gap, finding = hand.late("gap"), hand.late("finding")
    if not gap or not finding:
        return
    thing, names = hand.new("bearing", "Verband", "Bearing")
    yield from names
    yield f"{thing} {A} <{WK}Bearing>"
    yield f"{thing} <{WK}gap> {gap}"
    yield f"{thing} <{WK}finding> {finding}"
    kind = hand.chance.choices(list(BEARINGS), list(BEARINGS.values()))[0]
    yield f"{thing} <{WK}bearingKind> {wk('bearing-kind', kind)}"
    yield f"{thing} <{WK}on> {dated(hand.today)}"
    yield f"{thing} <{PROV}wasAttributedTo> {CURATOR}"


def _project(hand: Hand) -> Iterator[Statement]:
    thing, names = hand.new("project", "Project", "Project")
    start = hand.today + timedelta(days=hand.chance.randrange(400))
    yield from names
    yield f"{thing} {A} <{WK}Project>"
    yield f"{thing} <{DCT}isPartOf> {hand.recent['round'][-1]}"
    if hand.maybe(0.8):
        yield f"{thing} <{WK}startDate> {dated(start)}"
        yield f"{thing} <{WK}endDate> {dated(start + timedelta(days=hand.chance.randrange(300, 2000)))}"
    for gap in sorted({hand.late("gap"), hand.late("gap")} - {None}, key=str):
        yield f"{thing} <{WK}addressesGap> {gap}"
    for partner in sorted({hand.one("organisation") for _ in range(hand.chance.randrange(4))}):
        yield f"{thing} <{WK}partner> {partner}"
    intervention = hand.one("intervention" if hand.maybe(0.8) else "intervention never chosen")
    yield f"{thing} <{WK}evaluates> {intervention}"
    yield f"{thing} <{WK}intervention> {intervention}"
    yield from hand.about(thing, theme=0.7, targetGroup=0.8, component=0.7, outcome=0.2, country=0.9)
    if (advice := hand.late("recommendation")) and hand.maybe(0.3):
        yield f"{advice} <{WK}followedUpBy> {thing}"


def _recommendation(hand: Hand) -> Iterator[Statement]:
    thing, names = hand.new("recommendation", "Aanbeveling", "Recommendation")
    yield from names
    yield f"{thing} {A} <{WK}Recommendation>"
    yield f"{thing} <{WK}statedIn> {hand.recent['publication'][-1]}"
    yield f"{thing} <{WK}study> {hand.recent['study'][-1]}"
    yield f"{thing} <{WK}addressedTo> {hand.one('organisation')}"
    yield from hand.stated(thing)
    yield from hand.about(thing, theme=0.8, targetGroup=0.3)
    if (reason := hand.late("gap")) and hand.maybe(0.5):
        yield f"{thing} <{WK}basedOn> {reason}"


def _rating(hand: Hand) -> Iterator[Statement]:
    thing, names = hand.new("rating", "Oordeel", "Rating")
    yield from names
    yield f"{thing} {A} <{WK}Rating>"
    yield f"{thing} <{WK}rates> {hand.one('intervention')}"
    yield f"{thing} <{WK}ratingLevel> {hand.one('recognition')}"
    yield f"{thing} <{WK}on> {dated(hand.today)}"
    yield f"{thing} <{WK}validUntil> {dated(hand.today + timedelta(days=1826))}"
    yield f"{thing} <{WK}by> {hand.one('organisation')}"
    yield from hand.stated(thing)


def _assertion(hand: Hand) -> Iterator[Statement]:
    thing, names = hand.new("assertion", "Vermelding", "Assertion")
    yield from names
    yield f"{thing} {A} <{WK}Assertion>"
    yield f"{thing} <{WK}assertionKind> {hand.one('assertionKind')}"
    for about in sorted({hand.one("intervention"), hand.one("organisation")}):
        yield f"{thing} <{WK}about> {about}"
    yield f"{thing} <{WK}statedIn> {hand.recent['publication'][-1]}"
    yield from hand.stated(thing)
