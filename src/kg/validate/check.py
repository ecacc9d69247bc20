"""Check a graph folder: parse, validate, and name the place in the file for each result."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.files import find, stage
from kg.locate import Places
from kg.parse import ParsedFile, Problem, read_all
from kg.validate.report import Report, Result
from kg.validate.suggest import with_suggestions
from kg.vocabulary import RDF


def check(folder: Path, paths: Iterable[Path] = ()) -> Report:
    """Check a whole graph folder, with the given files laid over it.

    Args:
        folder: a graph folder with the rooms ``ontology``, ``shapes`` and ``data``.
        paths: further Turtle files or folders; one inside the folder stands for itself.

    Raises:
        UsageProblem: the folder is no graph folder, or a path does not exist.
    """
    paths = list(paths)
    report, _ = examine(*read_all(stage(folder, paths) if paths else find(folder)))
    return report


def examine(files: Sequence[ParsedFile], problems: Sequence[Problem]) -> tuple[Report, ox.Store]:
    """Validate parsed files; give the report and the store that they were loaded into, a named graph a file.

    When a file does not parse nothing is validated: a reference to what it would have held is no mistake.
    """
    report = Report(list(problems), [], len(files), sum(len(file.triples) for file in files))
    store = ox.Store()
    described = [file for file in files if file.source.room != "shapes"]
    for file in described:
        store.bulk_extend(file.quads())
    if not problems:
        from kg.validate import full, rules  # noqa: PLC0415 - pySHACL takes half a second to import

        shapes = [triple for file in files if file.source.room == "shapes" for triple in file.triples]
        triples = [triple for file in described for triple in file.triples]
        found = full.validate(triples, shapes) + rules.validate(store, _store(shapes))
        report.results = with_suggestions(with_places(found, described), store)
    for file in files:
        if file.source.room == "shapes":
            store.bulk_extend(file.quads())
    return report, store


def _store(triples: Iterable[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return store


def with_places(results: list[Result], files: Sequence[ParsedFile]) -> list[Result]:
    """Add file and line to each result and sort by them."""
    wanted = {result.focus for result in results}
    homes: dict[str, list[ParsedFile]] = {}
    statements: dict[tuple[str, str], ParsedFile] = {}
    for file in files:
        for triple in file.triples:
            subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else str(triple.subject)
            if subject in wanted:
                homes.setdefault(subject, [])
                if file not in homes[subject]:
                    homes[subject].append(file)
                statements.setdefault((subject, triple.predicate.value), file)
    places: dict[str, Places] = {}

    def placed(result: Result) -> Result:
        file = (
            statements.get((result.focus, result.path or ""))
            or statements.get((result.focus, RDF + "type"))
            or next(iter(homes.get(result.focus, [])), None)
        )
        if file is None:
            return result
        if file.source.name not in places:
            places[file.source.name] = Places(file.text)
        lines = places[file.source.name]
        span = lines.span(result.focus, result.path, result.value)
        line = span.line if span else lines.line(result.focus, result.path) or 0
        return replace(result, name=file.source.name, line=line, span=span)

    found = [placed(result) for result in results]
    found.sort(key=lambda r: (r.name or "", r.line, r.severity, r.focus, r.path or "", r.value or "", r.shape))
    return found
