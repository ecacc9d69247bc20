"""Find the Turtle files of a graph folder. Files are the graph; each becomes a named graph."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kg.errors import UsageProblem
from kg.settings import ROOMS, has_rooms
from kg.vocabulary import GRAPH


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    """A Turtle file of the graph.

    Attributes:
        name: the path inside the graph folder with ``/``, such as ``data/organisations.ttl``.
        path: where it is.
        room: ``ontology``, ``shapes`` or ``data``.
    """

    name: str
    path: Path
    room: str

    @property
    def graph(self) -> str:
        """The IRI of the named graph that holds this file's triples."""
        return GRAPH + quote(self.name.removesuffix(".ttl").replace("/", "."))


def find(folder: Path) -> list[SourceFile]:
    """Return every Turtle file in the three rooms of a graph folder, sorted by name.

    Raises:
        UsageProblem: the folder lacks one of the rooms, or a room without which nothing can be checked is empty.
    """
    if not has_rooms(folder):
        missing = ", ".join(room for room in ROOMS if not (folder / room).is_dir())
        raise UsageProblem(f"{folder} is no graph folder: it has no {missing}. Name one with --graph FOLDER.")
    return sorted(
        SourceFile(path.relative_to(folder).as_posix(), path, room)
        for room in ROOMS
        for path in (folder / room).rglob("*.ttl")
        if path.is_file()
    )


def stage(folder: Path, paths: Iterable[Path]) -> list[SourceFile]:
    """Return the files of a graph folder with the given files laid over them.

    A path inside the folder stands for itself; one from elsewhere is taken as a further data file; a folder stands
    for the Turtle files in it.

    Raises:
        UsageProblem: a path does not exist or holds no Turtle.
    """
    found = {source.path.resolve(): source for source in find(folder)}
    for given in paths:
        for path in sorted(given.rglob("*.ttl")) if given.is_dir() else [given]:
            if not path.is_file():
                raise UsageProblem(f"{path} does not exist")
            found.setdefault(path.resolve(), SourceFile(path.as_posix(), path, "data"))
        if given.is_dir() and not any(given.rglob("*.ttl")):
            raise UsageProblem(f"{given} holds no Turtle file (*.ttl)")
    return sorted(found.values())
