"""What every page stands on: the settings, the store and the generation that it holds; and the pages' own queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Final, cast

import pyoxigraph as ox
from flask import Flask, current_app

from kg.publication import Published
from kg.questions import bind
from kg.settings import Settings
from kg.store import Store, Table

_INDEXED: Final = frozenset({"kinds-counted", "things-counted", "things-of-kind"})


@dataclass(frozen=True, slots=True)
class Site:
    """The graph that an application serves; it does not change while the application lives.

    Attributes:
        config: the settings.
        store: the loaded generation.
        generation: its name.
        published: what can be downloaded of it; None where the graph comes from an engine elsewhere.
    """

    config: Settings
    store: Store
    generation: str
    published: Published | None = None

    def init_app(self, app: Flask) -> None:
        """Make this the site of an application."""
        app.extensions["kg"] = self


def site() -> Site:
    """Return the site of the current application."""
    return cast("Site", current_app.extensions["kg"])


def today() -> str:
    """Return the date on which a page without an as-of date stands."""
    return datetime.now(tz=UTC).date().isoformat()


@cache
def page_query(name: str) -> str:
    """Return the text of one of the pages' own queries; some stand in the room of the index that answers them as well."""
    room = "cells" if name in _INDEXED else "web"
    return (files("kg") / room / "queries" / f"{name}.rq").read_text("utf-8")


def bound(name: str, **values: str) -> str:
    """Return a page query with its parameters bound; a value that is an absolute IRI is bound as an IRI."""
    return bind(page_query(name), values, {key: _term(value) for key, value in values.items()})


def select(name: str, **values: str) -> Table:
    """Ask the graph a page query."""
    return site().store.select(bound(name, **values))


def records(name: str, **values: str) -> list[Mapping[str, str]]:
    """Ask the graph a page query; give each row as a mapping of column to plain text."""
    return list(site().store.select(bound(name, **values)).records())


def among(name: str, column: str, iris: Iterable[str], **values: str) -> Table:
    """Ask the graph a page query about some things only.

    Args:
        name: the query; it has a clause ``VALUES (?column) { (UNDEF) }``.
        column: what these things are called there.
        iris: the things.
        values: its other parameters.
    """
    rows = " ".join(f"({_term(iri)})" for iri in iris)
    text = bound(name, **values).replace(f"VALUES (?{column}) {{ (UNDEF) }}", f"VALUES (?{column}) {{ {rows} }}")
    return site().store.select(text)


def _term(value: str) -> str:
    return str(ox.NamedNode(value) if "://" in value else ox.Literal(value))
