"""The check of fifty new findings, ten of them wrong in ten ways, beside graphs of several sizes.

    python benchmarks/check.py FOLDER FOLDER … [--rounds 7]

takes folders that ``synthetic.py`` wrote, holds all graphs in memory at once, and checks the same submission against each
in turn, round after round. Loading and reading the shapes are measured apart. It says whether the answers are the same.
"""

import argparse
import statistics
import time
from collections import Counter
from pathlib import Path

import pyoxigraph as ox

from kg.files import find
from kg.parse import read_all
from kg.validate.incremental import Checked, Shapes, examine
from kg.vocabulary import DCT, ID, PREFIXES, PROV, RDFS, WK, shorten

ROOT = Path(__file__).parents[1]
FINDINGS = 50
FINDINGS_A_STUDY = 5
CURATOR = '<{id}curator/bench> a prov:Agent ; rdfs:label "Meting"@nl , "Benchmark"@en .'
PUBLICATION = """
<{id}publication/new-{n}> a wk:Publication ;
    rdfs:label "Nieuw rapport {n}"@nl , "New report {n}"@en ;
    dct:title "Nieuw rapport {n}"@nl ;
    dct:type <{id}publication-kind/report> ;
    wk:doi "10.1000/new-{n}" ;
    dct:issued "2020-01-01"^^xsd:date .
"""
STUDY = """
<{id}study/new-{n}> a wk:Study ;
    rdfs:label "Nieuwe studie {n}"@nl , "New study {n}"@en ;
    wk:design <{id}design/randomised-trial> ;
    wk:rigour <{id}rigour/level-5> ;
    wk:startDate "2018-01-01"^^xsd:date ;
    wk:reportedIn <{id}publication/new-{n}> .
"""
FINDING = """
<{id}finding/new-{n}> a wk:Finding ;
    rdfs:label "Nieuwe bevinding {n}"@nl , "New finding {n}"@en ;
    wk:findingKind <{id}finding-kind/effect> ;
    wk:intervention <{id}intervention/training> ;
    wk:component <{id}component/human-capital> ;
    wk:targetGroup <{id}target-group/jobseekers> ;
    wk:outcome <{id}outcome/finding-work> ;
    wk:direction <{id}direction/favourable> ;
    wk:basis <{id}basis/empirical> ;
    wk:country <{id}country/nl> ;
    wk:extractedFrom <{id}extraction/abstract> ;
    wk:study <{id}study/new-{study}> ;
    wk:reportedIn <{id}publication/new-{study}> ;
    wk:locator "blz. {n}"@nl , "p. {n}"@en ;
    prov:wasAttributedTo <{id}curator/bench> .
"""
MISTAKES = (  # in the block of which finding, study or publication, what is written, and what instead
    ("finding/new-0>", ' "Nieuwe bevinding 0"@nl ,', ""),
    ("finding/new-1>", "outcome/finding-work", "direction/mixed"),
    ("finding/new-2>", "wk:outcome", "wk:outcom"),
    ("finding/new-3>", '    wk:locator "blz. 3"@nl , "p. 3"@en ;\n', ""),
    ("finding/new-4>", "intervention/training", "intervention/trainning"),
    ("finding/new-5>", "publication/new-1", "publication/p7"),
    ("finding/new-6>", "study/new-1>", "study/s3>"),
    ("publication/new-2>", '"2020-01-01"^^xsd:date', '"2020"^^xsd:gYear'),
    ("publication/new-3>", "10.1000/new-3", "10.1000/new-4"),
    ("study/new-5>", "rigour/level-5", "rigour/level-2"),
)


def submission() -> list[ox.Triple]:
    """Return what is submitted: studies, publications and findings, with the mistakes."""
    blocks = [CURATOR.format(id=ID)]
    for number in range(FINDINGS):
        if number % FINDINGS_A_STUDY == 0:
            blocks += [kind.format(id=ID, n=number // FINDINGS_A_STUDY) for kind in (PUBLICATION, STUDY)]
        blocks.append(FINDING.format(id=ID, n=number, study=number // FINDINGS_A_STUDY))
    for start, old, new in MISTAKES:
        place = next(i for i, block in enumerate(blocks) if block.strip().startswith(f"<{ID}{start}"))
        if old not in blocks[place]:
            raise ValueError(f"{old} does not stand in {start}")
        blocks[place] = blocks[place].replace(old, new, 1)
    used = {"wk": WK, "rdfs": RDFS, "dct": DCT, "prov": PROV, "xsd": PREFIXES["xsd"]}
    text = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in used.items()) + "".join(blocks)
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def answers(checked: Checked) -> Counter[tuple[str, str, str | None]]:
    """Return what was found, without what hangs on the order of things."""
    return Counter((shorten(result.focus), shorten(result.shape), result.value) for result in checked.results)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--rounds", type=int, default=7)
    given = options.parse_args()
    files, _ = read_all(source for source in find(ROOT) if source.room == "shapes")
    start = time.perf_counter()
    shapes = Shapes(triple for file in files for triple in file.triples)
    print(f"shapes read in {time.perf_counter() - start:.2f} s; in full: {shapes.unbounded or 'none'}")
    stores: dict[str, ox.Store] = {}
    for folder in given.folders:
        start = time.perf_counter()
        store = stores[folder.name] = ox.Store()
        store.bulk_load(path=str(folder / "graph.nq"), format=ox.RdfFormat.N_QUADS)
        print(f"{folder.name}: {len(store)} statements loaded in {time.perf_counter() - start:.1f} s")
    added = submission()
    times: dict[str, list[float]] = {name: [] for name in stores}
    processor: dict[str, list[float]] = {name: [] for name in stores}
    last: dict[str, Checked] = {}
    for _ in range(given.rounds):
        for name, store in stores.items():
            start, used = time.perf_counter(), time.process_time()
            last[name] = examine(store, shapes, (), added)
            times[name].append(time.perf_counter() - start)
            processor[name].append(time.process_time() - used)
    smallest = statistics.median(next(iter(times.values())))
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(
            f"{name}: median {middle:.3f} s ({min(taken):.3f} to {max(taken):.3f}), ratio {middle / smallest:.2f}, "
            f"of the processor {statistics.median(processor[name]):.3f} s; "
            f"{len(last[name].nodes)} nodes, {last[name].statements} statements, {len(last[name].results)} results"
        )
    found = [answers(checked) for checked in last.values()]
    print("same answers:", all(each == found[0] for each in found))
    for (focus, shape, value), count in sorted(found[0].items(), key=str):
        print(f"  {focus}  {shape}  {value}" + (f"  x{count}" if count > 1 else ""))


if __name__ == "__main__":
    main()
