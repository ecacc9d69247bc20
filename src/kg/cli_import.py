"""The commands that bring tables and bibliographies in, and take tables out: ``kg import`` and ``kg export``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import UsageProblem

if TYPE_CHECKING:
    from kg import settings

_PATH = click.Path(path_type=Path)
_TABLES = ("studies", "findings", "gaps")


@click.command(name="import")
@click.argument("file", type=_PATH, required=False)
@click.option("--mapping", type=_PATH, help="What the columns mean: a file, or the name of one in data/mappings.")
@click.option("--sheet", help="Sheet of a workbook; the first when none is given.")
@click.option("--doi", "number", default="", help="Take only the reference with this DOI from a bibliography.")
@click.option("--out", type=_PATH, help="Where the Turtle goes; else where the mapping says, or below data/studies.")
@click.option("--preview", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--headings", is_flag=True, help="Show the heading of a table for this mapping, to start one.")
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
    headings: bool,
    as_json: bool,
) -> None:
    """Turn FILE into Turtle under data, checked before it is written.

    FILE is a table (CSV or .xlsx) with a mapping, a bibliography (RIS, BibTeX, CSL-JSON) or a coding of EPPI-Reviewer
    (JSON). What the graph has already, by DOI or by title and year, is named and skipped. Every mistake is named by row
    and column; with one, nothing is written and the exit code is 1.
    """
    from kg.importing import checked, ready  # noqa: PLC0415
    from kg.importing.complaints import NotImported  # noqa: PLC0415

    if headings:
        _show_headings(config, mapping)
        return
    if file is None:
        raise UsageProblem("name the file to import")
    try:
        made = ready.prepare(config.graph, ready.Request(file, mapping, sheet, out, number), config.language)
    except NotImported as error:
        click.echo(error.json() if as_json else error.text(), nl=as_json)
        click.echo(f"kg: {error}", err=True)
        sys.exit(1)
    for note in made.notes:
        click.echo(note, err=True)
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(made.counts.items())) or "nothing new"
    if preview:
        click.echo(made.text, nl=False)
        click.echo(f"would write {made.place}: {counted}", err=True)
    elif made.counts:
        changed = checked.write(made.text, made.place)
        click.echo(f"{made.place}: {counted}{'' if changed else '; unchanged'}")
    else:
        click.echo(f"{counted}; nothing is written")


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

    place = out or Path(f"{name}.{form}")
    if place.suffix != f".{form}":
        raise UsageProblem(f"{place} is no name for {form}; let it end in .{form}")
    made = exporting.table(generations.current(config.var).load(), name, form, place.name)
    described = place.with_name(f"{place.name}-metadata.json")
    try:
        place.write_bytes(made.content)
        described.write_bytes(made.described)
    except OSError as error:
        raise UsageProblem(f"{error.filename} cannot be written: {error.strerror}") from error
    click.echo(f"{place}: {made.rows} rows; described in {described}")


def _show_headings(config: settings.Settings, mapping: Path | None) -> None:
    from kg.importing import mapping as mappings  # noqa: PLC0415

    if mapping is None:
        raise UsageProblem("say with --mapping which table; data/mappings has some")
    columns = mappings.read(mappings.place(config.graph, mapping)).columns
    # A Dutch spreadsheet has commas in its numbers and reads semicolons between cells.
    dutch = config.language == "nl"
    click.echo(
        (";" if dutch else ",").join(
            column.headings[-1] if not dutch or len(column.headings) == 1 else column.headings[1] for column in columns
        )
    )
