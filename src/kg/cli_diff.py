"""The commands that look back: ``kg diff`` and ``kg history``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg import settings
    from kg.history.differences import Comparison


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "rdfp", "nq"]),
    default="text",
    show_default=True,
    help="Sentences, an RDF Patch, or N-Quads with - and + before them.",
)
@click.option("--json", "as_json", is_flag=True, help="Give what the sentences say as JSON.")
@click.pass_obj
def diff(config: settings.Settings, before: str, after: str, form: str, *, as_json: bool) -> None:
    """Tell what is different between A and B.

    Each is current (the generation that is served), a file, a graph folder, the version of a release, the name of a
    generation, or a git revision of the graph folder. Blank nodes are compared by what is said of them, so that a line
    that moved is no difference; neither is a number in other digits (1.0 and 1). Where one is a file of the graph
    folder and the other is not a file, that file is compared in both. Exits with 0 when A and B are equal, 1 when they differ, 2 when one is not there.
    """
    from kg import states  # noqa: PLC0415
    from kg.history.differences import compare  # noqa: PLC0415
    from kg.history.sentences import accounts, text  # noqa: PLC0415

    found = compare(*states.pair(before, after, config.graph, config.var))
    if as_json:
        things = [asdict(account) for account in accounts(found, config.language, _word(config.language))]
        click.echo(json.dumps(_figures(found) | {"things": things}, indent=2, ensure_ascii=False))
    elif form == "rdfp":
        click.echo(found.patch.text(), nl=False)
    elif form == "nq":
        for mark, lines in (("-", found.patch.removed), ("+", found.patch.added)):
            for line in lines:
                click.echo(f"{mark} {line}")
    else:
        for sentence in text(found, config.language, _word(config.language)):
            click.echo(sentence)
    sys.exit(0 if found.equal else 1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Give them as JSON.")
@click.pass_obj
def history(config: settings.Settings, *, as_json: bool) -> None:
    """List the releases, oldest first: version, moment, statements, how many were added and removed, and the note."""
    from kg.history import read  # noqa: PLC0415
    from kg.publication import note_in  # noqa: PLC0415

    rows = [
        {
            "version": one.version, "created": one.created, "quads": one.quads,
            "added": len(one.patch.added), "removed": len(one.patch.removed), "note": note_in(one.notes, config.language)[0], "notes": dict(one.notes),
            "sha256": one.sha256,
        }
        for one in read(config.graph)
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not rows:
        click.echo("there is no release yet; make one with: kg release", err=True)
    width = max((len(str(row["version"])) for row in rows), default=0)
    for row in rows:
        figures = f"{row['quads']:>8} statements  +{row['added']} -{row['removed']}"
        click.echo(f"{row['version']:<{width}}  {row['created']}  {figures}  {row['note']}".rstrip())


def _figures(found: Comparison) -> dict[str, object]:
    return {
        "equal": found.equal,
        "added": len(found.patch.added),
        "removed": len(found.patch.removed),
        "moved": found.moved,
    }


def _word(language: str) -> Callable[[str], str]:
    """Return what names classes and properties of other vocabularies, from the catalogue of the site."""
    from gettext import translation  # noqa: PLC0415
    from importlib.resources import files  # noqa: PLC0415

    from kg.describe import authorities  # noqa: PLC0415
    from kg.web.terms import TERMS  # noqa: PLC0415

    catalogue = translation("messages", str(files("kg.web") / "translations"), [language], fallback=True)
    return lambda iri: catalogue.gettext(str(TERMS[iri])) if iri in TERMS else authorities.name(iri, language)
