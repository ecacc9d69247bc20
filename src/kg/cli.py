"""The command line: ``kg check``, ``build``, ``serve``, ``ask``, ``query``, ``release``, ``diff``, ``history`` and ``settings``.

Exit codes: 0 fine, 1 something was found or went wrong, 2 the call itself is wrong. Modules that take long to import
are imported where they are used, so that ``kg --help`` answers at once.
"""

from __future__ import annotations

import json
import sys
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from kg import (
    __version__,
    cli_check,
    cli_desk,
    cli_diff,
    cli_history,
    cli_import,
    cli_new,
    cli_proposals,
    cli_token,
    settings,
)
from kg.errors import BadParameter, InvalidGraph, KgError, NoGeneration, NotAcceptable, NotFound, UsageProblem
from kg.spoken import gettext as _
from kg.spoken import speaking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.generations import Generation
    from kg.store import Store, Table
    from kg.validate import Report

_PATH = click.Path(path_type=Path)
_OF_THE_FILES = {"check", "build", "release", "diff", "history", "format", "lint", "new", "rollback"}
_MEDIA_TYPES = {
    "table": "application/sparql-results+json",
    "csv": "text/csv",
    "json": "application/sparql-results+json",
    "turtle": "text/turtle",
}


class _Group(click.Group):
    """Turn our errors into a sentence and an exit code."""

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(context)
        except InvalidGraph as error:
            _tell(error.args[1], _language(context))
            click.echo(f"kg: {error.args[0]}", err=True)
            context.exit(1)
        except KgError as error:
            click.echo(f"kg: {error}", err=True)
            context.exit(2 if isinstance(error, UsageProblem | BadParameter | NotFound) else 1)


def _language(context: click.Context) -> str:
    return context.obj.language if context.obj else "nl"


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
@click.option("--graph", type=_PATH, help="Folder with the rooms ontology, shapes and data [KG_GRAPH].")
@click.option("--var", type=_PATH, help="Folder for what is built [KG_VAR, default ./var].")
@click.option("--store", metavar="URL", help="Query endpoint to ask in place of what is built [KG_STORE].")
@click.option("--lang", "language", type=click.Choice(["nl", "en"]), help="Language of messages and labels.")
@click.pass_context
def main(context: click.Context, graph: Path | None, var: Path | None, store: str | None, language: str | None) -> None:
    """Work with the knowledge graph of what works in work and income."""
    command = context.invoked_subcommand
    if store and command in _OF_THE_FILES:
        raise UsageProblem(f"{command} works on the files and not on the engine at --store; leave --store out")
    context.obj = settings.load(graph=graph, var=var, store=store, language=language)
    context.with_resource(speaking(context.obj.language))


@main.command()
@click.argument("paths", nargs=-1, type=_PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "turtle", "sarif", "junit", "html"]),
    default="text",
    show_default=True,
    help="For a person, a script, as SHACL report, for code review, for a build server, or as a page.",
)
@click.option(
    "--fix", is_flag=True, help="First mend what has one remedy: language, date, prefix; say what was changed."
)
@click.option("--full", is_flag=True, help="Check everything, also where PATHS can change nothing.")
@click.option("--explain", is_flag=True, help="Only say which rules are checked in full whatever changes, and why.")
@click.pass_obj
def check(  # noqa: PLR0913 - one parameter for each option
    config: settings.Settings, paths: tuple[Path, ...], form: str, *, fix: bool, full: bool, explain: bool
) -> None:
    """Check the graph, with PATHS laid over it, against its shapes.

    With PATHS, and a built graph in which all else is as it is in the files, only what they affect is checked.
    Exits with 1 when a file cannot be read or a shape is violated.
    """
    if explain:
        cli_check.explain(config)
        return
    report = cli_desk.mended(config.graph, paths) if fix else cli_check.report_of(config, paths, full=full)
    if form == "turtle" and report.problems:
        # A SHACL report speaks of shapes, not of files that cannot be read.
        click.echo(report.text(config.language), nl=False, err=True)
    else:
        told = report.render(form, config.language, root=_from_here(config.graph))
        click.echo(told, nl=not told.endswith("\n"))
    sys.exit(0 if report.conforms else 1)


@main.command()
@click.pass_obj
def build(config: settings.Settings) -> None:
    """Check the graph and build a generation; what was served stays when anything is wrong."""
    report, generation = _build(config)
    _tell(report, config.language)
    quads = _("%(number)s quads", number=generation.manifest["quads"])
    click.echo(_("generation %(name)s: %(size)s, now current", name=generation.name, size=quads))


@main.command()
@click.option("--host", help="Address to serve on [KG_HOST, default 127.0.0.1].")
@click.option("--port", type=int, help="Port to serve on [KG_PORT, default 8000].")
@click.option("--processes", type=click.IntRange(1, 64), help="Queries that run at once [KG_PROCESSES, default 12].")
@click.option("--build/--no-build", "first_build", default=True, help="Build first, or serve what was built before.")
@click.pass_obj
def serve(
    config: settings.Settings, host: str | None, port: int | None, processes: int | None, *, first_build: bool
) -> None:
    """Build, then serve the site and the SPARQL endpoint.

    When the files have mistakes they are named and the last good generation is served. A later `kg build` is taken
    over without a restart. With --store nothing is built: the site stands over the engine there.
    """
    from kg import ondisk  # noqa: PLC0415
    from kg.lastgood import LastGood, standing_in  # noqa: PLC0415
    from kg.web.server import run, try_port  # noqa: PLC0415

    config = config.replace(host=host, port=port, processes=processes)
    try_port(config)

    def tell() -> None:
        click.echo(f"serving on http://{config.host}:{config.port}/")

    if config.store:
        run(config, tell)
        return
    if first_build:
        try:
            _build(config)
        except InvalidGraph as error:
            _tell(error.args[1], config.language)
            click.echo("kg: " + _("the files have mistakes; serving the last good generation"), err=True)
        except KgError as error:
            click.echo("kg: " + _("%(reason)s; serving the last good generation", reason=error), err=True)
    good = LastGood(config.var)
    found = good.find()
    if found.complaint:
        click.echo("kg: " + standing_in(found), err=True)
    generation = found.generation
    click.echo(f"generation {generation.name}: {generation.manifest['quads']} quads")
    if ondisk.needed(generation, config.memory_limit):
        click.echo(_("the graph is larger than KG_MEMORY_LIMIT and is read from disk"))
    run(config, tell, good)


@main.command()
@click.argument("question", required=False)
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="Value of a parameter; may be repeated.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "rq"]), default="table", show_default=True)
@click.pass_obj
def ask(config: settings.Settings, question: str | None, values: tuple[str, ...], form: str) -> None:
    """Answer QUESTION from the current generation; without one, list all questions."""
    from kg import questions  # noqa: PLC0415

    if question is None:
        for name in questions.names():
            click.echo(f"{name}\n    {questions.find(name).asks[config.language]}")
        return
    found = questions.find(question)
    given = _pairs(values)
    if "lang" in {parameter.name for parameter in found.parameters}:
        given.setdefault("lang", config.language)
    query = found.bind(given)
    if form == "rq":
        click.echo(query, nl=False)
        return
    store = _store(config)
    questions.refuse_unknown(found, given, store)
    _answer(store, query, form)


@main.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "turtle"]), default="table")
@click.pass_obj
def query(config: settings.Settings, file: TextIO, form: str) -> None:
    """Run SPARQL from FILE, or standard input, on the current generation."""
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise UsageProblem(f"{file.name} is not UTF-8; save it as UTF-8") from error
    _answer(_store(config), text, form)


@main.command(name="settings")
@click.option("--json", "as_json", is_flag=True, help="Give them as JSON.")
@click.pass_obj
def show_settings(config: settings.Settings, *, as_json: bool) -> None:
    """List every setting: its environment variable, the value in force, the default and what it means.

    A password is not shown, only whether there is one.
    """
    rows = []
    for entry in fields(config):
        value = getattr(config, entry.name)
        default = entry.default if entry.default_factory is MISSING else entry.default_factory()
        shown = [str(each) if isinstance(each, Path) else each for each in (value, default)]
        if not entry.repr and value:
            shown[0] = "(not shown)"
        named = ("variable", "value", "default", "meaning")
        rows.append(dict(zip(named, (entry.metadata["variable"], *shown, entry.metadata["meaning"]), strict=True)))
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['variable']}={row['value']}")
        click.echo(f"    {row['meaning']} [default: {'none' if row['default'] == '' else row['default']}]")


main.add_command(cli_history.release)
main.add_command(cli_token.token)
main.add_command(cli_proposals.proposals)
main.add_command(cli_proposals.accept)
main.add_command(cli_import.import_file)
main.add_command(cli_import.export_table)
main.add_command(cli_diff.diff)
main.add_command(cli_desk.format_files)
main.add_command(cli_desk.lint)
main.add_command(cli_desk.rollback)
main.add_command(cli_new.new)
main.add_command(cli_diff.history)


def _build(config: settings.Settings) -> tuple[Report, Generation]:
    from kg import generations, ondisk  # noqa: PLC0415
    from kg.describe import Imprint  # noqa: PLC0415

    report, generation = generations.build(config.graph, config.var, config.keep_generations, Imprint.of(config))
    ondisk.ready(generation, config.memory_limit)
    return report, generation


def _from_here(graph: Path) -> str:
    """Return the way from this folder to the graph, with ``/`` at its end; nothing when it is this folder."""
    here, there = Path.cwd(), graph.resolve()
    return f"{there.relative_to(here).as_posix()}/" if there != here and there.is_relative_to(here) else ""


def _tell(report: Report, language: str) -> None:
    """Show what blocks a build; `kg check` shows the rest."""
    from kg.validate import Severity  # noqa: PLC0415

    click.echo(report.text(language, least=Severity.Violation), nl=False)


def _pairs(values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals:
            raise BadParameter(f"--set {value}: write it as name=value")
        pairs[name] = text
    return pairs


def _store(config: settings.Settings) -> Store:
    if config.store:
        from kg.store.opening import open_remote  # noqa: PLC0415

        return open_remote(config.replace(page_seconds=config.query_seconds))
    from kg import generations, ondisk  # noqa: PLC0415
    from kg.store import EmbeddedStore  # noqa: PLC0415

    try:
        generation = generations.current(config.var)
    except NoGeneration:
        _report, generation = _build(config)
    return EmbeddedStore(ondisk.opened(generation, config.memory_limit))


def _answer(store: Store, query: str, form: str) -> None:
    from kg.store import read_table  # noqa: PLC0415

    wanted = _MEDIA_TYPES[form]

    def choose(offered: Sequence[str]) -> str:
        # Only what can be given as CSV has columns.
        if wanted not in offered or (form == "table" and _MEDIA_TYPES["csv"] not in offered):
            raise NotAcceptable(form)
        return wanted

    try:
        content = store.reply(query, choose).read()
    except NotAcceptable as error:
        raise UsageProblem(
            f"this query cannot be answered as {form}; "
            "SELECT takes --format table, csv or json, ASK json, CONSTRUCT and DESCRIBE turtle"
        ) from error
    if form == "table":
        click.echo(_columns(read_table(content, wanted)), nl=False)
    else:
        sys.stdout.buffer.write(content.replace(b"\r\n", b"\n"))


def _columns(table: Table) -> str:
    """Lay a table out for a person: a column that has its label beside it is left out."""
    from kg.vocabulary import shorten  # noqa: PLC0415

    shown = [number for number, name in enumerate(table.columns) if f"{name}Label" not in table.columns]
    rows = [tuple(table.columns[number].removesuffix("Label") for number in shown)]
    for row in table.rows:
        terms = [row[number] for number in shown]
        rows.append(tuple("" if term is None else shorten(str(term.value)) for term in terms))
    widths = [max(len(row[column]) for row in rows) for column in range(len(shown))]
    rows.insert(1, tuple("-" * width for width in widths))
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + f"\n({len(table.rows)} rows)\n"
