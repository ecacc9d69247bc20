"""The commands that bring tables and bibliographies in, and take tables out: ``kg import`` and ``kg export``."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import UsageProblem
from kg.spoken import gettext as _

if TYPE_CHECKING:
    from kg import settings
    from kg.importing.names import Concepts
    from kg.importing.ready import Request

_PATH = click.Path(path_type=Path)
_TABLES = ("studies", "findings", "gaps")


@click.command(name="import")
@click.argument("file", type=_PATH, required=False)
@click.option("--mapping", type=_PATH, help="What the columns mean: a file, or the name of one in data/mappings.")
@click.option("--sheet", help="Sheet of a workbook; the first when none is given.")
@click.option("--doi", "number", default="", help="Take only the reference with this DOI from a bibliography.")
@click.option("--out", type=_PATH, help="Where the Turtle goes; else where the mapping says, or below data/studies.")
@click.option("--preview", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--replace", "replaces", is_flag=True, help="Also when things go that the file has now.")
@click.option("--ignore-column", "ignored", multiple=True, help="Column that is not read; may be repeated.")
@click.option("--headings", is_flag=True, help="Start a table for this mapping: a heading, or FILE.xlsx with choices.")
@click.option("--explain", is_flag=True, help="With --headings: say what each column means and what may stand in it.")
@click.option(
    "--words", metavar="SCHEME", help="Show the words of a concept scheme, such as outcomes, with what they mean."
)
@click.option("--json", "as_json", is_flag=True, help="Give mistakes as JSON.")
@click.pass_obj
def import_file(  # noqa: PLR0913, PLR0917 - a parameter for each option
    config: settings.Settings,
    file: Path | None,
    mapping: Path | None,
    sheet: str | None,
    number: str,
    out: Path | None,
    *,
    preview: bool,
    replaces: bool,
    ignored: tuple[str, ...],
    headings: bool,
    explain: bool,
    words: str | None,
    as_json: bool,
) -> None:
    """Turn FILE into Turtle under data, checked before it is written.

    FILE is a table (CSV or .xlsx) with a mapping, a bibliography (RIS, BibTeX, CSL-JSON) or a coding of EPPI-Reviewer
    (JSON). What the graph has already, by DOI or by title and year, is named and skipped. Every mistake is named by row
    and column; with one, nothing is written and the exit code is 1.
    """
    if words:
        _show_words(config, words)
    elif headings or explain:
        _start(config, mapping, out or file, explain=explain)
    elif file is None:
        raise UsageProblem(_("name the file to import"))
    else:
        from kg.importing.ready import Request  # noqa: PLC0415

        _import(config, Request(file, mapping, sheet, out, number, ignored, replaces), preview, as_json)


def _import(config: settings.Settings, request: Request, preview: bool, as_json: bool) -> None:  # noqa: FBT001
    from kg.importing import checked, ready  # noqa: PLC0415
    from kg.importing.complaints import NotImported  # noqa: PLC0415

    try:
        made = ready.prepare(config.graph, request, config.language)
    except NotImported as error:
        click.echo(error.json() if as_json else error.text(), nl=as_json)
        click.echo(f"kg: {error}", err=True)
        sys.exit(1)
    for note in made.notes:
        click.echo(note, err=True)
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(made.counts.items())) or _("nothing new")
    if preview:
        click.echo(made.text, nl=False)
        click.echo(_("would write %(file)s: %(things)s", file=made.place, things=counted), err=True)
    elif made.counts:
        unchanged = _("; unchanged")
        new = not made.place.exists()
        changed = checked.write(made.text, made.place)
        click.echo(f"{made.place}: {counted}{unchanged if not changed else ''}")
        if changed:
            undo = _undo(made.place, new=new)
            click.echo(_("to undo this: %(how)s; to see it on the map: kg build", how=undo))
    else:
        click.echo(_("%(things)s; nothing is written", things=counted))


def _undo(place: Path, *, new: bool) -> str:
    """Return how to go back: git can only where it has the file."""
    if new:
        return _("delete %(file)s", file=place)
    from kg.states import git  # noqa: PLC0415

    if git(place.parent, "ls-files", "--", place.name):
        return _("git checkout -- %(file)s, or import the table as it was", file=place)
    return _("import the table as it was; %(file)s is not in git", file=place)


@click.command(name="export")
@click.option("--table", "name", type=click.Choice(_TABLES), required=True, help="Which table.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option("--out", type=_PATH, help="File to write, with its description beside it; default TABLE.FORMAT here.")
@click.pass_obj
def export_table(config: settings.Settings, name: str, form: str, out: Path | None) -> None:
    """Write a table of the current generation, so that kg import reads it back without loss.

    Beside the table comes its description (CSV on the Web), which says what each column is.
    """
    from kg import exporting, generations  # noqa: PLC0415

    if out is None and form == "xlsx" and _redirected():
        raise UsageProblem(_("a workbook is not written to where > points; say --out %(file)s", file=f"{name}.xlsx"))
    place = out or Path(f"{name}.{form}")
    if place.suffix != f".{form}":
        raise UsageProblem(
            _("%(file)s is no name for a table in this form; let it end in .%(form)s", file=place, form=form)
        )
    made = exporting.table(generations.current(config.var).load(), name, form, place.name)
    if out is None and _redirected():
        # The table, and not what is said about it, is what a person expects there.
        sys.stdout.buffer.write(made.content)
        click.echo(
            _("%(rows)s rows; with --out %(file)s the table has its description beside it", rows=made.rows, file=place),
            err=True,
        )
        return
    described = place.with_name(f"{place.name}-metadata.json")
    try:
        place.write_bytes(made.content)
        described.write_bytes(made.described)
    except OSError as error:
        raise UsageProblem(
            _("%(file)s cannot be written: %(reason)s", file=error.filename, reason=error.strerror)
        ) from error
    click.echo(
        _("%(file)s: %(rows)s rows; described in %(described)s", file=place, rows=made.rows, described=described)
    )


def _redirected() -> bool:
    """Tell whether what is said goes into a file, in which a person then expects the table."""
    try:
        return stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):
        # There is nothing behind it, as in a test.
        return False


def _start(config: settings.Settings, given: Path | None, place: Path | None, *, explain: bool) -> None:
    """Show the heading of a table, or what it means, or write a workbook to fill in."""
    from kg.importing import mapping, starting  # noqa: PLC0415

    if given is None:
        raise UsageProblem(_("say with --mapping which table; data/mappings has some"))
    told = mapping.read(mapping.place(config.graph, given))
    if explain:
        click.echo(starting.explained(told, _concepts(config)))
        return
    if place is None:
        click.echo(starting.headings(told))
        click.echo(
            _("what the columns mean: --explain; with words to choose from: name a file that ends in .xlsx"), err=True
        )
        return
    if place.suffix not in {".csv", ".xlsx"}:
        raise UsageProblem(_("%(file)s is no name for a table; let it end in .xlsx or .csv", file=place))
    content = (
        starting.workbook(told, _concepts(config)) if place.suffix == ".xlsx" else starting.headings(told).encode()
    )
    try:
        with place.open("xb") as file:
            file.write(content)
    except OSError as error:
        sentence = _("%(file)s cannot be written: %(reason)s", file=place, reason=error.strerror or error)
        raise UsageProblem(sentence) from error
    click.echo(_("%(file)s: fill it in, then kg import %(file)s --mapping %(name)s", file=place, name=given))


def _show_words(config: settings.Settings, scheme: str) -> None:
    from kg.importing import wordlist  # noqa: PLC0415
    from kg.importing.names import did_you_mean  # noqa: PLC0415

    concepts = _concepts(config)
    told = wordlist.listed(concepts, scheme)
    if not told:
        raise UsageProblem(
            _("the graph has no concept scheme %(scheme)r", scheme=scheme) + did_you_mean(scheme, concepts.schemes())
        )
    click.echo(told)


def _concepts(config: settings.Settings) -> Concepts:
    """Return the concepts of the files as they are now."""
    import pyoxigraph as ox  # noqa: PLC0415

    from kg.files import find  # noqa: PLC0415
    from kg.importing.names import Concepts  # noqa: PLC0415
    from kg.parse import read_all  # noqa: PLC0415

    store = ox.Store()
    for file in read_all(find(config.graph))[0]:
        store.bulk_extend(file.quads())
    return Concepts(store)
