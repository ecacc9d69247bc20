"""Mend files: make the changes, prove that they do what they say, and write each file in one step."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kg.files import SourceFile, find, stage
from kg.mending import edits
from kg.mending.edits import Edit
from kg.parse import ParsedFile, Problem, read, read_all
from kg.validate import Report, examine
from kg.vocabulary import PREFIXES, RDFS, XSD
from kg.writing.disk import replace_text

_MOST_PREFIXES = 100


@dataclass(frozen=True, slots=True)
class Mended:
    """A file that was changed.

    Attributes:
        name: its name.
        changes: what was changed, with the line where it stood before.
    """

    name: str
    changes: tuple[tuple[int, str], ...]


def mend(folder: Path, paths: Iterable[Path] = ()) -> tuple[list[Mended], Report]:
    """Mend the files of a graph folder, or only those that are named, and check the graph as it is then.

    Args:
        folder: the graph folder.
        paths: the files that may be changed; all files of the rooms ontology and data when none is named.

    Returns:
        What was changed, and the report of what is left.

    Raises:
        UsageProblem: the folder is no graph folder, or a path does not exist.
        FormatProblem: a file cannot be written.
    """
    paths = list(paths)
    sources = stage(folder, paths) if paths else find(folder)
    named = [path.resolve() for path in paths]
    own = {
        source.name
        for source in sources
        if source.room != "shapes" and (not named or any(source.path.resolve().is_relative_to(path) for path in named))
    }
    with tempfile.TemporaryDirectory() as scratch:
        desk = _Desk(sources, own, Path(scratch))
        desk.mend_prefixes()
        report = desk.mend_values()
        desk.order_prefixes(own if named else {name for name in desk.changes if desk.changes[name]})
        changed = [source for source in sources if desk.changes.get(source.name)]
        for source in changed:
            replace_text(source.path, source.name, desk.text(source.name))
    return [Mended(source.name, tuple(desk.changes[source.name])) for source in changed], report


class _Desk:
    """The files with their changes, beside the files themselves."""

    def __init__(self, sources: Sequence[SourceFile], own: set[str], scratch: Path) -> None:
        self._scratch = scratch
        self._sources = {source.name: source for source in sources}
        files, self._problems = read_all(sources)
        self._files = {file.source.name: file for file in files}
        self._own = own
        self.changes: dict[str, list[tuple[int, str]]] = {}

    def text(self, name: str) -> str:
        """Return the text of a file as it is now."""
        return self._files[name].text

    def mend_prefixes(self) -> None:
        """Declare prefixes that everybody knows, or that all other files declare alike."""
        known = PREFIXES | edits.declared(file.text for file in self._files.values())
        for name in sorted(self._own):
            for _ in range(_MOST_PREFIXES):
                problem = next((each for each in self._problems if each.name == name), None)
                edit = problem and edits.prefix(self.text(name), problem.message, known)
                if not edit or not self._apply(name, [edit]):
                    break

    def order_prefixes(self, names: Iterable[str]) -> None:
        """Put the prefixes of files in order."""
        for name in sorted(names):
            edit = edits.prefix_order(self.text(name))
            if edit and name not in {problem.name for problem in self._problems}:
                self._apply(name, [edit])

    def mend_values(self) -> Report:
        """Mend what the check complains about; what would bring a new complaint is left."""
        report, store = self._examine()
        dates = _dates(store)
        found = {
            name: list(edits.values(self._files[name], (r for r in report.results if r.name == name), dates))
            for name in sorted(self._own & {result.name for result in report.results if result.name})
        }
        together = self._try(found, report)
        if together:
            return together
        for name, changes in found.items():
            # From below, so that the places of the others stay.
            for edit in sorted(changes, key=lambda edit: edit.start, reverse=True):
                report = self._try({name: [edit]}, report) or report
        return report

    def _try(self, found: dict[str, list[Edit]], report: Report) -> Report | None:
        """Make changes and return the report then; None, and nothing changed, when something is worse."""
        if not any(found.values()):
            return None
        files, told = dict(self._files), {name: list(changes) for name, changes in self.changes.items()}
        if all(self._apply(name, changes) for name, changes in found.items()):
            new, _ = self._examine()
            if not _complaints(new) - _complaints(report) and len(new.results) < len(report.results):
                return new
        self._files, self.changes = files, told
        return None

    def _examine(self) -> tuple[Report, ox.Store]:
        return examine([self._files[name] for name in sorted(self._files)], self._problems)

    def _apply(self, name: str, changes: list[Edit]) -> bool:
        """Change a text when it then says what it should, and nothing else; tell whether it did."""
        old = self._files[name]
        text = old.text
        if not changes:
            return True
        for edit in sorted(changes, key=lambda edit: edit.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        new, problems = self._read(name, text)
        failed = [problem for problem in self._problems if problem.name == name]
        if problems and (not failed or (problems[0].line, problems[0].column) <= (failed[0].line, failed[0].column)):
            return False
        if not failed and not _differ_by(old, new, changes):
            return False
        self._files[name] = new
        self._problems = [problem for problem in self._problems if problem.name != name] + problems
        self.changes.setdefault(name, []).extend((edit.line, edit.told) for edit in changes)
        return True

    def _read(self, name: str, text: str) -> tuple[ParsedFile, list[Problem]]:
        path = self._scratch / "file.ttl"
        path.write_bytes(text.encode())
        parsed, problems = read(replace(self._sources[name], path=path))
        parsed.source = self._sources[name]
        return parsed, problems


def _differ_by(old: ParsedFile, new: ParsedFile, changes: list[Edit]) -> bool:
    removed = {triple for edit in changes for triple in edit.removed}
    added = {triple for edit in changes for triple in edit.added}
    # Blank nodes are numbered by the order of the file, which a change of values does not touch.
    return (set(old.triples) - removed) | added == set(new.triples)


def _complaints(report: Report) -> Counter[tuple[str, str, str]]:
    return Counter((result.focus, result.shape, result.message("en")) for result in report.results)


def _dates(store: ox.Store) -> frozenset[str]:
    """Return the properties whose values are dates: as the ontology says, or as most of their values show."""
    date = ox.NamedNode(XSD + "date")
    found = {
        quad.subject.value
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDFS + "range"), date)
        if isinstance(quad.subject, ox.NamedNode)
    }
    kinds: dict[str, Counter[bool]] = {}
    for quad in store:
        if isinstance(quad.object, ox.Literal):
            kinds.setdefault(quad.predicate.value, Counter())[quad.object.datatype == date] += 1
    return frozenset(found | {name for name, kind in kinds.items() if kind[True] > kind[False]})
