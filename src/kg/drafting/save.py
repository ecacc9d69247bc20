"""Check a draft as part of the graph, and write its file where none is yet."""

from collections.abc import Sequence
from pathlib import Path

from kg.errors import InvalidGraph, UsageProblem
from kg.files import SourceFile
from kg.parse import ParsedFile, read_content
from kg.spoken import gettext as _
from kg.validate import Report
from kg.validate.check import examine
from kg.writing.disk import create_text

DRAFT = ".draft"
"""What stands behind the name of a file that is not good yet; no command reads it as part of the graph."""


def examined(text: str, path: Path, files: Sequence[ParsedFile]) -> Report:
    """Return what a check finds in the file of a draft, and in no other.

    Args:
        text: its content.
        path: where it would stand, by which the report names it.
        files: the files of the graph that it will be part of.
    """
    parsed, problems = read_content(SourceFile(path.as_posix(), path, "data"), text.encode())
    report, _store = examine([*files, parsed], problems)
    report.results = [result for result in report.results if result.name == path.as_posix()]
    return report


def free(path: Path) -> None:
    """Make sure that a file can be written without writing over another.

    Raises:
        UsageProblem: there is one.
    """
    if path.exists():
        raise UsageProblem(
            _("%(path)s is there already; nothing was written. Name another with --file or --name", path=path)
        )


def save(text: str, path: Path, report: Report) -> None:
    """Write the file of a draft that was checked.

    Raises:
        UsageProblem: there is a file already.
        InvalidGraph: the file is not good; carries the report.
        KgError: it cannot be written.
    """
    if not report.conforms:
        raise InvalidGraph(_("nothing was written, because of the mistakes above"), report)
    create_text(path, text)


def keep(text: str, path: Path) -> Path:
    """Write a draft that is not good yet beside where its file would stand, and return its path.

    Raises:
        KgError: it cannot be written.
    """
    for number in range(1, 100):
        kept = path.with_name(f"{path.name}{DRAFT}{'' if number == 1 else number}")
        if not kept.exists():
            create_text(kept, text)
            return kept
    raise UsageProblem(_("there are too many drafts beside %(path)s; remove some", path=path))
