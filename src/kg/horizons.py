"""Horizons: how long after a start an outcome was seen, in words; as ``ontology/horizons.ttl`` defines them."""

from typing import Final

_UNTIL: Final = ((12, "short"), (24, "medium"))


def horizon_of(months: int) -> str:
    """Return the name of the horizon that a number of months is of."""
    return next((name for most, name in _UNTIL if months <= most), "long")
