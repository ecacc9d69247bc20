"""Load the generation once, in the process that query processes are forked from.

The standard library's ``forkserver`` can only be told which modules to import before it forks, so this module does its
work when it is imported. Nothing else imports it.
"""

import gc
import os
from pathlib import Path

from kg.store.worker import FOLDER_VARIABLE, ONDISK_VARIABLE

if _folder := os.environ.get(FOLDER_VARIABLE):
    from kg import generations
    from kg.store import worker

    if _ondisk := os.environ.get(ONDISK_VARIABLE):
        worker.hold_on_disk(Path(_ondisk))
    else:
        worker.hold(generations.at(Path(_folder)).load())
    # What is there now stays as it is: a look by the collector would copy it into each fork.
    gc.freeze()
