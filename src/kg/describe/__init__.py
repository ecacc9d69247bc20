"""What the data set says about itself, in named graphs: catalogue (DCAT), statistics (VoID), questions (SHACL).

Only what follows from the files, their history, the questions and the settings stands here: no moment of building, no
host, no blank node, so that equal files give an equal graph.
"""

from collections.abc import Sequence

import pyoxigraph as ox

from kg.describe import catalogue, examples, statistics
from kg.describe.imprint import Imprint
from kg.parse import ParsedFile
from kg.publication import Published

__all__ = ["Imprint", "self_description"]


def self_description(
    files: Sequence[ParsedFile], store: ox.Store, published: Published, imprint: Imprint
) -> list[ox.Quad]:
    """Return the quads that describe the data set.

    Args:
        files: what the graph was made from.
        store: the graph; a statement that stands in it is not said again, since the engine would count it twice.
        published: its dumps, and the releases before it.
        imprint: who answers for it.
    """
    said = [
        *statistics.describe(files),
        *examples.describe(),
        *catalogue.describe(files, published, imprint),
    ]
    return [quad for quad in said if not _stands(store, quad)]


def _stands(store: ox.Store, quad: ox.Quad) -> bool:
    return any(store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None))
