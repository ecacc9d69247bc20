"""Turtle in one form, so that a change of the graph is all that a difference between two files shows."""

from kg.writing.disk import FormatProblem
from kg.writing.form import format_file, formatted
from kg.writing.turtle import turtle

__all__ = ["FormatProblem", "format_file", "formatted", "turtle"]
