"""Every question as an executable SHACL query, and the prefixes, as the editors for SPARQL read them.

The convention is that of the SIB Swiss Institute of Bioinformatics (``/.well-known/sparql-examples``). Where the
endpoint is depends on the host, so it is said when this is served.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from kg import questions
from kg.questions import Question
from kg.vocabulary import BASE, GRAPH, PREFIXES, RDF, RDFS, SCHEMA, SH, XSD

EXAMPLES_GRAPH: Final = GRAPH + "sparql-examples"
_DOCUMENT: Final = f"{BASE}.well-known/sparql-examples"
_HEADER: Final = re.compile(r"\A(?:#\+.*\n|\s*\n)*")
_PREFIX: Final = re.compile(r"^PREFIX ([\w-]+): <([^>]*)>$", re.MULTILINE)


def describe() -> Iterator[ox.Quad]:
    """Give the questions and the prefixes, in a graph of their own."""
    home = ox.NamedNode(EXAMPLES_GRAPH)
    found = [questions.find(name) for name in questions.names()]
    for subject, predicate, value in (*_prefixes(found), *(said for one in found for said in _question(one))):
        yield ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, home)


def declared(found: Iterable[Question]) -> dict[str, str]:
    """Return the namespace of every prefix: the well-known ones and those that questions use.

    Raises:
        ValueError: a prefix has two meanings.
    """
    namespaces = dict(PREFIXES)
    for question in found:
        for prefix, namespace in _PREFIX.findall(question.text):
            if namespaces.setdefault(prefix, namespace) != namespace:
                raise ValueError(f"{question.name}: {prefix}: stands for {namespaces[prefix]} elsewhere")
    return namespaces


def _prefixes(found: Iterable[Question]) -> Iterator[tuple[str, str, ox.NamedNode | ox.Literal]]:
    for prefix, namespace in sorted(declared(found).items()):
        declaration = f"{_DOCUMENT}#prefix-{prefix}"
        yield f"{_DOCUMENT}#prefixes", SH + "declare", ox.NamedNode(declaration)
        yield declaration, SH + "prefix", ox.Literal(prefix)
        yield declaration, SH + "namespace", ox.Literal(namespace, datatype=ox.NamedNode(XSD + "anyURI"))


def _question(question: Question) -> Iterator[tuple[str, str, ox.NamedNode | ox.Literal]]:
    """Describe one question; its page on the site is its identifier."""
    subject = f"{BASE}questions/{question.name}"
    yield subject, RDF + "type", ox.NamedNode(SH + "SPARQLExecutable")
    yield subject, RDF + "type", ox.NamedNode(SH + "SPARQLSelectExecutable")
    for language in questions.LANGUAGES:
        yield subject, RDFS + "label", ox.Literal(question.asks[language], language=language)
        yield subject, RDFS + "comment", ox.Literal(question.explains[language], language=language)
    for keyword in (question.theme, question.answers):
        yield subject, SCHEMA + "keywords", ox.Literal(keyword)
    yield subject, SH + "prefixes", ox.NamedNode(f"{_DOCUMENT}#prefixes")
    # The header says what stands above already, and how to bind the parameters, which only we do.
    yield subject, SH + "select", ox.Literal(_HEADER.sub("", question.text))
