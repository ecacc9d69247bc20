"""What ``kg check`` looks at: everything, or what the given files affect in the graph that was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.spoken import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    from kg.settings import Settings
    from kg.validate import Report


def report_of(config: Settings, paths: tuple[Path, ...], *, full: bool) -> Report:
    """Check what the files affect; or everything, where no files are given or it is asked for.

    Where what was built does not tell what the files are laid over, everything is checked as well, and standard error
    says why.

    Raises:
        UsageProblem: the folder is no graph folder, or a path does not exist.
    """
    from kg.validate import check  # noqa: PLC0415

    if paths and not full:
        from kg import overlay  # noqa: PLC0415

        try:
            return overlay.check(config.graph, config.var, paths)
        except overlay.NotAsBuiltError as reason:
            click.echo("kg: " + _("checking everything, because %(reason)s", reason=reason), err=True)
    return check(config.graph, paths)


def explain(config: Settings) -> None:
    """Say which rules are checked in full whatever changes, and why."""
    from kg.files import find  # noqa: PLC0415
    from kg.parse import read_all  # noqa: PLC0415
    from kg.validate.incremental import Shapes  # noqa: PLC0415
    from kg.vocabulary import shorten  # noqa: PLC0415

    files, _problems = read_all(source for source in find(config.graph) if source.room == "shapes")
    unbounded = Shapes(triple for file in files for triple in file.triples).unbounded
    for name, reason in sorted(unbounded.items()):
        click.echo(f"{shorten(name)}: {reason}")
    click.echo(
        _("%(number)s checked in full whatever changes; all else where a change can affect it", number=len(unbounded))
    )
