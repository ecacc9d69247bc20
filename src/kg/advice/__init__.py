"""Advice on the quality of a graph: what conforms and could still be better, each measure a query of its own."""

from kg.advice.measures import Advice, Found, Measure, advise, find, names

__all__ = ["Advice", "Found", "Measure", "advise", "find", "names"]
