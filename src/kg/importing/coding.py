"""Read a coding as EPPI-Reviewer exports it (JSON): references, and the codes that reviewers gave them.

The export has ``CodeSets``, trees of attributes under ``Attributes``/``AttributesList``, and ``References`` with their
``Codes``, each naming an ``AttributeId``. A code is taken over where its name is that of one of our concepts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.errors import UsageProblem
from kg.importing.names import Concepts, doi, fold, iri
from kg.importing.references import Reference
from kg.importing.skeletons import Skeletons
from kg.vocabulary import RDF, WK

_KINDS: Final = {"journal": "journal-article", "report": "report", "magazine": "trade-article", "web": "web-page"}
_SCHEMES: Final = {
    "study-designs": "design",
    "countries": "country",
    "finding-kinds": "findingKind",
    "directions": "direction",
    "interventions": "intervention",
    "components": "component",
    "context-factors": "contextFactor",
    "target-groups": "targetGroup",
    "outcomes": "outcome",
    "horizons": "horizon",
    "sectors": "sector",
    "themes": "theme",
}
_OF_THE_STUDY: Final = {"design", "country", "theme"}
_INITIALS: Final = 4
_ONCE: Final = {"design", "findingKind", "direction"}


@dataclass(frozen=True, slots=True)
class Coded:
    """A coding.

    Attributes:
        references: what was coded.
        codes: for each reference, by number, its codes as paths of names.
        outcomes: how many results in numbers it has, which are not read.
    """

    references: tuple[Reference, ...]
    codes: Mapping[int, tuple[tuple[str, ...], ...]]
    outcomes: int = 0


def is_coding(path: Path) -> bool:
    """Tell whether a JSON file looks like a coding and not like a bibliography."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and "References" in told


def read(path: Path) -> Coded:
    """Read an export.

    Raises:
        UsageProblem: it is not what EPPI-Reviewer writes.
    """
    try:
        told = json.loads(path.read_text("utf-8-sig"))
        names: dict[int, tuple[str, ...]] = {}
        for codes in told.get("CodeSets", ()):
            names.update(_tree(codes.get("Attributes") or {}, (str(codes.get("SetName", "")),)))
        references, given, outcomes = [], {}, 0
        for number, item in enumerate(told["References"], 1):
            references.append(_reference(number, item))
            ids = dict.fromkeys(code["AttributeId"] for code in item.get("Codes") or ())
            outcomes += len(item.get("Outcomes") or ())
            given[number] = tuple(names.get(one, (f"code {one}",)) for one in ids)
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageProblem(f"{path} is no coding of EPPI-Reviewer: {error}") from error
    return Coded(tuple(references), given, outcomes)


def _tree(attributes: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for attribute in attributes.get("AttributesList") or ():
        path = (*above, str(attribute["AttributeName"]))
        yield attribute["AttributeId"], path
        yield from _tree(attribute.get("Attributes") or {}, path)


def _reference(number: int, item: Mapping[str, Any]) -> Reference:
    def told(name: str) -> str:
        return " ".join(str(item.get(name) or "").split())

    kind = fold(told("TypeName")).partition(" ")[0]
    year = told("Year")
    return Reference(
        number,
        _KINDS.get(kind, "article"),
        told("Title"),
        year if year.isdigit() else "",
        tuple(_given_first(name.split()) for name in told("Authors").split(";") if name.strip()),
        doi(told("DOI")) or doi(told("URL")),
        told("URL") if told("URL").startswith(("http://", "https://")) and " " not in told("URL") else "",
        told("Publisher"),
        note=told("ItemId"),
    )


def _given_first(words: list[str]) -> str:
    """Return a name with its initials first; the export has them last."""
    initials = len(words) > 1 and words[-1].isupper() and len(words[-1]) <= _INITIALS
    return " ".join([words[-1], *words[:-1]] if initials else words)


def apply(coded: Coded, made: Skeletons, store: ox.Store) -> list[str]:
    """Add what the codes say to the skeletons of their references.

    Design, country and theme are the study's. Every other concept is that of one finding of the study: without a code
    for its kind and direction it is a description that states none. It is no more than the coding says.

    Args:
        coded: the coding.
        made: skeletons of its references; what the graph has already gets nothing.
        store: the graph, to find concepts in.

    Returns:
        The codes that are no concept of the graph, each with what looks like it.
    """
    concepts = Concepts(store)
    unmatched: dict[str, None] = {}
    known = {reference.number for reference, _ in made.present}
    for reference in coded.references:
        if reference.number in known:
            continue
        found: dict[str, list[str]] = {}
        for path in coded.codes[reference.number]:
            match = _match(path, concepts)
            if match:
                found.setdefault(match[0], []).append(match[1])
            else:
                unmatched[f"{' > '.join(path)}: no concept has this name{concepts.alike(path[-1])}"] = None
        for name in _ONCE:
            if len(set(found.get(name, ()))) > 1:
                unmatched[f"{reference.title}: {' and '.join(found[name])} cannot both be its {name}"] = None
                found.pop(name)
        _say(reference, found, made, store)
    return list(unmatched)


def _match(path: tuple[str, ...], concepts: Concepts) -> tuple[str, str] | None:
    """Return property and concept that a code means: by its scheme where a name above it says which, else the only one."""
    found = {name: concept for scheme, name in _SCHEMES.items() if (concept := concepts.find(scheme, path[-1]))}
    above = {name for scheme, name in _SCHEMES.items() if any(_is_about(scheme, name, word) for word in path[:-1])}
    told = {name: concept for name, concept in found.items() if name in above} or found
    return next(iter(told.items())) if len(told) == 1 else None


def _is_about(scheme: str, name: str, word: str) -> bool:
    singular = fold(word).removesuffix("s")
    return singular in {fold(scheme.replace("-", " ")).removesuffix("s"), name.lower()}


def _say(reference: Reference, found: Mapping[str, Iterable[str]], made: Skeletons, store: ox.Store) -> None:
    study = iri(made.studies[reference.number])

    def say(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        made.triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(iri(predicate)), value))

    _say_design(study, next(iter(found.get("design", ())), ""), made, store)
    for name in _OF_THE_STUDY - {"design"}:
        for concept in found.get(name, ()):
            say(study, f"wk:{name}", ox.NamedNode(iri(concept)))
    about = {name: concepts for name, concepts in found.items() if name not in _OF_THE_STUDY}
    if not about:
        return
    finding = iri(f"finding:{made.studies[reference.number].partition(':')[2]}")
    made.rows.setdefault(finding, [reference.number])
    item = reference.note or str(reference.number)
    texts = {
        "rdfs:label": (f"Wat gecodeerd is over: {reference.title}"[:130], f"What is coded of: {reference.title}"[:130]),
        "wk:locator": (f"codering in EPPI-Reviewer, item {item}", f"coding in EPPI-Reviewer, item {item}"),
        "rdfs:comment": (
            "Overgenomen uit de codering van een overzicht; wat er gevonden is, staat er niet bij.",
            "Taken over from the coding of a review; it does not say what was found.",
        ),
    }
    for predicate, told in texts.items():
        for language, text in zip(("nl", "en"), told, strict=True):
            say(finding, predicate, ox.Literal(text.strip(), language=language))
    say(finding, f"{RDF}type", ox.NamedNode(f"{WK}Finding"))
    fixed = {
        "wk:study": made.studies[reference.number], "wk:reportedIn": made.publications[reference.number],
        "wk:basis": "basis:not-stated", "wk:extractedFrom": "extraction:summary",
        "prov:wasAttributedTo": "curator:werkkennis-editors",
    }  # fmt: skip
    for predicate, name in fixed.items():
        say(finding, predicate, ox.NamedNode(iri(name)))
    for name, concept_names in (
        {"findingKind": ["finding-kind:description"], "direction": ["direction:not-stated"]} | about
    ).items():
        for concept in concept_names:
            say(finding, f"wk:{name}", ox.NamedNode(iri(concept)))


def _say_design(study: str, design: str, made: Skeletons, store: ox.Store) -> None:
    """Replace what the skeleton says of the design, unknown, with what a code says."""
    if not design:
        return
    concept, rigour = ox.NamedNode(iri(design)), ox.NamedNode(f"{WK}rigour")
    levels = [quad.object for quad in store.quads_for_pattern(concept, rigour, None)]
    # A review takes the rank of what it reviews, which a code does not say.
    ceiling = any(store.quads_for_pattern(concept, ox.NamedNode(f"{WK}rigourIsCeiling"), None))
    level = levels[0] if levels and not ceiling else ox.NamedNode(iri("rigour:unknown"))
    told = {f"{WK}design": concept, rigour.value: level}
    made.triples[:] = [
        ox.Triple(triple.subject, triple.predicate, told.get(triple.predicate.value, triple.object))
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value == study
        else triple
        for triple in made.triples
    ]
