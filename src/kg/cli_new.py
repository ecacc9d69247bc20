"""The command ``kg new``: asks what there is to say of a new thing, or takes it as options, and writes its file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.drafting.fields import KINDS, Field, Kind
from kg.errors import BadParameter, UsageProblem

if TYPE_CHECKING:
    from kg import settings
    from kg.drafting.draft import Draft
    from kg.drafting.known import Known

_PATH = click.Path(path_type=Path)
_LISTED = 12


@click.group()
def new() -> None:
    """Write the file of a new study, finding, gap, project or organisation.

    What is not given as an option is asked, when somebody is there to answer. Concepts are found by their name in
    Dutch or English. The file is checked before it is written, and nothing is written over.
    """


def _command(kind: Kind) -> click.Command:
    def run(config: settings.Settings, **given: Any) -> None:  # noqa: ANN401 - click gives what the options hold
        _make(config, kind, given)

    run.__doc__ = f"Write the file of a new {kind.name}."
    parameters: list[click.Parameter] = []
    for field in kind.fields:
        for name in _options(field):
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


def _options(field: Field) -> tuple[str, ...]:
    return (f"{field.option}-nl", f"{field.option}-en") if field.kind == "texts" else (field.option,)


def _make(config: settings.Settings, kind: Kind, given: dict[str, Any]) -> None:
    from kg.drafting.draft import Draft, from_options  # noqa: PLC0415
    from kg.drafting.known import Known  # noqa: PLC0415
    from kg.drafting.save import save  # noqa: PLC0415
    from kg.files import find  # noqa: PLC0415
    from kg.parse import read_all  # noqa: PLC0415

    files, problems = read_all(find(config.graph))
    if problems:
        raise UsageProblem(f"{problems[0].name}:{problems[0].line} cannot be read; mend it first: kg check")
    known = Known(triple for file in files if file.source.room != "shapes" for triple in file.triples)
    draft = Draft(kind, known)
    said = _said(kind, given)
    from_options(draft, said)
    ask = sys.stdin.isatty() if given["ask"] is None else given["ask"]
    if ask:
        _ask(draft, known, said, config.language)
    if missing := draft.missing():
        wanted = ", ".join(f"--{name}" for field in missing for name in _options(field) if not given[_key(name)])
        raise UsageProblem(f"{wanted} must be given for a new {kind.name}")
    name = given["name"] or draft.name()
    text = draft.text(name, given["curator"])
    if given["show"]:
        click.echo(text, nl=False)
        return
    path = given["file"] or config.graph / "data" / kind.folder / f"{name}.ttl"
    report = save(text, path, config.graph)
    if report.results:
        click.echo(report.text(config.language), nl=False)
    click.echo(f"{path} is written: {kind.name}:{name}")


def _said(kind: Kind, given: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field in kind.fields:
        values = [given[_key(name)] for name in _options(field)]
        if field.many:
            values = list(values[0])
        if any(values):
            found[field.option] = [value or "" for value in values]
    return found


def _key(option: str) -> str:
    return option.replace("-", "_")


def _ask(draft: Draft, known: Known, said: dict[str, list[str]], language: str) -> None:
    """Ask for each field that no option gave; a field that is not needed may be left empty."""
    brings = "publication" not in said
    # The language first: it decides how the title is tagged.
    for field in draft.kind.fields:
        if field.option in said or (field.of and not brings):
            continue
        while True:
            words = _answers(field, known, language, needed=field in draft.missing())
            try:
                if words:
                    draft.say(field, words)
                    brings = brings and field.option != "publication"
                break
            except BadParameter as error:
                click.echo(f"  {error}", err=True)


def _answers(field: Field, known: Known, language: str, *, needed: bool) -> list[str]:
    question = field.asks(language)
    default = None if needed else ""
    if field.kind == "thing":
        choices = known.choices(field)
        if choices and len(choices) <= _LISTED:
            click.echo(f"  {', '.join(choices)}", err=True)
    if field.kind == "texts":
        words = {
            "nl": ("in het Nederlands", "in het Engels"),
            "en": ("in Dutch", "in English"),
        }[language]
        first = _prompt(f"{question} ({words[0]})", default)
        return [first, _prompt(f"{question} ({words[1]})", None)] if first else []
    if not field.many:
        answer = _prompt(question, default)
        return [answer] if answer else []
    more = {"nl": "meer met ;", "en": "more with ;"}[language]
    return [word.strip() for word in _prompt(f"{question} ({more})", default).split(";") if word.strip()]


def _prompt(question: str, default: str | None) -> str:
    return str(click.prompt(question, default=default, show_default=False, err=True)).strip()


for _kind in KINDS:
    new.add_command(_command(_kind))
