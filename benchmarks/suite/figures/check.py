"""The full check, whole process: the command with one process and with all processors, plain pySHACL, Jena SHACL."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from suite.context import KG, Context
from suite.measuring import Row, apart, command, in_turn

LARGEST_FOR_PYSHACL = 1000
JENA = "org.apache.jena:apache-jena:5.5.0:zip"
"""The last release line of Jena that runs on Java 17."""
PYSHACL = """
import sys, time
from pathlib import Path
start = time.perf_counter()
from pyshacl import validate
from rdflib import Graph
data, shapes = Graph(), Graph()
for path in Path(sys.argv[1]).glob("*/**/*.ttl"):
    (shapes if path.relative_to(sys.argv[1]).parts[0] == "shapes" else data).parse(path, format="turtle")
validate(data, shacl_graph=shapes, advanced=False, inference="none", allow_infos=True, allow_warnings=True)
print(time.perf_counter() - start)
"""


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure the check of everything."""
    folder, limit = context.files(size), context.limit
    contenders = {
        "ours, one process": lambda: checked(folder, limit, KG_CHECK_PROCESSES="1"),
        "ours, all processors": lambda: checked(folder, limit, KG_CHECK_PROCESSES="0"),
    }
    row = Row("check", "full check", size, "s")
    if 0 < size <= LARGEST_FOR_PYSHACL:
        contenders["plain pySHACL"] = lambda: apart(PYSHACL, folder, limit=limit)
    else:
        row.missing["plain pySHACL"] = f"asked at {LARGEST_FOR_PYSHACL:,} findings only: it takes minutes"
    contenders["Jena SHACL"] = lambda: jena(context, folder)
    row = in_turn(row, contenders, context.rounds)
    if ours := row.values.get("ours, all processors"):
        row.values["ours"] = ours
        del row.values["ours, all processors"]
    yield row


def checked(folder: Path, limit: float, **environment: str) -> float:
    """Return how many seconds ``kg check --full`` took."""
    return command(KG, "--graph", folder, "check", "--full", limit=limit, **environment)


def jena(context: Context, folder: Path) -> float:
    """Return how many seconds Jena's ``shacl validate`` took, reading its files counted in.

    Raises:
        RuntimeError: Java or Maven is missing, or Jena cannot be had.
    """
    program = _jena()
    joined = {"data": context.scratch / f"{folder.name}.ttl", "shapes": context.scratch / f"{folder.name}-shapes.ttl"}
    for name, rooms in (("data", ("ontology", "data")), ("shapes", ("shapes",))):
        if not joined[name].exists():
            with joined[name].open("wb") as whole:
                for room in rooms:
                    for path in sorted((folder / room).rglob("*.ttl")):
                        whole.write(path.read_bytes() + b"\n")
    words = [program, "validate", "--data", str(joined["data"]), "--shapes", str(joined["shapes"])]
    return command(*words, limit=context.limit, JVM_ARGS="-Xmx6g")


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
