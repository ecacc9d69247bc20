"""What a figure is given: the sizes, how often, where graphs lie, and until when."""

import gzip
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import synthetic

ROOT: Final = Path(__file__).parents[2]
BIN: Final = Path(sys.executable).parent
KG: Final = BIN / "kg"
OXIGRAPH: Final = BIN / "oxigraph"


@dataclass(slots=True)
class Context:
    """What a figure is given.

    Attributes:
        rounds: how often each contender is measured.
        seconds: how long a rate is measured.
        graphs: folder of the synthetic graphs; what is missing is made.
        scratch: folder for what a figure makes.
        until: moment (of ``time.monotonic``) at which no further row is begun.
        limit: seconds that one measurement may take.
        case: only cases with this in their name are measured, where a figure has many.
        servers: only these run, where a figure has several; none for all.
    """

    rounds: int
    seconds: int
    graphs: Path
    scratch: Path
    until: float
    limit: float
    case: str = ""
    servers: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self.until

    def generation(self, size: int) -> Path:
        """Return a folder with a generation of so many findings and its ``graph.nq``; for 0 that of this repository."""
        folder = self.graphs / f"g{size}" if size else self.scratch / "real"
        if not (folder / "graph.nq").exists():
            if size:
                synthetic.write(size, folder)
            else:
                subprocess.run([KG, "--graph", ROOT, "--var", folder, "build"], check=True, capture_output=True)
                (folder / "graph.nq").write_bytes(gzip.decompress((folder / "current" / "graph.nq.gz").read_bytes()))
        return folder

    def files(self, size: int) -> Path:
        """Return a graph folder with so many findings; for 0 that of this repository."""
        if not size:
            return ROOT
        folder = self.graphs / f"f{size}"
        if not folder.exists():
            synthetic.write_files(size, folder)
        return folder
