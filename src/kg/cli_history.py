"""The commands about releases: ``kg release``, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.errors import InvalidGraph, UsageProblem
from kg.spoken import gettext as _

if TYPE_CHECKING:
    from kg import settings

_SHOWN = 10
_EXAMPLE = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wk: <https://w3id.org/werkkennis/def#> .

<{lost}>
    a wk:Withdrawn ;
    skos:changeNote "Stond er dubbel in."@nl , "Was in here twice."@en ;
    dct:isReplacedBy <{other}> ."""


@click.command()
@click.argument("version", required=False)
@click.option("--note", default="", help="What readers should know about this release, in a sentence, in Dutch.")
@click.option("--note-en", default="", help="The same sentence in English.")
@click.option(
    "--without-notice", is_flag=True, help="Let published things disappear that data/withdrawn.ttl does not name."
)
@click.pass_obj
def release(config: settings.Settings, version: str | None, note: str, note_en: str, *, without_notice: bool) -> None:
    """Check the files and add a release to the folder history.

    VERSION is today's date when none is given; names that begin with latest, feed or build- are
    reserved. A release never changes: its statements, its dumps and its part of the
    change feed follow from history/VERSION.rdfp, so keep that file with the others. Build afterwards to publish it.
    """
    from kg import generations, history  # noqa: PLC0415
    from kg.describe import context  # noqa: PLC0415
    from kg.history.patch import lines_of  # noqa: PLC0415

    report, _files, store = generations.prepare(config.graph)
    if not report.conforms:
        raise InvalidGraph(_("nothing was released, because of the mistakes above"), report)
    state = frozenset(lines_of(store))
    lost = history.lost(history.read(config.graph), state)
    if lost and not without_notice:
        named = "\n".join(f"  {iri}" for iri in lost[:_SHOWN])
        more = "\n " + _(" and %(count)s more", count=len(lost) - _SHOWN) if len(lost) > _SHOWN else ""
        raise UsageProblem(
            "\n".join(
                [
                    _("the last release has things that the files no longer have:"),
                    f"{named}{more}",
                    _(
                        "say in data/withdrawn.ttl what became of them (and take the rest of their description out), "
                        "or release with --without-notice. An entry looks like this:"
                    ),
                    "",
                    _example(lost[0]),
                ]
            )
        )
    made = history.cut(config.graph, state, version, note, note_en)
    context.keep(config.graph, context.of(store))
    click.echo(
        _(
            "release %(version)s: %(statements)s statements, %(added)s added, %(removed)s removed; %(file)s",
            version=made.version,
            statements=made.quads,
            added=len(made.patch.added),
            removed=len(made.patch.removed),
            file=f"{config.graph / history.HISTORY / made.version}.rdfp",
        )
    )


def _example(lost: str) -> str:
    """Return an entry of data/withdrawn.ttl about a thing."""
    return _EXAMPLE.format(lost=lost, other=f"{lost.rpartition('/')[0]}/what-came-in-its-place")
