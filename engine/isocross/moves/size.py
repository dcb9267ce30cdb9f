"""More or less of a position, and cash into or out of the account, judged at the opening marks.

Closing a position or a part of it is never refused for the risk it takes away.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book
from isocross.account.margin import notional, unrealised_pnl, worth
from isocross.account.sizing import enlarged, left_of
from isocross.cascade.ledger import Ledger
from isocross.format import grouped
from isocross.money import exact, posting
from isocross.moves.margin import highest_leverage
from isocross.moves.outcome import Outcome, available, available_for, breach, refused


@exact
def reduce(book: Book, position_id: str, quantity: Decimal) -> Outcome:
    """Close this much of a position at its opening mark, in its own units. KeyError for an unknown id.

    The PnL of the part becomes cash, the taker fee goes out of the wallet, and a bucket gives back its share of
    margin (Bybit's help: margin shrinks proportionally on a partial close).
    """
    position = book.positions[book.index_of(position_id)]
    money = book.amounts_for(position)
    if not 0 < quantity <= position.quantity:
        return refused(
            book, f"the quantity must be above zero and at most {grouped(position.quantity)}, not {grouped(quantity)}"
        )
    mark = book.market_of(position).mark
    part = replace(position, quantity=quantity)
    gained = posting(unrealised_pnl(part, mark)) - posting(notional(part, mark) * book.profile.taker_fee)
    coin, borrows = book.coin_of(position), book.account_rule is not None and book.account_rule.borrows
    wallet = book.balance_of(coin) + gained
    if wallet < 0 and not borrows:
        return refused(book, f"it would cost {money(-gained)}, and the wallet holds {money(book.balance_of(coin))}")
    left = left_of(position, quantity)
    others = tuple(p for p in book.positions if p.id != position_id)
    positions = others if left is None else tuple(left if p.id == position_id else p for p in book.positions)
    after = replace(book.with_cash(coin, gained), positions=positions)
    if not borrows and after.free_in(coin) < 0:
        return refused(book, f"the loss of {money(-gained)} is more than the cash outside isolated margins")
    return Outcome(book, after, cash_moved=gained)


@exact
def increase(book: Book, position_id: str, quantity: Decimal) -> Outcome:
    """Add this much to a position at its opening mark, in its own units. KeyError for an unknown id.

    Entry and settlement price become those at which all of it was worth as much as its parts, each with the mark
    (CoinEx's help): means weighted by size, of an inverse contract harmonic ones. The bucket gets the initial margin of
    what is added, and the taker fee goes out of the wallet.
    """
    position = book.positions[book.index_of(position_id)]
    money = book.amounts_for(position)
    if quantity <= 0:
        return refused(book, f"the quantity must be above zero, not {grouped(quantity)}")
    mark = book.market_of(position).mark
    larger = enlarged(position, quantity, mark)
    most = highest_leverage(book, larger)
    if position.leverage > most:
        return refused(
            book, f"leverage must be between 1 and {grouped(most)} for that size, not {grouped(position.leverage)}"
        )
    fee = posting(worth(position.kind, quantity, mark) * book.profile.taker_fee)
    added = larger.margin - position.margin
    if added + fee > (free := available_for(book, position)):
        return refused(
            book, f"{grouped(quantity)} more needs {money(added + fee)} with its fee, and {money(free)} is available"
        )
    after = book.with_cash(book.coin_of(position), -fee).with_position(larger)
    refusal = breach(after, larger)
    return Outcome(book, None, refusal) if refusal else Outcome(book, after, cash_moved=added)


@exact
def close(book: Book, position_id: str) -> Outcome:
    """Close a whole position at its opening mark. KeyError for an unknown id."""
    return reduce(book, position_id, book.positions[book.index_of(position_id)].quantity)


@exact
def deposit(book: Book, amount: Decimal) -> Outcome:
    """Put cash into the wallet, in the account's currency."""
    money = book.amounts
    if amount <= 0:
        return refused(book, f"the amount to deposit must be above zero, not {money(amount)}")
    return Outcome(book, replace(book, wallet=book.wallet + amount))


@exact
def withdraw(book: Book, amount: Decimal) -> Outcome:
    """Take cash out of the wallet: at most what backs no position (Binance's help)."""
    money = book.amounts
    if amount <= 0:
        return refused(book, f"the amount to withdraw must be above zero, not {money(amount)}")
    if amount > (free := available(book)):
        return refused(book, f"{money(amount)} is more than the {money(free)} {_why_free(book, free)}")
    return Outcome(book, replace(book, wallet=book.wallet - amount))


def _why_free(book: Book, free: Decimal) -> str:
    """What makes cash free to leave: it backs no position, but where all assets back all of them it may."""
    if not book.pools_assets:
        return "that backs no position"
    short = free < Ledger(book).unreserved_in("")
    why = "that initial margins leave" if short else "in no isolated margin and no order"
    return f"{why}; a withdrawal borrows nothing"
