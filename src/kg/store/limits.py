"""What one query may use."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use.

    Attributes:
        memory: bytes of address space above what the process has when it starts.
        result: bytes of the serialised answer.
        spool: folder for answers too large to hand over in memory.
        spool_bytes: bytes that all of them may have; when they have more, no further query begins.
        own: bytes of memory, shared with no other process, with which a query process goes on after a query.
    """

    memory: int
    result: int
    spool: Path
    spool_bytes: int = 2_000_000_000
    own: int = 60_000_000

    @property
    def last_words(self) -> Path:
        """Folder with one file for each process: what the engine says when it ends the process."""
        return self.spool / "last-words"
