"""Which named graph is which file: ``id/graph/data.studies.x`` is ``data/studies/x.ttl``."""

import re
from pathlib import Path
from typing import Final

from kg.errors import KgError
from kg.files import SourceFile, find
from kg.vocabulary import GRAPH

_NEW: Final = re.compile(r"data(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,99}){1,4}")


class NotWritable(KgError):
    """A graph that no one may write here."""

    status = 403


def file_of(graph: str, folder: Path) -> SourceFile:
    """Return the file of a data graph; where there is none yet, the one that it would be.

    Args:
        graph: IRI of the named graph.
        folder: the graph folder.

    Raises:
        NotWritable: the graph is none of a data file, and its IRI can be none.
    """
    known = next((source for source in find(folder) if source.graph == graph), None)
    if known and known.room == "data":
        return known
    return new_file(graph, folder, known=known is not None)


def new_file(graph: str, folder: Path, *, known: bool) -> SourceFile:
    """Return the file that a graph would be.

    Args:
        graph: IRI of the named graph.
        folder: the graph folder.
        known: whether there is such a graph, which then is none of a data file.

    Raises:
        NotWritable: its IRI can be none of a data file.
    """
    if known:
        raise NotWritable("words and rules are changed in their files, where others can look along; only data is here")
    slug = graph.removeprefix(GRAPH)
    if not graph.startswith(GRAPH) or not _NEW.fullmatch(slug):
        raise NotWritable(
            f"a graph that is written here is called {GRAPH}data.folder.name, with letters, digits, hyphens and "
            "underscores; it becomes the file data/folder/name.ttl"
        )
    name = slug.replace(".", "/") + ".ttl"
    return SourceFile(name, folder / name, "data")
