"""Open the engine that the settings name."""

import os

from kg.settings import Settings
from kg.store.endings import Teller, silent
from kg.store.endpoint import Endpoint
from kg.store.limits import Limits
from kg.store.places import Bounds
from kg.store.remote import RemoteStore


def bounds_of(config: Settings) -> Bounds:
    """Return how much a store takes on, as the settings say."""
    return Bounds(
        processes=config.processes,
        queue=config.queue,
        per_visitor=config.per_visitor,
        query_seconds=config.query_seconds,
        page_seconds=config.page_seconds,
    )


def limits_of(config: Settings) -> Limits:
    """Return what one query may use, as the settings say."""
    return Limits(
        config.query_memory,
        config.result_bytes,
        config.var.resolve() / "spool" / str(os.getpid()),
        config.spool_bytes,
        config.own_memory,
    )


def open_remote(config: Settings, on_end: Teller = silent) -> RemoteStore:
    """Open the engine at ``KG_STORE``; nothing is asked yet.

    Raises:
        UsageProblem: the address is none that can be asked.
    """
    endpoint = Endpoint(config.store, config.store_user, config.store_password, config.processes, config.result_bytes)
    return RemoteStore(endpoint, bounds_of(config), limits_of(config), on_end)
