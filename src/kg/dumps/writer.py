"""Write the graph, and each concept scheme by itself, in every form of RDF, plain and compressed."""

import gzip
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.durable import put
from kg.history.patch import Line
from kg.publication import DumpFile
from kg.vocabulary import ID, PREFIXES, RDF, SKOS

_TRIPLES: Final = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.JSON_LD)
_QUADS: Final = (ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG)
_SUFFIX: Final = {ox.RdfFormat.JSON_LD: "jsonld"}
_SCHEME: Final = ox.NamedNode(f"{SKOS}ConceptScheme")
_SCHEMES: Final = f"{ID}scheme/"


class Folder:
    """A folder of dumps that is being written.

    Args:
        path: an empty folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: list[DumpFile] = []

    def put(self, name: str, media_type: str, content: bytes, about: str, *, compress: bool = True) -> None:
        """Write a file, and by default a compressed one beside it."""
        self._add(name, media_type, content, about, compressed=False)
        if compress:
            # No time and no name in it: equal content gives an equal file.
            packed = gzip.compress(content, compresslevel=6, mtime=0)
            self._add(f"{name}.gz", media_type, packed, about, compressed=True)

    def close(self) -> tuple[DumpFile, ...]:
        """Write the fingerprints of all files, in the form of sha256sum, and return what was written."""
        sums = "".join(f"{file.sha256}  {file.name}\n" for file in self._files)
        self._add("SHA256SUMS", "text/plain", sums.encode(), "sums", compressed=False)
        return tuple(self._files)

    def _add(self, name: str, media_type: str, content: bytes, about: str, *, compressed: bool) -> None:
        put(self._path / name, content)
        digest = hashlib.sha256(content).hexdigest()
        self._files.append(DumpFile(name, media_type, compressed, len(content), digest, about))


def whole(lines: Sequence[Line], folder: Folder) -> None:
    """Write the whole graph: with its named graphs, and as triples.

    Args:
        lines: its statements as sorted N-Quads.
        folder: where to.
    """
    quads = sorted(_parsed(lines), key=lambda quad: (str(quad.graph_name), str(quad.subject)))
    for form in _QUADS:
        _put(folder, "werkkennis", form, quads, "")
    triples = _without_graphs(quads)
    for form in _TRIPLES:
        _put(folder, "werkkennis", form, triples, "")


def schemes(lines: Sequence[Line], folder: Folder) -> None:
    """Write each concept scheme with all that is said about it and about its concepts and collections."""
    quads = _without_graphs(_parsed(lines))
    within: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate.value == f"{SKOS}inScheme" and isinstance(quad.object, ox.NamedNode):
            within.setdefault(str(quad.subject), set()).add(quad.object.value)
        elif quad.predicate.value == f"{RDF}type" and quad.object == _SCHEME and isinstance(quad.subject, ox.NamedNode):
            within.setdefault(str(quad.subject), set()).add(quad.subject.value)
    said: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        for scheme in within.get(str(quad.subject), ()):
            said.setdefault(scheme, []).append(quad)
    for scheme in sorted(iri for iri in said if iri.startswith(_SCHEMES)):
        slug = scheme.removeprefix(_SCHEMES)
        for form in _TRIPLES:
            _put(folder, f"scheme-{slug}", form, said[scheme], f"scheme/{slug}")


def _put(folder: Folder, stem: str, form: ox.RdfFormat, quads: Sequence[ox.Quad], about: str) -> None:
    content = ox.serialize(quads, format=form, prefixes=_prefixes(form)) or b""
    suffix = _SUFFIX.get(form, form.file_extension)
    folder.put(f"{stem}.{suffix}", form.media_type, content, about)


def _prefixes(form: ox.RdfFormat) -> dict[str, str] | None:
    return PREFIXES if form in {ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG} else None


def _parsed(lines: Iterable[Line]) -> Iterable[ox.Quad]:
    return ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)


def _without_graphs(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return each statement once, by subject."""
    triples = {ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads}
    return sorted(triples, key=str)
