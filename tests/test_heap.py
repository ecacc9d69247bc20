"""The heap of the process that query processes are forked from: what a fork takes does not lie between what is shared."""

import platform
import subprocess
import sys

import pytest

PIECES = 600_000
SCRIPT = """
import ctypes, os, re, sys
from kg.store import heap

library = ctypes.CDLL(None)
library.malloc.argtypes, library.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
library.free.argtypes, library.free.restype = [ctypes.c_void_p], None

def own():
    told = open("/proc/self/smaps_rollup").read()
    return sum(int(size) for size in re.findall(r"Private_\\w+:\\s+(\\d+) kB", told)) / 1024

# One of the pieces on each page is free again.
pieces = [library.malloc(100) for _ in range(int(sys.argv[2]))]
for piece in pieces[::36]:
    library.free(piece)
filled = heap.fill_holes() if sys.argv[1] == "filled" else 0
read, write = os.pipe()
if not os.fork():
    before = own()
    for _ in range(len(pieces) // 36):
        library.malloc(100)
    os.write(write, f"{filled} {own() - before}".encode())
    os._exit(0)
os.wait()
print(os.read(read, 100).decode())
"""


def forked(way):
    """Take small pieces in a fork, with holes or without; give how many were filled, and megabytes that it copied."""
    words = [sys.executable, "-c", SCRIPT, way, str(PIECES)]
    filled, copied = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout.split()
    return int(filled), float(copied)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has another heap")
def test_a_fork_copies_no_page_for_a_hole_in_it():
    """A fork that takes small pieces copies the page of each hole, and next to nothing once the holes are filled."""
    filled, copied = forked("filled")
    assert filled >= PIECES // 36
    assert 5 * copied < forked("as it is")[1]
