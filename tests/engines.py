"""Real engines for the tests: started on this machine only, with a whole generation in them, and stopped again."""

import gzip
import os
import shutil
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from surroundings import await_answer, free_port

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
FUSEKI = "org.apache.jena:jena-fuseki-server:5.5.0"
"""The last release line of Fuseki that runs on Java 17."""
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_UNION = """
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>

[] a fuseki:Service ;
  fuseki:name "kg" ;
  fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ] ;
  fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] ;
  fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "--mem--" ; tdb2:unionDefaultGraph true ] .
"""


def quads_of(generation):
    """Return all quads of a generation as N-Quads."""
    return gzip.decompress((generation.folder / "graph.nq.gz").read_bytes())


def load_oxigraph(quads, folder):
    """Make a folder of the Oxigraph server that holds these quads."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [OXIGRAPH, "load", "--location", folder, "--format", "nq"]
    subprocess.run(command, input=quads, check=True, capture_output=True, timeout=120)


@contextmanager
def oxigraph(folder, port, *options):
    """Serve a folder with the Oxigraph server; give its process."""
    command = [OXIGRAPH, "serve-read-only", "--location", folder, "--bind", f"127.0.0.1:{port}", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_answer(process, f"http://127.0.0.1:{port}/")
        yield process
    finally:
        process.kill()
        process.wait(timeout=20)


def fuseki_jar():
    """Return the Fuseki server, fetched once by Maven; None without Java or Maven, or when it cannot be had."""
    if not (shutil.which("java") and shutil.which("mvn")):
        return None
    _, name, version = FUSEKI.split(":")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "werkkennis"
    jar = folder / f"{name}-{version}.jar"
    if not jar.exists():
        command = ["mvn", "--quiet", "--batch-mode", _COPY, f"-Dartifact={FUSEKI}", f"-DoutputDirectory={folder}"]
        try:
            subprocess.run(command, cwd="/", check=True, capture_output=True, timeout=400)
        except (subprocess.SubprocessError, OSError):
            return None
    return jar if jar.exists() else None


@contextmanager
def fuseki(jar, folder, quads, *options):
    """Serve these quads with Apache Jena Fuseki; give the address of its query endpoint.

    The options are of Java; by themselves they are for a short life with a small graph.
    """
    folder.mkdir(exist_ok=True)
    (folder / "config.ttl").write_text(_UNION, "utf-8")
    port = free_port()
    command = [
        "java",
        *(options or ("-Xmx1g", "-XX:TieredStopAtLevel=1")),
        "-jar",
        jar,
        "--localhost",
        f"--port={port}",
        "--ping",
        "--config=config.ttl",
    ]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        await_answer(process, f"http://127.0.0.1:{port}/$/ping")
        put = urllib.request.Request(
            f"http://127.0.0.1:{port}/kg/data", quads, {"Content-Type": "application/n-quads"}, method="PUT"
        )
        with urllib.request.urlopen(put, timeout=300):
            pass
        yield f"http://127.0.0.1:{port}/kg/query"
    finally:
        process.kill()
        process.wait(timeout=20)
