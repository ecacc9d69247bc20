"""Read a Turtle text with its comments (Turtle 1.1, section 6.5). The engine has parsed it before, so it is Turtle."""

from functools import lru_cache

import pyoxigraph as ox

from kg.locate import resolve
from kg.vocabulary import RDF
from kg.writing.source import Comment, CommentProblem, Node, Section, Source, Term, Token, paragraphs, tokens

_CLOSING = {".", "]"}


def read(text: str) -> Source:
    """Read a text.

    Raises:
        CommentProblem: a comment stands where it belongs to nothing.
    """
    reader = _Reader(text)
    reader.document()
    return reader.source


class _Reader:
    """Goes through the tokens once; ``_token`` is the next one."""

    def __init__(self, text: str) -> None:
        self.source = Source()
        self._tokens = iter(tokens(text))
        self._token = next(self._tokens)
        self._prefixes: dict[str, str] = {}
        self._base = ""
        self._nodes: dict[str, ox.BlankNode] = {}
        self._listed: set[Node] = set()
        self._behind: list[str] | None = None

    def document(self) -> None:
        """Read directives and blocks until the end."""
        begun = False
        while True:
            comments = self._own_lines()
            token = self._token
            if token.kind == "end":
                (self.source.footer if begun else self.source.header).extend(paragraphs(comments))
                return
            if token.text.lower() in {"@prefix", "prefix", "@base", "base"}:
                if not begun:
                    self.source.header += paragraphs(comments)
                    comments = []
                self._directive(comments)
            else:
                self._block(comments, begun=begun)
            begun = True

    def _advance(self) -> Token:
        token = self._token
        self._token = next(self._tokens, token)
        return token

    def _own_lines(self) -> list[Comment]:
        """Give the comment behind what was read last to it, and return those on lines of their own."""
        comments = self._token.comments
        if comments and comments[0].behind and self._behind is not None:
            self._behind.append(comments[0].text)
            comments = comments[1:]
        self._behind = None
        return comments

    def _directive(self, comments: list[Comment]) -> None:
        word = self._advance().text.lower()
        inside = list(comments)
        name = None
        if word.endswith("prefix"):
            inside += self._token.comments
            name = self._advance().text[:-1]
        inside += self._token.comments
        target = resolve("iri", self._advance().text, {}, self._base) or ""
        if word.startswith("@"):
            inside += self._token.comments
            self._advance()
        if name is None:
            self._base = target
            if inside:
                raise CommentProblem(inside[0].line, "a comment at @base, which is not written again; move it")
            return
        self._prefixes[name] = self.source.prefixes[name] = target
        notes = self.source.note(ox.Literal(name))
        notes.before += [comment.text for comment in inside]
        self._behind = notes.after

    def _block(self, comments: list[Comment], *, begun: bool) -> None:
        parts = paragraphs(comments)
        own = [] if self._token.apart or not parts else parts.pop()
        if not begun:
            self.source.header, parts = parts, []
        if parts:
            self.source.sections.append(Section(parts))
        anonymous = self._token.text == "["
        self._token.comments = []
        subject = self._node_with_content()
        if subject not in self._listed:
            self._listed.add(subject)
            self.source.sections[-1].subjects.append(subject)
        self.source.note(subject).before += own
        if anonymous and self._token.text == ".":
            if comments := self._token.comments:
                raise CommentProblem(comments[0].line, "a comment between ] and a dot; move it above the block")
            last = next(reversed(self.source.statements.get(subject, {})), None)
        else:
            last = self._predicates(subject)
        self._advance()
        self._behind = self.source.note(subject, last).after if last else None

    def _predicates(self, subject: Node) -> ox.NamedNode | None:
        """Read up to the dot or bracket that closes the list, which stays; return the last predicate."""
        last: ox.NamedNode | None = None
        while True:
            comments = [comment.text for comment in self._own_lines()]
            if self._token.text == ";":
                self._advance()
                self._keep(subject, last, comments)
                self._behind = self.source.note(subject, last).after if last else None
                continue
            if self._token.text in _CLOSING:
                self._keep(subject, last, comments)
                return last
            token = self._advance()
            name = RDF + "type" if token.text == "a" else resolve(token.kind, token.text, self._prefixes, self._base)
            last = ox.NamedNode(name or "")
            self.source.note(subject, last).before += comments
            self._values(subject, last)

    def _keep(self, subject: Node, predicate: ox.NamedNode | None, comments: list[str]) -> None:
        if comments and predicate is None:
            raise CommentProblem(self._token.line, "a comment in a block without statements; move it above the block")
        if comments and predicate is not None:
            self.source.note(subject, predicate).below += comments

    def _values(self, subject: Node, predicate: ox.NamedNode) -> None:
        while True:
            comments = [comment.text for comment in self._own_lines()]
            self._token.comments = []
            value = self._value()
            self.source.add(subject, predicate, value)
            self.source.note(subject, predicate, value).before += comments
            if self._token.text != ",":
                self._behind = self.source.note(subject, predicate).after
                return
            after = self.source.note(subject, predicate, value).after
            waiting = [comment.text for comment in self._token.comments]
            after += waiting
            self._token.comments = []
            self._advance()
            self._behind = after

    def _value(self) -> Term:
        if self._token.text in {"[", "("} or self._token.kind in {"iri", "name", "blank"}:
            return self._node_with_content()
        token = self._advance()
        if token.kind != "string":
            return _literal(token.text)
        if self._token.kind == "at":
            self._refuse_comments("in a literal")
            return _literal(token.text + self._advance().text)
        if self._token.kind == "type":
            self._refuse_comments("in a literal")
            self._advance()
            self._refuse_comments("in a literal")
            kind = self._advance()
            return _literal(f"{token.text}^^<{resolve(kind.kind, kind.text, self._prefixes, self._base)}>")
        return _literal(token.text)

    def _node_with_content(self) -> Node:
        token = self._advance()
        if token.text == "[":
            node = ox.BlankNode()
            self._behind = None
            self._predicates(node)
            self._advance()
            return node
        if token.text == "(":
            return self._list()
        if token.kind == "blank":
            found = self._nodes.setdefault(token.text, ox.BlankNode())
            self.source.labels[found] = token.text[2:]
            return found
        return ox.NamedNode(resolve(token.kind, token.text, self._prefixes, self._base) or "")

    def _list(self) -> Node:
        items: list[Term] = []
        self._refuse_comments("in a list ( … )")
        while self._token.text != ")":
            items.append(self._value())
            self._refuse_comments("in a list ( … )")
        self._advance()
        rest: Node = ox.NamedNode(RDF + "nil")
        for item in reversed(items):
            cell = ox.BlankNode()
            self.source.add(cell, ox.NamedNode(RDF + "first"), item)
            self.source.add(cell, ox.NamedNode(RDF + "rest"), rest)
            rest = cell
        return rest

    def _refuse_comments(self, where: str) -> None:
        if self._token.comments:
            raise CommentProblem(self._token.comments[0].line, f"a comment {where} has no place; move it above")


@lru_cache(maxsize=10_000)
def _literal(text: str) -> ox.Literal:
    quad = next(ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.TURTLE))
    if not isinstance(quad.object, ox.Literal):
        raise TypeError(f"{text} is no literal")
    return quad.object
