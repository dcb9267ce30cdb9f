"""The sentence of an event, written from its figures alone."""

from __future__ import annotations

from typing import assert_never

from isocross.account.book import Book
from isocross.cascade.events import Event, EventKind, Tested
from isocross.format import Amounts, grouped, price
from isocross.money import ZERO
from isocross.moves.threshold import against
from isocross.paths.path import Path
from isocross.rules.procedure import StepKind
from isocross.rules.profile import AdlPrice, Victim
from isocross.words.assets import is_rounding, money_of, money_tested, of_assets, tests_assets, written
from isocross.words.orders import of_order, others_paid


def sentence(event: Event, book: Book, path: Path, names: tuple[str, ...]) -> str:
    """One plain account of what happened: what was tested, with which figures, who paid, what is left.

    Args:
        event: what happened.
        book: the book it happened to.
        path: the path, for the place in words.
        names: how each position is called.
    """
    place, money = where(event, book, path), money_of(event, book)
    name = "the pool" if event.position is None else names[event.position]
    match event.kind:
        case EventKind.REFILL:
            told = _refill(event, name, place, money)
        case EventKind.ORDER_CANCEL | EventKind.FILL | EventKind.TRIGGER:
            told = of_order(event, book, name, path) if event.fill else _order_cancel(event, book, place)
        case EventKind.REDUCTION:
            told = _reduction(event, name, place, book)
        case EventKind.LIQUIDATION:
            told = _liquidation(event, book, name, place)
        case EventKind.BORROW | EventKind.REPAYMENT | EventKind.CONVERSION:
            told = of_assets(event, book, place)
        case EventKind.FUND:
            hole = "a rounding" if is_rounding(event.amount) else "the hole"
            told = f"The insurance fund paid {hole} that {name} left: {written(money, event.amount)}."
        case EventKind.DELEVERAGE:
            told = _deleverage(event, book, name)
        case EventKind.FUNDING:
            told = _funding(event, name, place, money)
        case EventKind.SETTLEMENT:
            told = _settlement(event, name, place, money)
        case EventKind.MOVE:
            told = _move(event, name, _at(event, place, path))
        case EventKind.REFUSAL:
            told = f"Refused {_at(event, place, path)}: {'' if event.position is None else f'{name}, '}{event.note}."
        case strange:
            assert_never(strange)
    return told


def in_brief(event: Event, book: Book, path: Path, names: tuple[str, ...]) -> str:
    """The same for little room: what happened and what is left, without what was tested and who paid.

    Args: those of `sentence`.
    """
    money = money_of(event, book)
    place, figures = where(event, book, path), event.figures
    if event.kind is EventKind.REDUCTION and event.position is not None:
        return f"{names[event.position]} was reduced at {place}: {_closed(event, money)}."
    at_once = event.kind is EventKind.LIQUIDATION and figures.tested is Tested.POOL
    if at_once and event.position is not None and figures.step is not StepKind.NET_HEDGES:
        return (
            f"{names[event.position]} was liquidated at {place}: closed with {money(figures.pnl, plus='+')}, "
            f"{_left(event, book)}."
        )
    first, stop, _ = sentence(event, book, path, names).partition(". ")
    return first + stop.rstrip()


def scope(tested: Tested) -> str:
    """Whose equity was tested, in a word."""
    return "margin" if tested in {Tested.ISOLATED, Tested.BUCKET} else tested.value


def _funding(event: Event, name: str, place: str, money: Amounts) -> str:
    paid = f"paid {money(event.amount)}" if event.amount > 0 else f"got {money(-event.amount)}"
    return (
        f"{name} {paid} of funding at {place}; the {scope(event.figures.tested)} has {money(event.figures.left)} left."
    )


def _settlement(event: Event, name: str, place: str, money: Amounts) -> str:
    return (
        f"{name} was settled at {place}: {money(event.amount, plus='+')} of open PnL became cash, and PnL counts from "
        f"there. The {scope(event.figures.tested)} has {money(event.figures.left)} now."
    )


def where(event: Event, book: Book, path: Path) -> str:
    """The place of an event in words: the common move, or the share of the way, and the mark."""
    move = path.words(event.place)
    if event.position is None or event.mark is None:
        return move
    tick = book.market_of(book.seats[event.position]).grid
    return f"{price(event.mark, tick)} ({move})"


def _move(event: Event, name: str, at: str) -> str:
    """What the user did, and after it what the venue would say of it."""
    done, stop, remark = event.note.partition(". ")
    return f"{'' if event.position is None else f'{name} '}{done} {at}{stop}{remark}."


def _at(event: Event, place: str, path: Path) -> str:
    """The place of a move of the user's, with its preposition."""
    return path.at_words(event.place) if event.position is None or event.mark is None else f"at {place}"


def _left(event: Event, book: Book) -> str:
    """What a pool has in cash after a close; what is below zero is covered by open profit, or by who pays next."""
    money, figures = money_of(event, book), event.figures
    cover = "other assets cover" if book.pools_assets else "open profit covers"
    if figures.left >= 0:
        return f"{money(figures.left)} of cash is left"
    covered = figures.equity - figures.fee - figures.to_fund > 0
    return f"the pool's cash is {money(figures.left)}{f', and {cover} it' if covered else ''}"


def _line(event: Event, money: Amounts, *, assets: bool = False) -> str:
    return against(event.figures.equity, event.figures.maintenance_margin, money, of_assets=assets)


def _stood(event: Event, who: str, book: Book) -> str:
    """At which threshold a scope was tested: its own, or the one above it at which a liquidation under way ends."""
    buffer, money, assets = event.figures.buffer, money_tested(event, book), tests_assets(event, book)
    line = _line(event, money, assets=assets)
    if buffer:
        until = f"{'its assets count' if assets else 'its equity is'} {money(buffer)} above maintenance margin"
        return f"{who} is liquidated until {until}: {line}"
    return f"{who} was at its liquidation threshold: {line}"


def _refill(event: Event, name: str, place: str, money: Amounts) -> str:
    itself = event.figures.tested is Tested.ISOLATED
    source = "available cash" if itself else "unused cash"
    left = (
        f"{money(event.figures.left)} of free cash is left"
        if itself
        else f"{money(event.figures.left)} is left to draw"
    )
    drew = f"{name} drew {money(event.amount)}{_parts(event)} from {source} at {place}"
    return f"{drew}; {left}. It was at its liquidation threshold: {_line(event, money)}."


def _order_cancel(event: Event, book: Book, place: str) -> str:
    money = money_of(event, book)
    ids = ", ".join(book.orders[order].id for order in event.orders)
    many = "Resting orders were" if len(event.orders) > 1 else "A resting order was"
    return (
        f"{many} cancelled at {place}: {ids}, which held {money(event.amount)}; {money(event.figures.left)} of cash "
        f"is free now. {_stood(event, f'The {scope(event.figures.tested)}', book)}."
    )


def _reduction(event: Event, name: str, place: str, book: Book) -> str:
    figures, money = event.figures, money_of(event, book)
    fee = f" and a fee of {money(figures.fee)}" if figures.fee else ""
    how = _how(figures.step) if figures.step else ""
    return (
        f"{name} was reduced at {place}{how}: {_closed(event, money)}{fee}. "
        f"{_stood(event, f'The {scope(figures.tested)}', book)}; {_left(event, book)}."
    )


def _how(step: StepKind) -> str:
    """By which rule a part was closed, after the verb."""
    match step:
        case StepKind.TIER_DOWN:
            return " to a lower tier"
        case StepKind.FRACTION:
            return " by the venue's share"
        case StepKind.PORTION:
            return " portion by portion"
        case StepKind.RESTORE:
            return " by what restores the margin"
        case StepKind.NET_HEDGES:
            return " against its opposite, without a fee"
        case StepKind.CANCEL_ORDERS | StepKind.BACKSTOP:
            return ""
        case strange:
            assert_never(strange)


def _closed(event: Event, money: Amounts) -> str:
    return f"{grouped(event.figures.quantity)} closed{_parts(event)} with {money(event.figures.pnl, plus='+')}"


def _parts(event: Event) -> str:
    """In how many equal parts it happened, where these are several."""
    return f" in {event.figures.times:,} equal parts" if event.figures.times > 1 else ""


def _netted(event: Event, name: str, place: str, book: Book) -> str:
    figures, money = event.figures, money_of(event, book)
    return (
        f"{name} was closed against its opposite at {place}, without a fee, with {money(figures.pnl, plus='+')}. "
        f"{_stood(event, 'The pool', book)}; {_left(event, book)}."
    )


def _deleverage(event: Event, book: Book, name: str) -> str:
    money = money_of(event, book)
    at = event.figures.price
    closed = ""
    if at is not None and event.position is not None:
        what = "the mark" if book.profile.adl_price is AdlPrice.MARK else "its bankruptcy price"
        tick = book.market_of(book.seats[event.position]).grid
        closed = f", closed at {what} of {price(at, tick)},"
    return f"The fund was empty: winners on the other side{closed} bore {money(event.amount)} of {name}'s hole."


def _liquidation(event: Event, book: Book, name: str, place: str) -> str:
    if event.figures.step is StepKind.NET_HEDGES:
        return _netted(event, name, place, book)
    if event.figures.tested is Tested.POOL:
        return _pooled_close(event, book, name, place)
    return _takeover(event, name, place, money_of(event, book))


def _takeover(event: Event, name: str, place: str, money: Amounts) -> str:
    paid = event.paid_by
    if event.figures.tested is Tested.ISOLATED and event.amount <= 0:
        gone = f"it had no margin of its own to lose; {money(-event.amount)} of its profit is cash now"
    elif event.figures.tested is Tested.ISOLATED:
        gone = f"its isolated margin of {money(event.amount)} is gone, and nothing else was touched"
    else:
        refills = paid.unused if paid else ZERO
        part = f", {money(refills)} from refills" if refills else ""
        gone = f"nothing was left to draw, its margin of {money(event.amount)} is gone{part}"
    vault = ". Below the share of maintenance margin that the venue sets, a vault took it with its margin"
    backstop, line = vault if event.figures.step is StepKind.BACKSTOP else "", _line(event, money)
    return (
        f"{name} was liquidated at {place}: {gone}{backstop}. {line[:1].upper()}{line[1:]}{_aftermath(event, money)}."
    )


def _aftermath(event: Event, money: Amounts) -> str:
    figures = event.figures
    if figures.left > 0:
        fee = f" after a fee of {money(figures.fee)}" if figures.fee else ""
        return f"; {money(figures.left)} came back to the wallet{fee}"
    if figures.to_fund > 0:
        return f"; {money(figures.to_fund)} went to the insurance fund"
    return ""


def _pooled_close(event: Event, book: Book, name: str, place: str) -> str:
    money = money_of(event, book)
    figures = event.figures
    paid = event.paid_by
    fee = f" and a fee of {money(figures.fee)}" if figures.fee else ""
    others = others_paid(paid.unused, paid.others, money) if paid else ""
    first = _why_first(book.profile.victim)
    if book.profile.victim is Victim.LARGEST_LOSS and figures.pnl >= 0:
        first = "the smallest profit"
    why = f"{name} had {first}" if first else "the venue closes all cross positions at once"
    if figures.alone:
        why = f"{name} was its only open position"
    if figures.step is StepKind.BACKSTOP:
        why = "a vault takes every cross position and the rest of the pool"
    rest = f", {money(figures.to_fund)} went to the insurance fund" if figures.to_fund else ""
    return (
        f"{name} was liquidated at {place}: closed with {money(figures.pnl, plus='+')}{fee}{others}{rest}, "
        f"{_left(event, book)}. {_stood(event, 'The pool', book)}, and {why}."
    )


def _why_first(victim: Victim) -> str:
    """What the position has that is closed first; empty where all are closed at once."""
    match victim:
        case Victim.LARGEST_LOSS:
            return "the largest loss"
        case Victim.LARGEST_MAINTENANCE:
            return "the largest maintenance margin"
        case Victim.FILE_ORDER:
            return "the first place in the account"
        case Victim.ALL:
            return ""
        case strange:
            assert_never(strange)
