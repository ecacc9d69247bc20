"""The JSON-LD context of the data: short names for what the ontology defines and for what we borrow from others.

Made from the ontology, so that it cannot disagree with it, and named by its own content: a document that was kept
for years is read with the very context that it was written with.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.vocabulary import DCT, PREFIXES, PROV, RDFS, SKOS, WK, XSD

_LENGTH: Final = 16
_LINK: Final = {"@type": "@id"}
_SPOKEN: Final = {"@container": "@language"}
_RANGES: Final[Mapping[str, Mapping[str, str]]] = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString": _SPOKEN,
    f"{XSD}string": {},
}
_BORROWED: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    RDFS: ("label comment", _SPOKEN),
    SKOS: ("prefLabel altLabel hiddenLabel definition example scopeNote note changeNote historyNote", _SPOKEN),
    DCT: ("title description", _SPOKEN),
}
_BORROWED_LINKS: Final[Mapping[str, str]] = {
    RDFS: "isDefinedBy subClassOf subPropertyOf domain range seeAlso",
    SKOS: "broader narrower related inScheme topConceptOf hasTopConcept member exactMatch broadMatch relatedMatch",
    DCT: "publisher license isPartOf isReplacedBy replaces",
    PROV: "wasAttributedTo wasDerivedFrom",
}
"""Properties of other vocabularies whose values those vocabularies say to be texts, or things."""


@dataclass(frozen=True, slots=True)
class Context:
    """A context.

    Attributes:
        name: the first 16 hexadecimal digits of the SHA-256 of its document.
        terms: what stands under ``@context``.
        document: the bytes that are served.
    """

    name: str
    terms: Mapping[str, Any]
    document: bytes


def context(rows: Iterable[Mapping[str, str]]) -> Context:
    """Make the context of an ontology (JSON-LD 1.1, section 3.1).

    Args:
        rows: one for each term of ours: ``term``, ``isObject`` (``true`` where its values are things) and ``range``.
    """
    # Keys in the words of JSON rather than with an at sign, as JSON-LD's best practices advise.
    terms: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", "graph": "@graph"}
    terms |= {prefix: namespace for prefix, namespace in PREFIXES.items() if prefix != "partition"}
    for row in sorted(rows, key=lambda row: row["term"]):
        terms[row["term"].removeprefix(WK)] = {"@id": f"wk:{row['term'].removeprefix(WK)}"} | _coercion(row)
    for namespace, (names, coerced) in (*_BORROWED.items(), *((n, (s, _LINK)) for n, s in _BORROWED_LINKS.items())):
        prefix = next(short for short, full in PREFIXES.items() if full == namespace)
        for name in names.split():
            # What we call by the same name is meant without a prefix.
            terms.setdefault(name, {"@id": f"{prefix}:{name}"} | dict(coerced))
    document = (json.dumps({"@context": terms}, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    return Context(hashlib.sha256(document).hexdigest()[:_LENGTH], terms, document)


def _coercion(row: Mapping[str, str]) -> dict[str, str]:
    """Return how the values of a property of ours are written; a class has none."""
    if row["isObject"] == "true":
        return dict(_LINK)
    known = _RANGES.get(row["range"])
    if known is not None:
        return dict(known)
    return {"@type": row["range"].replace(XSD, "xsd:")} if row["range"].startswith(XSD) else {}


def query() -> str:
    """Return the query for the rows that a context is made of."""
    return (files("kg.describe") / "context.rq").read_text("utf-8")


def of(store: ox.Store) -> Context:
    """Make the context of the ontology in a store."""
    found = store.query(query(), use_default_graph_as_union=True)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("context.rq is no SELECT")
    names = [variable.value for variable in found.variables]
    return context([{name: str(row[name].value) if row[name] else "" for name in names} for row in found])


def keep(graph: Path, made: Context) -> Path:
    """Put a context into the history of a graph folder, so that documents made with it can be read for good."""
    path = graph / "history" / f"context-{made.name}.jsonld"
    path.write_bytes(made.document)
    return path


def kept(graph: Path) -> Mapping[str, bytes]:
    """Return the documents of the contexts that stand in the history of a graph folder, by name."""
    return {
        path.stem.removeprefix("context-"): path.read_bytes() for path in (graph / "history").glob("context-*.jsonld")
    }
