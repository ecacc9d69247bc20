"""The description of a data set as Python sees it: read once from the graph, for the page and for search engines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kg.vocabulary import DCT, RDFS, SKOS
from kg.web.negotiate import CSV

DCAT: Final = "http://www.w3.org/ns/dcat#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
SPDX: Final = "http://spdx.org/rdf/terms#"
VCARD: Final = "http://www.w3.org/2006/vcard/ns#"
ADMS: Final = "http://www.w3.org/ns/adms#"
_DESCRIBED_BY: Final = "http://www.w3.org/2007/05/powder-s#describedby"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class File:
    """A file to download.

    Attributes:
        iri: the distribution.
        name: of the file.
        title: what it holds and in which form.
        form: what people call its format.
        media_type: of its content, uncompressed.
        packed: whether it is a gzip file of that.
        size: in bytes.
        sha256: its fingerprint, hexadecimal.
        download: where it is, for good.
        newest: where the newest of its kind is.
        described_by: where its columns are described; empty where it has none.
    """

    iri: str
    name: str
    title: str
    form: str
    media_type: str
    packed: bool
    size: int
    sha256: str
    download: str
    newest: str
    described_by: str


@dataclass(slots=True)
class Datasheet:
    """What is said about a data set, by subject and property.

    Attributes:
        iri: the data set.
        language: in which texts are wanted.
    """

    iri: str
    language: str
    _said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = field(default_factory=dict)

    @classmethod
    def read(cls, iri: str, language: str, statements: Iterable[ox.Triple]) -> "Datasheet":
        """Read statements about a data set and what it is described with."""
        sheet = cls(iri, language)
        for one in statements:
            if isinstance(one.object, ox.NamedNode | ox.Literal):
                said = sheet._said.setdefault(one.subject.value, {})  # type: ignore[union-attr]
                said.setdefault(one.predicate.value, []).append(one.object)
        return sheet

    def values(self, name: str, subject: str = "") -> list[str]:
        """Return the values of a property as plain text."""
        return [value.value for value in self._terms(name, subject)]

    def value(self, name: str, subject: str = "") -> str:
        """Return the first value of a property; empty where there is none."""
        return next(iter(self.values(name, subject)), "")

    def texts(self, name: str, subject: str = "") -> dict[str, str]:
        """Return what a property says in each language."""
        found = (value for value in self._terms(name, subject) if isinstance(value, ox.Literal))
        return {value.language or "": value.value for value in found}

    def text(self, name: str, subject: str = "") -> str:
        """Return what a property says, in the language that is wanted where it is there."""
        texts = self.texts(name, subject)
        return texts.get(self.language) or next(iter(texts.values()), "")

    def keywords(self, language: str) -> list[str]:
        """Return the keywords in a language."""
        found = self._terms(f"{DCAT}keyword", "")
        return [one.value for one in found if isinstance(one, ox.Literal) and one.language == language]

    def name(self, iri: str) -> str:
        """Return what a thing is called."""
        names = (f"{FOAF}name", f"{VCARD}fn", f"{SKOS}prefLabel", f"{RDFS}label", f"{DCT}title")
        return next((text for name in names if (text := self.text(name, iri))), iri)

    def named(self, name: str, subject: str = "") -> list[str]:
        """Return what the values of a property are called."""
        return [self.name(iri) for iri in self.values(name, subject)]

    @property
    def files(self) -> Sequence[File]:
        """The files: tables first, which most people want, and each plain one before its compressed one."""
        found = [
            self._file(form) for form in self.values(f"{DCAT}distribution") if self.value(f"{DCAT}downloadURL", form)
        ]
        return sorted(found, key=lambda file: (file.media_type != CSV, file.name))

    @property
    def releases(self) -> list[Mapping[str, str]]:
        """The versions, newest first: ``iri``, ``version``, ``issued``."""
        found = [
            {"iri": iri, "version": self.value(f"{DCAT}version", iri), "issued": self.value(f"{DCT}issued", iri)}
            for iri in self.values(f"{DCAT}hasVersion")
        ]
        return sorted(found, key=lambda release: release["issued"], reverse=True)

    def _file(self, form: str) -> File:
        download = self.value(f"{DCAT}downloadURL", form)
        checksum = self.value(f"{SPDX}checksum", form)
        return File(
            form,
            download.rpartition("/")[2],
            self.text(f"{DCT}title", form),
            self.name(self.value(f"{DCT}format", form)),
            self.value(f"{DCAT}mediaType", form).removeprefix(_MEDIA),
            bool(self.value(f"{DCAT}compressFormat", form)),
            int(self.value(f"{DCAT}byteSize", form) or 0),
            self.value(f"{SPDX}checksumValue", checksum),
            download,
            self.value(f"{DCAT}accessURL", form),
            self.value(_DESCRIBED_BY, form),
        )

    def _terms(self, name: str, subject: str) -> list[ox.NamedNode | ox.Literal]:
        return self._said.get(subject or self.iri, {}).get(name, [])
