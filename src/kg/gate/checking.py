"""Check a submission against a graph: the rules of the graph hold for it, and nothing is stored.

The whole graph is validated with the submission laid over it. Told is what the submission is answerable for: every
result at a place in it, and every violation elsewhere, because the graph itself has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg import generations
from kg.errors import InvalidGraph, UsageProblem
from kg.files import SourceFile, find
from kg.locate import LINE_END, Places
from kg.parse import ParsedFile, Problem, read_all, read_content
from kg.store import worker
from kg.validate import Report, Result, Severity, examine
from kg.vocabulary import WKS, shorten

FORMS: Final[dict[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
"""What a submission may be written in, by media type. None of them makes the reader fetch anything."""
MOST_RESULTS: Final = 1_000
"""Results that are told in full; a submission with more has one mistake many times."""
_WITH_LINES: Final = {ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES}
_TWICE: Final = {
    "nl": "Deze bewering staat ook in {home}. Laat haar in één bestand staan.",
    "en": "This statement stands in {home} too. Keep it in one file.",
}


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody sends.

    Attributes:
        name: what it is called in a report.
        content: its bytes.
        media_type: one of ``FORMS``.
        replaces: name of the file of the graph that it takes the place of, such as ``data/organisations.ttl``; empty
            when it comes beside all others.
    """

    name: str
    content: bytes
    media_type: str = "text/turtle"
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a check.

    Attributes:
        report: what was found, at most ``MOST_RESULTS`` of it.
        counts: how many of each there are, as ``Report.counts`` gives them, those that are left out included.
        conforms: whether it could be taken into the graph.
    """

    report: Report
    counts: dict[str, int]
    conforms: bool


def check(home: Path, submission: Submission) -> Verdict:
    """Check a submission against the graph in a folder; for a process of its own.

    Args:
        home: folder of a generation, or a graph folder.
        submission: what is sent.

    Raises:
        UsageProblem: the file that it takes the place of is not there.
        InvalidGraph: the graph itself cannot be read.
        NoGeneration: the generation is damaged.
    """
    parsed, problems = read(submission)
    if problems:
        return verdict(Report(problems, [], 1, 0))
    return against(files_in(home), parsed, submission)


def read(submission: Submission) -> tuple[ParsedFile, list[Problem]]:
    """Parse a submission. One with a problem comes back without triples."""
    source = SourceFile(submission.name, Path(submission.name), "data")
    return read_content(source, submission.content, FORMS[submission.media_type])


def against(files: Sequence[ParsedFile], parsed: ParsedFile, submission: Submission) -> Verdict:
    """Check a parsed submission against the parsed files of a graph.

    Raises:
        UsageProblem: the file that it takes the place of is not there.
    """
    if submission.replaces and all(file.source.name != submission.replaces for file in files):
        raise UsageProblem(f"the graph has no file {submission.replaces} that this could take the place of")
    others = [file for file in files if file.source.name != submission.replaces]
    homes = {triple: file for file in others for triple in file.triples}
    lines = Places(parsed.text)
    twice = [
        _twice(triple, homes[triple], parsed, lines) for triple in dict.fromkeys(parsed.triples) if triple in homes
    ]
    own = [triple for triple in parsed.triples if triple not in homes]
    report, _ = examine([*others, replace(parsed, triples=own)], [])
    told = [
        result for result in report.results if result.name == submission.name or result.severity is Severity.Violation
    ]
    if FORMS[submission.media_type] not in _WITH_LINES:
        told = [_searched(result, parsed) for result in told]
    found = sorted([*twice, *told], key=lambda result: (result.name != submission.name, result.line, result.severity))
    return verdict(Report([], found, 1, len(parsed.triples)))


def verdict(report: Report) -> Verdict:
    """Return a verdict from a report, which keeps the results that matter most."""
    counts, conforms = report.counts(), report.conforms
    if len(report.results) > MOST_RESULTS:
        first = sorted(report.results, key=lambda result: result.severity)[:MOST_RESULTS]
        report = replace(report, results=[result for result in report.results if result in set(first)])
    return Verdict(report, counts, conforms)


def files_in(home: Path) -> list[ParsedFile]:
    """Return the parsed files of a generation or of a graph folder.

    Raises:
        InvalidGraph: a file of the graph folder cannot be read.
        NoGeneration: the generation is damaged.
    """
    if not (home / "manifest.json").is_file():
        files, problems = read_all(find(home))
        if problems:
            raise InvalidGraph("the graph itself has mistakes; nothing can be checked against it", Report(problems))
        return files
    generation = generations.at(home)
    store = worker.held(generation.folder) or generation.load()
    return [_from_store(store, name, sha256) for name, sha256 in generation.manifest["files"].items()]


def _from_store(store: ox.Store, name: str, sha256: str) -> ParsedFile:
    source = SourceFile(name, Path(name), name.partition("/")[0])
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(source.graph))
    return ParsedFile(source, sha256, "", [quad.triple for quad in quads])


def _twice(triple: ox.Triple, home: ParsedFile, parsed: ParsedFile, lines: Places) -> Result:
    focus = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else str(triple.subject)
    return Result(
        severity=Severity.Violation,
        focus=focus,
        path=triple.predicate.value,
        value=str(triple.object),
        messages={language: text.format(home=home.source.name) for language, text in _TWICE.items()},
        shape=f"{WKS}one-file",
        component=f"{WKS}one-file",
        name=parsed.source.name,
        line=lines.line(focus, triple.predicate.value) or 0,
    )


def _searched(result: Result, parsed: ParsedFile) -> Result:
    """Give a result the first line that names its focus node, where a format has no places of its own."""
    if result.name != parsed.source.name:
        return result
    words = (result.focus, shorten(result.focus).rpartition(":")[2])
    lines = LINE_END.split(parsed.text)
    found = (number for word in words for number, line in enumerate(lines, 1) if word and word in line)
    return replace(result, line=next(found, 0))
