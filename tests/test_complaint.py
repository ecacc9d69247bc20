"""What is said of a query that cannot be read: where, what was expected, what stands there; in one line."""

import pyoxigraph as ox
import pytest

from kg.store.complaint import shortened
from sparql_corpus import QUERIES


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "error at 1:1: the query is empty; near “”, at the end of the query"),
        (
            "ASK {",
            """error at 1:6: expected "$", "'", "'''", "(", "+", "-" or 14 more; found the end of the query after “ASK {”""",
        ),
        ("SELECT ?a { ?a a foo:b }", "error at 1:23: Prefix not found; near “SELECT ?a { ?a a foo:b }”"),
        (
            "ASK { ?s ?p ?o } x",
            "error at 1:19: this cannot be read; near “ASK { ?s ?p ?o } x”, at the end of the query",
        ),
        ("ASK {\n  ?s ?p ?o\n  FLITER(?o)\n}", "error at 3:11: expected OPTIONAL; near “FLITER(?o)”"),
    ],
)
def test_a_complaint_is_a_line(query, expected):
    """The engine's list of characters is left out; its place, its reason and what stands there are kept."""
    assert expected == shortened(complaint(query), query)


def test_a_message_of_another_form_is_kept():
    """What is no list of tokens is passed on, cut when it is very long."""
    assert "No scheme found" == shortened("No scheme found", "")
    assert 302 == len(shortened("x" * 5000, ""))


def test_every_cut_query_is_told_in_a_short_line():
    """Each query of the corpus, cut anywhere in its last line, is told in at most 300 characters with its place."""
    for query in QUERIES:
        for end in range(len(query) - 8, len(query)):
            if said := complaint(query[:end]):
                line = shortened(said, query[:end])
                assert line.startswith("error at ")
                assert len(line) < 300
                assert "\n" not in line


def complaint(query):
    """Return what the engine says of a query; nothing when it can be read."""
    try:
        ox.Store().query(query)
    except SyntaxError as error:
        return str(error)
    return ""
