"""In which order things are written: the one in which people read them, and the same whoever wrote the file.

A thing begins with what it is and what it is called, ends with where it was read and who entered it.
"""

import re
from typing import Final

import pyoxigraph as ox

from kg.vocabulary import DCT, ID, PREFIXES, PROV, RDF, RDFS, SKOS, WK

_FIRST: Final = (
    RDF + "type",
    SKOS + "inScheme", SKOS + "topConceptOf", SKOS + "broader", SKOS + "notation",
    RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel",
    RDFS + "comment", SKOS + "definition", SKOS + "scopeNote", SKOS + "example",
    DCT + "title", WK + "titleNotSeen", DCT + "description", DCT + "isPartOf", DCT + "type", DCT + "creator",
    DCT + "issued",
    *(WK + name for name in (
        "gap", "finding", "order",
        "findingKind", "gapKind", "gapReason", "assertionKind", "bearingKind", "eventKind", "organisationKind",
        "about", "design", "rigour", "project",
        "component", "intervention", "contextFactor", "comparator", "targetGroup", "outcome", "horizon",
        "country", "sector", "level", "theme", "addressedTo",
        "sign", "direction", "magnitude", "condition", "estimate", "basis", "hedged",
        "measure", "value", "lower", "upper", "n",
        "initiatedBy", "partner", "commissionedBy", "carriedOutBy", "executedBy", "fundedBy",
        "depth", "database", "until", "date", "opened", "closed", "startDate", "endDate", "datePrecision",
    )),
    DCT + "publisher", DCT + "language",
)  # fmt: skip
_LAST: Final = (
    *(WK + name for name in (
        "doi", "url", "tooi", "wikidata", "ror", "restates", "basedOn", "study", "reportedIn", "statedIn", "locator",
        "extractedFrom", "on",
    )),
    PROV + "wasAttributedTo",
)  # fmt: skip
_RANK: Final = {iri: number for number, iri in enumerate(_FIRST)} | {
    iri: len(_FIRST) + 1 + number for number, iri in enumerate(_LAST)
}
# At most as many digits as no engine refuses to read as a number.
_NUMBERED: Final = re.compile(r"(\D*)([0-9]{0,18})")
_LANGUAGES: Final = {"nl": 0, "en": 1}


def of_predicate(predicate: ox.NamedNode) -> tuple[int, str]:
    """Return the key by which predicates are sorted; one that is not known here stands between first and last."""
    return _RANK.get(predicate.value, len(_FIRST)), predicate.value


def of_name(text: str) -> tuple[tuple[str, int, str], ...]:
    """Return the key by which names are sorted: numbers by their size, so that row 9 stands before row 10."""
    return tuple((word, int(number or 0), number) for word, number in _NUMBERED.findall(text))


def of_value(
    value: ox.NamedNode | ox.BlankNode | ox.Literal, written: str
) -> tuple[int, int, tuple[tuple[str, int, str], ...], str]:
    """Return the key by which values are sorted: classes of ours, things, texts (Dutch first), nameless things.

    Args:
        value: the value.
        written: how it is written, which decides between nameless things.
    """
    if isinstance(value, ox.NamedNode):
        return 0, not value.value.startswith(WK), of_name(value.value), ""
    if isinstance(value, ox.BlankNode):
        return 2, 0, of_name(written), ""
    language = value.language or ""
    return 1, _LANGUAGES.get(language, len(_LANGUAGES) + bool(language)), of_name(f"{language} {value.value}"), written


def well_known(iri: str) -> tuple[str, str] | None:
    """Return the prefix and namespace by which everybody here writes an IRI, None when there is none."""
    if iri.startswith(ID):
        kind, slash, slug = iri[len(ID) :].partition("/")
        return (kind, f"{ID}{kind}/") if slash and kind and slug else None
    fitting = [(name, namespace) for name, namespace in PREFIXES.items() if iri.startswith(namespace)]
    return max(fitting, key=lambda entry: (len(entry[1]), entry[0]), default=None)
