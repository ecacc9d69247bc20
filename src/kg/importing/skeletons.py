"""Make skeletons of a publication and its study for references that the graph does not have yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.importing.names import Sources, did_you_mean, doi, fold, iri
from kg.importing.references import Reference
from kg.importing.statements import terms
from kg.importing.templates import slug
from kg.vocabulary import RDFS, shorten

_LONGEST = 130
_TITLE_WORDS = 4


@dataclass(slots=True)
class Skeletons:
    """What came of references.

    Attributes:
        triples: of the new publications and studies.
        rows: numbers of the references by IRI of what they became.
        studies: short name of the study of each reference, new or known, by number.
        publications: likewise of its publication.
        present: references that the graph has already, with the name under which it does.
        unmatched: publishers that are no organisation of the graph, with what looks like them.
    """

    triples: list[ox.Triple] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    studies: dict[int, str] = field(default_factory=dict)
    publications: dict[int, str] = field(default_factory=dict)
    present: list[tuple[Reference, str]] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


def make(references: Iterable[Reference], store: ox.Store) -> Skeletons:
    """Make a publication and a study of every reference that is new.

    A reference is known by its DOI, else by its title and year, in the graph or earlier in the same list. Nothing is
    said of the study but that it was reported: its design is unknown until someone reads it.

    Args:
        references: of a bibliography.
        store: the graph.
    """
    sources = Sources(store)
    written = _organisations(store)
    organisations = {fold(name): organisation for name, organisation in written.items()}
    made = Skeletons()
    earlier: dict[str, str] = {}
    taken: set[str] = {shorten(quad.subject.value) for quad in store if isinstance(quad.subject, ox.NamedNode)}
    for reference in references:
        year = reference.date[:4]
        keys = [doi(reference.doi)] * bool(reference.doi) + [f"{fold(reference.title)} {year}"] * bool(
            reference.title and year
        )
        known = sources.publication(reference.doi, reference.title, year)
        known = known or next((earlier[key] for key in keys if key in earlier), None)
        if known:
            made.present.append((reference, known))
            made.publications[reference.number] = known
            study = sources.study(known) or next(
                (made.studies[n] for n, name in made.publications.items() if name == known and n in made.studies), ""
            )
            if study:
                made.studies[reference.number] = study
            continue
        name = _name(reference, taken)
        taken.add(f"publication:{name}")
        earlier.update(dict.fromkeys(keys, f"publication:{name}"))
        made.publications[reference.number], made.studies[reference.number] = f"publication:{name}", f"study:{name}"
        for subject, said in _statements(reference, name, organisations):
            made.rows.setdefault(iri(subject), [reference.number])
            for predicate, language, datatype, text in said:
                for extra, term in terms([text] if text else [], language, datatype):
                    made.triples.append(
                        ox.Triple(ox.NamedNode(iri(subject)), ox.NamedNode(extra or iri(predicate)), term)
                    )
        if reference.publisher and fold(reference.publisher) not in organisations:
            made.unmatched.append(
                f"{reference.publisher!r} is no organisation of the graph{did_you_mean(reference.publisher, written)}"
            )
    return made


def _statements(
    reference: Reference, name: str, organisations: dict[str, str]
) -> Iterable[tuple[str, list[tuple[str, str, str, str]]]]:
    """Give the statements on the publication and on the study: predicate, language, datatype and text."""
    who = reference.authors[0].split()[-1] if reference.authors else ""
    several = {"nl": " e.a.", "en": " et al."} if len(reference.authors) > 1 else {"nl": "", "en": ""}
    label = {
        language: _short(
            f"{who}{several[language] if who else ''}{f' ({reference.date[:4]})' if reference.date else ''}: {reference.title}".removeprefix(
                ": "
            )
        )
        for language in ("nl", "en")
    }
    yield (
        f"publication:{name}",
        [
            ("rdf:type", "", "", "wk:Publication"),
            (f"{RDFS}label", "nl", "", label["nl"]),
            (f"{RDFS}label", "en", "", label["en"]),
            # "und": the language is not determined (BCP 47).
            ("dct:title", reference.language or "und", "", reference.title),
            ("dct:type", "", "", f"publication-kind:{reference.kind}"),
            ("dct:issued", "", "date", reference.date),
            ("wk:doi", "", "string", reference.doi),
            ("wk:url", "", "", reference.url),
            ("dct:publisher", "", "", organisations.get(fold(reference.publisher), "")),
            ("dct:language", "", "string", reference.language if reference.language in {"nl", "en"} else ""),
            *(("dct:creator", "", "string", author) for author in reference.authors),
        ],
    )
    yield (
        f"study:{name}",
        [
            ("rdf:type", "", "", "wk:Study"),
            (f"{RDFS}label", "nl", "", _short(f"Studie: {label['nl']}")),
            (f"{RDFS}label", "en", "", _short(f"Study: {label['en']}")),
            (f"{RDFS}comment", "nl", "", "Alleen de verwijzing is overgenomen; de studie zelf is nog niet gelezen."),
            (f"{RDFS}comment", "en", "", "Only the reference was taken over; the study itself has not been read yet."),
            ("wk:design", "", "", "design:unknown"),
            ("wk:rigour", "", "", "rigour:unknown"),
            ("wk:reportedIn", "", "", f"publication:{name}"),
        ],
    )


def _name(reference: Reference, taken: set[str]) -> str:
    """Return a slug that no publication has: first author, year, first words of the title."""
    who = slug(reference.authors[0].split()[-1]) if reference.authors else ""
    parts = [who, reference.date[:4], slug(reference.title, _TITLE_WORDS)]
    name = "-".join(part for part in parts if part) or f"reference-{reference.number}"
    free = (f"{name}-{number}" if number > 1 else name for number in range(1, len(taken) + 2))
    return next(one for one in free if f"publication:{one}" not in taken and f"study:{one}" not in taken)


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST].rpartition(' ')[0].rstrip(',.:;')} …"


def _organisations(store: ox.Store) -> dict[str, str]:
    found = {}
    kind = ox.NamedNode("http://www.w3.org/ns/org#Organization")
    for quad in store.quads_for_pattern(None, ox.NamedNode(iri("rdf:type")), kind):
        if isinstance(quad.subject, ox.NamedNode):
            for name in ("rdfs:label", "skos:altLabel", "skos:prefLabel"):
                for said in store.quads_for_pattern(quad.subject, ox.NamedNode(iri(name)), None):
                    if isinstance(said.object, ox.Literal):
                        found[said.object.value] = shorten(quad.subject.value)
    return found
