"""The catalogue: the data set, its releases, its parts and its forms, as DCAT-AP-NL 3.0 and the NDE's register ask.

It follows from ``data/catalog.ttl``, from what was published and from the settings; where a graph has no such file,
there is no catalogue. Addresses of ours stand under the base IRI here, and are told as the world asks for them when
this is served. Nothing is said twice and nothing is nameless.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files as resources
from typing import Final

import pyoxigraph as ox

from kg.describe.forms import SERVICE, Forms, service
from kg.describe.imprint import CONTACT, Imprint
from kg.describe.period import days
from kg.describe.statements import Node, Sheet, both, moment, named, short, typed
from kg.parse import ParsedFile
from kg.publication import DumpFile, Published
from kg.vocabulary import BASE, DATASET, GRAPH, ID, RDF

CATALOGUE_GRAPH: Final = GRAPH + "catalog"
CATALOGUE: Final = f"{ID}catalog/werkkennis"
PAGE: Final = f"{BASE}catalog"
_PERIOD: Final = f"{ID}period/werkkennis"
_SCHEME: Final = f"{ID}scheme/"
_LATEST: Final = "latest"
_CONTENT: Final = "application/n-triples"
"""The form by whose fingerprint a part is told to have changed: it holds nothing but the statements."""
_OF_THE_WHOLE: Final = {"dct:temporal", "dct:spatial", "dcat:keyword"}
_OF_ALL: Final = ("dct:accessRights", "dct:creator", "dct:language", "dct:license", "dcat:theme")

Said = dict[str, list[Node]]


def describe(files: Iterable[ParsedFile], published: Published, imprint: Imprint) -> Iterator[ox.Quad]:
    """Give the catalogue, in a graph of its own.

    Args:
        files: what the graph was made from.
        published: its dumps, and the releases before it.
        imprint: who answers for it.
    """
    store = ox.Store()
    for file in files:
        store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in file.triples)
    described = ox.Quad(ox.NamedNode(DATASET), ox.NamedNode(RDF + "type"), named("dcat:Dataset"))
    if described in store:
        said = list(_Catalogue(store, published, imprint).sheet)
        yield from said
        yield from _meanings(said)


class _Catalogue:
    """Writes all parts on a sheet."""

    def __init__(self, store: ox.Store, published: Published, imprint: Imprint) -> None:
        self.sheet = Sheet(CATALOGUE_GRAPH)
        self._published = published
        self._issued = published.releases[-1].created if published.released else ""
        self._inherited: Said = {}
        for row in _rows(store, "inherited"):
            self._inherited.setdefault(short(row["property"].value), []).append(row["value"])
        self._inherited.setdefault("dct:license", [ox.NamedNode(imprint.licence)])
        self._names: dict[str, Said] = {}
        for row in _rows(store, "vocabularies"):
            said = self._names.setdefault(row["thing"].value, {})
            said.setdefault(short(row["property"].value), []).append(row["value"])
        self._common = {name: self._inherited.get(name, []) for name in _OF_ALL}
        editors = next((one.value for one in self._common["dct:creator"] if isinstance(one, ox.NamedNode)), "")
        publisher = imprint.write(self.sheet, editors, self._names.get(editors, {}).get("rdfs:label", []))
        self._common |= {"dct:publisher": [publisher], "dcat:contactPoint": [ox.NamedNode(CONTACT)]}
        found = [
            days(row[end].value, row["precision"].value)
            for row in _rows(store, "coverage")
            for end in ("first", "last")
            if row[end] is not None
        ]
        if found:
            first, last = min(day for day, _ in found), max(day for _, day in found)
            ends: Said = {"dcat:startDate": [typed(first, "date")], "dcat:endDate": [typed(last, "date")]}
            self.sheet.say(_PERIOD, {"rdf:type": named("dct:PeriodOfTime"), **ends})
            self._inherited["dct:temporal"] = [ox.NamedNode(_PERIOD)]
        self._dataset(self._releases(), self._parts())
        self._catalogue()
        service(self.sheet, self._common | {"dcat:keyword": self._inherited.get("dcat:keyword", [])})

    def _releases(self) -> list[Node]:
        """Write each release as a version with an IRI of its own, and how they follow one another."""
        written: list[Node] = []
        for release in self._published.releases:
            iri = f"{DATASET}-{release.version}"
            names: Said = {
                **self._inherited,
                "dct:title": [
                    ox.Literal(f"{title.value}, {release.version}", language=title.language)
                    for title in self._inherited.get("dct:title", [])
                    if isinstance(title, ox.Literal)
                ],
                "dcat:version": [ox.Literal(release.version)],
                "dcat:isVersionOf": [ox.NamedNode(DATASET)],
                "dcat:prev": written[-1:],
                "adms:versionNotes": [
                    ox.Literal(text, language=language or None) for language, text in release.notes.items()
                ],
            }
            forms = Forms(self.sheet, self._inherited, release.version, release.created, stable=True)
            found = forms.files(f"{release.version}-", _whole(release.files), release.version)
            self._described(iri, names, release.created, found)
            written.append(ox.NamedNode(iri))
        return written

    def _parts(self) -> list[Node]:
        """Write each concept scheme as a data set of its own, for who wants only that."""
        held: dict[str, list[DumpFile]] = {}
        for file in self._published.files:
            kind, _, slug = file.about.partition("/")
            if kind == "scheme":
                held.setdefault(slug, []).append(file)
        for slug, files in held.items():
            scheme = _SCHEME + slug
            # A scheme has no period, country or keywords of its own.
            names: Said = {
                **{name: value for name, value in self._inherited.items() if name not in _OF_THE_WHOLE},
                **self._names.get(scheme, {}),
                "dct:isPartOf": [ox.NamedNode(DATASET)],
                "dct:subject": [ox.NamedNode(scheme)],
            }
            issued, modified = self._dates(files)
            forms = self._forms(modified).files("", files, _LATEST)
            self._described(f"{ID}dataset/scheme-{slug}", names, modified, forms, issued)
        return [ox.NamedNode(f"{ID}dataset/scheme-{slug}") for slug in held]

    def _dates(self, files: list[DumpFile]) -> tuple[str, str]:
        """Return when a part was first released, and when it last changed; empty where no release has these files."""
        known = {file.about: file.sha256 for file in files if file.media_type == _CONTENT and not file.compressed}
        issued = modified = last = ""
        for release in self._published.releases:
            for file in release.files:
                if file.about in known and file.media_type == _CONTENT and not file.compressed:
                    issued = issued or release.created
                    modified, last = (modified if file.sha256 == last else release.created), file.sha256
        return issued, modified if last in known.values() else ""

    def _dataset(self, releases: list[Node], parts: list[Node]) -> None:
        """Write what the file does not say of the data set itself."""
        published, forms = self._published, self._forms()
        whole = _whole(published.files)
        self._described(
            DATASET,
            {
                "dct:temporal": self._inherited.get("dct:temporal", []),
                "dct:isPartOf": [ox.NamedNode(CATALOGUE)],
                "dcat:version": [ox.Literal(published.label)] if published.released else [],
                "dcat:hasVersion": releases,
                "dcat:hasCurrentVersion": releases[-1:] if published.released else [],
                "dct:hasPart": parts,
                "void:dataDump": [
                    ox.NamedNode(f"{BASE}dumps/{_LATEST}/{file.name}")
                    for file in whole
                    if file.compressed and not file.about
                ],
            },
            self._issued,
            [forms.endpoint(), *([forms.changes()] if published.releases else []), *forms.files("", whole, _LATEST)],
        )
        if published.releases:
            self.sheet.say(DATASET, {"dct:issued": moment(published.releases[0].created)})

    def _described(self, iri: str, names: Said, modified: str, forms: list[Node], issued: str = "") -> None:
        """Write a data set with all that a reader of it alone must know; without a date of issue it came out as it is."""
        self.sheet.say(
            iri,
            {
                **names,
                **self._common,
                "rdf:type": named("dcat:Dataset"),
                "dct:identifier": typed(iri, "anyURI"),
                "dct:issued": moment(issued or modified) if iri != DATASET else None,
                "dct:modified": moment(modified),
                "dcat:landingPage": ox.NamedNode(PAGE),
                "foaf:page": ox.NamedNode(PAGE),
                "dcat:distribution": forms,
            },
        )
        self.sheet.say(PAGE, {"rdf:type": named("foaf:Document")})

    def _catalogue(self) -> None:
        """Write the catalogue that holds the data set and its endpoint."""
        releases = self._published.releases
        self.sheet.say(
            CATALOGUE,
            {
                **self._common,
                "dct:spatial": self._inherited.get("dct:spatial", []),
                "rdf:type": named("dcat:Catalog"),
                "dct:title": both("Catalogus van Werkkennis", "Catalogue of Werkkennis"),
                "dct:description": both(
                    "De dataset Werkkennis, met alle vormen waarin u hem kunt krijgen.",
                    "The data set Werkkennis, with all forms in which you can have it.",
                ),
                "dct:identifier": typed(CATALOGUE, "anyURI"),
                "dct:issued": moment(releases[0].created) if releases else None,
                "dct:modified": moment(self._issued),
                "foaf:homepage": ox.NamedNode(BASE),
                "dcat:themeTaxonomy": named("eu:data-theme"),
                "dcat:dataset": ox.NamedNode(DATASET),
                "dcat:service": ox.NamedNode(SERVICE),
            },
        )
        self.sheet.say(BASE, {"rdf:type": named("foaf:Document")})

    def _forms(self, modified: str | None = None) -> Forms:
        released = self._published.released
        moment = self._issued if modified is None else modified
        return Forms(self.sheet, self._inherited, self._published.label, moment, stable=released)


def _whole(files: Iterable[DumpFile]) -> list[DumpFile]:
    return [file for file in files if not file.about.startswith("scheme/")]


def _meanings(said: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Give what the values mean that the statements take from lists of others, and what these lean on in turn."""
    known: dict[ox.NamedNode | ox.BlankNode, list[ox.Quad]] = {}
    text = (resources("kg.describe") / "authorities.ttl").read_bytes()
    for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
        known.setdefault(quad.subject, []).append(quad)
    wanted = [quad.object for quad in said]
    while wanted:
        for quad in known.pop(wanted.pop(), []):  # type: ignore[arg-type]
            wanted.append(quad.object)
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(CATALOGUE_GRAPH))


def _rows(store: ox.Store, name: str) -> Iterator[ox.QuerySolution]:
    found = store.query((resources("kg.describe") / f"{name}.rq").read_text("utf-8"))
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError(f"{name}.rq is no SELECT")
    return iter(found)
