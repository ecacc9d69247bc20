"""Settings: one table of name, environment variable, default and meaning; everything that can be set stands here."""

import os
import re
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kg.errors import UsageProblem

ROOMS = ("ontology", "shapes", "data")
LANGUAGES = ("nl", "en")
LOG_LEVELS = ("debug", "info", "warning", "error")


def has_rooms(folder: Path) -> bool:
    """Tell whether a folder holds the three rooms of a graph: ``ontology``, ``shapes`` and ``data``."""
    return all((folder / room).is_dir() for room in ROOMS)


def find_graph() -> Path:
    """Return the graph to work on when none is named: this folder, else the source tree, else the packaged graph."""
    here = Path(__file__).resolve().parent
    candidates = (Path.cwd(), here.parents[1], here / "graph")
    return next((folder for folder in candidates if has_rooms(folder)), Path.cwd())


def _setting(variable: str, default: object, meaning: str, *, secret: bool = False) -> Any:  # noqa: ANN401
    metadata = {"variable": variable, "meaning": meaning}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one run; immutable. Make one with :func:`load`."""

    graph: Path = _setting("KG_GRAPH", find_graph, "folder with the rooms ontology, shapes and data")  # noqa: RUF009
    var: Path = _setting("KG_VAR", lambda: Path("var"), "folder for what is built; only gate/ must be kept")  # noqa: RUF009
    store: str = _setting("KG_STORE", "", "query endpoint of the engine to ask; empty: the generation that is built")
    store_update: str = _setting(
        "KG_STORE_UPDATE", "", "update endpoint of that engine; empty: nothing is written there"
    )
    store_user: str = _setting("KG_STORE_USER", "", "name to log in with there")
    store_password: str = _setting("KG_STORE_PASSWORD", "", "password for that name", secret=True)
    host: str = _setting("KG_HOST", "127.0.0.1", "address to serve on")
    port: int = _setting("KG_PORT", 8000, "port to serve on")
    public_url: str = _setting("KG_PUBLIC_URL", "", "address of the site for the world; empty: as it was asked")
    contact: str = _setting(
        "KG_CONTACT", "", "mail address or issue tracker for mistakes and missing studies; empty: no such links"
    )
    publisher: str = _setting("KG_PUBLISHER", "", "organisation that publishes the data set; empty: its editors")
    publisher_iri: str = _setting("KG_PUBLISHER_IRI", "", "identifier of that organisation, of TOOI or ROR for example")
    licence: str = _setting(
        "KG_LICENCE", "https://creativecommons.org/licenses/by/4.0/", "licence of a graph whose files name none"
    )
    processes: int = _setting("KG_PROCESSES", 12, "queries that run at once, each in a process of its own")
    language: str = _setting("KG_LANGUAGE", "nl", "language when a visitor asks for none that we have (nl or en)")
    query_seconds: int = _setting("KG_QUERY_SECONDS", 30, "wall-clock seconds that a visitor's query may take")
    page_seconds: int = _setting("KG_PAGE_SECONDS", 10, "wall-clock seconds that a query of a page may take")
    query_memory: int = _setting("KG_QUERY_MEMORY", 1 << 30, "bytes of memory that a query may use above the graph")
    result_bytes: int = _setting("KG_RESULT_BYTES", 200_000_000, "bytes that an answer may have")
    body_bytes: int = _setting("KG_BODY_BYTES", 2_000_000, "bytes that the body of a request may have")
    cache_bytes: int = _setting("KG_CACHE_BYTES", 64 << 20, "bytes of answers to keep in memory; 0 keeps none")
    own_memory: int = _setting(
        "KG_OWN_MEMORY", 60_000_000, "bytes with which a query process goes on that it shares with no other"
    )
    memory_limit: int = _setting(
        "KG_MEMORY_LIMIT",
        0,
        "bytes of memory for the graph, at 560 a statement; a larger one is read from disk; 0: half of what there is",
    )
    queue: int = _setting("KG_QUEUE", 64, "queries that may wait; more are told to come back")
    spool_bytes: int = _setting("KG_SPOOL_BYTES", 2_000_000_000, "bytes on disk that answers on their way may take")
    client_seconds: int = _setting(
        "KG_CLIENT_SECONDS", 30, "seconds that a client has for each 64 KiB it sends or takes"
    )
    per_visitor: int = _setting("KG_PER_VISITOR", 4, "queries at once for one client address")
    proxies: int = _setting("KG_PROXIES", 0, "proxies in front that are trusted to name the client's address")
    log_level: str = _setting("KG_LOG_LEVEL", "info", "least that is logged (debug, info, warning or error)")
    validate_bytes: int = _setting(
        "KG_VALIDATE_BYTES", 20_000_000, "bytes that data may have that is sent to be checked"
    )
    validate_seconds: int = _setting("KG_VALIDATE_SECONDS", 30, "wall-clock seconds that a check of such data may take")
    validate_memory: int = _setting("KG_VALIDATE_MEMORY", 1 << 30, "bytes of memory that it may use above the graph")
    tokens: str = _setting("KG_TOKENS", "", "file with the tokens of those who may write; empty: tokens.json in KG_VAR")
    write_queue: int = _setting("KG_WRITE_QUEUE", 16, "writes that may wait; more are told to come back")
    proposals: int = _setting("KG_PROPOSALS", 0, "suggestions of visitors that may wait for a maintainer; 0 takes none")
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
                raise UsageProblem(
                    f"{variable}={os.environ[variable]!r} is no whole number such as {entry.default}; "
                    f"it takes: {entry.metadata['meaning']}"
                ) from error
    if values.get("language", "nl") not in LANGUAGES:
        raise UsageProblem(f"KG_LANGUAGE={values['language']!r} is none of {', '.join(LANGUAGES)}")
    if values.get("log_level", "info") not in LOG_LEVELS:
        raise UsageProblem(f"KG_LOG_LEVEL={values['log_level']!r} is none of {', '.join(LOG_LEVELS)}")
    _refuse_addresses(values)
    return Settings(**values)


def _refuse_addresses(values: dict[str, Any]) -> None:
    """Make sure that what must be an address is one.

    Raises:
        UsageProblem: it is none.
    """
    if not re.fullmatch(r"(https?://[^\s<>\"{}|^`\\?#]+)?", values.get("public_url", "")):
        raise UsageProblem(f"KG_PUBLIC_URL={values['public_url']!r} is no address such as https://example.org/kg")
    if not re.fullmatch(r"([^\s<>?&%#:/@]+@[^\s<>?&%#:/@]+|https?://[^\s<>\"?#]+)?", values.get("contact", "")):
        raise UsageProblem(f"KG_CONTACT={values['contact']!r} is no mail address, nor one that begins with https://")
    for name in ("publisher_iri", "licence"):
        if not re.fullmatch(r"(https?://[^\s<>\"{}|^`\\[\]]+)?", values.get(name, "")):
            raise UsageProblem(f"KG_{name.upper()}={values[name]!r} is no address that begins with https://")
    if values.get("publisher_iri") and not values.get("publisher"):
        raise UsageProblem("KG_PUBLISHER_IRI needs KG_PUBLISHER beside it, the name of that organisation")
