"""A file that is written in one step: whatever happens in between, it is there whole, as it was or as it should be."""

import os
import resource
import subprocess
import sys

import pytest

from kg.durable import write_atomically

OLD, NEW = b"old\n", b"new\n" * 5000


# Writes in a child for each step, which kills itself before that call, and tells what the file holds then: "-" for none.
KILLED = """
import os, signal, sys
from pathlib import Path
from kg.durable import beside, write_atomically

def link(file, content):
    with beside(file, content) as new:
        file.hardlink_to(new)

how, file, old, new = sys.argv[1], Path(sys.argv[2]), *(word.encode() for word in sys.argv[3:])
write = {"rename": write_atomically, "link": link}[how]
step, killed = 0, True
while killed:
    step += 1
    for left in file.parent.iterdir():
        left.unlink()
    if old != b"-":
        file.write_bytes(old)
    child = os.fork()
    if not child:
        left = step
        def count(frame, event, called):
            global left
            # The system is called by functions of the module posix, and by methods of files.
            if event == "c_call":
                left -= getattr(called, "__module__", "") == "posix" or called.__name__ in {"write", "flush", "close"}
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
        try:
            sys.setprofile(count)
            write(file, new)
        finally:
            sys.setprofile(None)
            os._exit(0)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    print(file.read_text() if file.exists() else "-")
"""


@pytest.mark.parametrize(("how", "old"), [("rename", "old"), ("rename", "-"), ("link", "-")])
def test_a_kill_at_every_step_leaves_old_or_new(tmp_path, how, old):
    """Killed before any of its calls of the system, a write leaves old or new, whole; once new, always new."""
    new = "new" * 5000
    command = [sys.executable, "-c", KILLED, how, tmp_path / "a", old, new]
    held = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.split()
    assert [old] * held.count(old) + [new] * held.count(new) == held
    assert held.count(old) > 5
    assert held.count(new) > 0


def test_what_was_left_is_removed_when_it_is_old(tmp_path):
    """What a killed write left behind goes with the first write an hour later; what is young may be being written."""
    for name, age in (("old", 3601), ("young", 60)):
        (tmp_path / f".new-{name}").touch()
        moment = (tmp_path / f".new-{name}").stat().st_mtime - age
        os.utime(tmp_path / f".new-{name}", (moment, moment))
    write_atomically(tmp_path / "a", NEW)
    assert [".new-young", "a"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_full_disk_leaves_what_was_there(tmp_path):
    """Where it does not fit, the file is as it was and nothing is left beside it."""
    file = tmp_path / "a"
    file.write_bytes(OLD)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(NEW) - 1, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_atomically(file, NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [(file, OLD)] == [(path, path.read_bytes()) for path in tmp_path.iterdir()]


def test_rights_stay(tmp_path):
    """A file keeps its rights, a new one can be read by all, and a secret one by its owner from the first moment."""
    rights = []
    for name, mode in (("kept", None), ("new", None), ("secret", 0o600)):
        if name == "kept":
            (tmp_path / name).touch(0o640)
        write_atomically(tmp_path / name, NEW, mode)
        rights.append((tmp_path / name).stat().st_mode & 0o777)
    assert [0o640, 0o644, 0o600] == rights
