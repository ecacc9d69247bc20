"""The commands of a maintainer's desk: ``kg format``, ``kg lint``, ``kg new`` and ``kg rollback``."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import KgError, UsageProblem

if TYPE_CHECKING:
    from kg import settings
    from kg.validate import Report

_PATH = click.Path(path_type=Path)


@click.command(name="format")
@click.argument("paths", nargs=-1, type=_PATH)
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit with 1 when a file would change.")
@click.option("--diff", "show", is_flag=True, help="Write nothing; show what would change.")
@click.option("--keep-order", is_flag=True, help="Leave the things of a file in the order in which they stand.")
@click.pass_obj
def format_files(
    config: settings.Settings, paths: tuple[Path, ...], *, check_only: bool, show: bool, keep_order: bool
) -> None:
    """Bring Turtle files into one form: the files and folders PATHS, or all of data.

    Things by name under the comment that heads them, properties and values in a fixed order, only prefixes that are
    used. Comments stay with what they belong to; a file in which one has no place is refused and left as it is.
    With - as the only path, standard input is formatted to standard output.
    """
    from kg.writing import FormatProblem, format_file, formatted  # noqa: PLC0415

    if paths == (Path("-"),):
        click.echo(formatted(_standard_input(), "standard input", keep_order=keep_order), nl=False)
        return
    changed, refused = 0, 0
    files = _files(config.graph, paths)
    for path in files:
        try:
            before, after = format_file(path, str(path), keep_order=keep_order, write_it=not (check_only or show))
        except FormatProblem as problem:
            refused += 1
            click.echo(f"kg: {problem}", err=True)
            continue
        if before != after:
            changed += 1
            click.echo(_difference(path, before, after) if show else str(path), nl=not show)
    verb = "would change" if check_only or show else "changed"
    click.echo(f"{changed} {verb}, {len(files) - changed - refused} were in order, {refused} refused", err=True)
    sys.exit(1 if refused or (changed and (check_only or show)) else 0)


def mended(graph: Path, paths: tuple[Path, ...]) -> Report:
    """Mend what is mechanical, say on standard error what was changed, and return the report of what is left."""
    from kg.mending import mend  # noqa: PLC0415

    changed, report = mend(graph, paths)
    for file in changed:
        click.echo(f"mended {file.name}", err=True)
        for line, told in sorted(file.changes):
            click.echo(f"  {line}  {told}", err=True)
    return report


def _files(graph: Path, paths: tuple[Path, ...]) -> list[Path]:
    """Return the Turtle files meant, each once.

    Raises:
        UsageProblem: a path does not exist or holds no Turtle.
    """
    found: dict[Path, None] = {}
    for path in paths or (graph / "data",):
        files = sorted(path.rglob("*.ttl")) if path.is_dir() else [path] if path.is_file() else []
        if not files:
            raise UsageProblem(f"{path} holds no Turtle file (*.ttl)" if path.is_dir() else f"{path} does not exist")
        found |= dict.fromkeys(files)
    return list(found)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise KgError("standard input is not UTF-8") from error


def _difference(path: Path, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), str(path), f"{path} (formatted)"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
