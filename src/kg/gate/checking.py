"""Check a submission against a graph: the rules of the graph hold for it, and nothing is stored.

Only what the submission can affect is checked. Told is what it is answerable for: every result at a place in it, and
every violation elsewhere, because the graph itself has none.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import UsageProblem
from kg.files import SourceFile
from kg.gate.bases import Base, load
from kg.gate.compiled import Compiled, shapes_of
from kg.locate import LINE_END, Places
from kg.parse import ParsedFile, Problem, read_content
from kg.validate import Report, Result, Severity
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
_BESIDE: Final = ox.NamedNode("urn:submission")
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


def check(
    generation: Path | bytes | None, graph: Path | None, submission: Submission, kept: Compiled | None = None
) -> Verdict:
    """Check a submission; for a process of its own.

    Args:
        generation: folder of the generation to check against, or that generation as N-Quads, or None.
        graph: the graph folder whose files count where they differ, or None.
        submission: what is sent.
        kept: shapes that were read before.

    Raises:
        UsageProblem: the file that it takes the place of is not there.
        InvalidGraph: the graph itself cannot be read.
        NoGeneration: the generation is damaged.
    """
    parsed, problems = read(submission)
    if problems:
        return verdict(Report(problems, [], 1, 0))
    if not parsed.triples and not submission.replaces:
        return verdict(Report([], [], 1, 0))
    base = load(generation, graph)
    if submission.replaces and base.graph(submission.replaces) is None:
        raise UsageProblem(f"the graph has no file {submission.replaces} that this could take the place of")
    return against(base, parsed, submission.replaces, kept, lined=FORMS[submission.media_type] in _WITH_LINES)


def read(submission: Submission) -> tuple[ParsedFile, list[Problem]]:
    """Parse a submission. One with a problem comes back without triples."""
    source = SourceFile(submission.name, Path(submission.name), "data")
    return read_content(source, submission.content, FORMS[submission.media_type])


def against(
    base: Base, parsed: ParsedFile, replaces: str, kept: Compiled | None = None, *, lined: bool = True
) -> Verdict:
    """Check what a file holds, or would, against a graph.

    Args:
        base: the graph.
        parsed: what it holds; nothing when it is taken away.
        replaces: name of the file that it takes the place of; empty when it is none.
        kept: shapes that were read before.
        lined: whether its statements have lines of their own.
    """
    from kg.validate import incremental  # noqa: PLC0415 - pySHACL takes half a second to import
    from kg.validate.suggest import with_suggestions  # noqa: PLC0415

    place = base.graph(replaces) if replaces else None
    removed = list(base.store.quads_for_pattern(None, None, None, place)) if place else []
    homes = {triple: [home for home in base.homes(triple) if home != replaces] for triple in parsed.triples}
    lines = Places(parsed.text)
    twice = [_twice(triple, found[0], parsed, lines) for triple, found in homes.items() if found]
    added = [ox.Quad(*_terms(triple), place or _BESIDE) for triple, found in homes.items() if not found]
    results = with_suggestions(
        _placed(
            incremental.examine(base.store, shapes_of(base, kept), removed, added).results,
            base,
            parsed,
            replaces,
        ),
        base.store,
    )
    name = parsed.source.name
    told = [result for result in results if result.name == name or result.severity is Severity.Violation]
    if not lined:
        told = [_searched(result, parsed) for result in told]
    found = sorted([*twice, *told], key=lambda result: (result.name != name, result.line, result.severity))
    return verdict(Report([], found, 1, len(parsed.triples)))


def verdict(report: Report) -> Verdict:
    """Return a verdict from a report, which keeps the results that matter most."""
    counts, conforms = report.counts(), report.conforms
    if len(report.results) > MOST_RESULTS:
        order = sorted(range(len(report.results)), key=lambda number: report.results[number].severity)
        report = replace(report, results=[report.results[number] for number in sorted(order[:MOST_RESULTS])])
    return Verdict(report, counts, conforms)


def _placed(results: Collection[Result], base: Base, parsed: ParsedFile, replaces: str) -> list[Result]:
    """Give each result its file and line: in the submission, else in the file that describes the focus node."""
    from kg.validate.check import with_places  # noqa: PLC0415

    own = {_name(triple.subject) for triple in parsed.triples}
    homes: dict[str, ParsedFile] = {}
    for focus in sorted({result.focus for result in results} - own):
        if focus.startswith("_:"):
            continue
        for quad in base.store.quads_for_pattern(ox.NamedNode(focus), None, None):
            graph = quad.graph_name
            home = base.names.get(graph.value, "") if isinstance(graph, ox.NamedNode) else ""
            if home and home != replaces:
                file = homes.setdefault(home, ParsedFile(SourceFile(home, Path(home), "data"), "", ""))
                file.triples.append(quad.triple)
    return with_places(list(results), [parsed, *homes.values()])


def _twice(triple: ox.Triple, home: str, parsed: ParsedFile, lines: Places) -> Result:
    focus = _name(triple.subject)
    return Result(
        severity=Severity.Violation,
        focus=focus,
        path=triple.predicate.value,
        value=str(triple.object),
        messages={language: text.format(home=home) for language, text in _TWICE.items()},
        shape=f"{WKS}one-file",
        component=f"{WKS}one-file",
        name=parsed.source.name,
        line=lines.line(focus, triple.predicate.value) or 0,
    )


def _terms(
    triple: ox.Triple,
) -> tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]:
    return triple.subject, triple.predicate, triple.object  # type: ignore[return-value]


def _name(term: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _searched(result: Result, parsed: ParsedFile) -> Result:
    """Give a result the first line that names its focus node, where a format has no places of its own."""
    if result.name != parsed.source.name:
        return result
    words = (result.focus, shorten(result.focus).rpartition(":")[2])
    lines = LINE_END.split(parsed.text)
    found = (number for word in words for number, line in enumerate(lines, 1) if word and word in line)
    return replace(result, line=next(found, 0), span=None)
