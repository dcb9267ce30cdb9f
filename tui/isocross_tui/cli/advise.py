"""`isocross advise`: triage, solve and advice for an account, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import click

from isocross.account.book import Book
from isocross.format import percent
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.advise import advise_json
from isocross.report.through import advise_lived_json, advise_lived_text
from isocross.studies.advice import ONE_MOVE, Advice, Advisor, advised_shocks
from isocross.studies.stops import advise_stop
from isocross.studies.survive import Survival, survive
from isocross.studies.through import advise_through
from isocross.studies.triage import Remedy, Triage, triage
from isocross.words import advice as counsel
from isocross.words.stops import stop_advice_words
from isocross.workspace import Workspace
from isocross_tui.cli.common import account_options, lived_of, print_json, read, rehearsal_of


@click.command()
@account_options
@click.option("--position", help="Id of the position that is to survive. Default: the whole account.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def advise(file: str, shock: str | None, venue: str | None, position: str | None, as_json: bool) -> None:
    """Say what to close first, and how to survive a shock.

    It also says which modes leave the most. On a file with a lived path it says only that, of the end of the path.
    """
    workspace = read(file)
    lived = lived_of(workspace, file, venue, shock)
    if lived is not None:
        _tell_lived(workspace, lived, position, as_json)
        return
    rehearsal, move = rehearsal_of(workspace, file, venue, shock)
    if not isinstance(move, Decimal):
        raise click.BadParameter(ONE_MOVE, param_hint=["--shock"])
    known = [p.id for p in rehearsal.book.positions]
    if position is not None and position not in known:
        expected = f"expected one of {', '.join(known)}" if known else "it has none"
        raise click.BadParameter(
            f"{position!r} is not a position of this account: {expected}", param_hint=["--position"]
        )
    found = triage(rehearsal, 1 if move > 0 else -1)
    solved = survive(rehearsal, move, position)
    advice = Advisor(rehearsal).advise(advised_shocks(move))
    if as_json:
        print_json(advise_json(workspace.name, rehearsal, found, solved, advice))
    else:
        lines = (
            *_triage(found),
            "",
            *_solve(solved, rehearsal.book),
            "",
            *_advice(advice, rehearsal.book),
            "",
            *_stop(advice, rehearsal),
        )
        click.echo("\n".join((f"{workspace.name}   {rehearsal.book.profile.id}", "", *lines)))


def _tell_lived(workspace: Workspace, rehearsal: LivedRehearsal, position: str | None, as_json: bool) -> None:
    """Print which modes leave the most at the end of a path."""
    if position is not None:
        raise click.BadParameter(
            "who survives is asked of a shock, and this file has a lived path: give --shock too",
            param_hint=["--position"],
        )
    advice = advise_through(rehearsal, workspace)
    if as_json:
        print_json(advise_lived_json(workspace, rehearsal, advice))
    else:
        click.echo(advise_lived_text(workspace, rehearsal, advice), nl=False)


# --- text ----------------------------------------------------------------------------------------


def _triage(found: Triage) -> Iterator[str]:
    yield f"Close first, all markets moving {counsel.way(found.today.direction)} from their opening marks"
    yield f"  {counsel.triage_sentence(found)}"
    if found.rows:
        yield f"  {counsel.triage_terms()}"
        titles = ("liq. at", "if closed", "gain", f"gain per {found.help:f}", f"with {found.help:f} more", "if flipped")
        width = max(8, *(len(row.name) for row in found.rows))
        yield f"  {'position':<{width}}" + "".join(f"{title:>16}" for title in titles)
        for row in found.rows:
            falls = "none" if row.falls is None else percent(found.today.move(row.falls), plus="+")
            gains = _gains(row.close, row.close_per_help)
            further = ("" if gain is None else counsel.gain_words(row, gain, places) for gain, places in gains)
            cells = (falls, _then(row.close), *further, _then(row.margin), _then(row.flip))
            yield f"  {row.name:<{width}}" + "".join(f"{cell:>16}" for cell in cells)


def _gains(close: Remedy, per_help: Decimal | None) -> tuple[tuple[Decimal | None, int], ...]:
    return (close.gain, 1), (per_help, 2)


def _then(remedy: Remedy) -> str:
    return "refused" if remedy.reach is None else counsel.at(remedy.reach)


def _solve(solved: Survival, book: Book) -> Iterator[str]:
    who = "the account" if solved.subject is None else counsel.names_of(book)[solved.subject]
    yield f"Solve, for {who} to survive {percent(solved.move, plus='+')}"
    yield f"  {counsel.survival_sentence(solved, book)}"
    for answer in solved.answers:
        yield f"  {answer.kind:<10}{counsel.answer_sentence(solved, answer, book)}"


def _stop(advice: Advice, rehearsal: GlideRehearsal) -> Iterator[str]:
    yield "Stop"
    yield f"  {stop_advice_words(advise_stop(rehearsal, [row.shock for row in advice.rows]), rehearsal.book)}"


def _advice(advice: Advice, book: Book) -> Iterator[str]:
    money = book.amounts
    yield "Advise"
    yield f"  {counsel.advice_sentence(advice, book)} {counsel.costs(advice, book)}".rstrip()
    yield f"  {counsel.advice_terms(advice)}"
    rows = [("shock", "today", "advised", "saves", "open")]
    for row in advice.rows:
        stand = f"{row.today.open} → {row.advised.open}"
        figures = (money(row.today.equity), money(row.advised.equity), money(row.saved, plus="+"), stand)
        rows.append((percent(row.shock, plus="+"), *figures))
    width = max(14, 2 + max(len(cell) for cells in rows for cell in cells))
    for cells in rows:
        yield "  " + "".join(f"{cell:>{width}}" for cell in cells)
