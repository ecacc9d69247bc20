"""Bring a Turtle file into the one form, without changing what it says and without losing a comment."""

from pathlib import Path

import pyoxigraph as ox

from kg.files import SourceFile
from kg.parse import Problem, read
from kg.writing.disk import FormatProblem, replace_text
from kg.writing.reader import read as read_source
from kg.writing.source import CommentProblem, all_comments
from kg.writing.turtle import write


def formatted(text: str, name: str, *, keep_order: bool = False) -> str:
    """Return a Turtle text in the one form.

    Args:
        text: Turtle that parses.
        name: what it is called in an error.
        keep_order: leave the subjects in their order.

    Raises:
        FormatProblem: a comment belongs to nothing, or the text does not parse.
    """
    try:
        before = _graph(text)
        source = read_source(text)
        after = write(source, keep_order=keep_order)
        same = _graph(after) == before
    except CommentProblem as error:
        place = f"{name}:{error.line}" if error.line else name
        raise FormatProblem(f"{place}: {error}; the file was left as it is") from error
    except SyntaxError as error:
        raise FormatProblem(
            f"{name}:{error.lineno}: cannot be read: {error.msg}; the file was left as it is"
        ) from error
    if not same or not _comments_stay(text, after):
        # Never seen; a file is worth more than its form.
        raise FormatProblem(f"{name}: this file cannot be formatted without a loss; it was left as it is")
    return after


def format_file(path: Path, name: str, *, keep_order: bool = False, write_it: bool = True) -> tuple[str, str]:
    """Bring a file into the one form, in one step, and return the text before and after.

    Raises:
        FormatProblem: the file cannot be read, written or brought into the form.
    """
    try:
        parsed, problems = read(SourceFile(name, path, "data"))
    except OSError as error:
        raise FormatProblem(f"{name}: {error.strerror or error}") from error
    if problems:
        raise FormatProblem(_told(problems[0]))
    after = formatted(parsed.text, name, keep_order=keep_order)
    if write_it and after.encode() != parsed.text.encode():
        replace_text(path, name, after)
    return parsed.text, after


def _graph(text: str) -> ox.Dataset:
    graph = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return graph


def _comments_stay(before: str, after: str) -> bool:
    """Tell whether every comment is there as often as it was."""
    left, wanted = all_comments(after), all_comments(before)
    # The longest first: one may stand inside another.
    for text in sorted(wanted, key=len, reverse=True):
        found = next((number for number, line in enumerate(left) if text in line), None)
        if found is None:
            return False
        left[found] = left[found].replace(text, "", 1)
    return True


def _told(problem: Problem) -> str:
    place = f"{problem.line}:{problem.column}" if problem.column else str(problem.line)
    return f"{problem.name}:{place}: cannot be read: {problem.message}; the file was left as it is"
