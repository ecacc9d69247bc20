"""The benchmark suite: it runs, keeps what it measured, says what it could not, and compares.

Nothing here is timed. The figures themselves are measured by ``benchmarks/run.py`` and told in ``benchmarks/README.md``.
"""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
import run  # noqa: E402
from suite import comparing, growth, measuring, tables, targets  # noqa: E402
from suite.context import Context  # noqa: E402
from suite.figures import FIGURES, sparql  # noqa: E402
from suite.keeping import Result  # noqa: E402
from suite.measuring import Row  # noqa: E402
from suite.peers import counted  # noqa: E402
from suite.servers import Servers  # noqa: E402


@pytest.fixture
def result(tmp_path):
    """Give a result with a rate and a duration at two sizes."""
    kept = Result(tmp_path)
    for size in (10_000, 100_000):
        kept.add(
            [
                Row("load", "rate", size, "triples/s", more_is_better=True, values={"ours": [90.0, 100.0, 110.0], "peer": [50.0]}, missing={"rdflib": "no time"}),
                Row("sparql", "answers", size, "requests/s", more_is_better=True, values={"ours": [7.0]}),
                Row("check", "duration", size, "s", values={"ours": [size / 1000], "peer": [size / 500]}),
            ]
        )  # fmt: skip
    return kept


def test_contenders_take_turns_and_a_failure_is_told():
    """Each round asks each contender once; one that fails has a reason in place of a value."""
    asked = []

    def one():
        asked.append("one")
        return 1.0

    def other():
        asked.append("other")
        raise ValueError("it broke")

    row = measuring.in_turn(Row("figure", "case", 0, "s"), {"one": one, "other": other}, 3)
    assert ["one", "other", "one", "one"] == asked
    assert {"one": [1.0, 1.0, 1.0]} == row.values
    assert {"other": "ValueError: it broke"} == row.missing


def test_a_ratio_above_one_is_better_whatever_the_unit(result):
    """Twice the rate and half the duration are both two times as good."""
    assert [2.0, 2.0] == [result.of(figure)[0].ratio("ours", "peer") for figure in ("load", "check")]


def test_growth_is_the_exponent_of_the_cost(result):
    """Answers as fast as before are flat, as many statements a second is linear, as is ten times the time for all."""
    found = {(one.case, one.contender): round(one.exponent, 6) for one in growth.fitted(result.rows.values())}
    assert {
        ("rate", "ours"): 1,
        ("rate", "peer"): 1,
        ("answers", "ours"): 0,
        ("duration", "ours"): 1,
        ("duration", "peer"): 1,
    } == found


def test_a_result_is_added_to_and_read_again(result, tmp_path):
    """A second run in the same folder replaces what it measured anew and keeps the rest."""
    result.save()
    again = Result(tmp_path)
    again.add([Row("load", "rate", 10_000, "triples/s", more_is_better=True, values={"ours": [5.0]})])
    again.save()
    kept = Result(tmp_path)
    assert len(result.rows) == len(kept.rows)
    assert {"ours": [5.0]} == kept.rows["load", "rate", 10_000].values


def test_a_median_outside_the_stated_spread_is_named(result, tmp_path):
    """A tenth to each side is always within the spread; half the rate is not."""
    second = Result(tmp_path / "second")
    second.add(
        Row("load", "rate", size, "triples/s", more_is_better=True, values={"ours": [value], "peer": [54.0]})
        for size, value in ((10_000, 45.0), (100_000, 91.0))
    )
    told = "\n".join(comparing.compared([result], second, {}))
    assert "3 of 4 medians lie within" in told
    assert "| load | rate | 10,000 | ours |" in told
    assert "| 100 | 90 to 110 | 45 | triples/s | 0.45 |" in told
    assert "6 medians are of figures that were not asked for" in told


def test_a_ratio_holds_on_a_slower_machine(result, tmp_path):
    """Half of everything leaves the ratio to the peer as it was; half of ours alone does not."""
    second = Result(tmp_path / "second")
    second.add(
        Row("load", "rate", size, "triples/s", more_is_better=True, values={"ours": [ours], "peer": [25.0]})
        for size, ours in ((10_000, 50.0), (100_000, 20.0))
    )
    told = "\n".join(comparing.compared([result], second, {"load": "peer"}))
    assert "0 of 4 medians lie within" in told
    assert "1 of 2 ratios of ours to a peer lie within the spreads of both" in told
    assert "| load | rate | 100,000 | ours | 2 | 1.64 to 2.44 | 0.8 |" in told


def test_several_runs_state_a_spread_together(result, tmp_path):
    """What lies between two stored runs, or within the spread of either, is expected; so are ratios."""
    slow, now = Result(tmp_path / "slow"), Result(tmp_path / "now")
    slow.add([Row("load", "rate", 10_000, "triples/s", more_is_better=True, values={"ours": [40.0], "peer": [40.0]})])
    now.add([Row("load", "rate", 10_000, "triples/s", more_is_better=True, values={"ours": [60.0], "peer": [45.0]})])
    alone = "\n".join(comparing.compared([result], now, {"load": "peer"}))
    assert "1 of 2 medians lie within the spread that the stored run states" in alone
    assert "0 of 1 ratios" in alone
    told = "\n".join(comparing.compared([result, slow], now, {"load": "peer"}))
    assert "2 of 2 medians lie within the spread that the 2 stored runs state" in told
    assert "1 of 1 ratios of ours to a peer lie within the spreads of both" in told


def test_what_was_asked_for_and_is_not_there_is_named(result, tmp_path):
    """A figure that was measured, but not for all that the stored run has, says what is missing."""
    second = Result(tmp_path / "second")
    second.add([Row("check", "duration", 10_000, "s", values={"ours": [5.0]})])
    told = "\n".join(comparing.compared([result], second, {}))
    assert "| 10 | 9 to 11 | 5 | s | 2.00 |" in told
    assert "- check, duration, 10,000, peer: not measured" in told
    assert "- check, duration, 100,000, ours: not measured" in told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["compare", "{here}", "{here}/nothing"], "holds no result"),
        (["report", "{here}"], "holds no result"),
        (["measure", "--rounds", "0"], "1 or more is needed"),
        (["measure", "--sizes", "-5"], "0 or more is needed"),
        (["measure", "--limit", "0"], "a number above 0 is needed"),
        (["measure", "--servers", "nobody"], "invalid choice: 'nobody'"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(tmp_path, asked, told):
    """A comparison with nothing would say that nothing lies outside, and no round would take away what was measured."""
    command = [sys.executable, ROOT / "benchmarks" / "run.py", *(word.format(here=tmp_path) for word in asked)]
    command += ["--out", tmp_path] if asked[0] == "measure" else []
    found = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert 2 == found.returncode
    assert told in found.stderr
    assert [] == list(tmp_path.iterdir())


def test_a_case_that_is_not_there_is_said(tmp_path):
    """A mistyped name would end like a run that measured."""
    command = [sys.executable, ROOT / "benchmarks" / "run.py", "measure", "--only", "questions", "--sizes", "300"]
    command += ["--servers", "rdflib", "--case", "nosuch", "--out", tmp_path]
    found = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert 2 == found.returncode
    assert "nothing has 'nosuch' in its name" in found.stderr


def test_a_figure_that_fails_is_in_the_result_and_no_mistyped_name(tmp_path, monkeypatch):
    """It stands in the table with its reason, and the run ends well."""

    def failing(_context, _size):
        raise ValueError("it broke")

    monkeypatch.setitem(FIGURES, "start", replace(FIGURES["start"], measure=failing))
    monkeypatch.setattr(sys, "argv", ["run.py", "measure", "--only", "start", "--out", str(tmp_path)])
    run.main()
    assert {"ours": "ValueError: it broke"} == Result(tmp_path).rows["start", "the figure itself", 0].missing


def test_runs_are_compared_where_one_asks(result, tmp_path):
    """Of one figure, at one size; and that nothing in common was measured is said in one line."""
    result.save()
    again = Result(tmp_path).kept_to(["check"], [10_000])
    assert [("check", "duration", 10_000)] == list(again.rows)
    assert [*result.rows] == [*result.kept_to([], []).rows]
    other = Result(tmp_path / "other")
    other.add([Row("check", "duration", 300, "s", values={"ours": [1.0]})])
    told = "\n".join(comparing.compared([again], other, {}))
    assert "Nothing of what was measured is stored: findings 300 now, 10,000 stored." in told
    assert "Not measured this time" not in told


def test_what_is_missing_stands_in_the_table_with_its_reason(result):
    """No contender drops out of a table in silence."""
    told = "\n".join(tables.table(result.of("load"), "peer"))
    assert "- (no time)" in told


def test_a_target_that_is_just_reached_is_met():
    """None of none is what was wanted; so is the bound itself."""
    most, least = targets.Target("", "", "", 0, 0), targets.Target("", "", "", 0, 5, at_least=True)
    assert [True, False] == [targets.met(most, value, None) for value in (0, 1)]
    assert [True, True, False] == [targets.met(least, value, None) for value in (6, 5, 4)]


def test_every_target_asks_for_a_figure_that_there_is(result):
    """A target of a figure that was renamed would say for ever that it was not measured."""
    assert [] == [target.what for target in targets.TARGETS if target.figure not in FIGURES]
    assert len(targets.TARGETS) + 2 == len(list(targets.table(result)))


def test_a_peer_that_failed_is_started_again_and_ours_goes_on(tmp_path):
    """What a peer was asked in vain may keep it at work, or have ended it: those asked after it would have no peer."""
    (tmp_path / "graph.nq").write_text("<urn:a> <urn:b> <urn:c> <urn:d> .\n", "utf-8")
    with Servers(tmp_path, tmp_path, ("oxigraph memory", "ours"), ("oxigraph memory",)) as servers:
        assert {"ours": "left out of this run"} == servers.missing
        before = servers.addresses["oxigraph memory"]
        servers.again(["ours", "rdflib"])
        assert {"oxigraph memory": before} == servers.addresses
        servers.again(["oxigraph memory"])
        assert before != servers.addresses["oxigraph memory"]
        assert 1 == counted(servers.addresses["oxigraph memory"], "SELECT * { ?s ?p ?o }", 60)
        with pytest.raises(OSError):  # noqa: PT011 - whichever way a line that nobody is at fails
            counted(before, "SELECT * { ?s ?p ?o }", 60)


@pytest.mark.parametrize(("clients", "took", "expected"), [(1, 0.001, 3), (1, 4.2, 9), (1, 400.0, 300)])
def test_a_rate_is_measured_for_as_long_as_answers_take(tmp_path, clients, took, expected):
    """In three seconds a query of four is never answered; and half the limit is the end of it."""
    context = Context(rounds=1, seconds=3, graphs=tmp_path, scratch=tmp_path, until=0, limit=600)
    assert expected == sparql.lasting(context, clients, took)
    assert sparql.lasting(context, 4096, took) >= expected


def test_the_suite_runs(tmp_path):
    """One round over a few hundred findings gives a result, a table and a plot, and every row has a value or a reason."""
    out = tmp_path / "out"
    command = [sys.executable, ROOT / "benchmarks" / "run.py", "measure", "--only", "memory", "incremental"]
    command += ["--sizes", "300", "--rounds", "1", "--limit", "60", "--out", out]
    subprocess.run(command, check=True, capture_output=True, timeout=250)
    kept = json.loads((out / "result.json").read_text("utf-8"))
    assert {"memory", "incremental"} == {row["figure"] for row in kept["rows"]}
    assert [] == [row for row in kept["rows"] if not row["values"] and not row["missing"]]
    assert all(row["values"].get("ours") for row in kept["rows"])
    assert "## Targets" in (out / "README.md").read_text("utf-8")
    assert (out / "memory.svg").read_text("utf-8").startswith("<?xml")
