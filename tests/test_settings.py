"""Settings: from the call, else the environment, else the default."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from kg import settings
from kg.errors import UsageProblem
from small_graph import write_graph

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Take all our variables out of the environment."""
    for entry in fields(settings.Settings):
        monkeypatch.delenv(entry.metadata["variable"], raising=False)


def test_the_defaults(monkeypatch, tmp_path):
    """Without any setting the server listens on this machine only, in Dutch, with modest limits."""
    monkeypatch.chdir(tmp_path)
    found = settings.load()
    assert (ROOT, Path("var"), "127.0.0.1", 8000, "nl") == (
        found.graph,
        found.var,
        found.host,
        found.port,
        found.language,
    )
    assert (30, 10, 1 << 30, 200_000_000, 2_000_000, 64, 4) == (
        found.query_seconds,
        found.page_seconds,
        found.query_memory,
        found.result_bytes,
        found.body_bytes,
        found.queue,
        found.per_visitor,
    )


@pytest.mark.parametrize(
    ("name", "variable", "text", "expected"),
    [
        ("graph", "KG_GRAPH", "/srv/graph", Path("/srv/graph")),
        ("var", "KG_VAR", "/srv/var", Path("/srv/var")),
        ("host", "KG_HOST", "0.0.0.0", "0.0.0.0"),  # noqa: S104
        ("port", "KG_PORT", "8080", 8080),
        ("processes", "KG_PROCESSES", "4", 4),
        ("language", "KG_LANGUAGE", "en", "en"),
        ("query_seconds", "KG_QUERY_SECONDS", "5", 5),
        ("body_bytes", "KG_BODY_BYTES", "1000", 1000),
        ("keep_generations", "KG_KEEP_GENERATIONS", "2", 2),
    ],
)
def test_the_environment_sets_each(monkeypatch, name, variable, text, expected):
    """Each setting is read from its variable, in its own type."""
    monkeypatch.setenv(variable, text)
    assert getattr(settings.load(), name) == expected


def test_every_setting_can_be_set_and_says_what_it_is():
    """Every setting has a variable of its own that begins with KG_, and a meaning in words."""
    entries = fields(settings.Settings)
    assert len({entry.metadata["variable"] for entry in entries}) == len(entries) > 20
    assert all(entry.metadata["variable"] == f"KG_{entry.name.upper()}" for entry in entries)
    assert all(entry.metadata["meaning"] for entry in entries)


def test_the_call_goes_before_the_environment(monkeypatch):
    """What the caller gives wins; None means that nothing was given."""
    monkeypatch.setenv("KG_PORT", "8080")
    assert settings.load(port=9000).port == 9000
    assert settings.load(port=None).port == 8080


@pytest.mark.parametrize(
    "variable", ["KG_PORT", "KG_PROCESSES", "KG_QUERY_SECONDS", "KG_BODY_BYTES", "KG_KEEP_GENERATIONS"]
)
def test_a_value_of_another_type_is_refused(monkeypatch, variable):
    """A word where a number is needed is refused with the variable, the value, and what it takes."""
    monkeypatch.setenv(variable, "many")
    with pytest.raises(UsageProblem, match=f"^{variable}='many' is no whole number such as [0-9]+; it takes: [a-z]"):
        settings.load()


def test_a_language_that_we_do_not_have_is_refused(monkeypatch):
    """A language other than Dutch and English is refused with the ones there are."""
    monkeypatch.setenv("KG_LANGUAGE", "fr")
    with pytest.raises(UsageProblem, match="KG_LANGUAGE='fr' is none of nl, en"):
        settings.load()


@pytest.mark.parametrize("contact", ["", "redactie@example.org", "https://example.org/werkkennis/issues/new"])
def test_a_contact_is_a_mail_address_or_an_issue_tracker(contact):
    """Where to write to is a mail address, an address on the web, or nothing."""
    assert settings.load(contact=contact).contact == contact


@pytest.mark.parametrize("contact", ["redactie", "a@b?bcc=c@d", "javascript:alert(1)", "https://a b", "a@b\n"])
def test_a_contact_that_is_none_is_refused(contact):
    """Anything else is refused: it would become a link on every page."""
    with pytest.raises(UsageProblem, match="KG_CONTACT="):
        settings.load(contact=contact)


def test_who_publishes(monkeypatch):
    """Publisher and licence are set by name and address."""
    monkeypatch.setenv("KG_PUBLISHER", "Gemeente Voorbeeld")
    monkeypatch.setenv("KG_PUBLISHER_IRI", "https://ror.org/01bnjb948")
    monkeypatch.setenv("KG_LICENCE", "https://creativecommons.org/publicdomain/zero/1.0/")
    found = settings.load()

    assert (
        "Gemeente Voorbeeld",
        "https://ror.org/01bnjb948",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ) == (
        found.publisher,
        found.publisher_iri,
        found.licence,
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"publisher": "A", "publisher_iri": "ror:1"}, "KG_PUBLISHER_IRI="),
        ({"publisher": "A", "publisher_iri": "https://a b"}, "KG_PUBLISHER_IRI="),
        ({"publisher_iri": "https://ror.org/01bnjb948"}, "KG_PUBLISHER_IRI needs KG_PUBLISHER"),
        ({"licence": "CC BY 4.0"}, "KG_LICENCE="),
        ({"licence": "https://example.org/<b>"}, "KG_LICENCE="),
    ],
)
def test_who_publishes_is_told_rightly(given, message):
    """An address that is none, or an identifier without a name, is refused."""
    with pytest.raises(UsageProblem, match=message):
        settings.load(**given)


def test_the_graph_of_this_folder_is_taken_first(monkeypatch, tmp_path):
    """In a folder with the three rooms, that folder is the graph; elsewhere it is this source tree."""
    write_graph(tmp_path / "graph")
    monkeypatch.chdir(tmp_path / "graph")
    assert settings.find_graph() == tmp_path / "graph"
    monkeypatch.chdir(tmp_path)
    assert settings.find_graph() == ROOT


def test_settings_do_not_change():
    """Settings are immutable, so that every part of a run sees the same."""
    with pytest.raises(FrozenInstanceError):
        settings.load().port = 1
