"""One web process takes new connections at a time: who holds the door, who waits, and who goes on all the same."""

import multiprocessing
import os
import signal
import time

import pytest

from kg.web.door import Door

fork = multiprocessing.get_context("fork")


@pytest.fixture
def door():
    return Door()


@pytest.fixture
def other(door):
    """Another process that holds the door; it leaves it when it is told to, and ends when it is told again."""
    ours, theirs = fork.Pipe()

    def hold():
        theirs.send(door.hold())
        theirs.recv()
        door.leave()
        theirs.recv()

    process = fork.Process(target=hold)
    process.start()
    assert ours.recv()
    yield process, ours
    process.kill()
    process.join()


def test_one_waits_for_the_other(door, other):
    """While another holds it there is no entry; once it has left there is, and nobody need die for it."""
    process, ours = other
    assert not door.hold(0)
    ours.send("leave")
    assert door.hold()
    assert process.is_alive()


def test_who_has_died_holds_nothing(door, other):
    """A killed process cannot keep the next one out."""
    process, _ = other
    os.kill(process.pid, signal.SIGKILL)
    assert door.hold()


def test_who_hangs_is_waited_for_so_long(door, other):
    """After the time that one waits it is told that another holds it still."""
    begun = time.monotonic()
    assert not door.hold(0.2)
    assert 0.2 <= time.monotonic() - begun < 2
