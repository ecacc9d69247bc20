"""A Turtle text as its author wrote it: statements, order and comments.

The engine's parser gives the statements of a file and drops the rest. To write a file anew without losing what a
person put into it, the comments have to be known too, with what they belong to: a comment belongs to what follows it
(a subject, a predicate, a value), one at the end of a line to what stands before it.
"""

from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.locate import LINE_END, TOKEN

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal
Key = tuple[Term, ...]
Paragraph = list[str]


class CommentProblem(Exception):
    """A comment that belongs to nothing, or text that is no Turtle.

    Attributes:
        line: where it stands, from 1.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Notes:
    """The comments of one thing: on lines of their own before it, behind it, and on lines of their own after it."""

    before: Paragraph = field(default_factory=list)
    after: Paragraph = field(default_factory=list)
    below: Paragraph = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """Subjects under comments that stand apart from them."""

    heading: list[Paragraph] = field(default_factory=list)
    subjects: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Source:
    """What a Turtle text holds.

    Attributes:
        header: comments at its top, a list of lines for each paragraph.
        prefixes: declared prefix to namespace.
        sections: its subjects, in its order; the first section has no heading.
        statements: subject to predicate to values, each in the order of the text.
        labels: the names of blank nodes that have one.
        notes: comments of a prefix (a literal with its name), a subject, a predicate or a value, by what it is.
        footer: comments at its end.
    """

    header: list[Paragraph] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=lambda: [Section()])
    statements: dict[Node, dict[ox.NamedNode, list[Term]]] = field(default_factory=dict)
    labels: dict[ox.BlankNode, str] = field(default_factory=dict)
    notes: dict[Key, Notes] = field(default_factory=dict)
    footer: list[Paragraph] = field(default_factory=list)

    def note(self, *key: Term) -> Notes:
        """Return the comments of something, to be added to."""
        return self.notes.setdefault(key, Notes())

    def add(self, subject: Node, predicate: ox.NamedNode, value: Term) -> None:
        """Add a statement; one that stands there twice is one."""
        values = self.statements.setdefault(subject, {}).setdefault(predicate, [])
        if value not in values:
            values.append(value)

    def triples(self) -> list[ox.Triple]:
        """Return all statements."""
        return [
            ox.Triple(subject, predicate, value)
            for subject, predicates in self.statements.items()
            for predicate, values in predicates.items()
            for value in values
        ]


@dataclass(slots=True)
class Comment:
    """A comment in the text: whether it stands behind something on its line, and after an empty line."""

    text: str
    line: int
    behind: bool
    apart: bool


@dataclass(slots=True)
class Token:
    """A token with the comments before it; ``apart`` when an empty line is between the last of them and itself."""

    kind: str
    text: str
    line: int
    comments: list[Comment]
    apart: bool


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text that parses; the last one is of kind ``end``.

    Raises:
        CommentProblem: something is no token.
    """
    found: list[Token] = []
    comments: list[Comment] = []
    position, line, breaks = 0, 1, 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise CommentProblem(line, "this cannot be read as Turtle")
        token, kind = match.group(), str(match.lastgroup)
        position = match.end()
        if token == " ":
            continue
        # Only white space and texts go over lines.
        ends = len(LINE_END.findall(token)) if kind in {"skip", "string"} else 0
        if kind != "skip":
            found.append(Token(kind, token, line, comments, breaks > 1))
            comments, breaks = [], 0
        elif token.startswith("#"):
            behind = breaks == 0 and bool(found) and not comments
            comments.append(Comment(token.rstrip(), line, behind, breaks > 1))
            breaks = 0
        else:
            breaks += ends
        line += ends
    found.append(Token("end", "", line, comments, breaks > 1))
    return found


def all_comments(text: str) -> list[str]:
    """Return the comments of a text that parses."""
    return [found.group().rstrip() for found in TOKEN.finditer(text) if found.group().startswith("#")]


def paragraphs(comments: list[Comment]) -> list[Paragraph]:
    """Return comments by paragraph, as empty lines part them."""
    found: list[Paragraph] = []
    for comment in comments:
        if comment.apart or not found:
            found.append([])
        found[-1].append(comment.text)
    return found
