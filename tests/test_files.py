"""Finding the files of a graph folder."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import UsageProblem
from kg.files import SourceFile, find, stage
from small_graph import DATA, write_graph


def names(sources):
    """List files as a person names them, with their room."""
    return [(source.name, source.room) for source in sources]


def test_every_turtle_file_in_the_three_rooms_is_found(tmp_path):
    """All Turtle in the rooms is found at any depth, sorted by name; other files and other folders are not."""
    write_graph(tmp_path, b="", a="")
    for extra in ("data/studies/deep/c.ttl", "data/notes.md", "data/table.csv", "tests/d.ttl", "e.ttl", "data/f.ttl~"):
        (tmp_path / extra).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / extra).touch()
    (tmp_path / "data/folder.ttl").mkdir()
    assert names(find(tmp_path)) == [
        ("data/a.ttl", "data"),
        ("data/b.ttl", "data"),
        ("data/studies/deep/c.ttl", "data"),
        ("data/things.ttl", "data"),
        ("ontology/things.ttl", "ontology"),
        ("shapes/things.ttl", "shapes"),
    ]


def test_the_repository_has_its_files():
    """The repository's own graph is found whole: the ontology, the shapes and the data."""
    found = find(Path(__file__).parents[1])
    counts = {room: sum(source.room == room for source in found) for room in ("ontology", "shapes", "data")}
    assert counts["ontology"] == 33
    assert counts["shapes"] >= 22
    assert counts["data"] >= 16


@pytest.mark.parametrize(
    ("removed", "named"),
    [(["shapes"], "no shapes"), (["data", "ontology"], "no ontology, data"), (["data"], "no data")],
)
def test_a_folder_without_a_room_is_refused(tmp_path, removed, named):
    """A folder that lacks a room is refused with the rooms that are missing and the option to use."""
    write_graph(tmp_path)
    for room in removed:
        shutil.rmtree(tmp_path / room)
    with pytest.raises(UsageProblem, match=f"it has {named}. Name one with --graph FOLDER."):
        find(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    """A graph folder that does not exist is refused in the same way."""
    with pytest.raises(UsageProblem, match="it has no ontology, shapes, data"):
        find(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name", ["data/a.ttl", "data/één lange naam.ttl", "data/a<b>{c}.ttl", "data/100%.ttl", "/srv/a.ttl"]
)
def test_every_file_has_a_named_graph(name):
    """A file's named graph has a valid IRI, whatever the file is called."""
    graph = SourceFile(name, Path(name), "data").graph
    assert ox.NamedNode(graph).value == graph
    assert graph.startswith("https://w3id.org/werkkennis/id/graph/")


def test_named_graphs_differ():
    """Two files have two named graphs."""
    given = ["data/a b.ttl", "data/a.ttl", "data/a/b.ttl", "data/a%20b.ttl", "ontology/a.ttl"]
    assert len({SourceFile(name, Path(name), "data").graph for name in given}) == len(given)


def test_a_file_from_elsewhere_is_one_more_data_file(tmp_path):
    """Staging adds a file from outside to the folder's own, as data, under the name it was given."""
    folder = write_graph(tmp_path / "graph")
    extra = tmp_path / "extra.ttl"
    extra.write_text(DATA, encoding="utf-8")
    assert names(stage(folder, [extra])) == sorted([*names(find(folder)), (extra.as_posix(), "data")])


def test_a_file_inside_the_folder_stands_for_itself(tmp_path, monkeypatch):
    """Staging a file of the folder, by whatever path, changes nothing."""
    folder = write_graph(tmp_path / "graph")
    monkeypatch.chdir(folder / "shapes")
    given = [
        Path("../data/things.ttl"),
        folder / "data",
        folder / "shapes/things.ttl",
        folder / "data/../data/things.ttl",
    ]
    assert stage(folder, given) == find(folder)


def test_a_folder_stands_for_its_turtle(tmp_path):
    """Staging a folder adds every Turtle file in it and nothing else."""
    folder = write_graph(tmp_path / "graph")
    more = tmp_path / "more"
    (more / "deep").mkdir(parents=True)
    for name in ("b.ttl", "a.ttl", "deep/c.ttl", "d.csv"):
        (more / name).touch()
    added = [source.name for source in stage(folder, [more]) if source not in find(folder)]
    assert added == [f"{more.as_posix()}/{name}" for name in ("a.ttl", "b.ttl", "deep/c.ttl")]


@pytest.mark.parametrize(("given", "message"), [("nowhere.ttl", "does not exist"), ("empty", "holds no Turtle file")])
def test_a_path_that_holds_nothing_is_refused(tmp_path, given, message):
    """A path that does not exist, or a folder without Turtle, is refused by name rather than taken as nothing wrong."""
    folder = write_graph(tmp_path / "graph")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageProblem, match=f"{given} {message}"):
        stage(folder, [tmp_path / given])
