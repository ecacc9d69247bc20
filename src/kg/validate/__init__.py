"""Validate a parsed graph against its shapes (SHACL), with the place in the file that an editor has to mend."""

from kg.validate.check import check, examine
from kg.validate.report import Report, Result, Severity

__all__ = ["Report", "Result", "Severity", "check", "examine"]
