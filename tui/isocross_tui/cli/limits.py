"""`isocross limits`: whether many accounts keep to a file of limits, with an exit code that a build can fail on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import click

from isocross.report import limits as report
from isocross.report.limits import Judged, exit_code
from isocross.risk.limits import read_limits, verdict
from isocross.risk.limits.kinds import Limit
from isocross.risk.named import Named, told_in_a_line
from isocross.risk.sources import Input, named_accounts
from isocross.workspace import Faults, book_of
from isocross.workspace.resolve import origin_of
from isocross_tui.cli.common import Refusal, check_venue
from isocross_tui.cli.errors import print_error


class Unreadable(Refusal):
    """The end where the limits themselves cannot be read."""

    exit_code = 2


def _as_json(judged: Sequence[Judged]) -> str:
    return json.dumps(report.limits_json(judged), ensure_ascii=False, indent=2) + "\n"


FORMS: dict[str, Callable[[Sequence[Judged]], str]] = {
    "text": report.limits_text,
    "json": _as_json,
    "junit": report.limits_junit,
    "csv": report.limits_csv,
}


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--rule", "rules", required=True, help="The file of limits.")
@click.option(
    "--format", "form", type=click.Choice(list(FORMS)), default="text", help="The form of the output. Default: text."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--venue", help="Another venue's rules, without the files' own changes.")
def limits(files: tuple[str, ...], rules: str, form: str, as_json: bool, venue: str | None) -> None:
    """Say whether accounts keep to a file of limits.

    Exit code 0: all hold. 1: one is broken. 2: a file cannot be read, or a limit cannot be judged. Each breach has its
    exact price, who is liquidated first, who pays, and the cheapest remedy.
    """
    check_venue(venue)
    form = "json" if as_json else form
    try:
        wanted = read_limits(rules)
    except Faults as faults:
        if form != "json":
            raise Unreadable(faults) from None
        print_error(Unreadable(faults))
        raise SystemExit(Unreadable.exit_code) from None
    judged = list(_judged(files, wanted, venue))
    for one in judged:
        if one.faults is not None:
            click.echo(told_in_a_line(one.faults), err=True)
    click.echo(FORMS[form](judged), nl=False)
    raise SystemExit(exit_code(judged))


def _judged(files: Sequence[str], wanted: Sequence[Limit], venue: str | None) -> Iterator[Judged]:
    for named in named_accounts(files, Input()):
        yield _one(named, wanted, venue)


def _one(named: Named, wanted: Sequence[Limit], venue: str | None) -> Judged:
    if named.workspace is None:
        return Judged(named, faults=named.faults)
    try:
        book = book_of(named.workspace, venue=venue, origin=origin_of(named.source))
    except Faults as faults:
        return Judged(named, faults=faults)
    betas = named.workspace.scenario.betas
    return Judged(named, [verdict(limit, book, betas) for limit in wanted])
