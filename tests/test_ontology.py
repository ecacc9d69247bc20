"""The ontology: classes, properties, concept schemes and their links to vocabularies of others."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = sorted((ROOT / "ontology").glob("*.ttl"))
CONFORMANCE = Path(os.environ.get("KG_CONFORMANCE", ROOT.parent / "shared" / "conformance"))
NL_SBB = CONFORMANCE / "nl-sbb" / "skos-ap-nl.ttl"

ID = "https://w3id.org/werkkennis/id/"
SCHEME = Namespace(f"{ID}scheme/")
WK = Namespace("https://w3id.org/werkkennis/def#")
LANGUAGES = {"nl", "en"}

NAMES_A_TERM = {
    RDF.type, RDF.first, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range,
    SH["class"], SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf,
    SH.path, SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath,
    SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH.ignoredProperties,
}  # fmt: skip
HOLDS_A_QUERY = {SH.select, SH.ask, SH.construct}


def read(files: list[Path]) -> Graph:
    """Return one graph with the triples of all files."""
    graph = Graph()
    for file in files:
        graph.parse(file, format="turtle")
    return graph


def terms_used(graph: Graph) -> Iterator[Node]:
    """Yield every term of our own that stands in the graph as a class or a property, in its queries too."""
    for _, predicate, value in graph:
        yield predicate
        if predicate in NAMES_A_TERM:
            yield value
        if predicate in HOLDS_A_QUERY:
            yield from (WK[name] for name in re.findall(r"\bwk:(\w+)", value))


def languages(graph: Graph, thing: Node, *properties: URIRef) -> set[str | None]:
    """Return the languages in which the thing has a text under one of the properties."""
    return {text.language for name in properties for text in graph.objects(thing, name) if isinstance(text, Literal)}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """Return the whole ontology as one graph."""
    return read(ONTOLOGY)


@pytest.fixture(scope="module")
def declared() -> set[Node]:
    """Return the classes and properties that kg.ttl declares."""
    kg = read([ROOT / "ontology" / "kg.ttl"])
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return {term for kind in kinds for term in kg.subjects(RDF.type, kind)}


def concepts_in(graph: Graph, scheme: str) -> set[Node]:
    """Return the concepts of the scheme with this slug."""
    return set(graph.subjects(SKOS.inScheme, SCHEME[scheme]))


def test_all_files_are_found() -> None:
    """The ontology is 33 files: the terms, the alignments, and one file per concept scheme."""
    assert len(ONTOLOGY) == 33


def test_a_scheme_file_bears_the_name_of_its_scheme() -> None:
    """Every file but kg.ttl and alignments.ttl holds exactly the one scheme it is named after."""
    for file in ONTOLOGY:
        expected = set() if file.stem in {"kg", "alignments"} else {SCHEME[file.stem]}

        assert expected == set(read([file]).subjects(RDF.type, SKOS.ConceptScheme)), file.name


@pytest.mark.parametrize("folder", ["ontology", "shapes", "data"])
def test_every_term_used_is_declared(folder: str, declared: set[Node]) -> None:
    """A wk: class or property that is used in the ontology, the shapes or the data is declared in kg.ttl."""
    files = sorted((ROOT / folder).rglob("*.ttl"))
    if not files:
        pytest.skip(f"there is no Turtle in {folder}/")

    used = {term for term in terms_used(read(files)) if isinstance(term, URIRef) and term.startswith(WK)}

    assert set() == used - declared


def test_declared_terms_are_ours(declared: set[Node]) -> None:
    """kg.ttl declares classes and properties in our own namespace only."""
    assert set() == {term for term in declared if not str(term).startswith(WK)}


def test_every_term_is_explained_in_both_languages(ontology: Graph, declared: set[Node]) -> None:
    """Every class and property has a label and a definition in Dutch and in English."""
    assert declared
    for term in declared:
        assert languages(ontology, term, RDFS.label) == LANGUAGES, term
        assert languages(ontology, term, SKOS.definition) == LANGUAGES, term


def test_every_concept_is_explained_in_both_languages(ontology: Graph) -> None:
    """Every concept and collection has one preferred label and one definition in each language."""
    concepts = [*ontology.subjects(RDF.type, SKOS.Concept), *ontology.subjects(RDF.type, SKOS.Collection)]

    assert concepts
    for concept in concepts:
        for name in (SKOS.prefLabel, SKOS.definition):
            assert sorted(text.language for text in ontology.objects(concept, name)) == ["en", "nl"], concept


def test_the_seven_components_stand_in_two_groups(ontology: Graph) -> None:
    """Five components are directed at the individual, two at the labour market, and none at both or neither."""
    individual = set(ontology.objects(URIRef(f"{ID}component-group/individual"), SKOS.member))
    labour_market = set(ontology.objects(URIRef(f"{ID}component-group/labour-market"), SKOS.member))

    assert (len(individual), len(labour_market)) == (5, 2)
    assert concepts_in(ontology, "components") == individual ^ labour_market


def test_every_design_has_a_rigour_level(ontology: Graph) -> None:
    """A study design names exactly one level of the rigour scheme, and that level has exactly one rank."""
    designs = concepts_in(ontology, "study-designs")
    levels = concepts_in(ontology, "rigour-levels")

    assert len(designs) == 16
    for design in designs:
        [level] = ontology.objects(design, WK.rigour)

        assert level in levels, design
        assert len(list(ontology.objects(level, WK.rank))) == 1, level


def test_there_are_four_themes(ontology: Graph) -> None:
    """The themes are the four lines of the programme, in order."""
    assert sorted(ontology.value(theme, WK.order).toPython() for theme in concepts_in(ontology, "themes")) == [
        1,
        2,
        3,
        4,
    ]


def test_values_come_from_a_scheme_that_exists(ontology: Graph) -> None:
    """Every property that draws its values from a scheme, and every dimension, names a scheme of ours."""
    schemes = set(ontology.subjects(RDF.type, SKOS.ConceptScheme))
    dimensions = set(ontology.subjects(RDF.type, WK.Dimension))

    assert len(dimensions) == 9
    assert dimensions <= set(ontology.subjects(WK.valuesFrom, None))
    assert set(ontology.objects(None, WK.valuesFrom)) <= schemes


def test_alignments_speak_of_our_terms_only() -> None:
    """The alignments say something about our terms and concepts, and give nothing a type."""
    alignments = read([ROOT / "ontology" / "alignments.ttl"])

    assert len(alignments) > 0
    assert set() == set(alignments.subjects(RDF.type, None))
    assert set() == {thing for thing in alignments.subjects() if not str(thing).startswith((WK, ID))}


def test_the_schemes_conform_to_nl_sbb(ontology: Graph) -> None:
    """The Dutch SKOS profile (NL-SBB) finds nothing to remark in the ontology."""
    if not NL_SBB.exists():
        pytest.skip(f"the NL-SBB profile is not at {NL_SBB}")

    _, report, text = pyshacl.validate(ontology, shacl_graph=read([NL_SBB]), advanced=True)

    assert list(report.subjects(RDF.type, SH.ValidationResult)) == [], text
