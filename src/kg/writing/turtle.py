"""Write statements as Turtle in one form: the same statements and comments give the same text.

Subjects by name, predicates in the order in which people read them, values sorted, one predicate a line, nameless
things inside the statement that they belong to, and of prefixes those that are used.
"""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kg.vocabulary import PREFIXES, RDF
from kg.writing import order
from kg.writing.nesting import Nesting
from kg.writing.source import CommentProblem, Node, Notes, Section, Source, Term
from kg.writing.terms import Names

_SHORT = 80
_NO_NOTES = Notes()


def turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str] = PREFIXES, header: str = "") -> str:
    """Return statements as Turtle.

    Args:
        triples: the statements.
        prefixes: prefix to namespace; the names of things of ours need none.
        header: what the file holds, in a sentence, as its first comment.
    """
    # Labels of the standard's own (RDFC-1.0), so that the text does not hang on the run.
    graph = ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    source = Source(prefixes=dict(prefixes), header=[[f"# {line}" for line in header.splitlines()]] if header else [])
    for quad in sorted(graph, key=str):
        for node in (quad.subject, quad.object):
            if isinstance(node, ox.BlankNode):
                source.labels[node] = node.value
        if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
            raise TypeError("a statement about a statement cannot be written")
        source.add(quad.subject, quad.predicate, quad.object)
    source.sections[0].subjects += source.statements
    return write(source)


def write(source: Source, *, keep_order: bool = False) -> str:
    """Return the text of a source.

    Args:
        source: statements and comments.
        keep_order: leave the subjects in the order of the source.

    Raises:
        CommentProblem: a comment belongs to a prefix that is not used.
    """
    return _Writer(source).text(keep_order=keep_order)


class _Writer:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._nesting = Nesting(source.statements, source.labels)
        self._names = Names(source.prefixes)
        # A list with a comment in it is written out, cell by cell.
        self._noted = {key[0] for key, note in source.notes.items() if note.before or note.after or note.below}

    def text(self, *, keep_order: bool) -> str:
        blocks: list[str] = []
        for section in self._source.sections:
            blocks += ["\n".join(lines) for lines in section.heading]
            blocks += self._section(section, keep_order=keep_order)
        prefixes = self._prefixes()
        parts = ["\n".join(lines) for lines in self._source.header] + prefixes
        parts += blocks + ["\n".join(lines) for lines in self._source.footer]
        return "\n\n".join(parts) + "\n" if parts else ""

    def _section(self, section: Section, *, keep_order: bool) -> list[str]:
        """Return the blocks of a section; a subject of which all is written elsewhere has none."""
        subjects = [
            subject
            for subject in section.subjects
            if not self._nesting.is_nested(subject) and subject in self._source.statements
        ]
        if keep_order:
            return [self._block(subject) for subject in subjects]
        written = [(isinstance(subject, ox.BlankNode), self._name_key(subject), subject) for subject in subjects]
        return [self._block(subject) for *_, subject in sorted(written, key=lambda entry: entry[:2])]

    def _name_key(self, subject: Node) -> tuple[tuple[str, int, str], ...]:
        return order.of_name(subject.value if isinstance(subject, ox.NamedNode) else self._block(subject))

    def _prefixes(self) -> list[str]:
        """Return the block of prefixes, with a comment at the first of them above it, as one of the file."""
        lines: list[str] = []
        above: list[str] = []
        for name, namespace in sorted(self._names.used.items()):
            notes = self._notes(ox.Literal(name))
            (lines or above).extend(notes.before)
            lines.append(_with(f"@prefix {name}: <{namespace}> .", notes.after))
        for name in self._source.prefixes.keys() - self._names.used:
            notes = self._notes(ox.Literal(name))
            if comments := notes.before + notes.after:
                raise CommentProblem(0, f"the prefix {name}: is not used, but has a comment ({comments[0]}); move it")
        return ["\n".join(part) for part in (above, lines) if part]

    def _notes(self, *key: Term) -> Notes:
        return self._source.notes.get(key, _NO_NOTES)

    def _block(self, subject: Node) -> str:
        name = self._subject(subject)
        own = self._notes(subject).before
        lines = self._predicates(subject, "    ")
        if not lines:
            return "\n".join([*own, f"{name} ."])
        if lines[0].lstrip().startswith("#"):
            return "\n".join([*own, name, *lines, "."] if lines[-1].lstrip().startswith("#") else [*own, name, *lines])
        return "\n".join([*own, f"{name} {lines[0].lstrip()}", *lines[1:]])

    def _subject(self, subject: Node) -> str:
        if isinstance(subject, ox.NamedNode):
            return self._names.term(subject)
        return f"_:{self._source.labels[subject]}" if subject in self._nesting.labelled else "[]"

    def _predicates(self, subject: Node, indent: str, end: str = " .") -> list[str]:
        """Return the lines of a subject's statements; the last closes with ``end``."""
        predicates = sorted(self._source.statements.get(subject, {}), key=order.of_predicate)
        lines: list[str] = []
        for number, predicate in enumerate(predicates):
            last = number == len(predicates) - 1
            notes = self._notes(subject, predicate)
            lines += [indent + comment for comment in notes.before]
            values, after = self._values(subject, predicate, indent)
            below = [indent + comment for comment in notes.below]
            values[-1] += end if last and not below else " ;"
            values[-1] = _with(values[-1], after + notes.after)
            lines += values + below
            if last and below and end:
                lines.append(indent[4:] + end.strip())
        return lines

    def _values(self, subject: Node, predicate: ox.NamedNode, indent: str) -> tuple[list[str], list[str]]:
        """Return the lines of a predicate with its values, and the comments behind the last value.

        Everything stands on one line where that is possible.
        """
        name = "a" if predicate.value == RDF + "type" else self._names.term(predicate)
        found = [(value, self._value(value, indent)) for value in self._source.statements[subject][predicate]]
        found.sort(key=lambda entry: order.of_value(*entry))
        notes = [self._notes(subject, predicate, value) for value, _ in found]
        after = notes[-1].after
        apart = any(note.before or note.after for note in notes[:-1]) or notes[-1].before
        if not apart and (len(found) == 1 or not any("\n" in written for _, written in found)):
            return [f"{indent}{name} " + " , ".join(written for _, written in found)], after
        lines = [f"{indent}{name}"]
        inner = indent + "    "
        for number, ((value, _), note) in enumerate(zip(found, notes, strict=True), 1):
            lines += [inner + comment for comment in note.before]
            lines.append(inner + self._value(value, inner))
            if number < len(found):
                lines[-1] = _with(f"{lines[-1]} ,", note.after)
        return lines, after

    def _value(self, value: Term, indent: str) -> str:
        if not isinstance(value, ox.BlankNode):
            return self._names.term(value)
        if not self._nesting.is_nested(value):
            return f"_:{self._source.labels[value]}" if value in self._nesting.labelled else "[]"
        items = self._nesting.items(value)
        if items is not None and value not in self._noted:
            return f"( {' '.join(self._value(item, indent) for item in items)} )"
        lines = [indent + "    " + comment for comment in self._notes(value).before]
        lines += self._predicates(value, indent + "    ", end="")
        if not lines:
            return "[]"
        single = "[ " + " ".join(line.strip() for line in lines) + " ]"
        if len(single) <= _SHORT and "#" not in single and not any("\n" in line for line in lines):
            return single
        return "\n".join(["[", *lines, indent + "]"])


def _with(line: str, comments: list[str]) -> str:
    return " ".join([line, *comments])
