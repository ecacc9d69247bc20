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
from kg.words import GAP, readings

_MAYBE: Final = re.compile(r"NOW|RAND|UUID", re.IGNORECASE)
_ENDS: Final = ("NOW", "RAND", "UUID")
_OPEN: Final = re.compile(rf"{GAP}\(")
_LONGEST: Final = 20_000
"""Characters of a query that is read here: a long one would hold up all other requests of this process."""


def tag(generation: str, operation: Operation, forms: Forms) -> str | None:
    """Return the tag of an answer; None when the same query may have another answer the next time."""
    if _changes(operation.query):
        return None
    parts = (__version__, generation, operation.query, operation.default_graphs, operation.named_graphs, forms)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _changes(query: str) -> bool:
    """Tell whether a query may call NOW, RAND, UUID or STRUUID; an escaped letter may hide their names."""
    if len(query) > _LONGEST or "\\u" in query.lower():
        return True
    return bool(_MAYBE.search(query)) and any(
        (token["word"] or "").upper().endswith(_ENDS) and _OPEN.match(query, token.end()) for token in readings(query)
    )
