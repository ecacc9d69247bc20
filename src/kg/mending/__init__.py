"""Mend what is mechanical in Turtle files: what has one possible remedy, and nothing else."""

from kg.mending.mend import Mended, mend

__all__ = ["Mended", "mend"]
