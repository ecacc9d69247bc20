"""Fifty new findings with their studies, as somebody submits them, and ten mistakes to make in them."""

import pyoxigraph as ox

from kg.vocabulary import DCT, ID, PREFIXES, PROV, RDFS, WK

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


def submission(*, mistakes: bool = True) -> list[ox.Triple]:
    """Return what is submitted: studies, publications and findings, with the mistakes if they are wanted."""
    blocks = [CURATOR.format(id=ID)]
    for number in range(FINDINGS):
        if number % FINDINGS_A_STUDY == 0:
            blocks += [kind.format(id=ID, n=number // FINDINGS_A_STUDY) for kind in (PUBLICATION, STUDY)]
        blocks.append(FINDING.format(id=ID, n=number, study=number // FINDINGS_A_STUDY))
    for start, old, new in MISTAKES if mistakes else ():
        place = next(i for i, block in enumerate(blocks) if block.strip().startswith(f"<{ID}{start}"))
        if old not in blocks[place]:
            raise ValueError(f"{old} does not stand in {start}")
        blocks[place] = blocks[place].replace(old, new, 1)
    used = {"wk": WK, "rdfs": RDFS, "dct": DCT, "prov": PROV, "xsd": PREFIXES["xsd"]}
    text = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in used.items()) + "".join(blocks)
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
