"""The commands about what visitors suggest: ``kg proposals`` and ``kg accept``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.errors import InvalidGraph

if TYPE_CHECKING:
    from kg import settings
    from kg.files import SourceFile
    from kg.gate.changes import Operation, Prepared


@click.command()
@click.argument("name", required=False)
@click.option("--remove", is_flag=True, help="Take the suggestion NAME away; it is not accepted.")
@click.pass_obj
def proposals(config: settings.Settings, name: str | None, *, remove: bool) -> None:
    """List what visitors suggest, or show the suggestion NAME.

    Suggestions are taken where KG_PROPOSALS says how many may wait. None is served before `kg accept`.
    """
    from kg.gate.proposals import Proposals  # noqa: PLC0415

    kept = Proposals.of(config)
    if name is None:
        for each in kept.all():
            click.echo(f"{each.since}  {each.name}")
    elif remove:
        kept.remove(name)
        click.echo(f"{name} is taken away")
    else:
        click.echo(kept.find(name).text, nl=False)


@click.command()
@click.argument("name")
@click.option("--as", "file", default="", metavar="FILE", help="File in data, such as studies/2020-trial.ttl.")
@click.pass_obj
def accept(config: settings.Settings, name: str, file: str) -> None:
    """Take the suggestion NAME into the data, as data/studies/NAME.ttl, if it keeps all rules.

    Read the study first and mend what is not right: `kg proposals NAME` shows it. Build afterwards to serve it.
    """
    from kg.errors import UsageProblem  # noqa: PLC0415
    from kg.gate.changes import Operation, Part, prepare  # noqa: PLC0415
    from kg.gate.desk import Condition, Desk  # noqa: PLC0415
    from kg.gate.names import file_of  # noqa: PLC0415
    from kg.gate.proposals import Proposals  # noqa: PLC0415
    from kg.vocabulary import GRAPH  # noqa: PLC0415

    kept = Proposals.of(config)
    found = kept.find(name)
    slug = (file or f"studies/{name}").removeprefix("data/").removesuffix(".ttl").replace("/", ".")
    source = file_of(f"{GRAPH}data.{slug}", config.graph)
    if source.path.exists():
        raise UsageProblem(f"{source.name} is there already; name another file with --as")

    def prepared(source: SourceFile, before: bytes | None, operation: Operation) -> Prepared:
        return prepare(None, config.graph, source, before, operation)

    operation = Operation("PUT", (Part(found.text.encode(), "text/turtle"),))
    outcome = Desk(config.graph, config.var).write(source, operation, Condition(absent=True), prepared, "kg accept")
    if not outcome.prepared.verdict.conforms:
        raise InvalidGraph(f"{name} is not accepted, because of the mistakes above", outcome.prepared.verdict.report)
    kept.remove(name)
    click.echo(f"{source.name}: taken into the data; build to serve it")
