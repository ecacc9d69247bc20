"""The memory that the C library gives out, in the process that query processes are forked from and in these."""

import ctypes
from typing import Final

_M_ARENA_MAX: Final = -8
_M_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 262_144
_SIZES: Final = (*(1 << power for power in range(17, 10, -1)), *range(1_016, 16, -16))
"""Bytes of the pieces with which holes are filled: large holes first, then every size that has a list of its own."""

_library = ctypes.CDLL(None)
_library.malloc.argtypes, _library.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
_library.free.argtypes, _library.free.restype = [ctypes.c_void_p], None


class _Told(ctypes.Structure):
    """What the C library tells of its heap (``mallinfo2``)."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()  # noqa: SIM905
    )
    keepcost: int


def keep_small(*, arenas: int) -> None:
    """Let this process give back what it frees: few heaps, and a mapping of its own for each large piece.

    Args:
        arenas: heaps for all threads together; the C library would make eight for each processor.
    """
    _library.mallopt(_M_ARENA_MAX, arenas)
    _library.mallopt(_M_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Give the system back what is free."""
    _library.malloc_trim(0)


def fill_holes() -> int:
    """Take all that is free between what is in use, for good, so that forks of this process do not put anything there.

    Loading a graph leaves hundreds of thousands of small holes. A fork that fills one writes on a page that it shares, and
    has to copy it: of a hundred thousand findings a query of some milliseconds copied 140 MB. What is taken at the end
    of the heap instead stands together.

    Returns:
        How many pieces were taken; 0 where the C library does not tell where its heap ends.
    """
    try:
        told, end = _library.mallinfo2, _library.sbrk
    except AttributeError:
        return 0
    told.restype, end.argtypes, end.restype = _Told, [ctypes.c_ssize_t], ctypes.c_void_p
    first_beyond = (end(0) or 0) - told().keepcost
    taken, take, free = 0, _library.malloc, _library.free
    for size in _SIZES:
        while (piece := take(size)) and piece < first_beyond:
            taken += 1
        free(piece)
    return taken
