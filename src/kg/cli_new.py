"""The command ``kg new``: asks what there is to say of a new thing, or takes it as options, and writes its file."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.drafting.fields import KINDS, Field, Kind
from kg.errors import BadParameter, KgError, UsageProblem
from kg.spoken import gettext as _
from kg.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg import settings
    from kg.drafting.draft import Draft
    from kg.drafting.known import Known
    from kg.validate import Report

_PATH = click.Path(path_type=Path)
_LISTED = 12


@click.group()
def new() -> None:
    """Write the file of a new study, finding, gap, project, organisation or intervention.

    What is not given as an option is asked, when somebody is there to answer. Concepts are found by their name in
    Dutch or English; at a question ? lists them. The file is checked before it is written, what does not fit is asked
    again, and nothing is written over.
    """


def _command(kind: Kind) -> click.Command:
    def run(config: settings.Settings, **given: Any) -> None:  # noqa: ANN401 - click gives what the options hold
        _make(config, kind, given)

    run.__doc__ = f"Write the file of a new {kind.name}."
    parameters: list[click.Parameter] = []
    for field in kind.fields:
        for name in field.options:
            help_text = (
                f"{field.en}{' in ' + {'nl': 'Dutch', 'en': 'English'}[name[-2:]] if field.kind == 'texts' else ''}."
            )
            parameters.append(
                click.Option(
                    [f"--{name}"], multiple=field.many, help=help_text + (" May be repeated." if field.many else "")
                )
            )
    parameters += [
        click.Option(["--name"], help="Name in the IRI; made from the English label when none is given."),
        click.Option(["--curator"], help="Who enters it; the only curator of the graph when none is given."),
        click.Option(["--file"], type=_PATH, help=f"Where to write [data/{kind.folder}/NAME.ttl in the graph]."),
        click.Option(["--print", "show"], is_flag=True, help="Write to standard output and to no file."),
        click.Option(["--ask/--no-ask"], default=None, help="Ask for what is not given [when at a terminal]."),
    ]
    return click.Command(kind.name, params=parameters, callback=click.pass_obj(run), help=run.__doc__)


def _make(config: settings.Settings, kind: Kind, given: dict[str, Any]) -> None:
    from kg.drafting.draft import Draft  # noqa: PLC0415
    from kg.drafting.known import Known  # noqa: PLC0415
    from kg.drafting.save import examined, free, keep, save  # noqa: PLC0415
    from kg.files import find  # noqa: PLC0415
    from kg.parse import read_all  # noqa: PLC0415

    files, problems = read_all(find(config.graph))
    if problems:
        place = f"{problems[0].name}:{problems[0].line}"
        raise UsageProblem(_("%(place)s cannot be read; mend it first: kg check", place=place))
    known = Known(triple for file in files if file.source.room != "shapes" for triple in file.triples)
    draft = Draft(kind, known)
    ask = sys.stdin.isatty() if given["ask"] is None else given["ask"]
    _fill(draft, known, given, ask=ask)
    while True:
        name = given["name"] or draft.name()
        text = draft.text(name, given["curator"])
        path = given["file"] or config.graph / "data" / kind.folder / f"{name}.ttl"
        if not given["show"]:
            free(path)
        report = examined(text, path, files)
        if report.conforms or not ask or not _asked_again(draft, known, report):
            break
    for note in draft.follows.notes():
        click.echo(note, err=True)
    if given["show"]:
        click.echo(text, nl=False)
        if report.results:
            click.echo(report.text(config.language), nl=False, err=True)
        sys.exit(0 if report.conforms else 1)
    if ask and not report.conforms:
        kept = keep(text, path)
        click.echo(report.text(config.language), nl=False)
        raise KgError(
            _("it is not part of the graph yet; your answers are in %(kept)s. Mend them there and rename it to %(path)s",
              kept=kept, path=path.name)
        )  # fmt: skip
    save(text, path, report)
    if report.results:
        click.echo(report.text(config.language), nl=False)
    click.echo(_("%(path)s is written: %(thing)s", path=path, thing=f"{kind.name}:{name}"))


def _fill(draft: Draft, known: Known, given: dict[str, Any], *, ask: bool) -> None:
    """Say what the options hold, and ask for the rest where there is somebody to ask."""
    from kg.drafting.draft import from_options  # noqa: PLC0415

    said = _said(draft.kind, given)
    from_options(draft, said)
    if ask:
        _ask(draft, known, [field for field in draft.kind.fields if field.option not in said])
    elif missing := draft.missing():
        wanted = ", ".join(f"--{name}" for field in missing for name in field.options if not given[_key(name)])
        raise UsageProblem(_("%(options)s must be given for a new %(kind)s", options=wanted, kind=draft.kind.name))


def _said(kind: Kind, given: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field in kind.fields:
        values = [given[_key(name)] for name in field.options]
        if field.many:
            values = list(values[0])
        if any(values):
            found[field.option] = [value or "" for value in values]
    return found


def _key(option: str) -> str:
    return option.replace("-", "_")


def _ask(draft: Draft, known: Known, fields: Sequence[Field]) -> None:
    """Ask for fields; one that is not needed may be left empty. Who breaks off is told how to go on."""
    try:
        for field in fields:
            # What belongs to a publication or a number is asked where one is brought along.
            idle = field.of and field.option != "measure" and not draft.brings(field.of)
            if idle and field not in draft.missing():
                continue
            _ask_one(draft, known, field, needed=field in draft.missing())
    except click.Abort:
        if draft.options():
            words = shlex.join(["kg", "new", draft.kind.name, *draft.options(), "--ask"])
            click.echo("\n" + _("Nothing was written. To go on from here: %(command)s", command=words), err=True)
        raise


def _asked_again(draft: Draft, known: Known, report: Report) -> bool:
    """Ask again for what a check found wrong; tell whether anything was answered."""
    language = spoken()
    wrong = [result for result in report.results if result.severity.name == "Violation"]
    click.echo(_("This does not fit yet:"), err=True)
    for message in dict.fromkeys(result.message(language) for result in wrong):
        click.echo(f"  {message}", err=True)
    fields = draft.wrong(wrong)
    if fields:
        click.echo(_("Answer again; empty leaves it as it is."), err=True)
    answered = [_ask_one(draft, known, field, needed=False) for field in fields]
    return any(answered)


def _ask_one(draft: Draft, known: Known, field: Field, *, needed: bool) -> bool:
    """Ask until the answer fits; tell whether there was one."""
    if field.kind == "thing":
        choices = known.choices(field)
        few = len(choices) <= _LISTED
        told = known.told(choices) if few else _("%(number)s to choose from; ? lists them", number=len(choices))
        if choices:
            click.echo(f"  {told}", err=True)
    while True:
        words = _answers(field, draft.follows.suggestion(field) if needed else "", needed=needed)
        if words == ["?"]:
            listed = (
                known.told(known.choices(field), "\n  ") if field.kind == "thing" else _("there is no list of these")
            )
            click.echo(f"  {listed}", err=True)
            continue
        try:
            if words:
                draft.say(field, words)
        except BadParameter as error:
            click.echo(f"  {error}", err=True)
        else:
            return bool(words)


def _answers(field: Field, likely: str, *, needed: bool) -> list[str]:
    question = field.asks(spoken())
    if field.kind == "texts":
        first = _prompt(_("%(question)s (in Dutch)", question=question), needed=needed)
        return [first, _prompt(_("%(question)s (in English)", question=question), needed=True)] if first else []
    if not field.many:
        answer = _prompt(question, likely, needed=needed)
        return [answer] if answer else []
    answer = _prompt(_("%(question)s (more with ;)", question=question), likely, needed=needed)
    return [word.strip() for word in answer.split(";") if word.strip()]


def _prompt(question: str, likely: str = "", *, needed: bool) -> str:
    """Ask until there is an answer where one is needed; an empty one means what is likely."""
    if needed:
        question = _("%(question)s (needed)", question=question)
    while True:
        answer = str(click.prompt(question, default=likely, show_default=bool(likely), err=True)).strip()
        if answer or not needed:
            return answer
        click.echo(f"  {_('this must be filled in')}", err=True)


for _kind in KINDS:
    new.add_command(_command(_kind))
