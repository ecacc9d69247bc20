"""The write gate: who may write, what is refused, and that what was acknowledged is there, whatever happens."""

import itertools
import json
import os
import random
import resource
import signal
import stat
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import generations, settings
from kg.cli import main
from kg.errors import Busy, KgError, NoRoom, NotWritten, StateChanged, StateUnknown, UsageProblem
from kg.files import find
from kg.gate import changes, desk
from kg.gate.changes import DoesNotFit, Operation, Part, Refused, prepare
from kg.gate.desk import Condition, Desk, state_of
from kg.gate.names import NotWritable, file_of
from kg.gate.tokens import Tokens
from kg.parse import read
from kg.store import EmbeddedStore
from kg.vocabulary import GRAPH, ID
from kg.web import create_app
from small_graph import write_graph

ROOT = Path(__file__).resolve().parents[1]
KILLS = int(os.environ.get("KG_KILLS", "100"))
IRI = f"{GRAPH}data.notes.one"
NEW = Condition()
TURTLE = "text/turtle"
THINGS = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix wk: <https://w3id.org/werkkennis/def#> .\n"


def thing(number, label="label"):
    """Turtle that describes a thing."""
    return f'{THINGS}<{ID}thing/t{number}> a wk:Thing ; rdfs:label "{label} {number}"@nl .\n'.encode()


def put(content, method="PUT", media_type=TURTLE, curator=""):
    """A write."""
    return Operation(method, (Part(content, media_type),), curator)


@pytest.fixture
def graph(tmp_path):
    """A small graph folder."""
    return write_graph(tmp_path / "graph")


@pytest.fixture
def var(tmp_path):
    """A folder for what is built."""
    return tmp_path / "var"


def writer(graph, var, **given):
    """A desk, and a function that writes to a graph at it."""
    made = Desk(graph, var, **given)
    check = partial(prepare, None, graph)

    def write(operation, condition=NEW, iri=IRI, who="tester"):
        return made.write(file_of(iri, graph), operation, condition, check, who)

    return made, write


def log(var):
    """The lines of the audit log."""
    return [json.loads(line) for line in (var / "gate/audit.jsonl").read_text().splitlines()]


def test_a_write_is_in_its_file_and_in_the_log(graph, var):
    """The named graph is the file, in stable Turtle; the log says who, what, and how it was checked."""
    _, write = writer(graph, var)
    found = write(put(thing(1)))
    path = graph / "data/notes/one.ttl"
    begun, ended = log(var)

    assert (True, state_of(path.read_bytes())) == (found.created, found.state)
    assert 'rdfs:label "label 1"@nl' in path.read_text()
    assert generations.prepare(graph)[0].conforms
    assert ("tester", "PUT", IRI, "", found.state) == tuple(begun[name] for name in ("who", "method", "graph", "before", "after"))  # fmt: skip
    assert f'A <{ID}thing/t1> <http://www.w3.org/2000/01/rdf-schema#label> "label 1"@nl <{IRI}> .' in begun["patch"]
    assert {"problems": 0, "Violation": 0, "Warning": 0, "Info": 0} == begun["check"]
    assert "written" == ended["state"]
    assert 0o600 == stat.S_IMODE((var / "gate/audit.jsonl").stat().st_mode)


def test_what_is_wrong_is_refused_whole(graph, var):
    """Data that does not conform, or cannot be read, leaves no trace."""
    _, write = writer(graph, var)
    wrong = write(put(thing(1) + f"<{ID}thing/t2> a wk:Thing .".encode()))
    broken = write(put(b"<a"))
    twice = write(put(thing(3) + b'<https://w3id.org/werkkennis/id/thing/one> rdfs:label "E\xc3\xa9n"@nl .'))

    assert [False, False, False] == [found.prepared.verdict.conforms for found in (wrong, broken, twice)]
    assert [4, 1] == [wrong.prepared.verdict.report.results[0].line, broken.prepared.verdict.report.problems[0].line]
    assert not (graph / "data/notes").exists()
    assert not (var / "gate/audit.jsonl").exists()


def test_what_others_rest_on_cannot_be_taken_away(graph, var):
    """A write is refused when it breaks what stands in another file."""
    shapes = graph / "shapes/things.ttl"
    text = shapes.read_text().replace("sh:property wks:label .", "sh:property wks:label , wks:next .")
    shapes.write_text(
        text + 'wks:next a sh:PropertyShape ; sh:path wk:next ; sh:class wk:Thing ; sh:message "No thing."@en .\n'
    )
    _, write = writer(graph, var)
    write(put(thing(1)))
    linked = f'{THINGS}<{ID}thing/t2> a wk:Thing ; rdfs:label "two"@nl ; wk:next <{ID}thing/t1> .'.encode()
    assert write(put(linked), iri=f"{GRAPH}data.notes.two").created
    refused = write(Operation("DELETE"), Condition(existing=True))

    assert not refused.prepared.verdict.conforms
    assert "data/notes/two.ttl" == refused.prepared.verdict.report.results[0].name
    assert (graph / "data/notes/one.ttl").exists()


def test_the_state_that_is_meant_must_be_named(graph, var):
    """Who writes to what is there names its state; another state, or none, is refused."""
    _, write = writer(graph, var)
    first = write(put(thing(1)))
    with pytest.raises(StateUnknown):
        write(put(thing(2)))
    with pytest.raises(StateChanged):
        write(put(thing(2)), Condition(states=("0" * 64,)))
    with pytest.raises(StateChanged):
        write(put(thing(2)), Condition(absent=True))
    second = write(put(thing(2)), Condition(states=(first.state,)))
    with pytest.raises(StateChanged):
        write(put(thing(3)), Condition(states=(first.state,)))
    write(Operation("DELETE"), Condition(states=(second.state,)))

    assert not (graph / "data/notes/one.ttl").exists()
    with pytest.raises(StateChanged):
        write(put(thing(3)), Condition(states=(second.state,)))
    with pytest.raises(KgError, match="no such graph"):
        write(Operation("DELETE"))


def triples(graph):
    """The statements of the file."""
    source = next(source for source in find(graph) if source.graph == IRI)
    return {str(triple) for triple in read(source)[0].triples}


def test_post_adds_and_patches_change(graph, var):
    """POST adds, an RDF Patch takes away and adds, an update sees the graph and nothing else."""
    _, write = writer(graph, var)
    star = Condition(existing=True)
    write(put(thing(1)))
    write(put(thing(2), "POST"), star)
    both = triples(graph)
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    patch = f'TX .\nD <{ID}thing/t2> {label} "label 2"@nl .\nA <{ID}thing/t2> {label} "two"@nl <{IRI}> .\nTC .\n'
    write(put(patch.encode(), "PATCH", "application/rdf-patch"), star)
    with pytest.raises(DoesNotFit):
        write(put(patch.encode(), "PATCH", "application/rdf-patch"), star)
    update = f'DELETE {{ ?s {label} ?l }} INSERT {{ ?s {label} "three"@nl }} WHERE {{ ?s {label} ?l FILTER(STRENDS(?l, "1")) }}'
    write(put(update.encode(), "PATCH", "application/sparql-update"), star)

    assert 4 == len(both)
    assert {'"two"@nl', '"three"@nl'} == {row.rpartition("> ")[2] for row in triples(graph) if "label" in row}


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:1/>",
        "lo\\u0061d <http://127.0.0.1:1/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "INSERT DATA { GRAPH <http://other/> { <a:b> <c:d> 1 } }",
        "INSERT DATA { GRAPH <https://w3id.org/werkkennis/id/graph/data.things> { <a:b> <c:d> 1 } }",
        "this is no update",
    ],
)
def test_an_update_stays_inside_its_graph(graph, var, text):
    """An update that would fetch, call, or write elsewhere is refused."""
    _, write = writer(graph, var)
    write(put(thing(1)))
    with pytest.raises(KgError) as error:
        write(put(text.encode(), "PATCH", "application/sparql-update"), Condition(existing=True))

    assert error.value.status in {400, 403}


def test_a_patch_stays_inside_its_graph(graph, var):
    """A patch that names another graph is refused."""
    _, write = writer(graph, var)
    write(put(thing(1)))
    for row, kind in ((f"A <a:b> <c:d> <e:f> <{GRAPH}data.things> .", Refused), ("A <a", UsageProblem)):
        with pytest.raises(kind):
            write(put(f"TX .\n{row}\nTC .\n".encode(), "PATCH", "application/rdf-patch"), Condition(existing=True))


def test_a_number_in_other_digits_is_no_change(graph, var):
    """The engine has 1 where a file has 1.0: a patch made from what is served fits, and what stays keeps its digits."""
    _, write = writer(graph, var)
    star = Condition(existing=True)
    write(put(thing(1) + f"<{ID}thing/t1> <x:one> 1.0 ; <x:two> 2.50 .\n".encode()))
    text = (graph / "data/notes/one.ttl").read_text()
    same = write(put(text.replace("1.0", "1.00").encode()), star)
    assert (True, text) == (same.prepared.same, (graph / "data/notes/one.ttl").read_text())

    decimal = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
    patch = f'TX .\nD <{ID}thing/t1> <x:one> "1"{decimal} .\nTC .\n'
    write(put(patch.encode(), "PATCH", "application/rdf-patch"), star)
    write(put(b"INSERT { ?s <x:three> 3 } WHERE { ?s <x:two> 2.5 }", "PATCH", "application/sparql-update"), star)

    numbers = {row.rpartition("> ")[2].split("^")[0] for row in triples(graph) if "<x:" in row}
    assert {'"2.50"', '"3"'} == numbers
    assert f'D <{ID}thing/t1> <x:one> "1"{decimal} <{IRI}> .' in log(var)[2]["patch"]


def test_provenance_is_written_into_the_graph(graph, var):
    """With a token of a curator the graph says who wrote it, and on which day; the comment of the file stays."""
    _, write = writer(graph, var)
    curator = f"{ID}curator/team"
    write(put(thing(1), curator=curator))
    path = graph / "data/notes/one.ttl"
    path.write_text("# What this is for.\n\n" + path.read_text())
    write(put(thing(2), "POST", curator=curator), Condition(existing=True))
    told = [row for row in triples(graph) if row.startswith(f"<{IRI}>")]

    assert 3 == len(told)
    assert any(row.endswith(f"wasAttributedTo> <{curator}>") for row in told)
    assert path.read_text().startswith("# What this is for.\n\n@prefix")


@pytest.mark.parametrize(
    "iri",
    [
        f"{GRAPH}shapes.things",
        f"{GRAPH}ontology.new",
        f"{GRAPH}data",
        f"{GRAPH}data..x",
        f"{GRAPH}data.%2e%2e.x",
        f"{GRAPH}data/../../x",
        f"{GRAPH}data.{'x' * 200}",
        f"{GRAPH}data.a.b.c.d.e",
        "http://elsewhere/data.x",
        f"{GRAPH}provenance",
    ],
)
def test_only_data_files_are_written(graph, iri):
    """No graph leads out of the data, to rules or words, or to a name that no file should have."""
    with pytest.raises(NotWritable):
        file_of(iri, graph)


def test_tokens(tmp_path):
    """A token is shown once, kept as a hash, holds for its graphs until its day, and can be taken back."""
    path = tmp_path / "deep/tokens.json"
    tokens = Tokens(path)
    secret = tokens.new("team", ("data.notes.*", "data.x"), "2027-01-31")
    found = tokens.find(secret, "2027-01-31")

    assert secret.startswith("kg_team.")
    assert secret.partition(".")[2] not in path.read_text()
    assert secret.partition(".")[2] not in repr(found)
    assert found.hash not in repr(found)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert [True, True, False, False] == [
        found.allows(GRAPH + slug) for slug in ("data.notes.a.b", "data.x", "data.y", "data.xy")
    ]
    assert not found.allows("http://elsewhere/data.x")
    assert tokens.find(secret, "2027-02-01") is None
    for wrong in (
        secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        secret.replace("team", "tean"),
        "",
        "kg_team.",
        "x" * 99,
    ):
        assert tokens.find(wrong, "2027-01-01") is None
    with pytest.raises(UsageProblem):
        tokens.new("team", ("*",))
    tokens.withdraw("team")
    assert tokens.find(secret, "2027-01-01") is None
    assert not tokens.any("2027-01-01")
    path.chmod(0o644)
    with pytest.raises(KgError, match="600"):
        tokens.read()


@pytest.mark.parametrize(
    "wrong",
    [("Team", ("*",)), ("", ("*",)), ("a", ()), ("a", ("shapes.*",)), ("a", ("*",), "soon"), ("a", ("*",), "", "me")],
)
def test_wrong_tokens_are_not_made(tmp_path, wrong):
    """A name, a pattern, a date and a curator must be one."""
    with pytest.raises(UsageProblem):
        Tokens(tmp_path / "tokens.json").new(*wrong)


def test_the_commands_for_tokens(tmp_path):
    """Kg token new shows the token on standard output, list names it without the secret, withdraw ends it."""

    def kg(*words):
        return CliRunner().invoke(main, ["--var", str(tmp_path), "token", *words])

    made = kg("new", "team", "--graphs", "data.studies.*", "--expires", "2030-01-01", "--curator", "werkkennis-editors")
    listed = kg("list").stdout

    assert 0 == made.exit_code
    assert "team  data.studies.*  made" in listed
    assert f"until 2030-01-01  {ID}curator/werkkennis-editors" in listed
    assert made.stdout.strip().partition(".")[2] not in listed
    assert 0 == kg("withdraw", "team").exit_code
    assert "withdrawn" in kg("list").stdout
    assert 2 == kg("withdraw", "team").exit_code
    assert 2 == kg("new", "x", "--graphs", "shapes.*").exit_code


def contents(graph):
    """The text of every data file, by name."""
    return {source.name: source.path.read_bytes() for source in find(graph)}


def test_killed_at_any_moment_nothing_is_lost(graph, var):
    """After SIGKILL at a random moment the file holds the old state or the new; what was acknowledged is there."""
    chance = random.Random(6)  # noqa: S311 - moments, no secrets
    changes.prepare(None, graph, file_of(IRI, graph), None, put(thing(0)))
    acknowledged, killed_inside, number = b"", 0, 0
    for _ in range(KILLS):
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            os.close(told)
            try:
                _, write = writer(graph, var)
                for step in range(1000):
                    write(put(thing(number + step, "x" * 5000)), Condition(existing=True) if (graph / "data/notes/one.ttl").exists() else Condition())  # fmt: skip
                    os.write(tell, b"%d\n" % (number + step))
            finally:
                os._exit(1)
        os.close(tell)
        time.sleep(chance.uniform(0, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        rows = b""
        while chunk := os.read(told, 65536):
            rows += chunk
        os.close(told)
        acknowledged = rows.rstrip(b"\n").rpartition(b"\n")[2] or acknowledged
        source = file_of(IRI, graph)
        if source.path.exists():
            parsed, problems = read(source)
            found = next(int(t.subject.value.rpartition("/t")[2]) for t in parsed.triples)
            assert not problems
            assert 2 == len(parsed.triples)
            assert found in {int(acknowledged or -1), int(acknowledged or -1) + 1, number}
            killed_inside += found != int(acknowledged or -1)
            number = found + 1
            acknowledged = b"%d" % found
        else:
            assert b"" == acknowledged
    made, write = writer(graph, var)
    write(put(thing(number)), Condition(existing=(graph / "data/notes/one.ttl").exists()))

    assert {} == made.audit.heads().open
    assert not list(graph.rglob(".new-*"))
    assert generations.prepare(graph)[0].conforms


def test_a_full_disk_loses_nothing(graph, var):
    """Where no more can be written, the writer is told so (507), and all is as it was."""
    made, write = writer(graph, var)
    write(put(thing(1)))
    before = contents(graph)
    size = (var / "gate/audit.jsonl").stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in (size + 10, size + 2_000, 20_000):
        # The log has no room; the log has room and the file has not.
        content = thing(2, "x" * (100 if room < 20_000 else 30_000))
        resource.setrlimit(resource.RLIMIT_FSIZE, (room if room < 20_000 else 29_000, limits[1]))
        try:
            with pytest.raises(NoRoom, match="no room"):
                write(put(content), Condition(existing=True))
        except pytest.fail.Exception:
            if room != size + 2_000:
                raise
            before = contents(graph)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert before == contents(graph)
        assert not list(graph.rglob(".new-*"))
    assert write(put(thing(3)), Condition(existing=True)).state
    assert {} == made.audit.heads().open


def test_a_folder_that_cannot_be_written_loses_nothing(graph, var):
    """Where the system refuses to make a file, the writer is told so (500), and all is as it was."""
    made, write = writer(graph, var)
    write(put(thing(1)))
    before = contents(graph)
    (graph / "data/taken").write_text("a file where a folder should be")
    with pytest.raises(NotWritten):
        write(put(thing(2)), iri=f"{GRAPH}data.taken.one")

    assert before == contents(graph)
    assert {} == made.audit.heads().open
    assert "given up" == log(var)[-1]["state"]


def test_eight_writers_have_one_history(graph, var):
    """Eight writers at once: each success rests on the state before it, none is lost, none is overwritten unseen."""
    _, write = writer(graph, var, seconds=120)
    done, refused, lock = [], [], threading.Lock()
    write(put(thing(0)))
    path = graph / "data/notes/one.ttl"

    def work(number):
        for step in range(4):
            while True:
                before = state_of(path.read_bytes())
                try:
                    outcome = write(
                        put(thing(f"{number}x{step}"), "POST"), Condition(states=(before,)), who=f"w{number}"
                    )
                except StateChanged:
                    refused.append(number)
                    continue
                with lock:
                    done.append((before, outcome.state))
                break

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begun = [line for line in log(var) if line["state"] == "begun"]

    assert 32 == len(done) == len(set(done))
    assert 33 == len(begun)
    assert all(one["after"] == other["before"] for one, other in itertools.pairwise(begun))
    assert {(line["before"], line["after"]) for line in begun[1:]} == set(done)
    assert 66 == len(triples(graph))


def test_more_writers_than_may_wait_are_told_to_come_back(graph, var):
    """A bound on those that wait holds, and one waits no longer than told."""
    made, write = writer(graph, var, waiting=0, seconds=0.2)
    other, _ = writer(graph, var)
    with made.turn(), pytest.raises(Busy, match="too many"):
        write(put(thing(1)))
    with other.turn(), pytest.raises(Busy, match="takes long"):
        write(put(thing(1)))


def test_a_torn_line_of_the_log_is_passed_over(graph, var):
    """A line that broke off in a crash is no line, and the next one begins on its own."""
    made, write = writer(graph, var)
    write(put(thing(1)))
    with (var / "gate/audit.jsonl").open("a") as file:
        file.write('{"write": "x", "state": "beg')
    write(put(thing(2)), Condition(existing=True))

    assert made.audit.heads().content == desk.Audit(var / "gate/audit.jsonl").heads().content
    assert {} == made.audit.heads().open


# Over HTTP.


@pytest.fixture
def site(graph, var, catalogues):
    """A site over the small graph, with two tokens; give a visitor and the tokens."""
    config = settings.load(graph=graph, var=var, validate_seconds=120)
    _, generation = generations.build(graph, var, 5)
    tokens = Tokens.of(config)
    given = {"all": tokens.new("all", ("*",)), "notes": tokens.new("notes", ("data.notes.*",))}
    app = create_app(config, EmbeddedStore(generation.load()), generation.name)
    return app.test_client(), given


def bearer(token, **more):
    """Headers of a write."""
    return {"Authorization": f"Bearer {token}", "Content-Type": TURTLE, "Accept": "application/json"} | more


def test_a_graph_is_written_and_read(site, graph):
    """PUT makes a graph, GET gives it at once with its state, and with that state it is changed and taken away."""
    client, tokens = site
    where = {"query_string": {"graph": IRI}}
    made = client.put("/graphs", data=thing(1), headers=bearer(tokens["notes"]), **where)
    found = client.get("/graphs", headers={"Accept": "application/n-triples"}, **where)
    unnamed = client.put("/graphs", data=thing(2), headers=bearer(tokens["notes"]), **where)
    headers = bearer(tokens["notes"]) | {"If-Match": found.headers["ETag"]}
    added = client.post("/graphs", data=thing(2), headers=headers, **where)
    late = client.post("/graphs", data=thing(3), headers=headers, **where)
    known = client.get("/graphs", headers={"Accept": TURTLE, "If-None-Match": added.headers["ETag"]}, **where)
    gone = client.delete("/graphs", headers=headers | {"If-Match": added.headers["ETag"]}, **where)

    assert [201, 200, 428, 204, 412, 304, 204] == [
        each.status_code for each in (made, found, unnamed, added, late, known, gone)
    ]
    assert f"graph={IRI}".encode() in made.headers["Location"].replace("%3A", ":").replace("%2F", "/").encode()
    assert 2 == len(found.data.splitlines())
    assert 404 == client.get("/graphs", **where).status_code
    assert 404 == client.head("/graphs", **where).status_code


def test_a_graph_that_was_built_has_the_state_of_its_file(site, graph):
    """What the generation holds can be changed with the tag that it is given with, in any format."""
    client, tokens = site
    where = {"query_string": {"graph": f"{GRAPH}data.things"}}
    found = client.get("/graphs", headers={"Accept": "application/ld+json"}, **where)
    wrong = client.put("/graphs", data=thing(1) + b"<a:b> a wk:Thing .", headers=bearer(tokens["all"]) | {"If-Match": found.headers["ETag"]}, **where)  # fmt: skip
    right = client.put(
        "/graphs", data=thing(1), headers=bearer(tokens["all"]) | {"If-Match": found.headers["ETag"]}, **where
    )

    assert [200, 422, 204] == [found.status_code, wrong.status_code, right.status_code]
    assert "Give a name." == wrong.json["results"][0]["messages"]["en"]
    assert "label 1" in (graph / "data/things.ttl").read_text()


def test_direct_names_and_the_default_graph(site):
    """A graph is written at its own address as well; the default graph is read, and never written."""
    client, tokens = site
    made = client.put("/id/graph/data.notes.one", data=thing(1), headers=bearer(tokens["all"]))
    page = client.get("/graphs", query_string={"graph": IRI}, headers={"Accept": "text/html"})

    assert 201 == made.status_code
    assert 200 == client.get("/graphs?default", headers={"Accept": TURTLE}).status_code
    assert 403 == client.put("/graphs?default", data=thing(1), headers=bearer(tokens["all"])).status_code
    assert 400 == client.get("/graphs").status_code
    assert 400 == client.get("/graphs?graph=not%20an%20iri").status_code
    assert 303 == page.status_code


def test_only_who_may_write_writes(site, graph, caplog):
    """Without a token, with a wrong one, or for another graph, nothing is written, and no secret is told again."""
    client, tokens = site
    before = contents(graph)
    where = {"query_string": {"graph": f"{GRAPH}data.other"}}
    none = client.put("/graphs", data=thing(1), headers={"Content-Type": TURTLE}, **where)
    wrong = client.put("/graphs", data=thing(1), headers=bearer(tokens["all"][:-2] + "xx"), **where)
    other = client.put("/graphs", data=thing(1), headers=bearer(tokens["notes"]), **where)
    rules = client.put(
        "/graphs", data=thing(1), headers=bearer(tokens["all"]), query_string={"graph": f"{GRAPH}shapes.things"}
    )
    basic = client.put(
        "/graphs", data=thing(1), headers={"Authorization": "Basic eDp5", "Content-Type": TURTLE}, **where
    )

    assert [401, 401, 403, 403, 401] == [each.status_code for each in (none, wrong, other, rules, basic)]
    assert none.headers["WWW-Authenticate"].startswith("Bearer")
    assert before == contents(graph)
    for secret in tokens.values():
        assert secret not in caplog.text
        assert all(secret not in each.text for each in (none, wrong, other, rules))


def test_guessing_is_slowed_down(site):
    """After ten tokens that do not hold, an address has to wait; even the right one then waits."""
    client, tokens = site
    codes = [client.put("/graphs?graph=a:b", headers=bearer(f"kg_all.{'x' * 43}")).status_code for _ in range(11)]

    assert [401] * 10 + [429] == codes
    assert 429 == client.put("/graphs?graph=a:b", headers=bearer(tokens["all"])).status_code


def test_without_a_token_the_gate_is_shut(graph, var, catalogues):
    """Where no token was made nothing can be written, and the answer says so."""
    _, generation = generations.build(graph, var, 5)
    app = create_app(settings.load(graph=graph, var=var), EmbeddedStore(generation.load()), generation.name)
    found = app.test_client().put("/graphs", data=thing(1), headers=bearer("x"), query_string={"graph": IRI})

    assert 403 == found.status_code
    assert "kg token new" in found.json["detail"]


@pytest.mark.parametrize(
    ("method", "media_type", "content", "status"),
    [
        ("PUT", "application/pdf", b"x", 415),
        ("PUT", "application/rdf-patch", b"x", 415),
        ("PATCH", TURTLE, b"x", 415),
        ("PUT", TURTLE, b"", 400),
        ("PUT", TURTLE, b"<a", 400),
        ("PUT", "application/ld+json", b'{"@context": "http://127.0.0.1:1/"}', 400),
        ("PUT", TURTLE, b"# nothing", 400),
        ("PATCH", "application/rdf-patch", b"TC .", 404),
    ],
)
def test_other_bodies_are_refused(site, method, media_type, content, status):
    """What cannot be a write is refused with the status that says why."""
    client, tokens = site
    found = client.open("/graphs", method=method, data=content, query_string={"graph": IRI}, headers=bearer(tokens["all"]) | {"Content-Type": media_type})  # fmt: skip

    assert status == found.status_code


def test_what_a_curator_writes_keeps_the_rules_of_the_real_graph():
    """The statements that the gate adds about a graph keep the rules that hold for all; nothing is written here."""
    study = f"""{THINGS}
    <{ID}study/trial> a wk:Study ; rdfs:label "Een proef"@nl , "A trial"@en ; wk:design <{ID}design/scan> ;
        wk:rigour <{ID}rigour/level-3> ; wk:reportedIn <{ID}publication/tno-quickscan-report> .
    """
    operation = put(study.encode(), curator=f"{ID}curator/werkkennis-editors")
    found = prepare(None, ROOT, file_of(f"{GRAPH}data.studies.trial", ROOT), None, operation)

    assert [] == found.verdict.report.results
    assert "graph:data.studies.trial a void:Dataset" in found.text
