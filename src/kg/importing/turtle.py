"""Write triples as Turtle that git can compare: things and their properties in a fixed order, the same bytes each time."""

import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kg.vocabulary import ID, PREFIXES, RDF, RDFS, XSD

_FIRST: Final = (f"{RDF}type", f"{RDFS}label", f"{RDFS}comment")
_LOCAL: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*\Z")
_BARE: Final = {
    f"{XSD}integer": re.compile(r"[+-]?[0-9]+\Z"),
    f"{XSD}decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    f"{XSD}boolean": re.compile(r"true\Z|false\Z"),
}


def write(triples: Iterable[ox.Triple], head: str = "") -> str:
    """Return triples as Turtle.

    Args:
        triples: without blank nodes; one that comes twice is written once.
        head: what stands above them as a comment, a line for each line.
    """
    prefixes: dict[str, str] = {}
    blocks: dict[str, dict[str, set[str]]] = {}
    for triple in triples:
        subject, value = _term(triple.subject, prefixes), _term(triple.object, prefixes)
        key = triple.predicate.value
        predicate = "a" if key == _FIRST[0] else _term(triple.predicate, prefixes)
        place = str(_FIRST.index(key)) if key in _FIRST else f"{len(_FIRST)}{predicate}"
        blocks.setdefault(subject, {}).setdefault(f"{place} {predicate}", set()).add(value)
    lines = [f"# {line}".rstrip() for line in head.strip().splitlines()]
    lines += [""] * bool(lines)
    lines += [f"@prefix {name}: <{prefixes[name]}> ." for name in sorted(prefixes)]
    for subject in sorted(blocks, key=_in_order):
        said = [
            f"{name.split(' ', 1)[1]} {' , '.join(sorted(blocks[subject][name], key=_in_order))}"
            for name in sorted(blocks[subject])
        ]
        lines += ["", f"{subject} " + " ;\n    ".join(said) + " ."]
    return "\n".join(lines) + "\n"


def _in_order(text: str) -> tuple[tuple[str, int], ...]:
    """Sort numbers in a name by their size: row 9 before row 10; Dutch before English, as everywhere in the files."""
    if text.endswith(("@nl", "@en")):
        return (("", int(text.endswith("@en"))), (text, 0))
    return tuple((word, int(number or 0)) for word, number in re.findall(r"(\D+)(\d*)", text))


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, prefixes: dict[str, str]) -> str:
    if isinstance(term, ox.NamedNode):
        return _name(term.value, prefixes)
    if not isinstance(term, ox.Literal):
        raise TypeError("only things with a name and values are written")
    bare = _BARE.get(term.datatype.value)
    if bare and bare.match(term.value):
        return term.value
    written = str(ox.Literal(term.value))
    if term.language:
        return f"{written}@{term.language}"
    return written if term.datatype.value == f"{XSD}string" else f"{written}^^{_name(term.datatype.value, prefixes)}"


def _name(iri: str, prefixes: dict[str, str]) -> str:
    if iri.startswith(ID):
        kind, _, local = iri[len(ID) :].partition("/")
        if _LOCAL.match(kind) and _LOCAL.match(local):
            prefixes[kind] = f"{ID}{kind}/"
            return f"{kind}:{local}"
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
            prefixes[prefix] = namespace
            return f"{prefix}:{iri[len(namespace) :]}"
    return str(ox.NamedNode(iri))
