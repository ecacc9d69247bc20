"""Load the generation once, in the process that query processes are forked from.

The standard library's ``forkserver`` can only be told which modules to import before it forks, so this module does its
work when it is imported. Nothing else imports it.
"""

import gc
import os
from pathlib import Path

from kg.store.worker import FOLDER_VARIABLE, ONDISK_VARIABLE

if _folder := os.environ.get(FOLDER_VARIABLE):
    # Threads of a library for numbers would not live on in the forks, and nothing here needs them.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from kg import generations
    from kg.cells import indexed
    from kg.store import heap, worker

    if _ondisk := os.environ.get(ONDISK_VARIABLE):
        worker.hold_on_disk(Path(_ondisk))
    else:
        _graph = generations.at(Path(_folder)).load()
        _cells = indexed(_graph)
        heap.fill_holes()
        worker.hold(_graph, _cells)
    # What is there now stays as it is: a look by the collector would copy it into each fork.
    gc.freeze()
