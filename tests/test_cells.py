"""The index of cells: it answers the question of the map as the engine does, and leaves every other query alone."""

import io

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from kg import questions
from kg.cells import Cells, IrregularError, counted, first
from kg.store import EmbeddedStore, embedded
from kg.store.interface import Forms, Task, read_table
from kg.vocabulary import WK
from kg.web.site import page_query
from test_gap_map import CONCEPTS, HERE, ID, PREFIXES, World, found, turtle, worlds

MAP = questions.find("gap-map")
GAPS = questions.find("gaps-by-concept")
LIST = page_query("things-of-kind")
COUNTED, KINDS = page_query("things-counted"), page_query("kinds-counted")
IN_IT = {"rows": "component", "columns": "targetGroup", "row": f"{ID}component/a1", "column": f"{ID}targetGroup/g1"}


def loaded(text):
    """Load Turtle into the engine, in a named graph."""
    engine = ox.Store()
    engine.load(text.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:graph"))
    return engine


@pytest.fixture(scope="module")
def real_engine(generation):
    """The real graph in the engine."""
    return generation.load()


@pytest.fixture(scope="module")
def real_cells(real_engine):
    """The index of the real graph."""
    return Cells(real_engine)


def rows(engine, query):
    """Ask the engine itself."""
    return EmbeddedStore(engine).select(query)


@tries(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_the_index_counts_what_the_engine_counts(given_world):
    """For any small world and any way to ask, the map is the same, row by row, to the last term."""
    world, asked = given_world
    engine = loaded(turtle(world))
    query = MAP.bind(asked.values())
    rewritten = counted(query, Cells(engine))
    assert "?favourableFinding" not in rewritten
    assert rows(engine, rewritten) == rows(engine, query)


@tries(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_the_index_counts_gaps_as_the_engine_does(given_world):
    """For any small world, the gaps beside the rows and the columns of a map are the same."""
    world, asked = given_world
    engine = loaded(turtle(world))
    cells = Cells(engine)
    for axis in ("rows", "columns"):
        query = GAPS.bind({"rows": asked.values()[axis], "asOf": asked.values()["asOf"]})
        rewritten = counted(query, cells)
        assert "?stated" not in rewritten
        assert rows(engine, rewritten) == rows(engine, query)


@pytest.mark.parametrize("dimension", ["component", "intervention", "targetGroup", "outcome", "country", "theme"])
@pytest.mark.parametrize(("day", "language"), [("9999-12-31", "nl"), ("2015-12-31", "en"), ("1900-01-01", "nl")])
def test_the_real_gaps_are_the_same(real_engine, real_cells, dimension, day, language):
    """The gaps that the real graph states by concept are the same with the index, on three days."""
    query = GAPS.bind({"rows": dimension, "asOf": day, "lang": language})
    rewritten = counted(query, real_cells)
    assert rewritten != query
    assert rows(real_engine, rewritten) == rows(real_engine, query)


@pytest.mark.parametrize(
    ("columns", "day", "bar"),
    [
        ("targetGroup", "9999-12-31", 3),
        ("targetGroup", "2015-12-31", 0),
        ("outcome", "9999-12-31", 5),
        ("country", "2015-12-31", 2),
        ("intervention", "9999-12-31", 1),
        ("component", "9999-12-31", 4),
    ],
)
def test_the_real_map_is_the_same(real_engine, real_cells, columns, day, bar):
    """The map of the real graph is the same with the index, in several dimensions, on two days, at every bar."""
    query = MAP.bind({"rows": "component", "columns": columns, "asOf": day, "minRigour": str(bar)})
    assert rows(real_engine, counted(query, real_cells)) == rows(real_engine, query)


@pytest.mark.parametrize(
    "values",
    [
        {"intervention": "intervention/first-place-then-train", "columns": "outcome"},
        {"theme": "theme/methodical-working", "rows": "intervention", "columns": "outcome"},
        {"country": "country/nl", "targetGroup": "target-group/jobseekers", "rows": "outcome", "columns": "horizon"},
        {"rowTop": "component/barriers", "columnTop": "target-group/jobseekers", "lang": "en"},
        {"country": "country/atlantis"},
    ],
)
def test_the_real_map_with_filters_is_the_same(real_engine, real_cells, values):
    """Filters, tops and the language hold with the index as without."""
    query = MAP.bind(values)
    assert rows(real_engine, counted(query, real_cells)) == rows(real_engine, query)


@pytest.mark.parametrize("name", ["gap-map", "gaps-by-concept", "cell-nearest", "cell-findings", "cell-studies"])
def test_the_file_itself_is_answered_from_the_index(real_engine, real_cells, name):
    """The unbound file, as somebody pastes it, is known too; so is it with another day, and with a type in full."""
    question = questions.find(name)
    day = question.bind({"asOf": "2020-01-01"})
    full = question.text.replace('-31"^^xsd:date', '-31"^^<http://www.w3.org/2001/XMLSchema#date>')
    assert 3 == len({question.text, day, full})
    for text in (question.text, day, full):
        assert made_from_index(real_engine, real_cells, text)


@pytest.mark.parametrize(
    "cuts", ["OFFSET 5\n    LIMIT 3", "LIMIT 3", "LIMIT 3\n    LIMIT 5", f"LIMIT {'9' * 5000}\n    OFFSET 0"]
)
def test_a_list_that_is_cut_otherwise_is_left_alone(cuts):
    """What ``LIMIT`` and ``OFFSET`` say is known by their names, not by their places, and no number is too long."""
    query = LIST.replace("wk:Publication", "wk:Finding").replace('"publication"', '"finding"')
    cells = Cells(loaded(turtle(World(CONCEPTS))))
    assert counted(query, cells) != query
    other = query.replace("LIMIT 250\n    OFFSET 0", cuts)
    assert other != query
    assert counted(other, cells) == other


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { ?s ?p ?o } LIMIT 1",
        MAP.text.replace("COUNT(DISTINCT ?gap)", "COUNT(?gap)"),
        MAP.text.replace("SELECT ?row ", "SELECT ?row FROM <x:graph> ", 1),
        MAP.text + "LIMIT 3",
        MAP.text.replace("wk:component wk:targetGroup", "wk:nothing wk:targetGroup"),
        MAP.text.replace("wk:component wk:targetGroup", "UNDEF wk:targetGroup"),
        MAP.text.replace('"9999-12-31"', '"12015-12-31"'),
        MAP.text.replace('"9999-12-31"', '"2015-12-31"', 1),
        GAPS.text.replace("wk:component", "wk:nothing"),
        GAPS.text.replace("DISTINCT ?gap", "?gap"),
    ],
)  # fmt: skip
def test_any_other_query_is_left_alone(query):
    """A query that is not the question of the map, or asks what the index does not know, goes to the engine as it is."""
    assert counted(query, Cells(loaded(turtle(World(CONCEPTS))))) == query


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("<x:f> a wk:Finding ; wk:direction id:a, id:b .", "<x:f> has more than one .*direction"),
        ("<x:f> a wk:Finding ; wk:basis id:a ; wk:reportedIn <x:p> . <x:p> dct:issued 2015 .", "2015 is not a date"),
        ("<x:p> wk:rigour <x:r> . <x:r> wk:rank 2.5 .", "2.5 is not a whole number"),
        (
            """<x:f> a wk:Finding ; wk:basis id:a ; wk:reportedIn <x:p>, <x:q> .
            <x:p> dct:issued "2015-01-01"^^xsd:date . <x:q> dct:issued "2016-01-01"^^xsd:date .""",
            "<x:f> is reported on more than one day",
        ),
    ],
)
def test_what_has_no_place_in_the_index_is_told(more, what):
    """A graph that says what the index has no place for gets none, and not one that counts otherwise."""
    with pytest.raises(IrregularError, match=what):
        Cells(loaded(PREFIXES + more))


def test_a_finding_that_names_much_counts_once():
    """A finding counts once in a cell, and its study too, however many narrower concepts it names."""
    both = HERE | {"component": ("a1", "a11", "b"), "targetGroup": ("g", "g1")}
    engine = loaded(turtle(World(CONCEPTS, tuple(found("favourable", "none", about=both)))))
    query = counted(MAP.bind({}), Cells(engine))
    numbers = {
        (row["row"], row["column"]): (row["favourable"], row["none"], row["studies"])
        for row in rows(engine, query).records()
    }
    assert numbers[f"{ID}component/a", f"{ID}targetGroup/g"] == ("1", "1", "1")


def test_what_is_put_in_is_not_read_word_by_word(real_engine, real_cells, monkeypatch):
    """The walls look at the question; thousands of counts in its place took a second to look through."""
    seen = []
    monkeypatch.setattr(embedded, "refuse_federation", seen.append)
    monkeypatch.setattr(embedded, "words", lambda query: seen.append(query) or ())
    query = MAP.bind({"rows": "intervention", "columns": "outcome"})
    long = counted(query, real_cells)
    output = io.BytesIO()
    embedded.answer(real_engine, Task(query, Forms.table_only()), output, long)

    assert len(long) > 10 * len(query)
    assert seen == [query, query]
    assert read_table(output.getvalue()) == rows(real_engine, query)


def made_from_index(engine, cells, query):
    """Tell whether the index knows a query, and answers it as the engine does."""
    rewritten = counted(query, cells)
    assert rows(engine, rewritten) == rows(engine, query)
    return rewritten != query


def cut(name, values, most):
    """Bind a question, for the first of its list."""
    return questions.find(name).bind(values).replace("LIMIT 1000000", f"LIMIT {most}")


@tries(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.data())
def test_what_stands_behind_a_cell_is_the_same(given_world, data):
    """For any small world, what comes first in a cell, and what is said in the cells beside it, is the same."""
    world, asked = given_world
    engine = loaded(turtle(world))
    cells = Cells(engine)
    values = {name: text for name, text in asked.values().items() if name not in {"rowTop", "columnTop"}}
    for side, dimension in (("row", asked.rows), ("column", asked.columns)):
        values[side] = f"{ID}{dimension}/{data.draw(st.sampled_from(sorted(world.broader[dimension])))}"
    for name in ("cell-findings", "cell-studies"):
        assert made_from_index(engine, cells, cut(name, values, data.draw(st.integers(1, 4))))
    assert made_from_index(engine, cells, questions.find("cell-nearest").bind(values))


@tries(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.integers(1, 4), st.integers(0, 3))
def test_the_list_of_findings_is_the_same(given_world, most, offset):
    """For any small world, each page of the list of all findings is the same."""
    engine = loaded(turtle(given_world[0]).replace(f"{ID}item/", f"{ID}finding/"))
    query = LIST.replace("wk:Publication", "wk:Finding").replace('"publication"', '"finding"')
    query = query.replace("LIMIT 250", f"LIMIT {most}").replace("OFFSET 0", f"OFFSET {offset}")
    assert made_from_index(engine, Cells(engine), query)


@pytest.mark.parametrize(("most", "offset"), [(250, 0), (250, 500), (7, 100), (250, 5000)])
def test_the_real_list_of_findings_is_the_same(real_engine, real_cells, most, offset):
    """A page of the list of the real findings is the same; a list of another kind is the engine's."""
    query = LIST.replace("LIMIT 250", f"LIMIT {most}").replace("OFFSET 0", f"OFFSET {offset}")
    assert not made_from_index(real_engine, real_cells, query)
    query = query.replace("wk:Publication", "<https://w3id.org/werkkennis/def#Finding>").replace(
        '"publication"', '"finding"'
    )
    assert made_from_index(real_engine, real_cells, query)


def test_the_things_of_each_kind_are_the_same(real_engine, real_cells):
    """How many real things there are of each kind, and of each class and kind, is the same; so is it of none."""
    assert made_from_index(real_engine, real_cells, KINDS)
    for name, kind in (("Publication", "publication"), ("Finding", "finding"), ("Withdrawn", "gap"), ("Study", "gap")):
        query = COUNTED.replace("wk:Publication", f"wk:{name}").replace('"publication"', f'"{kind}"')
        assert made_from_index(real_engine, real_cells, query)


def test_what_is_withdrawn_or_not_ours_is_not_counted():
    """A thing counts once whatever its classes, one that is only withdrawn in no kind, and none of another namespace."""
    text = "id:finding\\/a a wk:Finding, wk:Other . id:finding\\/b a wk:Withdrawn . <x:f> a wk:Finding . id:alone a wk:Other ."
    engine = loaded(f"@prefix wk: <{WK}> . @prefix id: <{ID}> . {text}")
    cells = Cells(engine)
    assert made_from_index(engine, cells, KINDS)
    assert {"finding": 1, "": 1} == {row["kind"]: int(row["things"]) for row in rows(engine, KINDS).records()}
    for name in ("Finding", "Withdrawn", "Other", "Nothing"):
        query = COUNTED.replace("wk:Publication", f"wk:{name}").replace('"publication"', '"finding"')
        assert made_from_index(engine, cells, query)


@pytest.mark.parametrize("term", ["'publication'", '"publication/p"', '""', '"publication"@nl', "UNDEF"])
def test_a_kind_that_is_written_otherwise_is_left_alone(term):
    """Of a kind that is no plain word of ours the engine counts the things."""
    query = COUNTED.replace('"publication"', term)
    assert query != COUNTED
    assert counted(query, Cells(loaded(turtle(World(CONCEPTS))))) == query


@pytest.mark.parametrize(
    ("row", "column", "more"),
    [
        ("component/barriers", "target-group/jobseekers", {}),
        ("component/barriers", "target-group/severe-psychiatric-disorders", {"asOf": "2015-12-31"}),
        ("component/job-search-behaviour", "target-group/jobseekers", {"minRigour": "0", "country": "country/nl"}),
        ("country/nl", "outcome/paid-work", {"rows": "country", "columns": "outcome", "lang": "en"}),
        ("theme/debts", "country/nl", {"rows": "theme", "columns": "country", "country": "country/nl"}),
        ("intervention/first-place-then-train", "outcome/paid-work", {"rows": "intervention", "columns": "outcome"}),
    ],
)
def test_what_stands_behind_a_real_cell_is_the_same(real_engine, real_cells, row, column, more):
    """What stands in a cell of the real graph, and beside it, is the same, with filters, on two days, at two bars."""
    values = {"rows": "component", "columns": "targetGroup", "row": row, "column": column, **more}
    for most in (3, 250):
        assert made_from_index(real_engine, real_cells, cut("cell-findings", values, most))
        assert made_from_index(real_engine, real_cells, cut("cell-studies", values, most))
    assert made_from_index(real_engine, real_cells, questions.find("cell-nearest").bind(values))


@pytest.mark.parametrize(
    "more",
    [
        f'<{ID}item/9> a wk:Finding ; rdfs:label "zonder Engels"@nl .',
        f'<{ID}item/9> wk:study <{ID}study/9> . <{ID}study/9> rdfs:label "without Dutch"@en .',
    ],
)
def test_a_name_that_is_missing_leaves_lists_to_the_engine(more):
    """Where a finding or a study has no name, it stands in no list, so that the index cannot say what comes first."""
    engine = loaded(turtle(World(CONCEPTS, tuple(found("none")))) + more)
    for name in ("cell-findings", "cell-studies"):
        assert not made_from_index(engine, Cells(engine), cut(name, IN_IT, 1))
    assert made_from_index(engine, Cells(engine), questions.find("cell-nearest").bind(IN_IT))


@pytest.mark.parametrize(
    "more", ['wk:date "2026-01-01"^^xsd:date', 'dct:issued "2026-01-01"^^xsd:date', "wk:statedIn <x:p>"]
)
def test_a_finding_with_a_date_of_its_own_leaves_the_list_to_the_engine(more):
    """The list goes by a thing's own date first, so that the day of its publication does not tell where it stands."""
    text = turtle(World(CONCEPTS, tuple(found("none")))).replace(f"{ID}item/", f"{ID}finding/")
    query = LIST.replace("wk:Publication", "wk:Finding").replace('"publication"', '"finding"')
    engine = loaded(text)
    assert made_from_index(engine, Cells(engine), query)
    engine = loaded(f"{text}\n<{ID}finding/0> {more} .")
    assert not made_from_index(engine, Cells(engine), query)


def test_what_has_no_name_is_beside_nothing():
    """A concept without a name is no cell of the map, and neither is what only it has."""
    engine = loaded(
        turtle(World(CONCEPTS, tuple(found("none", about={"component": ("b",), "targetGroup": ("g1",)}))))
        + f"""
        <{ID}group> a skos:Collection ; skos:member <{ID}component/a1>, <{ID}component/b>, <{ID}component/secret> .
        <{ID}item/0> wk:component <{ID}component/secret> . <{ID}component/secret> skos:broader <{ID}component/a> ."""
    )
    query = questions.find("cell-nearest").bind(IN_IT)
    assert made_from_index(engine, Cells(engine), query)
    assert [f"{ID}component/b"] == [row["nearRow"] for row in rows(engine, query).records()]


def test_too_many_that_could_come_first_are_left_to_the_engine(monkeypatch):
    """Where very many stand in one place of a list, the engine puts them in order."""
    engine = loaded(turtle(World(CONCEPTS, tuple(found("none", "none", "favourable")))))
    assert made_from_index(engine, Cells(engine), cut("cell-findings", IN_IT, 1))
    monkeypatch.setattr(first, "_MOST_FINDINGS", 2)
    assert not made_from_index(engine, Cells(engine), cut("cell-findings", IN_IT, 1))
    assert not made_from_index(engine, Cells(engine), cut("cell-findings", IN_IT, 2_000))
    assert made_from_index(engine, Cells(engine), cut("cell-studies", IN_IT, 1))
    monkeypatch.setattr(first, "_MOST_STUDIES", 0)
    assert not made_from_index(engine, Cells(engine), cut("cell-studies", IN_IT, 1))
