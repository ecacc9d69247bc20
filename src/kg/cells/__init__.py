"""An index of the cells of the map: what the findings of a generation say of each, ready to be counted.

The map is a question like any other, ``gap-map.rq``, and so are the gaps beside its rows and columns,
``gaps-by-concept.rq``, and what stands in and beside one cell; their files stay the definition: any engine answers them
from the findings and the gaps. That is one pass over all of them, seconds for a million. A query process holds this index
beside the graph, made from it when it is loaded; asked such a question, or for a page of the list of all findings, it
counts in the index, or says what comes first, and lets the engine do the rest. Nothing in it is a fact, and the answers
are the same (``tests/test_cells.py`` holds one against the other).
"""

from kg.cells.answering import counted
from kg.cells.facts import IrregularError
from kg.cells.index import LAYOUT, Cells, indexed

__all__ = ["LAYOUT", "Cells", "IrregularError", "counted", "indexed"]
