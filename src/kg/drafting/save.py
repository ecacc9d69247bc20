"""Write the file of a draft, when it is good and none is there yet."""

import tempfile
from pathlib import Path

from kg.errors import InvalidGraph, UsageProblem
from kg.validate import Report, check
from kg.writing.disk import create_text


def save(text: str, path: Path, graph: Path) -> Report:
    """Check the file of a draft and write it, where none is yet.

    Args:
        text: its content.
        path: where it goes.
        graph: the graph folder that it will be part of.

    Returns:
        What the check found in the file.

    Raises:
        UsageProblem: there is a file already.
        InvalidGraph: the file is not good, or a file of the graph cannot be read; carries the report.
        KgError: it cannot be written.
    """
    if path.exists():
        raise UsageProblem(f"{path} is there already; nothing was written. Name another with --file or --name")
    with tempfile.TemporaryDirectory() as scratch:
        draft = Path(scratch) / path.name
        draft.write_text(text, "utf-8")
        report = check(graph, [draft])
        report.results = [result for result in report.results if result.name == draft.as_posix()]
    if not report.conforms:
        raise InvalidGraph("nothing was written, because of the mistakes above", report)
    create_text(path, text)
    return report
