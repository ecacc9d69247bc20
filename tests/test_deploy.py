"""The recipes for replicas: their proxies accept them, and a change of generation under load fails no request."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT
from kg.web.connections import LONGEST_LINE

SERVERS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def test_a_swap_under_load_fails_no_request(catalogues):
    """Behind a real haproxy two replicas take a new generation over, and are restarted, without a failed request."""
    if shutil.which("haproxy", path=SERVERS) is None:
        pytest.skip("haproxy is needed")
    command = [sys.executable, ROOT / "deploy" / "try_swap.py", "--proxy", "haproxy", "--requests", "1000"]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert 0 == tried.returncode, tried.stdout + tried.stderr
    assert ", 0 failed;" in tried.stdout


def test_the_proxies_take_as_long_an_address_as_the_site():
    """What the site answers by GET comes through either proxy, with 8 kB of other headers in haproxy's one buffer."""
    nginx = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    haproxy = (ROOT / "deploy/haproxy.cfg").read_text("utf-8")

    assert LONGEST_LINE < 1024 * int(re.search(r"large_client_header_buffers \d+ (\d+)k;", nginx)[1])
    assert LONGEST_LINE + 8192 < int(re.search(r"tune\.bufsize (\d+)", haproxy)[1])
    assert str(LONGEST_LINE) in nginx
    assert str(LONGEST_LINE) in haproxy
