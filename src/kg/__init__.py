"""Werkkennis: the knowledge graph of what works in work and income."""

__version__ = "0.1.0"
