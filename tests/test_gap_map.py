"""The state of a cell of the map, held against a definition of its own in plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from rdflib import Graph

from kg import questions
from kg.store import EmbeddedStore

ID = "https://w3id.org/werkkennis/id/"
DAY = "2015-07-22"
FAR = "9999-12-31"
PREFIXES = f"""\
@prefix wk: <https://w3id.org/werkkennis/def#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix id: <{ID}> .
"""
DIMENSIONS = ("component", "targetGroup", "outcome", "country")
DIRECTIONS = ("favourable", "none", "unfavourable", "mixed", "not-stated")
KINDS = ("effect", "comparison", "association", "description", "problem", "process")
STATUSES = ("open", "being-studied", "partly-answered", "answered", "contested")
BASES = ("empirical", "theoretical", "professional-experience", "client-preference", "not-stated")


@dataclass(frozen=True)
class Study:
    """A study with the rank of its rigour (-1 is unknown); a review or a primary study, and when a review took it up."""

    name: str
    rank: int = 3
    review: bool = False
    taken: str = ""


STRONG = Study("strong")


@dataclass(frozen=True, kw_only=True)
class Item:
    """What all that can fill a cell has in common: what it is about, by dimension, and the day it became known."""

    about: dict[str, tuple[str, ...]]
    day: str = DAY


@dataclass(frozen=True, kw_only=True)
class Finding(Item):
    """A finding."""

    kind: str = "effect"
    direction: str = "favourable"
    bases: tuple[str, ...] = ("empirical",)
    study: Study | None = STRONG


@dataclass(frozen=True, kw_only=True)
class Search(Item):
    """A search."""

    depth: str = "systematic"
    until: str = DAY


@dataclass(frozen=True, kw_only=True)
class Gap(Item):
    """A stated gap, and from which day a finding contests it."""

    contested: str | None = None


@dataclass(frozen=True, kw_only=True)
class Project(Item):
    """A project; its day is the one it starts."""

    end: str | None = None


@dataclass(frozen=True)
class World:
    """A small graph: concepts with the one that is broader, by dimension, and what is known."""

    broader: dict[str, dict[str, str | None]]
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How the map is asked for."""

    rows: str = "component"
    columns: str = "targetGroup"
    as_of: str = FAR
    min_rigour: int = 3
    row_top: str | None = None
    column_top: str | None = None
    filters: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, str]:
        """Return the parameters of the question."""
        values = {"rows": self.rows, "columns": self.columns, "asOf": self.as_of, "minRigour": str(self.min_rigour)}
        if self.row_top:
            values["rowTop"] = f"{ID}{self.rows}/{self.row_top}"
        if self.column_top:
            values["columnTop"] = f"{ID}{self.columns}/{self.column_top}"
        return values | {dimension: f"{ID}{dimension}/{concept}" for dimension, concept in self.filters.items()}


# The definition, from the words of the design and nothing else.


def and_broader(world: World, dimension: str, concept: str | None) -> Iterable[str]:
    """Give a concept and everything broader."""
    while concept is not None:
        yield concept
        concept = world.broader[dimension][concept]


def matches(world: World, item: Item, dimension: str, concept: str) -> bool:
    """An item matches a concept when it is about it, or about something narrower."""
    return any(concept in and_broader(world, dimension, own) for own in item.about.get(dimension, ()))


def covers(world: World, search: Search, dimension: str, concept: str) -> bool:
    """A scan covers the concepts that it names; a systematic search everything narrower too."""
    named = search.about.get(dimension, ())
    return concept in named or (
        search.depth == "systematic" and any(other in named for other in and_broader(world, dimension, concept))
    )


def five_years_later(day: str) -> str:
    """Return the day five years later, as a date that compares."""
    return f"{int(day[:4]) + 5}{day[4:]}"


def cell(world: World, asked: Asked, row: str, column: str) -> dict[str, object]:
    """Say all that the map tells of one cell."""
    wanted = [(asked.rows, row), (asked.columns, column), *asked.filters.items()]

    def known(kind):
        return [item for item in world.items if isinstance(item, kind) and item.day <= asked.as_of]

    def matching(kind):
        return [item for item in known(kind) if all(matches(world, item, *one) for one in wanted)]

    findings = matching(Finding)
    effects = [
        finding
        for finding in findings
        if finding.kind == "effect"
        and finding.direction != "not-stated"
        and finding.study is not None
        and finding.study.rank >= asked.min_rigour
    ]
    searches = [search for search in known(Search) if all(covers(world, search, *one) for one in wanted)]
    directions = {finding.direction for finding in effects}
    if directions == {"favourable"}:
        state = "effect"
    elif directions == {"unfavourable"}:
        state = "harm"
    elif directions == {"none"}:
        state = "no-effect"
    elif directions:
        state = "mixed"
    elif any("empirical" in finding.bases for finding in findings):
        state = "too-weak"
    elif findings:
        state = "untested"
    else:
        state = "searched-nothing" if searches else "never-searched"
    studies = {finding.study for finding in effects}
    reviews = {study for study in studies if study.review}
    loose = {study for study in studies if not study.taken or study.taken > asked.as_of}
    newest = max([finding.day for finding in findings] + [search.until for search in searches], default="")
    return {
        "state": state,
        **{name: sum(finding.direction == name for finding in effects) for name in DIRECTIONS[:4]},
        "findings": len(findings),
        "studies": len(studies),
        "reviews": len(reviews),
        "gaps": len(matching(Gap)),
        "contested": sum(gap.contested is not None and gap.contested <= asked.as_of for gap in matching(Gap)),
        "projects": sum(project.end is None or project.end >= asked.as_of for project in matching(Project)),
        "searches": len(searches),
        "newest": newest,
        "oneStudyDeep": len(studies) == 1,
        "synthesisGap": len(loose) >= 3 and not reviews,
        "stale": bool(newest) and five_years_later(newest) < asked.as_of,
    }


def whole_map(world: World, asked: Asked) -> dict[tuple[str, str], dict[str, object]]:
    """Say all cells of the map: rows and columns are the concepts of the schemes, whatever is found about them."""
    rows, columns = (
        [one for one in world.broader[dimension] if top is None or top in and_broader(world, dimension, one)]
        for dimension, top in ((asked.rows, asked.row_top), (asked.columns, asked.column_top))
    )
    return {(row, column): cell(world, asked, row, column) for row in rows for column in columns}


# The same world as a graph, and the map as the question file gives it.


def words(thing: str, name: str) -> str:
    """Give a thing its name."""
    return f'<{ID}{thing}> rdfs:label "{name}"@nl , "{name}"@en ; skos:prefLabel "{name}"@nl , "{name}"@en .'


def schemes(world: World) -> Iterable[str]:
    """Write the concepts, and the words for all that a cell can show."""
    for dimension, concepts in world.broader.items():
        yield f"wk:{dimension} wk:valuesFrom <{ID}scheme/{dimension}> ."
        for concept, above in concepts.items():
            yield f"<{ID}{dimension}/{concept}> skos:inScheme <{ID}scheme/{dimension}> ."
            yield words(f"{dimension}/{concept}", concept)
            if above:
                yield f"<{ID}{dimension}/{concept}> skos:broader <{ID}{dimension}/{above}> ."
    for kind, names in (
        ("finding-kind", KINDS), ("direction", DIRECTIONS), ("basis", BASES), ("search-depth", ("scan", "systematic")),
        ("gap-kind", ("no-evidence",)), ("design", ("review", "primary")), ("gap-status", STATUSES),
    ):  # fmt: skip
        yield from (words(f"{kind}/{name}", name) for name in names)
    yield from (f"<{ID}gap-status/{name}> skos:inScheme <{ID}scheme/gap-statuses> ." for name in STATUSES)
    yield f"<{ID}design/review> wk:rigourIsCeiling true ."


def turtle(world: World) -> str:
    """Write the world as a graph."""
    lines = [PREFIXES, *schemes(world)]
    for study in {item.study for item in world.items if isinstance(item, Finding) and item.study}:
        lines.append(words(f"study/{study.name}", study.name))
        lines.append(f"<{ID}study/{study.name}> wk:design <{ID}design/{'review' if study.review else 'primary'}> ;")
        lines.append(f"  wk:rigour <{ID}rigour/{study.rank}> . <{ID}rigour/{study.rank}> wk:rank {study.rank} .")
        if study.taken:
            lines.append(f"<{ID}study/{study.name}-overview> wk:includesStudy <{ID}study/{study.name}> ;")
            lines.append(f'  wk:reportedIn [ dct:issued "{study.taken}"^^xsd:date ] .')
    for number, item in enumerate(world.items):
        kind = {Gap: "KnowledgeGap"}.get(type(item), type(item).__name__)
        lines += [words(f"item/{number}", f"item {number}"), words(f"publication/{number}", f"publication {number}")]
        lines.append(f'<{ID}publication/{number}> dct:issued "{item.day}"^^xsd:date .')
        lines.append(f'<{ID}item/{number}> a wk:{kind} ; wk:locator "hier"@nl , "here"@en .')
        for dimension, concepts in item.about.items():
            lines += [f"<{ID}item/{number}> wk:{dimension} <{ID}{dimension}/{concept}> ." for concept in concepts]
        lines.append(f"<{ID}item/{number}> {''.join(properties(item, number))} .")
        if isinstance(item, Gap) and item.contested:
            lines.append(
                f"<{ID}bearing/{number}> wk:bearingKind <{ID}bearing-kind/contests> ; wk:gap <{ID}item/{number}> ;"
            )
            lines.append(f'  wk:finding [ wk:reportedIn [ dct:issued "{item.contested}"^^xsd:date ] ] .')
    return "\n".join(lines)


def properties(item: Item, number: int) -> Iterable[str]:
    """Give what one item says besides what it is about."""
    if isinstance(item, Project):
        yield f'wk:startDate "{item.day}"^^xsd:date'
        if item.end:
            yield f' ; wk:endDate "{item.end}"^^xsd:date'
        return
    yield f"wk:{'statedIn' if isinstance(item, Gap) else 'reportedIn'} <{ID}publication/{number}>"
    if isinstance(item, Gap):
        yield f" ; wk:gapKind <{ID}gap-kind/no-evidence>"
    if isinstance(item, Search):
        yield f' ; wk:depth <{ID}search-depth/{item.depth}> ; wk:until "{item.until}"^^xsd:date'
    if isinstance(item, Finding):
        yield f" ; wk:findingKind <{ID}finding-kind/{item.kind}> ; wk:direction <{ID}direction/{item.direction}>"
        yield from (f" ; wk:basis <{ID}basis/{basis}>" for basis in item.bases)
        if item.study:
            yield f" ; wk:study <{ID}study/{item.study.name}>"


def stored(world: World) -> EmbeddedStore:
    """Load the world into the engine."""
    engine = ox.Store()
    engine.load(turtle(world).encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:graph"))
    return EmbeddedStore(engine)


def told(records: Iterable[dict[str, str]]) -> dict[tuple[str, str], dict[str, object]]:
    """Read the rows of the map as cells."""
    cells = {}
    for record in records:
        numbers = {name: int(text) for name, text in record.items() if text.isdigit()}
        truths = {name: text == "true" for name, text in record.items() if text in {"true", "false"}}
        key = record["row"].rpartition("/")[2], record["column"].rpartition("/")[2]
        assert key not in cells
        assert (record["rowLabel"], record["columnLabel"]) == key
        labels = {"row", "rowLabel", "column", "columnLabel"}
        cells[key] = {name: text for name, text in (record | numbers | truths).items() if name not in labels}
    return cells


def the_map(world: World, **asked: object) -> dict[tuple[str, str], dict[str, object]]:
    """Ask the question file for the map."""
    query = questions.find("gap-map").bind(Asked(**asked).values())
    return told(stored(world).select(query).records())


# Eight states, each reached in every way that matters.

CONCEPTS = {
    "component": {"a": None, "a1": "a", "a11": "a1", "b": None},
    "targetGroup": {"g": None, "g1": "g", "h": None},
    "outcome": {"work": None, "job-quality": None},
}
HERE = {"component": ("a1",), "targetGroup": ("g1",)}
BROADER = {"component": ("a",), "targetGroup": ("g",)}
NARROWER = {"component": ("a11",), "targetGroup": ("g1",)}
WEAK, UNKNOWN = Study("weak", 2), Study("unknown", -1)


def found(*directions, **more):
    """List findings in this cell, one for each direction."""
    return [Finding(**{"about": HERE, "direction": direction, **more}) for direction in directions]


@pytest.mark.parametrize(
    ("items", "state"),
    [
        (found("favourable"), "effect"),
        (found("favourable", "favourable", study=Study("best", 5)), "effect"),
        (found("unfavourable"), "harm"),
        (found("none", "none"), "no-effect"),
        (found("favourable", "none"), "mixed"),
        (found("unfavourable", "none"), "mixed"),
        (found("favourable", "unfavourable"), "mixed"),
        (found("favourable", "none", "unfavourable"), "mixed"),
        (found("mixed"), "mixed"),
        (found("favourable", "mixed"), "mixed"),
        (found("favourable", "not-stated"), "effect"),
        (found("none") + found("favourable", study=WEAK), "no-effect"),
        (found("favourable") + found("unfavourable", kind="comparison"), "effect"),
        (found("not-stated"), "too-weak"),
        (found("favourable", study=WEAK), "too-weak"),
        (found("favourable", study=UNKNOWN), "too-weak"),
        (found("favourable", study=None), "too-weak"),
        (found("favourable", kind="problem"), "too-weak"),
        (found("favourable", kind="association"), "too-weak"),
        (found("favourable", kind="comparison"), "too-weak"),
        (found("favourable", kind="description"), "too-weak"),
        (found("favourable", kind="process"), "too-weak"),
        (found("favourable", kind="problem", bases=("theoretical", "empirical")), "too-weak"),
        (found("favourable", kind="description", bases=("theoretical",)), "untested"),
        (found("favourable", kind="description", bases=("professional-experience", "client-preference")), "untested"),
        (found("not-stated", kind="description", bases=("not-stated",)), "untested"),
        (found("favourable", study=WEAK, bases=("not-stated",)), "untested"),
        ([Search(about=HERE)], "searched-nothing"),
        ([Search(about=HERE, depth="scan")], "searched-nothing"),
        ([Search(about=BROADER)], "searched-nothing"),
        ([Search(about=HERE | {"outcome": ("work",)})], "searched-nothing"),
        ([Search(about=HERE), *found("favourable", kind="process", bases=("theoretical",))], "untested"),
        ([Search(about=HERE), *found("none")], "no-effect"),
        ([], "never-searched"),
        ([Search(about=BROADER, depth="scan")], "never-searched"),
        ([Search(about=NARROWER)], "never-searched"),
        ([Search(about={"component": ("a1",)}, depth="scan")], "never-searched"),
        ([Search(about={"component": ("a",)})], "never-searched"),
        ([Search(about={"component": ("a1",)}), Search(about={"targetGroup": ("g1",)})], "never-searched"),
        ([Search(about={"component": ("a1",), "targetGroup": ("g",)}, depth="scan")], "never-searched"),
        ([Search(about={"component": ("b",), "targetGroup": ("g1",)})], "never-searched"),
        ([Gap(about=HERE), Project(about=HERE)], "never-searched"),
        (found("favourable", about=NARROWER), "effect"),
        (found("favourable", about=BROADER), "never-searched"),
        (found("favourable", about={"component": ("a1",), "targetGroup": ("g",)}), "never-searched"),
        (found("favourable", about=HERE) + found("none", about=NARROWER), "mixed"),
        (found("favourable", about={"component": ("b", "a11"), "targetGroup": ("h", "g1")}), "effect"),
        (found("favourable", about={"component": ("a1",)}) + found("none", about={"targetGroup": ("g1",)}), "never-searched"),
    ],
)  # fmt: skip
def test_a_cell_has_its_state(items, state):
    """Each of the eight states is reached exactly as the design says, ties and near misses too."""
    world = World(CONCEPTS, tuple(items))
    assert the_map(world)["a1", "g1"]["state"] == state
    assert cell(world, Asked(), "a1", "g1")["state"] == state


@pytest.mark.parametrize(
    ("items", "states"),
    [
        (found("none"), ("no-effect", "never-searched")),
        (found("favourable", kind="problem"), ("too-weak", "never-searched")),
        ([Search(about=HERE)], ("searched-nothing", "never-searched")),
        (found("favourable") + found("none", day="2015-07-23"), ("effect", "never-searched")),
        (found("none") + found("favourable", day="2010-01-01"), ("mixed", "effect")),
    ],
)
def test_what_is_issued_on_the_day_is_known_and_a_day_later_is_not(items, states):
    """A cell counts what was issued on the as-of date, and nothing that was issued a day later."""
    world = World(CONCEPTS, tuple(items))
    assert tuple(the_map(world, as_of=day)["a1", "g1"]["state"] for day in (DAY, "2015-07-21")) == states


@pytest.mark.parametrize("rank", range(6))
def test_the_bar_counts_what_is_at_it(rank):
    """A finding counts at a bar of its own rank, and at no higher one; unknown rigour is below every bar."""
    world = World(CONCEPTS, tuple(found("favourable", study=Study("one", rank)) + found("none", study=UNKNOWN)))
    states = [the_map(world, min_rigour=bar)["a1", "g1"]["state"] for bar in range(6)]
    assert states == ["effect"] * (rank + 1) + ["too-weak"] * (5 - rank)


def test_every_cell_of_the_grid_is_there():
    """Rows and columns are all concepts of the schemes, so that the emptiest cells are there too, in their order."""
    cells = the_map(World(CONCEPTS))
    assert len(cells) == 12
    assert {cell["state"] for cell in cells.values()} == {"never-searched"}
    assert list(cells) == [(row, column) for row in CONCEPTS["component"] for column in CONCEPTS["targetGroup"]]


def test_a_finding_counts_in_everything_broader():
    """A finding stands in its own cell and in each broader one, and in no narrower or other."""
    cells = the_map(World(CONCEPTS, tuple(found("none"))))
    assert {key for key, cell in cells.items() if cell["state"] == "no-effect"} == {
        (row, column) for row in ("a", "a1") for column in ("g", "g1")
    }
    assert {
        cell["state"] for key, cell in cells.items() if key not in {("a", "g"), ("a", "g1"), ("a1", "g"), ("a1", "g1")}
    } == {"never-searched"}


def test_rows_and_columns_below_a_top():
    """With a top the rows or columns are that concept and everything narrower; what they say stays the same."""
    world = World(CONCEPTS, tuple(found("none")))
    whole = the_map(world)
    part = the_map(world, row_top="a1", column_top="g")
    assert set(part) == {(row, column) for row in ("a1", "a11") for column in ("g", "g1")}
    assert part == {key: whole[key] for key in part}
    assert the_map(world, row_top="nowhere") == {}


def test_a_filter_takes_the_concept_and_what_is_narrower():
    """A filter leaves what is about its concept or something narrower; what says nothing on it does not count."""
    items = (
        *found("none", about=HERE | {"outcome": ("work",)}),
        *found("favourable"),
        Search(about=HERE),
        Gap(about=HERE),
    )
    cells = the_map(World(CONCEPTS, items), filters={"outcome": "work"})
    assert (cells["a1", "g1"]["state"], cells["a1", "g1"]["findings"]) == ("no-effect", 1)
    assert (cells["a1", "g1"]["gaps"], cells["a1", "g1"]["searches"]) == (0, 0)
    assert the_map(World(CONCEPTS, items), filters={"component": "a1"})["a", "g"]["state"] == "mixed"
    assert the_map(World(CONCEPTS, items), filters={"component": "b"})["a", "g"]["state"] == "never-searched"


def test_rows_and_columns_may_be_any_two_dimensions():
    """The map can be turned and can be asked of other dimensions; a turned map says the same."""
    world = World(CONCEPTS, tuple(found("none", about=HERE | {"outcome": ("work",)})))
    turned = the_map(world, rows="targetGroup", columns="component")
    assert turned == {(column, row): cell for (row, column), cell in the_map(world).items()}
    assert the_map(world, rows="outcome", columns="component")["work", "a1"]["state"] == "no-effect"


def test_the_overlays():
    """Gaps, projects under way, one study deep, a missing review and staleness are told beside the state."""
    three = [Finding(about=HERE, study=Study(name)) for name in ("one", "two", "three")]
    review = Finding(about=HERE, study=Study("review", 4, review=True))
    projects = [Project(about=HERE), Project(about=HERE, end="2020-07-22"), Project(about=HERE, end="2020-07-21")]
    gaps = (Gap(about=HERE), Gap(about=HERE, contested="2020-07-22"), Gap(about=HERE, contested="2020-07-23"))
    world = World(CONCEPTS, (*three, *gaps, Search(about=HERE, until="2014-01-01"), *projects))
    at = the_map(world, as_of="2020-07-22")["a1", "g1"]
    assert (at["gaps"], at["contested"], at["projects"]) == (3, 1, 2)
    assert (at["studies"], at["reviews"], at["searches"]) == (3, 0, 1)
    assert (at["newest"], at["oneStudyDeep"], at["synthesisGap"], at["stale"]) == (DAY, False, True, False)
    assert the_map(world, as_of="2020-07-23")["a1", "g1"]["stale"] is True
    assert the_map(World(CONCEPTS, (*three, review)))["a1", "g1"]["synthesisGap"] is False
    taken = (Finding(about=HERE, study=Study("four", taken="2020-07-22")), *three[:2])
    assert the_map(World(CONCEPTS, taken), as_of="2020-07-22")["a1", "g1"]["synthesisGap"] is False
    assert the_map(World(CONCEPTS, taken), as_of="2020-07-21")["a1", "g1"]["synthesisGap"] is True
    assert the_map(World(CONCEPTS, tuple(three[:1] * 2)))["a1", "g1"]["oneStudyDeep"] is True
    assert the_map(World(CONCEPTS))["a1", "g1"]["stale"] is False


# Any small world, asked in any way.

DAYS = st.sampled_from(
    ("2010-06-15", "2010-06-16", "2015-06-15", "2015-06-16", "2016-02-29", "2021-02-28", "2021-03-01")
)
STUDIES = st.sampled_from(
    [Study(f"{kind}{rank}", rank, kind == "review") for kind in ("review", "p", "q") for rank in (-1, 2, 3, 5)]
    + [Study(f"taken{day}", taken=day) for day in ("2016-02-28", "2016-02-29", "2016-03-01")]
)


@st.composite
def forests(draw):
    """Make concepts of a scheme, each with one that is broader or none."""
    concepts = {}
    for name in "abcd"[: draw(st.integers(1, 4))]:
        concepts[name] = draw(st.sampled_from([None, *concepts]))
    return concepts


@st.composite
def worlds(draw):
    """Make a small world and a way to ask for its map."""
    broader = {dimension: draw(forests()) for dimension in DIMENSIONS}

    def about():
        return {
            dimension: tuple(chosen)
            for dimension in DIMENSIONS
            if (chosen := draw(st.sets(st.sampled_from(sorted(broader[dimension])), max_size=2)))
        }

    makers = {
        "finding": lambda: Finding(
            about=about(),
            day=draw(DAYS),
            kind=draw(st.sampled_from(("effect", "effect", "effect", *KINDS))),
            direction=draw(st.sampled_from(DIRECTIONS)),
            bases=tuple(draw(st.sets(st.sampled_from(BASES), min_size=1, max_size=2))),
            study=draw(st.one_of(STUDIES, st.none())),
        ),
        "search": lambda: Search(
            about=about(), day=draw(DAYS), depth=draw(st.sampled_from(("scan", "systematic"))), until=draw(DAYS)
        ),
        "gap": lambda: Gap(about=about(), day=draw(DAYS), contested=draw(st.one_of(st.none(), DAYS))),
        "project": lambda: Project(about=about(), day=draw(DAYS), end=draw(st.one_of(st.none(), DAYS))),
    }
    kinds = draw(st.lists(st.sampled_from(("finding", "finding", "finding", *makers)), max_size=7))
    items = tuple(makers[kind]() for kind in kinds)
    rows, columns = draw(st.sampled_from(DIMENSIONS)), draw(st.sampled_from(DIMENSIONS))

    def maybe(dimension):
        return draw(st.one_of(st.none(), st.sampled_from(sorted(broader[dimension]))))

    filters = {dimension: concept for dimension in DIMENSIONS if draw(st.booleans()) and (concept := maybe(dimension))}
    asked = Asked(
        rows=rows,
        columns=columns,
        as_of=draw(st.one_of(st.just(FAR), DAYS)),
        min_rigour=draw(st.integers(0, 5)),
        row_top=maybe(rows),
        column_top=maybe(columns),
        filters=filters,
    )
    return World(broader, items), asked


@tries(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_the_map_is_that_of_the_definition(given_world):
    """For any small world and any way to ask, every cell of the map says exactly what the definition says."""
    world, asked = given_world
    query = questions.find("gap-map").bind(asked.values())
    assert told(stored(world).select(query).records()) == whole_map(world, asked)


@tries(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_another_engine_gives_the_same_map(given_world):
    """The same holds in rdflib, so that the question file depends on no engine."""
    world, asked = given_world
    graph = Graph().parse(data=turtle(world), format="turtle")
    found_rows = graph.query(questions.find("gap-map").bind(asked.values()))
    names = [str(variable) for variable in found_rows.vars]
    records = [dict(zip(names, ("" if term is None else str(term) for term in row), strict=True)) for row in found_rows]
    assert told(records) == whole_map(world, asked)


@tries(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.data())
def test_a_cell_opens_to_what_was_counted(given_world, data):
    """The findings, gaps and searches that a cell opens to are as many as the map counts in it."""
    world, asked = given_world
    store = stored(world)
    cells = whole_map(world, asked)
    if not cells:
        return
    row, column = data.draw(st.sampled_from(sorted(cells)))
    values = {name: text for name, text in asked.values().items() if name not in {"rowTop", "columnTop"}}
    values |= {"row": f"{ID}{asked.rows}/{row}", "column": f"{ID}{asked.columns}/{column}"}

    def opened(name):
        return store.select(questions.find(name).bind(values)).records()

    findings = opened("cell-findings")
    counted = cells[row, column]
    assert len({record["finding"] for record in findings}) == counted["findings"]
    solid = {record["finding"] for record in findings if record["counts"] == "true"}
    assert len(solid) == sum(counted[direction] for direction in DIRECTIONS[:4])
    assert len({record["search"] for record in opened("cell-searches")}) == counted["searches"]
    assert len({record["gap"] for record in opened("cell-gaps") if record["scope"] == "cell"}) == counted["gaps"]
