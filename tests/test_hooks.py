"""The pre-commit hooks and the GitHub action for a repository with a graph of its own: what they run does what it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kg.cli import main
from small_graph import write_graph

ROOT = Path(__file__).parents[1]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
NAMELESS = "<x:two> a <https://w3id.org/werkkennis/def#Thing> .\n"
NEAT = "@prefix wk: <https://w3id.org/werkkennis/def#> .\n\n<x:two> a wk:Thing .\n"


@pytest.fixture
def programs(tmp_path):
    """An environment in which ``kg`` is the one under test."""
    program = tmp_path / "bin/kg"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom kg.cli import main\nmain(prog_name='kg')\n", "utf-8")
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


def hook(name, graph, programs):
    """Run a hook in a graph folder as pre-commit does; give its exit code and what it said."""
    files = [path.relative_to(graph).as_posix() for path in sorted(graph.rglob("*.ttl"))]
    command = HOOKS[name]["entry"].split() + (files if HOOKS[name].get("pass_filenames", True) else [])
    found = subprocess.run(command, cwd=graph, env=programs, capture_output=True, text=True, check=False)
    return found.returncode, found.stdout + found.stderr


def step(name, graph, programs, **values):
    """Run a step of the action with bash as GitHub does; give its exit code, what it said, and what it hands on."""
    folder = graph.parent
    replaced = {"runner.temp": str(folder), "github.action_path": str(ROOT), "inputs.graph": "graph", **values}
    given = {
        key: value if not value.startswith("${{") else replaced[value[3:-2].strip()] if "/" not in value
        else f"{replaced['runner.temp']}/{value.rpartition('/')[2]}"
        for key, value in STEPS[name]["env"].items()
    }  # fmt: skip
    output, summary = folder / "output", folder / "summary"
    environment = {**programs, **given, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]]
    found = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    lines = output.read_text("utf-8").splitlines() if output.exists() else []
    return found.returncode, found.stdout + found.stderr, dict(line.split("=", 1) for line in lines)


def test_every_hook_runs_a_command_that_there_is():
    """The commands and options of the hooks are those of the program."""
    for each in HOOKS.values():
        program, command, *options = each["entry"].split()
        assert "kg" == program
        assert set(options) <= {name for option in main.commands[command].params for name in option.opts}
        assert {"id", "name", "description", "entry", "language", "files"} <= set(each)


def test_the_hooks_stop_what_is_wrong(tmp_path, programs):
    """A good graph passes every hook; a violation fails the check; advice does not fail."""
    good = write_graph(tmp_path / "good")
    for name in ("kg-check", "kg-fix", "kg-lint"):
        assert 0 == hook(name, good, programs)[0]
    bad = write_graph(tmp_path / "bad", more=NAMELESS)
    for name in ("kg-check", "kg-fix"):
        code, said = hook(name, bad, programs)
        assert 1 == code
        assert "Geef een naam." in said
    assert 0 == hook("kg-lint", bad, programs)[0]


@pytest.mark.parametrize("name", ["kg-format", "kg-format-keep-order"])
def test_the_formatting_hooks_change_files(tmp_path, programs, name):
    """Files are brought into the form, which pre-commit then shows; a second run changes nothing."""
    graph = write_graph(tmp_path / "graph", more=NAMELESS)
    code, said = hook(name, graph, programs)
    assert 0 == code
    assert "data/more.ttl" in said
    assert NEAT == (graph / "data/more.ttl").read_text("utf-8")
    assert "0 veranderd" in hook(name, graph, programs)[1]


def test_the_action_reports_and_then_fails(tmp_path, programs):
    """What is wrong is written as SARIF with paths from the top of the repository, told in the summary, and fails."""
    graph = write_graph(tmp_path / "graph", more=NAMELESS)
    code, said, handed = step("Check", graph, programs, **{"inputs.language": "en"})
    assert (0, "1") == (code, handed["status"])
    assert "Give a name." in said
    assert "Give a name." in (tmp_path / "summary").read_text("utf-8")
    [result] = json.loads(Path(handed["sarif"]).read_text("utf-8"))["runs"][0]["results"]
    assert "graph/data/more.ttl" == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert 1 == step("Verdict", graph, programs, **{"steps.check.outputs.status": handed["status"]})[0]


def test_the_action_passes_a_good_graph(tmp_path, programs):
    """A good graph passes, with a report that has no results; no graph at all fails at once."""
    graph = write_graph(tmp_path / "graph")
    code, _, handed = step("Check", graph, programs, **{"inputs.language": "nl"})
    assert (0, "0") == (code, handed["status"])
    assert [] == json.loads(Path(handed["sarif"]).read_text("utf-8"))["runs"][0]["results"]
    assert 0 == step("Verdict", graph, programs, **{"steps.check.outputs.status": "0"})[0]
    nowhere = {"inputs.language": "nl", "inputs.graph": "no; touch hacked"}
    assert 2 == step("Check", graph, programs, **nowhere)[0]
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize(("form", "code"), [("yes", 1), ("keep-order", 1)])
def test_the_action_shows_what_has_another_form(tmp_path, programs, form, code):
    """A file that is not in the form fails with the difference; nothing is written."""
    graph = write_graph(tmp_path / "graph", more=NAMELESS)
    found, said, _ = step("Form", graph, programs, **{"inputs.format": form})
    assert code == found
    assert "+<x:two> a wk:Thing ." in said
    assert NAMELESS == (graph / "data/more.ttl").read_text("utf-8")


def test_what_the_action_is_given_never_becomes_part_of_a_script():
    """Inputs reach the steps through the environment only."""
    for each in STEPS.values():
        assert "${{" not in each.get("run", "")
