"""Generations: what is built from the files, immutable, named by its content, swapped in at once.

::

    var/
      build.lock                    held by the one build that runs
      generations/<name>/graph.nq.gz   all quads, sorted
      generations/<name>/manifest.json files with fingerprints, counts, what was published
      dumps/<label>/                what can be downloaded, of each release and of each generation that is none
      current -> generations/<name>    replaced in one step

A build that fails, or is killed at any moment, leaves ``current`` as it was: a generation is written under another
name, flushed to disk, renamed, and only then pointed to.
"""

import errno
import fcntl
import gzip
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from kg import dumps, history, ondisk
from kg.describe import Imprint, self_description
from kg.durable import flush, made, put, sweep
from kg.errors import InvalidGraph, KgError, NoGeneration
from kg.files import find
from kg.history import pages
from kg.history.patch import lines_of
from kg.parse import ParsedFile, read_all
from kg.provenance import describe
from kg.publication import Published
from kg.spoken import gettext as _
from kg.validate import Report, examine

_NAME_LENGTH = 16
_FORMAT = 2
_FULL = {errno.ENOSPC, errno.EDQUOT}
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Generation:
    """One built graph.

    Attributes:
        name: the first 16 hexadecimal digits of the SHA-256 of its content.
        folder: where it is.
        manifest: ``quads`` (int), ``files`` (name → sha256), ``sha256`` (of the uncompressed dump), ``published``
            (see :class:`kg.publication.Published`), ``format`` (int).
    """

    name: str
    folder: Path
    manifest: dict[str, Any]

    @property
    def published(self) -> Published:
        """What can be downloaded of it, and the releases before it."""
        return Published.of(self.manifest["published"], self.folder.parents[1] / "dumps")

    def verify(self) -> None:
        """Make sure that the dump is whole.

        Raises:
            NoGeneration: the dump is missing or not what the manifest says.
        """
        with self._content() as content:
            while content.read(_PIECE):
                pass

    def load(self) -> ox.Store:
        """Read the whole generation into a store in memory.

        Raises:
            NoGeneration: the dump is missing or not what the manifest says.
        """
        store = ox.Store()
        self.fill(store)
        return store

    def fill(self, store: ox.Store) -> None:
        """Read the whole generation into a store; of the dump, no more than a piece at a time is in memory.

        Raises:
            NoGeneration: the dump is missing or not what the manifest says; the store is then of no use.
        """
        with self._content() as content:
            store.bulk_load(cast("IO[bytes]", content), format=ox.RdfFormat.N_QUADS)

    @contextmanager
    def _content(self) -> Iterator["_Content"]:
        """Give the dump to read, and make sure at the end that it was what the manifest says."""
        content = None
        try:
            with gzip.open(self.folder / "graph.nq.gz") as file:
                content = _Content(file)
                yield content
            if content.digest.hexdigest() != self.manifest["sha256"]:
                raise ValueError(_("its content changed"))  # noqa: TRY301 - told as all damage is
        except (OSError, EOFError, ValueError, SyntaxError, zlib.error) as error:
            if isinstance(error, OSError) and content is not None and content.readable:
                # Whoever reads it has no room to put it.
                raise
            raise NoGeneration(
                _("generation %(name)s is damaged (%(reason)s); run: kg build", name=self.name, reason=error)
            ) from error


class _Content:
    """Reads a dump and takes its fingerprint on the way."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.readable = True

    def read(self, size: int) -> bytes:
        self.readable = False
        piece = self._file.read(size)
        self.readable = True
        self.digest.update(piece)
        return piece


def build(graph: Path, var: Path, keep: int, imprint: Imprint | None = None) -> tuple[Report, Generation]:
    """Parse, validate and load a graph folder, write the generation and make it the current one.

    Args:
        graph: the graph folder.
        var: the folder for what is built.
        keep: how many generations to keep, the current one counted.
        imprint: who answers for what is published; the editors when none is given.

    Raises:
        InvalidGraph: a file does not parse or a shape is violated; carries the report as its second argument.
        KgError: the folder cannot be written.
    """
    report, files, store = prepare(graph)
    if not report.conforms:
        raise InvalidGraph(_("the graph is not built, because of the mistakes above; what was served stays"), report)
    state = frozenset(lines_of(store))
    releases = history.read(graph)
    try:
        with lock(var):
            published, released = dumps.publish(var, releases, state)
            pages.publish(var, releases)
            store.bulk_extend(describe(files))
            store.bulk_extend(self_description(files, store, published, imprint or Imprint()))
            store.bulk_extend(history.describe(releases, released, state))
            generation = _write(var, files, store, published)
            point(var, generation)
            os.utime(generation.folder)
            _prune(var, keep, generation)
    except OSError as error:
        reason = (
            _("the disk is full; make room, and run: kg build") if error.errno in _FULL else error.strerror or error
        )
        raise KgError(
            _("cannot write to %(place)s: %(reason)s; what was served stays", place=var, reason=reason)
        ) from error
    return report, generation


def prepare(graph: Path) -> tuple[Report, list[ParsedFile], ox.Store]:
    """Parse and validate a graph folder; give the report, the parsed files and the store that holds them."""
    files, problems = read_all(find(graph))
    report, store = examine(files, problems)
    return report, files, store


def current(var: Path) -> Generation:
    """Return the generation that is served.

    Raises:
        NoGeneration: nothing was built yet, or what was built cannot be read.
    """
    if not (var / "current").is_symlink():
        raise NoGeneration(_("nothing has been built in %(place)s; run: kg build", place=var))
    return at(var / "current")


def at(folder: Path) -> Generation:
    """Return the generation in a folder.

    Raises:
        NoGeneration: what is there cannot be read.
    """
    try:
        folder = folder.resolve(strict=True)
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest["format"] != _FORMAT or not manifest["sha256"].startswith(folder.name):
            raise ValueError(_("its manifest is not its own"))  # noqa: TRY301 - told as all damage is
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoGeneration(
            _("the generation in %(place)s is damaged (%(reason)s); run: kg build", place=folder, reason=error)
        ) from error
    return Generation(folder.name, folder, manifest)


def _write(var: Path, files: Sequence[ParsedFile], store: ox.Store, published: Published) -> Generation:
    lines = sorted((store.dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    content = b"".join(lines)
    digest = hashlib.sha256(content).hexdigest()
    manifest = {
        "format": _FORMAT,
        "quads": len(lines),
        "sha256": digest,
        "files": {file.source.name: file.sha256 for file in files},
        "published": published.manifest(),
    }
    folder = var / "generations" / digest[:_NAME_LENGTH]
    written = (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()
    generation = Generation(folder.name, folder, json.loads(written))
    if folder.exists():
        with suppress(NoGeneration, OSError):
            generation.load()
            if (folder / "manifest.json").read_bytes() == written:
                return generation
        shutil.rmtree(folder)
    sweep(folder.parent)
    with made(folder) as new:
        put(new / "graph.nq.gz", gzip.compress(content, compresslevel=6, mtime=0))
        put(new / "manifest.json", written)
    return generation


def point(var: Path, generation: Generation) -> None:
    """Make a generation the current one, in one step. Whoever calls this holds the :func:`lock`.

    Raises:
        OSError: the folder cannot be written.
    """
    new = var / ".current-new"
    new.unlink(missing_ok=True)
    new.symlink_to(Path("generations") / generation.name)
    new.replace(var / "current")
    flush(var)


def _prune(var: Path, keep: int, served: Generation) -> None:
    """Remove the generations that were longest ago current."""
    folders = [folder for folder in (var / "generations").iterdir() if not folder.name.startswith(".")]
    folders.sort(key=lambda folder: (folder.name == served.name, folder.stat().st_mtime), reverse=True)
    for folder in folders[max(keep, 1) :]:
        shutil.rmtree(folder, ignore_errors=True)
    labels = set()
    for folder in folders[: max(keep, 1)]:
        with suppress(NoGeneration):
            labels.add(at(folder).published.label)
    dumps.prune(var, labels)
    ondisk.prune(var)


@contextmanager
def lock(var: Path) -> Iterator[None]:
    """Let one build write at a time; the lock goes with the process that holds it."""
    (var / "generations").mkdir(parents=True, exist_ok=True)
    with (var / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
