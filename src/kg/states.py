"""Find a state of the graph by what a person calls it: a file, a folder, a release, a generation or a git revision."""

import gzip
import io
import re
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg import generations, history
from kg.dumps.reading import statements
from kg.errors import KgError, UsageProblem
from kg.files import find
from kg.history.patch import Line, as_served
from kg.parse import read_all
from kg.settings import ROOMS, has_rooms
from kg.spoken import gettext as _

CURRENT: Final = "current"
_GENERATION: Final = re.compile(r"[0-9a-f]{16}")


def lines(word: str, graph: Path, var: Path) -> list[Line]:
    """Return the statements of a state as N-Quads lines.

    Args:
        word: ``current``, the path of a file or graph folder, the version of a release, the name of a generation, or
            a git revision; the first of these that there is. Write ``./current`` for a file of that name.
        graph: the graph folder, whose releases and revisions are meant.
        var: the folder for what is built.

    Raises:
        UsageProblem: there is no such thing, or it cannot be read.
    """
    try:
        return _lines(word, graph, var)
    except UsageProblem:
        raise
    except KgError as error:
        raise UsageProblem(f"{word}: {error}") from error


def pair(first: str, second: str, graph: Path, var: Path) -> tuple[list[Line], list[Line]]:
    """Return the statements of two states that are to be compared.

    Where one is a file of the graph and the other a state of the whole, that file is meant in both.

    Args:
        first: a state, as :func:`lines` takes it.
        second: another.
        graph: the graph folder.
        var: the folder for what is built.

    Raises:
        UsageProblem: one of them is not there, or cannot be read.
    """
    places = [_place(word, graph) for word in (first, second)]
    found = [lines(word, graph, var) for word in (first, second)]
    if places[0] and not Path(second).is_file():
        found[1] = _of(found[1], places[0])
    elif places[1] and not Path(first).is_file():
        found[0] = _of(found[0], places[1])
    return found[0], found[1]


def _place(word: str, graph: Path) -> str:
    """Return the IRI of the named graph of a file of the graph folder; empty where the word names none."""
    path = Path(word)
    if word == CURRENT or not path.is_file() or not has_rooms(graph):
        return ""
    return next((source.graph for source in find(graph) if source.path.resolve() == path.resolve()), "")


def _of(found: Iterable[Line], place: str) -> list[Line]:
    return [line for line in found if line.endswith(f" <{place}> .")]


def _lines(word: str, graph: Path, var: Path) -> list[Line]:
    path = Path(word)
    if word == CURRENT:
        return _generation(generations.current(var))
    if path.is_dir():
        return _folder(path)
    if path.is_file():
        return _file(path)
    releases = history.read(graph)
    for release, state in history.replay(releases):
        if release.version == word:
            return sorted(state)
    if _GENERATION.fullmatch(word) and (var / "generations" / word).is_dir():
        return _generation(generations.at(var / "generations" / word))
    return _revision(word, graph)


def _generation(generation: generations.Generation) -> list[Line]:
    """Return what the files held from which a generation was built; what it says of itself follows from that."""
    return statements(generation.published.folder, generation.published.label)


def _folder(folder: Path) -> list[Line]:
    if not has_rooms(folder):
        rooms = ", ".join(ROOMS)
        raise UsageProblem(_("%(folder)s is no graph folder: it needs the rooms %(rooms)s", folder=folder, rooms=rooms))
    files, problems = read_all(find(folder))
    if problems:
        reason = f"{problems[0].name}:{problems[0].line}: {problems[0].message}"
        raise UsageProblem(_("%(path)s cannot be read: %(reason)s", path=folder, reason=reason))
    return as_served(quad for file in files for quad in file.quads())


def _file(path: Path) -> list[Line]:
    """Read a file in a format of RDF, told by how its name ends; it may be compressed."""
    packed = path.suffix == ".gz"
    form = ox.RdfFormat.from_extension(Path(path.stem if packed else path.name).suffix.removeprefix("."))
    if form is None:
        raise UsageProblem(
            _("%(path)s is in no format of RDF by its name; take .ttl, .nt, .nq, .trig, .rdf or .jsonld", path=path)
        )
    try:
        content = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        return as_served(ox.parse(content, format=form, base_iri=path.resolve().as_uri()))
    except (OSError, EOFError, SyntaxError, ValueError, zlib.error) as error:
        raise UsageProblem(_("%(path)s cannot be read: %(reason)s", path=path, reason=error)) from error


def _revision(word: str, graph: Path) -> list[Line]:
    """Read the graph folder as it was in a revision of its git repository."""
    commit = git(graph, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}")
    if not commit:
        raise UsageProblem(
            _(
                "%(word)r is nothing known: no file or folder, no release in %(folder)s, no generation, "
                "no git revision; see: kg history",
                word=word,
                folder=graph / history.HISTORY,
            )
        )
    name = commit.decode().strip()
    rooms = git(graph, "ls-tree", "--name-only", name, *ROOMS).decode().split()
    with tempfile.TemporaryDirectory() as folder:
        if rooms and (packed := git(graph, "archive", "--format=zip", "-0", name, "--", *rooms)):
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                archive.extractall(folder)
        if not has_rooms(Path(folder)):
            raise UsageProblem(
                _("%(graph)s had no %(rooms)s in %(word)s", graph=graph, rooms=", ".join(ROOMS), word=word)
            )
        return _folder(Path(folder))


def git(graph: Path, *words: str) -> bytes:
    """Return what git says, nothing when it says no or is not there."""
    try:
        found = subprocess.run(["git", "-C", str(graph), *words], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return b""
    return found.stdout if found.returncode == 0 else b""
