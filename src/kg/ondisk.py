"""A generation that memory does not hold: the engine's own store on disk, made once and never written to again.

::

    var/stores/<name>/store/         the engine's files (RocksDB), of the generation of that name
    var/stores/<name>/cells.pickle   the index of its cells (:mod:`kg.cells`)
    var/stores/<name>/finished.json  what it was made from and with, and the fingerprint of each file

It is derived from the generation's dump, as memory would be, so it can be made anew at any moment. A store that was not
finished has another name and is swept away; one that is damaged, or that another version of the engine made, is made
anew. Whoever serves a store holds a lock on it, so that no build removes it meanwhile.
"""

import ctypes
import fcntl
import hashlib
import json
import multiprocessing
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import pyoxigraph as ox

from kg import __version__
from kg.cells import LAYOUT, Cells, indexed
from kg.durable import flush, made, put, sweep
from kg.errors import KgError
from kg.spoken import gettext as _

if TYPE_CHECKING:
    from kg.generations import Generation

BYTES_PER_QUAD: Final = 560
"""What a statement takes in memory where it is served: 340 in the engine, 380 to 560 with the indexes of search and cells,
by the size of the graph; and what a scan copies comes on top."""
_FINISHED: Final = "finished.json"
_STORE: Final = "store"
_PR_SET_PDEATHSIG: Final = 1
_CELLS: Final = "cells.pickle"
_MADE_BY: Final = f"{ox.__version__} {__version__} {LAYOUT}"
_OTHER_FILES: Final = 100
"""What a process may need to open beside the files of statements; the engine keeps half of these for itself."""
_CGROUP: Final = Path("/sys/fs/cgroup/memory.max")


def needed(generation: "Generation", limit: int) -> bool:
    """Tell whether a generation is to be served from disk.

    Args:
        generation: the generation.
        limit: bytes of memory that it may take; 0 for half of what this machine, or this container, has.
    """
    return int(generation.manifest["quads"]) * BYTES_PER_QUAD > (limit or _memory() // 2)


def place(generation: "Generation") -> Path:
    """Return where the store of a generation stands, or would."""
    return generation.folder.parents[1] / "stores" / generation.name


def ready(generation: "Generation", limit: int) -> None:
    """Make sure that a generation that is to be served from disk has a whole store there; one process makes it.

    Args:
        generation: the generation.
        limit: see :func:`needed`.

    Raises:
        NoGeneration: its dump is damaged.
        KgError: the store cannot be written.
    """
    if not needed(generation, limit):
        return
    folder = place(generation)
    try:
        with _alone(folder.parent):
            sweep(folder.parent)
            damage = _damage(folder, generation)
            if not damage:
                return
            if folder.exists():
                sys.stderr.write(
                    "kg: " + _("%(place)s: %(reason)s; it is made anew", place=folder, reason=damage) + "\n"
                )
            with made(folder) as new:
                _made_elsewhere(generation, new)
                _finish(generation, new)
    except OSError as error:
        raise KgError(_("cannot write to %(place)s: %(reason)s", place=folder, reason=error)) from error


def opened(generation: "Generation", limit: int) -> ox.Store:
    """Return a generation to read, in memory or from disk; for one process that asks and ends.

    Raises:
        NoGeneration: it is damaged.
        KgError: its store cannot be written.
    """
    if not needed(generation, limit):
        return generation.load()
    if _strange(place(generation), generation):
        ready(generation, limit)
    return open_store(place(generation))


def open_store(folder: Path) -> ox.Store:
    """Open a finished store to read.

    The engine has threads of its own, which a fork would not take along: each process opens it for itself.

    Raises:
        KgError: it cannot be opened, or the system grants too few files.
    """
    _most, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
    files = len(list((folder / _STORE).glob("*.sst")))
    if files > allowed - _OTHER_FILES:
        raise KgError(
            _(
                "%(place)s has %(files)d files, and this process may open %(allowed)d; allow more (ulimit -n)",
                place=folder,
                files=files,
                allowed=allowed,
            )
        )
    try:
        return ox.Store.read_only(str(folder / _STORE))
    except OSError as error:
        raise KgError(_("%(place)s cannot be read (%(reason)s)", place=folder, reason=error)) from error


def closed_files(folder: Path) -> int:
    """Return how many files of an open store the engine has yet to open.

    However many it may have, it (RocksDB) opens sixteen at first, and each other when something is looked for in it.
    """
    return len(set((folder / _STORE).glob("*.sst")) - set(_open_files()))


def cells_of(folder: Path) -> Cells | None:
    """Return the index of cells of a finished store, where it has one.

    Raises:
        KgError: it cannot be read.
    """
    try:
        # The folder is our own, as the store in it is; its fingerprint was compared.
        found: Cells | None = pickle.loads((folder / _CELLS).read_bytes())  # noqa: S301
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError) as error:
        raise KgError(_("%(place)s cannot be read (%(reason)s)", place=folder, reason=error)) from error
    return found


def changeable(folder: Path) -> ox.Store:
    """Return a store that may be changed and holds what a finished one holds, which stays as it is.

    The engine never writes to a file of statements again, so the copy shares those with it (hard links). It goes when
    another is made, or a build ends, once this process has ended.

    Raises:
        OSError: the copy cannot be made.
    """
    _sweep_copies(folder.parent)
    copy = Path(tempfile.mkdtemp(prefix=f".copy-{os.getpid()}-", dir=folder.parent))
    for file in (folder / _STORE).iterdir():
        (os.link if file.suffix == ".sst" else shutil.copyfile)(file, copy / file.name)
    return ox.Store(str(copy))


def hold(folder: Path) -> IO[bytes]:
    """Keep a store from being pruned until the file that is returned is closed, or this process ends.

    Raises:
        KgError: there is no such store.
    """
    try:
        handle = (folder / _FINISHED).open("rb")
    except OSError as error:
        raise KgError(_("%(place)s cannot be read (%(reason)s)", place=folder, reason=error)) from error
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def prune(var: Path) -> None:
    """Remove the stores of generations that are not kept, and that nobody serves."""
    _sweep_copies(var / "stores")
    for folder in (var / "stores").glob("[0-9a-f]*"):
        if not (var / "generations" / folder.name).exists():
            with suppress(OSError), (folder / _FINISHED).open("rb") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


def _sweep_copies(stores: Path) -> None:
    for stale in stores.glob(".copy-*-*"):
        if not Path("/proc", stale.name.split("-")[1]).exists():
            shutil.rmtree(stale, ignore_errors=True)


def _damage(folder: Path, generation: "Generation") -> str:
    """Say what is wrong with a store, after reading all of it; nothing when it is whole."""
    if strange := _strange(folder, generation):
        return strange
    for name, (_size, digest) in json.loads((folder / _FINISHED).read_text("utf-8"))["files"].items():
        try:
            found = _digest(folder / name)
        except OSError as error:
            return str(error)
        if found != digest:
            return _("%(file)s is not as it was written", file=name)
    return ""


def _strange(folder: Path, generation: "Generation") -> str:
    """Say what can be seen to be wrong with a store without reading its files."""
    try:
        told = json.loads((folder / _FINISHED).read_text("utf-8"))
        if told["of"] != generation.manifest["sha256"]:
            return _("it is of another generation")
        if told["by"] != _MADE_BY:
            return _("another version made it")
        for name, (size, _digest_of) in told["files"].items():
            if (folder / name).stat().st_size != size:
                return _("%(file)s is not as it was written", file=name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return str(error)
    return ""


def _made_elsewhere(generation: "Generation", new: Path) -> None:
    """Fill a store, and index it, in a process of its own, which gives back what memory it took."""
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(1, context, _end_with, (os.getpid(),)) as pool:
            pool.submit(_fill, generation, new).result()
    except BrokenProcessPool as error:
        raise KgError(_("the process that writes %(place)s was ended", place=new)) from error


def _end_with(parent: int) -> None:
    """Let this process end when the one is killed that waits for it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _fill(generation: "Generation", new: Path) -> None:
    store = ox.Store(str(new / _STORE))
    generation.fill(store)
    # Fewer and larger files: they are all held open, and are read in order.
    store.optimize()
    store.flush()
    put(new / _CELLS, pickle.dumps(indexed(store)))


def _finish(generation: "Generation", new: Path) -> None:
    """Wait until all is on disk, and write down what there is."""
    files = {}
    for file in sorted([*(new / _STORE).iterdir(), new / _CELLS]):
        with file.open("rb") as written:
            os.fsync(written.fileno())
        # What the engine logs, and the file that it locks, may be written to by whoever opens the store.
        if not file.name.startswith(("LOG", "LOCK")):
            files[str(file.relative_to(new))] = (file.stat().st_size, _digest(file))
    flush(new / _STORE)
    told = {"of": generation.manifest["sha256"], "by": _MADE_BY, "files": files}
    put(new / _FINISHED, (json.dumps(told, indent=2, sort_keys=True) + "\n").encode())


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _open_files() -> Iterator[Path]:
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            yield entry.readlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process make a store at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _memory() -> int:
    """Return how many bytes of memory this machine has, or this container may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):
        return min(machine, int(_CGROUP.read_text("ascii")))
    return machine
