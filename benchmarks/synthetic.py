"""A synthetic graph of the project's shape: so many findings, seeded, as a stream.

    python benchmarks/synthetic.py FINDINGS FOLDER [--seed 1] [--files]

writes a generation that ``kg --var FOLDER serve --no-build`` serves, and ``FOLDER/graph.nq`` for other engines. With
``--files`` it writes a graph folder instead, with the words and the rules of this repository, for ``kg --graph FOLDER``.
The words (components, target groups, outcomes …) are the real ones; findings, studies, gaps, searches, projects and the
rest are made up (``made_up/``), valid by our shapes. The same seed gives the same bytes.
"""

import argparse
import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from kg.files import SourceFile
from kg.publication import BUILD, Published
from made_up.hand import Statement
from made_up.register import statements
from made_up.terrain import ROOT, survey

COPIED = ("ontology", "shapes", "data/interventions", "data/organisations.ttl", "data/curators.ttl")


def parts(findings: int, seed: int = 1) -> Iterator[tuple[str, list[Statement]]]:
    """Give all statements, some at a time, each time with the name of the file in which they stand."""
    terrain = survey(seed)
    for name, triples in terrain.files:
        yield name, [str(triple) for triple in triples]
    yield from statements(terrain, findings, seed)


def lines(findings: int, seed: int = 1) -> Iterator[str]:
    """Give all statements as N-Quads, each in the graph of its file."""
    for name, found in parts(findings, seed):
        end = f" <{SourceFile(name, Path(name), 'data').graph}> .\n"
        yield from (f"{statement}{end}" for statement in found)


def write(findings: int, folder: Path, seed: int = 1) -> int:
    """Write the generation and the plain dump; return the number of statements."""
    digest, count = hashlib.sha256(), 0
    new = folder / "generations" / "new"
    new.mkdir(parents=True)
    # Without a moment in its head, the packed file is the same at every run.
    with ExitStack() as stack:
        plain = stack.enter_context((folder / "graph.nq").open("wb"))
        file = stack.enter_context((new / "graph.nq.gz").open("wb"))
        packed = stack.enter_context(gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0))
        for line in lines(findings, seed):
            content = line.encode()
            plain.write(content)
            packed.write(content)
            digest.update(content)
            count += 1
    name = digest.hexdigest()[:16]
    published = Published(f"{BUILD}{name}", 0, folder, (), ()).manifest()
    manifest = {"format": 2, "quads": count, "sha256": digest.hexdigest(), "files": {}, "published": published}
    (new / "manifest.json").write_text(json.dumps(manifest))
    new.rename(folder / "generations" / name)
    (folder / "current").symlink_to(Path("generations") / name)
    return count


def write_files(findings: int, folder: Path, seed: int = 1) -> int:
    """Write a graph folder, its made-up files as N-Triples, which are Turtle; return the number of its statements made up."""
    for name in COPIED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    (folder / "data" / "studies").mkdir()
    count = 0
    for name, found in statements(survey(seed), findings, seed):
        count += len(found)
        with (folder / name).open("a") as file:
            file.writelines(f"{statement} .\n" for statement in found)
    return count


def main() -> None:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("findings", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", action="store_true", help="a graph folder instead of a generation")
    given = parser.parse_args()
    if given.findings < 1:
        parser.error(f"{given.findings}: one finding or more is needed")
    if given.folder.exists() and (not given.folder.is_dir() or any(given.folder.iterdir())):
        parser.error(f"{given.folder} is there and not empty; take another folder, or remove it")
    count = (write_files if given.files else write)(given.findings, given.folder, given.seed)
    print(f"{given.findings} findings, {count} statements in {given.folder}")


if __name__ == "__main__":
    main()
