"""The commands about who may write: ``kg token new``, ``list`` and ``withdraw``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.vocabulary import ID

if TYPE_CHECKING:
    from kg import settings


@click.group()
def token() -> None:
    """Say who may write to which graphs of the running site (see /graphs)."""


@token.command(name="new")
@click.argument("name")
@click.option("--graphs", "patterns", multiple=True, required=True, metavar="PATTERN", help="Graphs that it may write to, such as data.studies.*; may be repeated.")  # fmt: skip
@click.option("--expires", default="", metavar="DATE", help="Last day on which it holds, such as 2027-12-31.")
@click.option("--curator", default="", help="Curator to whom the graph attributes what is written, by name or IRI.")
@click.pass_obj
def new(config: settings.Settings, name: str, patterns: tuple[str, ...], expires: str, curator: str) -> None:
    """Make a token and show it, this once.

    NAME stands in the audit log, such as review-team. Keep the token secret: whoever has it can write.
    """
    from kg.gate.tokens import Tokens  # noqa: PLC0415

    if curator and "://" not in curator:
        curator = f"{ID}curator/{curator.removeprefix('curator:')}"
    click.echo(Tokens.of(config).new(name, patterns, expires, curator))
    click.echo("This is shown once; send it as: Authorization: Bearer …", err=True)


@token.command(name="list")
@click.pass_obj
def show(config: settings.Settings) -> None:
    """List all tokens: name, graphs, and until when each holds. What is secret is not kept."""
    from kg.gate.tokens import Tokens  # noqa: PLC0415

    for each in Tokens.of(config).read():
        until = (
            f"withdrawn {each.withdrawn}" if each.withdrawn else f"until {each.expires}" if each.expires else "holds"
        )
        click.echo(f"{each.name}  {' '.join(each.graphs)}  made {each.created}  {until}  {each.curator}".rstrip())


@token.command()
@click.argument("name")
@click.pass_obj
def withdraw(config: settings.Settings, name: str) -> None:
    """Take the token NAME back, from this moment on."""
    from kg.gate.tokens import Tokens  # noqa: PLC0415

    Tokens.of(config).withdraw(name)
    click.echo(f"{name} can no longer write")
