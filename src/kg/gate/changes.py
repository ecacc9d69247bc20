"""What a write makes of a named graph: the new statements, whatever way they are sent in."""

import re
import resource
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import KgError, UsageProblem
from kg.federation import refuse_federation
from kg.files import SourceFile
from kg.gate.bases import load
from kg.gate.checking import FORMS, Verdict, against, verdict
from kg.gate.compiled import Compiled
from kg.gate.digits import as_written, served
from kg.history.patch import MEDIA_TYPE as PATCH
from kg.history.patch import as_served, between
from kg.history.patch import parse as parse_patch
from kg.parse import ParsedFile, Problem, read_content
from kg.validate import Report
from kg.vocabulary import DCT, PROV, RDF, VOID, XSD
from kg.words import words
from kg.writing import FormatProblem, formatted, turtle

UPDATE: Final = "application/sparql-update"
PATCHES: Final = (PATCH, UPDATE)
Triples = dict[ox.Triple, None]
"""Statements in their order, each once."""
_HEADER: Final = re.compile(r"(?:[ \t]*#[^\n]*\n)+")


class DoesNotFit(KgError):
    """A patch for another state of the graph."""

    status = 409


class Refused(KgError):
    """An update that would reach beyond its graph."""

    status = 403


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what is sent: its bytes and their media type."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A write to one named graph (SPARQL 1.1 Graph Store HTTP Protocol, section 5).

    Attributes:
        method: PUT, POST, PATCH or DELETE.
        parts: what was sent.
        curator: IRI of whom the graph attributes it to; empty for nobody.
    """

    method: str
    parts: tuple[Part, ...] = ()
    curator: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a write would make.

    Attributes:
        verdict: of the check; when it does not conform there is nothing else.
        text: the new text of the file; None when it is taken away.
        patch: the difference, as an RDF Patch.
        same: whether nothing would change.
    """

    verdict: Verdict
    text: str | None = None
    patch: str = ""
    same: bool = False


def prepare(  # noqa: PLR0913, PLR0917 - it is handed to another process as it stands
    generation: Path | bytes | None,
    folder: Path | None,
    source: SourceFile,
    before: bytes | None,
    operation: Operation,
    kept: Compiled | None = None,
) -> Prepared:
    """Work out a write and check what comes of it; for a process of its own. Nothing is written.

    Args:
        generation: folder of the generation to start from, or that generation as N-Quads, or None.
        folder: the graph folder; None when the generation is all there is.
        source: the file of the graph.
        before: what it holds; None when it is not there.
        operation: the write.
        kept: shapes that were read before.

    Raises:
        UsageProblem: what was sent holds nothing.
        DoesNotFit, Refused: see there.
        InvalidGraph: the graph itself has mistakes.
    """
    old, problems = _read(source, before) if before is not None else ({}, [])
    if problems:
        return Prepared(verdict(Report(problems, [], 1, 0)))
    new, problems, text = _changed(source, old, operation)
    if problems:
        return Prepared(verdict(Report(problems, [], 1, 0)))
    patch = between(_lines(old, source), _lines(new, source), {"graph": source.graph})
    if operation.method == "DELETE":
        parsed = ParsedFile(source, "", "")
    else:
        if not new:
            raise UsageProblem("nothing would be left in this graph; take it away with DELETE")
        if not patch.added and not patch.removed:
            return Prepared(verdict(Report([], [], 1, len(new))), same=True)
        if operation.curator:
            _attribute(new, source, operation.curator)
            patch = between(_lines(old, source), _lines(new, source), {"graph": source.graph})
        # What somebody sent as Turtle keeps its lines in the report.
        parsed = ParsedFile(source, "", text or "", list(new))
    checked = against(load(generation, folder), parsed, source.name, kept, lined=bool(text))
    if not checked.conforms:
        return Prepared(checked)
    whole = operation.method == "PUT" and not operation.curator
    made = (
        None
        if operation.method == "DELETE"
        else _written(new, before, text if operation.method == "PUT" else "", whole=whole)
    )
    return Prepared(checked, made, patch.text())


def _changed(source: SourceFile, old: Triples, operation: Operation) -> tuple[Triples, list[Problem], str]:
    """Return the new statements, what cannot be read, and the text that was sent when it was Turtle."""
    if operation.method == "DELETE":
        return {}, [], ""
    if operation.method == "PATCH":
        [part] = operation.parts
        text = _decoded(part)
        return (_patched(source, old, text) if part.media_type == PATCH else _updated(old, text)), [], ""
    new: Triples = dict(old) if operation.method == "POST" else {}
    text = ""
    for number, part in enumerate(operation.parts):
        named = source if not number else SourceFile(f"{source.name}#{number + 1}", source.path, source.room)
        parsed, problems = read_content(named, part.content, FORMS[part.media_type])
        if problems:
            return {}, problems, ""
        # A nameless thing that is added is another one than those that are there.
        fresh = _relabelled(parsed.triples, "n") if operation.method == "POST" else parsed.triples
        new |= dict.fromkeys(fresh)
        text = parsed.text if part.media_type == "text/turtle" and len(operation.parts) == 1 else ""
    return new, [], text


def _read(source: SourceFile, content: bytes) -> tuple[Triples, list[Problem]]:
    parsed, problems = read_content(source, content)
    return dict.fromkeys(parsed.triples), problems


def _decoded(part: Part) -> str:
    try:
        return part.content.decode()
    except UnicodeDecodeError as error:
        raise UsageProblem("what was sent is not UTF-8") from error


def _patched(source: SourceFile, old: Triples, text: str) -> Triples:
    """Apply an RDF Patch; its rows name this graph or none."""
    try:
        patch = parse_patch(text.replace("\r\n", "\n").rstrip("\n") + "\n", "the patch")
        removed, added = (
            list(ox.parse("\n".join(rows), format=ox.RdfFormat.N_QUADS)) for rows in (patch.removed, patch.added)
        )
    except (KgError, SyntaxError) as error:
        raise UsageProblem(str(error)) from error
    own = {ox.DefaultGraph(), ox.NamedNode(source.graph)}
    other = next((quad.graph_name for quad in (*removed, *added) if quad.graph_name not in own), None)
    if other:
        raise Refused(f"the patch changes another graph than this one: {other}")
    new, known = dict(old), as_written(old)
    for quad in removed:
        triple = known.get(served(quad.triple))
        if triple not in new:
            raise DoesNotFit(f"the patch does not fit: {quad.triple} is not there")
        del new[triple]
    return new | dict.fromkeys(quad.triple for quad in added)


def _updated(old: Triples, text: str) -> Triples:
    """Run a SPARQL Update that sees this graph as its default graph, and nothing else."""
    refuse_federation(text)
    if any((token["word"] or "").upper() == "LOAD" for token in words(text)):
        raise Refused("LOAD is refused: this server fetches nothing; send the statements themselves")
    store = ox.Store()
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in old)
    # The engine can open no socket when it can open no file, whatever the two looks above have missed.
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        store.update(text)
    except (SyntaxError, ValueError, OSError) as error:
        raise UsageProblem(f"the update cannot be run: {getattr(error, 'msg', None) or error}") from error
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    other = next(iter(store.named_graphs()), None)
    if other:
        raise Refused(f"the update writes to {other}; it sees its own graph as the default graph, and no other")
    known = as_written(old)
    return dict.fromkeys(known.get(quad.triple, quad.triple) for quad in store)


def _attribute(new: Triples, source: SourceFile, curator: str) -> None:
    """Let the graph say who wrote it last, and on which day."""
    graph, who, when = (
        ox.NamedNode(source.graph),
        ox.NamedNode(f"{PROV}wasAttributedTo"),
        ox.NamedNode(f"{DCT}modified"),
    )
    for triple in [triple for triple in new if triple.subject == graph and triple.predicate in {who, when}]:
        del new[triple]
    today = ox.Literal(datetime.now(tz=UTC).date().isoformat(), datatype=ox.NamedNode(f"{XSD}date"))
    new[ox.Triple(graph, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{VOID}Dataset"))] = None
    new[ox.Triple(graph, who, ox.NamedNode(curator))] = None
    new[ox.Triple(graph, when, today)] = None


def _relabelled(triples: Iterable[ox.Triple], stem: str) -> list[ox.Triple]:
    def term(given: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> object:
        return ox.BlankNode(f"{stem}{given.value}") if isinstance(given, ox.BlankNode) else given

    return [ox.Triple(term(one.subject), one.predicate, term(one.object)) for one in triples]  # type: ignore[arg-type]


def _lines(triples: Iterable[ox.Triple], source: SourceFile) -> list[str]:
    graph = ox.NamedNode(source.graph)
    return as_served(ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples)


def _written(new: Triples, before: bytes | None, text: str, *, whole: bool) -> str:
    """Return statements as stable Turtle, with the comments of the text that was sent, else with the old heading."""
    if whole and "#" in text:
        with suppress(FormatProblem):
            return formatted(text, "what was sent")
    source = turtle(new)
    found = _HEADER.match(text or (before or b"").decode("utf-8", "replace"))
    return f"{found[0].rstrip()}\n\n{source}" if found else source
