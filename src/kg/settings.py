"""Settings: one table of name, environment variable, default and meaning; everything that can be set stands here."""

import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kg.errors import UsageProblem

ROOMS = ("ontology", "shapes", "data")
LANGUAGES = ("nl", "en")


def has_rooms(folder: Path) -> bool:
    """Tell whether a folder holds the three rooms of a graph: ``ontology``, ``shapes`` and ``data``."""
    return all((folder / room).is_dir() for room in ROOMS)


def find_graph() -> Path:
    """Return the graph to work on when none is named: this folder, else the source tree, else the packaged graph."""
    here = Path(__file__).resolve().parent
    candidates = (Path.cwd(), here.parents[1], here / "graph")
    return next((folder for folder in candidates if has_rooms(folder)), Path.cwd())


def _setting(variable: str, default: object, meaning: str) -> Any:  # noqa: ANN401
    metadata = {"variable": variable, "meaning": meaning}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one run; immutable. Make one with :func:`load`."""

    graph: Path = _setting("KG_GRAPH", find_graph, "folder with the rooms ontology, shapes and data")  # noqa: RUF009
    var: Path = _setting("KG_VAR", lambda: Path("var"), "folder for what is built; can be thrown away")  # noqa: RUF009
    host: str = _setting("KG_HOST", "127.0.0.1", "address to serve on")
    port: int = _setting("KG_PORT", 8000, "port to serve on")
    workers: int = _setting("KG_WORKERS", 2, "web processes")
    language: str = _setting("KG_LANGUAGE", "nl", "language when a visitor asks for none that we have (nl or en)")
    query_seconds: int = _setting("KG_QUERY_SECONDS", 30, "wall-clock seconds that one request may take")
    query_bytes: int = _setting("KG_QUERY_BYTES", 2_000_000, "largest request body, in bytes")
    keep_generations: int = _setting("KG_KEEP_GENERATIONS", 5, "built generations to keep")

    def replace(self, **values: object) -> "Settings":
        """Return a copy with the values that are not None in place of the present ones."""
        return replace(self, **{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]


def load(**overrides: object) -> Settings:
    """Return the settings: an override that is not None, else the environment variable, else the default.

    Raises:
        UsageProblem: an environment variable does not hold a value of the setting's type, or a language that we have.
    """
    values: dict[str, Any] = {}
    for entry in fields(Settings):
        variable = entry.metadata["variable"]
        if overrides.get(entry.name) is not None:
            values[entry.name] = overrides[entry.name]
        elif variable in os.environ:
            try:
                values[entry.name] = entry.type(os.environ[variable])  # type: ignore[operator]
            except ValueError as error:
                kind = getattr(entry.type, "__name__", entry.type)
                raise UsageProblem(f"{variable}={os.environ[variable]!r} is not of type {kind}: {error}") from error
    if values.get("language", "nl") not in LANGUAGES:
        raise UsageProblem(f"KG_LANGUAGE={values['language']!r} is none of {', '.join(LANGUAGES)}")
    return Settings(**values)
