"""The sentences of an account of several assets: what was borrowed, repaid, and sold to repay it."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book
from isocross.cascade.events import Event, EventKind
from isocross.format import amounts_in


def amount_of(amount: Decimal, name: str) -> str:
    """An amount of an asset with its name."""
    return f"{amounts_in(name)(amount)} {name}"


def of_assets(event: Event, book: Book, place: str) -> str:
    """What happened to the assets of an account."""
    name, left = book.name_of(event.asset), event.figures.left
    owed = f"the account owes {amount_of(-left, name)} now" if left < 0 else f"nothing of {name} is owed now"
    if event.trade is not None:
        trade, sold = event.trade, book.name_of(event.trade.sold)
        fee = f", with a fee of {amount_of(trade.fee, sold)}" if trade.fee else ""
        return (
            f"{amount_of(trade.quantity, sold)} of collateral was sold at {place} to repay "
            f"{amount_of(event.amount, name)}{fee}; {owed}."
        )
    verb = "borrowed" if event.kind is EventKind.BORROW else "repaid"
    return f"The account {verb} {amount_of(event.amount, name)} at {place}; {owed}."
