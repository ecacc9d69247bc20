"""Check files laid over what was built, on the part of the graph that they can change.

A generation holds no mistake, so beside the files that are given only what they affect has to be looked at
(:mod:`kg.validate.incremental`). That holds as long as all other files are as they were when it was built.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg import generations
from kg.errors import NoGeneration
from kg.files import SourceFile, stage
from kg.parse import ParsedFile, Problem, read, read_all, twice
from kg.spoken import gettext as _
from kg.validate import Report

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class NotAsBuiltError(Exception):
    """What was built does not tell what the files are laid over; the message says why."""


def check(folder: Path, var: Path, paths: Sequence[Path]) -> Report:
    """Check files, and everything that they affect, in a graph that was built.

    Args:
        folder: a graph folder.
        var: the folder for what is built.
        paths: Turtle files or folders; one inside the graph folder stands for itself.

    Returns:
        The report of what the files describe and of what they affect, with the number of things that were checked.

    Raises:
        NotAsBuiltError: nothing has been built, or another file has changed since.
        UsageProblem: the folder is no graph folder, or a path does not exist.
    """
    sources = stage(folder, paths)
    wanted = {file.resolve() for path in paths for file in (path.rglob("*.ttl") if path.is_dir() else [path])}
    given = [source for source in sources if source.path.resolve() in wanted]
    others = [source for source in sources if source.path.resolve() not in wanted]
    try:
        generation = generations.current(var)
        _compare(generation.manifest["files"], given, others)
        store = generation.load()
    except NoGeneration as error:
        raise NotAsBuiltError(str(error)) from error
    described = {source.graph: source for source in others if source.room != "shapes"}
    given = [source for source in given if source.room != "shapes"]
    _keep(store, described, given)
    shapes, _problems = read_all(source for source in sources if source.room == "shapes")
    files, problems = read_all(given)
    problems += _twice(store, files, described)
    report = Report(problems, [], len(sources))
    if not problems:
        _examine(report, store, files, [triple for file in shapes for triple in file.triples], described)
    _lay(store, files)
    report.triples = len(store) + sum(len(file.triples) for file in shapes)
    return report


def _compare(built: dict[str, str], given: Iterable[SourceFile], others: Iterable[SourceFile]) -> None:
    """Make sure that the other files, and all shapes, are as they were built.

    Raises:
        NotAsBuiltError: one is not.
    """
    names = {source.name for source in given}
    same = [*others, *(source for source in given if source.room == "shapes")]
    for source in same:
        if built.get(source.name) != hashlib.sha256(source.path.read_bytes()).hexdigest():
            raise NotAsBuiltError(_("%(file)s is not as it was built", file=source.name))
    if gone := sorted(built.keys() - names - {source.name for source in same}):
        raise NotAsBuiltError(_("%(file)s was built and is gone", file=gone[0]))


def _keep(store: ox.Store, described: dict[str, SourceFile], given: Iterable[SourceFile]) -> None:
    """Keep what the files say, and nothing of what a build adds; call blank nodes what they are called in the files."""
    kept = described.keys() | {source.graph for source in given}
    # The store cannot be changed while it is read.
    for graph in list(store.named_graphs()):
        if isinstance(graph, ox.NamedNode) and graph.value not in kept:
            store.remove_graph(graph)
    found = store.query(Path(__file__).with_suffix(".rq").read_text("utf-8"))
    rows = list(found) if isinstance(found, ox.QuerySolutions) else []
    for graph in (row["graph"] for row in rows):
        if isinstance(graph, ox.NamedNode) and graph.value in described:
            _lay(store, [read(described[graph.value])[0]])


def _lay(store: ox.Store, files: Iterable[ParsedFile]) -> None:
    for file in files:
        store.remove_graph(ox.NamedNode(file.source.graph))
        store.bulk_extend(file.quads())


def _twice(store: ox.Store, files: Iterable[ParsedFile], described: dict[str, SourceFile]) -> list[Problem]:
    """Name every statement of the given files that stands in another file too."""
    problems = []
    for file in files:
        for triple in file.triples:
            for name in _graphs(store, triple.subject, triple.predicate, triple.object):
                if name in described:
                    first, second = sorted((file, read(described[name])[0]), key=lambda each: each.source)
                    problems.append(twice(second, first, triple))
    return problems


def _examine(
    report: Report,
    store: ox.Store,
    files: Sequence[ParsedFile],
    shapes: Iterable[ox.Triple],
    described: dict[str, SourceFile],
) -> None:
    """Check the files and what they affect, and put what is found into the report."""
    from kg.validate import incremental  # noqa: PLC0415 - pySHACL takes half a second to import
    from kg.validate.check import with_places  # noqa: PLC0415
    from kg.validate.suggest import with_suggestions  # noqa: PLC0415

    places = [ox.NamedNode(file.source.graph) for file in files]
    removed = [quad for place in places for quad in store.quads_for_pattern(None, None, None, place)]
    added = [quad for file in files for quad in file.quads()]
    nodes = {quad.subject for quad in added}
    checked = incremental.examine(store, shapes, removed, added, nodes)
    told = {result.focus for result in checked.results}
    about = [node for node in checked.nodes if str(node) in told or str(node)[1:-1] in told]
    homes = {described[name] for node in about for name in _graphs(store, node) if name in described}
    described_in = sorted([*files, *(read(home)[0] for home in homes)], key=lambda file: file.source)
    found = with_places(checked.results, described_in)
    _lay(store, files)
    report.results = with_suggestions(found, store)
    report.nodes = len(checked.nodes)


def _graphs(
    store: ox.Store, subject: Term, predicate: ox.NamedNode | None = None, value: Term | None = None
) -> set[str]:
    """Return the named graphs in which something stands."""
    if not isinstance(subject, ox.NamedNode | ox.BlankNode):
        return set()
    found = {quad.graph_name for quad in store.quads_for_pattern(subject, predicate, value)}
    return {graph.value for graph in found if isinstance(graph, ox.NamedNode)}
