"""Commands about files: a new one, one from a venue's account, one checked, exported or as a code, and their schema."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from isocross.disk.input import STANDARD_INPUT, whole
from isocross.lessons.files import is_lesson
from isocross.lessons.report import checked
from isocross.paths.bars import HistoryError
from isocross.rehearsal.cursor import fraction
from isocross.rehearsal.kinds import rehearse
from isocross.rehearsal.scenario import PathKind
from isocross.report.check import checked_json, checks_json
from isocross.risk import Input, alone, named_accounts
from isocross.toml.faults import escaped
from isocross.workspace import Faults, Saved, SaveError, Workspace, dump
from isocross.workspace.build import book_of
from isocross.workspace.code import code_of, is_code, open_code
from isocross.workspace.resolve import load, origin_of
from isocross.workspace.templates import DEFAULT_TEMPLATE, TemplateError, template, templates, with_suffix, write_new
from isocross_tui.cli.common import (
    account_options,
    at_option,
    check_venue,
    paper_of,
    print_json,
    read,
    refuse,
    rehearsal_of,
)
from isocross_tui.cli.desk import no_terminal, open_desk
from isocross_tui.cli.numbers import Number

WHATS = ("positions", "frame", "timeline")
WAYS = ("csv", "json")
_WAYS = {
    "wallet": "--wallet AMOUNT",
    "another_wallet": "; --wallet gives another",
    "leverage": "; --leverage names another",
    "currency": "; --currency {currency} imports them",
    "venue": ", unless --venue names others",
    "rehearsed": "report --venue {venue} rehearses the imported account under others",
    "tiers": "; --tiers shipped takes them",
}
"""How this command takes what a payload does not say."""


@click.command()
@click.option("--of", "output_of", help="A command, such as report. Default: the workspace format.")
def schema(output_of: str | None) -> None:
    """Print the JSON Schema of a workspace, or of an output."""
    if output_of is None:
        from isocross.workspace.json_schema import workspace_schema  # noqa: PLC0415 - only this command needs it

        print_json(workspace_schema())
        return
    from isocross.report.schemas import UnknownOutputError, output_schema  # noqa: PLC0415 - as above

    try:
        print_json(output_schema(output_of))
    except UnknownOutputError as error:
        raise click.BadParameter(str(error), param_hint=["--of"]) from None


@click.command()
@click.argument("file")
def code(file: str) -> None:
    """Print a whole workspace as a short code.

    Wherever a FILE is named, the code opens the same account and the same screen.
    """
    click.echo(code_of(read(file)))


@click.command()
@click.argument("name", required=False)
@click.option("--template", "chosen", help="A template or a code to begin with.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option("--list", "listed", is_flag=True, help="List the templates.")
def new(name: str | None, chosen: str | None, force: bool, listed: bool) -> None:
    """Write a new workspace file from a template.

    Without a NAME the template is printed. Without a NAME and a template, the desk opens a sheet for a new account.
    Where there is no terminal, the first template is printed.
    """
    if listed:
        width = max(map(len, templates()))
        for known in templates().values():
            click.echo(f"{known.name:<{width}}  {known.title}")
        return
    if name is None and chosen is None and no_terminal(os.environ) is None:
        raise SystemExit(open_desk(None, first="account.new"))
    chosen = chosen or DEFAULT_TEMPLATE
    try:
        text = dump(open_code(chosen)) if is_code(chosen) else template(chosen).text
        if name is None:
            click.echo(text, nl=False)
        else:
            _said(write_new(text, with_suffix(name), force))
    except (TemplateError, SaveError, Faults) as error:
        refuse(error)


class _Known(click.ParamType[Any]):
    """One of some words that are looked up when they are asked for: the importers are slow to load."""

    name = "word"

    def __init__(self, words: Callable[[], Sequence[str]]) -> None:
        self.words = words

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """The words, as a choice shows them."""
        return click.Choice(self.words()).get_metavar(param, ctx)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word, if it is one of them."""
        return click.Choice(self.words()).convert(value, param, ctx)


def _sources() -> Sequence[str]:
    from isocross.exchange import SOURCES  # noqa: PLC0415 - the importers are slow to load

    return SOURCES


def _tiers() -> Sequence[str]:
    from isocross.exchange import Tiers  # noqa: PLC0415 - the importers are slow to load

    return [tiers.value for tiers in Tiers]


@click.command("import")
@click.argument("files", nargs=-1, required=True)
@click.option("--from", "source", type=_Known(_sources), help="The venue or format. Default: found from the content.")
@click.option("-o", "--output", help="The workspace file to write. Default: print it.")
@click.option(
    "--each",
    help="Write a workspace to this folder for each file, each file of a folder, or each account of a table.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option("--venue", help="The venue whose rules apply. Default: its own.")
@click.option("--wallet", type=Number(), help="All cash of the account, where no payload states it.")
@click.option("--currency", help="The currency of the account. Default: that of most positions.")
@click.option("--leverage", type=Number(), help="The leverage of positions whose payload states none.")
@click.option(
    "--tiers",
    type=_Known(_tiers),
    default="stated",
    help="Whose rates apply: those of the shipped tables, or those that are stated. Default: stated.",
)
def import_command(
    files: tuple[str, ...], source: str | None, output: str | None, each: str | None, force: bool, **asked: Any
) -> None:
    """Make a workspace from a venue's account.

    The account is JSON of positions and balances, or a CSV of positions.

    Several FILES of one moment belong together, such as one of positions and one of balances. What was taken, guessed
    and left out is told on standard error. So is each figure that the venue states, beside ours.
    """
    from isocross.exchange import Options, Tiers, Ways, import_files, read_bytes  # noqa: PLC0415 - slow to load
    from isocross.risk.tables import is_table  # noqa: PLC0415 - as above

    tiers = Tiers(asked.pop("tiers"))
    options = Options(check_venue(asked.pop("venue")), **asked, tiers=tiers, ways=Ways(**_WAYS))
    if each is not None:
        if output is not None:
            raise click.UsageError("-o and --each cannot be given together")
        from isocross_tui.cli.importing_each import import_each, write_each  # noqa: PLC0415 - as above

        if len(files) == 1 and is_table(files[0]):
            write_each(files[0], each, force)
        import_each(files, each, force, lambda name: import_files([(name, read_bytes(name))], source, options))
    if len(files) == 1 and is_table(files[0]):
        refuse(ValueError(f"{escaped(files[0])}: this is a table of many accounts (expected --each FOLDER for them)"))
    try:
        given = [(STANDARD_INPUT if f == "-" else f, read_bytes(f)) for f in files]
        imported = import_files(given, source, options)
        for note in imported.notes:
            click.echo(note.told(with_origin=len(files) > 1), err=True)
        if output is None:
            click.echo(dump(imported.workspace), nl=False)
        else:
            _said(write_new(dump(imported.workspace), with_suffix(output), force))
    except (Faults, SaveError, TemplateError) as error:
        refuse(error)


@click.command()
@account_options
@click.option("--what", type=click.Choice(WHATS), default="positions", help="What to export. Default: positions.")
@click.option("--as", "way", type=click.Choice(WAYS), default="csv", help="The format. Default: csv.")
@click.option(
    "--at", help="How far along the shock a frame is, from 0 to 1; a place of a lived path. Default: the end."
)
def export(file: str, shock: str | None, venue: str | None, what: str, way: str, at: str | None) -> None:
    """Print positions, a frame or a timeline as CSV or JSON.

    isocross import reads positions as CSV.
    """
    from isocross.exchange.formats.table import positions_csv  # noqa: PLC0415 - the importers are slow to load
    from isocross.report.csv import positions_json  # noqa: PLC0415 - as above

    workspace = read(file)
    if what == "positions":
        rehearsal, _ = rehearsal_of(workspace, file, venue, shock)
        at_option(lambda: fraction(at))
        if way == "json":
            print_json(positions_json(workspace, rehearsal.book))
        else:
            click.echo(positions_csv(workspace), nl=False)
        return
    paper = paper_of(workspace, file, venue, shock, at)
    if way == "json":
        print_json(paper.frame_json() if what == "frame" else paper.timeline_json())
    else:
        click.echo(paper.frame_csv() if what == "frame" else paper.timeline_csv(), nl=False)


def _said(saved: Saved) -> None:
    """Name the file that was written."""
    click.echo(f"{saved.path}: written", err=True)
    if not saved.durable:
        click.echo("The disk did not confirm it: a power cut right now might lose it.", err=True)


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for editors.")
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Check workspaces, lessons, tables and folders of accounts.

    Each fault is told with its place and the expected value.
    """
    told: list[dict[str, Any]] = []
    for source in files:
        if source != "-" and not alone([source], Input()):
            told += _checked_all(source, quiet=as_json)
            continue
        try:
            lesson = checked(Path(source)) if is_lesson(Path(source)) else None
            workspace = None if lesson else load(source)
            _refuse_path(workspace, origin_of(source) or source)
        except Faults as faults:
            told.append(checked_json(source, faults))
            if not as_json:
                click.echo(str(faults), err=True)
            continue
        warnings = () if workspace is None else _warnings(workspace)
        told.append(checked_json(source, warnings=warnings))
        if not as_json and lesson is not None:
            steps = f"{len(lesson.steps)} step{'' if len(lesson.steps) == 1 else 's'}"
            click.echo(f"{escaped(source)}: good, a lesson of {steps}")
        elif not as_json and workspace is not None:
            held = len(workspace.positions)
            positions = f"{held} position{'' if held == 1 else 's'}"
            click.echo(f"{escaped(source)}: good, {positions}, venue {workspace.venue.profile}")
            for warning in warnings:
                click.echo(f"  {warning}")
    if as_json:
        print_json(checks_json(told))
    raise SystemExit(0 if all(file["ok"] for file in told) else 1)


def _checked_all(source: str, *, quiet: bool) -> list[dict[str, Any]]:
    """Check each account of a table, of a file of lines, or of a folder; what is wrong is said unless `quiet`."""
    told: list[dict[str, Any]] = []
    for named in named_accounts([source], Input()):
        faults, warnings = named.faults, () if named.workspace is None else _warnings(named.workspace)
        try:
            _refuse_path(named.workspace, named.source or named.name)
        except Faults as found:
            faults = found
        told.append(checked_json(named.source or named.name, faults, warnings))
        if not quiet and faults is not None:
            click.echo(str(faults), err=True)
        for warning in () if quiet else warnings:
            click.echo(f"{escaped(named.name)}: {warning}")
    if not quiet:
        good = sum(one["ok"] for one in told)
        click.echo(f"{escaped(source)}: {good} of {len(told)} account{'' if len(told) == 1 else 's'} good")
    return told


def _refuse_path(workspace: Workspace | None, origin: str) -> None:
    """Refuse an account whose path lacks a history, or one of its markets there."""
    if workspace is None or workspace.scenario.path is not PathKind.REPLAY:
        return
    try:
        rehearse(book_of(workspace), workspace.scenario)
    except HistoryError as error:
        raise whole(origin, str(error)) from None


def _warnings(workspace: Workspace) -> tuple[str, ...]:
    """Say what a good file holds that does not do what it is there for, and of a strict one what its venue refuses."""
    has_orders = any(order.fills is not None for order in workspace.orders)
    if not has_orders and not workspace.strict:
        return ()
    from isocross.moves import not_as_it_stands  # noqa: PLC0415 - only a file with such orders, or a strict one, pays
    from isocross.words.orders import stop_warnings  # noqa: PLC0415 - the same

    book = book_of(workspace)
    return (*stop_warnings(book), *(not_as_it_stands(book) if book.strict else ()))
