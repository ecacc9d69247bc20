"""What happens inside a query process: one query at a time, inside limits, with no way out.

A query process is a fork of one that has loaded the generation, so all share its memory. It may be killed at any
moment: it holds nothing that is not in the generation. It cannot call out: every slot for a file descriptor is taken
before the first query, so that the engine, which would follow ``SERVICE`` to any address, can open no socket.
"""

import ctypes
import os
import re
import resource
import signal
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

import pyoxigraph as ox

from kg import ondisk
from kg.cells import Cells, counted
from kg.errors import Busy, EngineFailed, KgError
from kg.store import heap
from kg.store.embedded import answer
from kg.store.interface import Reply, Task
from kg.store.limits import Limits
from kg.store.output import Output, Slot
from kg.store.sealed import seal

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FOLDER_VARIABLE: Final = "KG_PRELOAD_GENERATION"
"""Environment variable that names the folder of the generation that is loaded before the forks."""
ONDISK_VARIABLE: Final = "KG_PRELOAD_ONDISK"
"""Environment variable that names the folder of its store on disk, where it is not loaded but opened after the forks."""

_PR_SET_PDEATHSIG: Final = 1
_LOWER: Final = ((0.5, 19), (0.2, 15), (0.05, 10), (0.01, 5))
"""After how many seconds of work a query has which priority (``nice``). Seconds that it waits for a processor, because
others work, do not count: a small query would end up among the large ones."""
SPENT_SECONDS: Final = 0.2
"""Where a process cannot get its priority back, it gives it up only once, and later: it is of no use any more."""
_LOWER_ONCE: Final = ((SPENT_SECONDS, 19),)
_FIRST_LOOK: Final = 0.01
_PAGE_OF_TEXT: Final = 4096
_LAST_LOOK: Final = 0.4


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back from a query process.

    Attributes:
        outcome: the answer, or what went wrong.
        heavy: whether the process has by now so much memory of its own that another had better take its place.
    """

    outcome: Reply | Exception
    heavy: bool


@dataclass(slots=True)
class _Process:
    """The state of this query process."""

    graph: ox.Store | None = None
    cells: Cells | None = None
    ondisk: Path | None = None
    limits: Limits | None = None
    space: int = 0
    slot: Slot | None = None
    memory: int = -1
    priority: int = 0
    lasting: bool = False
    clock: int = 0
    begun: float = 0.0
    running: bool = False
    lowered: int = 0
    faults: int = 0
    heavy: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)


_process = _Process()
_library = ctypes.CDLL(None)


def hold(graph: ox.Store, cells: Cells | None = None) -> None:
    """Keep a graph for the queries to come; called once, in the process that the query processes are forked from.

    Args:
        graph: the graph.
        cells: the index of its cells, where it has one.
    """
    _process.graph = graph
    _process.cells = cells
    _process.space = address_space()


def hold_on_disk(folder: Path) -> None:
    """Keep the place of a graph on disk, which each query process opens for itself, and the index of its cells."""
    _process.ondisk = folder
    _process.cells = ondisk.cells_of(folder)


def held_on_disk(folder: Path) -> Path | None:
    """Return the store on disk that is asked, if it is that of the generation in a folder."""
    return _process.ondisk if os.environ.get(FOLDER_VARIABLE) == str(folder) else None


def held(folder: Path) -> ox.Store | None:
    """Return the graph that is kept, if it is that of the generation in a folder; for whatever else is forked here."""
    return _process.graph if os.environ.get(FOLDER_VARIABLE) == str(folder) else None


def enter(limits: Limits, number: int) -> None:
    """Put this process behind its walls; called once in each query process, before the first query.

    Args:
        limits: what one query may use.
        number: of the process; what the engine says when it ends the process goes to a file of that name.
    """
    _process.limits = limits
    _speak_into(limits.last_words / str(number))
    # One heap for all threads is counted, and given back, as one.
    heap.keep_small(arenas=1)
    later = 0
    if _process.ondisk is not None:
        # Before the slots are taken; what the engine keeps of its files counts as the query's.
        hold(ondisk.open_store(_process.ondisk), _process.cells)
        later = ondisk.closed_files(_process.ondisk)
    if _process.graph is None:
        raise KgError("no generation was loaded to query")
    space = _process.space + limits.memory
    # When the web process is killed, its fork server ends and takes this process with it, whatever runs here.
    _library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Told to end, end at once: there is nothing to put away.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if not seal() and later:
        raise KgError(
            f"{later} files of the store on disk are opened only when they are needed, and this system cannot keep a "
            "process that may open files from making connections (seccomp); serve the graph from memory"
        )
    # No file can be opened later on, but for those of the store on disk.
    with suppress(OSError):
        _process.memory = os.open("/proc/self/smaps_rollup", os.O_RDONLY)
    # The system gives out the lowest free slot, so all below this one are taken; it is kept for an answer's file.
    _process.slot = Slot()
    slots = _process.slot.number + 1 + later
    resource.setrlimit(resource.RLIMIT_NOFILE, (slots, slots))
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _process.priority = os.getpriority(os.PRIO_PROCESS, 0)
    _process.clock = time.pthread_getcpuclockid(threading.get_ident())
    os.setpriority(os.PRIO_PROCESS, os.getpid(), _process.priority + 1)
    _process.lasting = _restored()
    threading.Thread(target=_lower, name="priority", daemon=True).start()


def serve(line: "Connection[Answer | bool, tuple[Task, str]]", limits: Limits, number: int) -> None:
    """Answer queries until nobody asks any more; the whole life of a query process.

    What is no error of Python's own ends the process: the engine leaves its last words, and is not asked again.

    Args:
        line: to the web process; what is first sent tells whether this process can give itself the priority back that
            it gave up.
        limits: what one query may use.
        number: of the process.
    """
    # At Ctrl-C all processes of a terminal are told; the web process decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    enter(limits, number)
    line.send(_process.lasting)
    while True:
        try:
            task, spooled = line.recv()
        except EOFError:
            return
        outcome: Reply | Exception
        try:
            outcome = run(task, spooled)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the answer is waited for
            outcome = error
        line.send(Answer(outcome, _heavy(limits.own)))


def _heavy(most: int) -> bool:
    """Tell whether this process has come to share too little with the others.

    The engine counts references in each statement that it reads, so what a query looks at is copied for its process.
    On disk nothing is shared, and what the engine keeps is worth keeping.
    """
    if not _process.heavy and _process.ondisk is None:
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        if (faults - _process.faults) * resource.getpagesize() > most:
            _process.faults = faults
            _process.heavy = _own() > most
    return _process.heavy


def _own() -> int:
    """Return how many bytes of memory this process shares with no other; 0 where the system does not tell."""
    if _process.memory < 0:
        return 0
    told = os.pread(_process.memory, _PAGE_OF_TEXT, 0)
    return 1024 * sum(int(size) for size in re.findall(rb"^Private_\w+:\s+(\d+) kB$", told, re.MULTILINE))


def run(task: Task, spooled: str) -> Reply:
    """Answer one query, with less priority the more it works.

    It runs in the main thread, whose end is seen to by the fork server. Any other thread sees to its own, and with
    little priority it takes its time in the kernel's locks, for which the fork server then waits.

    Args:
        task: the query.
        spooled: name of the file in the spool folder that a large answer goes to.

    Raises:
        BadQuery: the query cannot be read, or fails while it runs.
        NotAcceptable: the client takes no format for this form of query.
        ResultTooLarge: the answer passes the limit.
        Busy: there is no room for the answer.
        MemoryError: the query passes the limit on memory, and did not end the process.
    """
    with _process.changed:
        _process.begun = time.clock_gettime(_process.clock)
        _process.running = True
        _process.changed.notify()
    large = True
    try:
        reply = _answer(task, spooled)
        large = False
    finally:
        with _process.changed:
            _process.running = False
            lowered, _process.lowered = _process.lowered, 0
            _process.changed.notify()
        if lowered:
            _restored()
        if lowered or large:
            # What a large query took is not kept for the next.
            heap.give_back()
    return reply


def _lower() -> None:
    """Lower the priority of the main thread while a query works on and on."""
    levels, pause = _LOWER if _process.lasting else _LOWER_ONCE, _FIRST_LOOK
    with _process.changed:
        while _process.changed.wait_for(lambda: _process.running):
            _process.changed.wait(pause)
            worked = time.clock_gettime(_process.clock) - _process.begun
            lower = next((level for seconds, level in levels if worked >= seconds), 0)
            if _process.running and lower > _process.lowered:
                _process.lowered = lower
                os.setpriority(os.PRIO_PROCESS, os.getpid(), _process.priority + lower)
            pause = min(2 * pause, _LAST_LOOK) if _process.running else _FIRST_LOOK


def _restored() -> bool:
    """Give the main thread its priority back, and tell whether this user may."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, os.getpid(), _process.priority)
    return os.getpriority(os.PRIO_PROCESS, os.getpid()) == _process.priority


def _answer(task: Task, spooled: str) -> Reply:
    graph, limits, slot = _process.graph, _process.limits, _process.slot
    if graph is None or limits is None or slot is None:
        raise KgError("this process was not prepared for queries")
    output = Output(limits, spooled, slot)
    try:
        media_type = answer(graph, task, cast("IO[bytes]", output), _with_counts(task))
    except BaseException as error:
        output.discard()
        # The traceback holds what the engine was doing, which another thread could not give back.
        traceback.clear_frames(error.__traceback__)
        if isinstance(error, OSError) and output.failed:
            raise Busy("there is no room for a large answer now; try again in a moment") from error
        if isinstance(error, OSError) and _process.ondisk is not None:
            raise EngineFailed(
                f"the engine cannot read what is on disk ({error}); a new start of the server makes it anew"
            ) from error
        raise
    return output.reply(media_type)


def _with_counts(task: Task) -> str | None:
    """Return the question of the map with what the index counts in it; None for any other query."""
    if _process.cells is None or task.default_graphs or task.named_graphs:
        return None
    return counted(task.query, _process.cells)


def _speak_into(path: Path) -> None:
    """Lead what the engine says when it ends the process into a file; a trace of it is of no use there."""
    os.environ["RUST_BACKTRACE"] = "0"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 2)
    os.close(file)


def address_space() -> int:
    """Return how many bytes of address space this process has."""
    found = re.search(r"^VmSize:\s+(\d+) kB$", Path("/proc/self/status").read_text("ascii"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
