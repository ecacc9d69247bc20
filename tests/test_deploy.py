"""The recipes for replicas: their proxies accept them, and a change of generation under load fails no request."""

import os
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT

SERVERS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def test_a_swap_under_load_fails_no_request(catalogues):
    """Behind a real haproxy two replicas take a new generation over, and are restarted, without a failed request."""
    if shutil.which("haproxy", path=SERVERS) is None:
        pytest.skip("haproxy is needed")
    command = [sys.executable, ROOT / "deploy" / "try_swap.py", "--proxy", "haproxy", "--requests", "1000"]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert 0 == tried.returncode, tried.stdout + tried.stderr
    assert ", 0 failed;" in tried.stdout
