"""Sentences of triage, solve and advice, written from their figures alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from isocross.account.book import Book, Mode, market_names
from isocross.format import Amounts, counted, grouped, named_amounts, percent
from isocross.money import ONE, ZERO, exact, text
from isocross.moves import flip, flip_all
from isocross.moves.flips import flipped
from isocross.moves.move import Do, Move
from isocross.moves.said import amount_words, to_be_done
from isocross.studies.advice import Advice
from isocross.studies.reach import Reach
from isocross.studies.returning import Means
from isocross.studies.survive import CENT, SHARES, Answer, Survival, Way, lot_of
from isocross.studies.triage import Triage, TriageRow


def way(direction: int) -> str:
    """Which way a glide goes."""
    return "up" if direction > 0 else "down"


def at(reach: Reach, places: int = 1) -> str:
    """The first fall of a reach; `none` where there is none."""
    return "none" if reach.first is None else percent(reach.move(reach.first), places, plus="+")


def triage_sentence(found: Triage) -> str:
    """Which position to close first, and what that brings; or that nothing falls, or that closing one does not help."""
    today = found.today
    if not found.rows:
        return "There is no position to close."
    if today.first is None:
        limit = percent(today.move(today.limit), 0, plus="+")
        return f"Nothing is liquidated all the way {way(today.direction)} to {limit}: no position has to be closed."
    best = found.best
    if best is None or best.close.reach is None:
        names = {row.position.id: row.name for row in found.rows}
        # what an order opens on the way has no row
        who = [names.get(first, first) for first in today.firsts]
        verb = "is" if len(who) == 1 else "are"
        return f"{_listed(who)} {verb} liquidated first, at {at(today)}. Closing one position moves that no further."
    return f"Close {best.name} first: {_then(best.close.reach, today)}.{_dearest(found, best)}"


def triage_terms() -> str:
    """What the columns of the table hold."""
    return "If …, with …: where any position would be liquidated first. Gain: how much further that is than today."


def _then(reach: Reach, today: Reach) -> str:
    if not reach.holds:
        return f"then nothing is left to liquidate at {at(today)}"
    if reach.first is None:
        first = f"today the first liquidation is at {at(today)}"
        return f"then nothing is liquidated on the way {way(today.direction)}; {first}"
    told = next(
        (pair for places in (1, 2, 4, 12) if len(set(pair := (at(reach, places), at(today, places)))) > 1), None
    )
    then, now = told or (at(reach), at(today))
    return f"then the first liquidation is at {then} instead of {now}"


def _dearest(found: Triage, best: TriageRow) -> str:
    """The position of which each unit closed brings most, where that is another one."""
    if any(row.close.reach is not None and row.close.reach.first is None for row in found.rows):
        # where nothing falls any more the gain is only known to be at least so much
        return ""
    helping = [row for row in found.rows if row.close_per_help is not None and row.close_per_help > 0]
    most = max(helping, key=lambda row: row.close_per_help or ZERO)
    if most is best or most.close_per_help == best.close_per_help:
        return ""
    gain = percent(most.close_per_help, 2, plus="+")
    return f" For each {found.help:f} closed, {most.name} moves it most: by {gain}."


def gain_words(row: TriageRow, gain: Decimal, places: int) -> str:
    """How much further the first liquidation is, or how much at least where nothing is liquidated any more."""
    never = gain > 0 and row.close.reach is not None and row.close.reach.first is None
    return percent(gain, places, plus="≥" if never else "+")


# --- solve ---------------------------------------------------------------------------------------


def survival_sentence(found: Survival, book: Book) -> str:
    """Who falls before the move, or that all that was asked about stand."""
    move, names = percent(found.move, plus="+"), names_of(book)
    who = "every position" if found.subject is None else names[found.subject]
    if not book.positions:
        return "There is no position to liquidate."
    if not found.falls:
        other = next((f", but {names[p]} is liquidated at {percent(at, plus='+')}" for p, at in found.others), "")
        return f"At {move} {who} survives without a change{other}."
    first, place = found.falls[0]
    fall = percent(place, plus="+")
    shared = found.subject is not None and len(found.watched) > 1
    if shared:
        return f"{who} shares the pool, where {names[first]} is liquidated at {fall}."
    more = f", {len(found.falls) - 1} more after it" if len(found.falls) > 1 else ""
    return f"{names[first]} is liquidated at {fall}{more}."


def answer_sentence(found: Survival, answer: Answer, book: Book) -> str:
    """What to do, that one step less is not enough, and what still falls."""
    money = book.amounts
    if not answer.steps:
        return f"{_capital(answer.why.rstrip('.'))}."
    names = names_of(book)
    closed = _closed(answer, book)
    told = f"{_capital(_listed(_deeds(answer, book)))}: {_who_stands(found, answer, book, closed)}. "
    told += _PART if closed and len(closed) == len(answer.steps) else _less(answer, book)
    told += _other_coins(answer)
    if answer.missing and len(answer.steps) > 1:
        told += f" The account lacks {money(answer.missing)} for this."
    if answer.after:
        falling = [names[position] for position, _ in answer.after]
        told += f" But {_listed(falling)} {'is' if len(falling) == 1 else 'are'} liquidated on the way."
    return told


def _other_coins(answer: Answer) -> str:
    """What the deposit is worth, and what each other coin would take."""
    if not answer.coins:
        return ""
    usd, (best, *others) = named_amounts("USD"), answer.coins
    more = [f"{named_amounts(need.asset)(need.amount)} ({usd(need.worth)})" for need in others]
    instead = f" Another coin would take {' or '.join(filter(None, (', '.join(more[:-1]), more[-1])))}." if more else ""
    return f" It is worth {usd(best.worth)}.{instead}"


_FLIPS_NAMED = 5
"""Of many positions to flip, so many are named."""
_PART = "Closing a part is not enough."


def _less(answer: Answer, book: Book) -> str:
    match answer.kind:
        case Way.MARGIN:
            return f"{_capital(cash_step(book))} less is not enough."
        case Way.CUT:
            if answer.share is not None:
                return f"{percent(ONE / SHARES)} less is not enough."
            return f"One size step, {_listed(_size_steps(answer, book))}, less is not enough."
        case Way.LEVERAGE:
            return "One more is too high."
        case Way.COIN:
            return "The next smaller amount is not enough."
        case strange:
            assert_never(strange)


def cash_step(book: Book) -> str:
    """The least of cash that is counted."""
    step = book.amounts.step
    return "a cent" if step == CENT else text(step)


def _size_steps(answer: Answer, book: Book) -> list[str]:
    """The least by which the size of each position that is cut can change; of many the first."""
    held = [book.positions[book.index_of(step.position)] for step in answer.steps if step.position is not None]
    steps = dict.fromkeys(f"{grouped(lot_of(book, p))} of {names_of(book)[p.id]}" for p in held)
    return [*steps][:_FLIPS_NAMED]


def _closed(answer: Answer, book: Book) -> list[str]:
    """The positions that an answer closes whole."""
    cuts = {step.position: step.amount for step in answer.steps if step.do is Do.REDUCE}
    return [p.id for p in book.positions if cuts.get(p.id) == p.quantity]


def _who_stands(found: Survival, answer: Answer, book: Book, closed: Sequence[str]) -> str:
    move = percent(found.move, plus="+")
    left = found.watched.difference(closed)
    if not left:
        return "then it cannot be liquidated" if len(found.watched) == 1 else "then nothing is left to liquidate"
    if not answer.after:
        return f"at {move} {'all survive' if len(book.positions) > 1 else 'it survives'}"
    return f"at {move} {names_of(book)[next(iter(left))] if len(found.watched) == 1 else 'the pool'} survives"


def _deeds(answer: Answer, book: Book) -> list[str]:
    if answer.coins:
        # beside other coins the account's own currency is named, too
        best = answer.coins[0]
        return [f"deposit {named_amounts(best.asset)(best.amount)}"]
    if answer.share is None:
        return [deed(step, book) for step in answer.steps]
    steps = ", ".join(_size_steps(answer, book))
    return [f"close {percent(answer.share)} of every cross position, rounded up to whole size steps ({steps})"]


def deed(move: Move, book: Book) -> str:  # noqa: PLR0911 - one for each thing to do
    """One move of a plan in words."""
    position = None if move.position is None else book.positions[book.index_of(move.position)]
    money = book.amounts if position is None else book.amounts_for(position)
    name, amount = "" if position is None else names_of(book)[position.id], move.amount or ZERO
    match move.do:
        case Do.DEPOSIT | Do.WITHDRAW:
            return f"{move.do} {amount_words(move, book.currency)}"
        case Do.CONVERT | Do.COLLATERAL | Do.ACCOUNT:
            return to_be_done(move, book.currency)
        case Do.ADD_MARGIN:
            return f"add {money(amount)} to {name}"
        case Do.REMOVE_MARGIN:
            return f"take {money(amount)} from {name}"
        case Do.INCREASE:
            return f"increase {name} by {grouped(amount)}"
        case Do.REDUCE:
            whole = "all " if position is not None and amount == position.quantity else ""
            return f"close {whole}{grouped(amount)} of {name}"
        case Do.CLOSE:
            return f"close {name}"
        case Do.SET_LEVERAGE:
            return f"set {name} to {grouped(amount)}x"
        case Do.FLIP:
            return f"flip {name}"
        case Do.AUTO_MARGIN:
            return f"switch the automatic margin of {name}"
        case _:
            assert_never(move.do)


def answer_figure(answer: Answer, book: Book) -> tuple[str, str]:
    """An answer in little room: its figure, and of what it is."""
    if not answer.steps:
        return "none", ""
    if answer.share is not None:
        return percent(answer.share), "of each"
    steps = [step for step in answer.steps if step.do is not Do.DEPOSIT] or list(answer.steps)
    if len(steps) > 1:
        return _figure(answer.kind, [step.amount or ZERO for step in steps], book.amounts), f"for {len(steps)}"
    if answer.coins:
        return text(answer.coins[0].amount), answer.coins[0].asset
    if steps[0].position is None:
        return _figure(answer.kind, [answer.missing], book.amounts), "deposit"
    of = "all" if _closed(answer, book) else names_of(book)[steps[0].position]
    return _figure(answer.kind, [steps[0].amount or ZERO], book.amounts), of


def _figure(kind: Way, amounts: Sequence[Decimal], money: Amounts) -> str:
    if kind is Way.MARGIN:
        return money(sum(amounts, ZERO))
    if len(set(amounts)) > 1:
        return "parts" if kind is Way.CUT else "several"
    return f"{grouped(amounts[0])}x" if kind is Way.LEVERAGE else grouped(amounts[0])


# --- advice --------------------------------------------------------------------------------------


def advice_sentence(advice: Advice, book: Book) -> str:
    """What to flip and what it saves on average, or to leave the modes as they are."""
    money = book.amounts
    if not advice.flips:
        return f"Leave every mode as it is: no other leaves more than {money(advice.today.there)} on average."
    names = names_of(book)
    to = {mode: [names[p.id] for p in book.positions if p.id in advice.flips and p.mode.other is mode] for mode in Mode}
    flips = " and ".join(f"{_few(who)} to {mode}" for mode, who in to.items() if who)
    return f"Flip {flips}: {means_words(advice.advised, advice.today, money)}"


def means_words(advised: Means, today: Means, money: Amounts) -> str:
    """What is left on average, and what where prices come back, against today."""
    there = f"{money(advised.there)} is left on average, not {money(today.there)}."
    same = money(advised.back) == money(today.back)
    back = "both leave the same" if same else f"{money(advised.back)} is left, not {money(today.back)}"
    return f"{there} If prices come back, {back}."


def advice_terms(advice: Advice) -> str:
    """How the advice was found, and that it is no forecast."""
    how = (
        f"all {advice.tried:,} combinations were weighed"
        if advice.complete
        else f"the best of {advice.tried:,} searched"
    )
    if advice.complete and advice.refused:
        were = "was" if advice.tried == 1 else "were"
        how = f"{counted(advice.tried, 'combination')} {were} weighed, the others are refused"
    cut = ", and the search was ended because it took too much work" if advice.cut else ""
    return f"For these {len(advice.rows)} shocks, not a forecast; {how}{cut}."


def costs(advice: Advice, book: Book) -> str:
    """At which shock the advised modes save and cost most, what falls under them, and what flipping takes."""
    money = book.amounts
    most, least = max(advice.rows, key=lambda r: r.saved), min(advice.rows, key=lambda r: r.saved)
    if not advice.flips or most.saved <= 0:
        return _flipping(advice, book)
    some = f"costs {money(-least.saved)} at {percent(least.shock, plus='+')}"
    worst = some if least.saved < 0 else "costs nothing while prices stay there"
    told = f"It saves {money(most.saved)} at {percent(most.shock, plus='+')}, and {worst}."
    return " ".join(filter(None, (told, _gone(advice), _flipping(advice, book))))


@exact
def _flipping(advice: Advice, book: Book) -> str:
    """What the venue says of the flips, and what is borrowed for the margins that they ask for; empty: nothing."""
    if not advice.flips:
        return ""
    whole = len(advice.flips) == len(book.positions)
    outcomes = (flip_all(book),) if whole else (flip(book, id) for id in advice.flips[:_FLIPS_NAMED])
    remark = next((outcome.remark for outcome in outcomes if outcome.remark), "")
    told = [f"{remark.rstrip('.')}."] if remark else []
    positions = tuple(flipped(book, p) if p.id in advice.flips else p for p in book.positions)
    after = replace(book, positions=positions)
    for coin in book.coin_names if book.coins else ():
        short = -after.free_in(coin)
        if short > max(ZERO, -book.free_in(coin)):
            money = book.amounts_of(coin)
            told.append(
                f"Its isolated margins take more {book.name_of(coin)} than the {money(book.balance_of(coin))} there is:"
                f" {money(short)} is borrowed."
            )
    return " ".join(told)


_SHOCKS_NAMED = 4
"""Up to so many shocks are named one by one; of more the first, with how many more there are."""


def _gone(advice: Advice) -> str:
    """At which shocks most positions are liquidated that stand today, and at how many others some are."""
    counts = {row.shock: len(row.gone) for row in advice.rows}
    most = max(counts.values())
    if most == 0:
        return ""
    one = "1 position that survives today is liquidated"
    who = one if most == 1 else f"{most} positions that survive today are liquidated"
    at = [percent(shock, plus="+") for shock, count in counts.items() if count == most]
    others = sum(0 < count < most for count in counts.values())
    fewer = f", fewer at {_other_shocks(others)}" if others else ""
    where = _listed(at) if len(at) <= _SHOCKS_NAMED else f"{at[0]} and at {_other_shocks(len(at) - 1)}"
    return f"{who} at {where}{fewer}. A liquidated position does not come back with the price."


def _other_shocks(count: int) -> str:
    return f"{count} other shock{'s' if count > 1 else ''}"


def _few(words: Sequence[str]) -> str:
    """Names, of many the first with how many more there are."""
    more = len(words) - _FLIPS_NAMED
    return _listed(words) if more <= 1 else f"{', '.join(words[:_FLIPS_NAMED])} and {more} more"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def names_of(book: Book) -> dict[str, str]:
    """What each position is called, by id."""
    return {position.id: name for position, name in zip(book.seats, market_names(book), strict=True)}
