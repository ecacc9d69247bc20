"""The commands of a maintainer's desk: ``kg format``, ``kg lint``, ``kg new`` and ``kg rollback``."""

from __future__ import annotations

import difflib
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import KgError, UsageProblem
from kg.spoken import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg import settings
    from kg.advice import Advice
    from kg.validate import Report

_PATH = click.Path(path_type=Path)
_SHOWN = 20


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
    numbers = {"changed": changed, "same": len(files) - changed - refused, "refused": refused}
    told = (
        _("%(changed)s would change, %(same)s were in order, %(refused)s refused", **numbers)
        if check_only or show
        else _("%(changed)s changed, %(same)s were in order, %(refused)s refused", **numbers)
    )
    click.echo(told, err=True)
    sys.exit(1 if refused or (changed and (check_only or show)) else 0)


@click.command()
@click.argument("measures", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Give everything as JSON.")
@click.option("--strict", is_flag=True, help="Exit with 1 when there is any advice.")
@click.option("--list", "listed", is_flag=True, help="Say which measures there are.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day on which it is asked what has expired [today].")
@click.pass_obj
def lint(  # noqa: PLR0913 - the options of a command
    config: settings.Settings,
    measures: tuple[str, ...],
    *,
    as_json: bool,
    strict: bool,
    listed: bool,
    as_of: datetime | None,
) -> None:
    """Advise on the quality of the files: what conforms and could still be better.

    MEASURES are the ones to run, all when none is named. Advice is no mistake: the exit code is 0 unless --strict.
    """
    from kg import advice  # noqa: PLC0415
    from kg.files import find  # noqa: PLC0415
    from kg.parse import read_all  # noqa: PLC0415

    language = config.language
    if listed:
        for measure in map(advice.find, measures or advice.names()):
            click.echo(f"{measure.name}\n    {measure.title[language]}. {measure.why[language]}")
        return
    wanted = [advice.find(name).name for name in measures]
    files, problems = read_all(find(config.graph))
    if problems:
        place = f"{problems[0].name}:{problems[0].line}"
        raise KgError(_("%(place)s cannot be read; kg check says how to mend it", place=place))
    found = advice.advise(files, wanted, language, as_of.date() if as_of else datetime.now(tz=UTC).date())
    click.echo(_advice_as_json(found) if as_json else _advice_as_text(found, language))
    sys.exit(1 if strict and any(one.found for one in found) else 0)


def _advice_as_text(advice: Sequence[Advice], language: str) -> str:
    from kg.vocabulary import shorten  # noqa: PLC0415

    blocks = []
    for one in advice:
        if not one.found:
            continue
        lines = [f"{one.measure.title[language]} ({len(one.found)})", f"  {one.measure.why[language]}"]
        for thing in one.found[:_SHOWN]:
            place = f"{thing.file}:{thing.line}" if thing.file else "-"
            also = " ".join(["", shorten(thing.other)] if thing.other else [])
            note = f" [{thing.note}]" if thing.note else ""
            lines.append(f"    {place}  {shorten(thing.thing)}{also}  {thing.label}{note}".rstrip())
        if len(one.found) > _SHOWN:
            more = len(one.found) - _SHOWN
            lines.append("    " + _("… %(number)s more: kg lint %(name)s --json", number=more, name=one.measure.name))
        blocks.append("\n".join(lines))
    number = sum(len(one.found) for one in advice)
    return "\n\n".join(
        [*blocks, _("%(number)s pieces of advice by %(measures)s measures", number=number, measures=len(advice))]
    )


def _advice_as_json(advice: Sequence[Advice]) -> str:
    content = [
        {
            "measure": one.measure.name,
            "title": dict(one.measure.title),
            "why": dict(one.measure.why),
            "found": [asdict(thing) for thing in one.found],
        }
        for one in advice
    ]
    return json.dumps(content, ensure_ascii=False, indent=2)


@click.command()
@click.argument("to", metavar="[RELEASE|GENERATION]", required=False)
@click.option("--list", "listed", is_flag=True, help="Say which generations were kept.")
@click.pass_obj
def rollback(config: settings.Settings, to: str | None, *, listed: bool) -> None:
    """Serve an earlier generation again: the one before, or that of a release or a name.

    A running `kg serve` takes it over without a restart. The files stay as they are: mend them, then `kg build`.
    """
    from kg import rollback as there  # noqa: PLC0415

    if listed:
        now = there.now(config.var)
        for generation in there.kept(config.var):
            mark = "*" if generation.name == now else " "
            size = _("%(number)s quads", number=generation.manifest["quads"])
            click.echo(f"{mark} {there.told(generation)}: {size}")
        return
    before, after = there.back(config.var, to)
    click.echo(
        _("%(after)s is current again, in place of %(before)s", after=there.told(after), before=before or _("none"))
    )


def mended(graph: Path, paths: tuple[Path, ...]) -> Report:
    """Mend what is mechanical, say on standard error what was changed, and return the report of what is left."""
    from kg.mending import mend  # noqa: PLC0415

    changed, report = mend(graph, paths)
    for file in changed:
        click.echo(_("mended %(file)s", file=file.name), err=True)
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
            raise UsageProblem(
                _("%(path)s holds no Turtle file (*.ttl)", path=path)
                if path.is_dir()
                else _("%(path)s does not exist", path=path)
            )
        found |= dict.fromkeys(files)
    return list(found)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise KgError(_("standard input is not UTF-8")) from error


def _difference(path: Path, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), str(path), f"{path} (formatted)"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
