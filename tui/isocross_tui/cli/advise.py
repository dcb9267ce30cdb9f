"""`isocross advise`: triage, solve and advice for an account, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import click

from isocross.account.book import Book
from isocross.format import percent
from isocross.money import text, text_or_none
from isocross.moves.move import Do, Move
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import FORMAT
from isocross.studies.advice import Advice, Advisor, advised_shocks
from isocross.studies.reach import Reach
from isocross.studies.survive import Answer, Survival, survive
from isocross.studies.triage import HELP, Remedy, Triage, triage
from isocross.words import advice as counsel
from isocross_tui.cli.common import account_options, print_json, read, rehearsal_of


@click.command()
@account_options
@click.option("--position", help="Id of the position that is to survive; the whole account without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def advise(file: str, shock: str | None, venue: str | None, position: str | None, as_json: bool) -> None:
    """Which position to close first, what it takes to survive the shock, and which modes leave the most."""
    workspace = read(file)
    rehearsal, move = rehearsal_of(workspace, file, venue, shock)
    if not isinstance(move, Decimal):
        raise click.BadParameter("advice is for one common move, such as -30%", param_hint="--shock")
    known = [p.id for p in rehearsal.book.positions]
    if position is not None and position not in known:
        expected = f"expected one of {', '.join(known)}" if known else "the account has none"
        raise click.BadParameter(f"no position {position!r}: {expected}", param_hint="--position")
    found = triage(rehearsal, 1 if move > 0 else -1)
    solved = survive(rehearsal, move, position)
    advice = Advisor(rehearsal).advise(advised_shocks(move))
    if as_json:
        print_json(_json(workspace.name, rehearsal, found, solved, advice))
    else:
        lines = (*_triage(found), "", *_solve(solved, rehearsal.book), "", *_advice(advice, rehearsal.book))
        click.echo("\n".join((f"{workspace.name}  ({rehearsal.book.profile.id})", "", *lines)))


# --- text ----------------------------------------------------------------------------------------


def _triage(found: Triage) -> Iterator[str]:
    yield f"Close first, all markets moving {counsel.way(found.today.direction)} from their opening marks"
    yield f"  {counsel.triage_sentence(found)}"
    if found.rows:
        titles = ("falls at", "if closed", "further", f"per {HELP:f}", f"+{HELP:f}", "if flipped")
        width = max(8, *(len(row.name) for row in found.rows))
        yield f"  {'position':<{width}}" + "".join(f"{title:>11}" for title in titles)
        for row in found.rows:
            falls = "none" if row.falls is None else percent(found.today.move(row.falls), plus="+")
            further = ("" if g is None else percent(g, n, plus="+") for g, n in _gains(row.close, row.close_per_help))
            cells = (falls, _then(row.close), *further, _then(row.margin), _then(row.flip))
            yield f"  {row.name:<{width}}" + "".join(f"{cell:>11}" for cell in cells)


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


def _advice(advice: Advice, book: Book) -> Iterator[str]:
    money = book.amounts
    yield "Advise"
    yield f"  {counsel.advice_sentence(advice, book)} {counsel.costs(advice, book)}".rstrip()
    yield f"  {counsel.advice_terms(advice)}"
    yield "  " + "".join(f"{title:>14}" for title in ("shock", "today", "advised", "saves", "open"))
    for row in advice.rows:
        stand = f"{row.today.open} → {row.advised.open}"
        figures = (money(row.today.equity), money(row.advised.equity), money(row.saved, plus="+"), stand)
        yield "  " + "".join(f"{cell:>14}" for cell in (percent(row.shock, plus="+"), *figures))


# --- JSON ----------------------------------------------------------------------------------------


def _json(name: str, rehearsal: GlideRehearsal, found: Triage, solved: Survival, advice: Advice) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": name,
        "venue": rehearsal.book.profile.id,
        "shock": text(solved.move),
        "triage": _triage_json(found),
        "solve": _solve_json(solved),
        "advice": _advice_json(advice, rehearsal),
    }


def _triage_json(found: Triage) -> dict[str, Any]:
    rows = [
        {
            "position": row.position.id,
            "falls": _move(found.today, row.falls),
            "notional": text(row.notional),
            "close": _remedy(row.close),
            "close_gain_per_100": text_or_none(row.close_per_help),
            "margin_100": _remedy(row.margin),
            "flip": _remedy(row.flip),
        }
        for row in found.rows
    ]
    best = None if found.best is None else found.best.position.id
    today = found.today
    first, last = _move(today, today.first), _move(today, today.last)
    return {"first_fall": first, "all_gone": last, "best": best, "rows": rows, "text": counsel.triage_sentence(found)}


def _move(reach: Reach, place: Decimal | None) -> str | None:
    return None if place is None else text(reach.move(place))


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "steps": [_step(step) for step in remedy.steps],
        "first_fall": remedy.reach and _move(remedy.reach, remedy.reach.first),
        "gain": text_or_none(remedy.gain),
        "refusal": remedy.refusal or None,
    }


_CALLED = {Do.ADD_MARGIN: "margin", Do.REDUCE: "cut", Do.SET_LEVERAGE: "leverage"}
"""What the JSON calls the moves that it has another name for."""


def _step(step: Move) -> dict[str, Any]:
    return {"kind": _CALLED.get(step.do, step.do.value), "position": step.position, "amount": text_or_none(step.amount)}


def _solve_json(solved: Survival) -> dict[str, Any]:
    return {
        "position": solved.subject,
        "falls": {position: text(move) for position, move in solved.falls},
        "answers": [_answer(answer) for answer in solved.answers],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "kind": answer.kind.value,
        "steps": [_step(step) for step in answer.steps],
        "missing": text(answer.missing),
        "still_falls": [position for position, _ in answer.after],
        "why_not": answer.why or None,
    }


def _advice_json(advice: Advice, rehearsal: GlideRehearsal) -> dict[str, Any]:
    modes = {p.id: (p.mode.other if p.id in advice.flips else p.mode).value for p in rehearsal.book.positions}
    rows = [
        {
            "shock": text(row.shock),
            "today": text(row.today.equity),
            "advised": text(row.advised.equity),
            "saved": text(row.saved),
            "open_today": row.today.open,
            "open_advised": row.advised.open,
        }
        for row in advice.rows
    ]
    return {
        "modes": modes,
        "flips": list(advice.flips),
        "mean_today": text(advice.mean_today),
        "mean_advised": text(advice.mean_advised),
        "rows": rows,
        "tried": advice.tried,
        "complete": advice.complete,
        "cut": advice.cut,
        "refused": [{"flips": list(flips), "why": why} for flips, why in advice.refused],
    }
