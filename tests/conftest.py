"""What the tests share: the repository's own graph, built once, and the site on top of it."""

import io
import os
import subprocess
import sys

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kg import generations, settings
from kg.durable import write_atomically
from kg.store import EmbeddedStore
from kg.web import create_app
from surroundings import ROOT, await_answer, free_port


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
        compiled = io.BytesIO()
        with source.open("rb") as po:
            write_mo(compiled, read_po(po, locale=source.parent.parent.name))
        write_atomically(source.with_suffix(".mo"), compiled.getvalue())  # other processes read it meanwhile


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
