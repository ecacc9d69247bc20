"""What was released, and when: the folder ``history`` of a graph, one RDF Patch for each release.

The files say what holds now; this says what held at each release. Dumps of old releases, the change feed, the date on
which a thing last changed and the names of what is gone are all made from it, so that they survive a rebuild from
nothing.
"""

from kg.history.patch import Patch
from kg.history.releases import HISTORY, Release, cut, lost, read, replay
from kg.history.traces import HISTORY_GRAPH, describe

__all__ = ["HISTORY", "HISTORY_GRAPH", "Patch", "Release", "cut", "describe", "lost", "read", "replay"]
