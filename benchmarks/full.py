"""The check of everything: the command ``kg check --full``, and pySHACL by itself on the same files, in turn.

    python benchmarks/full.py [FOLDER …] [--findings 10000] [--rounds 5]

checks the folders that are given, or the repository's own graph and one of so many made-up findings: whole ones, as in
``check.py``, of which two in a hundred have a mistake. Each run is a process of its own, from its start to its end.
pySHACL is asked with ``--peer core`` (the constraints that need no query) or ``--peer all``, where somebody waits for it.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg.vocabulary import DCT, ID, PREFIXES, PROV, RDFS, WK
from suite.context import ROOT
from suite.figures.submission import CURATOR, FINDING, FINDINGS_A_STUDY, MISTAKES, PUBLICATION, STUDY

FAULTY = 50
"""One block in so many has a mistake."""
A_FILE = 500


def write(findings: int, folder: Path) -> None:
    """Write a graph folder: the words and rules of this repository, and made-up findings, so many in a file."""
    for room in ("ontology", "shapes", "data/interventions"):
        shutil.copytree(ROOT / room, folder / room)
    used = {"wk": WK, "rdfs": RDFS, "dct": DCT, "prov": PROV, "xsd": PREFIXES["xsd"]}
    heading = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in used.items())
    (folder / "data" / "bench.ttl").write_text(heading + CURATOR.format(id=ID))
    place = folder / "data" / "studies"
    place.mkdir()
    for first in range(0, findings, A_FILE):
        blocks = [block(number) for number in range(first, min(first + A_FILE, findings))]
        (place / f"bench-{first}.ttl").write_text(heading + "".join(blocks))


def block(number: int) -> str:
    """Return a finding, and before the first of a study that study; now and then with a mistake."""
    study = number // FINDINGS_A_STUDY
    made = "" if number % FINDINGS_A_STUDY else "".join(kind.format(id=ID, n=study) for kind in (PUBLICATION, STUDY))
    finding = FINDING.format(id=ID, n=number, study=study)
    if number % FAULTY == 0:
        # Those of a finding whose text is the same in all.
        _, old, new = [each for each in MISTAKES if each[0].startswith("finding/") and each[1] in finding][
            number // FAULTY % 3
        ]
        finding = finding.replace(old, new, 1)
    return made + finding


PEER = """
import sys
from pathlib import Path
from kg.files import find
from kg.parse import read_all
from kg.validate import core
files, _ = read_all(find(Path(sys.argv[1])))
rules, data = ([t for f in files if (f.source.room == "shapes") == own for t in f.triples] for own in (True, False))
found = core.results(core.as_rdflib(data), core.core_shapes(rules) if sys.argv[2] == "core" else core.as_rdflib(rules))
print(len(found), "results")
"""


def seconds(folder: Path, peer: str = "") -> tuple[float, str]:
    """Check a folder, or let pySHACL do it, and return how long it took and the last line of what was said."""
    call = [sys.executable, "-c", PEER, str(folder), peer]
    if not peer:
        call = [str(Path(sys.executable).with_name("kg")), "check", "--full"]
    start = time.perf_counter()
    done = subprocess.run(
        call, env={**os.environ, "KG_GRAPH": str(folder)}, capture_output=True, text=True, check=False
    )
    taken = time.perf_counter() - start
    return taken, (done.stdout + done.stderr).strip().rpartition("\n")[2]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--findings", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--peer", choices=("core", "all"))
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        if not given.folders:
            write(given.findings, Path(made))
        for folder in given.folders or (ROOT, Path(made)):
            times: dict[str, list[float]] = {"": [], **({given.peer: []} if given.peer else {})}
            said = {}
            for _ in range(given.rounds):
                for peer, taken in times.items():
                    one, said[peer] = seconds(folder, peer)
                    taken.append(one)
            for peer, taken in times.items():
                median = statistics.median(taken)
                ratio = median / statistics.median(times[""])
                who = f"pySHACL, {peer} shapes" if peer else "kg check --full"
                print(f"{folder}: {who}: {median:.2f} s ({min(taken):.2f}-{max(taken):.2f}), ratio {ratio:.1f}")
                print(f"  {said[peer]}")


if __name__ == "__main__":
    main()
