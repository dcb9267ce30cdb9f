"""Triage, solve and advice of an account as a JSON object."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from isocross.account.book import Book
from isocross.money import exact, text, text_or_none
from isocross.moves.move import Do, Move
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import FORMAT
from isocross.studies.advice import Advice
from isocross.studies.reach import Reach
from isocross.studies.returning import Means
from isocross.studies.stops import StopAdvice, advise_stop
from isocross.studies.survive import Answer, CoinNeed, Survival
from isocross.studies.triage import HUNDRED, Remedy, Triage, TriageRow
from isocross.words import advice as counsel
from isocross.words.stops import stop_advice_words


@exact
def advise_json(
    name: str, rehearsal: GlideRehearsal, found: Triage, solved: Survival, advice: Advice
) -> dict[str, Any]:
    """What to close first, what survives the shock, and which modes leave the most, as JSON."""
    return {
        "format": FORMAT,
        "name": name,
        "venue": rehearsal.book.profile.id,
        "shock": text(solved.move),
        "triage": _triage_json(found),
        "solve": _solve_json(solved),
        "advice": _advice_json(advice, rehearsal),
        "stop": _stop_json(advise_stop(rehearsal, [row.shock for row in advice.rows]), rehearsal.book),
    }


def _stop_json(stop: StopAdvice, book: Book) -> dict[str, Any]:
    return {
        "position": None if stop.position is None else stop.position.id,
        "trigger": text_or_none(stop.level),
        **_means_json(stop.today, stop.advised),
        "tried": stop.tried,
        "text": stop_advice_words(stop, book),
    }


def _means_json(today: Means, advised: Means) -> dict[str, str]:
    return {
        "mean_today": text(today.there),
        "mean_advised": text(advised.there),
        "mean_today_if_back": text(today.back),
        "mean_advised_if_back": text(advised.back),
    }


def _triage_json(found: Triage) -> dict[str, Any]:
    rows = [
        {
            "position": row.position.id,
            "falls": _move(found.today, row.falls),
            "notional": text(row.notional),
            "close": _remedy(row.close),
            "close_gain_per_100": text_or_none(_per_hundred(found, row)),
            "margin_100": _remedy(row.margin),
            "flip": _remedy(row.flip),
        }
        for row in found.rows
    ]
    best = None if found.best is None else found.best.position.id
    today = found.today
    first, last = _move(today, today.first), _move(today, today.last)
    return {"first_fall": first, "all_gone": last, "best": best, "rows": rows, "text": counsel.triage_sentence(found)}


@exact
def _per_hundred(found: Triage, row: TriageRow) -> Decimal | None:
    return None if row.close_per_help is None else row.close_per_help * HUNDRED / found.help


def _move(reach: Reach, place: Decimal | None) -> str | None:
    return None if place is None else text(reach.move(place))


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "steps": [step_json(step) for step in remedy.steps],
        "first_fall": remedy.reach and _move(remedy.reach, remedy.reach.first),
        "gain": text_or_none(remedy.gain),
        "refusal": remedy.refusal or None,
    }


_CALLED = {Do.ADD_MARGIN: "margin", Do.REDUCE: "cut", Do.SET_LEVERAGE: "leverage"}
"""What the JSON calls the moves that it has another name for."""


def step_json(step: Move) -> dict[str, Any]:
    """One move of a plan."""
    named = {"asset": step.asset, "to": step.to}
    told = {"kind": _CALLED.get(step.do, step.do.value), "position": step.position, "amount": text_or_none(step.amount)}
    return told | {key: name for key, name in named.items() if name is not None}


def _solve_json(solved: Survival) -> dict[str, Any]:
    return {
        "position": solved.subject,
        "falls": {position: text(move) for position, move in solved.falls},
        "answers": [_answer(answer) for answer in solved.answers],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "kind": answer.kind.value,
        "steps": [step_json(step) for step in answer.steps],
        "missing": text(answer.missing),
        "still_falls": [position for position, _ in answer.after],
        "why_not": answer.why or None,
    } | ({"coins": [_need(need) for need in answer.coins]} if answer.coins else {})


def _need(need: CoinNeed) -> dict[str, str]:
    return {"asset": need.asset, "amount": text(need.amount), "worth": text(need.worth)}


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
        **_means_json(advice.today, advice.advised),
        "rows": rows,
        "tried": advice.tried,
        "complete": advice.complete,
        "cut": advice.cut,
        "refused": [{"flips": list(flips), "why": why} for flips, why in advice.refused],
    }
