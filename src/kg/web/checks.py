"""What the checks of the site run in and against: a keeper of processes, the generation that is served, its shapes."""

import logging
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, current_app

from kg import generations
from kg.errors import KgError
from kg.gate.compiled import Compiled, compiled
from kg.gate.elsewhere import quads_of
from kg.gate.keeper import Keeper, Limits
from kg.web.site import Site, site

_SHAPES: Final = "shapes/"
_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Give an application a keeper for its checks, and a place for the shapes that were read."""
    config = app.extensions["kg"].config
    app.extensions["kg-check"] = Keeper(Limits(config.validate_seconds, config.validate_memory))
    app.extensions["kg-shapes"] = {}


def keeper() -> Keeper:
    """Return the keeper of the current application."""
    kept: Keeper = current_app.extensions["kg-check"]
    return kept


def base(of: Site) -> tuple[Path | bytes, None]:
    """Return what a submission is checked against: the generation that is served."""
    if of.config.store:
        return _elsewhere(of.generation), None
    return (of.config.var / "generations" / of.generation).resolve(), None


def shapes(of: Site) -> Compiled | None:
    """Return the shapes of the generation that is served; they are read when they are first asked for.

    None when they cannot be read now, and where others may change them at any moment: each check then reads them itself.
    """
    generation, _ = base(of)
    if isinstance(generation, bytes):
        return None
    known: dict[str, Compiled] = current_app.extensions["kg-shapes"]
    try:
        name = _name(generation)
        if name not in known:
            found = keeper().run(None, compiled, generation)
            # Those of before are not asked for again.
            known.clear()
            known[name] = found
        return known.get(name)
    except KgError as error:
        _log.info("the shapes were not read beforehand (%s)", error)
        return None


@lru_cache(maxsize=2)
def _name(generation: Path) -> str:
    """Return a name for the shapes of a generation, which many generations have in common."""
    held = generations.at(generation).manifest["files"]
    return repr(sorted(pair for pair in held.items() if pair[0].startswith(_SHAPES)))


@lru_cache(maxsize=1)
def _elsewhere(_generation: str) -> bytes:
    """Return what an engine elsewhere holds; a generation does not change, so asking once is enough."""
    return quads_of(site().store)
