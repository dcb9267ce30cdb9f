"""Margin by hand and leverage, judged at the opening marks: added, removed, and how much of either a venue allows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from isocross.account.book import Book, Mode, Position
from isocross.account.checks import other_leverage
from isocross.account.margin import initial_margin_at, notional, tier_size
from isocross.format import grouped
from isocross.money import ZERO, exact, posting, requirement
from isocross.moves.outcome import (
    Outcome,
    Refusal,
    apart,
    available,
    barring_orders,
    breach,
    open_loss,
    opening,
    refused,
    rehearsed,
)
from isocross.rules.profile import Removal


@exact
def highest_leverage(book: Book, position: Position) -> Decimal:
    """The highest leverage of the tier that this position is in at its entry."""
    return book.market_of(position).ladder.max_leverage_at(tier_size(position, book.profile, position.entry))


_TENTH = Decimal("0.1")


@exact
def removable(book: Book, position_id: str) -> Decimal:
    """Cash that can leave a bucket at the opening marks, in the account's currency (page `venues`).

    KeyError for an unknown id.
    """
    position = book.positions[book.index_of(position_id)]
    kept = requirement(kept_margin(book, position))
    return posting(max(ZERO, min(position.margin, position.margin - kept)))


def kept_margin(book: Book, position: Position) -> Decimal:
    """Cash that must stay in a bucket at the opening marks; below zero where open profit does it all."""
    standings, index = opening(book), book.index_of(position.id)
    mark, pnl = book.market_of(position).mark, standings.pnl[index]
    at_mark = initial_margin_at(position, mark)
    match book.profile.removal:
        case Removal.INITIAL_MARGIN_AT_MARK:
            return max(standings.maintenance_margin[index], at_mark - pnl)
        case Removal.EQUITY_ABOVE_INITIAL:
            return at_mark - pnl
        case Removal.TENTH_OF_NOTIONAL:
            return max(at_mark, notional(position, mark) * _TENTH) - pnl
        case Removal.HIGHEST_LEVERAGE:
            most = highest_leverage(book, position)
            return position.initial_margin * position.leverage / most + open_loss(book, position)
        case Removal.INITIAL_MARGIN:
            return position.initial_margin + open_loss(book, position)
        case strange:
            assert_never(strange)


def _kept_words(book: Book, position: Position) -> str:
    """What of a margin cannot leave."""
    removal = book.profile.removal
    match removal:
        case Removal.INITIAL_MARGIN:
            return "its initial margin plus any open loss"
        case Removal.INITIAL_MARGIN_AT_MARK:
            need = opening(book).maintenance_margin[book.index_of(position.id)]
            own = f"its maintenance margin of {book.amounts_for(position)(need)}"
            return f"the larger of {own} and its initial margin at mark less its PnL"
        case Removal.EQUITY_ABOVE_INITIAL:
            return "its initial margin at mark less its PnL"
        case Removal.TENTH_OF_NOTIONAL:
            return "the larger of its initial margin at mark and 10 % of its notional, less its PnL"
        case Removal.HIGHEST_LEVERAGE:
            return "the margin that the highest leverage of its size needs, plus any open loss"
        case strange:
            assert_never(strange)


@exact
def too_much(book: Book, position: Position, amount: Decimal) -> str | None:
    """Why an amount cannot leave a bucket, with the figures; None when it can."""
    money = book.amounts_for(position)
    most = removable(book, position.id)
    if amount <= most:
        return None
    kept = max(ZERO, kept_margin(book, position))
    return (
        f"{money(amount)} is more than the {money(most)} that can leave: the margin of {money(position.margin)} "
        f"must keep {money(kept)}, {_kept_words(book, position)}"
    )


@exact
def add_margin(book: Book, position_id: str, amount: Decimal) -> Outcome:
    """Put cash into a position's bucket by hand. KeyError for an unknown id."""
    position = book.positions[book.index_of(position_id)]
    money = book.amounts_for(position)
    refusal = no_bucket_by_hand(book, position)
    if refusal:
        return Outcome(book, None, refusal)
    if amount <= 0:
        return refused(book, f"the amount to add must be above zero, not {money(amount)}")
    if amount > (free := available(book, book.coin_of(position))):
        return refused(book, f"{money(amount)} is more than the {money(free)} available")
    return Outcome(book, book.with_position(position.with_margin(position.margin + amount)), cash_moved=amount)


@exact
def remove_margin(book: Book, position_id: str, amount: Decimal) -> Outcome:
    """Take cash out of a position's bucket by hand. KeyError for an unknown id."""
    position = book.positions[book.index_of(position_id)]
    money = book.amounts_for(position)
    refusal = no_bucket_by_hand(book, position)
    if refusal:
        return Outcome(book, None, refusal)
    if amount <= 0:
        return refused(book, f"the amount to remove must be above zero, not {money(amount)}")
    excess = too_much(book, position, amount)
    if excess:
        return refused(book, excess)
    changed = position.with_margin(position.margin - amount)
    return Outcome(book, book.with_position(changed), cash_moved=-amount)


def no_bucket_by_hand(book: Book, position: Position) -> Refusal | None:
    """Why cash cannot be put into this position's bucket or taken out by hand; None when it can."""
    if position.mode is Mode.ISOLATED or book.profile.add_margin_to_cross:
        return None
    return Refusal(
        "margin is added to and taken from isolated positions; a cross position has the whole pool behind it already",
        book.profile.add_margin_code,
    )


@exact
def switch_auto_margin(book: Book, position_id: str) -> Outcome:
    """Let an isolated position draw margin by itself at its line, or no more (Bybit's help).

    KeyError for an unknown id.
    """
    position = book.positions[book.index_of(position_id)]
    changed = replace(position, auto_margin=not position.auto_margin)
    if changed.auto_margin and position.mode is Mode.CROSS:
        return refused(book, "only an isolated position draws margin by itself; a cross one has the pool behind it")
    forbidden = ""
    if changed.auto_margin and not book.profile.auto_replenish:
        forbidden = f"{book.profile.title} has no isolated position that draws margin by itself"
        if book.strict:
            return refused(book, forbidden)
    return Outcome(book, book.with_position(changed), remark=f"Rehearsed anyway: {forbidden}" if forbidden else "")


@exact
def set_leverage(book: Book, position_id: str, leverage: Decimal) -> Outcome:
    """Change a position's leverage; its margin becomes the new IM, and if isolated any open loss on top.

    KeyError for an unknown id.
    """
    position = book.positions[book.index_of(position_id)]
    forbidden = _venue_forbids_leverage(book, replace(position, leverage=leverage))
    if forbidden and book.strict:
        return Outcome(book, None, forbidden)
    most = highest_leverage(book, position)
    if not 1 <= leverage <= most:
        return refused(book, f"leverage must be between 1 and {grouped(most)} for this size, not {grouped(leverage)}")
    changed = replace(position, leverage=leverage, given_margin=None)
    if changed.mode is Mode.ISOLATED:
        changed = changed.with_margin(changed.initial_margin + requirement(open_loss(book, position)))
    after = book.with_position(changed)
    refusal = breach(after, changed) or _unbacked(book, after)
    if refusal:
        return Outcome(book, None, refusal)
    return rehearsed(Outcome(book, after, cash_moved=apart(after, changed) - apart(book, position)), forbidden)


def _venue_forbids_leverage(book: Book, position: Position) -> Refusal | None:
    """Whether another position has the market's one leverage, or orders bar a change of it (CoinEx's help)."""
    other = other_leverage(book.profile, book.positions, position)
    if other:
        return Refusal(other)
    rests = barring_orders(book, position) if book.profile.flip.sets_leverage else ""
    return Refusal(f"{book.profile.title} would refuse this: {rests}", book.profile.flip.orders_code) if rests else None


def _unbacked(before: Book, after: Book) -> Refusal | None:
    """Whether a change asks for more initial margin than the account has available."""
    changed = next((p for p in after.positions if p not in before.positions), None)
    coin = "" if changed is None else before.coin_of(changed)
    was = {p.id: p.margin for p in before.positions}
    asked = sum((p.margin - was[p.id] for p in after.positions), ZERO)
    free, money = available(before, coin), before.amounts_of(coin)
    if asked <= free:
        return None
    return Refusal(f"it needs {money(asked)} more margin, and {money(free)} is available")
