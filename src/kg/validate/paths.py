"""Property paths, as steps through statements.

SHACL writes a path as a list of blank nodes (section 2.3.1), SPARQL in a query (SPARQL 1.1, section 9). Both are read
into one form: nested tuples of a word and its parts, such as ``("sequence", step, ("star", step))``.
"""

from typing import NamedTuple

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.term import Node

from kg.validate.statements import Term
from kg.vocabulary import RDF, SH

SUBJECT, PREDICATE, OBJECT = range(3)


class Step(NamedTuple):
    """One statement to pass through.

    Attributes:
        pattern: subject, predicate and object of the statement, None for any.
        enter: the position (0, 1, 2) of the node that one comes from.
        leave: the position of the node that one goes to.
    """

    pattern: tuple[Term | None, Term | None, Term | None]
    enter: int = SUBJECT
    leave: int = OBJECT

    def turned(self) -> "Step":
        """Return the same step in the other direction."""
        return Step(self.pattern, self.leave, self.enter)


# A step, or a word (sequence, alternative, star, maybe) and the paths it is about.
Route = Step | tuple["str | Route", ...]


def along(predicate: str) -> Step:
    """Return the step from the subject of a predicate to its object."""
    return Step((None, ox.NamedNode(predicate), None))


def turn(path: Route, *, in_order: bool = False) -> Route:
    """Return a path in the other direction, its parts in the other order too unless they are to stay in theirs."""
    if isinstance(path, Step):
        return path.turned()
    parts = [turn(part, in_order=in_order) for part in path[1:] if not isinstance(part, str)]
    return (path[0], *(reversed(parts) if path[0] == "sequence" and not in_order else parts))


def of_shape(shapes: Graph, path: Node) -> Route:
    """Read a SHACL property path (section 2.3.1).

    Raises:
        ValueError: it is no path.
    """
    if isinstance(path, URIRef):
        return along(str(path))
    if (path, URIRef(RDF + "first"), None) in shapes:
        return ("sequence", *(of_shape(shapes, part) for part in shapes.items(path)))
    for name, word in (("zeroOrMorePath", "star"), ("oneOrMorePath", "plus"), ("zeroOrOnePath", "maybe")):
        if (part := shapes.value(path, URIRef(SH + name))) is not None:
            inner = of_shape(shapes, part)
            return ("sequence", inner, ("star", inner)) if word == "plus" else (word, inner)
    if (part := shapes.value(path, URIRef(SH + "inversePath"))) is not None:
        inner = of_shape(shapes, part)
        # pySHACL walks the inverse of a sequence in the sequence's own order, which is not what SHACL says.
        ways = dict.fromkeys((turn(inner), turn(inner, in_order=True)))
        return ("alternative", *ways) if len(ways) > 1 else next(iter(ways))
    if (part := shapes.value(path, URIRef(SH + "alternativePath"))) is not None:
        return ("alternative", *(of_shape(shapes, each) for each in shapes.items(part)))
    raise ValueError(f"{path} is no property path")


def of_query(path: Path | URIRef) -> Route:
    """Read a property path of a query. What a negated set leaves out is passed through as well: that is only more."""
    match path:
        case URIRef():
            return along(str(path))
        case InvPath():
            return turn(of_query(path.arg))
        case SequencePath():
            return ("sequence", *(of_query(part) for part in path.args))
        case AlternativePath():
            return ("alternative", *(of_query(part) for part in path.args))
        case NegatedPath():
            anything = Step((None, None, None))
            return ("alternative", ("sequence", anything), ("sequence", anything.turned()))
        case MulPath():
            inner = of_query(path.path)
            many: Route = ("star", inner) if path.more else ("maybe", inner)
            return many if path.zero else ("sequence", inner, many)
    raise ValueError(f"{path} is no property path")


def as_engine_term(term: Node) -> Term:
    """Return an rdflib term as the engine's."""
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)
    raise ValueError(f"{term} is no RDF term")


def as_rdflib_term(term: Term) -> Node:
    """Return a term of the engine as rdflib's, a literal as it is written: one that is ill-typed stays so."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise TypeError("SHACL knows no statements about statements")
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
