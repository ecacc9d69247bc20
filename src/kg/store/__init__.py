"""One door to the graph: run a query, get bytes in the format asked for, or a table."""

from kg.store.embedded import EmbeddedStore
from kg.store.interface import (
    BOOLEAN_FORMATS,
    GRAPH_FORMATS,
    RESULT_FORMATS,
    Choice,
    Reply,
    Store,
    Table,
    Term,
    Visitor,
    read_table,
)

__all__ = [
    "BOOLEAN_FORMATS",
    "GRAPH_FORMATS",
    "RESULT_FORMATS",
    "Choice",
    "EmbeddedStore",
    "Reply",
    "Store",
    "Table",
    "Term",
    "Visitor",
    "read_table",
]
