"""The full check, whole process: the command, pySHACL by itself on the core shapes and on all, Jena SHACL."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.vocabulary import SH
from suite.context import KG, Context
from suite.measuring import Row, apart, command, in_turn

LARGEST_FOR_PYSHACL = 1000
JENA = "org.apache.jena:apache-jena:5.5.0:zip"
"""The last release line of Jena that runs on Java 17."""
PYSHACL = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from kg.files import find
from kg.parse import read_all
from kg.validate import core
files, _ = read_all(find(Path(sys.argv[1])))
rules, data = ([t for f in files if (f.source.room == "shapes") == own for t in f.triples] for own in (True, False))
core.results(core.as_rdflib(data), core.core_shapes(rules) if sys.argv[2] == "core" else core.as_rdflib(rules))
print(time.perf_counter() - start)
"""
"""pySHACL by itself; reading the files is ours there too, which is faster than its own."""


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure the check of everything."""
    folder, limit = context.files(size), context.limit
    contenders = {"ours": lambda: checked(folder, limit)}
    row = Row("check", "full check", size, "s")
    for name, rules in (("pySHACL, core shapes", "core"), ("pySHACL, all shapes", "all")):
        if 0 < size <= LARGEST_FOR_PYSHACL:
            contenders[name] = lambda rules=rules: apart(PYSHACL, folder, rules, limit=limit)
        else:
            row.missing[name] = f"asked of made-up graphs of at most {LARGEST_FOR_PYSHACL:,} findings: it takes minutes"
    contenders["Jena SHACL"] = lambda: jena(context, folder)
    yield in_turn(row, contenders, context.rounds)


def checked(folder: Path, limit: float) -> float:
    """Return how many seconds ``kg check --full`` took."""
    return command(KG, "--graph", folder, "check", "--full", limit=limit)


def jena(context: Context, folder: Path) -> float:
    """Return how many seconds Jena's ``shacl validate`` took, reading its files counted in.

    Raises:
        RuntimeError: Java or Maven is missing, or Jena cannot be had.
    """
    program = _jena()
    data, shapes = (context.scratch / f"{folder.name}-{name}.ttl" for name in ("data", "shapes"))
    if not data.exists():
        data.write_bytes(
            b"\n".join(path.read_bytes() for room in ("ontology", "data") for path in _turtle(folder, room))
        )
        # Jena takes one message for a shape, which SHACL gives in as many languages as one likes.
        said = [
            quad.triple
            for path in _turtle(folder, "shapes")
            for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        ]
        ox.serialize([triple for triple in said if not _is_another_message(triple)], shapes, ox.RdfFormat.TURTLE)
    words = [program, "validate", "--data", str(data), "--shapes", str(shapes)]
    return command(*words, limit=context.limit, JVM_ARGS="-Xmx6g")


def _turtle(folder: Path, room: str) -> list[Path]:
    return sorted((folder / room).rglob("*.ttl"))


def _is_another_message(triple: ox.Triple) -> bool:
    return triple.predicate.value == f"{SH}message" and getattr(triple.object, "language", "en") != "en"


def _jena() -> Path:
    if not (shutil.which("java") and shutil.which("mvn")):
        raise RuntimeError("no Java or no Maven here")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "werkkennis"
    _, name, version, _ = JENA.split(":")
    program = folder / f"{name}-{version}" / "bin" / "shacl"
    if not program.exists():
        copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
        call = ["mvn", "--quiet", "--batch-mode", copy, f"-Dartifact={JENA}", f"-DoutputDirectory={folder}"]
        subprocess.run(call, cwd="/", check=True, capture_output=True, timeout=400)
        with zipfile.ZipFile(folder / f"{name}-{version}.zip") as packed:
            packed.extractall(folder)
        program.chmod(0o755)
    return program
