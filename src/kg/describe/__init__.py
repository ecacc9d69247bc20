"""What the data set says about itself, in named graphs of its own: statistics (VoID), questions and prefixes (SHACL).

Only what follows from the files and from the questions stands here: no moment, no host, no blank node, so that equal
files give an equal graph.
"""

from collections.abc import Sequence

import pyoxigraph as ox

from kg.describe import examples, statistics
from kg.parse import ParsedFile

__all__ = ["self_description"]


def self_description(files: Sequence[ParsedFile], store: ox.Store) -> list[ox.Quad]:
    """Return the quads that describe the data set.

    Args:
        files: what the graph was made from.
        store: the graph; a statement that stands in it is not said again, since the engine would count it twice.
    """
    said = [*statistics.describe(files), *examples.describe()]
    return [quad for quad in said if not _stands(store, quad)]


def _stands(store: ox.Store, quad: ox.Quad) -> bool:
    return any(store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None))
