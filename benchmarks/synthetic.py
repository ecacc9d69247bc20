"""A synthetic graph of the project's shape: so many findings, seeded, as a stream of N-Quads.

    python benchmarks/synthetic.py FINDINGS FOLDER

writes a generation that ``kg --var FOLDER serve --no-build`` serves, and ``FOLDER/graph.nq`` for other engines. The
words (components, target groups, outcomes …) are those of the ontology; findings, studies and publications are made up
with a skew as in a real register: a few concepts take most findings, many cells stay empty. About 12.8 quads a finding.
"""

import gzip
import hashlib
import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

import pyoxigraph as ox

from kg.files import find
from kg.parse import read_all
from kg.publication import BUILD, Published
from kg.vocabulary import DCT, GRAPH, ID, RDF, RDFS, SKOS, WK, XSD

ROOT = Path(__file__).parents[1]
DIMENSIONS = {"component": "components", "targetGroup": "target-groups", "outcome": "outcomes", "country": "countries"}
DIRECTIONS = ("favourable", "none", "unfavourable", "mixed", "not-stated")
KINDS = ("effect", "effect", "effect", "association", "description", "problem")
FINDINGS_A_STUDY = 4


def words() -> tuple[list[ox.Quad], dict[str, list[str]]]:
    """Return the ontology's quads and the concepts of each scheme."""
    files, _ = read_all(source for source in find(ROOT) if source.room == "ontology" or "interventions" in source.name)
    quads = [quad for file in files for quad in file.quads()]
    concepts: dict[str, list[str]] = {}
    for quad in quads:
        if quad.predicate.value == SKOS + "inScheme" and isinstance(quad.object, ox.NamedNode):
            concepts.setdefault(quad.object.value.rpartition("/")[2], []).append(str(quad.subject))
    return quads, {name: sorted(found) for name, found in concepts.items()}


def skewed(values: list[str]) -> tuple[list[str], list[float]]:
    """Return values with the sums of the weights 1, 1/2, 1/3 and so on."""
    return values, list(accumulate(1 / rank for rank in range(1, len(values) + 1)))


def lines(findings: int, concepts: dict[str, list[str]], seed: int = 1) -> Iterator[str]:
    """Give the statements about studies, publications and findings as N-Quads."""
    chance = random.Random(seed)  # noqa: S311 - made-up data
    pools = {
        name: skewed(concepts[scheme]) for name, scheme in (*DIMENSIONS.items(), ("intervention", "interventions"))
    }
    designs = [name for name in concepts["study-designs"] if "unknown" not in name]
    graph = f"<{GRAPH}synthetic>"

    def say(subject: str, predicate: str, value: str) -> str:
        return f"{subject} <{predicate}> {value} {graph} .\n"

    def pick(name: str) -> str:
        values, weights = pools[name]
        return chance.choices(values, cum_weights=weights)[0]

    for number in range(findings):
        study = number // FINDINGS_A_STUDY
        if number % FINDINGS_A_STUDY == 0:
            day = date(1995, 1, 1) + timedelta(days=chance.randrange(11_000))
            yield say(f"<{ID}publication/p{study}>", RDF + "type", f"<{WK}Publication>")
            yield say(f"<{ID}publication/p{study}>", RDFS + "label", f'"Publication {study}"@en')
            yield say(f"<{ID}publication/p{study}>", DCT + "issued", f'"{day}"^^<{XSD}date>')
            yield say(f"<{ID}study/s{study}>", RDF + "type", f"<{WK}Study>")
            yield say(f"<{ID}study/s{study}>", WK + "design", chance.choice(designs))
            yield say(f"<{ID}study/s{study}>", WK + "rigour", f"<{ID}rigour/level-{chance.randrange(6)}>")
            yield say(f"<{ID}study/s{study}>", WK + "reportedIn", f"<{ID}publication/p{study}>")
        finding = f"<{ID}finding/f{number}>"
        yield say(finding, RDF + "type", f"<{WK}Finding>")
        yield say(finding, RDFS + "label", f'"Finding {number}"@en')
        yield say(finding, WK + "findingKind", f"<{ID}finding-kind/{chance.choice(KINDS)}>")
        yield say(finding, WK + "direction", f"<{ID}direction/{chance.choice(DIRECTIONS)}>")
        yield say(finding, WK + "basis", f"<{ID}basis/empirical>")
        yield say(finding, WK + "study", f"<{ID}study/s{study}>")
        yield say(finding, WK + "reportedIn", f"<{ID}publication/p{study}>")
        for name in (*DIMENSIONS, "intervention"):
            yield say(finding, WK + name, pick(name))


def write(findings: int, folder: Path) -> None:
    """Write the generation and the plain dump."""
    quads, concepts = words()
    folder.mkdir(parents=True, exist_ok=True)
    digest, count = hashlib.sha256(), 0
    new = folder / "generations" / "new"
    new.mkdir(parents=True)
    with (folder / "graph.nq").open("wb") as plain, gzip.open(new / "graph.nq.gz", "wb", compresslevel=1) as packed:
        for line in (f"{quad} .\n" for quad in quads):
            for output in (plain, packed):
                output.write(line.encode())
            digest.update(line.encode())
            count += 1
        for line in lines(findings, concepts):
            content = line.encode()
            plain.write(content)
            packed.write(content)
            digest.update(content)
            count += 1
    published = Published(f"{BUILD}{digest.hexdigest()[:16]}", 0, folder, (), ()).manifest()
    manifest = {"format": 2, "quads": count, "sha256": digest.hexdigest(), "files": {}, "published": published}
    (new / "manifest.json").write_text(json.dumps(manifest))
    name = digest.hexdigest()[:16]
    new.rename(folder / "generations" / name)
    (folder / "current").symlink_to(Path("generations") / name)
    print(f"{findings} findings, {count} quads, generation {name}")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
