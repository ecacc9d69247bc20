"""Full-text search over the graph's own words: made anew for each generation, in memory."""

from kg.search.cards import QUESTION, TERM, Card, Catalogue, Passage, read
from kg.search.index import Asked, Found, Index
from kg.search.marks import Piece, passage, pieces
from kg.search.words import Wanted, wanted

__all__ = [
    "QUESTION",
    "TERM",
    "Asked",
    "Card",
    "Catalogue",
    "Found",
    "Index",
    "Passage",
    "Piece",
    "Wanted",
    "passage",
    "pieces",
    "read",
    "wanted",
]
