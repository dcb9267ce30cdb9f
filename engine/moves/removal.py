"""How much margin may leave a bucket, by each venue's own rule."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from engine.book import Book, Position
from engine.margin import initial_margin_at, notional
from engine.money import ZERO, exact, posting, requirement
from engine.moves.highest import highest_leverage
from engine.moves.outcome import open_loss, opening
from engine.venue import Removal

_TENTH = Decimal("0.1")


@exact
def removable(book: Book, position_id: str) -> Decimal:
    """Cash that can leave a bucket at the opening marks, in the account's currency (rules.md §11.3).

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


_WORDS = {
    Removal.INITIAL_MARGIN: "the initial margin and any open loss",
    Removal.INITIAL_MARGIN_AT_MARK: "its maintenance margin, and with its PnL the initial margin at mark",
    Removal.EQUITY_ABOVE_INITIAL: "with its PnL the initial margin at mark",
    Removal.TENTH_OF_NOTIONAL: "with its PnL the initial margin at mark and 10 % of the notional",
    Removal.HIGHEST_LEVERAGE: "what the highest leverage of its size asks, and any open loss",
}


@exact
def too_much(book: Book, position: Position, amount: Decimal) -> str | None:
    """Why an amount cannot leave a bucket, with the figures; None when it can."""
    money = book.amounts
    most = removable(book, position.id)
    if amount <= most:
        return None
    kept = max(ZERO, kept_margin(book, position))
    return (
        f"{money(amount)} is more than the {money(most)} that can leave: the bucket of {money(position.margin)} "
        f"must keep {money(kept)}, {_WORDS[book.profile.removal]}"
    )
