"""Where the repository is, and how a test waits for a server that it started."""

import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Where a test listens for calls that must not come. At 127.0.0.1 strangers call too: a test beside it asks a port again
# that its own server has given up.
UNCALLED = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"


def free_port():
    """Return a port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def await_answer(process, address, seconds=60):
    """Wait until a server answers at an address."""
    for _ in range(seconds * 10):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, "the server has ended"
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer")
