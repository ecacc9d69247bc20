"""What the tests share: the repository's own graph, built once, and the site on top of it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kg import generations, settings
from kg.store import EmbeddedStore
from kg.web import create_app

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def config(tmp_path_factory):
    """Settings for the repository's own graph with a throw-away folder for what is built."""
    return settings.load(graph=ROOT, var=tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="session")
def generation(config):
    """The repository's own graph, built."""
    return generations.build(config.graph, config.var, config.keep_generations)[1]


@pytest.fixture(scope="session")
def store(generation):
    """The built graph, loaded; nobody writes to it."""
    return EmbeddedStore(generation.load())


@pytest.fixture(scope="session")
def catalogues():
    """The translation catalogues, compiled as the package build compiles them."""
    for source in (ROOT / "src/kg/web/translations").rglob("messages.po"):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parent.parent.name))


@pytest.fixture(scope="session")
def app(config, store, generation, catalogues):
    """The site over the built graph."""
    return create_app(config, store, generation.name, published=generation.published)


@pytest.fixture
def client(app):
    """A visitor without a browser."""
    return app.test_client()


@pytest.fixture(scope="session")
def server(config, generation, catalogues):
    """The address of a running server, as ``kg serve`` starts it."""
    port = free_port()
    command = [sys.executable, "-c", "from kg.cli import main; main()"]
    command += ["--graph", str(config.graph), "--var", str(config.var), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ)
    address = f"http://127.0.0.1:{port}"
    try:
        await_answer(process, f"{address}/health")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=40)


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
