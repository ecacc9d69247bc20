"""Whose turn it is to have a query process, and who must make room."""

import threading
import time

import pytest

from kg.errors import Busy, VisitorGone
from kg.store import Visitor
from kg.store.turns import Turns


def visitor(address, *, gone=False):
    """Return a visitor who waits, or has left."""
    return Visitor(address, lambda: gone)


def soon(seconds=5.0):
    """Return a moment from now."""
    return time.monotonic() + seconds


def in_thread(turns, who, until, given):
    """Let somebody wait for a turn."""
    thread = threading.Thread(target=lambda: given.append(turns.take(who, until)))
    thread.start()
    return thread


def test_one_process_is_kept_for_pages():
    """Visitors have all processes but one; the site itself has that one too."""
    turns = Turns(3)
    for address in "ab":
        turns.take(visitor(address), soon())

    with pytest.raises(Busy, match="no query process was free"):
        turns.take(visitor("c"), soon(0.05))
    assert turns.take(None, soon()).called.is_set()
    assert (3, 0) == (turns.running, turns.waiting)


def test_the_only_process_is_for_all():
    """With one process, visitors have it."""
    assert 0 == Turns(1).take(visitor("a"), soon()).process


def test_whoever_has_least_running_goes_first():
    """A free process goes to the visitor with the least running, not to who came first."""
    turns = Turns(4)
    own = [turns.take(visitor("greedy"), soon()) for _ in range(3)]
    greedy, modest = [], []
    first = in_thread(turns, visitor("greedy"), soon(), greedy)
    while turns.waiting < 1:
        time.sleep(0.01)
    second = in_thread(turns, visitor("modest"), soon(), modest)
    while turns.waiting < 2:
        time.sleep(0.01)
    turns.end(own[0])
    second.join()

    assert (0, 1) == (len(greedy), len(modest))
    turns.end(own[1])
    first.join()
    assert 1 == len(greedy)


def test_the_process_that_rested_least_is_used_again():
    """The process that was free last is used next; one that was killed comes after all that rest."""
    turns = Turns(4)
    one, two = turns.take(visitor("a"), soon()), turns.take(visitor("b"), soon())
    turns.end(one)
    again = turns.take(visitor("a"), soon())
    assert one.process == again.process
    again.must_stop.set()
    turns.end(again)
    turns.end(two)
    used = [turns.take(visitor(address), soon()).process for address in "cde"]
    assert again.process not in used


def test_who_has_left_waits_no_longer():
    """Somebody who hangs up while waiting is out of the queue."""
    turns = Turns(1)
    turns.take(None, soon())

    with pytest.raises(VisitorGone):
        turns.take(visitor("a", gone=True), soon())
    assert 0 == turns.waiting


def test_long_queries_make_room_and_short_ones_do_not():
    """While somebody waits, queries beyond half of the processes that ran a second make room, the youngest first."""
    turns = Turns(4)
    old, middle, young = (turns.take(visitor(address), soon()) for address in "abc")
    given = []
    waiting = in_thread(turns, visitor("d"), soon(), given)
    time.sleep(0.5)
    assert not any(turn.must_stop.is_set() for turn in (old, middle, young))
    assert young.must_stop.wait(2)
    time.sleep(0.3)
    assert not any(turn.must_stop.is_set() for turn in (old, middle))
    turns.end(young)
    waiting.join()
    assert 1 == len(given)


def test_a_visitor_with_more_running_makes_room_first():
    """Of the long ones, that of the visitor with the most running makes room."""
    turns = Turns(4)
    greedy = [turns.take(visitor("greedy"), soon()) for _ in range(2)]
    modest = turns.take(visitor("modest"), soon())
    given = []
    waiting = in_thread(turns, visitor("d"), soon(), given)

    assert greedy[1].must_stop.wait(3)
    assert not any(turn.must_stop.is_set() for turn in (modest, greedy[0]))
    turns.end(greedy[1])
    waiting.join()


def test_the_site_makes_no_room():
    """A query of a page is never stopped for somebody else."""
    turns = Turns(2)
    own = [turns.take(None, soon()) for _ in range(2)]

    with pytest.raises(Busy):
        turns.take(visitor("a"), soon(1.4))
    assert not any(turn.must_stop.is_set() for turn in own)


def test_a_free_process_can_be_claimed_by_its_number():
    """Who looks after the processes takes one that is free, and nobody else has it until it is given back."""
    turns = Turns(2)
    running = turns.take(visitor("a"), soon())

    assert turns.claim(running.process) is None
    claimed = turns.claim(1 - running.process)
    with pytest.raises(Busy, match="no query process was free"):
        turns.take(None, soon(0.05))
    turns.end(claimed)
    assert claimed.process == turns.take(None, soon()).process
