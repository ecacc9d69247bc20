"""Count what addresses do, for a while, so that one of them cannot do it without end."""

import threading
from typing import Final

from cachetools import TTLCache

_ADDRESSES: Final = 4_096


class Tally:
    """How often each address did something lately.

    Args:
        most: how often it may.
        seconds: how long after the last time it is remembered.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._counted: TTLCache[str, int] = TTLCache(_ADDRESSES, seconds)

    def full(self, address: str) -> bool:
        """Tell whether an address has done it as often as it may."""
        with self._lock:
            return self._counted.get(address, 0) >= self._most

    def count(self, address: str) -> None:
        """Count that an address did it."""
        with self._lock:
            self._counted[address] = self._counted.get(address, 0) + 1
