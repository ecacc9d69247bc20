"""The tag (ETag) of an answer, made before the query runs.

Within one generation an answer follows from the query, the data set that it names and the formats that are wanted, so
a client that holds a copy can be told that it is still good without asking the engine. The tag is weak: the rows of a
query without ``ORDER BY`` and the names of blank nodes may differ from one run to the next.
"""

import hashlib
import re
from typing import Final

from kg import __version__
from kg.store.interface import Forms
from kg.web.protocol import Operation
from kg.words import GAP

_CALL: Final = re.compile(rf"(?:NOW|RAND|UUID){GAP}\(|\\u", re.IGNORECASE)


def tag(generation: str, operation: Operation, forms: Forms) -> str | None:
    """Return the tag of an answer; None when the same query may have another answer the next time."""
    if _changes(operation.query):
        return None
    parts = (__version__, generation, operation.query, operation.default_graphs, operation.named_graphs, forms)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _changes(query: str) -> bool:
    """Tell whether a query may call NOW, RAND, UUID or STRUUID; an escaped letter may hide their names.

    What only looks like a call, in a text or a comment, counts as one: it costs no more than the tag.
    """
    return bool(_CALL.search(query))
