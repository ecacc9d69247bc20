"""An index of the cells of the map: what the findings of a generation say of each, ready to be counted.

The map is a question like any other, ``gap-map.rq``, and so are the gaps beside its rows and columns,
``gaps-by-concept.rq``; their files stay the definition: any engine answers them from the findings and the gaps. That is
one pass over all of them, seconds for a million. A query process holds this index beside the graph, made from it when it
is loaded; asked such a question, it counts in the index and lets the engine do the rest. Nothing in it is a fact, and the
answers are the same (``tests/test_cells.py`` holds one against the other).
"""

from kg.cells.answering import counted
from kg.cells.facts import IrregularError
from kg.cells.index import Cells, indexed

__all__ = ["Cells", "IrregularError", "counted", "indexed"]
