"""Sentences of triage, solve and advice, written from their figures alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.advisor import Advice
from engine.book import Book, Mode
from engine.money import ZERO, text
from engine.numbers import money, percent
from engine.plan import Kind, Step
from engine.reach import Reach
from engine.survive import Answer, Survival
from engine.triage import HELP, Triage, TriageRow


def way(direction: int) -> str:
    """Which way a glide goes."""
    return "up" if direction > 0 else "down"


def at(reach: Reach) -> str:
    """The first fall of a reach; `none` where there is none."""
    return "none" if reach.first is None else percent(reach.move(reach.first), plus="+")


def triage_sentence(found: Triage) -> str:
    """Which position to close first, and what that brings; or that nothing falls, or that closing one does not help."""
    today = found.today
    if not found.rows:
        return "There is no position to close."
    if today.first is None:
        limit = percent(today.move(today.limit), 0, plus="+")
        return f"Nothing falls on the whole way {way(today.direction)} to {limit}: nothing has to be closed."
    best = found.best
    if best is None or best.close.reach is None:
        return f"The first falls at {at(today)}, and closing any one of them brings that no further."
    return f"Close {best.name} first: {_then(best.close.reach, today)}.{_dearest(found, best)}"


def _then(reach: Reach, today: Reach) -> str:
    if not reach.holds:
        return f"then nothing is left that could fall at {at(today)}"
    if reach.first is None:
        return f"then nothing falls on the whole way {way(today.direction)}, today the first does at {at(today)}"
    return f"then the first falls at {at(reach)} instead of {at(today)}"


def _dearest(found: Triage, best: TriageRow) -> str:
    """The position of which each unit closed brings most, where that is another one."""
    helping = [row for row in found.rows if row.close_per_help is not None and row.close_per_help > 0]
    most = max(helping, key=lambda row: row.close_per_help or ZERO)
    if most is best or most.close_per_help == best.close_per_help:
        return ""
    gain = percent(most.close_per_help, 2, plus="+")
    return f" Per {HELP:f} closed, {most.name} brings most: {gain} further."


# --- solve ---------------------------------------------------------------------------------------


def survival_sentence(found: Survival, names: Mapping[str, str]) -> str:
    """Who falls before the move, or that all that was asked about stand."""
    move = percent(found.move, plus="+")
    who = "every position" if found.subject is None else names[found.subject]
    if not found.falls:
        other = next((f", but {names[p]} falls at {percent(at, plus='+')}" for p, at in found.others), "")
        return f"At {move} {who} stands as it is{other}."
    first, place = found.falls[0]
    fall = percent(place, plus="+")
    shared = found.subject is not None and len(found.watched) > 1
    if shared:
        return f"{who} stands on the pool, where {names[first]} falls at {fall}."
    more = f", {len(found.falls) - 1} more after it" if len(found.falls) > 1 else ""
    return f"{names[first]} falls at {fall}{more}."


def answer_sentence(found: Survival, answer: Answer, names: Mapping[str, str]) -> str:
    """What to do, that one step less is not enough, and what still falls."""
    if not answer.steps:
        return f"{_capital(answer.why.rstrip('.'))}."
    move = percent(found.move, plus="+")
    deeds = _capital(" and ".join(_deeds(answer, names)))
    whole = "what was asked about" if answer.after else "all"
    told = f"{deeds}: at {move} {whole} stand{'s' if answer.after else ''}. {_LESS[answer.kind]}"
    if answer.missing and answer.steps[0].kind is Kind.DEPOSIT and len(answer.steps) > 1:
        told += f" {money(answer.missing)} of it is missing in the account."
    if answer.after:
        told += f" Before that {_listed([names[p] for p, _ in answer.after])} still fall."
    return told


_LESS = {
    Kind.MARGIN: "A cent less is not enough.",
    Kind.CUT: "A step less is not enough.",
    Kind.LEVERAGE: "One more is too high.",
}


def _deeds(answer: Answer, names: Mapping[str, str]) -> list[str]:
    if answer.share is None:
        return [deed(step, names) for step in answer.steps]
    return [f"close {percent(answer.share)} of every cross position, up to its next lot"]


def deed(step: Step, names: Mapping[str, str]) -> str:
    """One step in words."""
    name = "" if step.position is None else names[step.position]
    match step.kind:
        case Kind.DEPOSIT:
            return f"deposit {money(step.amount)}"
        case Kind.MARGIN:
            return f"add {money(step.amount)} to {name}"
        case Kind.CUT:
            return f"close {text(step.amount or ZERO)} of {name}"
        case Kind.LEVERAGE:
            return f"set {name} to {text(step.amount or ZERO)}x"
        case Kind.FLIP:
            return f"flip {name}"


# --- advice --------------------------------------------------------------------------------------


def advice_sentence(advice: Advice, book: Book, names: Mapping[str, str]) -> str:
    """What to flip and what it saves on average, or to leave the modes as they are."""
    if not advice.flips:
        return f"Leave every mode as it is: no other leaves more than {money(advice.mean_today)} on average."
    to = {mode: [names[p.id] for p in book.positions if p.id in advice.flips and p.mode.other is mode] for mode in Mode}
    flips = " and ".join(f"{_listed(who)} to {mode}" for mode, who in to.items() if who)
    return f"Flip {flips}: on average {money(advice.mean_advised)} is left instead of {money(advice.mean_today)}."


def advice_terms(advice: Advice) -> str:
    """How the advice was found, and that it is no forecast."""
    how = f"all {advice.tried} combinations were weighed" if advice.complete else f"the best of {advice.tried} searched"
    if advice.complete and advice.refused:
        how = f"{advice.tried} combinations were weighed, the others are refused"
    return f"For these {len(advice.rows)} shocks, not a forecast; {how}."


def costs(advice: Advice) -> str:
    """At which shock the advised modes save and cost most."""
    most, least = max(advice.rows, key=lambda r: r.saved), min(advice.rows, key=lambda r: r.saved)
    if most.saved <= 0:
        return ""
    saves = f"It saves {money(most.saved)} at {percent(most.shock, plus='+')}"
    if least.saved >= 0:
        return f"{saves} and costs nothing at any of them."
    return f"{saves} and costs {money(-least.saved)} at {percent(least.shock, plus='+')}."


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def names_of(book: Book, names: Sequence[str]) -> dict[str, str]:
    """What each position is called, by id."""
    return {position.id: name for position, name in zip(book.positions, names, strict=True)}


def answer_figure(answer: Answer, names: Mapping[str, str]) -> tuple[str, str]:
    """An answer in little room: its figure, and of what it is."""
    if not answer.steps:
        return "none", ""
    if answer.share is not None:
        return percent(answer.share), "of each"
    steps = [step for step in answer.steps if step.kind is not Kind.DEPOSIT] or list(answer.steps)
    of = f"of {len(steps)} positions" if len(steps) > 1 else names.get(str(steps[0].position), "deposit")
    return _figure(answer.kind, [step.amount or ZERO for step in steps]), of


def _figure(kind: Kind, amounts: Sequence[Decimal]) -> str:
    if kind is Kind.MARGIN:
        return money(sum(amounts, ZERO))
    if len(set(amounts)) > 1:
        return "each"
    return f"{text(amounts[0])}x" if kind is Kind.LEVERAGE else text(amounts[0])
