"""Shapes that are read once and handed to each check: the same verdicts, and never those of other shapes."""

import os
import pickle
import shutil
from pathlib import Path

import pytest

from kg.gate import bases, compiled
from kg.gate.checking import Submission, check

ROOT = Path(__file__).parents[1]
SOUND = b"""
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix prov: <http://www.w3.org/ns/prov#> .
<https://w3id.org/werkkennis/id/curator/c> a prov:Agent ; rdfs:label "c"@nl , "c"@en .
"""
WRONG = SOUND.replace(b'"c"@nl , ', b"")


@pytest.fixture(scope="module")
def kept(generation):
    """The shapes of the real graph, read."""
    return compiled.compiled(generation.folder)


@pytest.mark.parametrize("content", [SOUND, WRONG])
def test_verdicts_are_the_same(generation, kept, content):
    """With shapes that were read before a check says what it says when it reads them."""
    submission = Submission("sent", content)
    assert check(generation.folder, None, submission) == check(generation.folder, None, submission, kept)


def test_other_shapes_are_read_anew(generation, kept, tmp_path):
    """What was read from other files is not used, as when somebody edits the shapes by hand after the build."""
    nothing = compiled.Compiled(kept.rules, pickle.dumps("used"))
    assert "used" == compiled.shapes_of(bases.load(generation.folder, ROOT), nothing)
    for room in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / room, tmp_path / room)
    path = tmp_path / "shapes" / "withdrawn.ttl"
    before = path.stat()
    path.write_text(path.read_text("utf-8").replace("sh:Violation", "sh:Warning  "), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert before.st_size == path.stat().st_size
    assert "used" != compiled.shapes_of(bases.load(generation.folder, tmp_path), nothing)
