"""The forms in which the data set can be had: files (DCAT distributions with SPDX checksums) and the endpoint."""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kg.describe.statements import Node, Sheet, both, moment, named, typed
from kg.history.feed import ROOT
from kg.publication import DumpFile
from kg.vocabulary import BASE, DATASET, ID

SERVICE: Final = f"{ID}service/sparql"
PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
STREAMS: Final = "https://w3id.org/ldes/specification"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_SHA_256: Final = "https://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_CSVW: Final = "application/csvm+json"
_TABULAR: Final = "https://www.w3.org/TR/tabular-metadata/"
_KINDS: Final = {
    "text/turtle": ("Turtle", "RDF_TURTLE"),
    "application/n-triples": ("N-Triples", "RDF_N_TRIPLES"),
    "application/n-quads": ("N-Quads", "RDF_N_QUADS"),
    "application/trig": ("TriG", "RDF_TRIG"),
    "application/ld+json": ("JSON-LD", "JSON_LD"),
    "text/csv": ("CSV", "CSV"),
}
"""What people call a media type, and its code in the European list of file types."""
_TABLES: Final = {
    "studies": ("onderzoeken", "studies"),
    "findings": ("bevindingen", "findings"),
    "gaps": ("kennislacunes", "knowledge gaps"),
}


class Forms:
    """Writes the forms of a data set on a sheet.

    Args:
        sheet: where to.
        common: what each form has in common with the data set: licence, languages.
        label: the folder in which the files are.
        issued: when they were published; empty where that is not known.
        stable: whether they stay for good.
    """

    def __init__(self, sheet: Sheet, common: dict[str, list[Node]], label: str, issued: str, *, stable: bool) -> None:
        self._sheet = sheet
        self._label = label
        kept = ("dct:license", "dct:language", "dct:conformsTo")
        self._common = {
            **{name: common.get(name, []) for name in kept},
            "dct:issued": moment(issued),
            "dct:modified": moment(issued),
            "dcatap:availability": named(f"eu:planned-availability/{'STABLE' if stable else 'TEMPORARY'}"),
        }

    def files(self, prefix: str, files: Iterable[DumpFile], newest: str) -> list[Node]:
        """Describe files; give the IRIs of the distributions.

        Args:
            prefix: how the last part of their IRIs begins.
            files: what to describe; what tells of files, such as the columns of a table, is no form of its own.
            newest: the folder that always leads to the newest of them, or this one.
        """
        files = list(files)
        beside = {file.about: file.name for file in files if file.media_type == _CSVW and not file.compressed}
        return [
            self._file(prefix, file, newest, beside.get(file.about, "")) for file in files if file.media_type in _KINDS
        ]

    def _file(self, prefix: str, file: DumpFile, newest: str, described_by: str) -> Node:
        # No dot: what stands after one asks for a format.
        slug = f"{prefix}{file.name.replace('.', '-')}"
        form, checksum = f"{ID}distribution/{slug}", f"{ID}checksum/{slug}"
        name, code = _KINDS[file.media_type]
        packed = (", ingepakt (gzip)", ", packed (gzip)") if file.compressed else ("", "")
        dutch, english = _holds(file.about)
        self._sheet.say(
            form,
            {
                "rdf:type": named("dcat:Distribution"),
                "dct:title": both(f"{dutch} als {name}{packed[0]}", f"{english} as {name}{packed[1]}"),
                "dct:description": both(
                    f"{dutch}, in één bestand: {file.name}.", f"{english}, in one file: {file.name}."
                ),
                "dcat:accessURL": ox.NamedNode(f"{BASE}dumps/{newest}/{file.name}"),
                "dcat:downloadURL": ox.NamedNode(f"{BASE}dumps/{self._label}/{file.name}"),
                "dcat:mediaType": ox.NamedNode(_MEDIA + file.media_type),
                "dcat:compressFormat": ox.NamedNode(_MEDIA + "application/gzip") if file.compressed else None,
                "dct:format": named(f"eu:file-type/{code}"),
                "dcat:byteSize": typed(file.bytes, "nonNegativeInteger"),
                "spdx:checksum": ox.NamedNode(checksum),
                "wdrs:describedby": ox.NamedNode(f"{BASE}dumps/{self._label}/{described_by}") if described_by else None,
                **self._common,
                **({"dct:conformsTo": [ox.NamedNode(_TABULAR)]} if described_by else {}),
            },
        )
        self._sheet.say(
            checksum,
            {
                "rdf:type": named("spdx:Checksum"),
                "spdx:algorithm": ox.NamedNode(_SHA_256),
                "spdx:checksumValue": typed(file.sha256, "hexBinary"),
            },
        )
        for media in {file.media_type} | ({"application/gzip"} if file.compressed else set()):
            self._sheet.say(_MEDIA + media, {"rdf:type": named("dct:MediaType")})
        return ox.NamedNode(form)

    def endpoint(self) -> Node:
        """Describe the endpoint as a form of the data set, in the way of the Dutch register of heritage data sets."""
        form = f"{ID}distribution/sparql"
        self._sheet.say(
            form,
            {
                "rdf:type": named("dcat:Distribution"),
                "dct:title": both("SPARQL-endpoint", "SPARQL endpoint"),
                "dct:description": both(
                    "De hele dataset, met vragen in SPARQL te bevragen.", "The whole data set, to be queried in SPARQL."
                ),
                "dcat:accessURL": ox.NamedNode(f"{BASE}sparql"),
                "dcat:accessService": ox.NamedNode(SERVICE),
                "dct:format": named("eu:file-type/SPARQLQRES"),
                **{name: value for name, value in self._common.items() if name in ("dct:license", "dct:language")},
                "dct:conformsTo": [ox.NamedNode(PROTOCOL)],
            },
        )
        return ox.NamedNode(form)

    def changes(self) -> Node:
        """Describe the event stream, from which who holds a copy learns what changed."""
        form = f"{ID}distribution/changes"
        self._sheet.say(
            form,
            {
                "rdf:type": named("dcat:Distribution"),
                "dct:title": both("Veranderingen als event stream (LDES)", "Changes as an event stream (LDES)"),
                "dct:description": both(
                    "Van elke uitgave de nieuwe versies van alle dingen die erin veranderden, om een kopie bij te houden.",
                    "Of each release the new versions of all things that it changed, to keep a copy up to date.",
                ),
                "dcat:accessURL": ox.NamedNode(ROOT),
                "dct:format": named("eu:file-type/RDF_TURTLE"),
                **{name: value for name, value in self._common.items() if name in ("dct:license", "dct:language")},
                "dct:conformsTo": [ox.NamedNode(STREAMS)],
            },
        )
        return ox.NamedNode(form)


def service(sheet: Sheet, common: dict[str, list[Node]]) -> None:
    """Describe the endpoint as a data service (DCAT).

    Args:
        sheet: where to.
        common: what it has in common with the data set: publisher, contact, theme, licence and so on.
    """
    page = f"{BASE}sparql"
    sheet.say(
        SERVICE,
        {
            **common,
            "rdf:type": named("dcat:DataService"),
            "dct:title": both("SPARQL-endpoint van Werkkennis", "SPARQL endpoint of Werkkennis"),
            "dct:description": both(
                "Beantwoordt vragen in SPARQL 1.1 over de hele dataset.",
                "Answers queries in SPARQL 1.1 over the whole data set.",
            ),
            "dct:identifier": typed(SERVICE, "anyURI"),
            "dct:conformsTo": [ox.NamedNode(PROTOCOL)],
            "dcat:endpointURL": ox.NamedNode(page),
            "dcat:endpointDescription": ox.NamedNode(f"{page}.ttl"),
            "dcat:landingPage": ox.NamedNode(page),
            "dcat:servesDataset": ox.NamedNode(DATASET),
        },
    )
    sheet.say(page, {"rdf:type": named("foaf:Document")})


def _holds(about: str) -> tuple[str, str]:
    """Return in Dutch and English what a file holds."""
    kind, _, name = about.partition("/")
    if kind == "table":
        dutch, english = _TABLES.get(name, (name, name))
        return f"Tabel van {dutch}", f"Table of {english}"
    if kind == "scheme":
        return "Het begrippenkader", "The concept scheme"
    return "De hele dataset", "The whole data set"
