"""The recipes for replicas: their proxies accept them, and a change of generation under load fails no request."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from kg.web.connections import LONGEST_LINE
from small_graph import write_graph
from surroundings import ROOT

SERVERS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def test_a_swap_under_load_fails_no_request(catalogues):
    """Behind a real haproxy two replicas take a new generation over, and are restarted, without a failed request."""
    if shutil.which("haproxy", path=SERVERS) is None:
        pytest.skip("haproxy is needed")
    command = [sys.executable, ROOT / "deploy" / "try_swap.py", "--proxy", "haproxy", "--requests", "1000"]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert 0 == tried.returncode, tried.stdout + tried.stderr
    assert " requests, 0 failed;" in tried.stdout


def test_a_replica_in_trouble_is_taken_out_and_comes_back(tmp_path):
    """One that is killed, stands still or stays with an old generation gets no requests, none fails, and it returns."""
    if shutil.which("haproxy", path=SERVERS) is None:
        pytest.skip("haproxy is needed")
    graph = write_graph(tmp_path / "graph")
    asked = [f"--path={path}" for path in ("/health", "/questions/gap-lifecycle.csv?asOf={day}", "/browse")]
    command = [
        sys.executable,
        ROOT / "deploy" / "try_faults.py",
        "--graph",
        graph,
        "--calm=0.3",
        "--visitors=2",
        *asked,
    ]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert 0 == tried.returncode, tried.stdout + tried.stderr
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in tried.stdout.splitlines()[2:]]
    assert [
        ("killed", "DOWN", "0"),
        ("stands still", "DOWN", "0"),
        ("old generation", "NOLB", "0"),
        ("not the one that is wanted", "NOLB", "0"),
    ] == [(row[0], row[1], row[5]) for row in rows]


def test_the_proxies_take_as_long_an_address_as_the_site():
    """What the site answers by GET comes through either proxy, with 8 kB of other headers in haproxy's one buffer."""
    nginx = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    haproxy = (ROOT / "deploy/haproxy.cfg").read_text("utf-8")

    assert LONGEST_LINE < 1024 * int(re.search(r"large_client_header_buffers \d+ (\d+)k;", nginx)[1])
    assert LONGEST_LINE + 8192 < int(re.search(r"tune\.bufsize (\d+)", haproxy)[1])
    assert str(LONGEST_LINE) in nginx
    assert str(LONGEST_LINE) in haproxy


def test_the_units_find_what_the_readme_puts_there():
    """Each program and folder that a unit names is made by a command of the README, with the engine that is tested."""
    readme = (ROOT / "deploy/README.md").read_text("utf-8")
    commands = "".join(re.findall(r"```console\n(.*?)```", readme, re.DOTALL))
    units = "".join(file.read_text("utf-8") for file in sorted((ROOT / "deploy/systemd").iterdir()))
    [tested] = re.findall(r"^oxigraph==(\S+)", (ROOT / "requirements/test.txt").read_text("utf-8"), re.MULTILINE)

    assert {"kg", "oxigraph"} == set(re.findall(r"ExecStart=/opt/werkkennis/bin/(\w+)", units))
    assert "python3 -m venv /opt/werkkennis\n" in commands
    assert f"/opt/werkkennis/bin/pip install oxigraph=={tested}\n" in commands
    [folder] = re.findall(r"--location (\S+)", units)
    assert f"oxigraph load --location {folder} " in commands
    [graph] = re.findall(r"KG_GRAPH=(\S+)", units)
    assert f"git clone ADDRESS_OF_THIS_REPOSITORY {graph}\n" in commands
    assert "useradd" in commands
    assert all(f"User={user}" in units for user in re.findall(r"useradd .* (\w+)\n", commands))


def test_the_recipes_say_where_the_world_finds_the_site():
    """Each recipe that starts replicas sets the public address, and the README says why and how all is listed."""
    for recipe in ("deploy/compose.yaml", "deploy/systemd/werkkennis@.service", "deploy/README.md"):
        assert "KG_PUBLIC_URL" in (ROOT / recipe).read_text("utf-8"), recipe
    assert "kg settings" in (ROOT / "deploy/README.md").read_text("utf-8")
